//! What the fields of a step may say.

use std::collections::HashSet;

use super::ground::{Ground, runner};
use super::value::call_text;
use super::verify::verification;
use crate::journal::graph::Graph;
use crate::journal::id::Id;
use crate::journal::kind::Kind;
use crate::journal::plan::{Field, FieldName, Plan, Step};
use crate::journal::surroundings::Surroundings;
use crate::text::TextRange;

/// What a field may say, with a name for lists.
pub(super) fn values(
    surroundings: &Surroundings<'_>,
    at: usize,
    name: FieldName,
    typed: &str,
    line: TextRange,
) -> Vec<(String, String)> {
    let (text, plan) = (surroundings.text(), surroundings.document.plan());
    let step = &plan.steps[at];
    let span = |value: String| (value.clone(), format!("`{value}`"));
    match name {
        FieldName::Run => commands(surroundings, step).into_iter().map(span).collect(),
        FieldName::Depends => depends(text, plan, at, typed),
        FieldName::Params => calls(surroundings, step).into_iter().map(span).collect(),
        FieldName::Verify => {
            let own: Vec<_> = verification(surroundings, step).into_iter().collect();
            let other =
                |field: &&Field| field.range.start < line.start || field.range.start > line.end;
            let is_said = |value: &String| {
                step.all(FieldName::Verify)
                    .filter(other)
                    .any(|it| it.value.slice(text) == value)
            };
            own.into_iter()
                .filter(|value| !is_said(value))
                .map(|it| (it.clone(), it))
                .collect()
        }
        FieldName::Packages => {
            let pins = Ground::of(surroundings).pins.into_iter();
            pins.map(|(name, version)| span(format!("{name}=={version}")))
                .collect()
        }
        FieldName::Model => Ground::of(surroundings)
            .model
            .into_iter()
            .map(span)
            .collect(),
        FieldName::Dataset => Ground::of(surroundings)
            .dataset
            .into_iter()
            .map(span)
            .collect(),
        FieldName::Status => {
            let started = format!("in-progress {}", surroundings.project.today());
            [started, "blocked ".to_owned(), "skipped ".to_owned()]
                .into_iter()
                .map(|it| (it.clone(), it))
                .collect()
        }
        FieldName::Optional => vec![("yes".to_owned(), "yes".to_owned())],
        FieldName::Kind => {
            let own = Kind::of_step(text, plan, step);
            let mut all = Kind::ALL.to_vec();
            all.sort_by_key(|kind| Some(*kind) != own);
            all.into_iter()
                .map(|it| (it.as_str().to_owned(), it.as_str().to_owned()))
                .collect()
        }
        FieldName::Files => {
            let scripts = surroundings.project.scripts();
            let is_named = |path: &String| {
                plan.steps
                    .iter()
                    .any(|step| step.files(text).iter().any(|it| it.path == path))
            };
            let mut all: Vec<String> = scripts.iter().cloned().collect();
            all.sort_by_key(is_named);
            all.into_iter().map(span).collect()
        }
        FieldName::Why | FieldName::Security => Vec::new(),
    }
}

/// The commands that run the files of a step.
fn commands(surroundings: &Surroundings<'_>, step: &Step) -> Vec<String> {
    let start = runner(surroundings);
    let text = surroundings.text();
    let files = step.files(text);
    let own = files
        .iter()
        .filter(|it| it.is_definite() && it.path.ends_with(".py"));
    let command = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        match name.starts_with("test_") {
            true => format!("{start}python -m pytest {path} -q"),
            false => format!("{start}python {path}"),
        }
    };
    let said: Vec<&str> = step
        .spans(FieldName::Run)
        .map(|span| span.slice(text))
        .collect();
    let mut found: Vec<String> = own.map(|it| command(it.path)).collect();
    found.extend(
        surroundings
            .project
            .scripts()
            .iter()
            .map(|path| command(path)),
    );
    found.retain(|command| !said.contains(&command.as_str()));
    let mut seen = HashSet::new();
    found.retain(|command| seen.insert(command.clone()));
    found
}

/// The calls in the files of a step as they are there.
fn calls(surroundings: &Surroundings<'_>, step: &Step) -> Vec<String> {
    let text = surroundings.text();
    let said: Vec<&str> = step
        .spans(FieldName::Params)
        .map(|span| span.slice(text))
        .collect();
    let mut found = Vec::new();
    for file in step
        .files(text)
        .iter()
        .filter(|it| it.path.ends_with(".py"))
    {
        let Some(document) = surroundings.project.document(file.path) else {
            continue;
        };
        let facts = document.facts();
        let known = facts
            .calls
            .iter()
            .filter(|call| call.callee.package().is_some());
        let mut texts: Vec<String> = known
            .filter_map(|call| call_text(&document, call))
            .collect();
        // Settings first.
        texts.sort_by_key(|it| {
            !it.split('(')
                .next()
                .is_some_and(|name| name.ends_with("Config") || name.ends_with("Arguments"))
        });
        found.extend(texts);
    }
    found.retain(|call| {
        let name = call.split('(').next().unwrap_or_default();
        !said
            .iter()
            .any(|it| it.starts_with(name) && it.contains('(') && it.ends_with(')'))
    });
    found
}

/// The ids that a step may depend on: those above it, the nearest first, none that waits for it.
fn depends(text: &str, plan: &Plan, at: usize, typed: &str) -> Vec<(String, String)> {
    let (listed, _) = typed
        .rsplit_once(',')
        .map_or(("", typed), |(listed, word)| (listed, word));
    let own = &plan.steps[at];
    let graph = Graph::new(text, plan);
    let is_within = |other: usize| {
        let above = |at: &usize| plan.steps[*at].parent;
        std::iter::successors(Some(other), above).any(|it| it == at)
            || std::iter::successors(Some(at), above).any(|it| it == other)
    };
    let is_listed = |id: &Id| {
        listed
            .split(',')
            .any(|it| Id::parse(it.trim()).as_ref() == Some(id))
    };
    let begun = match listed.is_empty() {
        true => String::new(),
        false => format!("{listed}, "),
    };
    let candidates = (0..plan.steps.len()).rev().filter(|&other| {
        let step = &plan.steps[other];
        let is_above = step.line.start < own.line.start;
        is_above
            && !is_within(other)
            && step
                .id
                .as_ref()
                .is_some_and(|id| !is_listed(id) && !graph.waits_for(other, at))
    });
    let mut found: Vec<(usize, String, String)> = candidates
        .filter_map(|other| {
            let step = &plan.steps[other];
            let id = step.id.as_ref()?;
            let label = format!("{id} {}", step.title.slice(text));
            let is_near = step.section == own.section;
            Some((usize::from(!is_near), label, format!("{begun}{id}")))
        })
        .collect();
    found.sort_by_key(|it| it.0);
    found
        .into_iter()
        .map(|(_, label, text)| (label, text))
        .collect()
}
