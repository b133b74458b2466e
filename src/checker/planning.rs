//! Plans for a project: made, and brought up to date.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::{Checker, InProject};
use crate::embedded::Format;
use crate::journal::actions::files_of;
use crate::journal::change::Change;
use crate::journal::project::Project;
use crate::journal::role::Role;
use crate::planner::compose::Taken;
use crate::planner::inventory::{Inventory, Script, Upgrade};
use crate::planner::library::{self, Model};
use crate::planner::origin::{self, Origin};
use crate::planner::recognise::recognise;
use crate::planner::wish::Wish;
use crate::planner::{self, Proposal};
use crate::rules::finding::{Applicability, Edit, Finding, Severity};
use crate::text::TextRange;
use crate::workspace::document::{Document, Language};

/// A plan brought up to date.
#[derive(Clone, Debug)]
pub struct Renewed {
    /// The plan as it would be made today.
    pub proposal: Proposal,
    /// The plan's text with what is new.
    pub text: String,
    /// Lines, from 1, at which somebody's words stand where something else would be made today.
    pub kept: Vec<usize>,
    /// The change of the plan and of the file beside it.
    pub change: Change,
}

/// What the Hub says of a model.
pub type Known<'a> = &'a dyn Fn(&str) -> Option<Model>;

/// What is told of the model that a plan is about, where the library has no entry for it.
fn told(wish: &Wish, inventory: &Inventory, known: Known<'_>) -> Option<Model> {
    let id = wish.model.as_ref().or(inventory.model.as_ref())?;
    let is_open = inventory.local_model.is_none() && library::model(None, id).is_none();
    is_open.then(|| known(id)).flatten()
}

impl Checker {
    /// Makes the plan of a project. Where its code has findings at the releases that the project fixes, it is made for
    /// the newest ones, and says so. `known` tells what the Hub says of a model, where anybody asked it.
    ///
    /// # Errors
    /// Why there is none, in a sentence for people.
    pub fn propose(
        &self,
        place: &InProject,
        wish: &Wish,
        known: Known<'_>,
        taken: &Taken,
    ) -> Result<Proposal, String> {
        let mut inventory = self.inventory(place, wish, &BTreeSet::new())?;
        inventory.hub_model = told(wish, &inventory, known);
        self.propose_for(place, wish, inventory, taken)
    }

    fn propose_for(
        &self,
        place: &InProject,
        wish: &Wish,
        mut inventory: Inventory,
        taken: &Taken,
    ) -> Result<Proposal, String> {
        if wish.use_cases.iter().any(|id| id == planner::MIGRATION) || is_upgrade(wish, &inventory)
        {
            inventory.upgrades = self.upgrades(place, &inventory);
        }
        let said = |refusal: planner::Refusal| refusal.to_string();
        let proposal = planner::make(wish, &inventory, true, taken).map_err(said)?;
        if inventory.pins.is_empty() {
            return Ok(proposal);
        }
        let Some(why) = self.unfit(place, &proposal) else {
            return Ok(proposal);
        };
        let mut proposal = planner::make(wish, &inventory, false, taken).map_err(said)?;
        proposal
            .notes
            .push(format!("newer releases than those of the project: {why}"));
        Ok(proposal)
    }

    /// The change that makes a plan, with what it was made of beside it.
    pub fn plan_change(place: &InProject, wish: &Wish, proposal: &Proposal) -> Change {
        let path = place.names.path(Role::Plan);
        let mut change = Change::create(&path, proposal.text.clone());
        change
            .creates
            .insert(origin::path(&path), Origin::of(wish, proposal).to_text());
        change
    }

    /// The plan of a project brought up to date; `now` is what is wanted otherwise than when it was made.
    ///
    /// # Errors
    /// Why that cannot be done, in a sentence for people.
    pub fn renew_plan(
        &self,
        place: &InProject,
        now: &Wish,
        known: Known<'_>,
    ) -> Result<Renewed, String> {
        let path = place.names.path(Role::Plan);
        let beside = origin::path(&path);
        let plan = place
            .project
            .document(&path)
            .ok_or_else(|| format!("`{path}` cannot be read"))?;
        let record = place.project.document(&beside).ok_or_else(|| {
            format!(
                "`{path}` was not made by `hf-lsp plan new`, or `{beside}` was lost, which tells what in it is yours; \
                 nothing was changed. `hf-lsp plan new --output -` shows a plan to take parts from"
            )
        })?;
        let unusable =
            |error: String| format!("`{beside}` cannot be used: {error}; nothing was changed");
        let origin = Origin::read(record.text()).map_err(unusable)?;
        let wish = origin.wish(now).map_err(unusable)?;
        let own = files_of(&*place.project, plan.text(), &plan, None).paths();
        let mut inventory = self.inventory(place, &wish, &own)?;
        inventory.has_pyproject = origin.had_pyproject;
        inventory.hub_model = told(&wish, &inventory, known);
        let proposal = self.propose_for(place, &wish, inventory, &origin.taken(plan.plan()))?;
        let updated = origin.update(plan.text(), &proposal);
        let mut change = Change::default();
        change.add(&path, whole(plan.text(), &updated.text));
        change.add(
            &beside,
            whole(record.text(), &Origin::of(&wish, &proposal).to_text()),
        );
        Ok(Renewed {
            proposal,
            text: updated.text,
            kept: updated.kept,
            change,
        })
    }

