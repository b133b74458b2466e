use proptest::prelude::*;

use super::*;

fn python(text: &str) -> String {
    let fences = fences(text);
    let code = code(text, &fences);
    code.text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn fences_are_found_as_in_common_mark() {
    let found = |text: &str| -> Vec<(String, String)> {
        let body = |fence: &Fence| {
            fence
                .lines
                .iter()
                .map(|line| line.slice(text))
                .collect::<Vec<_>>()
                .join("|")
        };
        fences(text)
            .iter()
            .map(|fence| (fence.language(), body(fence)))
            .collect()
    };
    for (text, language, body) in [
        ("```python\na\n\nb\n```\n", "python", "a||b"),
        ("```py\r\na\r\n```\r\n", "py", "a"),
        ("~~~ Python title=\"x\"\na\n```\n~~~~\n", "python", "a|```"),
        ("````{python}\n```\n````", "python", "```"),
        ("```{.python .numberLines}\na", "python", "a"),
        ("```{code-block} python\na\n```", "python", "a"),
        ("```python:train.py\na\n```", "python", "a"),
        ("- x\n  ```py\n  a\n    b\n c\n  ```\n", "py", "a|  b|c"),
        ("1. ```py\n   a\n   ```\n", "py", "a"),
        ("> ```py\n> a\n>\n> b\n> ```\n", "py", "a||b"),
        ("```\na\n```", "", "a"),
    ] {
        assert_eq!(
            found(text),
            [(language.to_owned(), body.to_owned())],
            "{text:?}"
        );
    }
    assert_eq!(found("``` a `b` ```\n``\nx\n``\n"), []);
    assert_eq!(found("```py\na\n```\n```py\nb\n```\n").len(), 2);
}

#[test]
fn only_python_is_left() {
    let text = "# T\n\n```python\nimport a\n!pip install b\n```\nText é\n```bash\nls\n```\n- ```py\n  >>> a.b(\n  ...     c)\n  out\n  ```\n";
    assert_eq!(python(text), "import a\n0\nif 1:\n      a.b(\n          c)");
    let fences = fences(text);
    assert_eq!(code(text, &fences).text.len(), text.len());
    for broken in [
        "a = (",
        "- a\n+ b",
        "  a = 1\nb = 2",
        "# Before\na",
        "...\n>>> x y",
        "a b c",
        "# only",
    ] {
        assert_eq!(
            python(&format!("```python\n{broken}\n```\n")),
            "",
            "{broken}"
        );
    }
    for told in [
        "Before:",
        "This raises a `TypeError`:",
        "## Migrating to 5.0\n\nText.",
        "❌",
    ] {
        assert_eq!(
            python(&format!("x\n\n{told}\n\n```python\na.b()\n```\n")),
            "",
            "{told}"
        );
    }
    assert_eq!(python("Use this:\n\n```python\na.b()\n```\n"), "a.b()");
}

#[test]
fn comments_silence_fences() {
    let text = "<!-- hf-lsp: ignore[HF103] -->\n\n```python\na\n```\n<!-- hf-lsp: ignore -->\ntext\n```python\nb\n```\n";
    let facts = analyse(text);
    assert_eq!(facts.suppressions.len(), 1);
    assert_eq!(facts.suppressions[0].codes, ["HF103"]);
    assert_eq!(facts.suppressions[0].covers.slice(text), "```python\na\n");
    assert_eq!(
        analyse("<!-- hf-lsp: ignore-file -->\n").suppressions[0]
            .covers
            .len(),
        29
    );
}

#[test]
fn installations_are_declared() {
    let text = "```bash\n$ pip install transformers==4.40\n```\n";
    assert_eq!(
        declared(text).unwrap(),
        "# /// script\n# dependencies = [\"transformers==4.40\"]\n# ///\n"
    );
    assert_eq!(declared("pip install transformers==4.40\n"), None);
}

#[test]
fn edits_stay_in_their_fence() {
    let text = "```py\nimport a\na.b(c=1)\n```\n- ```py\n  a.d()\n  ```\n";
    let fix = |start: usize, end: usize, content: &str| Fix {
        title: String::new(),
        applicability: crate::rules::finding::Applicability::Safe,
        edits: vec![crate::rules::finding::Edit {
            range: TextRange::from_usize(start, end),
            content: content.to_owned(),
        }],
    };
    let at = |piece: &str| text.find(piece).unwrap();
    assert!(takes(text, &fix(at("c=1"), at("c=1") + 1, "d")));
    assert!(takes(text, &fix(at("a.b"), at("a.b"), "import c\n")));
    assert!(takes(text, &fix(at("a.d"), at("a.d") + 1, "b")));
    assert!(!takes(text, &fix(at("a.d"), at("a.d"), "import c\n")));
    assert!(!takes(text, &fix(0, 3, "")));
    assert!(!takes(text, &fix(at("c=1"), at("a.d"), "")));
}

const PIECES: &[&str] = &[
    "```",
    "~~~",
    "python",
    "py",
    "\n",
    "\r\n",
    "> ",
    "- ",
    "  ",
    "import a\n",
    "a.b(\n",
    ">>> ",
    "... ",
    "é",
    "'''",
    "`",
    "<!-- hf-lsp: ignore -->",
    "# ",
    "!ls",
    "\t",
    "if x:\n",
];

proptest! {
    /// Whatever a document is, its Python has its length and its lines.
    #[test]
    fn offsets_stay(parts in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        let text = parts.concat();
        let found = fences(&text);
        let code = code(&text, &found);
        prop_assert!(code.text.is_empty() || code.text.len() == text.len());
        let ends = |text: &str| text.match_indices('\n').map(|(at, _)| at).collect::<Vec<_>>();
        if !code.text.is_empty() {
            prop_assert_eq!(ends(&code.text), ends(&text));
        }
        let facts = analyse(&text);
        prop_assert!(facts.errors.is_empty(), "{:?}", code.text);
    }
}
