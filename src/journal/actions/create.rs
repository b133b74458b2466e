//! The documents that a journal lacks, made of what is known of the project.

use toml_edit::{DocumentMut, Item};

use super::Offers;
use super::entry::HEADER;
use super::grow::target;
use crate::journal::change::{ActionKind, Change};
use crate::journal::edit::{Sheet, row};
use crate::journal::markdown::Syntax;
use crate::journal::next::ground::Ground;
use crate::journal::next::recommended_in;
use crate::journal::plan::{Known, Plan};
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;
use crate::rules::apply::apply_edits;

/// What a project says of itself.
#[derive(Debug, Default)]
struct About {
    name: Option<String>,
    description: Option<String>,
    python: Option<String>,
}

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
    let about = about(surroundings);
    let ground = Ground::of(surroundings);
    let mut change = Change::default();
    for role in roles {
        let text = match role {
            Role::Description => description(&about, &ground),
            Role::Stack => stack(&about, &ground),
            Role::Requirements => requirements(&about, &ground),
            Role::Changelog => HEADER.to_owned(),
            Role::Plan => plan(surroundings, &about, &ground),
        };
        change.creates.insert(surroundings.names.path(*role), text);
    }
    change
}

fn about(surroundings: &Surroundings<'_>) -> About {
    let document = surroundings.project.document("pyproject.toml");
    let parsed = document.and_then(|it| it.text().parse::<DocumentMut>().ok());
    let Some(parsed) = parsed else {
        return About::default();
    };
    let said = |key: &str| {
        let of = |table: &str| {
            parsed
                .get(table)?
                .get(key)
                .and_then(Item::as_str)
                .map(str::to_owned)
        };
        of("project").or_else(|| {
            let poetry = parsed.get("tool")?.get("poetry")?;
            poetry.get(key).and_then(Item::as_str).map(str::to_owned)
        })
    };
    let is_said = |text: &String| !text.trim().is_empty() && text != "Add your description here";
    About {
        name: said("name"),
        description: said("description").filter(is_said),
        python: said("requires-python"),
    }
}

impl About {
    fn title(&self, what: &str) -> String {
        match &self.name {
            Some(name) => format!("# {what}: {name}\n"),
            None => format!("# {what}\n"),
        }
    }
}

fn description(about: &About, ground: &Ground) -> String {
    let mut text = about.title("Project");
    if let Some(description) = &about.description {
        text.push_str(&format!("\n{description}\n"));
    }
    let facts = facts(ground);
    if !facts.is_empty() {
        text.push_str(&format!("\n## What it is made of\n\n{facts}"));
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

fn stack(about: &About, ground: &Ground) -> String {
    let mut text = about.title("Tech stack");
    text.push_str("\n| Package | Version |\n| --- | --- |\n");
    let python = about
        .python
        .as_ref()
        .map(|version| ("Python".to_owned(), version.clone()));
    for (name, version) in python.into_iter().chain(ground.pins.iter().cloned()) {
        text.push_str(&row(&[name, version]));
        text.push('\n');
    }
    text
}

fn requirements(about: &About, ground: &Ground) -> String {
    let mut text = about.title("Requirements");
    if let Some(description) = &about.description {
        text.push_str(&format!("\n## Goal\n\n{description}\n"));
    }
    if let Some(id) = &ground.repository {
        text.push_str(&format!("\n## Result\n\n- A model at `{id}`\n"));
    }
    text
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
