//! Between the clients' identifiers and paths.

use std::path::{Component, Path, PathBuf};

use tower_lsp_server::gen_lsp_types::Uri;
use url::Url;

/// The file that a document belongs to. For a notebook cell it is the notebook; for the copy that
/// JupyterLab keeps under `.virtual_documents`, the file it stands for; `None` for an unsaved buffer.
pub fn to_path(uri: &str) -> Option<PathBuf> {
    let mut url = Url::parse(uri).ok()?;
    if url.scheme() == "vscode-notebook-cell" {
        url = Url::parse(&format!("file://{}", url.path())).ok()?;
    }
    if url.scheme() != "file" {
        return None;
    }
    let path = url.to_file_path().ok()?;
    let virtual_folder = Component::Normal(".virtual_documents".as_ref());
    Some(
        path.components()
            .filter(|part| *part != virtual_folder)
            .collect(),
    )
}

/// The identifier of a file; `None` for a relative path.
pub fn from_path(path: &Path) -> Option<Uri> {
    Url::from_file_path(path).ok().map(|url| Uri(url.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_file_of_every_kind_of_document() {
        for (uri, path) in [
            ("file:///a%20b/train.py", Some("/a b/train.py")),
            (
                "vscode-notebook-cell:/p/t.ipynb#W1sZmlsZQ==",
                Some("/p/t.ipynb"),
            ),
            (
                "vscode-notebook-cell://host:80/p/t.ipynb#W1s",
                Some("/p/t.ipynb"),
            ),
            ("file:///w/.virtual_documents/t.ipynb", Some("/w/t.ipynb")),
            ("untitled:Untitled-1", None),
            ("not a uri", None),
        ] {
            assert_eq!(to_path(uri).as_deref(), path.map(Path::new), "{uri}");
        }
    }

    #[test]
    fn paths_go_there_and_back() {
        let path = Path::new("/a b/ü.py");
        assert_eq!(to_path(&from_path(path).unwrap().0).unwrap(), path);
        assert_eq!(from_path(Path::new("relative.py")), None);
    }
}
