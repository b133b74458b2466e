//! Any edits of any plan change only what they are for: the text around them stays byte for byte, all else that the
//! plan says stays, and what was written is read as it was meant.

use proptest::prelude::*;

use super::*;
use crate::journal::id::Id;
use crate::journal::markdown::Syntax;
use crate::journal::plan::{Field, FieldName, Known, State};
use crate::rules::apply::apply_edits;

/// A document in its parts.
pub struct Parsed {
    pub text: String,
    pub outline: Outline,
    pub plan: Plan,
}

impl Parsed {
    pub fn new(text: &str) -> Self {
        let outline = Syntax::parse(text).outline(text);
        Self {
            plan: Plan::read(text, &outline),
            outline,
            text: text.to_owned(),
        }
    }

    pub fn sheet(&self) -> Sheet<'_> {
        Sheet {
            text: &self.text,
            outline: &self.outline,
            plan: &self.plan,
        }
    }

    /// The document after some edits, which have to be in order and within the text.
    pub fn after(&self, edits: &[Edit]) -> Self {
        let mut at = 0;
        for edit in edits {
            let (start, end) = (edit.range.start, edit.range.end);
            assert!(
                at <= start && start <= end && end as usize <= self.text.len(),
                "{edits:?} in {:?}",
                self.text
            );
            assert!(
                self.text.is_char_boundary(start as usize)
                    && self.text.is_char_boundary(end as usize)
            );
            at = end;
        }
        Self::new(&apply_edits(&self.text, edits))
    }

    fn said(&self) -> Said {
        let text = &self.text;
        let steps = self.plan.steps.iter().map(|step| SaidStep {
            id: step.id.as_ref().map(Id::to_string),
            title: step.title.slice(text).to_owned(),
            mark: step.check.mark,
            state: step.state,
            fields: step
                .fields
                .iter()
                .map(|it| (it.name, words(it.value.slice(text))))
                .collect(),
            fences: step
                .fences
                .iter()
                .map(|it| words(self.outline.fences[*it].body().slice(text)))
                .collect(),
            parent: step.parent,
            section: step.section,
        });
        Said {
            sections: self
                .plan
                .sections
                .iter()
                .map(|it| (it.number, it.name.slice(text).to_owned()))
                .collect(),
            steps: steps.collect(),
            notes: self
                .plan
                .questions
                .iter()
                .chain(&self.plan.risks)
                .map(|it| words(it.text.slice(text)))
                .collect(),
            target: self
                .plan
                .target
                .iter()
                .map(|it| it.value.slice(text).to_owned())
                .collect(),
        }
    }
}

fn words(text: &str) -> String {
    one_line(text)
}

