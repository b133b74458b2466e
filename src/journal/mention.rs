//! Where documents of the journal name steps: in front of a step, under `Depends:`, and in prose as "step 1.2",
//! "steps 1.2, 1.3 and 2.1".

use super::id::Id;
use super::plan::{FieldName, Plan};
use super::span::code_spans;
use crate::text::TextRange;
use crate::workspace::document::Document;

/// A place that names a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The step.
    pub id: Id,
    /// The bytes of the id.
    pub range: TextRange,
    /// What the place is.
    pub role: MentionRole,
}

/// What a place that names a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MentionRole {
    /// The step's own id.
    Definition,
    /// Under `Depends:`.
    Dependency,
    /// In prose.
    Prose,
}

/// All such places of a document, in order. Steps are defined in the plan alone.
pub fn mentions(document: &Document, is_plan: bool) -> Vec<Mention> {
    let text = document.text();
    let mut found = match is_plan {
        true => of_plan(text, document.plan()),
        false => Vec::new(),
    };
    let known = found.len();
    for mention in in_prose(document) {
        let same = |it: &Mention| it.range.intersects(mention.range);
        if !found[..known].iter().any(same) {
            found.push(mention);
        }
    }
    found.sort_by_key(|it| it.range);
    found
}

/// The place at a byte.
pub fn mention_at(document: &Document, is_plan: bool, offset: u32) -> Option<Mention> {
    let mut all = mentions(document, is_plan).into_iter();
    all.find(|it| it.range.touches(offset))
}

fn of_plan(text: &str, plan: &Plan) -> Vec<Mention> {
    let mut found = Vec::new();
    for step in &plan.steps {
        found.extend(step.id.clone().map(|id| Mention {
            id,
            range: step.id_range,
            role: MentionRole::Definition,
        }));
        let depends = step.all(FieldName::Depends);
        let ids = depends.flat_map(|field| field.ids(text));
        found.extend(ids.map(|(id, range)| Mention {
            id,
            range,
            role: MentionRole::Dependency,
        }));
    }
    found
}

/// Those behind the word "step", outside of code and comments.
fn in_prose(document: &Document) -> Vec<Mention> {
    let (text, outline) = (document.text(), document.outline());
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let range = TextRange::from_usize(at, at + line.trim_end().len());
        at += line.len();
        if !holds_word(line) {
            continue;
        }
        let is_inside = |it: &TextRange| it.intersects(range);
        let is_code = outline.fences.iter().any(|it| is_inside(&it.body()))
            || outline.comments.iter().any(is_inside);
        if !is_code {
            behind_words(text, range, &mut found);
        }
    }
    found
}

fn holds_word(line: &str) -> bool {
    line.contains("step") || line.contains("Step")
}

fn behind_words(text: &str, line: TextRange, found: &mut Vec<Mention>) {
    let said = line.slice(text);
    let code = code_spans(text, line);
    let words = said.match_indices("tep").filter_map(|(at, word)| {
        let start = at.checked_sub(1)?;
        let is_word = matches!(said.as_bytes()[start], b's' | b'S')
            && !said[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
        is_word.then_some(at + word.len())
    });
    for behind in words {
        let rest = &said[behind..];
        let rest = rest.strip_prefix('s').unwrap_or(rest);
        let start = line.start + offset(said.len() - rest.len());
        let in_code = code.iter().any(|it| it.touches(start));
        if !in_code {
            list(rest, start, found);
        }
    }
}

/// Reads ids off the front of a text: "1.2, 1.3 and 2.1".
fn list(text: &str, start: u32, found: &mut Vec<Mention>) {
    let mut rest = text;
    loop {
        let word = rest.trim_start_matches([' ', '`', '*', '(', '#']);
        if word.len() == rest.len() {
            return;
        }
        let length = word
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
            .unwrap_or(word.len());
        let written = word[..length].trim_end_matches('.');
        // "step 3 of 5" names no step of the plan.
        let is_id = written.contains('.') || written.starts_with('T');
        let Some(id) = Id::parse(written).filter(|_| is_id) else {
            return;
        };
        let from = start + offset(text.len() - word.len());
        found.push(Mention {
            id,
            range: TextRange::new(from, from + offset(written.len())),
            role: MentionRole::Prose,
        });
        let behind = word[written.len()..].trim_start_matches(['`', '*', ')']);
        let next = [", and", ",", " and", " or", " &", " to", "/"];
        let next = next.iter().find_map(|it| behind.strip_prefix(it));
        let Some(next) = next else { return };
        rest = next;
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::Format;
    use crate::workspace::document::Language;

    fn found(text: &str, is_plan: bool) -> Vec<(String, MentionRole)> {
        let language = Language::Embedded(Format::Markdown);
        let document = Document::new("d".into(), None, language, None, text.into());
        let all = mentions(&document, is_plan);
        let shown = all.iter().map(|it| {
            assert_eq!(Id::parse(it.range.slice(text)), Some(it.id.clone()));
            (it.range.slice(text).to_owned(), it.role)
        });
        shown.collect()
    }

    #[test]
    fn steps_are_named_in_front_under_depends_and_in_prose() {
        use MentionRole::{Definition, Dependency, Prose};
        let text = "- [x] 1.1 a\n- [ ] **1.2** as in step 1.1\n  - Depends: 1.1, `2.1`\n";
        let expected = [
            ("1.1", Definition),
            ("1.2", Definition),
            ("1.1", Prose),
            ("1.1", Dependency),
            ("2.1", Dependency),
        ];
        assert_eq!(
            found(text, true),
            expected.map(|(id, role)| (id.to_owned(), role))
        );
    }

    #[test]
    fn prose_is_read_with_care() {
        for (text, ids) in [
            ("- Trained (step 4.2)\n", &["4.2"][..]),
            ("Steps 1.2, 1.3, and 2.1.\n", &["1.2", "1.3", "2.1"]),
            ("**step `T001`**, steps 1.1/1.2\n", &["T001", "1.1", "1.2"]),
            (
                "step 3 of 5, 20 steps, footstep 1.1, step-1.1, a step 1.x\n",
                &[],
            ),
            ("`step 1.1` and steps: 1.1\n", &[]),
            ("```\nstep 1.1\n```\n<!-- step 1.1 -->\n", &[]),
            ("step 1.10 of transformers 5.23\n", &["1.10"]),
        ] {
            let shown = found(text, false);
            let shown: Vec<&str> = shown.iter().map(|(id, _)| id.as_str()).collect();
            assert_eq!(shown, ids, "{text}");
        }
    }
}
