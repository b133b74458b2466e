//! HFP110

use crate::embedded::Format;
use crate::embedded::command::Command;
use crate::embedded::launched::launched;
use crate::embedded::programs::started;
use crate::embedded::shell::{self, Dialect};
use crate::journal::plan::{FieldName, Known, Plan, Step};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::journal::prose::words;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP110",
    name: "missing-smoke-test",
    severity: Severity::Warning,
    summary: "the first full run without a short one before it",
    explanation: "What goes wrong in training goes wrong in the first minutes: memory, a chat template, a column name, \
the push at the end. A step that trains for twenty steps costs a minute; found out in the night, the same error costs \
the night. The first step of *Training Configuration* that starts a training command is reported, unless it, or one \
before it, is a smoke test: its title says so, or its command has an option that makes the run short \
(`--max_steps 20`, `--smoke`).",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 4. Training Configuration\n\n- [ ] 4.1 Train for three epochs\n  - Run: `accelerate launch src/train.py`\n  - Verify: the loss falls\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 4. Training Configuration\n\n- [ ] 4.1 Smoke test\n  - Run: `accelerate launch src/train.py --smoke`\n  - Verify: the loss falls\n\
- [ ] 4.2 Train for three epochs\n  - Depends: 4.1\n  - Run: `accelerate launch src/train.py`\n  - Verify: the loss falls\n",
    },
    check: Check::Journal(check),
};

/// Words of a title, or parts of an option or of the name of a script, that say that a run is short.
const SHORT: [&str; 17] = [
    "smoke",
    "dry",
    "overfit",
    "sanity",
    "tiny",
    "short",
    "pilot",
    "trial",
    "debug",
    "quick",
    "mini",
    "rauchtest",
    "probelauf",
    "testlauf",
    "prueba",
    "essai",
    "prova",
];

/// Options that make a run short, whatever their value.
const LIMITS: [&str; 7] = [
    "limit",
    "max-samples",
    "max-train-samples",
    "num-samples",
    "subset",
    "fast-dev-run",
    "sample",
];

/// A run of so many steps is short.
const FEW_STEPS: u32 = 100;

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    for step in &plan.steps {
        let commands = commands(text, step);
        if is_short(text, plan, step, &commands) {
            return;
        }
        let section = step.section.and_then(|at| plan.sections[at].known);
        if section == Some(Known::Training) && commands.iter().any(trains) {
            if !step.state.is_over() {
                let message = "the first full run has no smoke test before it".to_owned();
                let mut finding = RULE.plain_finding(step.line, message);
                finding.help = Some("add a step that runs it for 20 steps".to_owned());
                findings.push(finding);
            }
            return;
        }
    }
}

/// The commands of a step's `Run:`.
fn commands(text: &str, step: &Step) -> Vec<Command> {
    let spans = step.spans(FieldName::Run);
    spans
        .flat_map(|span| shell::commands(text, span, Dialect::Script))
        .collect()
}

fn is_short(text: &str, plan: &Plan, step: &Step, commands: &[Command]) -> bool {
    let above = |step: &&Step| step.parent.map(|parent| &plan.steps[parent]);
    let mut titles = std::iter::successors(Some(step), above).map(|step| step.title);
    titles.any(|title| {
        let words = words(text, title);
        let says = |word: &String| word.split(['-', '_']).any(|part| SHORT.contains(&part));
        words.iter().any(|(word, _)| says(word)) || has_few_steps(&words)
    }) || commands.iter().any(is_short_command)
}

/// "20 steps"
fn has_few_steps(words: &[(String, crate::text::TextRange)]) -> bool {
    words.windows(2).any(|pair| {
        let is_few = pair[0].0.parse().is_ok_and(|steps: u32| steps <= FEW_STEPS);
        is_few && matches!(pair[1].0.as_str(), "step" | "steps")
    })
}

fn is_short_command(command: &Command) -> bool {
    let mut words = command
        .words
        .iter()
        .map(|word| word.text.as_str())
        .peekable();
    while let Some(word) = words.next() {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        let lower = name.to_lowercase().replace('_', "-");
        if lower
            .split(['-', '/', '.'])
            .any(|part| SHORT.contains(&part))
        {
            return true;
        }
        let Some(option) = lower.strip_prefix("--") else {
            continue;
        };
        if LIMITS.contains(&option) {
            return true;
        }
        let value = if value.is_empty() {
            words.peek().copied().unwrap_or("")
        } else {
            value
        };
        if option == "max-steps"
            && value
                .parse()
                .is_ok_and(|steps: u32| (1..=FEW_STEPS).contains(&steps))
        {
            return true;
        }
    }
    false
}

/// Whether a command trains.
fn trains(command: &Command) -> bool {
    let asks = |word: &str| matches!(word, "--help" | "-h" | "--version");
    if command.words.iter().any(|word| asks(&word.text)) {
        return false;
    }
    if let Some(started) = started(command) {
        let first = started
            .arguments
            .first()
            .map_or("", |word| word.text.as_str());
        let is_script = || {
            started
                .arguments
                .iter()
                .any(|word| is_training_script(&word.text))
        };
        return match started.program {
            "accelerate" => first == "launch",
            "trl" => matches!(first, "sft" | "dpo" | "grpo" | "kto" | "reward" | "rloo"),
            "hf" => first == "jobs" && is_script(),
            _ => false,
        };
    }
    let first = command.words.iter().find(|word| !word.text.contains('='));
    let is_launcher = first.is_some_and(|word| {
        matches!(
            word.text.as_str(),
            "torchrun" | "deepspeed" | "axolotl" | "llamafactory-cli"
        )
    });
    let script = launched(command).map(|launched| launched.script.text.as_str());
    script.is_some_and(|script| is_launcher || is_training_script(script))
}

/// `src/train.py`, `pkg.train_sft`
fn is_training_script(path: &str) -> bool {
    let stem = path.strip_suffix(".py").unwrap_or(path);
    let name = stem
        .rsplit(['/', '.'])
        .next()
        .unwrap_or(stem)
        .to_lowercase();
    let is_other = !path.ends_with(".py") && path.contains('/');
    let mut parts = name.split(['_', '-']);
    !is_other
        && parts.any(|part| {
            matches!(
                part,
                "train" | "training" | "finetune" | "sft" | "dpo" | "grpo" | "kto" | "rloo"
            )
        })
}
