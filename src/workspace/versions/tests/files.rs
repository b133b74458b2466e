//! Each kind of file alone.

use super::*;

fn alone(name: &str, content: &str) -> String {
    let files = project(&[(name, content)]);
    let answer = answer(&files, "train.py");
    assert_eq!(problems(&answer), [""; 0], "{name}");
    shown(&answer, "transformers")
}

#[test]
fn reads_lock_files() {
    let toml = "[[package]]\nname = \"Transformers\"\nversion = \"4.41.2\"\n";
    for name in ["uv.lock", "poetry.lock", "pdm.lock"] {
        assert_eq!(alone(name, toml), format!("4.41.2 ({name})"));
    }
    let toml = toml.replace("package", "packages");
    assert_eq!(alone("pylock.toml", &toml), "4.41.2 (pylock.toml)");
    let json = r#"{"default": {"transformers": {"version": "==4.41.2"}, "x": {"path": "."}}}"#;
    assert_eq!(alone("Pipfile.lock", json), "4.41.2 (Pipfile.lock)");
}

#[test]
fn a_lock_with_several_versions_answers_for_the_python_in_use() {
    let entry = |version: &str, marker: &str| {
        format!(
            "[[package]]\nname = \"transformers\"\nversion = \"{version}\"\n\
             resolution-markers = [\"python_full_version {marker} '3.10'\"]\n"
        )
    };
    let lock = entry("4.41.2", ">=") + &entry("4.57.1", "<");
    assert_eq!(alone("uv.lock", &lock), "4.57.1 (uv.lock)");
    let files = project(&[("uv.lock", &lock)]);
    install(&files, ".venv", "trl", "0.9.6");
    assert_eq!(transformers(&files), "4.41.2 (uv.lock)");
}

#[test]
fn reads_requirement_files() {
    let pin = "4.41.2 (requirements.txt)";
    let read = |content: &str| alone("requirements.txt", content);
    assert_eq!(read("\u{feff}transformers==4.41.2"), pin);
    assert_eq!(
        read("torch\r\ntransformers[torch] == 4.41.2  # why\r\n"),
        pin
    );
    assert_eq!(
        read("transformers==4.41.2 \\\n  --hash=sha256:ab \\\n  --hash=sha256:cd\n"),
        pin
    );
    assert_eq!(
        read("transformers \\\r\n == 4.41.2 ; python_version > '3.8'\r\n"),
        pin
    );
    let other = "-e .\n--index-url https://x.y/z\n./here\nhttps://x.y/a.whl\ngit+https://x.y/a.git@b#egg=trl\n\
                 C:\\x\\a.whl\n${PKG}==1\npeft @ git+https://x.y/p.git ; extra == 'x'\n";
    assert_eq!(read(&format!("{other}transformers===4.41.2")), pin);
    assert_eq!(
        read("transformers @ https://x.y/t.whl"),
        "5.23.0 (newest known)"
    );
}

#[test]
fn follows_includes_and_constraints_once() {
    let files = project(&[
        (
            "requirements.txt",
            "-r requirements/base.txt\n-c limits.txt\n-r requirements.txt\n",
        ),
        (
            "requirements/base.txt",
            "-r ../requirements.txt\ntransformers>=4.40\n",
        ),
        ("limits.txt", "transformers==4.41.2\ntrl<0.9\n"),
    ]);
    let answer = answer(&files, "train.py");
    assert_eq!(shown(&answer, "transformers"), "4.41.2 (limits.txt)");
    assert_eq!(
        shown(&answer, "trl"),
        "0.8.6 (limits.txt: newest that satisfies <0.9)"
    );
    assert_eq!(problems(&answer), [""; 0]);
}

#[test]
fn a_missing_include_is_told() {
    let files = project(&[("requirements.txt", "transformers==4.41.2\n-r base.txt\n")]);
    let answer = answer(&files, "train.py");
    assert_eq!(shown(&answer, "transformers"), "4.41.2 (requirements.txt)");
    assert_eq!(
        problems(&answer),
        ["requirements.txt:2: `base.txt`, which it takes in, does not exist"]
    );
}

#[test]
fn reads_every_table_of_a_pyproject() {
    let pin = "4.41.2 (pyproject.toml)";
    for content in [
        "[project]\ndependencies = [\"transformers==4.41.2\"]",
        "[project.optional-dependencies]\nall = ['transformers==4.41.2']",
        "[dependency-groups]\ndev = [{include-group = 'x'}, 'transformers==4.41.2']",
        "[tool.uv]\ndev-dependencies = ['transformers==4.41.2']",
        "[tool.pdm.dev-dependencies]\ntest = ['transformers==4.41.2']",
        "[tool.hatch.envs.default]\ndependencies = ['transformers==4.41.2']",
        "[tool.poetry.dependencies]\npython = '^3.10'\ntransformers = '4.41.2'",
        "[tool.poetry.group.ml.dependencies]\ntransformers = {version = '4.41.2', extras = ['x']}",
        "[tool.poetry.dependencies.transformers]\nversion = '4.41.2'",
        "[tool.poetry.dependencies]\ntransformers = [{version = '4.41.2', python = '>=3.9'}]",
    ] {
        assert_eq!(alone("pyproject.toml", content), pin, "{content}");
    }
    let caret = "[tool.poetry.dependencies]\ntransformers = '^4.40'";
    let found = "4.57.1 (pyproject.toml: newest that satisfies ^4.40)";
    assert_eq!(alone("pyproject.toml", caret), found);
    let git = "[tool.poetry.dependencies]\ntransformers = {git = 'https://x.y/t.git'}";
    assert_eq!(alone("pyproject.toml", git), "5.23.0 (newest known)");
}

