//! What the changelog says of steps that are done.

use super::Offers;
use crate::journal::change::{ActionKind, Change};
use crate::journal::changelog::Changelog;
use crate::journal::kind::Kind;
use crate::journal::markdown::Syntax;
use crate::journal::plan::{Plan, State, Step};
use crate::journal::project::Place;
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;
use crate::text::TextRange;

/// An entry that a changelog lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The step, by its place in the plan's list.
    pub step: usize,
    /// The kind of work.
    pub kind: Option<Kind>,
    /// What it says, without sign and kind.
    pub what: String,
}

impl Entry {
    fn new(text: &str, plan: &Plan, at: usize) -> Self {
        let step = &plan.steps[at];
        Self::saying(text, plan, at, step.title.slice(text))
    }

    fn saying(text: &str, plan: &Plan, at: usize, what: &str) -> Self {
        let step = &plan.steps[at];
        let what = what.trim().trim_end_matches(['.', ':']);
        let what = match &step.id {
            Some(id) => format!("{what} (step {id})"),
            None => what.to_owned(),
        };
        Self {
            step: at,
            kind: Kind::of_step(text, plan, step),
            what,
        }
    }
}

/// A changelog without entries.
pub(super) const HEADER: &str = "# Changelog\n\nWhat was done, in the form of [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).\n\n## [Unreleased]\n";

/// The entry of a step that is done, in the changelog of the journal; where there is none, in a new one.
pub(super) fn of_step(surroundings: &Surroundings<'_>, at: usize, note: Option<&str>) -> Change {
    let path = surroundings.names.path(Role::Changelog);
    let (text, plan) = (surroundings.text(), surroundings.document.plan());
    let entry = match note {
        Some(note) => Entry::saying(text, plan, at, note),
        None => Entry::new(text, plan, at),
    };
    if let Some(document) = surroundings.other(Role::Changelog) {
        let changelog = Changelog::read(document.text(), document.outline());
        if is_told(document.text(), &changelog, &plan.steps[at], &entry) {
            return Change::default();
        }
        let edit = changelog.insert(document.text(), entry.kind, &entry.what);
        return Change::edit(&path, vec![edit]);
    }
    let is_there = surroundings.project.place(&path).is_some();
    if is_there || surroundings.own_plan().is_none() {
        return Change::default();
    }
    Change::create(&path, with_entry(HEADER, &entry))
}

/// A changelog with one more entry.
fn with_entry(text: &str, entry: &Entry) -> String {
    let outline = Syntax::parse(text).outline(text);
    let edit = Changelog::read(text, &outline).insert(text, entry.kind, &entry.what);
    crate::rules::apply::apply_edits(text, &[edit])
}

fn is_told(text: &str, changelog: &Changelog, step: &Step, entry: &Entry) -> bool {
    match &step.id {
        Some(id) => changelog.of_step(id).next().is_some(),
        None => changelog
            .entries
            .iter()
            .any(|it| it.text.slice(text).contains(&entry.what)),
    }
}

/// The entries that a changelog lacks for the steps of a plan that are done, in the order of the plan.
pub fn missing_entries(surroundings: &Surroundings<'_>) -> Vec<Entry> {
    let (changelog, plan) = (
        surroundings.other(Role::Changelog),
        surroundings.other(Role::Plan),
    );
    let (Some(changelog), Some(plan)) = (changelog, plan) else {
        return Vec::new();
    };
    let own = Changelog::read(changelog.text(), changelog.outline());
    let (text, plan) = (plan.text(), plan.plan());
    let is_missing = |at: &usize| {
        let step = &plan.steps[*at];
        let is_done = step.state == State::Done && step.id.is_some();
        is_done
            && plan.children(*at).next().is_none()
            && !is_told(changelog.text(), &own, step, &Entry::new(text, plan, *at))
    };
    let missing = (0..plan.steps.len()).filter(is_missing);
    missing.map(|at| Entry::new(text, plan, at)).collect()
}

/// In the changelog: the entries of all steps that are done and not told.
pub(super) fn offer(surroundings: &Surroundings<'_>, _: TextRange, offers: &mut Offers) {
    let missing = missing_entries(surroundings);
    if missing.is_empty() || surroundings.project.place(surroundings.path) == Some(Place::Folder) {
        return;
    }
    let text = surroundings.text();
    let own = Changelog::read(text, surroundings.document.outline());
    for entry in missing.iter().take(5) {
        let edit = own.insert(text, entry.kind, &entry.what);
        let title = format!("Add the entry “{}”", entry.what);
        let change = Change::edit(surroundings.path, vec![edit]);
        offers.add(title, ActionKind::Rewrite, None, change);
    }
}
