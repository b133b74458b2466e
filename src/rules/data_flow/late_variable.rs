//! HF327

use crate::embedded::Format;
use crate::python::facts::{Facts, Guard, Import};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF327",
    name: "late-environment-variable",
    severity: Severity::Warning,
    summary: "an environment variable that is set after it was read",
    explanation: "The libraries read these variables once, when they are imported: huggingface_hub 2.4 \
`constants.py`, datasets 5.2 `config.py`, diffusers 0.42 `utils/constants.py`. A line below the import sets \
them for nobody: models go to the old cache, an offline run asks the network. Set them above the imports, or \
outside of the program. `HF_TOKEN` is read when it is needed, and may be set at any time.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "import os\n\nfrom transformers import AutoModel\n\nos.environ[\"HF_HOME\"] = \"/data/huggingface\"\nmodel = AutoModel.from_pretrained(\"bert-base-uncased\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "import os\n\nos.environ[\"HF_HOME\"] = \"/data/huggingface\"\n\nfrom transformers import AutoModel\n\nmodel = AutoModel.from_pretrained(\"bert-base-uncased\")\n",
    },
    check: Check::Code(check),
};

/// Read by `huggingface_hub.constants` on import, which all of [`READERS`] import at once.
const OF_HUB: &[&str] = &[
    "HF_HOME",
    "HF_HUB_CACHE",
    "HUGGINGFACE_HUB_CACHE",
    "HF_ENDPOINT",
    "HF_HUB_OFFLINE",
    "TRANSFORMERS_OFFLINE",
    "HF_HUB_ENABLE_HF_TRANSFER",
    "HF_XET_HIGH_PERFORMANCE",
    "HF_HUB_DISABLE_XET",
    "HF_HUB_DOWNLOAD_TIMEOUT",
    "HF_HUB_ETAG_TIMEOUT",
    "HF_HUB_DISABLE_PROGRESS_BARS",
    "HF_HUB_DISABLE_TELEMETRY",
    "HF_HUB_DISABLE_SYMLINKS_WARNING",
];

const READERS: &[&str] = &["transformers", "datasets", "diffusers", "huggingface_hub"];

/// Read by `datasets.config` on import.
const OF_DATASETS: &[&str] = &[
    "HF_DATASETS_CACHE",
    "HF_DATASETS_OFFLINE",
    "HF_DATASETS_IN_MEMORY_MAX_SIZE",
];

/// Whoever starts other programs sets the variables for them.
const STARTERS: &[&str] = &[
    "subprocess",
    "multiprocessing",
    "os.system",
    "notebook_launcher",
    "reload",
];

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let facts = ctx.facts;
    if facts.variables.is_empty() {
        return;
    }
    let says = |word: &&&str| memchr::memmem::find(ctx.text.as_bytes(), word.as_bytes()).is_some();
    if STARTERS.iter().any(|word| says(&word)) {
        return;
    }
    for variable in &facts.variables {
        let name = variable.name.as_str();
        let readers: &[&str] = if OF_HUB.contains(&name) {
            READERS
        } else if OF_DATASETS.contains(&name) {
            &["datasets"]
        } else {
            continue;
        };
        let is_top = variable.guard == Guard::None && is_at_top(ctx.text, variable.range);
        let before = |import: &&Import| import.statement.end <= variable.range.start;
        let reader = reads(ctx, facts, readers).find(before).filter(|_| is_top);
        let Some(reader) = reader else { continue };
        let package = package(reader);
        let message =
            format!("`{name}` is set after `{package}` was imported, which has read it already");
        let mut finding = RULE.finding(ctx, variable.range, package, message);
        finding.argument = Some(name.to_owned());
        finding.help = Some("set it above the imports".to_owned());
        finding.related.push(Related {
            range: reader.statement,
            message: "read here".to_owned(),
        });
        findings.push(finding);
    }
}

/// The imports that run at once and read variables. A plain `import huggingface_hub` reads none yet.
fn reads<'f>(
    ctx: &'f Context<'_>,
    facts: &'f Facts,
    readers: &'f [&'f str],
) -> impl Iterator<Item = &'f Import> {
    facts.imports.iter().filter(move |import| {
        let package = package(import);
        let is_lazy = package == "huggingface_hub" && import.name.is_none();
        readers.contains(&package)
            && !is_lazy
            && import.guard == Guard::None
            && is_at_top(ctx.text, import.statement)
    })
}

fn package(import: &Import) -> &str {
    import.module.split('.').next().unwrap_or_default()
}

/// Whether a statement stands at the beginning of a line: in no function and under no condition.
fn is_at_top(text: &str, range: TextRange) -> bool {
    let before = &text[..range.start as usize];
    before.is_empty() || before.ends_with('\n')
}
