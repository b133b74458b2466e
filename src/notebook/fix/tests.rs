use proptest::prelude::*;

use super::*;
use crate::rules::finding::{Applicability, Edit, Fix};
use crate::text::TextRange;

/// Each `old` becomes `new`.
fn renamed(text: &str, old: &str, new: &str) -> String {
    let check = |joined: &Joined| {
        let places = joined.code().match_indices(old);
        let find = |(at, _): (usize, &str)| {
            let range = TextRange::from_usize(at, at + old.len());
            let edits = vec![Edit {
                range,
                content: new.to_owned(),
            }];
            Finding {
                range,
                fix: Some(Fix {
                    title: String::new(),
                    applicability: Applicability::Safe,
                    edits,
                }),
                ..Finding::default()
            }
        };
        places.map(find).collect()
    };
    fix_all(text, false, check).text
}

fn notebook(source: &str) -> String {
    format!(
        "{{\n \"cells\": [\n  {{\n   \"source\": {source},\n   \"cell_type\":\"code\", \"outputs\": [\"old\"]\n  }}\n ]\n}}"
    )
}

#[test]
fn only_the_changed_part_of_a_source_is_written() {
    for (source, old, new, expected) in [
        (
            r#""a = old\n# \u00e9\/""#,
            "old",
            "x",
            r#""a = x\n# \u00e9\/""#,
        ),
        (
            r#"["a\n", "b(old) # \u00e9\n" , "c"]"#,
            "old",
            "\"ü\"",
            r#"["a\n", "b(\"\u00fc\") # \u00e9\n" , "c"]"#,
        ),
        (
            r#"["a\n", "old\n", "c"]"#,
            "old",
            "x\ny",
            r#"["a\n", "x\n", "y\n", "c"]"#,
        ),
        (
            "[\n    \"old\"\n   ]",
            "old",
            "x\ny",
            "[\n    \"x\\n\",\n    \"y\"\n   ]",
        ),
        (r#"["a\n", "old\n",  "c"]"#, "old\n", "", r#"["a\n", "c"]"#),
        (r#"["a\n", "old"]"#, "old", "", r#"["a\n"]"#),
        (r#"["old"]"#, "old", "", r#"[""]"#),
        (
            r#"["a\n", "b = (old\n", "\t1)\n", "c"]"#,
            "old\n\t",
            "",
            r#"["a\n", "b = (1)\n", "c"]"#,
        ),
        (
            r#"["a = (old\n", "1) # \u00e9\n"]"#,
            "old\n",
            "",
            r#"["a = (1) # \u00e9\n"]"#,
        ),
        (
            r#"["f(old,\n", "  old)"]"#,
            "old",
            "x",
            r#"["f(x,\n", "  x)"]"#,
        ),
        (
            r#"["!old\n", "f(old)"]"#,
            "old",
            "x",
            r#"["!old\n", "f(x)"]"#,
        ),
    ] {
        assert_eq!(renamed(&notebook(source), old, new), notebook(expected));
    }
}

#[test]
fn what_would_break_a_cell_is_left() {
    let text = notebook(r#"["%%time\n", "f(old)"]"#);
    assert_eq!(renamed(&text, "old", "(("), text);
    let text = notebook(r#"["x = old"]"#);
    assert_eq!(renamed(&text, "x = old", "!y"), text);
}

/// A cell as it may be written in a file: its strings, in a list or alone.
fn source() -> impl Strategy<Value = (Vec<String>, bool)> {
    let line = prop::sample::select(
        &[
            "x = 1\n",
            "f(\n",
            ")\n",
            "# \u{e9}\u{1f917}\"\n",
            "y",
            "\n",
            "!ls\n",
            "'\\\\'\r\n",
        ][..],
    );
    (
        prop::collection::vec(line.prop_map(str::to_owned), 0..5),
        any::<bool>(),
    )
}

fn written((lines, list): &(Vec<String>, bool)) -> String {
    match list {
        true => serde_json::to_string_pretty(lines).unwrap(),
        false => serde_json::to_string(&lines.concat()).unwrap(),
    }
}

/// The file without its sources, and the sources.
fn parts(text: &str) -> (String, Vec<String>) {
    let notebook = Notebook::parse(text).unwrap();
    let mut rest = String::new();
    let mut at = 0;
    let mut sources = Vec::new();
    for cell in &notebook.cells {
        sources.push(notebook.source(cell));
        let strings = &cell.source.strings;
        if let (Some(first), Some(last)) = (strings.first(), strings.last()) {
            rest.push_str(&text[at..first.start - 1]);
            at = last.end + 1;
        }
    }
    rest.push_str(&text[at..]);
    (rest, sources)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Edits of the joined text change the sources as they say, and nothing else in the file.
    #[test]
    fn edits_change_sources_and_nothing_else(
        sources in prop::collection::vec(source(), 1..4),
        edits in prop::collection::vec(
            (any::<prop::sample::Index>(), 0..9usize,
             prop::sample::select(&["", "z", "\n", "a\nb", "\"\\\u{e9}\n"][..])), 1..5),
    ) {
        let cells: Vec<String> = sources.iter().map(|source| {
            format!("{{\"cell_type\": \"code\",\n\"source\": {}, \"outputs\": [\"é\"]}}", written(source))
        }).collect();
        let text = format!("{{\"cells\": [{}], \"metadata\": {{}}}}\n", cells.join(",\n "));
        let notebook = Notebook::parse(&text).unwrap();
        let joined = notebook.join();
        let mut chosen: Vec<Edit> = Vec::new();
        for (start, length, content) in edits {
            let near = |at: usize| (at..=joined.source().len()).find(|at| joined.source().is_char_boundary(*at)).unwrap();
            let start = near(start.index(joined.source().len() + 1));
            let end = near((start + length).min(joined.source().len()));
            let edit = Edit { range: TextRange::from_usize(start, end), content: content.to_owned() };
            let apart = |other: &Edit| edit.range.end < other.range.start || other.range.end < edit.range.start;
            let has_strings = |(cell, _): (usize, Edit)| !notebook.cells[cell].source.strings.is_empty();
            if joined.edit(&edit).is_some_and(has_strings) && chosen.iter().all(apart) {
                chosen.push(edit);
            }
        }
        let mut expected: Vec<String> = sources.iter().map(|(lines, _)| lines.concat()).collect();
        let mut by_cell: Vec<(usize, Edit)> = chosen.iter().map(|edit| joined.edit(edit).unwrap()).collect();
        by_cell.sort();
        for (cell, edit) in by_cell.iter().rev() {
            let range = edit.range.start as usize..edit.range.end as usize;
            expected[*cell].replace_range(range, &edit.content);
        }
        let edits = notebook.file_edits(&joined, &chosen).unwrap();
        let changed = apply_edits(&text, &edits);
        let (rest, sources) = parts(&changed);
        prop_assert_eq!(sources, expected);
        prop_assert_eq!(rest, parts(&text).0);
        prop_assert!(serde_json::from_str::<serde_json::Value>(&changed).is_ok());
    }
}
