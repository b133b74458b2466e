//! The documents that a journal lacks, made of what is known of the project.

mod about;

use std::collections::BTreeMap;

use self::about::About;
use super::Offers;
use super::entry::HEADER;
use super::grow::target;
use crate::journal::change::{ActionKind, Change};
use crate::journal::edit::{Sheet, row};
use crate::journal::markdown::Syntax;
use crate::journal::next::ground::{Ground, called, first};
use crate::journal::next::recommended_in;
use crate::journal::pins::pins;
use crate::journal::plan::{Known, Plan};
use crate::journal::prd::NAMES as METRICS;
use crate::journal::releases::{Releases, What, exact};
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;
use crate::python::facts::{Root, Value};
use crate::rules::apply::apply_edits;

/// More scripts are not named.
const MOST: usize = 20;

pub(super) fn offer(surroundings: &Surroundings<'_>, offers: &mut Offers) {
    let missing: Vec<Role> = missing(surroundings);
    for role in &missing {
        let name = surroundings.names.name(*role);
        let change = documents(surroundings, &[*role]);
        offers.add(
            format!("Create {name}"),
            ActionKind::Fix,
            Some("HFP706"),
            change,
        );
    }
    if missing.len() > 1 {
        let change = documents(surroundings, &missing);
        let title = "Create the missing documents of the journal".to_owned();
        offers.add(title, ActionKind::Fix, Some("HFP706"), change);
    }
}

/// Makes all documents that the journal lacks.
pub(super) fn create(surroundings: &Surroundings<'_>) -> Change {
    documents(surroundings, &missing(surroundings))
}

fn missing(surroundings: &Surroundings<'_>) -> Vec<Role> {
    let is_missing = |role: &Role| {
        surroundings
            .project
            .place(&surroundings.names.path(*role))
            .is_none()
    };
    let roles = Role::ALL.into_iter().filter(is_missing);
    roles
        .filter(|role| surroundings.role != Some(*role))
        .collect()
}

fn documents(surroundings: &Surroundings<'_>, roles: &[Role]) -> Change {
    let about = About::of(surroundings);
    let ground = Ground::of(surroundings);
    let mut change = Change::default();
    for role in roles {
        let text = match role {
            Role::Description => description(surroundings, &about, &ground),
            Role::Stack => stack(surroundings, &about, &ground),
            Role::Requirements => requirements(surroundings, &about, &ground),
            Role::Changelog => HEADER.to_owned(),
            Role::Plan => plan(surroundings, &about, &ground),
        };
        change.creates.insert(surroundings.names.path(*role), text);
    }
    change
}

fn description(surroundings: &Surroundings<'_>, about: &About, ground: &Ground) -> String {
    let mut text = about.title("Project");
    if let Some(description) = &about.description {
        text.push_str(&format!("\n{description}\n"));
    }
    let mut facts = facts(ground);
    let scripts = surroundings.project.scripts();
    let others = scripts.iter().map(|path| format!("`{path}`"));
    let others: Vec<String> = others
        .filter(|path| !facts.contains(path))
        .take(MOST)
        .collect();
    if !others.is_empty() {
        facts.push_str(&format!(
            "- Also with these libraries: {}\n",
            others.join(", ")
        ));
    }
    if !facts.is_empty() {
        text.push_str(&format!("\n## What it works with\n\n{facts}"));
    }
    text
}

/// Models, data and scripts of a project, as items.
fn facts(ground: &Ground) -> String {
    let script = |script: &Option<crate::journal::next::ground::Script>| {
        script.as_ref().map(|it| it.path.clone())
    };
    let known = [
        ("Model", ground.model.clone()),
        ("Dataset", ground.dataset.clone()),
        ("Data is prepared by", script(&ground.prepare)),
        ("Training", script(&ground.train)),
        ("Evaluation", script(&ground.evaluate)),
        ("The result goes to", ground.repository.clone()),
    ];
    let lines = known
        .into_iter()
        .filter_map(|(what, value)| Some(format!("- {what}: `{}`\n", value?)));
    lines.collect()
}

/// The packages that the project asks for or its code uses, each with what fixes it; those of the plan where nothing does.
fn stack(surroundings: &Surroundings<'_>, about: &About, ground: &Ground) -> String {
    let releases = Releases::of(surroundings);
    let mut rows: BTreeMap<String, String> = ground.pins.iter().cloned().collect();
    for package in releases.direct() {
        let said = releases
            .of_package(&package.name)
            .map(|said| match said.what {
                What::Exactly(versions) => versions
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", "),
                What::Within(limits) => limits.to_string(),
            });
        rows.entry(package.name.clone())
            .or_insert_with(|| said.unwrap_or_else(|| "any".to_owned()));
    }
    if let Some(plan) = surroundings.plan().filter(|_| rows.is_empty()) {
        let pins = pins(surroundings.text(), plan).into_iter();
        let own = pins.filter(|pin| pin.environment.is_none());
        let exact = own.filter_map(|pin| Some((pin.name, exact(&pin.specifiers)?.to_string())));
        rows.extend(exact);
    }
    let mut text = about.title("Tech stack");
    let python = about
        .python
        .iter()
        .map(|version| ("Python".to_owned(), version.clone()));
    let rows: Vec<(String, String)> = python.chain(rows).collect();
    if rows.is_empty() {
        return text;
    }
    text.push_str("\n| Package | Version |\n| --- | --- |\n");
    for (name, version) in rows {
        text.push_str(&row(&[name, version]));
        text.push('\n');
    }
    text
}

