//! Projects of several modules, checked by the real program.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

#[path = "common/program.rs"]
mod program;

use std::fs;
use std::path::Path;

use tempfile::TempDir;

const CONFIG: &str =
    "from trl import SFTConfig\n\nargs = SFTConfig(\"out\", eval_strategy=\"steps\")\n";

const TRAIN: &str = "from trl import SFTTrainer\nfrom config import args\n\n\
    trainer = SFTTrainer(\"m\", args=args, train_dataset=ds)\n";

/// A folder with these files in it.
fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// What is said, one finding a line.
fn check(folder: &Path, format: &str) -> String {
    let targets = ["trl==1.16.0", "transformers==5.23.0"];
    let targets = targets.iter().flat_map(|target| ["--target", *target]);
    let output = program::check(
        folder,
        ["--output-format", format].into_iter().chain(targets),
    );
    assert!(
        output.status.code().is_some_and(|code| code < 2),
        "{output:?}"
    );
    program::out(&output)
}

/// The files and codes of the findings.
fn codes(files: &[(&str, &str)]) -> Vec<String> {
    let short = |line: &str| {
        let file = line.split(':').next().unwrap_or_default();
        let code = line.split_whitespace().nth(2).unwrap_or_default();
        format!("{file} {code}")
    };
    let said = check(project(files).path(), "concise");
    said.lines().map(short).collect()
}

#[test]
fn what_another_module_makes_is_followed() {
    let folder = project(&[("config.py", CONFIG), ("train.py", TRAIN)]);
    insta::assert_snapshot!(check(folder.path(), "full"));
}

#[test]
fn however_it_is_imported() {
    let call = |args: &str| format!("trainer = SFTTrainer(\"m\", args={args}, train_dataset=ds)\n");
    for (config, train, import, args) in [
        ("config.py", "train.py", "import config", "config.args"),
        ("config.py", "train.py", "import config as c", "c.args"),
        (
            "config.py",
            "train.py",
            "from config import args as given",
            "given",
        ),
        (
            "config/__init__.py",
            "train.py",
            "from config import args",
            "args",
        ),
        (
            "pkg/config.py",
            "train.py",
            "from pkg.config import args",
            "args",
        ),
        (
            "pkg/config.py",
            "train.py",
            "from pkg import config",
            "config.args",
        ),
        (
            "pkg/config.py",
            "train.py",
            "import pkg.config",
            "pkg.config.args",
        ),
        (
            "src/pkg/config.py",
            "scripts/train.py",
            "from pkg.config import args",
            "args",
        ),
        (
            "pkg/config.py",
            "pkg/train.py",
            "from .config import args",
            "args",
        ),
        (
            "pkg/config.py",
            "pkg/train.py",
            "from . import config",
            "config.args",
        ),
        (
            "pkg/config.py",
            "pkg/a/train.py",
            "from ..config import args",
            "args",
        ),
    ] {
        let text = format!("from trl import SFTTrainer\n{import}\n\n{}", call(args));
        let files = [(config, CONFIG), (train, &text), ("pyproject.toml", "")];
        assert_eq!(codes(&files), [format!("{train} HF302")], "{import}");
    }
}

#[test]
fn what_is_not_sure_is_not_said() {
    let config = |more: &str| format!("{CONFIG}{more}");
    for more in [
        "args.eval_strategy = \"no\"\n",
        "args = SFTConfig(\"out\")\n",
        "if big:\n    args = SFTConfig(\"out\")\n",
        "setattr(args, name, value)\n",
        "change(args)\n",
        "def change():\n    args.eval_strategy = \"no\"\n",
        "from other import *\n",
        "vars(args).update(more)\n",
    ] {
        let config = config(more);
        let files = [("config.py", config.as_str()), ("train.py", TRAIN)];
        assert_eq!(codes(&files), [""; 0], "{more}");
    }
    let main = CONFIG.replace("args =", "if __name__ == \"__main__\":\n    args =");
    assert_eq!(codes(&[("config.py", &main), ("train.py", TRAIN)]), [""; 0]);
}

#[test]
fn nor_where_the_importer_or_another_module_may_change_it() {
    for (import, before) in [
        ("from config import args", "args.eval_strategy = \"no\"\n"),
        ("from config import args", "args = parse()\n"),
        ("from config import args", "setattr(args, name, value)\n"),
        (
            "from config import args",
            "from other import change\nchange(args)\n",
        ),
        ("from config import args", "import override\n"),
        (
            "from config import args",
            "if big:\n    args = None\n    args = parse()\n",
        ),
        (
            "try:\n    from config import args\nexcept ImportError:\n    args = None\n",
            "",
        ),
        (
            "import config\nargs = config.args",
            "config.args = parse()\n",
        ),
    ] {
        let text = TRAIN.replace("from config import args\n", &format!("{import}\n{before}"));
        let files = [
            ("config.py", CONFIG),
            (
                "override.py",
                "import config\nconfig.args.eval_strategy = \"no\"\n",
            ),
            ("train.py", &text),
        ];
        assert_eq!(codes(&files), [""; 0], "{text}");
    }
    let two = [
        ("config.py", CONFIG),
        ("a/config.py", CONFIG),
        ("a/train.py", TRAIN),
        ("pyproject.toml", ""),
    ];
    assert_eq!(codes(&two), [""; 0], "either may be meant");
}

#[test]
fn attributes_of_imported_objects_are_known() {
    let text = "from transformers import Trainer\nfrom config import args\n\nprint(args.evaluation_strategy)\n";
    let here = format!("{CONFIG}\nprint(args.evaluation_strategy)\n");
    let (alone, both) = (
        codes(&[("config.py", &here)]),
        codes(&[("config.py", CONFIG), ("train.py", text)]),
    );
    let code = |found: &[String]| -> Vec<String> {
        let codes = found.iter().filter_map(|it| it.split(' ').nth(1));
        codes.map(str::to_owned).collect()
    };
    assert_eq!(code(&both), code(&alone));
    assert!(!alone.is_empty());
}

#[test]
fn what_is_remembered_depends_on_the_module() {
    let folder = project(&[("config.py", CONFIG), ("train.py", TRAIN)]);
    let said = || check(folder.path(), "concise").lines().count();
    assert_eq!((said(), said()), (1, 1));
    fs::write(
        folder.path().join("config.py"),
        CONFIG.replace("steps", "no"),
    )
    .unwrap();
    assert_eq!((said(), said()), (0, 0));
    fs::write(folder.path().join("config.py"), CONFIG).unwrap();
    assert_eq!(said(), 1);
}

#[test]
fn what_is_written_elsewhere_is_said_with_its_place() {
    let config = "from trl import DPOConfig, GRPOConfig\n\n\
        preferences = DPOConfig(\"out\", loss_type=\"nlll\")\n\
        rewards = GRPOConfig(\n    \"out\",\n    sync_ref_model=True,\n)\n";
    let train = "from trl import DPOTrainer, GRPOTrainer\nfrom config import preferences, rewards\n\n\
        DPOTrainer(\"m\", args=preferences, train_dataset=ds)\n\
        GRPOTrainer(\"m\", reward_funcs=reward, args=rewards, train_dataset=ds)\n";
    let folder = project(&[("config.py", config), ("train.py", train)]);
    insta::assert_snapshot!(check(folder.path(), "full"));
}