/// What a plan says, without places.
#[derive(Clone, Debug, PartialEq)]
struct Said {
    sections: Vec<(Option<u32>, String)>,
    steps: Vec<SaidStep>,
    notes: Vec<String>,
    target: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
struct SaidStep {
    id: Option<String>,
    title: String,
    mark: char,
    state: State,
    fields: Vec<(Option<FieldName>, String)>,
    fences: Vec<String>,
    parent: Option<usize>,
    section: Option<usize>,
}

const PIECES: [&str; 46] = [
    "# OUR-PLAN: t\n\n",
    "<!-- hf-plan: 1 -->\n\n",
    "## Target\n\n| Key | Value |\n| --- | --- |\n| Model | `a/b` |\n\n",
    "## 1. Environment Setup\n\n",
    "## 4. Training Configuration\n",
    "## Data Pipeline\n\n",
    "## Notes 🙂\n\n",
    "## 8. Security Measures\n\n",
    "### Sub\n\n",
    "- [ ] 1.1 Pin\n",
    "- [x] 1.2 Über 🤗\n",
    "- [ ] 4.1 Train\n  - Files: `a.py`\n  - Run: `python a.py`\n",
    "- [ ] 4.10 Train (step 4.1)\n  - Depends: 4.1, 1.1\n  - Verify: `a` → b\n",
    "* [~] 4.2 Star\n    - Run: `x`\n",
    "+ [/] 4.3 plus\n\t- Depends: 4.1\n",
    "1. [ ] 2.1 Number\n   - Verify: `y` → z\n",
    "10) [ ] 2.2 Number\n",
    "-\t[ ] 3.1 Tab\n\t- Run: `t`\n",
    "  - Status: in-progress 2026-11-01\n",
    "  - Status: blocked by the weather\n",
    "  - Depends: 1.1, 1.2\n",
    "  - Why: because\n    and more\n",
    "lazy prose\n",
    "  ```python title=\"a.py\"\n  x = 1\n  ```\n",
    "```\n- [ ] no step\n",
    "````md\n```\n- [ ] no\n```\n````\n",
    "- [ ] T001 [P] task\n",
    "- [ ] Plain\n",
    "  - [ ] 4.1.1 child\n    - Run: `c`\n",
    "    - [ ] 4.1.2 child\n",
    "> - [ ] 5.1 quoted\n>   - Run: `q`\n",
    "<!-- hf-plan: ignore HFP105 -->\n",
    "<!-- open\n",
    "-->\n",
    "- Question: q?\n",
    "- Risk: r\n",
    "\n",
    "text\n",
    "---\n",
    "| a | b |\n| - | - |\n| c | d |\n",
    "Heading\n-------\n",
    "- plain bullet\n",
    "- [ ]\n",
    "- [ ] **2.1** bold\n  - _Depends: 1.1_\n",
    "  - Run: \n",
    "      indented\n",
];

fn plans() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(&PIECES[..]), 0..24);
    (pieces, 0..4_u8, any::<bool>()).prop_map(|(pieces, ends, is_cut)| {
        let mut text = pieces.concat();
        match ends {
            0 => text = text.replace('\n', "\r\n"),
            1 => text = text.replacen('\n', "\r\n", 3),
            _ => {}
        }
        if is_cut {
            text.truncate(text.trim_end_matches(['\n', '\r']).len());
        }
        text
    })
}

fn step_text() -> StepText {
    StepText::new("Write\nthe script")
        .with(FieldName::Depends, "1.1")
        .with(FieldName::Run, "`python b.py`")
        .with(FieldName::Verify, "`pytest -q` → passed")
}

fn said_step(id: &Id, section: Option<usize>, parent: Option<usize>) -> SaidStep {
    let step = step_text();
    SaidStep {
        id: Some(id.to_string()),
        title: one_line(&step.title),
        mark: ' ',
        state: State::Open,
        fields: step
            .fields
            .iter()
            .map(|(name, value)| (Some(*name), value.clone()))
            .collect(),
        fences: Vec::new(),
        parent,
        section,
    }
}

/// The same with a step put in at a place in the list.
fn with_step(said: &Said, at: usize, step: SaidStep) -> Said {
    let mut said = said.clone();
    for other in &mut said.steps {
        other.parent = other.parent.map(|it| if it >= at { it + 1 } else { it });
    }
    said.steps.insert(at, step);
    said
}

