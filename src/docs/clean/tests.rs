use super::*;

fn cleaned(text: &str) -> String {
    clean(text, &Style::plain(10_000))
}

#[test]
fn cross_references_become_names_or_links() {
    assert_eq!(
        cleaned("See [`~transformers.Trainer`] and [`SFTConfig`]."),
        "See `Trainer` and `SFTConfig`."
    );
    let symbol = |path: &str| (path == "a.B").then(|| "/docs/a/v1/en/page#a.B".to_owned());
    let style = Style {
        limit: 1000,
        symbol: &symbol,
        host: "https://huggingface.co",
    };
    assert_eq!(
        clean("[`~a.B`]", &style),
        "[`B`](https://huggingface.co/docs/a/v1/en/page#a.B)"
    );
}

#[test]
fn only_known_places_are_linked() {
    assert_eq!(
        cleaned(
            "[paper](https://huggingface.co/papers/1) [bad](https://evil.example/x) [run](command:x) [d](data:,x)"
        ),
        "[paper](https://huggingface.co/papers/1) bad run d"
    );
    assert_eq!(
        cleaned("see https://evil.example/x, or www.evil.example."),
        "see `https://evil.example/x`, or `www.evil.example`."
    );
    assert_eq!(
        cleaned("<https://github.com/a/b>"),
        "https://github.com/a/b"
    );
    assert_eq!(cleaned("[x](https://huggingface.co@evil.example/)"), "x");
    assert_eq!(cleaned("[x](https://huggingface.co.evil.example/)"), "x");
}

#[test]
fn images_and_html_are_gone() {
    let text = "a ![t](https://x/y.png) b <img src=x onerror=y> c <script>alert(1)</script> d\n\n![r][ref]\n\n[ref]: https://x/y.png\n";
    assert_eq!(cleaned(text), "a b c d");
    assert_eq!(cleaned("[![badge](https://x)](https://huggingface.co)"), "");
    assert_eq!(cleaned("if a < b and <broken"), "if a < b and \\<broken");
    assert_eq!(
        cleaned("Text.<!-- hidden\n\nmore --> Shown."),
        "Text. Shown."
    );
}

#[test]
fn boxes_become_labels() {
    assert_eq!(
        cleaned("<Tip warning={true}>\n\nBeware.\n\n</Tip>\n\nText."),
        "**Warning:** Beware.\n\nText."
    );
    assert_eq!(
        cleaned("> [!TIP]\n> Two are\n> enough."),
        "**Tip:** Two are enough."
    );
    let text = "<Deprecated version=\"1.1.0\">\n\nUse the other.\n\n</Deprecated>";
    assert_eq!(cleaned(text), "**Deprecated since 1.1.0:** Use the other.");
    assert_eq!(
        cleaned(
            "[[open-in-colab]]\n\n<hfoptions id=\"x\">\n<hfoption id=\"y\">\n\nText.\n\n</hfoption>\n</hfoptions>"
        ),
        "Text."
    );
}

#[test]
fn lists_keep_their_form() {
    let text = "One of:\n        - `\"no\"`: nothing\n          at all\n            - deeper\n        - `\"yes\"`\n\n    Behind.";
    assert_eq!(
        cleaned(text),
        "One of:\n- `\"no\"`: nothing at all\n  - deeper\n- `\"yes\"`\n\nBehind."
    );
}

#[test]
fn code_keeps_its_form() {
    let text = "Run:\n\n    ```py runnable:x\n    >>> a = \"<b>\"\n    ```\n\n>>> b\n1\n";
    assert_eq!(
        cleaned(text),
        "Run:\n\n```python\n>>> a = \"<b>\"\n```\n\n```python\n>>> b\n1\n```"
    );
}

#[test]
fn long_texts_are_cut_behind_a_sentence() {
    let text = "The first sentence. The second one, e.g. this, is longer. The third.";
    assert_eq!(clean(text, &Style::plain(40)), "The first sentence. …");
    assert_eq!(
        clean("word ".repeat(50).as_str(), &Style::plain(22)),
        "word word word …"
    );
    let two = "First paragraph.\n\nSecond paragraph.";
    assert_eq!(clean(two, &Style::plain(30)), "First paragraph. …");
    assert_eq!(clean_line("a  b\nc", 100), "a b c");
}

#[test]
fn what_nobody_closes_costs_little() {
    let start = std::time::Instant::now();
    for piece in [
        "[",
        "`",
        "<a",
        "![",
        "[[",
        "[`",
        "[a](",
        "`` ` ",
        "[`` ` ```",
    ] {
        let out = clean(&piece.repeat(300_000), &Style::plain(2_000));
        assert!(out.len() <= 2_000);
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

mod hostile {
    use super::super::{Style, clean, clean_line, is_shown};
    use proptest::prelude::*;

    fn links(text: &str) -> Vec<String> {
        let is_escaped = |at: usize| {
            let before = text[..at].trim_end_matches('\\');
            (at - before.len()) % 2 == 1
        };
        text.match_indices("](")
            .filter(|(at, _)| !is_escaped(*at))
            .map(|(at, _)| text[at + 2..].to_owned())
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn nothing_harmful_comes_through(
            text in r"(!?\[|\]|\(|\)|command:x|javascript:y|data:z|https://evil\.example|https://huggingface\.co/a|<script>|</script>|<img|<b>|<|>|`|```|\n|\n\n|- |> |\\|\u{202e}|\u{7}|\]: |[a-z .]|<|\|){0,60}",
            limit in 0_usize..200,
        ) {
            let out = clean(&text, &Style::plain(limit));
            prop_assert!(out.len() <= limit);
            prop_assert!(!out.contains("!["));
            prop_assert!(!out.to_ascii_lowercase().contains("<script"));
            prop_assert!(out.chars().all(is_shown));
            for link in links(&outside_code(&out)) {
                prop_assert!(link.starts_with("https://huggingface.co/"), "{out:?} of {text:?}");
            }
            prop_assert!(clean_line(&text, limit).len() <= limit);
        }

        #[test]
        fn any_text_is_survived(text in "\\PC{0,200}", limit in 0_usize..300) {
            prop_assert!(clean(&text, &Style::plain(limit)).len() <= limit);
        }
    }

    /// Without fenced code and code spans, in which brackets are no links.
    fn outside_code(text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('`') {
            let escaped = rest[..at].ends_with('\\') && !rest[..at].ends_with("\\\\");
            out.push_str(&rest[..at]);
            out.push('c');
            let run = rest[at..].len() - rest[at..].trim_start_matches('`').len();
            let behind = &rest[at + run..];
            let close = || {
                let mut from = 0;
                loop {
                    let start = from + behind[from..].find('`')?;
                    let length =
                        behind[start..].len() - behind[start..].trim_start_matches('`').len();
                    if length == run {
                        return Some(start + length);
                    }
                    from = start + length;
                }
            };
            rest = if escaped {
                &rest[at + 1..]
            } else {
                close().map_or(behind, |end| &behind[end..])
            };
        }
        out.push_str(rest);
        out
    }
}
