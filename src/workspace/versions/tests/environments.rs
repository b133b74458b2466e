//! Installed packages: environments, interpreters, broken and lying metadata.

use super::*;

const SITE: &str = "/p/.venv/lib/python3.11/site-packages";

#[test]
fn finds_the_nearest_environment_that_knows_a_library() {
    let files = project(&[("a/.venv/pyvenv.cfg", "version = 3.12.1\n")]);
    files.make_folder("/p/a/.venv/lib/python3.12/site-packages");
    install(&files, "venv", "transformers", "4.41.2");
    install(&files, "b/env", "transformers", "4.30.2");
    let found = |file| shown(&answer(&files, file), "transformers");
    assert_eq!(found("a/train.py"), "4.41.2 (venv)");
    assert_eq!(found("b/train.py"), "4.30.2 (b/env)");
}

#[test]
fn an_empty_environment_says_nothing() {
    let files = project(&[
        (".venv/pyvenv.cfg", "version = 3.12.1\n"),
        ("requirements.txt", "transformers==4.40.2"),
    ]);
    files.make_folder("/p/.venv/lib/python3.12/site-packages");
    assert_eq!(transformers(&files), "4.40.2 (requirements.txt)");
}

#[test]
fn all_that_is_installed_is_known_by_name() {
    let files = project(&[]);
    install(&files, ".venv", "trl", "0.9.6");
    for folder in ["flash_attn-2.8.0.dist-info", "Old.Thing.egg-info", "notes"] {
        files.make_folder(format!("{SITE}/{folder}"));
    }
    let answered = answer(&files, "train.py");
    let installed = answered.environment.installed.as_ref();
    let installed = installed.expect("an environment");
    assert_eq!(installed.place, ".venv");
    let names: Vec<&str> = installed.names.iter().map(String::as_str).collect();
    assert_eq!(names, ["flash-attn", "old-thing", "trl"]);
    let pinned = project(&[("requirements.txt", "trl==0.9.6\n")]);
    assert_eq!(answer(&pinned, "train.py").environment.installed, None);
}

#[test]
fn metadata_wins_over_a_lying_folder_name() {
    let files = project(&[]);
    install(&files, ".venv", "trl", "0.9.6");
    let folder = format!("{SITE}/transformers-4.40.2.dist-info");
    files.write(
        format!("{folder}/METADATA"),
        b"Name: Transformers\nVersion: 4.41.2\nSummary: caf\xe9\n\n\xff",
    );
    let answer = answer(&files, "train.py");
    assert_eq!(shown(&answer, "transformers"), "4.41.2 (.venv)");
    let told = problems(&answer);
    assert_eq!(told.len(), 1);
    assert!(
        told[0].ends_with(":2: the folder's name disagrees; `transformers` 4.41.2 is used"),
        "{told:?}"
    );
}

#[test]
fn broken_metadata_is_told_and_the_next_source_is_used() {
    for (content, line, reason) in [
        (Some("garbage"), 1, "states no name and version"),
        (
            Some("Name: transformers\nVersion: what\n"),
            2,
            "`what` is not a version",
        ),
        (None, 1, "does not exist"),
    ] {
        let files = project(&[(
            "uv.lock",
            "[[package]]\nname = 'transformers'\nversion = '4.40.2'\n",
        )]);
        install(&files, ".venv", "trl", "0.9.6");
        let folder = format!("{SITE}/transformers-4.41.2.dist-info");
        files.make_folder(&folder);
        if let Some(content) = content {
            files.write(format!("{folder}/METADATA"), content);
        }
        let answer = answer(&files, "train.py");
        assert_eq!(shown(&answer, "transformers"), "4.40.2 (uv.lock)");
        let told = problems(&answer);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].contains(&format!("METADATA:{line}: {reason}")),
            "{told:?}"
        );
    }
}

#[test]
fn of_two_installations_the_newest_is_used_and_told() {
    let files = project(&[]);
    install(&files, ".venv", "transformers", "4.41.2");
    install(&files, ".venv", "transformers", "4.40.2");
    files.make_folder(format!("{SITE}/~ransformers-4.30.2.dist-info"));
    let answer = answer(&files, "train.py");
    assert_eq!(shown(&answer, "transformers"), "4.41.2 (.venv)");
    let told = problems(&answer);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("installed twice"), "{told:?}");
}

#[test]
fn a_selected_interpreter_wins_over_the_nearest_environment() {
    let files = project(&[]);
    install(&files, ".venv", "transformers", "4.41.2");
    install(&files, "gpu", "transformers", "5.0.0");
    files.write("/p/gpu/bin/python", "");
    for path in [
        "/p/gpu",
        "/p/gpu/bin/python",
        "/p/gpu/lib/python3.11/site-packages",
    ] {
        let interpreter = Interpreter::find(&*files, Path::new(path)).unwrap();
        let options = Options {
            interpreter: Some(interpreter),
            ..options()
        };
        let answer = resolver(&files, options).resolve(Path::new("/p/a.py"), None);
        assert!(
            shown(&answer, "transformers").starts_with("5.0.0 (gpu"),
            "{path}"
        );
    }
    let missing = Interpreter::find(&*files, Path::new("/p/none")).unwrap_err();
    assert!(matches!(missing, InterpreterError::NotFound(_)));
    let no_packages = Interpreter::find(&*files, Path::new("/p")).unwrap_err();
    assert!(no_packages.to_string().contains("has no site-packages"));
}