fn close(said: &mut SaidStep, mark: char, state: State, sheet: &Sheet<'_>, step: &Step) {
    said.mark = mark;
    let stays = |field: &Field| {
        field.name != Some(FieldName::Status) || sheet.remove_field(field).is_empty()
    };
    said.fields = step
        .fields
        .iter()
        .filter(|it| stays(it))
        .map(|it| (it.name, words(it.value.slice(sheet.text))))
        .collect();
    if !said.fields.iter().any(|it| it.0 == Some(FieldName::Status)) {
        said.state = state;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn ticking_changes_one_byte(text in plans(), pick in any::<prop::sample::Index>()) {
        let parsed = Parsed::new(&text);
        if parsed.plan.steps.is_empty() {
            return Ok(());
        }
        let at = pick.index(parsed.plan.steps.len());
        let (sheet, step) = (parsed.sheet(), &parsed.plan.steps[at]);
        let mut expected = parsed.said();
        let edits = sheet.tick(step);
        prop_assert!(edits.iter().all(|edit| edit.range.len() == 1 && edit.content == "x"));
        prop_assert_eq!(edits.is_empty(), step.check.mark == 'x');
        expected.steps[at].mark = 'x';
        expected.steps[at].state = State::Done;
        let after = parsed.after(&edits);
        prop_assert_eq!(after.text.len(), text.len());
        prop_assert_eq!(after.said(), expected);
        prop_assert_eq!(after.after(&after.sheet().untick(&after.plan.steps[at])).text, match step.check.mark {
            'x' | ' ' if step.check.mark == ' ' => text.clone(),
            _ => apply_edits(&text, &sheet.untick(step)),
        });
    }

    #[test]
    fn done_and_reopened_touch_box_and_status(text in plans(), pick in any::<prop::sample::Index>()) {
        let parsed = Parsed::new(&text);
        if parsed.plan.steps.is_empty() {
            return Ok(());
        }
        let at = pick.index(parsed.plan.steps.len());
        let (sheet, step) = (parsed.sheet(), &parsed.plan.steps[at]);
        let mut expected = parsed.said();
        close(&mut expected.steps[at], 'x', State::Done, &sheet, step);
        expected.steps[at].state = State::Done;
        prop_assert_eq!(parsed.after(&sheet.done(step)).said(), expected);
        let mut expected = parsed.said();
        close(&mut expected.steps[at], ' ', State::Open, &sheet, step);
        let after = parsed.after(&sheet.reopened(step)).said();
        if expected.steps[at].fields.iter().any(|it| it.0 == Some(FieldName::Status)) {
            expected.steps[at].state = after.steps[at].state;
        }
        prop_assert_eq!(after, expected);
    }

    #[test]
    fn a_field_gets_its_value(text in plans(), pick in any::<prop::sample::Index>(), name in prop::sample::select(&FieldName::ALL[..])) {
        let parsed = Parsed::new(&text);
        if parsed.plan.steps.is_empty() {
            return Ok(());
        }
        let at = pick.index(parsed.plan.steps.len());
        let edits = parsed.sheet().set_field(at, name, "`a/b` 🤗");
        if edits.is_empty() {
            return Ok(());
        }
        let (before, after) = (parsed.said(), parsed.after(&edits).said());
        let mut fields = before.steps[at].fields.clone();
        let own = (Some(name), "`a/b` 🤗".to_owned());
        match fields.iter_mut().find(|it| it.0 == Some(name)) {
            Some(field) => *field = own,
            None => {
                let place = after.steps[at].fields.iter().position(|it| *it == own);
                prop_assert!(place.is_some(), "{after:?}");
                fields.insert(place.unwrap(), own);
            }
        }
        let mut expected = before;
        expected.steps[at].fields = fields;
        expected.steps[at].state = after.steps[at].state;
        prop_assert_eq!(after, expected);
    }

    #[test]
    fn started_and_skipped_are_read_back(text in plans(), pick in any::<prop::sample::Index>()) {
        let parsed = Parsed::new(&text);
        if parsed.plan.steps.is_empty() {
            return Ok(());
        }
        let at = pick.index(parsed.plan.steps.len());
        let day = jiff::civil::date(2026, 11, 23);
        for (edits, state) in [
            (parsed.sheet().started(at, day), State::Started),
            (parsed.sheet().skipped(at, "no time"), State::Skipped),
            (parsed.sheet().blocked(at, "by 1.1"), State::Blocked),
        ] {
            if edits.is_empty() {
            return Ok(());
        }
            let (mut before, mut after) = (parsed.said(), parsed.after(&edits).said());
            prop_assert_eq!(after.steps[at].state, state);
            prop_assert_eq!(after.steps[at].mark, ' ');
            before.steps[at] = after.steps[at].clone();
            after.steps[at].fields.clear();
            before.steps[at].fields.clear();
            prop_assert_eq!(after, before);
        }
        let edits = parsed.sheet().common_box(at);
        let (mut before, after) = (parsed.said(), parsed.after(&edits).said());
        if !edits.is_empty() {
            prop_assert_eq!(after.steps[at].mark, ' ');
            if before.steps[at].fields.iter().all(|it| it.0 != Some(FieldName::Status)) {
                prop_assert_eq!(after.steps[at].state, before.steps[at].state);
            }
            before.steps[at] = after.steps[at].clone();
            prop_assert_eq!(after, before);
        }
    }

    #[test]
    fn a_step_is_put_behind_the_others(text in plans(), pick in any::<prop::sample::Index>()) {
        let parsed = Parsed::new(&text);
        if parsed.plan.sections.is_empty() {
            return Ok(());
        }
        let section = pick.index(parsed.plan.sections.len());
        let sheet = parsed.sheet();
        let id = sheet.next_id(section).unwrap();
        prop_assert!(parsed.plan.step(&id).is_none());
        let edits = sheet.insert_step(section, Some(&id), &step_text());
        if edits.is_empty() {
            return Ok(());
        }
        let after = parsed.after(&edits);
        let place = after.plan.position(&id);
        prop_assert!(place.is_some(), "{}", after.text);
        let parent = sheet.last_step(section).and_then(|last| parsed.plan.steps[last].parent);
        prop_assert_eq!(parent, None);
        let expected = with_step(&parsed.said(), place.unwrap(), said_step(&id, Some(section), None));
        prop_assert_eq!(after.said(), expected);
    }

    #[test]
    fn a_section_is_put_in(text in plans(), known in prop::sample::select(&Known::ALL[..])) {
        let parsed = Parsed::new(&text);
        let edits = parsed.sheet().insert_section(known, &[step_text()]);
        if edits.is_empty() {
            return Ok(());
        }
        let (before, after) = (parsed.said(), parsed.after(&edits));
        let place = after.plan.sections.iter().position(|it| it.known == Some(known));
        prop_assert!(place.is_some(), "{}", after.text);
        let place = place.unwrap();
        let said = after.said();
        let mut sections = said.sections.clone();
        sections.remove(place);
        prop_assert_eq!(&sections, &before.sections);
        let added = after.plan.steps.iter().position(|it| it.section == Some(place));
        prop_assert!(added.is_some(), "{}", after.text);
        let mut steps = said.steps.clone();
        let step = steps.remove(added.unwrap());
        let id = step.id.as_deref().and_then(Id::parse).unwrap();
        prop_assert!(parsed.plan.step(&id).is_none(), "{}", after.text);
        prop_assert_eq!(&step, &said_step(&id, Some(place), None));
        for step in &mut steps {
            step.parent = step.parent.map(|it| if it > added.unwrap() { it - 1 } else { it });
            step.section = step.section.map(|it| if it > place { it - 1 } else { it });
        }
        prop_assert_eq!(steps, before.steps);
    }

    #[test]
    fn renumbered_plans_are_in_order(text in plans()) {
        let parsed = Parsed::new(&text);
        let renumbering = parsed.sheet().renumber();
        let after = parsed.after(&renumbering.edits);
        let (before, said) = (parsed.said(), after.said());
        prop_assert_eq!(before.steps.len(), said.steps.len());
        prop_assert!(renumbering.edits.iter().all(|edit| edit.content.bytes().all(|it| it.is_ascii_digit() || b". ".contains(&it))));
        for (old, new) in before.steps.iter().zip(&said.steps) {
            prop_assert_eq!((&old.fences, old.parent, old.section, old.state), (&new.fences, new.parent, new.section, new.state));
            prop_assert_eq!(old.fields.len(), new.fields.len());
        }
        if !renumbering.edits.is_empty() {
            let mut seen = std::collections::HashSet::new();
            let dotted = after.plan.steps.iter().filter_map(|it| it.id.as_ref()).filter(|id| id.is_dotted());
            for id in dotted {
                prop_assert!(seen.insert(id.clone()), "{id} twice in {}", after.text);
            }
            prop_assert_eq!(after.sheet().renumber().edits, []);
        }
        for (at, step) in parsed.plan.steps.iter().enumerate() {
            let old: Vec<_> = step.depends(&text).into_iter().map(|(id, _)| renumbering.ids.get(&id).cloned().unwrap_or(id)).collect();
            let new: Vec<_> = after.plan.steps[at].depends(&after.text).into_iter().map(|it| it.0).collect();
            prop_assert_eq!(old, new);
        }
    }

    #[test]
    fn rows_are_read_back(text in plans()) {
        let parsed = Parsed::new(&text);
        for (at, table) in parsed.outline.tables.iter().enumerate() {
            let edits = parsed.sheet().insert_row(table, &["a|b", "🤗"]);
            if edits.is_empty() {
            return Ok(());
        }
            let after = parsed.after(&edits);
            let row = |row: &Vec<TextRange>| row.iter().map(|it| it.slice(&after.text).to_owned()).collect::<Vec<_>>();
            let rows: Vec<_> = after.outline.tables[at].rows.iter().map(row).collect();
            prop_assert_eq!(rows.len(), table.rows.len() + 1, "{}", after.text);
            prop_assert_eq!(&rows.last().unwrap()[..2], &["a\\|b".to_owned(), "🤗".to_owned()][..]);
        }
    }
}
