use super::*;
use crate::journal::world::{LOG, PLAN, World};

const TRAIN: &str = "from trl import SFTConfig, SFTTrainer\n\nMODEL = \"Qwen/Qwen3-0.6B\"\n\n\ndef main() -> None:\n    args = SFTConfig(\n        output_dir=\"outputs/run\",\n        max_length=1024,\n        learning_rate=2e-4,\n        hub_model_id=\"me/run\",\n    )\n    trainer = SFTTrainer(model=MODEL, args=args)\n    trainer.train()\n";

const TEXT: &str = "# OUR-PLAN: T\n\n## 1. Environment Setup\n\n- [x] 1.1 Pin the packages\n  - Files: `pyproject.toml`\n  - Packages: `trl==1.15.0`, `peft>=0.20`\n- [ ] 1.2 Prepare\n  - Depends: 1.1\n  - Status: in-progress 2026-11-01\n  - [x] 1.2.1 Part\n    - Run: `a`\n  - [ ] 1.2.2 Other part.\n    - Status: blocked by the weather\n    - Run: `b`\n\n## 4. Training Configuration\n\n- [ ] 4.1 Train (step 1.2)\n  - Files: `src/train.py`\n  - Params: `SFTConfig(max_length=2048, learning_rate=0.0002, packing=True)`\n";

fn world() -> World {
    World::new(&[
        (PLAN, TEXT),
        (
            LOG,
            "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- environment: Pin the packages (step 1.1)\n",
        ),
        ("src/train.py", TRAIN),
    ])
}

#[test]
fn done_ticks_the_step_with_its_parent_and_writes_the_entry() {
    let before = world();
    let after = before.after(PLAN, "1.2.2", "Mark step 1.2.2 done");
    assert_eq!(
        before.diff(&after),
        "==> dev-journal/CHANGELOG.md\n+### Changed\n+- environment: Other part (step 1.2.2)\n\
==> dev-journal/OUR-PLAN.md\n-- [ ] 1.2 Prepare\n-  - Status: in-progress 2026-11-01\n-  - [ ] 1.2.2 Other part.\n-    - Status: blocked by the weather\n\
+- [x] 1.2 Prepare\n+  - [x] 1.2.2 Other part.\n"
    );
    assert_eq!(
        before.command(PLAN, DONE, &["1.2"]).unwrap_err(),
        "step 1.2 is not done while step 1.2.2 is open"
    );
    assert_eq!(before.command(PLAN, DONE, &["1.2.2"]).unwrap(), after);
    assert_eq!(
        after.command(PLAN, DONE, &["1.2.2"]).unwrap_err(),
        "there is nothing to change"
    );
    assert_eq!(
        before.command(PLAN, DONE, &["9.9"]).unwrap_err(),
        "the plan has no step `9.9`"
    );
}

#[test]
fn a_changelog_is_made_where_there_is_none() {
    let mut before = world();
    before.0.remove(LOG);
    let after = before.command(PLAN, DONE, &["4.1"]).unwrap();
    assert_eq!(
        after.text(LOG),
        format!(
            "{}\n### Added\n\n- experiment: Train (step 1.2) (step 4.1)\n",
            entry::HEADER
        )
    );
    let mut foreign = World::new(&[(PLAN, "## Tasks\r\n\r\n- [ ] a\r\n- [ ] b")]);
    foreign = foreign.command(PLAN, DONE, &["- [ ] b"]).unwrap();
    assert_eq!(
        foreign,
        World::new(&[(PLAN, "## Tasks\r\n\r\n- [ ] a\r\n- [x] b")])
    );
}

