//! HFP702

use crate::embedded::Format;
use crate::journal::releases::Releases;
use crate::journal::role::Role;
use crate::journal::stack::Stack;
use crate::journal::surroundings::Surroundings;
use crate::knowledge::packages::packages;
use crate::knowledge::store::normalise;
use crate::rules::finding::{Applicability, Edit, Finding, Fix, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP702",
    name: "tech-stack-gap",
    severity: Severity::Information,
    summary: "a package that the project asks for, and that the tech stack does not name",
    explanation: "The requirement files at the top of the project ask for the package, or a script imports it, and the tech stack, \
which names others with their releases, does not. Only packages that matter here are told of: those whose releases are known. \
What is named anywhere in the document counts as named.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> requirements.txt <==\ntrl==1.16.0\npeft==0.21.2\n==> dev-journal/TECH-STACK.md <==\n# Tech stack\n\n| Package | Version |\n| --- | --- |\n| trl | 1.16.0 |\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> requirements.txt <==\ntrl==1.16.0\npeft==0.21.2\n==> dev-journal/TECH-STACK.md <==\n# Tech stack\n\n| Package | Version |\n| --- | --- |\n| trl | 1.16.0 |\n\nAdapters come from PEFT.\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    if surroundings.role != Some(Role::Stack) {
        return;
    }
    let text = surroundings.text();
    let stack = Stack::read(text, surroundings.document.outline());
    let is_of_packages = stack
        .rows
        .iter()
        .any(|row| packages().package(&row.name).is_some());
    if !is_of_packages {
        return;
    }
    let releases = Releases::of(surroundings);
    let place = place(surroundings);
    for name in wanted(surroundings, &releases) {
        if !is_named(text, &stack, &name) {
            findings.push(finding(surroundings, &releases, place, &name));
        }
    }
}

/// The packages that matter: those that the project asks for, and those that scripts import and it has.
fn wanted(surroundings: &Surroundings<'_>, releases: &Releases<'_>) -> Vec<String> {
    let mut names: Vec<String> = releases.direct().map(|it| it.name.clone()).collect();
    let store = surroundings.knowledge.store();
    let scripts = surroundings.project.scripts();
    let documents = scripts
        .iter()
        .filter_map(|path| surroundings.project.document(path));
    for document in documents {
        for import in &document.facts().imports {
            let package = import.module.as_str().split('.').next().unwrap_or_default();
            let mut libraries = store.packages();
            let library = libraries.find(|(_, packages)| packages.iter().any(|it| it == package));
            let library = library.map(|(name, _)| normalise(name));
            names.extend(library.filter(|name| releases.of_package(name).is_some()));
        }
    }
    names.retain(|name| packages().package(name).is_some());
    names.sort();
    names.dedup();
    names
}

/// Where what is missing would stand: the first row of the first table of versions, else the title.
fn place(surroundings: &Surroundings<'_>) -> TextRange {
    let (text, outline) = (surroundings.text(), surroundings.document.outline());
    let mut tables = outline.tables.iter();
    let table = tables.find(|table| Stack::columns(text, table).is_some());
    let row = table.and_then(|table| {
        let row = table.rows.first()?;
        Some(TextRange::new(row.first()?.start, row.last()?.end))
    });
    let title = || outline.headings.first().map(|heading| heading.text);
    row.or_else(title).unwrap_or_default()
}

/// Whether a document names a package, in any spelling.
fn is_named(text: &str, stack: &Stack, name: &str) -> bool {
    let lower = text.to_lowercase();
    let spellings = [
        name.to_owned(),
        name.replace('-', "_"),
        name.replace('-', " "),
    ];
    let other = if name == "torch" { "pytorch" } else { name };
    stack.of(name).next().is_some()
        || spellings.iter().any(|it| is_word(&lower, it))
        || is_word(&lower, other)
}

fn is_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "-_".contains(c));
        let after = text[at + word.len()..].chars().next();
        !is_part(text[..at].chars().next_back()) && !is_part(after)
    })
}

fn finding(
    surroundings: &Surroundings<'_>,
    releases: &Releases<'_>,
    place: TextRange,
    name: &str,
) -> Finding {
    let said = releases.of_package(name);
    let version = said.as_ref().and_then(|said| said.version()).cloned();
    let shown = version
        .as_ref()
        .map_or(String::new(), |it| format!(" {it}"));
    let message = format!("`{name}`{shown} is used, but the tech stack does not name it");
    let mut finding = RULE.plain_finding(place, message);
    finding.library = Some(name.to_owned());
    finding.version_source = said.map(|said| said.place);
    if let Some(version) = version {
        finding.version = Some(version.to_string());
        finding.fix = added(surroundings, name, &version.without_local().to_string());
    }
    finding
}

/// A new row below the first table of versions.
fn added(surroundings: &Surroundings<'_>, name: &str, version: &str) -> Option<Fix> {
    let (text, outline) = (surroundings.text(), surroundings.document.outline());
    let mut tables = outline.tables.iter();
    let table = tables.find(|table| Stack::columns(text, table).is_some())?;
    let (names, versions) = Stack::columns(text, table)?;
    let cell = |at: usize| match at {
        _ if at == names => name,
        _ if at == versions => version,
        _ => "",
    };
    let count = table.rows.first()?.len();
    let cells: Vec<String> = (0..count).map(|at| format!(" {} |", cell(at))).collect();
    let line = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Some(Fix {
        title: format!("Add a row for `{name}`"),
        applicability: Applicability::Unsafe,
        edits: vec![Edit {
            range: TextRange::at(table.range.end),
            content: format!("{line}|{}", cells.concat().replace("  |", " |")),
        }],
    })
}