/// What has to be achieved, with what is given, and what the code measures.
fn requirements(surroundings: &Surroundings<'_>, about: &About, ground: &Ground) -> String {
    let mut text = about.title("Requirements");
    let planned = || {
        let line = surroundings
            .text()
            .lines()
            .find_map(|line| line.strip_prefix("> Goal:"));
        line.map(|goal| goal.trim().to_owned())
    };
    let goal = planned().or_else(|| about.description.clone());
    if let Some(goal) = goal.filter(|goal| !goal.is_empty()) {
        text.push_str(&format!("\n## Goal\n\n{goal}\n"));
    }
    let given: String = given(surroundings)
        .iter()
        .map(|(key, value)| format!("- {key}: {value}\n"))
        .collect();
    if !given.is_empty() {
        text.push_str(&format!("\n## Given\n\n{given}"));
    }
    let measured: String = measured(surroundings)
        .iter()
        .map(|(name, path)| format!("- {name}, as `{path}` measures it\n"))
        .collect();
    if !measured.is_empty() {
        text.push_str(&format!("\n## Metrics\n\n{measured}"));
    }
    if let Some(id) = &ground.repository {
        text.push_str(&format!("\n## Result\n\n- A model at `{id}`\n"));
    }
    text
}

/// What a plan says of what it works with.
fn given<'a>(surroundings: &Surroundings<'a>) -> Vec<(&'static str, &'a str)> {
    let Some(plan) = surroundings.plan() else {
        return Vec::new();
    };
    let said = |key: &'static str| {
        let (_, value) = plan.target(surroundings.text(), key)?;
        (!value.is_empty()).then_some((key, value))
    };
    ["Model", "Dataset", "Hardware"]
        .into_iter()
        .filter_map(said)
        .collect()
}

/// The metrics that scripts load or choose their best model by, each with the first script that does.
fn measured(surroundings: &Surroundings<'_>) -> Vec<(&'static str, String)> {
    let mut found: Vec<(&'static str, String)> = Vec::new();
    for path in surroundings.project.scripts().iter() {
        let Some(document) = surroundings.project.document(path) else {
            continue;
        };
        for call in &document.facts().calls {
            let best = call.keyword("metric_for_best_model").map(|it| &it.value);
            let best = best.and_then(|value| match value {
                Value::Str(text) => Some(text.clone()),
                _ => None,
            });
            let is_metric = match called(call) {
                Some("load_metric") => true,
                Some("load") => {
                    matches!(&call.callee.root, Root::Import(root) if root.starts_with("evaluate"))
                }
                _ => false,
            };
            let loaded = is_metric.then(|| first(call)).flatten();
            for said in best.into_iter().chain(loaded) {
                let name = METRICS
                    .iter()
                    .find(|name| name.find(&said.replace('_', " ")).is_some());
                let Some(name) = name.map(|name| name.title) else {
                    continue;
                };
                if found.iter().all(|(known, _)| *known != name) {
                    found.push((name, path.clone()));
                }
            }
        }
    }
    found
}

/// A plan with the sections that every plan needs and the steps that are known for this project.
fn plan(surroundings: &Surroundings<'_>, about: &About, ground: &Ground) -> String {
    let day = surroundings.project.today();
    let mut text = format!(
        "{}\n<!-- hf-plan: 1; generated: {day} -->\n",
        about.title("OUR-PLAN")
    );
    for known in Known::ALL.into_iter().filter(|known| known.is_required()) {
        let lines = match known {
            Known::Target => target(ground),
            Known::Architecture => facts(ground).lines().map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let outline = Syntax::parse(&text).outline(&text);
        let read = Plan::read(&text, &outline);
        let sheet = Sheet {
            text: &text,
            outline: &outline,
            plan: &read,
        };
        let steps = recommended_in(surroundings, ground, &text, &read, known);
        // What would stand there empty says nothing.
        if lines.is_empty() && steps.is_empty() {
            continue;
        }
        let edits = sheet.insert_section_with(known, &lines, &steps);
        text = apply_edits(&text, &edits);
    }
    text
}