#[test]
fn steps_are_started_skipped_blocked_and_reopened() {
    let before = world();
    let after = before.after(PLAN, "4.1 Train", "Start step 4.1");
    assert!(
        after
            .text(PLAN)
            .contains("- [ ] 4.1 Train (step 1.2)\n  - Status: in-progress 20"),
        "{}",
        after.text(PLAN)
    );
    let skipped = after.command(PLAN, SKIP, &["4.1", "no time"]).unwrap();
    assert_eq!(
        before.diff(&skipped),
        "==> dev-journal/OUR-PLAN.md\n+  - Status: skipped no time\n"
    );
    let blocked = after.command(PLAN, BLOCK, &["4.1", "by step 1.2"]).unwrap();
    assert_eq!(
        before.diff(&blocked),
        "==> dev-journal/OUR-PLAN.md\n+  - Status: blocked by step 1.2\n"
    );
    assert_eq!(skipped.command(PLAN, REOPEN, &["4.1"]).unwrap(), before);
    let reopened = before.command(PLAN, REOPEN, &["1.1"]).unwrap();
    assert_eq!(
        before.diff(&reopened),
        "==> dev-journal/OUR-PLAN.md\n-- [x] 1.1 Pin the packages\n+- [ ] 1.1 Pin the packages\n"
    );
}

#[test]
fn parents_follow_their_parts() {
    let plan = "- [ ] 1.1 a\n  - [x] 1.1.1 b\n    - Run: `x`\n- [x] 1.2 c\n  - [ ] 1.2.1 d\n";
    let before = World::new(&[(PLAN, plan)]);
    let after = before.after(PLAN, "1.1.1", "Tick step 1.1, as its parts are");
    assert_eq!(
        before.diff(&after),
        "==> dev-journal/OUR-PLAN.md\n-- [ ] 1.1 a\n+- [x] 1.1 a\n"
    );
    let after = before.after(PLAN, "1.2.1", "Untick step 1.2, as its parts are");
    assert_eq!(
        before.diff(&after),
        "==> dev-journal/OUR-PLAN.md\n-- [x] 1.2 c\n+- [ ] 1.2 c\n"
    );
}

#[test]
fn renumbering_follows_every_mention() {
    let mut before = world();
    before.0.insert(
        "dev-journal/PRD.md".into(),
        "# PRD\n\nSee step 4.1 and version 4.1.\n".into(),
    );
    let after = before.after(PLAN, "4.1 Train", "Renumber all steps");
    assert_eq!(
        before.diff(&after),
        "==> dev-journal/OUR-PLAN.md\n-## 4. Training Configuration\n-- [ ] 4.1 Train (step 1.2)\n+## 2. Training Configuration\n+- [ ] 2.1 Train (step 1.2)\n\
==> dev-journal/PRD.md\n-See step 4.1 and version 4.1.\n+See step 2.1 and version 4.1.\n"
    );
}

#[test]
fn verify_is_what_the_step_makes_checkable() {
    for (fields, expected) in [
        (
            "  - Files: `src/a.py`\n",
            "`hf-lsp check src/a.py` → 0 problems",
        ),
        (
            "  - Files: `tests/test_a.py`, `src/a.py`\n",
            "`python -m pytest tests/test_a.py -q` → passed",
        ),
        (
            "  - Run: `python a.py --out reports/a.json`\n",
            "`reports/a.json` exists",
        ),
        (
            "  - Packages: `trl==1.15.0`\n",
            "`python -c \"from importlib.metadata import version; print(version('trl'))\"` → 1.15.0",
        ),
    ] {
        let before = World::new(&[(
            PLAN,
            &format!("- [ ] 1.1 a\n{fields}- [ ] 1.2 b\n  - Run: `x`\n"),
        )]);
        let after = before.after(PLAN, "1.1 a", "Add `Verify:` to step 1.1");
        assert_eq!(
            before.diff(&after),
            format!("==> dev-journal/OUR-PLAN.md\n+  - Verify: {expected}\n")
        );
    }
    let nothing = World::new(&[(PLAN, "- [ ] 1.1 a\n  - Run: `make`\n")]);
    assert!(
        !nothing
            .titles(PLAN, "1.1")
            .contains(&"Add `Verify:` to step 1.1".to_owned())
    );
}

