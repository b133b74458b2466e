//! What everything about the journal looks at: rules, actions, lenses.

use std::cell::OnceCell;
use std::sync::Arc;

use super::bind::{Binding, Mention};
use super::kept::KeptOfPlan;
use super::plan::Plan;
use super::project::Project;
use super::role::{Names, Role};
use crate::environment::Environment;
use crate::knowledge::choose::Knowledge;
use crate::rules::finding::Finding;
use crate::rules::hub::LookUp;
use crate::rules::is_suppressed;
use crate::workspace::document::Document;

/// One document with all that it is compared with.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The document's path, relative to the project's folder, with `/` between its parts.
    pub path: &'a str,
    /// The document.
    pub document: &'a Document,
    /// What it is for, where it belongs to the journal.
    pub role: Option<Role>,
    /// Where the project keeps its journal.
    pub names: &'a Names,
    /// The rest of the project.
    pub project: &'a dyn Project,
    /// What is known of the releases.
    pub knowledge: &'a Knowledge,
    /// The releases that apply.
    pub environment: &'a Environment,
    /// What the Hub says about repositories, where anybody asks it.
    pub repositories: Option<&'a dyn LookUp>,
    /// What was found out already.
    pub memo: &'a Memo,
    /// What was found out for the version before.
    pub kept: &'a KeptOfPlan,
}

/// What is found out once for all that look at a document.
#[derive(Debug, Default)]
pub struct Memo {
    pub(super) bindings: OnceCell<Vec<Binding<'static>>>,
    pub(super) mentions: OnceCell<Vec<Mention>>,
    /// What the rules about code say about the calls under `Params:`.
    pub api: OnceCell<Vec<Finding>>,
}

impl<'a> Surroundings<'a> {
    /// The document's text; ranges of findings are of it.
    pub fn text(&self) -> &'a str {
        self.document.text()
    }

    /// The plan, where the document is one.
    pub fn plan(&self) -> Option<&'a Plan> {
        (self.role == Some(Role::Plan)).then(|| self.document.plan())
    }

    /// The plan, where the document is one and is written in the format that is checked in full.
    pub fn own_plan(&self) -> Option<&'a Plan> {
        self.plan().filter(|plan| plan.is_ours())
    }

    /// The document of the journal for a role; of the one that is checked, what is checked.
    pub fn other(&self, role: Role) -> Option<Arc<Document>> {
        self.project.document(&self.names.path(role))
    }

    /// Whether a comment silences a finding: of the journal in its documents, of Python elsewhere.
    pub fn is_ignored(&self, finding: &Finding) -> bool {
        is_suppressed(self.document.facts(), finding)
            || self.role.is_some()
                && self
                    .document
                    .plan()
                    .is_ignored(finding.code, finding.name, finding.range)
    }
}
