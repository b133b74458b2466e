//! HF407

use super::{datasets, finding};
use crate::embedded::Format;
use crate::hub::dataset::Script;
use crate::rules::context::Context;
use crate::rules::datasets::LOADER;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF407",
    name: "dataset-script",
    severity: Severity::Error,
    summary: "a dataset that is made by a script, which datasets 4 and newer refuse",
    explanation: "Since datasets 4.0 `load_dataset` raises `RuntimeError` where the repository holds a Python file of \
the dataset's name (datasets 5.2 `load.py:1142`), whatever else it holds. Look for a copy in \
Parquet, often at the revision `refs/convert/parquet`, or stay below 4.0.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\n\ndata = load_dataset(\"acme-labs/old-script\", split=\"train\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\n\ndata = load_dataset(\"acme-labs/reviews\", split=\"train\")\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (loaded, facts) in datasets(ctx) {
        let (Script::Only(script) | Script::Beside(script)) = &facts.script else {
            continue;
        };
        let name = loaded.used.id.rsplit('/').next().unwrap_or_default();
        let refused =
            script.strip_suffix(".py") == Some(name) && ctx.is_at_least("datasets", "4.0");
        if loaded.callee.symbol != LOADER || !refused {
            continue;
        }
        let message = format!(
            "`{}` is made by the script `{script}`: `load_dataset` raises `RuntimeError` since datasets 4.0",
            loaded.used.id
        );
        let mut found = finding(ctx, &RULE, loaded.used, message);
        found.help =
            Some("try `revision=\"refs/convert/parquet\"`, or a copy without a script".to_owned());
        findings.push(found);
    }
}
