//! HF311

use crate::embedded::Format;
use crate::knowledge::condition::evaluate::Known;
use crate::knowledge::view::Entity;
use crate::python::facts::{Facts, Guard, Value};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::refusal::Construction;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF311",
    name: "unreported-run",
    severity: Severity::Information,
    summary: "a run that is set up for a tracker which `Trainer` does not report to",
    explanation: "Until transformers 4.57 `report_to` was \"all\": `Trainer` reported to every tracker that \
was installed. Since 5.0 it is \"none\" (`training_args.py:1059`), so a script that prepares a run of \
Weights & Biases, MLflow, Comet or trackio and leaves `report_to` out gets an empty run. Pass `report_to`.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "import os\n\nfrom transformers import TrainingArguments\n\nos.environ[\"WANDB_PROJECT\"] = \"my-project\"\nargs = TrainingArguments(output_dir=\"out\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "import os\n\nfrom transformers import TrainingArguments\n\nos.environ[\"WANDB_PROJECT\"] = \"my-project\"\nargs = TrainingArguments(output_dir=\"out\", report_to=\"wandb\")\n",
    },
    check: Check::Code(check),
};

/// A tracker: its name for `report_to`, what prepares a run, and what reports by hand.
struct Tracker {
    name: &'static str,
    begins: &'static [&'static str],
    variables: &'static [&'static str],
    reports: &'static [&'static str],
}

const TRACKERS: &[Tracker] = &[
    Tracker {
        name: "wandb",
        begins: &["wandb.init"],
        variables: &["WANDB_PROJECT", "WANDB_LOG_MODEL", "WANDB_WATCH"],
        reports: &["wandb.log", "wandb.run", "WandbCallback"],
    },
    Tracker {
        name: "mlflow",
        begins: &["mlflow.set_experiment", "mlflow.start_run"],
        variables: &["MLFLOW_EXPERIMENT_NAME", "HF_MLFLOW_LOG_ARTIFACTS"],
        reports: &["log_metric", "log_param", "autolog", "MLflowCallback"],
    },
    Tracker {
        name: "trackio",
        begins: &["trackio.init"],
        variables: &["TRACKIO_PROJECT"],
        reports: &["trackio.log", "TrackioCallback"],
    },
    Tracker {
        name: "comet_ml",
        begins: &["comet_ml.start", "comet_ml.Experiment"],
        variables: &["COMET_PROJECT_NAME", "HF_COMET_LOG_ASSETS"],
        reports: &["log_metric", "CometCallback"],
    },
];

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let prepared = TRACKERS
        .iter()
        .find_map(|tracker| Some((tracker, prepared(ctx.facts, tracker)?)));
    let Some((tracker, place)) = prepared else {
        return;
    };
    let reports =
        |word: &&str| memchr::memmem::find(ctx.text.as_bytes(), word.as_bytes()).is_some();
    if tracker.reports.iter().any(reports) || reports(&".report_to") {
        return;
    }
    for (call, callee) in ctx.library_calls() {
        let Entity::Class(class) = &callee.entity else {
            continue;
        };
        let is_open = call.open || ctx.is_newer_than_known("transformers");
        if is_open || !ctx.derives(class, "transformers.TrainingArguments") {
            continue;
        }
        let Some(made) = Construction::new(ctx, call, callee) else {
            continue;
        };
        let is_none = made.entry("report_to") == Known::Value(Value::Str("none".to_owned()));
        if !is_none || made.passed("report_to").is_some() {
            continue;
        }
        let message = format!(
            "nothing is reported to {}: `report_to` of `{}` is \"none\" by default since transformers 5.0",
            tracker.name,
            callee.label()
        );
        let mut finding = RULE.finding(ctx, call.callee_range, &callee.symbol, message);
        finding.argument = Some("report_to".to_owned());
        finding.help = Some(format!("pass `report_to=\"{}\"`", tracker.name));
        finding.related.push(Related {
            range: place,
            message: "a run is prepared here".to_owned(),
        });
        findings.push(finding);
    }
}

/// Where a run of the tracker is prepared.
fn prepared(facts: &Facts, tracker: &Tracker) -> Option<TextRange> {
    let begins = facts.calls.iter().find(|call| {
        let path = call.callee.import_path();
        path.is_some_and(|path| tracker.begins.contains(&path.as_str()))
            && call.guard == Guard::None
            && call.keyword("mode").is_none()
    });
    let variable = || {
        let mut variables = facts.variables.iter();
        variables.find(|variable| tracker.variables.contains(&variable.name.as_str()))
    };
    begins
        .map(|call| call.callee_range)
        .or_else(|| variable().map(|variable| variable.range))
}
