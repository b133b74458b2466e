//! Where steps are named in prose: `step 1.2`, `(step 1.2)`, `steps 1.2, 1.3 and 2.1`.

use std::collections::HashMap;

use crate::journal::id::Id;
use crate::journal::outline::Outline;
use crate::journal::span::code_spans;
use crate::rules::finding::Edit;
use crate::text::TextRange;

/// The ids that a document names in its prose, with their places, in order; none in code.
pub fn mentions(text: &str, outline: &Outline) -> Vec<(Id, TextRange)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let range = TextRange::from_usize(at, at + line.len());
        at += line.len();
        let is_fenced = || {
            outline.fences.iter().any(|fence| {
                fence.body().contains_range(TextRange::at(range.start))
                    && fence.body().end > range.start
            })
        };
        if !contains_step(line) || is_fenced() {
            continue;
        }
        let code = code_spans(text, range);
        let of_line = in_line(text, range).into_iter();
        found.extend(of_line.filter(|(_, id)| !code.iter().any(|span| span.contains_range(*id))));
    }
    found
}

/// The edits that give the steps that a document names their new ids.
pub fn renamed(text: &str, outline: &Outline, ids: &HashMap<Id, Id>) -> Vec<Edit> {
    let named = mentions(text, outline).into_iter();
    let edit = |(id, range): (Id, TextRange)| {
        Some(Edit {
            range,
            content: ids.get(&id)?.to_string(),
        })
    };
    named.filter_map(edit).collect()
}

fn contains_step(line: &str) -> bool {
    memchr::memmem::find(line.as_bytes(), b"tep").is_some() || line.contains("TEP")
}

fn in_line(text: &str, line: TextRange) -> Vec<(Id, TextRange)> {
    let mut found = Vec::new();
    let mut is_list = false;
    let mut at = line.start as usize;
    for word in line.slice(text).split_inclusive([' ', '\t']) {
        let from = at;
        at += word.len();
        let bare = word.trim_matches(|it: char| it.is_whitespace() || "()[],;:.*_\"'".contains(it));
        let front = word.find(bare).unwrap_or_default();
        let lower = bare.to_ascii_lowercase();
        match Id::parse(bare)
            .filter(|id| is_list && (id.is_dotted() || id.as_str().starts_with('T')))
        {
            Some(id) => {
                found.push((
                    id,
                    TextRange::from_usize(from + front, from + front + bare.len()),
                ));
                is_list = !word.trim_end().ends_with([')', '.', ':', ']']);
            }
            None => {
                is_list = matches!(lower.as_str(), "step" | "steps")
                    || is_list && matches!(lower.as_str(), "and" | "or" | "to" | "&" | "+")
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::markdown::Syntax;

    #[test]
    fn steps_are_named_in_prose_only() {
        let text = "Step 1.2 and (steps 1.3, 2.10 and 4.1). Use 5.23 of step `3.1`; 1.9\n```\nstep 6.1\n```\n- b (step T001)\n";
        let outline = Syntax::parse(text).outline(text);
        let found: Vec<_> = mentions(text, &outline)
            .into_iter()
            .map(|(id, range)| {
                assert_eq!(id.as_str(), range.slice(text));
                range.slice(text)
            })
            .collect();
        assert_eq!(found, ["1.2", "1.3", "2.10", "4.1", "T001"]);
    }
}