#[test]
fn values_go_into_the_plan_or_into_the_code() {
    let before = world();
    for (about, at) in [(PLAN, "SFTConfig"), ("src/train.py", "SFTConfig(")] {
        let after = before.after(
            about,
            at,
            "Write `max_length=1024` into the plan, as in the code",
        );
        assert_eq!(
            before.diff(&after),
            "==> dev-journal/OUR-PLAN.md\n-  - Params: `SFTConfig(max_length=2048, learning_rate=0.0002, packing=True)`\n+  - Params: `SFTConfig(max_length=1024, learning_rate=0.0002, packing=True)`\n"
        );
        let after = before.after(
            about,
            at,
            "Write `max_length=2048` into the code, as in the plan",
        );
        assert_eq!(
            before.diff(&after),
            "==> src/train.py\n-        max_length=1024,\n+        max_length=2048,\n"
        );
        let after = before.after(about, at, "Add `packing` to the code, as in the plan");
        assert_eq!(
            before.diff(&after),
            "==> src/train.py\n+        packing=True,\n"
        );
    }
}

#[test]
fn pins_follow_the_lock_until_the_step_is_done() {
    let before = World::new(&[(
        PLAN,
        "- [ ] 1.1 a\n  - Packages: `trl[peft]==1.15.0` (all), `peft>=0.20`, `torch==2.9`\n",
    )]);
    let after = before.after(PLAN, "1.1", "Bump `trl` to 1.16.0, as in uv.lock");
    assert!(
        after
            .text(PLAN)
            .contains("`trl[peft]==1.16.0` (all), `peft>=0.20`, `torch==2.9`")
    );
    assert!(
        !world()
            .titles(PLAN, "1.1")
            .iter()
            .any(|it| it.starts_with("Bump"))
    );
}

const FENCED: &str = "- [ ] 1.1 a\n  - Files: `a.py`\n\n  ```python title=\"a.py\"\n  import os\n\n  x = 1\n  ```\n- [ ] 1.2 b\n";

#[test]
fn a_fence_makes_its_file_or_follows_it() {
    let before = World::new(&[(PLAN, FENCED)]);
    let after = before.after(PLAN, "1.1", "Create a.py from the plan");
    assert_eq!(after.text("a.py"), "import os\n\nx = 1\n");
    assert!(
        !after
            .titles(PLAN, "1.1")
            .iter()
            .any(|it| it.contains("a.py"))
    );
    for held in [
        "import os\r\n\r\nx = 2\r\ny = 3\r\n",
        "",
        "x = 1",
        "import os\n\nx = 1\n\n\nz = 1\n",
        "import os\n",
    ] {
        let before = World::new(&[(PLAN, FENCED), ("a.py", held)]);
        let file = before.after(PLAN, "1.1", "Update a.py from the plan");
        assert_eq!(
            file.text("a.py").lines().collect::<Vec<_>>(),
            ["import os", "", "x = 1"],
            "{held:?}"
        );
        assert_eq!(file.text("a.py").contains('\r'), held.contains('\r'));
        let plan = before.after(PLAN, "1.1", "Update the fence from a.py");
        let titles = plan.titles(PLAN, "1.1");
        assert!(
            !titles.iter().any(|it| it.contains("from a.py")),
            "{held:?} {}",
            plan.text(PLAN)
        );
        assert!(
            plan.text(PLAN)
                .starts_with("- [ ] 1.1 a\n  - Files: `a.py`\n\n  ```python title=\"a.py\"\n")
        );
        assert!(plan.text(PLAN).ends_with("  ```\n- [ ] 1.2 b\n"));
    }
    let ticks = World::new(&[(PLAN, FENCED), ("a.py", "\"\"\"\n```\n\"\"\"\n")]);
    assert!(
        !ticks
            .titles(PLAN, "1.1")
            .contains(&"Update the fence from a.py".to_owned())
    );
}