#[test]
fn windows_environments_and_system_packages_are_found() {
    let files = project(&[(
        "w/pyvenv.cfg",
        "home = /usr/bin\ninclude-system-site-packages = true\nversion = 3.11.7\n",
    )]);
    let metadata = |version| format!("Name: transformers\nVersion: {version}\n");
    files.make_folder("/p/w/Lib/site-packages");
    files.write(
        "/usr/lib/python3/dist-packages/transformers-4.30.2.dist-info/METADATA",
        metadata("4.30.2"),
    );
    let interpreter = Interpreter::find(&*files, Path::new("/p/w")).unwrap();
    assert_eq!(interpreter.python, Some(version("3.11.7")));
    let with = |interpreter| Options {
        interpreter: Some(interpreter),
        ..options()
    };
    let found = resolver(&files, with(interpreter.clone())).resolve(Path::new("/p/a.py"), None);
    assert_eq!(shown(&found, "transformers"), "4.30.2 (w)");
    files.write(
        "/p/w/Lib/site-packages/transformers-4.41.2.dist-info/METADATA",
        metadata("4.41.2"),
    );
    let found = resolver(&files, with(interpreter)).resolve(Path::new("/p/a.py"), None);
    assert_eq!(shown(&found, "transformers"), "4.41.2 (w)");
    assert_eq!(problems(&found), [""; 0]);
}

#[test]
fn the_activated_environment_counts_only_where_asked_for_and_needed() {
    let files = project(&[("requirements.txt", "transformers==4.40.2")]);
    install(&files, "../home/active", "transformers", "4.41.2");
    files.set("VIRTUAL_ENV", "/p/../home/active");
    assert_eq!(transformers(&files), "4.40.2 (requirements.txt)");
    let asked = || Options {
        use_active: true,
        ..options()
    };
    let found = || {
        shown(
            &resolver(&files, asked()).resolve(Path::new("/p/a.py"), None),
            "transformers",
        )
    };
    assert!(found().starts_with("4.41.2"), "{}", found());
    install(&files, ".venv", "transformers", "5.0.0");
    assert_eq!(found(), "5.0.0 (.venv)");
}

#[test]
fn installed_modules_are_read_and_nothing_outside() {
    let files = project(&[("secret.py", "no")]);
    install(&files, ".venv", "transformers", "4.41.2");
    files.write(
        format!("{SITE}/transformers/trainer.py"),
        "class Trainer: ...",
    );
    files.write(format!("{SITE}/transformers/fast.pyi"), "def f(): ...");
    let answer = answer(&files, "train.py");
    let sources = answer.environment.libraries["transformers"]
        .sources
        .clone()
        .unwrap();
    assert_eq!(sources.module("transformers"), Some((String::new(), true)));
    assert_eq!(
        sources.module("transformers.trainer"),
        Some(("class Trainer: ...".to_owned(), false))
    );
    assert_eq!(
        sources.module("transformers.fast"),
        Some(("def f(): ...".to_owned(), false))
    );
    for name in [
        "",
        "..secret",
        "/p/secret",
        "transformers.../../x",
        "transformers.none",
        "a\0b",
        "C:",
    ] {
        assert_eq!(sources.module(name), None, "{name}");
    }
}

#[test]
fn editable_installations_are_read_where_they_lie() {
    let files = project(&[("lib/src/transformers/__init__.py", "here = 1")]);
    install(&files, ".venv", "transformers", "5.24.0.dev0");
    files.write(
        format!("{SITE}/transformers-5.24.0.dev0.dist-info/direct_url.json"),
        r#"{"url": "file:///p/lib", "dir_info": {"editable": true}}"#,
    );
    let answer = answer(&files, "train.py");
    let resolved = &answer.environment.libraries["transformers"];
    let sources = resolved.sources.clone().unwrap();
    assert_eq!(
        sources.module("transformers"),
        Some(("here = 1".to_owned(), true))
    );
}

#[cfg(unix)]
#[test]
fn a_linked_environment_on_disk_is_followed_and_never_run() {
    use crate::workspace::files::Disk;
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let site = root.join("store/lib/python3.11/site-packages/trl-0.9.6.dist-info");
    std::fs::create_dir_all(&site).unwrap();
    std::fs::create_dir_all(root.join("project/.git")).unwrap();
    std::fs::create_dir_all(root.join("store/bin")).unwrap();
    std::fs::write(root.join("store/bin/python"), "#!/bin/sh\nexit 1\n").unwrap();
    std::fs::write(root.join("store/pyvenv.cfg"), "version = 3.11.7\n").unwrap();
    std::fs::write(site.join("METADATA"), "Name: trl\nVersion: 0.9.6\n").unwrap();
    let link =
        |to: &str, at: &str| std::os::unix::fs::symlink(root.join(to), root.join(at)).unwrap();
    link("store", "project/.venv");
    link("store/lib", "store/lib64");
    link("store/bin/python", "python");
    let root_option = Options {
        root: root.join("project"),
        ..Options::default()
    };
    let resolver = Resolver::new(Arc::new(Disk), catalog(), root_option);
    let answer = resolver.resolve(&root.join("project/a/train.py"), None);
    assert_eq!(shown(&answer, "trl"), "0.9.6 (.venv)");
    assert_eq!(answer.problems, []);
    let interpreter = Interpreter::find(&Disk, &root.join("python")).unwrap();
    assert_eq!(interpreter.site_packages.len(), 1);
}
