//! `hf-lsp knowledge build` on small wheels that are made here.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use hf_lsp::cli::knowledge::{BuildArgs, DiffArgs, PackagesArgs, build, diff, packages};
use hf_lsp::knowledge::library::Library;
use hf_lsp::knowledge::packages::Packages;
use zip::write::SimpleFileOptions;

fn write_wheel(folder: &Path, file: &str, members: &[(&str, &[u8])]) {
    let path = folder.join(file);
    let mut wheel = zip::ZipWriter::new(fs::File::create(path).expect("a new file"));
    for (name, bytes) in members {
        wheel
            .start_file(*name, SimpleFileOptions::default())
            .expect("a new member");
        wheel.write_all(bytes).expect("room on the disk");
    }
    wheel.finish().expect("room on the disk");
}

fn release(folder: &Path, version: &str, source: &str) {
    let file = format!("evaluate-{version}-py3-none-any.whl");
    let metadata = format!("Name: evaluate\nVersion: {version}\nRequires-Python: >=3.8\n\n");
    let info = format!("evaluate-{version}.dist-info/METADATA");
    write_wheel(
        folder,
        &file,
        &[
            ("evaluate/__init__.py", b"from .loading import load\n"),
            ("evaluate/loading.py", source.as_bytes()),
            ("evaluate/tests/__init__.py", b"hidden = 1\n"),
            ("../evil.py", b"hidden = 1\n"),
            ("evaluate/data.bin", b"\xff\xfe"),
            (&info, metadata.as_bytes()),
        ],
    );
}

fn arguments(wheels: &Path, out: &Path) -> BuildArgs {
    BuildArgs {
        wheels: Some(wheels.to_owned()),
        jobs: 1,
        library: vec!["evaluate".to_owned()],
        offline: true,
        out: out.to_owned(),
    }
}

#[test]
fn the_same_wheels_give_the_same_bytes() {
    let wheels = tempfile::tempdir().expect("a folder");
    release(wheels.path(), "0.3.9", "def load(old):\n    pass\n");
    release(wheels.path(), "0.4.0", "def load(path):\n    pass\n");
    release(
        wheels.path(),
        "0.4.10",
        "def load(path, config=None):\n    pass\n",
    );
    release(wheels.path(), "0.5.0rc1", "def load():\n    pass\n");
    release(
        wheels.path(),
        "0.10.0",
        "def load(path, name=None):\n    pass\n",
    );
    let outs = [0, 1].map(|_| tempfile::tempdir().expect("a folder"));
    let texts = outs.each_ref().map(|out| {
        build(&arguments(wheels.path(), out.path())).expect("the wheels are right");
        fs::read_to_string(out.path().join("evaluate.facts")).expect("it was written")
    });
    assert_eq!(texts[0], texts[1]);
    insta::assert_snapshot!(texts[0].replace('\t', "  "));
    let library = Library::from_text(&texts[0]).expect("it can be read");
    library.check().expect("every line can be read");
}

#[test]
fn what_is_no_wheel_is_named() {
    let wheels = tempfile::tempdir().expect("a folder");
    let out = tempfile::tempdir().expect("a folder");
    let message = |folder: &Path| {
        build(&arguments(folder, out.path()))
            .expect_err("it cannot be read")
            .to_string()
    };
    assert!(message(wheels.path()).contains("no wheel of evaluate"));
    let file = wheels.path().join("evaluate-0.4.0-py3-none-any.whl");
    fs::write(&file, b"PK not a wheel").expect("room on the disk");
    assert!(message(wheels.path()).contains("evaluate-0.4.0"));
}

#[test]
fn a_bomb_is_refused() {
    let wheels = tempfile::tempdir().expect("a folder");
    let out = tempfile::tempdir().expect("a folder");
    let zeros = vec![b'\n'; 17 << 20];
    write_wheel(
        wheels.path(),
        "evaluate-0.4.0-py3-none-any.whl",
        &[("evaluate/__init__.py", &zeros)],
    );
    let error = build(&arguments(wheels.path(), out.path())).expect_err("it is too large");
    assert!(error.to_string().contains("unpacks to more"), "{error}");
}

