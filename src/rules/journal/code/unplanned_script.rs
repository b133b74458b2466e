//! HFP306

use super::script::trainer;
use crate::embedded::Format;
use crate::journal::bind::mentions;
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::workspace::document::{Document, Language};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP306",
    name: "unplanned-script",
    severity: Severity::Information,
    summary: "a script that trains, and that the plan does not mention",
    explanation: "The file makes a trainer, and the plan names neither the file, nor a folder that it lies in, nor a file \
that imports it: an experiment that nobody planned, or one whose step still names another file. Tests are left alone.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "==> dev-journal/OUR-PLAN.md <==\n- [ ] 1.1 Take the base model\n  - Verify: it answers\n==> train.py <==\nfrom trl import RewardTrainer\n\n\ndef train(model, data):\n    RewardTrainer(model, train_dataset=data).train()\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "==> dev-journal/OUR-PLAN.md <==\n- [ ] 1.1 Train\n  - Run: `python train.py`\n  - Verify: the accuracy grows\n==> train.py <==\nfrom trl import RewardTrainer\n\n\ndef train(model, data):\n    RewardTrainer(model, train_dataset=data).train()\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let document = surroundings.document;
    if document.language() != Language::Python || is_test(surroundings.path) {
        return;
    }
    let Some(call) = trainer(surroundings, document.facts()) else {
        return;
    };
    let Some(plan) = surroundings.other(Role::Plan) else {
        return;
    };
    let is_own = plan.plan().is_ours() && !plan.plan().steps.is_empty();
    if !is_own
        || surroundings.project.is_ignored(surroundings.path)
        || is_mentioned(surroundings, &plan)
    {
        return;
    }
    let message = format!(
        "the plan does not mention `{}`, which trains",
        surroundings.path
    );
    findings.push(RULE.plain_finding(call.callee_range, message));
}

fn is_test(path: &str) -> bool {
    let mut parts = path.split('/');
    parts
        .any(|part| part.starts_with("test") || part.ends_with("_test.py") || part == "conftest.py")
}

/// Whether the plan names the file in whatever way, or one that imports it.
fn is_mentioned(surroundings: &Surroundings<'_>, plan: &Document) -> bool {
    let (path, text) = (surroundings.path, plan.text());
    let name = path.rsplit('/').next().unwrap_or(path);
    let module = path.trim_end_matches(".py").replace('/', ".");
    if text.contains(name) || (module.contains('.') && text.contains(&module)) {
        return true;
    }
    let stem = name.trim_end_matches(".py");
    mentions(text, plan.plan(), plan.outline())
        .iter()
        .any(|mention| {
            let is_around = path
                .strip_prefix(&mention.path)
                .is_some_and(|rest| rest.starts_with('/'));
            is_around
                || (mention.path.ends_with(".py") && imports(surroundings, &mention.path, stem))
        })
}

/// Whether a file of the project imports a module of that name.
fn imports(surroundings: &Surroundings<'_>, path: &str, stem: &str) -> bool {
    let Some(document) = surroundings.project.document(path) else {
        return false;
    };
    document.facts().imports.iter().any(|import| {
        let is_named = import.name.as_ref().is_some_and(|name| name.name == stem);
        is_named || import.module.rsplit('.').next() == Some(stem)
    })
}
