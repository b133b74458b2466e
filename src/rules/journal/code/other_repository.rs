//! HFP308

use super::script::trainer;
use super::severity;
use crate::embedded::Format;
use crate::hub::id::RepoId;
use crate::journal::bind::{Mention, Place};
use crate::journal::plan::{FieldName, State};
use crate::journal::span::code_spans;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Applicability, Edit, Elsewhere, Finding, Fix, Severity};
use crate::rules::repositories;
use crate::rules::repository::{Kind, Purpose, mentions as mentions_of_id};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP308",
    name: "other-repository",
    severity: Severity::Warning,
    summary: "a model or dataset in the plan that is not the one in the code",
    explanation: "`Model:` or `Dataset:` of a step names a repository of the Hub, and the Python files of the step load \
another one. In the table of the target it stands at a row that none of the scripts which train names. Nothing is said \
where the code loads several, or where a command of the step names the repository.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Markdown,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "==> dev-journal/OUR-PLAN.md <==\n- [x] 1.1 Take the model\n  - Files: `load.py`\n  - Model: `acme-labs/chat-1b`\n  - Verify: it answers\n==> load.py <==\nfrom transformers import AutoModel\n\nmodel = AutoModel.from_pretrained(\"acme-labs/chat-8b\")\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "==> dev-journal/OUR-PLAN.md <==\n- [x] 1.1 Take the model\n  - Files: `load.py`\n  - Model: `acme-labs/chat-8b`\n  - Verify: it answers\n==> load.py <==\nfrom transformers import AutoModel\n\nmodel = AutoModel.from_pretrained(\"acme-labs/chat-8b\")\n==> dev-journal/CHANGELOG.md <==\n# Changelog\n\n## [Unreleased]\n\n### Added\n\n- model: chosen (step 1.1)\n",
    },
    check: Check::Journal(check),
};

/// Where more scripts train, none of them is the one that the target is about.
const MOST_SCRIPTS: usize = 8;

/// What a file loads.
struct Loaded {
    path: String,
    id: String,
    range: TextRange,
}

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    let all = surroundings.mentions();
    for (number, step) in plan.steps.iter().enumerate() {
        let Some(severity) = severity(step) else {
            continue;
        };
        for (name, kind) in [
            (FieldName::Model, Kind::Model),
            (FieldName::Dataset, Kind::Dataset),
        ] {
            let Some(range) = step.spans(name).next() else {
                continue;
            };
            let id = range.slice(text);
            let mut commands = [FieldName::Run, FieldName::Verify]
                .into_iter()
                .flat_map(|it| step.spans(it));
            if commands.any(|command| command.slice(text).contains(id)) {
                continue;
            }
            let files = paths(all, |it| it.step == number && it.place != Place::Command);
            findings.extend(
                judge(surroundings, kind, range, &files).map(|it| Finding { severity, ..it }),
            );
        }
    }
    in_target(surroundings, all, findings);
}

fn paths(all: &[Mention], is_wanted: impl Fn(&Mention) -> bool) -> Vec<String> {
    let wanted = all
        .iter()
        .filter(|it| it.path.ends_with(".py") && is_wanted(it));
    let mut paths: Vec<String> = wanted.map(|it| it.path.clone()).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// The rows of the target, compared with the scripts that train and that a step names.
fn in_target(surroundings: &Surroundings<'_>, all: &[Mention], findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    let rows = [("model", Kind::Model), ("dataset", Kind::Dataset)];
    let rows = rows.map(|(key, kind)| {
        let (row, _) = plan.target(text, key)?;
        Some((*code_spans(text, row.value).first()?, kind))
    });
    if rows.iter().all(Option::is_none) {
        return;
    }
    let is_over = |mention: &Mention| plan.steps[mention.step].state == State::Skipped;
    let mut files = paths(all, |it| !is_over(it));
    files.retain(|path| {
        let document = surroundings.project.document(path);
        document.is_some_and(|it| trainer(surroundings, it.facts()).is_some())
    });
    if files.len() > MOST_SCRIPTS {
        return;
    }
    let is_begun = |mention: &Mention| {
        let state = plan.steps[mention.step].state;
        files.contains(&mention.path) && matches!(state, State::Done | State::Started)
    };
    let severity = match all.iter().any(is_begun) {
        true => Severity::Warning,
        false => Severity::Information,
    };
    for (range, kind) in rows.into_iter().flatten() {
        let found = judge(surroundings, kind, range, &files);
        findings.extend(found.map(|it| Finding { severity, ..it }));
    }
}

/// Compares one id with what files load.
fn judge(
    surroundings: &Surroundings<'_>,
    kind: Kind,
    range: TextRange,
    files: &[String],
) -> Option<Finding> {
    let id = RepoId::parse(range.slice(surroundings.text())).ok()?;
    if files.is_empty() || !id.as_str().contains('/') {
        return None;
    }
    let mut loaded = Vec::new();
    for path in files {
        loaded.extend(loads(surroundings, kind, path, id.as_str())?);
    }
    let first = loaded.first()?;
    if loaded.iter().any(|it| it.id != first.id) {
        return None;
    }
    let message = format!(
        "the {kind} is `{id}` here, and `{}` in `{}`",
        first.id, first.path
    );
    let mut finding = RULE.plain_finding(range, message);
    finding.replacement = Some(first.id.clone());
    finding.elsewhere.push(Elsewhere {
        path: first.path.clone(),
        range: first.range,
        message: "what the code loads".to_owned(),
    });
    finding.fix = Some(Fix {
        title: format!("Change to `{}`", first.id),
        applicability: Applicability::Unsafe,
        edits: vec![Edit {
            range,
            content: first.id.clone(),
        }],
    });
    Some(finding)
}

/// Whether a step of the plan makes a file or folder of that path.
fn is_made(surroundings: &Surroundings<'_>, path: &str) -> bool {
    let text = surroundings.text();
    let mut steps = surroundings.document.plan().steps.iter();
    steps.any(|step| {
        let mut files = step.files(text).into_iter();
        files.any(|file| file.path.trim_end_matches('/') == path)
    })
}

/// What a file loads of a kind; `None` where it names `id` itself, or the name of something that it loads is not known.
fn loads(surroundings: &Surroundings<'_>, kind: Kind, path: &str, id: &str) -> Option<Vec<Loaded>> {
    let Some(document) = surroundings.project.document(path) else {
        return Some(Vec::new());
    };
    if document.text().to_lowercase().contains(&id.to_lowercase()) {
        return None;
    }
    let text = document.code();
    let used = repositories(
        surroundings.knowledge,
        text,
        document.facts(),
        surroundings.environment,
    );
    let of_kind = used
        .into_iter()
        .filter(|it| it.kind == kind && it.purpose == Purpose::Load);
    let mut loaded = Vec::new();
    for used in of_kind {
        let is_id = RepoId::parse(&used.id).is_ok() && used.id.contains('/');
        let is_folder =
            || surroundings.project.place(&used.id).is_some() || is_made(surroundings, &used.id);
        if !is_id || is_folder() {
            return None;
        }
        let written = mentions_of_id(text, &used.id).first().copied();
        loaded.push(Loaded {
            path: path.to_owned(),
            range: written.unwrap_or(used.range),
            id: used.id,
        });
    }
    Some(loaded)
}