#[test]
fn the_same_answers_of_the_index_give_the_same_list() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("room on the disk");
    };
    write("DATE", "2026-01-02\n");
    write(
        "peft.json",
        r#"{"0.10.0": {"yanked": false, "python": ">=3.8.0", "requires": ["torch (>=1.13.0)", "transformers"]},
            "0.9.0": {"yanked": true, "python": "", "requires": null}}"#,
    );
    let out = folder.path().join("packages.txt");
    let args = PackagesArgs {
        folder: Some(folder.path().to_owned()),
        offline: true,
        out: out.clone(),
    };
    let report = packages(&args).expect("it can be made");
    assert_eq!(report, "1 distributions, 2 releases, 0 KiB\n");
    let text = fs::read_to_string(&out).expect("it is written");
    packages(&args).expect("it can be made again");
    assert_eq!(fs::read_to_string(&out).expect("it is written"), text);
    let known = Packages::of(&text);
    let peft = known.package("peft").expect("it is known");
    assert_eq!(
        peft.newest().map(ToString::to_string).as_deref(),
        Some("0.10.0")
    );
    let newest = peft.newest().expect("there is one");
    let requires = peft.requirements(newest, &[], None);
    assert_eq!(requires.expect("it was read").len(), 2);
    write("broken.json", "{");
    let error = packages(&args).expect_err("it is no JSON");
    assert!(error.to_string().contains("broken.json"));
}

/// The facts of these releases in a folder of their own.
fn store(releases: &[(&str, &str)]) -> tempfile::TempDir {
    let (wheels, out) = (tempfile::tempdir(), tempfile::tempdir());
    let (wheels, out) = (wheels.expect("a folder"), out.expect("a folder"));
    for (version, source) in releases {
        release(wheels.path(), version, source);
    }
    build(&arguments(wheels.path(), out.path())).expect("the wheels can be read");
    out
}

fn compared(old: &Path, new: &Path) -> String {
    let (old, new) = (old.to_owned(), new.to_owned());
    diff(&DiffArgs { old, new }).expect("both are stores")
}

const OLD: (&str, &str) = (
    "0.4.0",
    "def load(path, old=1, kept=1, *, asked=None):\n    pass\n",
);
const NEW: (&str, &str) = (
    "0.5.0",
    "import warnings\n\ndef load(path, kept=2, fresh=None, *, asked):\n    pass\n",
);

#[test]
fn a_new_release_is_told_beside_the_one_before() {
    let (old, new) = (store(&[OLD]), store(&[OLD, NEW]));
    fs::write(new.path().join("DATE"), "2026-11-30\n").expect("room on the disk");
    let text = compared(old.path(), new.path());
    let expected = "\
# Knowledge of 2026-11-30

- evaluate 0.5.0: 1 argument removed, 1 argument required, 1 other default, 1 argument added

## evaluate 0.5.0, after 0.4.0

Removed:

- `evaluate.load(old)`

Required now:

- `evaluate.load(asked)`

Other default:

- `evaluate.load(kept)`: `1` is now `2`

Added:

- `evaluate.load(fresh)`
";
    assert_eq!(text, expected);
}

#[test]
fn the_same_store_says_nothing() {
    let (one, other) = (store(&[OLD, NEW]), store(&[OLD, NEW]));
    let text = compared(one.path(), other.path());
    assert_eq!(text, "# Knowledge\n\nNothing is different.\n");
}

#[test]
fn releases_that_went_or_read_otherwise_are_told() {
    let other = ("0.4.0", "def load(path):\n    pass\n");
    let (old, new) = (store(&[OLD, NEW]), store(&[other]));
    let text = compared(old.path(), new.path());
    assert!(
        text.contains("- evaluate 0.5.0: no longer known\n"),
        "{text}"
    );
    let said = "- evaluate: 1 symbol of the releases that were known before read otherwise, such as `evaluate.loading.load`\n";
    assert!(text.contains(said), "{text}");
}

#[test]
fn what_is_no_store_is_refused() {
    let (empty, store) = (tempfile::tempdir().expect("a folder"), store(&[OLD]));
    let refused = |old: &Path| {
        let (old, new) = (old.to_owned(), store.path().to_owned());
        diff(&DiffArgs { old, new })
            .expect_err("it is no store")
            .to_string()
    };
    assert!(refused(empty.path()).ends_with("there is no knowledge here"));
    assert!(refused(&empty.path().join("none")).contains("none: "));
    fs::write(empty.path().join("evaluate.facts"), "format\t99\n").expect("room on the disk");
    let text = refused(empty.path());
    assert!(
        text.contains("evaluate.facts: knowledge store, line 1: unknown format"),
        "{text}"
    );
}
