//! HFP101

use crate::embedded::Format;
use crate::journal::plan::{Known, Plan};
use crate::journal::surroundings::Surroundings;
use crate::planner::library;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP101",
    name: "missing-section",
    severity: Severity::Warning,
    summary: "a plan without a section that it needs",
    explanation: "A plan that says of itself that it is in this format (`<!-- hf-plan: 1 -->`) has a place for \
each thing that has to be decided before the work begins: what is made of what, how the parts work together, where \
the data comes from, how one knows that it is good, who may read it, what is watched. What has no section is most \
often what nobody has thought of.\n\nThe section may have another usual name (`Setup`, `Dataset`, `Testing Plan`), \
a number, and any place. Which ones are needed depends on the use case in the marker: \
`<!-- hf-plan: 1; use-case: evaluation -->` needs no section about training. A plan without the marker is not \
asked for sections.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "# OUR-PLAN: Measure two models\n\n<!-- hf-plan: 1; use-case: evaluation -->\n\n\
## 1. Environment Setup\n\n- [ ] 1.1 Read the log\n  - Verify: no error\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "# OUR-PLAN: Measure two models\n\n<!-- hf-plan: 1; use-case: evaluation -->\n\
<!-- hf-plan: ignore-file HFP504 HFP706 -->\n\n\
## Target\n\n| Key | Value |\n| --- | --- |\n| Hardware | `cpu` |\n\n\
## Architecture Overview\n\nTwo models, one list of questions.\n\n\
## 1. Setup\n\n- [ ] 1.1 Read the log\n  - Verify: no error\n\n\
## 2. Model Selection\n\nThe two that are served now.\n\n\
## 3. Dataset\n\nThe questions of May.\n\n\
## 4. Publishing\n\nNothing is published.\n\n\
## 5. Testing Plan\n\n- [ ] 5.1 Compare the answers\n  - Verify: both have 300 rows\n\n\
## 6. Security\n\nNothing leaves the house.\n",
    },
    check: Check::Journal(check),
};

/// What a use case does without.
fn is_spared(use_case: &str, section: Known) -> bool {
    let is_without = match use_case.as_bytes() {
        b"dataset" => matches!(
            section,
            Known::Model | Known::Training | Known::Deployment | Known::Monitoring
        ),
        b"inference" | b"export" => matches!(section, Known::Data | Known::Training),
        b"evaluation" => matches!(
            section,
            Known::Training | Known::Deployment | Known::Monitoring
        ),
        _ => false,
    };
    is_without || library::is_spared(use_case, section)
}

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.plan() else {
        return;
    };
    let Some(marker) = plan.marker.as_ref().filter(|_| !plan.sections.is_empty()) else {
        return;
    };
    let use_case = marker.get("use-case").unwrap_or_default();
    for section in Known::ALL {
        let is_there = plan.sections.iter().any(|it| it.known == Some(section));
        if is_there || !section.is_required() || is_spared(use_case, section) {
            continue;
        }
        let message = format!("the plan has no section `{}`", section.title());
        let mut finding = RULE.plain_finding(place(surroundings, plan), message);
        finding.help = Some(format!("add `## {}`", section.title()));
        findings.push(finding);
    }
}

/// The title; the marker where there is none.
fn place(surroundings: &Surroundings<'_>, plan: &Plan) -> TextRange {
    let mut headings = surroundings.document.outline().headings.iter();
    let title = headings.find(|it| it.level == 1).map(|it| it.range);
    let marker = plan.marker.as_ref().map(|marker| marker.range);
    title.or(marker).unwrap_or_default()
}
