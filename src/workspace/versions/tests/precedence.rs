//! What wins over what.

use super::*;

const LOCK: &str = "[[package]]\nname = \"transformers\"\nversion = \"4.40.2\"\n";

#[test]
fn the_strongest_source_wins_and_the_next_takes_over() {
    let files = project(&[
        ("uv.lock", LOCK),
        ("poetry.lock", &LOCK.replace("4.40.2", "4.41.2")),
        ("requirements.txt", "transformers==4.57.1"),
        ("requirements/x.txt", "transformers==5.0.0"),
        (
            "pyproject.toml",
            "[project]\ndependencies = ['transformers==4.30.2']",
        ),
        ("environment.yml", "dependencies: [transformers==5.23.0]"),
    ]);
    install(&files, ".venv", "transformers", "5.1.0");
    assert_eq!(transformers(&files), "5.1.0 (.venv)");
    files.remove("/p/.venv/pyvenv.cfg");
    for (expected, file) in [
        ("4.40.2 (uv.lock)", "uv.lock"),
        ("4.41.2 (poetry.lock)", "poetry.lock"),
        ("4.57.1 (requirements.txt)", "requirements.txt"),
        ("5.0.0 (requirements/x.txt)", "requirements/x.txt"),
        ("4.30.2 (pyproject.toml)", "pyproject.toml"),
        ("5.23.0 (environment.yml)", "environment.yml"),
    ] {
        assert_eq!(transformers(&files), expected);
        files.remove(Path::new("/p").join(file));
    }
    assert_eq!(transformers(&files), "5.23.0 (newest known)");
}

#[test]
fn the_nearest_folder_wins() {
    let files = project(&[
        ("requirements.txt", "transformers==4.57.1"),
        ("old/requirements.txt", "transformers==4.30.2"),
    ]);
    let found = |file| shown(&answer(&files, file), "transformers");
    assert_eq!(found("old/deep/train.py"), "4.30.2 (old/requirements.txt)");
    assert_eq!(found("new/train.py"), "4.57.1 (requirements.txt)");
}

#[test]
fn a_near_range_admits_or_refuses_what_is_found_further_up() {
    let files = project(&[
        ("uv.lock", LOCK),
        (
            "member/pyproject.toml",
            "[project]\ndependencies = ['transformers>=4.40']",
        ),
        (
            "other/pyproject.toml",
            "[project]\ndependencies = ['transformers>=4.41,<5']",
        ),
    ]);
    let found = |file| shown(&answer(&files, file), "transformers");
    assert_eq!(found("member/train.py"), "4.40.2 (uv.lock)");
    let newest = "4.57.1 (other/pyproject.toml: newest that satisfies >=4.41,<5)";
    assert_eq!(found("other/train.py"), newest);
}

#[test]
fn the_search_stops_at_the_root_and_at_a_repository() {
    let files = project(&[
        ("requirements.txt", "transformers==4.57.1"),
        ("vendored/.git/HEAD", ""),
    ]);
    files.write("/requirements.txt", "trl==0.8.6");
    assert_eq!(
        shown(&answer(&files, "train.py"), "trl"),
        "0.25.1 (newest known)"
    );
    let found = shown(&answer(&files, "vendored/train.py"), "transformers");
    assert_eq!(found, "5.23.0 (newest known)");
    assert_eq!(
        project_root(&*files, Path::new("/p/vendored/a")),
        Path::new("/p/vendored")
    );
    assert_eq!(project_root(&*files, Path::new("/p/a")), Path::new("/p/a"));
}

#[test]
fn ranges_name_their_oldest_release() {
    let oldest = |range: &str| {
        let files = project(&[("requirements.txt", &format!("transformers{range}"))]);
        let answer = answer(&files, "train.py");
        let resolved = answer.environment.libraries["transformers"].clone();
        (
            resolved.version.to_string(),
            resolved.oldest.map(|version| version.to_string()),
        )
    };
    let pair = |newest: &str, oldest: Option<&str>| (newest.to_owned(), oldest.map(str::to_owned));
    assert_eq!(oldest(">=4.41,<5"), pair("4.57.1", Some("4.41")));
    assert_eq!(oldest(">4.40.2,<5"), pair("4.57.1", Some("4.41.2")));
    assert_eq!(oldest("<5"), pair("4.57.1", None));
    assert_eq!(oldest("~=4.41.0"), pair("4.41.2", Some("4.41.0")));
    assert_eq!(oldest("<=4.41.1"), pair("4.41.1", None));
    assert_eq!(oldest(">=4.6"), pair("5.23.0", Some("4.30.2")));
    assert_eq!(oldest(">=6.0.0rc1"), pair("6.0.0rc1", Some("6.0.0rc1")));
}

#[test]
fn a_range_without_a_known_release_leaves_the_library_alone() {
    let files = project(&[("requirements.txt", "trl\ntransformers<4.5\n")]);
    let answer = answer(&files, "train.py");
    assert_eq!(shown(&answer, "transformers"), "nothing");
    assert_eq!(shown(&answer, "trl"), "0.25.1 (newest known)");
    assert_eq!(
        problems(&answer),
        [
            "requirements.txt:2: no known release of `transformers` is in `<4.5`, so its use is not checked"
        ]
    );
}

#[test]
fn markers_choose_by_the_python_of_the_environment() {
    let files = project(&[(
        "requirements.txt",
        "transformers==4.41.2; python_version >= '3.10'\ntransformers==4.57.1; python_version < '3.10'\n",
    )]);
    install(&files, ".venv", "trl", "0.9.6");
    assert_eq!(transformers(&files), "4.41.2 (requirements.txt)");
}