#[test]
fn code_gets_a_step_in_its_section_once() {
    let mut before = world();
    before.0.insert("src/data.py".into(), "from datasets import load_dataset\n\n\ndef load():\n    return load_dataset(\"me/chats\", split=\"train\")\n".into());
    let title = "Insert plan step for this code";
    let after = before.after("src/data.py", "load_dataset(\"", title);
    assert_eq!(
        before.diff(&after),
        "==> dev-journal/OUR-PLAN.md\n+## 2. Data Pipeline\n+- [ ] 2.1 Load `me/chats`\n+  - Files: `src/data.py`\n+  - Dataset: `me/chats`\n+  - Params: `load_dataset(split=\"train\")`\n+  - Verify: `hf-lsp check src/data.py` → 0 problems\n"
    );
    assert!(
        !after
            .titles("src/data.py", "load_dataset(\"")
            .contains(&title.to_owned())
    );
    assert!(
        !before
            .titles("src/train.py", "SFTConfig(\n")
            .contains(&title.to_owned())
    );
    let after = before.after("src/train.py", "SFTTrainer(model", title);
    assert_eq!(
        before.diff(&after),
        "==> dev-journal/OUR-PLAN.md\n+- [ ] 4.2 Call `SFTTrainer`\n+  - Model: `Qwen/Qwen3-0.6B`\n+  - Params: `SFTTrainer(model=\"Qwen/Qwen3-0.6B\")`\n+  - Verify: `hf-lsp check src/train.py` → 0 problems\n"
    );
    assert!(
        !after
            .titles("src/train.py", "SFTTrainer(model")
            .contains(&title.to_owned())
    );
    let after = before.after("src/train.py", "def main", title);
    assert_eq!(
        before.diff(&after),
        "==> dev-journal/OUR-PLAN.md\n+- [ ] 4.2 Write `main`\n+  - Files: `src/train.py#main`\n+  - Verify: `hf-lsp check src/train.py` → 0 problems\n"
    );
    assert!(
        !after
            .titles("src/train.py", "def main")
            .contains(&title.to_owned())
    );
}

#[test]
fn sections_and_steps_that_are_missing_are_inserted() {
    let mut before = world();
    let plan = TEXT.replace("# OUR-PLAN: T\n", "# OUR-PLAN: T\n\n<!-- hf-plan: 1 -->\n");
    before.0.insert(PLAN.into(), plan);
    let after = before.after(PLAN, "# OUR", "Insert the section `Model Selection`");
    assert_eq!(
        before.diff(&after),
        "==> dev-journal/OUR-PLAN.md\n+## 2. Model Selection\n+- [ ] 2.1 Pin the model revision\n+  - Model: `Qwen/Qwen3-0.6B`\n+  - Verify: the code loads a 40-digit commit sha, not `main`\n+  - Why: `main` moves, and a run has to be repeatable\n"
    );
    let after = before.after(PLAN, "4.1 Train", "Insert step 4.2: Smoke test: 20 steps");
    assert!(after.text(PLAN).ends_with("packing=True)`\n- [ ] 4.2 Smoke test: 20 steps\n  - Depends: 4.1\n  - Files: `src/train.py`\n  - Verify: the run ends, and the loss at its end is below the one at its start\n"));
    let next = after
        .command(PLAN, INSERT, &["Training Configuration"])
        .unwrap();
    assert!(
        next.text(PLAN)
            .contains("- [ ] 4.3 Full run\n  - Depends: 4.2\n  - Run: `python src/train.py`\n")
    );
    assert!(
        next.command(PLAN, INSERT, &["Training Configuration"])
            .is_err()
    );
    assert_eq!(
        before.command(PLAN, INSERT, &["Nothing"]).unwrap_err(),
        "the plan has no section `Nothing`"
    );
}

