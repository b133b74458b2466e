//! HFP108

use super::value::{self, Fault};
use crate::embedded::Format;
use crate::journal::plan::{Field, FieldName};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Applicability, Edit, Finding, Fix, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP108",
    name: "unknown-field",
    severity: Severity::Error,
    summary: "a field that is misspelt, or whose value cannot be read",
    explanation: "Nobody reads `Verfy:` but people, so nothing that it says is checked. A bullet that begins with \
another word and a colon (`Note: ...`) is prose and stays so; only what is a letter or two away from a field, or is \
often written for one (`Command:`, `Requires:`), is taken for it.\n\nThe value of a field has a form, too: paths, \
commands, packages, models and calls stand in code spans, `Depends:` names ids, `Optional:` is `yes` or `no`, \
`Status:` begins with `in-progress`, `blocked` or `skipped`, `Kind:` is one of eight words. See `docs/plan-format.md`.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Write the notes\n  - Files: `notes.txt`\n  - Verfy: it has ten lines\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Write the notes\n  - Files: `notes.txt`\n  - Verify: it has ten lines\n  - Note: or more\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    for step in &plan.steps {
        for field in &step.fields {
            let Some(name) = field.name else { continue };
            if !field.is_exact {
                findings.push(misspelt(text, field, name));
            } else if let Some(fault) = value::fault(text, name, field)
                && !value::has_fence(surroundings, step, field)
            {
                findings.push(unreadable(fault));
            }
        }
    }
}

fn unreadable(fault: Fault) -> Finding {
    let mut finding = RULE.plain_finding(fault.range, fault.message);
    finding.help = fault.help;
    finding.fix = fault.fix;
    finding
}

fn misspelt(text: &str, field: &Field, name: FieldName) -> Finding {
    let written = field.name_range.slice(text);
    let message = format!("`{written}:` is no field of a step");
    let mut finding = RULE.plain_finding(field.name_range, message);
    finding.help = Some(format!("write `{}:`", name.as_str()));
    finding.replacement = Some(name.as_str().to_owned());
    finding.fix = Some(rename(field.name_range, name, FieldName::is_slip(written)));
    finding
}

fn rename(range: TextRange, name: FieldName, is_safe: bool) -> Fix {
    Fix {
        title: format!("Rename to `{}:`", name.as_str()),
        applicability: if is_safe {
            Applicability::Safe
        } else {
            Applicability::Unsafe
        },
        edits: vec![Edit {
            range,
            content: name.as_str().to_owned(),
        }],
    }
}
