//! The rules, and the one function that runs them.
//!
//! Rules see facts, resolved versions and knowledge; they know neither files nor the protocol.

mod advice;
mod api;
pub mod apply;
pub mod arguments;
pub mod command;
pub mod context;
mod data_flow;
mod datasets;
pub mod finding;
pub mod fix;
pub mod hub;
mod imported;
mod incomplete_model_card;
mod invalid_model_card;
pub mod journal;
pub mod memory;
mod missing_package;
pub mod refusal;
mod report;
pub mod repository;
mod requirements;
pub mod rule;
mod run_time;
pub mod security;
pub mod values;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use context::Context;
use finding::{Finding, Severity};
use hub::LookUp;
use memory::Machine;
use repository::Repository;
use rule::Rule;

use crate::embedded::command::Command;
use crate::embedded::{Format, suppressions};
use crate::environment::{Environment, Version};
use crate::knowledge::choose::Knowledge;
use crate::knowledge::extract::Script;
use crate::knowledge::overlay::overlay;
use crate::python::facts::Facts;
use crate::python::module::Modules;
use crate::workspace::requirements::Declared;

/// All rules, by code.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let families = [
        api::RULES,
        run_time::RULES,
        data_flow::RULES,
        hub::RULES,
        advice::RULES,
        security::RULES,
    ];
    families
        .into_iter()
        .flatten()
        .copied()
        .chain([
            requirements::RULES[0],
            requirements::RULES[1],
            &missing_package::RULE,
            requirements::RULES[2],
        ])
        .chain(command::RULES.iter().copied())
        .chain([&invalid_model_card::RULE, &incomplete_model_card::RULE])
        .chain(journal::rules())
}

/// Rules that report only where the settings select them.
const OPTIONAL: &[&str] = &["HF606"];

/// Whether a rule reports only where the settings select it.
pub fn is_optional(code: &str) -> bool {
    OPTIONAL.contains(&code)
}

/// The rule of that code or name.
pub fn find(code_or_name: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.code.eq_ignore_ascii_case(code_or_name) || rule.name == code_or_name)
}

/// Codes and names of all rules, those about requirement files included.
pub fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    rules().map(|rule| (rule.code, rule.name))
}

/// The severity of most findings of a rule.
pub fn default_severity(code: &str) -> Option<Severity> {
    find(code).map(|rule| rule.severity)
}

/// The findings of one document, in order of their places, those of optional rules left out. Every surface
/// calls this one function, or [`check_by`], which it is made of.
pub fn check(
    knowledge: &Knowledge,
    text: &str,
    facts: &Facts,
    environment: &Environment,
) -> Vec<Finding> {
    let alone = Beside::default();
    check_by(knowledge, text, facts, environment, alone, |rule, ctx| {
        if is_optional(rule.code) {
            return Vec::new();
        }
        rule.findings(ctx)
    })
}

/// What rules may look at beside a document.
#[derive(Clone, Copy, Default)]
pub struct Beside<'a> {
    /// The project's own modules that the document imports, and the scripts that it starts.
    pub modules: Option<&'a Modules>,
    /// What the Hub says about repositories.
    pub repositories: Option<&'a dyn LookUp>,
    /// What decides about memory; rules about it are silent without it.
    pub machine: Option<&'a dyn Machine>,
}

/// The same, with the work of each rule done by `run`, and what stands beside the document.
pub fn check_by(
    knowledge: &Knowledge,
    text: &str,
    facts: &Facts,
    environment: &Environment,
    beside: Beside<'_>,
    mut run: impl FnMut(&'static Rule, &Context<'_>) -> Vec<Finding>,
) -> Vec<Finding> {
    if !concerns(knowledge, text, facts) {
        return Vec::new();
    }
    let view = knowledge.view(environment);
    let baseline = knowledge.baseline(environment);
    let ctx = Context::new(text, facts, &view, baseline, environment, overlay());
    let ctx = ctx.with(beside);
    let mut findings: Vec<Finding> = rules().flat_map(|rule| run(rule, &ctx)).collect();
    findings.retain(|finding| !is_suppressed(facts, finding));
    match facts.format {
        Format::Yaml | Format::Json => fix::fit(text, facts, &mut findings),
        Format::Markdown => fix::keep_python(text, &mut findings),
        _ => {}
    }
    findings.sort_by(|a, b| (a.range, a.code, &a.message).cmp(&(b.range, b.code, &b.message)));
    findings.dedup_by(|a, b| a.range == b.range && a.code == b.code);
    findings
}

/// What scripts take, by the paths by which commands name them; absent where that is not known.
pub type Taken = FxHashMap<String, Option<Arc<Script>>>;

/// The findings about commands that stand in a text of another kind: the cells of a notebook, the steps of a plan.
/// `taken` holds what is known already of the scripts among `modules`.
pub fn check_commands(
    knowledge: &Knowledge,
    text: &str,
    commands: Vec<Command>,
    environment: &Environment,
    modules: &Modules,
    taken: Taken,
) -> Vec<Finding> {
    if commands.is_empty() {
        return Vec::new();
    }
    let facts = Facts {
        commands,
        suppressions: suppressions(Format::Shell, text),
        ..Facts::default()
    };
    let view = knowledge.view(environment);
    let ctx = Context::new(text, &facts, &view, None, environment, overlay());
    let ctx = ctx.with(Beside {
        modules: Some(modules),
        ..Beside::default()
    });
    ctx.scripts.replace(taken);
    let rules = command::RULES.iter();
    let findings = rules.flat_map(|rule| rule.findings(&ctx));
    let is_wanted = |finding: &Finding| !is_suppressed(&facts, finding);
    findings.filter(is_wanted).collect()
}

/// The findings of a file that declares requirements. `python` is the interpreter's version, for markers.
pub fn check_requirements(declared: &[Declared], python: Option<&Version>) -> Vec<Finding> {
    requirements::check(declared, python)
}

/// The repositories of the Hub that a document names.
pub fn repositories(
    knowledge: &Knowledge,
    text: &str,
    facts: &Facts,
    environment: &Environment,
) -> Vec<Repository> {
    if !concerns(knowledge, text, facts) {
        return Vec::new();
    }
    let view = knowledge.view(environment);
    let ctx = Context::new(text, facts, &view, None, environment, overlay());
    ctx.repositories().to_vec()
}

/// Whether a document imports anything that is known here, or is no Python and holds something to look at;
/// most do not.
pub fn concerns(knowledge: &Knowledge, text: &str, facts: &Facts) -> bool {
    if facts.format != Format::Python && !security::secrets(text).is_empty() {
        return true;
    }
    if !facts.commands.is_empty() || !facts.card.is_empty() {
        return true;
    }
    let imported = facts.imports.iter().map(|import| import.module.as_str());
    // Configuration calls without importing.
    let called = facts.calls.iter().filter_map(|call| call.callee.package());
    let called = called.filter(|_| facts.format != Format::Python);
    imported.chain(called).any(|module| {
        let package = module.split('.').next().unwrap_or_default();
        knowledge
            .store()
            .packages()
            .any(|(_, packages)| packages.iter().any(|known| known == package))
    })
}

/// Whether a comment of the document silences a finding.
pub fn is_suppressed(facts: &Facts, finding: &Finding) -> bool {
    facts.suppressions.iter().any(|suppression| {
        suppression.covers.contains_range(finding.range)
            && (suppression.codes.is_empty()
                || suppression
                    .codes
                    .iter()
                    .any(|code| code.eq_ignore_ascii_case(finding.code) || code == finding.name))
    })
}