#[test]
fn metrics_get_their_steps() {
    let mut before = world();
    before.0.insert(
        "dev-journal/PRD.md".into(),
        "# PRD\n\n## Success metrics\n\n- Win rate over 55 %\n- F1 of 0.9\n".into(),
    );
    let plan = format!("{TEXT}\n## 6. Evaluation Strategy\n\n- [ ] 6.1 Measure F1\n  - Run: `x`\n");
    before.0.insert(PLAN.into(), plan);
    for (about, at) in [(PLAN, "6.1"), ("dev-journal/PRD.md", "Win rate")] {
        let after = before.after(about, at, "Add an evaluation step for the win rate");
        assert_eq!(
            before.diff(&after),
            "==> dev-journal/OUR-PLAN.md\n+- [ ] 6.2 Measure the win rate\n+  - Kind: evaluation\n+  - Verify: the win rate is written into the changelog, beside that of the base line\n"
        );
    }
    assert_eq!(
        before.titles("dev-journal/PRD.md", "F1"),
        before.titles("dev-journal/PRD.md", "# PRD")
    );
}

#[test]
fn the_stack_follows_the_lock() {
    let stack = "# Stack\n\n| Package | Version | Why |\n| --- | --- | --- |\n| trl | 1.15.0 | a |\n| `transformers` | ==5.23.0 | |\n| peft | >=0.20 | |\n\nEnd.\n";
    let mut before = world();
    before
        .0
        .insert("dev-journal/TECH-STACK.md".into(), stack.into());
    before
        .0
        .insert("src/b.py".into(), "import datasets\n".into());
    let path = "dev-journal/TECH-STACK.md";
    let after = before.after(
        path,
        "trl",
        "Update the version that the project has moved on from",
    );
    assert_eq!(
        before.diff(&after),
        format!("==> {path}\n-| trl | 1.15.0 | a |\n+| trl | 1.16.0 | a |\n")
    );
    let after = before.after(path, "trl", "Add rows for the libraries that the code uses");
    assert_eq!(
        before.diff(&after),
        format!("==> {path}\n+| datasets | 5.2.0 | |\n")
    );
}

#[test]
fn missing_entries_are_offered_in_the_changelog() {
    let before = world();
    let after = before.command(PLAN, REOPEN, &["1.1"]).unwrap();
    assert_eq!(
        before
            .titles(LOG, "Added")
            .iter()
            .filter(|it| it.contains("entry"))
            .count(),
        1
    );
    let entry = before.after(LOG, "Added", "Add the entry “Part (step 1.2.1)”");
    assert!(
        entry
            .text(LOG)
            .ends_with("\n\n### Changed\n\n- environment: Part (step 1.2.1)\n"),
        "{}",
        entry.text(LOG)
    );
    assert_eq!(after.titles(LOG, "Added"), before.titles(LOG, "Added"));
}

#[test]
fn finished_sections_go_to_the_archive() {
    let plan = "## 1. Setup\n\nIntro.\n\n- [x] 1.1 a\n  - Run: `x`\n- [x] 1.2 b\n\n## 2. Data\n\n- [ ] 2.1 c\n  - Depends: 1.2\n  - Run: `y`\n- [ ] 2.2 d\n  - Depends: 1.1, 2.1\n";
    let before = World::new(&[(PLAN, plan)]);
    let title = "Move the finished steps of `Setup` to an archive";
    let after = before.after(PLAN, "## 1", title);
    assert_eq!(
        after.text(PLAN),
        "## 1. Setup\n\nIntro.\n\nAll steps are done: see [archive/setup.md](archive/setup.md).\n\n## 2. Data\n\n- [ ] 2.1 c\n  - Run: `y`\n- [ ] 2.2 d\n  - Depends: 2.1\n"
    );
    assert_eq!(
        after.text("dev-journal/archive/setup.md"),
        "# Setup\n\n- [x] 1.1 a\n  - Run: `x`\n- [x] 1.2 b\n"
    );
    assert!(
        !before
            .titles(PLAN, "## 2")
            .iter()
            .any(|it| it.contains("archive"))
    );
}

