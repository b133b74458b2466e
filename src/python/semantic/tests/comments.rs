use crate::python::{analyse, inline_metadata};

fn suppressed(text: &str) -> String {
    let facts = analyse(text);
    let lines = facts.suppressions.iter().map(|suppression| {
        format!(
            "[{}] {:?}",
            suppression.codes.join(" "),
            suppression.covers.slice(text)
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn directives_in_comments() {
    let text = "\
a(  # hf-lsp: ignore
    b,  # noqa: E501  #HF-LSP:Ignore[hf101 , Renamed-Argument] because
)
# hf-lsp: ignore[HF103]

# another comment
c()
'# hf-lsp: ignore'  # hf-lsp: ignored
d  # hf-lsp: ignore[HF101
e  # hf-lsp: ignore[]
";
    insta::assert_snapshot!(suppressed(text), @r##"
    [] "a(  # hf-lsp: ignore"
    [HF101 renamed-argument] "    b,  # noqa: E501  #HF-LSP:Ignore[hf101 , Renamed-Argument] because"
    [HF103] "# hf-lsp: ignore[HF103]\n\n# another comment\nc()"
    "##);
    insta::assert_snapshot!(suppressed("x\n# hf-lsp: ignore-file[HF1]\ny"), @r##"[HF1] "x\n# hf-lsp: ignore-file[HF1]\ny""##);
}

#[test]
fn inline_script_metadata() {
    let text = "#!/usr/bin/env python\n# /// script\n# dependencies = [\n#   \"trl==1\",\n# ]\n#\n# ///\nimport trl\n";
    let (content, range) = inline_metadata(text).expect("there is a block");
    assert_eq!(content, "dependencies = [\n  \"trl==1\",\n]\n\n");
    assert!(range.slice(text).starts_with("# /// script\n"));
    assert!(range.slice(text).ends_with("#\n# ///"));
    let crlf = text.replace('\n', "\r\n");
    assert_eq!(
        inline_metadata(&crlf).map(|(content, _)| content),
        Some(content)
    );
    assert_eq!(inline_metadata("# /// script\n# a = 1\nx\n# ///\n"), None);
    assert_eq!(inline_metadata("# /// other\n# a = 1\n# ///\n"), None);
    let twice = "# /// script\n# a = 1\n# ///\n\n# /// script\n# a = 1\n# ///\n";
    assert_eq!(inline_metadata(twice), None);
}
