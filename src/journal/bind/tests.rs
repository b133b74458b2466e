use std::path::PathBuf;

use super::*;
use crate::checker::ProjectFiles;
use crate::environment::Environment;
use crate::journal::role::Names;
use crate::journal::surroundings::Memo;
use crate::knowledge::choose::Knowledge;
use crate::workspace::files::MemoryFiles;

/// The bindings as text: step, call, file with the callee's line, and what becomes of each argument; of a Python file
/// those that [`of_script`] gives.
fn bound(about: &str, files: &[(&str, &str)]) -> Vec<String> {
    let root = PathBuf::from("/p");
    let disk = MemoryFiles::new();
    for (path, text) in files {
        disk.write(root.join(path), text);
    }
    let project = ProjectFiles::new(root, Arc::new(disk), Arc::default());
    let document = super::super::project::Project::document(&project, about).unwrap();
    let names = Names::default();
    let surroundings = Surroundings {
        path: about,
        document: &document,
        role: names.role(about),
        names: &names,
        project: &project,
        knowledge: &Knowledge::default(),
        environment: &Environment::default(),
        repositories: None,
        memo: &Memo::default(),
        kept: project.kept(),
    };
    match of_script(&surroundings) {
        Some(found) if about.ends_with(".py") => shown(&found.plan, &found.bindings),
        _ => shown(&document, surroundings.bindings()),
    }
}

fn shown(plan: &Document, bindings: &[Binding<'_>]) -> Vec<String> {
    let code = |binding: &Binding<'_>, code: &CodeCall<'_>| {
        let wanted = &plan.params()[binding.call];
        let pair = |(argument, given): (&PlanArgument, &Given)| match given {
            Given::Here { same, .. } => format!("{} {same:?}", argument.name),
            other => format!("{} {other:?}", argument.name),
        };
        let pairs: Vec<_> = wanted.arguments.iter().zip(&code.pairs).map(pair).collect();
        let before = &code.document.text()[..code.call().range.start as usize];
        let line = before.matches('\n').count() + 1;
        format!("{}:{line} {}", code.path, pairs.join(", "))
    };
    let binding = |binding: &Binding<'_>| {
        let calls: Vec<_> = binding.code.iter().map(|it| code(binding, it)).collect();
        format!(
            "{} {}: {}",
            binding.step,
            plan.params()[binding.call].callee,
            calls.join("; ")
        )
    };
    bindings.iter().map(binding).collect()
}

const PLAN: &str = "dev-journal/OUR-PLAN.md";

#[test]
fn values_are_compared_and_followed() {
    let plan = "- [ ] 4.1 a\n  - Files: `src/train.py`\n  - Params: `SFTConfig(max_length=2048, learning_rate=2e-4, optim='a', seed=1, packing=True, beta=2, eos=1)`\n";
    let train = "from trl import SFTConfig\nLENGTH = 1024\nimport sys\nargs = SFTConfig(max_length=LENGTH, learning_rate=0.0002, optim=sys.argv[1],\n    packing=True if sys.argv else False, beta=3)\nargs.beta = 2\n";
    assert_eq!(
        bound(PLAN, &[(PLAN, plan), ("src/train.py", train)]),
        [
            "0 SFTConfig: src/train.py:4 max_length Some(false), learning_rate Some(true), optim None, seed Absent, packing None, beta None, eos Absent"
        ]
    );
    let open =
        "import trl\ndef f(**more):\n    return trl.SFTConfig('out', max_length=2048, **more)\n";
    assert_eq!(
        bound(PLAN, &[(PLAN, plan), ("src/train.py", open)]),
        [
            "0 SFTConfig: src/train.py:3 max_length Some(true), learning_rate Unseen, optim Unseen, seed Unseen, packing Unseen, beta Unseen, eos Unseen"
        ]
    );
}

#[test]
fn the_nearest_file_that_makes_the_call_is_meant() {
    let config = "from trl import SFTConfig\nSFTConfig(seed=1)\n";
    let lora = "from peft import LoraConfig as L\ndef a():\n    L(r=1)\ndef b():\n    L(r=2)\n";
    let plan = |file: &str| {
        format!(
            "## 4. T\n\n- [ ] 4.1 a\n  - Run: `python x.py`\n- [ ] 4.2 b\n  - Files: {file}\n  - Params: `SFTConfig(seed=1)`, `peft.LoraConfig(r=2)`\n"
        )
    };
    let files = |plan: String| {
        let plan: &'static str = plan.leak();
        bound(
            PLAN,
            &[
                (PLAN, plan),
                ("x.py", config),
                ("y.py", lora),
                ("z.py", config),
            ],
        )
    };
    // Its own file, by the definition that it names; the file of a step beside it.
    assert_eq!(
        files(plan("`y.py#b`")),
        [
            "1 SFTConfig: x.py:2 seed Some(true)",
            "1 peft.LoraConfig: y.py:5 r Some(true)"
        ]
    );
    // All calls of its own files; the only file of the project.
    assert_eq!(
        files(plan("`x.py`, `z.py`")),
        [
            "1 SFTConfig: x.py:2 seed Some(true); z.py:2 seed Some(true)",
            "1 peft.LoraConfig: y.py:3 r Some(false); y.py:5 r Some(true)"
        ]
    );
    // Two files that make it: neither is meant.
    let far = "## 1. S\n\n- [ ] 1.1 a\n  - Params: `SFTConfig(seed=1)`\n".to_owned();
    assert_eq!(files(far), [""; 0]);
}

#[test]
fn a_script_is_told_what_the_plan_says_of_it() {
    let plan = "- [x] 4.1 a\n  - Files: `a.py`\n  - Params: `SFTTrainer(args=SFTConfig(seed=1))`, `trainer.train(resume_from_checkpoint=True)`\n";
    let code = "import trl\ntrainer = trl.SFTTrainer(args=trl.SFTConfig(seed=2))\ntrainer.train(resume_from_checkpoint=True)\n";
    assert_eq!(
        bound("a.py", &[(PLAN, plan), ("a.py", code), ("b.py", code)]),
        [
            "0 SFTTrainer: a.py:2 args None",
            "0 SFTConfig: a.py:2 seed Some(false)",
            "0 trainer.train: a.py:3 resume_from_checkpoint Some(true)"
        ]
    );
    assert_eq!(
        bound("b.py", &[(PLAN, plan), ("a.py", code), ("b.py", code)]),
        [""; 0]
    );
}
