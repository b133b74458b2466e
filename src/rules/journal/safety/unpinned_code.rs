//! HFP603

use crate::embedded::Format;
use crate::embedded::command::Word;
use crate::journal::commands::Spoken;
use crate::journal::plan::{FieldName, Plan};
use crate::journal::span::place_of;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP603",
    name: "code-of-any-revision",
    severity: Severity::Warning,
    summary: "a step that runs code of a repository at whatever revision it has then",
    explanation: "`--trust-remote-code`, or `trust_remote_code=True` under `Params:`, downloads Python files of the repository and \
runs them. Without a revision that is whatever stands there on the day: its owner, or whoever takes the account over, decides what \
runs. Look at the files, and name the commit (`--revision`, `revision=`). Folders of the project are left alone.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 7. Deployment Plan\n\n- [ ] 7.1 Serve it\n  - Run: `vllm serve someone/model --trust-remote-code`\n  - Verify: it answers\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 7. Deployment Plan\n\n- [ ] 7.1 Serve it\n  - Run: `vllm serve someone/model --trust-remote-code --revision 9b3e1b6f4b0f4f8fa1e1c2d3e4f5a6b7c8d9e0f1`\n  - Verify: it answers\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    for spoken in surroundings.document.commands() {
        let trusts = trusting(spoken).filter(|_| names_repository(surroundings, plan, spoken));
        findings.extend(trusts.map(finding));
    }
    let spans = plan
        .steps
        .iter()
        .flat_map(|step| step.spans(FieldName::Params));
    findings.extend(spans.filter_map(|span| in_call(text, span)).map(finding));
}

fn finding(range: TextRange) -> Finding {
    // The words of HF602, so that a place that both see is told of once.
    let message = "the repository's code runs at whatever revision it has then";
    let mut finding = RULE.plain_finding(range, message.to_owned());
    finding.help = Some("pin `revision` to a commit that was looked at".to_owned());
    finding.argument = Some("trust_remote_code".to_owned());
    finding
}

/// The word that lets code of a repository run, where none names a revision.
fn trusting(spoken: &Spoken) -> Option<TextRange> {
    let words = &spoken.command.words;
    if words
        .iter()
        .any(|word| word.text.contains("revision") || !word.known)
    {
        return None;
    }
    let at = words.iter().position(trusts)?;
    let is_off = |word: &Word| word.text.eq_ignore_ascii_case("false");
    let is_taken_back = words.get(at + 1).is_some_and(is_off);
    (!is_taken_back).then(|| words[at].range)
}

fn trusts(word: &Word) -> bool {
    let said = word.text.replace('_', "-").to_lowercase();
    let option = said.strip_prefix("--").unwrap_or_default();
    matches!(option, "trust-remote-code" | "trust-remote-code=true")
        || said.split(',').any(|part| part == "trust-remote-code=true")
}

/// Whether a word is the id of a repository, and no folder that is there or that a step makes.
fn names_repository(surroundings: &Surroundings<'_>, plan: &Plan, spoken: &Spoken) -> bool {
    let text = surroundings.text();
    let is_made = |id: &str| {
        let files = plan.steps.iter().flat_map(|step| step.files(text));
        let first = id.split('/').next().unwrap_or_default();
        files
            .map(|it| it.path)
            .any(|path| path.split('/').next() == Some(first))
    };
    let is_id = |id: &str| {
        let mut parts = id.split('/');
        let is_name = |part: Option<&str>| {
            let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            part.is_some_and(|it| {
                it.starts_with(|c: char| c.is_ascii_alphanumeric()) && it.chars().all(is_part)
            })
        };
        is_name(parts.next()) && is_name(parts.next()) && parts.next().is_none()
    };
    let ids = spoken
        .words()
        .iter()
        .skip(1)
        .flat_map(|word| word.text.split([',', '=']));
    let mut ids = ids.filter(|id| is_id(id) && !id.ends_with(".py"));
    ids.any(|id| {
        let owner = id.split('/').next().unwrap_or_default();
        surroundings.project.place(owner).is_none() && !is_made(id) && !is_output(owner)
    })
}

/// Folders that runs write to, by custom.
fn is_output(owner: &str) -> bool {
    const CUSTOMARY: [&str; 9] = [
        "output",
        "outputs",
        "results",
        "models",
        "model",
        "checkpoints",
        "data",
        "runs",
        "artifacts",
    ];
    CUSTOMARY.contains(&owner)
}

/// `trust_remote_code=True` in a call that names no revision, and a repository.
fn in_call(text: &str, span: TextRange) -> Option<TextRange> {
    const TRUSTS: &str = "trust_remote_code=True";
    let said = span.slice(text);
    let at = said.find(TRUSTS)?;
    let is_remote = said.contains("from_pretrained(\"") || said.contains("from_pretrained('");
    let is_pinned = said.contains("revision");
    (is_remote && !is_pinned && said.contains('/'))
        .then(|| place_of(text, span, &said[at..at + TRUSTS.len()]))
}