    /// What a project has.
    fn inventory(
        &self,
        place: &InProject,
        wish: &Wish,
        own: &BTreeSet<String>,
    ) -> Result<Inventory, String> {
        let path = place.names.path(Role::Plan);
        let leads_out = || format!("`{path}` leads out of the project");
        let absolute = place.project.absolute(&path).ok_or_else(leads_out)?;
        let document = document(&path, &absolute, String::new());
        let name = self
            .root()
            .file_name()
            .map(|it| it.to_string_lossy().into_owned())
            .unwrap_or_default();
        let made = self.with_surroundings(&absolute, &document, |it| {
            Inventory::of(it, &name, wish, own)
        });
        made.ok_or_else(leads_out)
    }

    /// What is found in the scripts of a project at the newest releases.
    fn upgrades(&self, place: &InProject, inventory: &Inventory) -> Vec<Upgrade> {
        let targets =
            self.knowledge().store().names().filter_map(|name| {
                library::release(name).map(|version| format!("{name}=={version}"))
            });
        let mut request = self.request.clone();
        request.layer.targets = targets.collect();
        let Ok(newest) = Self::new(
            Arc::clone(&self.files),
            Arc::clone(&self.knowledge),
            request,
        ) else {
            return Vec::new();
        };
        let found = |script: &Script| {
            let document = place.project.document(&script.path)?;
            let path = place.project.absolute(&script.path)?;
            let text = document.text();
            let mut findings = newest.check(&path, text, document.facts());
            findings.retain(|finding| finding.severity <= Severity::Warning);
            let line = |at: u32| text[..at as usize].matches('\n').count() + 1;
            let is_safe = |finding: &&Finding| {
                finding
                    .fix
                    .as_ref()
                    .is_some_and(|fix| fix.applicability == Applicability::Safe)
            };
            Some(Upgrade {
                path: script.path.clone(),
                fixable: findings.iter().filter(is_safe).count(),
                found: findings
                    .iter()
                    .map(|it| (line(it.range.start), it.message.clone()))
                    .collect(),
            })
        };
        inventory.scripts.iter().filter_map(found).collect()
    }

    /// Why the code of a plan does not go with its releases: pins that contradict, or the first finding that is no
    /// advice.
    fn unfit(&self, place: &InProject, proposal: &Proposal) -> Option<String> {
        if let Some(conflict) = planner::pins::conflict(&proposal.packages) {
            return Some(format!("{conflict} cannot be installed together"));
        }
        let path = place.names.path(Role::Plan);
        let absolute = place.project.absolute(&path)?;
        let document = document(&path, &absolute, proposal.text.clone());
        let found = self.check(&absolute, document.text(), document.facts());
        let is_bad = |severity: Severity| matches!(severity, Severity::Error | Severity::Warning);
        found
            .into_iter()
            .find(|finding| is_bad(finding.severity))
            .map(|finding| finding.message)
    }
}

/// Whether the words of the goal ask for an upgrade.
fn is_upgrade(wish: &Wish, inventory: &Inventory) -> bool {
    let goal = wish.goal.as_deref().or(inventory.goal.as_deref());
    let found = wish
        .use_cases
        .is_empty()
        .then(|| recognise(inventory, goal))
        .flatten();
    found.is_some_and(|found| found.case.id == planner::MIGRATION)
}

fn document(path: &str, absolute: &Path, text: String) -> Document {
    let language = Language::Embedded(Format::Markdown);
    Document::new(
        path.to_owned(),
        Some(absolute.to_path_buf()),
        language,
        None,
        text,
    )
}

/// The edit that makes one text the other: between what both begin with and end with. None where they are the same.
fn whole(before: &str, after: &str) -> Vec<Edit> {
    if before == after {
        return Vec::new();
    }
    let front: usize = before
        .split_inclusive('\n')
        .zip(after.split_inclusive('\n'))
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len())
        .sum();
    let (rest, new) = (&before[front..], &after[front..]);
    let lines = rest
        .split_inclusive('\n')
        .rev()
        .zip(new.split_inclusive('\n').rev());
    let back: usize = lines
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len())
        .sum();
    vec![Edit {
        range: TextRange::from_usize(front, before.len() - back),
        content: new[..new.len() - back].to_owned(),
    }]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::apply::apply_edits;

    proptest! {
        #[test]
        fn the_edit_makes_one_text_the_other(before in "[ab\n]{0,20}", after in "[ab\n]{0,20}") {
            prop_assert_eq!(apply_edits(&before, &whole(&before, &after)), after);
        }
    }
}
