use super::*;

const MILL: &str = "
    Grinds corn to flour.

    Slowly, but well.

    Args:
        corn (`str`, *optional*, defaults to `\"rye\"`):
            What is ground. One of:
                - \"rye\": dark
                - \"wheat\": light

            More of it: later.

        > Stones

        stones(`int`, *optional*):
            How many.
            > [!TIP]
            > Two are enough.
        gap (`tuple[int, int]` or `dict` (for two), *optional*): The gap.
        a, b (`float`):
            Both.
        loud (`bool`)
            Whether it is heard.
        **kwargs:
            The rest.

    Returns:
        `Flour`: what comes out.

    Raises:
        ValueError: Without corn.

    Example:

    ```python
    >>> grind()
    ```
";

fn text<'t>(docstring: &Docstring<'t>, name: &str) -> &'t str {
    docstring.parameter(name).expect("documented").text
}

#[test]
fn a_docstring_falls_into_its_parts() {
    let mill = parse(MILL);
    assert_eq!(mill.summary(), "Grinds corn to flour.");
    assert!(mill.description.ends_with("but well."));
    assert!(text(&mill, "corn").starts_with("What is ground."));
    assert!(text(&mill, "corn").ends_with("later."));
    assert_eq!(text(&mill, "gap"), "The gap.");
    assert_eq!(text(&mill, "b"), "Both.");
    assert_eq!(text(&mill, "loud"), "Whether it is heard.");
    assert_eq!(text(&mill, "kwargs"), "The rest.");
    assert!(text(&mill, "stones").ends_with("Two are enough."));
    assert_eq!(mill.parameter("stones").unwrap().group, Some("Stones"));
    assert_eq!(mill.parameter("corn").unwrap().group, None);
    assert_eq!(
        mill.parameter("stones").unwrap().heading,
        "(`int`, *optional*)"
    );
    let returned = mill.returns.unwrap();
    assert_eq!(
        (returned.kind, returned.text),
        (Some("`Flour`"), "what comes out.")
    );
    assert_eq!(mill.raises[0].exception, "ValueError");
    assert!(mill.examples.unwrap().starts_with("```python"));
    assert!(mill.parameter("Both").is_none());
}

#[test]
fn colons_in_types_do_not_end_the_heading() {
    let doc = parse(
        "Args:\n    a (`dict`, defaults to `{\"x\": 1}`): The map.\n    b (`str`,\n        *optional*): Long.\n",
    );
    assert_eq!(text(&doc, "a"), "The map.");
    assert_eq!(text(&doc, "b"), "Long.");
}

#[test]
fn prose_beside_entries_belongs_to_the_one_above() {
    let doc = parse("Args:\n    a: First line\n    goes on here.\n    b: Second.\n");
    assert_eq!(text(&doc, "a"), "First line\n    goes on here.");
    assert_eq!(text(&doc, "b"), "Second.");
}

#[test]
fn a_bare_list_needs_no_heading() {
    let doc = parse_bare(
        "\n    labels (`int`):\n        The labels.\n\n    Example:\n\n    ```python\n    x (y): z\n    ```\n",
    );
    assert_eq!(text(&doc, "labels"), "The labels.");
    assert!(doc.parameter("x").is_none());
    let coded = parse_bare("\n    a (`int`): First.\n\n    ```python\n    >>> f()\n    ```\n");
    assert_eq!(text(&coded, "a"), "First.");
    let headed = parse_bare("About.\n\nNote: so it is.\n\nArgs:\n    a: The first.\n");
    assert!(headed.parameter("Note").is_none());
    assert_eq!(text(&headed, "a"), "The first.");
}

#[test]
fn the_line_beside_the_quotes_is_as_far_in_as_the_others() {
    let doc = parse(
        "Args:\n            a: The first.\n            b: The second.\n        Returns:\n            int: It.\n",
    );
    assert_eq!(text(&doc, "b"), "The second.");
    assert_eq!(doc.returns.unwrap().kind, Some("int"));
}

mod hostile {
    use super::super::{first_paragraph, parse, parse_bare};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_part_is_a_part_of_the_text(text in r"([ \t]{0,4}(Args:|a \(`x`|b:|\):|> G|é|Returns:|`|\n|\r\n)){0,40}") {
            for doc in [parse(&text), parse_bare(&text)] {
                for entry in &doc.parameters {
                    prop_assert!(text.contains(entry.text) && text.contains(entry.heading));
                    prop_assert!(!entry.names.is_empty());
                }
                prop_assert!(text.contains(first_paragraph(doc.description)));
            }
        }
    }
}
