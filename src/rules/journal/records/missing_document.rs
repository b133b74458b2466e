//! HFP706

use crate::embedded::Format;
use crate::journal::plan::Plan;
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP706",
    name: "journal-document-missing",
    severity: Severity::Information,
    summary: "a document of the journal that is not there",
    explanation: "Told at the title of a plan with the marker `<!-- hf-plan: 1 -->`, where the folder has further documents of the \
journal but not all of them; a plan alone is left alone. Told too where a document of the journal, or one for agents \
(`AGENTS.md`, `CLAUDE.md`, `.claude/agents/*.md`, `.github/copilot-instructions.md`), names `@dev-journal/...` and nothing is there: \
an agent that is told to read it reads nothing.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> AGENTS.md <==\nRead @dev-journal/OUR-PLAN.md and @dev-journal/ROADMAP.md.\n==> dev-journal/OUR-PLAN.md <==\n# Plan\n\n- [ ] 1.1 Begin\n  - Run: `make`\n  - Verify: it ends\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> AGENTS.md <==\nRead @dev-journal/OUR-PLAN.md.\n==> dev-journal/OUR-PLAN.md <==\n# Plan\n\n- [ ] 1.1 Begin\n  - Run: `make`\n  - Verify: it ends\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    if let Some(plan) = surroundings.plan().filter(|plan| plan.marker.is_some()) {
        missing(surroundings, plan, findings);
    }
    if surroundings.role.is_some() || is_for_agents(surroundings.path) {
        dead(surroundings, findings);
    }
}

/// The documents of the journal that are not there beside a plan.
fn missing(surroundings: &Surroundings<'_>, plan: &Plan, findings: &mut Vec<Finding>) {
    let is_there = |role: &Role| {
        let path = surroundings.names.path(*role);
        surroundings.project.place(&path).is_some()
    };
    let others = Role::ALL.into_iter().filter(|role| *role != Role::Plan);
    let (there, missing): (Vec<Role>, Vec<Role>) = others.partition(is_there);
    if there.is_empty() {
        return;
    }
    let place = plan.title.unwrap_or(TextRange::at(0));
    findings.extend(missing.into_iter().map(|role| {
        let path = surroundings.names.path(role);
        let mut finding = RULE.plain_finding(place, format!("there is no {path}"));
        finding.help = Some(format!("it says {}", says(role)));
        finding.symbol = Some(path);
        finding
    }));
}

const fn says(role: Role) -> &'static str {
    match role {
        Role::Description => "what the project is, and for whom",
        Role::Stack => "which tools and versions it is made of",
        Role::Requirements => "what it has to achieve",
        Role::Changelog => "what was done",
        Role::Plan => "what is to be done",
    }
}

/// Whether a document is read by agents before they begin.
fn is_for_agents(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let names = [
        "AGENTS.md",
        "AGENT.md",
        "CLAUDE.md",
        "CLAUDE.local.md",
        "GEMINI.md",
        "copilot-instructions.md",
    ];
    let folders = [
        ".claude/agents",
        ".claude/commands",
        ".claude/rules",
        ".cursor/rules",
        ".github/instructions",
        ".github/agents",
        ".windsurf/rules",
        ".clinerules",
    ];
    let is_below = |known: &str| folder == known || folder.starts_with(&format!("{known}/"));
    names.contains(&name) || folders.iter().any(|known| is_below(known))
}

/// `@dev-journal/...` where nothing is there.
fn dead(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let text = surroundings.text();
    let folder = surroundings.names.folder.trim_matches('/');
    if folder.is_empty() || folder == "." {
        return;
    }
    let sign = format!("{folder}/");
    let fences = &surroundings.document.outline().fences;
    for (at, _) in text.match_indices(&sign) {
        let before = text[..at].strip_suffix("./").unwrap_or(&text[..at]);
        let Some(before) = before.strip_suffix('@') else {
            continue;
        };
        let is_apart = !before.ends_with(|c: char| c.is_alphanumeric());
        let end = at + length(&text[at..]);
        let range = TextRange::from_usize(before.len(), end);
        let path = &text[at..end];
        let is_example = fences
            .iter()
            .any(|fence| fence.body().contains_range(range));
        let goes_on = text[end..].starts_with(['*', '{', '<', '$', '[']);
        let is_there = || {
            surroundings
                .project
                .place(path.trim_end_matches('/'))
                .is_some()
        };
        if is_apart && !is_example && !goes_on && !path.ends_with("/...") && !is_there() {
            let mut finding = RULE.plain_finding(range, format!("there is no {path}"));
            finding.symbol = Some(path.to_owned());
            findings.push(finding);
        }
    }
}

/// How long the path at the beginning of a text is, without what ends a sentence.
fn length(text: &str) -> usize {
    let is_path = |c: char| c.is_alphanumeric() || "-_./".contains(c);
    let end = text.find(|c| !is_path(c)).unwrap_or(text.len());
    let path = &text[..end];
    match path.ends_with("...") {
        true => end,
        false => path.trim_end_matches('.').len(),
    }
}
