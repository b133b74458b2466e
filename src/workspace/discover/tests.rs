use std::fs;

use super::*;
use crate::workspace::settings::Layer;

fn tree(paths: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for path in paths {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    folder
}

fn names(folder: &Path, discovery: &Discovery) -> Vec<String> {
    let names = discovery.files.iter().map(|found| {
        let path = found.path.strip_prefix(folder).unwrap_or(&found.path);
        path.to_string_lossy().replace('\\', "/")
    });
    names.collect()
}

#[test]
fn walks_sources_and_requirements_and_skips_the_rest() {
    let folder = tree(&[
        "b.py",
        "a/z.pyi",
        "a/notes.md",
        "requirements-dev.txt",
        "pyproject.toml",
        "notes.txt",
        ".hidden/x.py",
        ".github/workflows/test.yml",
        "CHANGELOG.md",
        "dev-journal/CHANGELOG.md",
        ".claude/agents/planner.md",
        ".claude/worktrees/copy/x.py",
        "docs/Migration-v5.md",
        "train.sh",
        "node_modules/x.py",
        "a/__pycache__/x.py",
        "env2/pyvenv.cfg",
        "env2/lib/x.py",
        "conda/conda-meta/history",
        "conda/x.py",
        "built/x.py",
        "skipped/deep/x.py",
        "a/skip_me.py",
    ]);
    fs::write(folder.path().join(".gitignore"), "built/\n").unwrap();
    let layer = Layer {
        exclude: vec!["skipped".to_owned(), "a/skip_*.py".to_owned()],
        ..Layer::default()
    };
    let settings = Arc::new(Settings::from_layer(&layer, folder.path(), &[]).unwrap());
    let found = discover(&[folder.path().to_path_buf()], &settings);
    assert_eq!(
        names(folder.path(), &found),
        [
            ".claude/agents/planner.md",
            ".github/workflows/test.yml",
            "a/notes.md",
            "a/z.pyi",
            "b.py",
            "dev-journal/CHANGELOG.md",
            "pyproject.toml",
            "requirements-dev.txt",
            "train.sh",
        ]
    );
    assert_eq!(found.errors, []);
}

#[test]
fn named_files_are_always_taken_and_missing_ones_told() {
    let folder = tree(&["node_modules/x.py", "script", "deps.txt", "a.py"]);
    let path = |name: &str| folder.path().join(name);
    let named = [
        "node_modules/x.py",
        "script",
        "deps.txt",
        "missing.py",
        "a.py",
    ]
    .map(path);
    let paths: Vec<PathBuf> = named
        .into_iter()
        .chain([folder.path().to_path_buf()])
        .collect();
    let found = discover(&paths, &Arc::default());
    assert_eq!(
        names(folder.path(), &found),
        ["a.py", "deps.txt", "node_modules/x.py", "script"]
    );
    assert!(found.files.iter().all(|found| found.named));
    assert_eq!(
        found.files[1].kind,
        FileType::Requirements(Kind::Requirements)
    );
    assert_eq!(found.files[3].kind, FileType::Python);
    assert_eq!(
        found.errors,
        [Problem::whole(
            path("missing.py"),
            "no such file or directory".to_owned()
        )]
    );
}

#[cfg(unix)]
#[test]
fn links_that_form_a_loop_end() {
    let folder = tree(&["a/x.py"]);
    std::os::unix::fs::symlink(folder.path(), folder.path().join("a/loop")).unwrap();
    let found = discover(&[folder.path().to_path_buf()], &Arc::default());
    assert_eq!(names(folder.path(), &found), ["a/x.py"]);
}
