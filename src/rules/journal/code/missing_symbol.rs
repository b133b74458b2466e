//! HFP302

use std::sync::Arc;

use crate::embedded::Format;
use crate::journal::bind::{Mention, Place};
use crate::journal::plan::State;
use crate::journal::surroundings::Surroundings;
use crate::python::facts::Facts;
use crate::rules::finding::{Applicability, Edit, Finding, Fix, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;
use crate::workspace::document::{Document, Language};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP302",
    name: "missing-symbol",
    severity: Severity::Warning,
    summary: "a finished step names a function, class or heading that its file does not have",
    explanation: "`src/train.py#main` names the function, class, method or module-level name `main` of that file, \
`README.md#Usage` a heading. The step is ticked, and the file is there without it: it was renamed or taken out since. \
Inherited methods and names that the file imports count as there; a file that cannot be read as Python is left alone.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> dev-journal/OUR-PLAN.md <==\n- [x] 1.1 Remove addresses\n  - Files: `clean.py#anonymise`\n  - Verify: none is left\n==> clean.py <==\ndef anonymize(text):\n    return text\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> dev-journal/OUR-PLAN.md <==\n- [x] 1.1 Remove addresses\n  - Files: `clean.py#anonymize`, `README.md#Usage`\n  - Verify: none is left\n==> clean.py <==\ndef anonymize(text):\n    return text\n==> README.md <==\n# Usage\n==> dev-journal/CHANGELOG.md <==\n# Changelog\n\n## [Unreleased]\n\n### Added\n\n- code: addresses are gone (step 1.1)\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let all = surroundings.mentions().iter();
    for mention in all.filter(|it| it.place == Place::Files) {
        if plan.steps[mention.step].state == State::Done {
            findings.extend(judge(surroundings, mention));
        }
    }
}

fn judge(surroundings: &Surroundings<'_>, mention: &Mention) -> Option<Finding> {
    let symbol = mention.symbol.as_deref().filter(|it| !it.is_empty())?;
    let known = known(&surroundings.project.document(&mention.path)?)?;
    if known.has(symbol) {
        return None;
    }
    let end = mention.range.end + 1;
    let length = u32::try_from(symbol.len()).unwrap_or_default();
    let range = TextRange::new(end, end + length);
    let message = format!("`{}` has no `{symbol}`, and the step is done", mention.path);
    let mut finding = RULE.plain_finding(range, message);
    if let Some(near) = known.nearest(symbol) {
        finding.help = Some(format!("there is `{near}`"));
        finding.fix = Some(Fix {
            title: format!("Change to `{near}`"),
            applicability: Applicability::Unsafe,
            edits: vec![Edit {
                range,
                content: near.to_owned(),
            }],
        });
    }
    Some(finding)
}

/// The names of a file.
struct Names {
    names: Vec<String>,
    /// Classes that may have more than what is written in them.
    open: Vec<String>,
    is_prose: bool,
}

/// The names of a file; `None` where they are not all known.
fn known(document: &Arc<Document>) -> Option<Names> {
    match document.language() {
        Language::Python => of_python(document),
        Language::Embedded(Format::Markdown) => {
            let text = document.text();
            let headings = document.outline().headings.iter();
            Some(Names {
                names: headings.map(|it| it.text.slice(text).to_owned()).collect(),
                open: Vec::new(),
                is_prose: true,
            })
        }
        _ => None,
    }
}

fn of_python(document: &Document) -> Option<Names> {
    let facts = document.facts();
    let has_star = |facts: &Facts| {
        let mut names = facts.imports.iter().filter_map(|it| it.name.as_ref());
        names.any(|name| name.name == "*")
    };
    let text = document.text();
    let is_hidden = text.contains("globals(") || text.contains("setattr(sys.modules");
    if !facts.errors.is_empty() || has_star(facts) || is_hidden || document.is_too_large() {
        return None;
    }
    let mut names: Vec<String> = document
        .definitions()
        .iter()
        .map(|it| it.path.clone())
        .collect();
    for import in &facts.imports {
        let bound = import.asname.as_ref().map(|it| it.name.as_str());
        let name = import.name.as_ref().map(|it| it.name.as_str());
        names.extend(bound.or(name).map(str::to_owned));
    }
    let mut open = Vec::new();
    for class in &facts.classes {
        let name = &class.name.name;
        let attributes = class.attributes.iter();
        names.extend(attributes.map(|attribute| format!("{name}.{attribute}")));
        if !class.bases.is_empty() || !class.decorators.is_empty() {
            open.push(name.to_string());
        }
    }
    Some(Names {
        names,
        open,
        is_prose: false,
    })
}

impl Names {
    fn has(&self, symbol: &str) -> bool {
        if self.is_prose {
            return self.names.iter().any(|name| plain(name) == plain(symbol));
        }
        let symbol = symbol.trim_end_matches("()");
        let class = symbol.split('.').next().unwrap_or_default();
        let is_in_open = symbol.contains('.') && self.open.iter().any(|it| it == class);
        is_in_open || self.names.iter().any(|name| name == symbol)
    }

    /// The only name that is nearly that one.
    fn nearest(&self, symbol: &str) -> Option<&str> {
        let is_near = |name: &&String| {
            let allowed = if symbol.len() > 5 { 2 } else { 1 };
            !name.contains('`') && strsim::osa_distance(name, symbol) <= allowed
        };
        let mut near = self.names.iter().filter(is_near);
        let first = near.next()?;
        near.all(|other| other == first).then_some(first)
    }
}

/// A heading as one writes it into a link: letters and digits alone, with or without its number.
fn plain(heading: &str) -> String {
    let heading =
        heading.trim_start_matches(|it: char| it.is_ascii_digit() || it == '.' || it == ' ');
    let letters = heading.chars().filter(|it| it.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
