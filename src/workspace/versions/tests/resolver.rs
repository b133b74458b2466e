//! Caching, forgetting, threads.

use super::*;

#[test]
fn files_of_one_folder_share_their_answer_until_something_changes() {
    let files = project(&[
        ("requirements.txt", "-r base/all.txt"),
        ("base/all.txt", "transformers==4.40.2"),
    ]);
    let resolver = resolver(&files, options());
    let ask = |file| resolver.resolve(Path::new(file), Some("import transformers"));
    assert!(Arc::ptr_eq(&ask("/p/a/x.py"), &ask("/p/a/y.py")));
    assert_eq!(
        shown(&ask("/p/a/x.py"), "transformers"),
        "4.40.2 (base/all.txt)"
    );
    let change = |path: &str, content: &str| {
        files.write(path, content);
        resolver.invalidate(Path::new(path));
        shown(&ask("/p/a/x.py"), "transformers")
    };
    assert_eq!(
        change("/p/base/all.txt", "transformers==4.41.2"),
        "4.41.2 (base/all.txt)"
    );
    let lock = "[[package]]\nname = 'transformers'\nversion = '4.30.2'\n";
    assert_eq!(change("/p/uv.lock", lock), "4.30.2 (uv.lock)");
    change("/p/.venv/pyvenv.cfg", "version = 3.11.7\n");
    let metadata = "/p/.venv/lib/python3.11/site-packages/transformers-5.0.0.dist-info/METADATA";
    assert_eq!(
        change(metadata, "Name: transformers\nVersion: 5.0.0\n"),
        "5.0.0 (.venv)"
    );
    let metadata = metadata.replace("5.0.0", "5.1.0");
    assert_eq!(
        change(&metadata, "Name: transformers\nVersion: 5.1.0\n"),
        "5.1.0 (.venv)"
    );
}

#[test]
fn what_was_read_is_named() {
    let files = project(&[
        ("requirements.txt", "-r base.in\n"),
        ("base.in", "transformers\n"),
    ]);
    let answer = answer(&files, "a/train.py");
    for path in [
        "/p/requirements.txt",
        "/p/base.in",
        "/p/uv.lock",
        "/p/a/uv.lock",
    ] {
        assert!(
            answer.inputs.iter().any(|input| input == Path::new(path)),
            "{path}"
        );
    }
}

#[test]
fn a_problem_is_told_once_for_many_files_and_threads() {
    let files = project(&[("pyproject.toml", "[project\n")]);
    let resolver = resolver(&files, options());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let resolver = &resolver;
            scope.spawn(move || {
                for number in 0..50 {
                    let file = format!("/p/{thread}/{}/x.py", number % 7);
                    let answer = resolver.resolve(Path::new(&file), None);
                    assert_eq!(shown(&answer, "transformers"), "5.23.0 (newest known)");
                }
            });
        }
    });
    assert_eq!(resolver.problems().len(), 1);
}
