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
fn a_folder_that_says_nothing_shares_the_answer_of_the_one_above() {
    let files = project(&[
        ("requirements.txt", "transformers==4.41.2\n"),
        ("a/b/requirements.txt", "transformers==4.30.2\n"),
        ("a/b/c/uv.lock", "nonsense = [\n"),
        ("a/b/c/d/train.py", ""),
    ]);
    let resolver = resolver(&files, options());
    let ask = |path: &str| resolver.resolve(&Path::new("/p").join(path), None);
    let version = |path: &str| shown(&ask(path), "transformers");
    assert_eq!(version("a/train.py"), "4.41.2 (requirements.txt)");
    assert!(Arc::ptr_eq(&ask("a/train.py"), &ask("train.py")));
    assert_eq!(version("a/b/train.py"), "4.30.2 (a/b/requirements.txt)");
    assert_eq!(ask("a/b/train.py").problems.len(), 0);
    assert_eq!(ask("a/b/c/d/train.py").problems.len(), 1);
    files.write("/p/a/requirements.txt", "transformers==5.0.0\n");
    resolver.invalidate(Path::new("/p/a/requirements.txt"));
    assert_eq!(version("a/train.py"), "5.0.0 (a/requirements.txt)");
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
