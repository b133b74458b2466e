//! What can be read by an address: `plan://current`, `journal://CHANGELOG.md`, `rules://HF103`.

use rmcp::model::{ReadResourceResult, Resource, ResourceContents, ResourceTemplate};

use super::desk::Desk;
use super::tool::Refusal;
use crate::cli::explain;
use crate::cli::plan::journal::Journal;
use crate::journal::project::Project;
use crate::journal::role::Role;
use crate::rules;

const MARKDOWN: &str = "text/markdown";
const PLAN: &str = "plan://current";

/// The resources that are there now.
pub fn list(desk: &Desk) -> Vec<Resource> {
    let mut found = Vec::new();
    let Ok(journal) = Journal::open_at(desk.root().to_path_buf()) else {
        return found;
    };
    for role in Role::ALL {
        let names = &journal.place.names;
        let path = names.path(role);
        if journal.place.project.document(&path).is_none() {
            continue;
        }
        let uri = match role {
            Role::Plan => PLAN.to_owned(),
            _ => format!("journal://{}", names.name(role)),
        };
        found.push(
            Resource::new(uri, path)
                .with_title(about(role))
                .with_mime_type(MARKDOWN),
        );
    }
    found
}

const fn about(role: Role) -> &'static str {
    match role {
        Role::Description => "What the project is and for whom",
        Role::Stack => "Tools and versions of the project",
        Role::Requirements => "What the project has to achieve",
        Role::Changelog => "What was done",
        Role::Plan => "The plan",
    }
}

/// What can be read beside that.
pub fn templates() -> Vec<ResourceTemplate> {
    let rule = ResourceTemplate::new("rules://{code}", "rule")
        .with_title("What a rule reports, and why")
        .with_description("The page of a rule by its code or name: rules://HF103")
        .with_mime_type(MARKDOWN);
    let journal = ResourceTemplate::new("journal://{document}", "journal")
        .with_title("A document of the dev-journal")
        .with_description("By its name in the folder of the journal: journal://CHANGELOG.md")
        .with_mime_type(MARKDOWN);
    vec![rule, journal]
}

/// The text behind an address.
///
/// # Errors
/// An address behind which there is nothing.
pub fn read(desk: &Desk, uri: &str) -> Result<ReadResourceResult, Refusal> {
    let text = match uri.split_once("://") {
        Some(("rules", code)) => {
            let rule = rules::find(code).ok_or_else(|| {
                Refusal::new(format!("there is no rule `{code}`; codes look like HF103"))
            })?;
            explain::page(rule)
        }
        Some(("plan", "current")) => document(desk, Role::Plan)?,
        Some(("journal", name)) => {
            let journal = Journal::open_at(desk.root().to_path_buf())?;
            let names = &journal.place.names;
            let role = Role::ALL.into_iter().find(|role| names.name(*role) == name);
            let role = role.ok_or_else(|| {
                let all = Role::ALL.map(|role| names.name(role).to_owned());
                Refusal::new(format!(
                    "the journal has no `{name}`; it has {}",
                    all.join(", ")
                ))
            })?;
            document(desk, role)?
        }
        _ => {
            return Err(Refusal::new(format!(
                "nothing is at `{uri}`; try {PLAN}, journal://CHANGELOG.md or rules://HF103"
            )));
        }
    };
    let contents = ResourceContents::text(text, uri).with_mime_type(MARKDOWN);
    Ok(ReadResourceResult::new(vec![contents]))
}

fn document(desk: &Desk, role: Role) -> Result<String, Refusal> {
    let journal = Journal::open_at(desk.root().to_path_buf())?;
    let path = journal.place.names.path(role);
    let document = journal.place.project.document(&path);
    let document = document.ok_or_else(|| Refusal::new(format!("there is no `{path}`")))?;
    Ok(document.text().to_owned())
}