#[test]
fn foreign_plans_are_converted() {
    for (foreign, own) in [
        (
            "# Tasks\n\n## Phase 1: Setup\n\n- [ ] T001 Create the project\n- [x] T002 [P] [US1] Write the model in src/models/user.py (depends on T001)\n\n## Phase 2: Core\n\n- [ ] T003 Train (depends on T001, T002)\n",
            "# Tasks\n\n## 1. Setup\n\n- [ ] 1.1 Create the project\n- [x] 1.2 Write the model in src/models/user.py\n  - Depends: 1.1\n  - Files: `src/models/user.py`\n\n## 2. Core\n\n- [ ] 2.1 Train\n  - Depends: 1.1, 1.2\n",
        ),
        (
            "- [ ] 1. Set up\n  - Create folders\n  - _Requirements: 1.2, 1.3_\n- [ ]* 2. Test\n  - [~] 2.1 Part\n    - _Depends: 1_\n",
            "## 1. Steps\n\n- [ ] 1.1 Set up\n  - Create folders\n  - Why: requirements 1.2, 1.3\n- [ ] 1.2 Test\n  - Optional: yes\n  - [ ] 1.2.1 Part\n    - Status: in-progress\n    - Depends: 1.1\n",
        ),
        (
            "## Tasks\r\n\r\n1. [ ] First\r\n2. [-] **Second**\r\n",
            "## 1. Tasks\r\n\r\n1. [ ] 1.1 First\r\n2. [ ] 1.2 **Second**\r\n   - Status: skipped\r\n",
        ),
    ] {
        let before = World::new(&[(PLAN, foreign)]);
        let after = before.command(PLAN, CONVERT, &[]).unwrap();
        assert_eq!(after.text(PLAN), own);
        assert!(
            before
                .titles(PLAN, "[")
                .contains(&"Convert to the format of OUR-PLAN".to_owned())
        );
    }
}

#[test]
fn a_journal_is_made_of_what_is_known() {
    let before = World::new(&[
        ("dev-journal/PRD.md", "# PRD\n"),
        (
            "pyproject.toml",
            "[project]\nname = \"chats\"\ndescription = \"Answers chats.\"\nrequires-python = \">=3.11\"\n",
        ),
        ("uv.lock", ""),
        ("src/train.py", TRAIN),
    ]);
    let after = before.command("dev-journal/PRD.md", CREATE, &[]).unwrap();
    assert_eq!(after.text("dev-journal/PRD.md"), "# PRD\n");
    assert_eq!(
        after.text("dev-journal/TECH-STACK.md"),
        "# Tech stack: chats\n\n| Package | Version |\n| --- | --- |\n| Python | >=3.11 |\n| trl | 1.16.0 |\n"
    );
    let plan = after.text(PLAN);
    assert!(
        plan.starts_with("# OUR-PLAN: chats\n\n<!-- hf-plan: 1; generated: 20"),
        "{plan}"
    );
    for part in [
        "| Model | `Qwen/Qwen3-0.6B` |",
        "- [ ] 1.1 Pin the packages\n  - Files: `pyproject.toml`, `uv.lock`\n  - Packages: `trl==1.16.0`",
        "Smoke test",
        "me/run",
    ] {
        assert!(plan.contains(part), "{part}\n{plan}");
    }
    assert!(after.command(PLAN, CREATE, &[]).is_err());
}

