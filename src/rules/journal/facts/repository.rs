//! HFP505

use crate::embedded::Format;
use crate::hub::facts::{Common, Existence};
use crate::hub::id::RepoId;
use crate::journal::plan::{FieldName, State};
use crate::journal::span::code_spans;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Applicability, Edit, Finding, Fix, Severity};
use crate::rules::repository::Kind;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP505",
    name: "unreachable-repository",
    severity: Severity::Warning,
    summary: "a repository that is not on the Hub, or that is gated while no step asks for access",
    explanation: "The Hub was asked for the models and datasets that the plan names in its target and under `Model:` and \
`Dataset:`. It does not have one of them, or refuses it until its terms are accepted, and no step of the plan speaks of \
accepting them. Repositories that the plan itself creates or uploads are left alone, and nothing is asked where asking \
the Hub is not allowed.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Take the model\n  - Model: `acme-labs/gated-8b`\n  - Verify: it answers\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Take the model\n  - Model: `acme-labs/chat-8b`\n  - Verify: it answers\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let (Some(plan), Some(look_up)) = (surroundings.own_plan(), surroundings.repositories) else {
        return;
    };
    let text = surroundings.text();
    let mut named: Vec<(Kind, TextRange)> = Vec::new();
    for (key, kind) in [("model", Kind::Model), ("dataset", Kind::Dataset)] {
        let row = plan
            .target(text, key)
            .map(|(row, _)| code_spans(text, row.value));
        named.extend(row.iter().flatten().take(1).map(|range| (kind, *range)));
    }
    for step in plan.steps.iter().filter(|it| it.state != State::Skipped) {
        for (name, kind) in [
            (FieldName::Model, Kind::Model),
            (FieldName::Dataset, Kind::Dataset),
        ] {
            // Behind the first one stand columns.
            named.extend(
                step.all(name)
                    .filter_map(|it| Some((kind, *it.spans.first()?))),
            );
        }
    }
    for (kind, range) in named {
        let id = range.slice(text);
        if RepoId::parse(id).is_err() || !id.contains('/') || is_made(surroundings, id) {
            continue;
        }
        let common = match kind {
            Kind::Model => look_up.model(id, None).map(|it| it.common.clone()),
            Kind::Dataset => look_up.dataset(id, None).map(|it| it.common.clone()),
        };
        findings.extend(common.and_then(|it| judge(surroundings, kind, range, &it)));
    }
}

/// Whether a command or call of the plan makes the repository: then it need not be there yet.
fn is_made(surroundings: &Surroundings<'_>, id: &str) -> bool {
    let text = surroundings.text();
    let makes = ["create", "upload", "push", "hub_model_id"];
    text.lines()
        .filter(|line| line.contains(id))
        .any(|line| makes.iter().any(|word| line.contains(word)))
}

fn judge(
    surroundings: &Surroundings<'_>,
    kind: Kind,
    range: TextRange,
    common: &Common,
) -> Option<Finding> {
    let id = range.slice(surroundings.text());
    let about = |message| RULE.plain_finding(range, message);
    match common.existence {
        Existence::NotFound => Some(about(format!("there is no {kind} `{id}` on the Hub"))),
        Existence::NotFoundOrPrivate => {
            let mut found = about(format!("the {kind} `{id}` is not on the Hub, or private"));
            found.severity = Severity::Information;
            found.help = Some("check the name, or log in".to_owned());
            Some(found)
        }
        Existence::Exists => match common.id.as_ref().filter(|now| *now != id) {
            Some(now) => {
                let mut found = about(format!("the {kind} `{id}` is called `{now}` now"));
                found.severity = Severity::Information;
                found.replacement = Some(now.clone());
                found.fix = Some(Fix {
                    title: format!("Change to `{now}`"),
                    applicability: Applicability::Safe,
                    edits: vec![Edit {
                        range,
                        content: now.clone(),
                    }],
                });
                Some(found)
            }
            None => gated(surroundings, id, common).map(about),
        },
        Existence::NoRevision | Existence::Unknown => None,
    }
}

/// What to say where the repository is refused and no step speaks of access.
fn gated(surroundings: &Surroundings<'_>, id: &str, common: &Common) -> Option<String> {
    const WORDS: [&str; 6] = ["licen", "accept", "gated", "access", "terms", "permission"];
    let (text, plan) = (surroundings.text(), surroundings.own_plan()?);
    let is_planned = plan.steps.iter().any(|step| {
        let said = step.range.slice(text);
        // The name itself may hold such a word.
        let others = said.replace(id, "").to_lowercase();
        said.contains(id) && WORDS.iter().any(|word| others.contains(word))
    });
    (common.refused && common.gate.is_closed() && !is_planned)
        .then(|| format!("`{id}` is gated, and no step asks for access to it"))
}
