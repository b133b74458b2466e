//! HFP304

use super::severity;
use crate::embedded::Format;
use crate::journal::bind::{Binding, PlanArgument, Side, same};
use crate::journal::surroundings::Surroundings;
use crate::knowledge::condition::evaluate::Known;
use crate::rules::finding::{Elsewhere, Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP304",
    name: "absent-argument",
    severity: Severity::Warning,
    summary: "an argument of the plan that the code never gives",
    explanation: "A call under `Params:` gives an argument, and the call in the code that it means does not: what was \
decided is not what runs. Nothing is said where the code passes a `**` mapping on, sets the attribute later, or where \
the value is the library's own default.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &["peft==0.21.2"],
        baseline: &[],
        code: "==> dev-journal/OUR-PLAN.md <==\n- [x] 1.1 Write the script\n  - Files: `train.py`\n  - Params: `LoraConfig(r=16, use_rslora=True)`\n  - Verify: it runs\n==> train.py <==\nfrom peft import LoraConfig\n\nadapter = LoraConfig(r=16)\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &["peft==0.21.2"],
        baseline: &[],
        code: "==> dev-journal/OUR-PLAN.md <==\n- [x] 1.1 Write the script\n  - Files: `train.py`\n  - Params: `LoraConfig(r=16, use_rslora=False)`\n  - Verify: it runs\n==> train.py <==\nfrom peft import LoraConfig\n\nadapter = LoraConfig(r=16)\n==> dev-journal/CHANGELOG.md <==\n# Changelog\n\n## [Unreleased]\n\n### Added\n\n- code: the script (step 1.1)\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    for binding in surroundings.bindings() {
        let Some(severity) = severity(&plan.steps[binding.step]) else {
            continue;
        };
        let call = &surroundings.document.params()[binding.call];
        for (number, argument) in call.arguments.iter().enumerate() {
            let is_meant = binding.is_absent(number)
                && !surroundings.has_api_problem(argument.range)
                && !is_default(surroundings, binding, argument, text);
            if is_meant {
                let mut found = finding(binding, call.name(), argument);
                found.severity = severity;
                findings.push(found);
            }
        }
    }
}

fn finding(binding: &Binding<'_>, callee: &str, argument: &PlanArgument) -> Finding {
    let place = match binding.code.as_slice() {
        [only] => format!("`{}`", only.path),
        several => format!("its {} calls", several.len()),
    };
    let message = format!("`{callee}` is not given `{}` in {place}", argument.name);
    let mut finding = RULE.plain_finding(argument.range, message);
    finding.argument = Some(argument.name.clone());
    finding.elsewhere = binding
        .code
        .iter()
        .map(|code| Elsewhere {
            path: code.path.clone(),
            range: code.call().callee_range,
            message: "the call in the code".to_owned(),
        })
        .collect();
    finding
}

/// Whether the plan says what is so anyway.
fn is_default(
    surroundings: &Surroundings<'_>,
    binding: &Binding<'_>,
    argument: &PlanArgument,
    text: &str,
) -> bool {
    let view = surroundings.knowledge.view(surroundings.environment);
    let default = binding.code.first().and_then(|code| {
        let path = code.call().callee.import_path()?;
        let signature = view.signature(&view.resolve(&path))?;
        let param = signature.param(&argument.name)?;
        let written = param.param.default.clone()?;
        match view.default_value(&written, &param.owner) {
            Known::Value(value) => Some((value, written)),
            _ => None,
        }
    });
    default.is_some_and(|(value, written)| {
        let planned = Side {
            value: &argument.value,
            source: argument.value_range.slice(text),
        };
        let own = Side {
            value: &value,
            source: &written,
        };
        same(planned, own) == Some(true)
    })
}