#[test]
fn the_main_list_counts_before_optional_ones() {
    let content = "[project]\ndependencies = ['transformers>=4.40,<4.42']\n\
                   [project.optional-dependencies]\nold = ['transformers==4.30.2']";
    let found = "4.41.2 (pyproject.toml: newest that satisfies >=4.40,<4.42)";
    assert_eq!(alone("pyproject.toml", content), found);
}

#[test]
fn reads_conda_environments() {
    let read = |line: &str| {
        let content = format!("name: x\ndependencies:\n  - python=3.11\n{line}\n");
        alone("environment.yml", &content)
    };
    assert_eq!(read("  - transformers==4.41.2"), "4.41.2 (environment.yml)");
    assert_eq!(
        read("  - conda-forge::transformers==4.41.2=py_0"),
        "4.41.2 (environment.yml)"
    );
    assert_eq!(
        read("  - pip:\n    - -r x.txt\n    - transformers==4.41.2"),
        "4.41.2 (environment.yml)"
    );
    let range =
        |written: &str| format!("4.41.2 (environment.yml: newest that satisfies {written})");
    assert_eq!(read("  - transformers=4.41"), range("=4.41"));
    assert_eq!(read("  - transformers >=4.40,<4.42"), range(">=4.40,<4.42"));
    assert_eq!(read("  - transformers=4.40|=4.41"), "5.23.0 (newest known)");
}

#[test]
fn reads_setup_cfg() {
    let content = "[metadata]\nname = x\n[options]\ninstall_requires =\n    torch\n    transformers==4.41.2 # why\n";
    assert_eq!(alone("setup.cfg", content), "4.41.2 (setup.cfg)");
    let extra = "[options.extras_require]\nml = transformers==4.41.2\n";
    assert_eq!(alone("setup.cfg", extra), "4.41.2 (setup.cfg)");
}

#[test]
fn unparsable_files_are_told_with_their_line_and_passed_over() {
    let good = (
        "setup.cfg",
        "[options]\ninstall_requires = transformers==4.41.2\n",
    );
    let cases = [
        ("uv.lock", "version = 1\n[[package]\nname = 3\n", 2),
        ("Pipfile.lock", "{\n \"default\": }", 2),
        (
            "pyproject.toml",
            "[project]\r\nname = 'x'\r\ndependencies = [\r\n",
            3,
        ),
        (
            "environment.yml",
            "dependencies:\n  - a\n  - [b\n c: d\n",
            4,
        ),
        (
            "requirements.txt",
            "torch\nplease install transformers\n=====\n",
            2,
        ),
    ];
    for (name, content, line) in cases {
        let answer = answer(&project(&[(name, content), good]), "train.py");
        assert_eq!(
            shown(&answer, "transformers"),
            "4.41.2 (setup.cfg)",
            "{name}"
        );
        let told = problems(&answer);
        let begin = format!("{name}:{line}: ");
        assert!(told.len() == 1 && told[0].starts_with(&begin), "{told:?}");
    }
}

#[test]
fn unreadable_text_is_told() {
    let files = project(&[(
        "setup.cfg",
        "[options]\ninstall_requires = transformers==4.41.2\n",
    )]);
    files.write("/p/requirements.txt", b"torch\ntransf\xe9rmers==4\n");
    files.write("/p/poetry.lock", b"\xff\xfea\0");
    let answer = answer(&files, "train.py");
    assert_eq!(shown(&answer, "transformers"), "4.41.2 (setup.cfg)");
    assert_eq!(
        problems(&answer),
        [
            "poetry.lock:1: is UTF-16 text; save it as UTF-8, so it is ignored",
            "requirements.txt:2: is not UTF-8 text: line 2 has an invalid byte at offset 12, so it is ignored",
        ]
    );
}

#[test]
fn huge_files_and_endless_chains_end() {
    let files = project(&[]);
    files.write("/p/uv.lock", vec![b' '; 33 * 1024 * 1024]);
    files.write("/p/requirements.txt", "-r 0.txt\ntransformers==4.41.2\n");
    for number in 0..5_000 {
        files.write(
            format!("/p/{number}.txt"),
            format!("-r {}.txt\n", number + 1),
        );
    }
    let answer = answer(&files, "train.py");
    assert_eq!(shown(&answer, "transformers"), "4.41.2 (requirements.txt)");
    assert_eq!(
        problems(&answer),
        ["uv.lock:1: is larger than 32 MB, so it is ignored"]
    );
}
