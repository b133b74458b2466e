//! HF603

use std::sync::Arc;

use crate::embedded::Format;
use crate::python::facts::{Call, Guard, Origin, Step, Value};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF603",
    name: "unsafe-load",
    severity: Severity::Warning,
    summary: "a file that may run code when it is loaded",
    explanation: "Pickled files run code when they are loaded. `torch.load(..., weights_only=False)` takes \
any of them, and so do `pickle`, `joblib`, `dill`, `cloudpickle` and `numpy.load(..., allow_pickle=True)` with a \
file that was downloaded from the Hub. Load safetensors, or `weights_only=True`; skops reads scikit-learn models without running them.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "import joblib\nfrom huggingface_hub import hf_hub_download\n\nmodel = joblib.load(hf_hub_download(\"someone/model\", \"model.joblib\"))\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "from huggingface_hub import hf_hub_download\nfrom safetensors.torch import load_file\n\nweights = load_file(hf_hub_download(\"someone/model\", \"model.safetensors\"))\n",
    },
    check: Check::Code(check),
};

/// Functions that unpickle what their first argument names.
const UNPICKLERS: &[&str] = &[
    "joblib.load",
    "pickle.load",
    "pickle.loads",
    "dill.load",
    "dill.loads",
    "cloudpickle.load",
    "cloudpickle.loads",
];

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for call in ctx
        .facts
        .calls
        .iter()
        .filter(|call| call.guard == Guard::None)
    {
        let Some(path) = call.callee.import_path() else {
            continue;
        };
        if path == "torch.load" {
            findings.extend(loads_anything(call));
        } else if UNPICKLERS.contains(&path.as_str()) && is_downloaded(ctx, call) {
            let message = format!("`{path}` runs code that a file from the Hub brings along");
            findings.push(RULE.plain_finding(call.callee_range, message));
        } else if path == "numpy.load" && is_downloaded(ctx, call) {
            findings.extend(unpickles(call));
        }
    }
}

fn loads_anything(call: &Call) -> Option<Finding> {
    let keyword = call.keywords.iter().find(|keyword| {
        keyword.name.name == "weights_only" && keyword.value == Value::Bool(false)
    })?;
    let message = "`torch.load` runs code that the file brings along".to_owned();
    let mut finding = RULE.plain_finding(keyword.range, message);
    finding.help = Some("use `weights_only=True`, or load safetensors".to_owned());
    Some(finding)
}

/// Arrays of objects are pickled.
fn unpickles(call: &Call) -> Option<Finding> {
    let keyword = call.keyword("allow_pickle")?;
    let message = "`numpy.load` runs code that a file from the Hub brings along".to_owned();
    let is_allowed = keyword.value == Value::Bool(true);
    is_allowed.then(|| RULE.plain_finding(keyword.range, message))
}

/// Whether the first argument is what a download gave.
fn is_downloaded(ctx: &Context<'_>, call: &Call) -> bool {
    let origin = call
        .positional
        .first()
        .and_then(|argument| argument.origin.as_ref());
    let is_download = |origin: &Arc<Origin>| {
        let Some(Step::Call(id)) = origin.steps.last() else {
            return false;
        };
        let path = ctx.facts.call(*id).callee.import_path().unwrap_or_default();
        let name = path.rsplit('.').next().unwrap_or_default();
        path.starts_with("huggingface_hub.")
            && matches!(name, "hf_hub_download" | "cached_download")
    };
    // `open(path, "rb")` around it hides where the file is from; nothing is said then.
    origin.is_some_and(is_download)
}
