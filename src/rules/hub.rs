//! HF401 to HF414: what the Hub says about the repositories that a document names, against what the code does
//! with them.
//!
//! Only facts that somebody has looked up count; without them every rule is silent.

mod adapter_as_base;
mod context_length;
mod dataset_script;
mod gated_repository;
mod gguf_only;
mod missing_chat_template;
mod needless_remote_code;
mod quantised_twice;
mod remote_code_needed;
mod unfit_auto_class;
mod unfit_columns;
mod unknown_dataset_part;
mod unknown_repository;

pub use unfit_columns::needed_columns;

use std::sync::Arc;

use super::arguments::Callee;
use super::context::Context;
use super::finding::{Edit, Finding};
use super::repository::{self, Kind, Purpose, Repository, Revision};
use super::rule::Rule;
use super::run_time::training::Training;
use crate::hub::dataset::DatasetFacts;
use crate::hub::facts::{Common, Existence};
use crate::hub::model::ModelFacts;
use crate::python::facts::{Call, Guard, Step};
use crate::text::TextRange;

/// The rules of the family, by code.
pub const RULES: &[&Rule] = &[
    &unknown_repository::RULE,
    &gated_repository::RULE,
    &unfit_auto_class::RULE,
    &remote_code_needed::RULE,
    &needless_remote_code::RULE,
    &context_length::RULE,
    &dataset_script::RULE,
    &unknown_dataset_part::CONFIG,
    &unknown_dataset_part::SPLIT,
    &unknown_dataset_part::COLUMN,
    &unfit_columns::RULE,
    &missing_chat_template::RULE,
    &adapter_as_base::RULE,
    &gguf_only::RULE,
    &quantised_twice::RULE,
];

/// What somebody has looked up about repositories. Asking may start a look-up, and never waits for one.
pub trait LookUp {
    /// What is known of a model at a revision (`None` for the default one).
    fn model(&self, id: &str, revision: Option<&str>) -> Option<Arc<ModelFacts>>;
    /// The same of a dataset.
    fn dataset(&self, id: &str, revision: Option<&str>) -> Option<Arc<DatasetFacts>>;
    /// The names of what was downloaded on this machine.
    fn downloaded(&self, kind: Kind) -> Vec<String>;
}

/// The names that an argument of a call may be given, as far as somebody has looked them up: repositories that
/// the document names elsewhere or that were downloaded; configurations, splits and columns of datasets.
pub fn offered(ctx: &Context<'_>, call: &Call, callee: &Callee, argument: &str) -> Vec<String> {
    let Some(kind) = repository::kind_of(&callee.symbol, argument, call) else {
        return unknown_dataset_part::offered(ctx, call, callee, argument);
    };
    let others = ctx.repositories().iter();
    let others = others.filter(|used| used.kind == kind && used.id.contains('/'));
    let mut names: Vec<String> = others.map(|used| used.id.clone()).collect();
    names.extend(
        ctx.look_up()
            .map(|it| it.downloaded(kind))
            .unwrap_or_default(),
    );
    names.sort_unstable();
    names.dedup();
    names
}

/// The revision to ask for; nothing where it is only known when the code runs.
fn revision(used: &Repository) -> Option<Option<&str>> {
    match &used.revision {
        Revision::Main => Some(None),
        Revision::Named(name) => Some(Some(name)),
        Revision::Unknown => None,
    }
}

impl Context<'_> {
    /// What is known of the model that is used there.
    pub(super) fn model_facts(&self, used: &Repository) -> Option<Arc<ModelFacts>> {
        let is_one = used.kind == Kind::Model;
        self.look_up()?
            .model(&used.id, revision(used).filter(|_| is_one)?)
    }

    /// What is known of the dataset that is used there.
    pub(super) fn dataset_facts(&self, used: &Repository) -> Option<Arc<DatasetFacts>> {
        let is_one = used.kind == Kind::Dataset;
        self.look_up()?
            .dataset(&used.id, revision(used).filter(|_| is_one)?)
    }
}

