//! HFP303

use super::{named, severity};
use crate::embedded::Format;
use crate::journal::bind::{Binding, CodeCall, of_script};
use crate::journal::plan::State;
use crate::journal::surroundings::Surroundings;
use crate::python::facts::Keyword;
use crate::python::literal::{parsed, written};
use crate::rules::finding::{Applicability, Edit, Elsewhere, Finding, Fix, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::workspace::document::{Document, Language};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP303",
    name: "different-value",
    severity: Severity::Warning,
    summary: "an argument has another value in the plan than in the code",
    explanation: "A call under `Params:` is compared with the call that it means: in the Python files that the step names, \
else in those of the steps that it depends on or that stand in its section, else in the only file of the project that \
makes such a call. Values are compared as Python compares them (`2e-4` is `0.0002`), and names of constants are \
followed. What is computed, read from the command line or passed on in a `**` mapping is left alone, and so is \
a file that makes the call several times with different values. The finding stands at both places, in the code as \
a note; where the step is still open it is a note in the plan alone.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Markdown,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "==> dev-journal/OUR-PLAN.md <==\n- [x] 1.1 Write the script\n  - Files: `train.py`\n  - Params: `SFTConfig(max_length=1024)`\n  - Verify: it runs\n==> train.py <==\nfrom trl import SFTConfig\n\nargs = SFTConfig(max_length=2048)\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "==> dev-journal/OUR-PLAN.md <==\n- [x] 1.1 Write the script\n  - Files: `train.py`\n  - Params: `SFTConfig(max_length=2048, learning_rate=2e-4)`\n  - Verify: it runs\n==> train.py <==\nfrom trl import SFTConfig\n\nLENGTH = 2048\n\nargs = SFTConfig(max_length=LENGTH, learning_rate=0.0002)\n==> dev-journal/CHANGELOG.md <==\n# Changelog\n\n## [Unreleased]\n\n### Added\n\n- code: the script (step 1.1)\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    if let Some(plan) = surroundings.own_plan() {
        for binding in surroundings.bindings() {
            let Some(severity) = severity(&plan.steps[binding.step]) else {
                continue;
            };
            for argument in binding.differing() {
                let found = in_plan(surroundings, binding, argument);
                findings.extend(found.map(|it| Finding { severity, ..it }));
            }
        }
    } else if surroundings.document.language() == Language::Python {
        in_script(surroundings, findings);
    }
}

/// The first call of the code that gives another value, with the argument.
fn first<'b>(binding: &'b Binding<'_>, argument: usize) -> Option<(&'b CodeCall<'b>, &'b Keyword)> {
    let mut given = binding.code.iter();
    given.find_map(|code| Some((code, code.keyword(argument)?)))
}

fn in_plan(
    surroundings: &Surroundings<'_>,
    binding: &Binding<'_>,
    argument: usize,
) -> Option<Finding> {
    let text = surroundings.text();
    let planned = &surroundings.document.params()[binding.call].arguments[argument];
    if surroundings.has_api_problem(planned.range) {
        return None;
    }
    let (code, keyword) = first(binding, argument)?;
    let source = shown(code, keyword);
    let message = format!(
        "`{}` is {} here, and {source} in `{}`",
        planned.name,
        squeezed(planned.value_range.slice(text)),
        code.path
    );
    let mut finding = RULE.plain_finding(planned.range, message);
    finding.argument = Some(planned.name.clone());
    for code in &binding.code {
        finding
            .elsewhere
            .extend(code.keyword(argument).map(|keyword| Elsewhere {
                path: code.path.clone(),
                range: keyword.range,
                message: "what the code says".to_owned(),
            }));
    }
    let content = written_as(code, keyword);
    finding.fix = content.map(|content| Fix {
        title: format!("Set `{}` to the code's value {content}", planned.name),
        applicability: Applicability::Unsafe,
        edits: vec![Edit {
            range: planned.value_range,
            content,
        }],
    });
    Some(finding)
}

/// The value of the code as one can write it into a code span of one line.
fn written_as(code: &CodeCall<'_>, keyword: &Keyword) -> Option<String> {
    let source = keyword.value_range.slice(code.document.code());
    let is_literal = parsed(source).is_some() || source.starts_with(['(', '[', '{']);
    let content = match is_literal {
        true => squeezed(source),
        false => written(&keyword.value)?,
    };
    (!content.contains('`') && content.len() <= 200).then_some(content)
}

/// The value for a message: the constant behind a name is shown with the name.
fn shown(code: &CodeCall<'_>, keyword: &Keyword) -> String {
    let source = squeezed(keyword.value_range.slice(code.document.code()));
    match written_as(code, keyword) {
        Some(value) if value != source => format!("{value} (`{source}`)"),
        _ => source,
    }
}

/// On one line.
fn squeezed(source: &str) -> String {
    source.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same at the arguments of the code, as far as steps that are done or begun say otherwise.
fn in_script(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(told) = of_script(surroundings) else {
        return;
    };
    let plan: &Document = &told.plan;
    for binding in &told.bindings {
        let step = &plan.plan().steps[binding.step];
        if !matches!(step.state, State::Done | State::Started) {
            continue;
        }
        let call = &plan.params()[binding.call];
        for (argument, planned) in call.arguments.iter().enumerate() {
            if !binding.differs(argument)
                || plan.plan().is_ignored(RULE.code, RULE.name, planned.range)
            {
                continue;
            }
            for code in &binding.code {
                let Some(keyword) = code.keyword(argument) else {
                    continue;
                };
                let message = format!(
                    "`{}` is {} here, and {} in {} of the plan",
                    planned.name,
                    shown(code, keyword),
                    squeezed(planned.value_range.slice(plan.text())),
                    named(step)
                );
                let mut finding = RULE.plain_finding(keyword.range, message);
                finding.severity = Severity::Information;
                finding.argument = Some(planned.name.clone());
                finding.elsewhere.push(Elsewhere {
                    path: told.path.clone(),
                    range: planned.range,
                    message: "what the plan says".to_owned(),
                });
                findings.push(finding);
            }
        }
    }
}
