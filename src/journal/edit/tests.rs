//! Any edits of any plan change only what they are for: the text around them stays byte for byte, all else that the
//! plan says stays, and what was written is read as it was meant.

#![allow(missing_docs, reason = "for tests of the neighbours too")]

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

pub const PIECES: [&str; 46] = [
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

pub fn plans() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(&PIECES[..]), 0..24);
    (pieces, 0..4_u8, any::<bool>()).prop_map(|(pieces, ends, is_cut)| {
        let mut text = pieces.concat();
        match ends {
            0 => text = text.replace('\n', "\r\n"),
            1 => text = text.replacen('\n', "\r\n", 3),
            _ => {}
        }
        // Behind front matter the grammar counts the columns of tabs from another place.
        if text.starts_with("---") {
            text = text.replace('\t', "    ");
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

type Checked = Result<Parsed, TestCaseError>;

/// An edit of a step, with what has to be so behind it.
type Change = fn(&Parsed, usize) -> Checked;

fn ticked(parsed: &Parsed, at: usize) -> Checked {
    let (sheet, step) = (parsed.sheet(), &parsed.plan.steps[at]);
    let mut expected = parsed.said();
    let edits = sheet.tick(step);
    let is_byte = |edit: &Edit| edit.range.len() == 1 && edit.content == "x";
    prop_assert!(edits.len() < 2 && edits.iter().all(is_byte));
    prop_assert_eq!(edits.is_empty(), matches!(step.check.mark, 'x' | 'X'));
    if !edits.is_empty() {
        expected.steps[at].mark = 'x';
    }
    expected.steps[at].state = State::Done;
    let after = parsed.after(&edits);
    prop_assert_eq!(after.text.len(), parsed.text.len());
    prop_assert_eq!(after.said(), expected);
    let back = after.sheet().untick(&after.plan.steps[at]);
    prop_assert_eq!(
        apply_edits(&after.text, &back),
        apply_edits(&parsed.text, &sheet.untick(step))
    );
    Ok(after)
}

fn done(parsed: &Parsed, at: usize) -> Checked {
    let (sheet, step) = (parsed.sheet(), &parsed.plan.steps[at]);
    let mut expected = parsed.said();
    close(&mut expected.steps[at], 'x', State::Done, &sheet, step);
    expected.steps[at].state = State::Done;
    if step.check.mark == 'X' {
        expected.steps[at].mark = 'X';
    }
    let after = parsed.after(&sheet.done(step));
    prop_assert_eq!(after.said(), expected);
    Ok(after)
}

fn reopened(parsed: &Parsed, at: usize) -> Checked {
    let (sheet, step) = (parsed.sheet(), &parsed.plan.steps[at]);
    let mut expected = parsed.said();
    close(&mut expected.steps[at], ' ', State::Open, &sheet, step);
    let after = parsed.after(&sheet.reopened(step));
    let said = after.said();
    let has_status = |step: &SaidStep| step.fields.iter().any(|it| it.0 == Some(FieldName::Status));
    if has_status(&expected.steps[at]) {
        expected.steps[at].state = said.steps[at].state;
    }
    prop_assert_eq!(said, expected);
    Ok(after)
}

/// A field gets a value, or is added; nothing else changes.
fn with_field(parsed: &Parsed, at: usize, name: FieldName) -> Checked {
    const VALUE: &str = "`a/b` 🤗";
    let after = parsed.after(&parsed.sheet().set_field(at, name, VALUE));
    if after.text == parsed.text {
        return Ok(after);
    }
    let (mut expected, said) = (parsed.said(), after.said());
    let own = (Some(name), VALUE.to_owned());
    let fields = &mut expected.steps[at].fields;
    match fields.iter_mut().find(|it| it.0 == Some(name)) {
        Some(field) => *field = own,
        None => {
            let place = said.steps[at].fields.iter().position(|it| *it == own);
            prop_assert!(place.is_some(), "{said:?}");
            fields.insert(place.unwrap(), own);
        }
    }
    expected.steps[at].state = said.steps[at].state;
    prop_assert_eq!(said, expected);
    Ok(after)
}

/// A state is read back; of its step only `Status:` and the box change.
fn in_state(parsed: &Parsed, at: usize, edits: Vec<Edit>, state: State) -> Checked {
    let after = parsed.after(&edits);
    if edits.is_empty() {
        return Ok(after);
    }
    let (mut expected, mut said) = (parsed.said(), after.said());
    prop_assert_eq!((said.steps[at].state, said.steps[at].mark), (state, ' '));
    for plan in [&mut expected, &mut said] {
        let own = &mut plan.steps[at];
        (own.state, own.mark) = (state, ' ');
        own.fields.retain(|it| it.0 != Some(FieldName::Status));
    }
    prop_assert_eq!(said, expected);
    Ok(after)
}

fn started(parsed: &Parsed, at: usize) -> Checked {
    let edits = parsed.sheet().started(at, jiff::civil::date(2026, 11, 23));
    in_state(parsed, at, edits, State::Started)
}

fn skipped(parsed: &Parsed, at: usize) -> Checked {
    in_state(
        parsed,
        at,
        parsed.sheet().skipped(at, "no time"),
        State::Skipped,
    )
}

fn blocked(parsed: &Parsed, at: usize) -> Checked {
    in_state(
        parsed,
        at,
        parsed.sheet().blocked(at, "by 1.1"),
        State::Blocked,
    )
}

fn common(parsed: &Parsed, at: usize) -> Checked {
    let state = parsed.plan.steps[at].state;
    let has_status = parsed.plan.steps[at].field(FieldName::Status).is_some();
    let edits = parsed.sheet().common_box(at);
    match has_status {
        true => Ok(parsed.after(&edits)),
        false => in_state(parsed, at, edits, state),
    }
}

/// A step is put behind the others of the section that a step is in.
fn grown(parsed: &Parsed, at: usize) -> Checked {
    match parsed.plan.steps[at].section {
        Some(section) => in_section(parsed, section),
        None => Ok(parsed.after(&[])),
    }
}

fn in_section(parsed: &Parsed, section: usize) -> Checked {
    let sheet = parsed.sheet();
    let id = sheet.next_id(section).unwrap();
    prop_assert!(parsed.plan.step(&id).is_none());
    let edits = sheet.insert_step(section, Some(&id), &step_text());
    let after = parsed.after(&edits);
    if !edits.is_empty() {
        let place = after.plan.position(&id);
        prop_assert!(place.is_some(), "{}", after.text);
        let new = said_step(&id, Some(section), None);
        prop_assert_eq!(after.said(), with_step(&parsed.said(), place.unwrap(), new));
    }
    Ok(after)
}

fn with_run(parsed: &Parsed, at: usize) -> Checked {
    with_field(parsed, at, FieldName::Run)
}

fn with_depends(parsed: &Parsed, at: usize) -> Checked {
    with_field(parsed, at, FieldName::Depends)
}

/// Ids are in order and twice none, nothing is left to renumber, and what depended on a step still does.
fn renumbered(parsed: &Parsed, _: usize) -> Checked {
    let renumbering = parsed.sheet().renumber();
    let after = parsed.after(&renumbering.edits);
    let (before, said) = (parsed.said(), after.said());
    prop_assert_eq!(before.steps.len(), said.steps.len());
    for (old, new) in before.steps.iter().zip(&said.steps) {
        let of = |step: &SaidStep| {
            let fields: Vec<_> = step.fields.iter().map(|it| it.0).collect();
            (
                step.fences.clone(),
                step.parent,
                step.section,
                step.state,
                fields,
            )
        };
        prop_assert_eq!(of(old), of(new));
    }
    if !renumbering.edits.is_empty() {
        let mut seen = std::collections::HashSet::new();
        let ids = after.plan.steps.iter().filter_map(|it| it.id.as_ref());
        for id in ids.filter(|id| id.is_dotted()) {
            prop_assert!(seen.insert(id.clone()), "{id} twice in {}", after.text);
        }
        prop_assert_eq!(after.sheet().renumber().edits, []);
    }
    let renamed = |id: Id| renumbering.ids.get(&id).cloned().unwrap_or(id);
    for (old, new) in parsed.plan.steps.iter().zip(&after.plan.steps) {
        let old = old
            .depends(&parsed.text)
            .into_iter()
            .map(|it| renamed(it.0));
        let new = new.depends(&after.text).into_iter().map(|it| it.0);
        prop_assert_eq!(old.collect::<Vec<_>>(), new.collect::<Vec<_>>());
    }
    Ok(after)
}

const CHANGES: [Change; 11] = [
    ticked,
    done,
    reopened,
    started,
    skipped,
    blocked,
    common,
    grown,
    with_run,
    with_depends,
    renumbered,
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn each_change_is_what_was_meant(
        text in plans(), change in prop::sample::select(&CHANGES[..]), pick in any::<prop::sample::Index>(),
    ) {
        let parsed = Parsed::new(&text);
        if !parsed.plan.steps.is_empty() {
            change(&parsed, pick.index(parsed.plan.steps.len()))?;
        }
    }

    #[test]
    fn so_is_any_sequence_of_changes(
        text in plans(),
        changes in prop::collection::vec((prop::sample::select(&CHANGES[..]), any::<prop::sample::Index>()), 1..8),
    ) {
        let mut parsed = Parsed::new(&text);
        if !parsed.plan.steps.is_empty() {
            for (change, pick) in changes {
                parsed = change(&parsed, pick.index(parsed.plan.steps.len()))?;
            }
        }
    }

    #[test]
    fn any_field_gets_its_value(
        text in plans(), pick in any::<prop::sample::Index>(), name in prop::sample::select(&FieldName::ALL[..]),
    ) {
        let parsed = Parsed::new(&text);
        if !parsed.plan.steps.is_empty() {
            with_field(&parsed, pick.index(parsed.plan.steps.len()), name)?;
        }
    }

    #[test]
    fn a_step_is_put_behind_the_others(text in plans(), pick in any::<prop::sample::Index>()) {
        let parsed = Parsed::new(&text);
        if !parsed.plan.sections.is_empty() {
            in_section(&parsed, pick.index(parsed.plan.sections.len()))?;
        }
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
