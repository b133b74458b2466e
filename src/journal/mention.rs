//! Where documents of the journal name steps: in front of a step, under `Depends:`, and in prose as "step 1.2".

use super::edit::mention;
use super::id::Id;
use super::plan::Plan;
use crate::text::TextRange;
use crate::workspace::document::Document;

/// A place that names a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The step.
    pub id: Id,
    /// The bytes of the id.
    pub range: TextRange,
    /// Whether it is the step's own.
    pub is_own: bool,
}

/// All such places of a document, in order. Steps have ids of their own in the plan alone.
pub fn mentions(document: &Document, is_plan: bool) -> Vec<Mention> {
    let text = document.text();
    let mut found = match is_plan {
        true => of_plan(text, document.plan()),
        false => Vec::new(),
    };
    let prose = mention::mentions(text, document.outline()).into_iter();
    found.extend(prose.map(|(id, range)| Mention {
        id,
        range,
        is_own: false,
    }));
    found.sort_by_key(|it| (it.range, !it.is_own));
    found.dedup_by_key(|it| it.range);
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
            is_own: true,
        }));
        let depends = step.depends(text).into_iter();
        found.extend(depends.map(|(id, range)| Mention {
            id,
            range,
            is_own: false,
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::Format;
    use crate::workspace::document::Language;

    #[test]
    fn steps_are_named_in_front_under_depends_and_in_prose() {
        let text = "- [x] 1.1 a\n- [ ] **1.2** as in step 1.1\n  - Depends: 1.1, `2.1`\n";
        let language = Language::Embedded(Format::Markdown);
        let document = Document::new("d".into(), None, language, None, text.into());
        let shown = |is_plan| {
            let all = mentions(&document, is_plan).into_iter();
            let shown = all.map(|it| (it.range.slice(text).to_owned(), it.is_own));
            shown.collect::<Vec<_>>()
        };
        let expected = [
            ("1.1", true),
            ("1.2", true),
            ("1.1", false),
            ("1.1", false),
            ("2.1", false),
        ];
        assert_eq!(shown(true), expected.map(|(id, own)| (id.to_owned(), own)));
        assert_eq!(shown(false), [("1.1".to_owned(), false)]);
    }
}
