//! HFP405

use crate::embedded::Format;
use crate::embedded::command::Word;
use crate::journal::commands::Spoken;
use crate::journal::surroundings::Surroundings;
use crate::knowledge::packages::packages;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP405",
    name: "service-that-is-not-developed",
    severity: Severity::Warning,
    summary: "a step that begins with something that nobody develops any more",
    explanation: "Text Generation Inference has been in maintenance mode since December 2025; its own page \
recommends vLLM or SGLang. The newest release of AutoTrain requires a release of transformers that is years old, so \
that it goes together with none of the others: `trl sft` and its like, or jobs of the Hub, do what it did.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 7. Deployment Plan\n\n- [ ] 7.1 Serve it\n  - Run: `docker run --gpus all -p 8080:80 ghcr.io/huggingface/text-generation-inference:3.3.7 --model-id a/b`\n  - Verify: it answers\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 7. Deployment Plan\n\n- [ ] 7.1 Serve it\n  - Run: `vllm serve a/b`\n  - Verify: it answers\n",
    },
    check: Check::Journal(check),
};

/// What is not developed any more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Service {
    TextGenerationInference,
    AutoTrain,
}

/// The distribution of AutoTrain.
const AUTOTRAIN: &str = "autotrain-advanced";

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    if surroundings.own_plan().is_none() {
        return;
    }
    for spoken in surroundings.document.commands() {
        let found = started(spoken);
        findings.extend(found.map(|(service, range)| finding(service, range)));
    }
    let asked = surroundings.document.pins().iter();
    let asked = asked.filter(|pinned| pinned.name == AUTOTRAIN);
    findings.extend(asked.map(|pinned| finding(Service::AutoTrain, pinned.range)));
}

/// The service that a command starts or installs, with the word that says so.
fn started(spoken: &Spoken) -> Option<(Service, TextRange)> {
    let words = spoken.words();
    let program = words.first()?;
    match program.text.as_str() {
        "text-generation-launcher" | "text-generation-server" => {
            return Some((Service::TextGenerationInference, program.range));
        }
        "autotrain" => return Some((Service::AutoTrain, program.range)),
        _ => {}
    }
    // An image of Text Embeddings Inference is another one.
    let is_image = |word: &&Word| {
        let image = word.text.split([':', '@']).next().unwrap_or_default();
        image == "huggingface/text-generation-inference"
            || image.ends_with("/huggingface/text-generation-inference")
    };
    let starts = ["docker", "podman", "nerdctl", "singularity", "apptainer"];
    if starts.contains(&program.text.as_str()) {
        let image = words.iter().find(is_image)?;
        return Some((Service::TextGenerationInference, image.range));
    }
    let is_installed =
        |word: &&Word| word.text.split(['=', '[', '>', '<', '~']).next() == Some(AUTOTRAIN);
    let installs = words
        .iter()
        .any(|it| matches!(it.text.as_str(), "install" | "add"));
    let word = words.iter().find(is_installed).filter(|_| installs)?;
    Some((Service::AutoTrain, word.range))
}

fn finding(service: Service, range: TextRange) -> Finding {
    match service {
        Service::TextGenerationInference => {
            let message = "Text Generation Inference is only maintained since December 2025";
            let mut finding = RULE.plain_finding(range, message.to_owned());
            finding.help = Some("serve with vLLM or SGLang".to_owned());
            finding
        }
        Service::AutoTrain => {
            let mut finding = RULE.plain_finding(range, stuck());
            finding.help = Some("train with `trl sft` or its like".to_owned());
            finding.library = Some(AUTOTRAIN.to_owned());
            finding
        }
    }
}

/// What the newest release of AutoTrain requires.
fn stuck() -> String {
    let newest = || {
        let package = packages().package(AUTOTRAIN)?;
        let newest = package.newest()?;
        let required = package.requirements(newest, &[], None)?;
        let transformers = required.iter().find(|it| it.name == "transformers")?;
        let specifiers = &transformers.written;
        Some(format!(
            "the newest release of AutoTrain, {newest}, requires `transformers{specifiers}`"
        ))
    };
    newest().unwrap_or_else(|| "AutoTrain is not developed any more".to_owned())
}
