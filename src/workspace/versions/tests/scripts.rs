//! Scripts with their own block (PEP 723).

use super::*;

fn script(dependencies: &str) -> String {
    format!(
        "#!/usr/bin/env python\n# /// script\n# requires-python = \">=3.10\"\n# dependencies = [\n{dependencies}# ]\n# ///\nimport transformers\n"
    )
}

fn resolve(files: &Arc<MemoryFiles>, text: &str) -> Arc<Answer> {
    resolver(files, options()).resolve(Path::new("/p/train.py"), Some(text))
}

#[test]
fn the_block_wins_over_the_project() {
    let files = project(&[("requirements.txt", "transformers==4.40.2\ntrl==0.9.6\n")]);
    install(&files, ".venv", "transformers", "4.41.2");
    let text = script("#   \"transformers==5.0.0\",\n#\n#   'torch',\n");
    for text in [
        text.clone(),
        text.replace('\n', "\r\n"),
        format!("\u{feff}{text}"),
    ] {
        let answer = resolve(&files, &text);
        assert_eq!(shown(&answer, "transformers"), "5.0.0 (train.py)");
        assert_eq!(shown(&answer, "trl"), "0.9.6 (requirements.txt)");
        assert_eq!(problems(&answer), [""; 0]);
    }
    assert_eq!(transformers(&files), "4.41.2 (.venv)");
}

#[test]
fn its_lock_is_stronger_and_a_range_admits_what_is_installed() {
    let files = project(&[]);
    install(&files, ".venv", "transformers", "4.41.2");
    let found = |range: &str| {
        let answer = resolve(&files, &script(&format!("# 'transformers{range}',\n")));
        shown(&answer, "transformers")
    };
    assert_eq!(found(">=4.40"), "4.41.2 (.venv)");
    assert_eq!(found(">=5"), "5.23.0 (train.py: newest that satisfies >=5)");
    files.write(
        "/p/train.py.lock",
        "[[package]]\nname = 'transformers'\nversion = '5.0.0'\n",
    );
    assert_eq!(found(">=4.40"), "5.0.0 (train.py.lock)");
}

#[test]
fn a_broken_block_is_told_with_the_line_of_the_script() {
    let files = project(&[("requirements.txt", "transformers==4.40.2")]);
    let told = |text: &str| {
        let answer = resolve(&files, text);
        assert_eq!(shown(&answer, "transformers"), "4.40.2 (requirements.txt)");
        problems(&answer)
    };
    let toml = told(&script("# 'a' 'b'\n"));
    assert!(
        toml.len() == 1 && toml[0].starts_with("train.py:5: not valid TOML"),
        "{toml:?}"
    );
    let requirement = told(&script("# 'transformers=4'\n"));
    assert!(
        requirement[0].starts_with("train.py:5: `transformers=4` is not a requirement"),
        "{requirement:?}"
    );
    let twice = told(&(script("") + &script("")));
    assert_eq!(
        twice,
        ["train.py:10: second `script` block, so both are ignored"]
    );
    assert_eq!(
        told("# /// script\n# dependencies = ['transformers==5.0.0']\nx = 1\n"),
        [""; 0]
    );
}