/// All that is found in the documents of a project.
fn found(world: &World) -> Vec<String> {
    use std::path::Path;
    use std::sync::Arc;

    use crate::checker::{Checker, Request};
    use crate::knowledge::choose::Knowledge;
    use crate::workspace::document::Document;
    use crate::workspace::files::MemoryFiles;
    use crate::workspace::settings::Layer;

    let disk = MemoryFiles::new();
    for (path, text) in &world.0 {
        disk.write(Path::new("/p").join(path), text);
    }
    let targets = [
        "trl==1.16.0",
        "transformers==5.23.0",
        "datasets==5.2.0",
        "huggingface_hub==2.4.0",
    ];
    let request = Request {
        root: "/p".into(),
        layer: Layer {
            targets: targets.map(str::to_owned).to_vec(),
            ..Layer::default()
        },
        ..Request::default()
    };
    let checker = Checker::new(Arc::new(disk), Arc::new(Knowledge::default()), request).unwrap();
    let mut shown = Vec::new();
    for (name, text) in &world.0 {
        let path = Path::new("/p").join(name);
        let language = Language::from_path(&path);
        if !matches!(language, Language::Python | Language::Embedded(_)) {
            continue;
        }
        let document = Document::new(
            name.clone(),
            Some(path.clone()),
            language,
            None,
            text.clone(),
        );
        let own = checker.check(&path, text, document.facts());
        for finding in checker.with_journal(&path, &document, own) {
            let line = text[..finding.range.start as usize]
                .lines()
                .last()
                .unwrap_or_default();
            shown.push(format!(
                "{name}: {} {} ({line})",
                finding.code, finding.message
            ));
        }
    }
    shown
}

/// What we write ourselves has no problem that we report.
#[test]
fn what_is_made_passes_the_checks() {
    let evaluate = "import evaluate\nfrom datasets import load_dataset\n\ndata = load_dataset(\"me/chats\", split=\"test\")\n";
    let before = World::new(&[
        (
            "pyproject.toml",
            "[project]\nname = \"chats\"\ndescription = \"Answers chats.\"\nrequires-python = \">=3.11\"\ndependencies = [\"trl==1.16.0\"]\n",
        ),
        (
            "uv.lock",
            "version = 1\n\n[[package]]\nname = \"trl\"\nversion = \"1.16.0\"\n",
        ),
        ("src/train.py", TRAIN),
        ("src/evaluate.py", evaluate),
        (
            "dev-journal/PRD.md",
            "# PRD\n\n## Success metrics\n\n- Win rate over 55 %\n",
        ),
    ]);
    let mut world = before.command("dev-journal/PRD.md", CREATE, &[]).unwrap();
    for _ in 0..30 {
        match world.command(PLAN, INSERT, &[]) {
            Ok(next) => world = next,
            Err(_) => break,
        }
    }
    let step = "Insert plan step for this code";
    if world
        .titles("src/evaluate.py", "load_dataset(")
        .contains(&step.to_owned())
    {
        world = world.after("src/evaluate.py", "load_dataset(", step);
    }
    let mut found = found(&world);
    found.retain(|it| it.starts_with("dev-journal"));
    assert_eq!(found, [""; 0], "{}", world.text(PLAN));
}

mod any_plan {
    use proptest::prelude::*;

    use super::*;
    use crate::journal::edit::tests::plans;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        /// Whatever is offered can be made, and what is done is done.
        #[test]
        fn offers_can_be_made(text in plans(), pick in any::<prop::sample::Index>()) {
            let world = World::new(&[(PLAN, &text), ("a.py", "x = 2\n")]);
            let at = u32::try_from(pick.index(text.len() + 1)).unwrap();
            let offered = world.look(PLAN, |surroundings| {
                crate::journal::next::complete(surroundings, at);
                actions(surroundings, TextRange::at(at))
            });
            for action in offered {
                let after = world.changed(&action.change);
                prop_assert_ne!(&after, &world, "{}", action.title);
                let states = |world: &World| world.look(PLAN, |surroundings| {
                    let steps = surroundings.document.plan().steps.iter();
                    steps.map(|step| step.state.is_over()).collect::<Vec<_>>()
                });
                if action.title.starts_with("Mark") {
                    let (old, new) = (states(&world), states(&after));
                    prop_assert_eq!(old.len(), new.len());
                    prop_assert!(old.iter().zip(&new).all(|(old, new)| !old || *new));
                    prop_assert!(new.iter().filter(|it| **it).count() > old.iter().filter(|it| **it).count());
                }
            }
        }
    }
}