/// What is known of each repository that something is loaded from, by a call or a command.
fn known<'c>(ctx: &'c Context<'_>) -> impl Iterator<Item = (&'c Repository, Common)> {
    let used = ctx.repositories().iter();
    let loaded = used.filter(|used| used.purpose != Purpose::Write);
    loaded.filter_map(|used| {
        let common = match used.kind {
            Kind::Model => ctx.model_facts(used)?.common.clone(),
            Kind::Dataset => ctx.dataset_facts(used)?.common.clone(),
        };
        Some((used, common))
    })
}

/// A repository that a call loads something from.
struct Loaded<'c, 'a> {
    used: &'c Repository,
    call: &'a Call,
    callee: &'c Callee,
}

/// Every call that loads from a repository and runs as it stands.
fn loaded<'c, 'a>(ctx: &'c Context<'a>) -> impl Iterator<Item = Loaded<'c, 'a>> {
    ctx.repositories().iter().filter_map(move |used| {
        let id = used.call.filter(|_| used.purpose != Purpose::Write)?;
        let call = ctx.facts.call(id);
        let callee = ctx.callee(id)?;
        (call.guard == Guard::None).then_some(Loaded { used, call, callee })
    })
}

/// The same with what is known of each as a model that is there.
fn models<'c, 'a>(ctx: &'c Context<'a>) -> impl Iterator<Item = (Loaded<'c, 'a>, Arc<ModelFacts>)> {
    loaded(ctx).filter_map(move |loaded| {
        let facts = ctx.model_facts(loaded.used)?;
        is_there(&facts.common).then_some((loaded, facts))
    })
}

/// The same with what is known of each as a dataset that is there.
fn datasets<'c, 'a>(
    ctx: &'c Context<'a>,
) -> impl Iterator<Item = (Loaded<'c, 'a>, Arc<DatasetFacts>)> {
    loaded(ctx).filter_map(move |loaded| {
        let facts = ctx.dataset_facts(loaded.used)?;
        is_there(&facts.common).then_some((loaded, facts))
    })
}

fn is_there(common: &Common) -> bool {
    matches!(common.existence, Existence::Exists | Existence::Unknown)
}

/// The model that a trainer is given by its id, or as what a call made of one; and what is known of it.
fn training_model<'c>(
    ctx: &'c Context<'_>,
    training: &Training<'_, '_>,
) -> Option<(&'c Repository, Arc<ModelFacts>)> {
    let passed = training.given("model")?;
    let made = passed.origin().and_then(|origin| origin.steps.last());
    let made = match made {
        Some(Step::Call(id)) => Some(*id),
        _ => None,
    };
    let place = passed.site().0;
    let used = ctx.repositories().iter().find(|used| {
        used.kind == Kind::Model
            && used.purpose == Purpose::Load
            && (used.range == place || (made.is_some() && used.call == made))
    })?;
    let facts = ctx.model_facts(used)?;
    is_there(&facts.common).then_some((used, facts))
}

/// A finding about a repository, at the place where it is used.
fn finding(ctx: &Context<'_>, rule: &Rule, used: &Repository, message: String) -> Finding {
    let mut finding = match used.call.and_then(|id| ctx.callee(id)) {
        Some(callee) => rule.finding(ctx, used.range, &callee.symbol, message),
        None => rule.plain_finding(used.range, message),
    };
    finding.argument = Some(used.argument.clone());
    finding
}

/// Replaces what is between the quotes of a string that is written at its place.
fn rewritten(ctx: &Context<'_>, range: TextRange, to: &str) -> Option<Edit> {
    let written = range.slice(ctx.text);
    let quote = written
        .chars()
        .next()
        .filter(|it| matches!(it, '"' | '\''))?;
    let inner = written.strip_prefix(quote)?.strip_suffix(quote)?;
    let plain = !inner.contains(['\\', '"', '\'']) && !to.contains(['\\', '"', '\'']);
    plain.then(|| Edit {
        range,
        content: format!("{quote}{to}{quote}"),
    })
}
