//! HFP501

use std::collections::BTreeMap;

use super::names::Names;
use super::pins;
use crate::embedded::Format;
use crate::environment::Environment;
use crate::journal::bind::{PlanCall, as_python};
use crate::journal::surroundings::Surroundings;
use crate::python::analyse;
use crate::rules::context::Context;
use crate::rules::finding::{Edit, Finding, Fix, Severity};
use crate::rules::journal::translated;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::rules::{Beside, check_by};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP501",
    name: "unfit-call",
    severity: Severity::Error,
    summary: "a call in the plan that the pinned releases do not take as it is",
    explanation: "Calls under `Params:` and Python in fences are held to the same rules as Python files, in the releases \
that the plan pins under `Packages:`, or else in those of the project: arguments that were removed, renamed or never \
there, values that are refused. The finding says in a note which rule it comes from, and is as bad as there. A plan \
may leave arguments out, so nothing is said about those that are missing.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Markdown,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "- [ ] 1.1 Write the script\n  - Params: `SFTConfig(max_seq_length=2048)`\n  - Verify: it runs\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "- [ ] 1.1 Write the script\n  - Params: `SFTConfig(max_length=2048)`\n  - Verify: it runs\n",
    },
    check: Check::Journal(check),
};

/// Rules of other families that look at single arguments, and say nothing about those that are missing.
const CODES: [&str; 15] = [
    "HF101", "HF102", "HF103", "HF104", "HF105", "HF106", "HF107", "HF108", "HF109", "HF110",
    "HF111", "HF112", "HF201", "HF202", "HF602",
];

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let problems = surroundings.api_problems().iter();
    let others = problems.filter(|it| it.code != super::removed_method::RULE.code);
    findings.extend(others.cloned());
}

impl<'a> Surroundings<'a> {
    /// What is wrong with the calls under `Params:` of the plan, found out once.
    pub fn api_problems(&self) -> &'a [Finding] {
        self.memo.api.get_or_init(|| match self.own_plan() {
            Some(_) => problems(self),
            None => Vec::new(),
        })
    }

    /// The statement that makes known what a call under `Params:` of the plan calls, by the call's number, and the
    /// releases that are meant.
    pub fn import_of(&self, number: usize) -> Option<(String, Environment)> {
        let call = self.document.params().get(number)?;
        let environment = pins::environment(self);
        let view = self.knowledge.view(&environment);
        let import = Names::default().import(self, &view, number, call)?;
        Some((import, environment))
    }

    /// Whether something is wrong with a call or an argument at a place.
    pub fn has_api_problem(&self, range: TextRange) -> bool {
        let mut problems = self.api_problems().iter();
        problems.any(|problem| range.contains_range(problem.range))
    }
}

fn problems(surroundings: &Surroundings<'_>) -> Vec<Finding> {
    let calls = surroundings.document.params();
    if calls.is_empty() {
        return Vec::new();
    }
    let environment = pins::environment(surroundings);
    let view = surroundings.knowledge.view(&environment);
    let mut names = Names::default();
    let script = Script::new(surroundings, |number, call| {
        names.import(surroundings, &view, number, call)
    });
    let find = || {
        let facts = analyse(&script.text);
        let run = |rule: &'static Rule, ctx: &Context<'_>| match CODES.contains(&rule.code) {
            true => rule.findings(ctx),
            false => Vec::new(),
        };
        let (knowledge, beside) = (surroundings.knowledge, Beside::default());
        check_by(knowledge, &script.text, &facts, &environment, beside, run)
    };
    let about = (&script.text, &environment.libraries);
    let found = surroundings.kept.calls.get(about, find);
    let placed = found.iter().flat_map(|finding| script.placed(finding));
    let role = surroundings.role;
    let told = placed.filter_map(|finding| role.map(|role| translated(role, finding)));
    // Those for which the journal has no code are no business of a plan.
    told.filter(|finding| finding.code.starts_with("HFP"))
        .collect()
}

/// The calls of a plan as one Python text.
struct Script {
    text: String,
    /// For each line that holds code of the plan: where it begins, and where the plan says that.
    spans: Vec<(u32, Vec<TextRange>)>,
    /// For each import: its line, and the callees that it is for.
    imports: Vec<(TextRange, Vec<TextRange>)>,
}

impl Script {
    fn new(
        surroundings: &Surroundings<'_>,
        mut import: impl FnMut(usize, &PlanCall) -> Option<String>,
    ) -> Self {
        let (plan, calls) = (surroundings.text(), surroundings.document.params());
        let mut imports: BTreeMap<String, Vec<TextRange>> = BTreeMap::new();
        let mut spans: BTreeMap<&str, Vec<TextRange>> = BTreeMap::new();
        for (number, call) in calls.iter().enumerate().filter(|(_, it)| it.is_complete) {
            let Some(line) = import(number, call) else {
                continue;
            };
            let first = call.callee.split('.').next().unwrap_or_default().len();
            let start = call.callee_range.start as usize;
            let place = TextRange::from_usize(start, start + first);
            imports.entry(line).or_default().push(place);
            let places = spans.entry(call.span.slice(plan)).or_default();
            if places.last() != Some(&call.span) {
                places.push(call.span);
            }
        }
        let mut script = Self {
            text: String::new(),
            spans: Vec::new(),
            imports: Vec::new(),
        };
        for (line, places) in imports {
            let range = script.add(&line);
            script.imports.push((range, places));
        }
        for (source, places) in spans {
            let range = script.add(&as_python(source));
            script.spans.push((range.start, places));
        }
        script
    }

    fn add(&mut self, line: &str) -> TextRange {
        let start = self.text.len();
        self.text.push_str(line);
        let range = TextRange::from_usize(start, self.text.len());
        self.text.push('\n');
        range
    }

    /// The same findings in the plan; one about an import stands at each callee that it is for.
    fn placed(&self, finding: &Finding) -> Vec<Finding> {
        let mut of_import = self.imports.iter();
        let of_import = of_import.find(|(line, _)| line.contains_range(finding.range));
        if let Some((_, places)) = of_import {
            let at = |range: &TextRange| Finding {
                range: *range,
                fix: None,
                related: Vec::new(),
                ..finding.clone()
            };
            return places.iter().map(at).collect();
        }
        let behind = self
            .spans
            .partition_point(|(start, _)| *start <= finding.range.start);
        let Some((start, spans)) = behind.checked_sub(1).map(|at| &self.spans[at]) else {
            return Vec::new();
        };
        let spans = spans.iter();
        spans
            .filter_map(|span| moved(finding, *start, *span))
            .collect()
    }
}

/// A finding of the line that begins at `start`, in the span that says that line; a fix stays where it fits.
fn moved(finding: &Finding, start: u32, span: TextRange) -> Option<Finding> {
    let place = |range: TextRange| {
        let moved = TextRange::new(
            range.start.checked_sub(start)? + span.start,
            range.end.checked_sub(start)? + span.start,
        );
        span.contains_range(moved).then_some(moved)
    };
    let edit = |edit: &Edit| {
        let fits = !edit.content.contains(['\n', '`']);
        Some(Edit {
            range: place(edit.range).filter(|_| fits)?,
            content: edit.content.clone(),
        })
    };
    let fix = finding.fix.as_ref().and_then(|fix| {
        Some(Fix {
            edits: fix.edits.iter().map(edit).collect::<Option<_>>()?,
            ..fix.clone()
        })
    });
    Some(Finding {
        range: place(finding.range)?,
        fix,
        related: Vec::new(),
        ..finding.clone()
    })
}
