//! Which libraries and releases are covered.

use std::path::{Path, PathBuf};

use crate::environment::Version;
use crate::knowledge::history::label;
use crate::knowledge::store::normalise;

/// The libraries, with the first minor release of interest: those since the middle of 2023.
pub const LIBRARIES: &[(&str, &str)] = &[
    ("accelerate", "0.20"),
    ("autotrain-advanced", "0.5"),
    ("datasets", "2.13"),
    ("diffusers", "0.17"),
    ("evaluate", "0.4"),
    ("huggingface-hub", "0.15"),
    ("lighteval", "0.1"),
    ("optimum", "1.8"),
    ("peft", "0.3"),
    ("safetensors", "0.3"),
    ("sentence-transformers", "2.2"),
    ("smolagents", "0.1"),
    ("timm", "0.9"),
    ("tokenizers", "0.13"),
    ("transformers", "4.30"),
    ("trl", "0.4"),
];

/// Of the final releases from `first` on, the last patch of each minor, oldest first.
pub fn releases(versions: impl IntoIterator<Item = Version>, first: &Version) -> Vec<Version> {
    let mut versions: Vec<Version> = versions
        .into_iter()
        .filter(|version| !version.any_prerelease() && !version.is_local() && version >= first)
        .collect();
    versions.sort();
    let mut last: Vec<Version> = Vec::new();
    for version in versions {
        match last.last_mut() {
            Some(before) if label(before) == label(&version) => *before = version,
            _ => last.push(version),
        }
    }
    last
}

/// A wheel by the name and version in its file name.
pub fn parse_wheel(path: &Path) -> Option<(String, Version)> {
    let file = path.file_name()?.to_str()?.strip_suffix(".whl")?;
    let mut parts = file.split('-');
    let name = normalise(parts.next()?);
    Some((name, parts.next()?.parse().ok()?))
}

/// The wheel of each planned release among `wheels`: that of the last patch of each minor, oldest
/// first. Of several builds of one version the first by file name is taken.
pub fn wheels(wheels: &[PathBuf], library: &str, first: &Version) -> Vec<(Version, PathBuf)> {
    let mut of_library: Vec<(Version, &PathBuf)> = wheels
        .iter()
        .filter_map(|path| {
            let (name, version) = parse_wheel(path)?;
            (name == library).then_some((version, path))
        })
        .collect();
    of_library.sort();
    let planned = releases(of_library.iter().map(|(version, _)| version.clone()), first);
    planned
        .into_iter()
        .filter_map(|version| {
            let (_, path) = of_library.iter().find(|(known, _)| *known == version)?;
            Some((version, (*path).clone()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().expect("a version")
    }

    #[test]
    fn the_last_patch_of_each_minor_is_planned() {
        let versions = [
            "4.29.0",
            "4.30.0",
            "4.30.2",
            "5.0.0rc1",
            "4.31.0",
            "4.31.0.post1",
            "5.0.0",
        ];
        let planned: Vec<String> = releases(versions.map(version), &version("4.30"))
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(planned, ["4.30.2", "4.31.0.post1", "5.0.0"]);
    }

    #[test]
    fn wheels_are_found_by_file_name() {
        let path = PathBuf::from("w/huggingface_hub-0.16.4-py3-none-any.whl");
        let found = wheels(
            std::slice::from_ref(&path),
            "huggingface-hub",
            &version("0.15"),
        );
        assert_eq!(found, [(version("0.16.4"), path)]);
    }
}
