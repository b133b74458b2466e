//! Paths that somebody else names, kept in folders.

use std::path::{Component, Path, PathBuf};

/// A path in one of these folders, behind all links; relative ones begin in the first. What is not there yet may be
/// named too. `None` for what leads out. The folders have to be named without links.
pub fn inside(roots: &[PathBuf], path: &Path) -> Option<PathBuf> {
    if path.as_os_str().as_encoded_bytes().contains(&0) {
        return None;
    }
    let wanted = roots.first()?.join(path);
    let (mut there, mut rest) = (wanted.as_path(), Vec::new());
    let real = loop {
        if let Ok(real) = there.canonicalize() {
            break real;
        }
        match (there.components().next_back(), there.parent()) {
            (Some(Component::Normal(name)), Some(parent)) => {
                // A link whose end is not there may lead anywhere.
                if there.symlink_metadata().is_ok() {
                    return None;
                }
                rest.push(name.to_owned());
                there = parent;
            }
            _ => return None,
        }
    };
    let path = rest.iter().rev().fold(real, |path, name| path.join(name));
    let is_inside = roots.iter().any(|root| path.starts_with(root));
    is_inside.then_some(path)
}
