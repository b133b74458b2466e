use super::*;
use crate::journal::world::{LOG, PLAN, World};

/// The world with `|` of a document taken out, and where it stood.
fn cursor(world: &World, about: &str) -> (World, u32) {
    let text = world.text(about);
    let at = text.find('|').unwrap();
    let mut world = world.clone();
    world.0.insert(
        about.to_owned(),
        format!("{}{}", &text[..at], &text[at + 1..]),
    );
    (world, u32::try_from(at).unwrap())
}

/// The document with the grey text in it, as `<...>`; `None` where there is none.
fn grey(about: &str, files: &[(&str, &str)]) -> Option<String> {
    let (world, at) = cursor(&World::new(files), about);
    let found = world.look(about, |surroundings| inline(surroundings, at))?;
    assert_eq!(found.range.end, at);
    let text = world.text(about);
    let typed = found.range.slice(text);
    assert!(found.text.starts_with(typed), "{found:?}");
    Some(found.text[typed.len()..].to_owned())
}

fn labels(about: &str, files: &[(&str, &str)]) -> Vec<String> {
    let (world, at) = cursor(&World::new(files), about);
    let found = world.look(about, |surroundings| complete(surroundings, at));
    found.into_iter().map(|it| it.label).collect()
}

const TRAIN: &str = "from trl import SFTConfig, SFTTrainer\n\nargs = SFTConfig(output_dir=\"out\", max_length=1024)\ntrainer = SFTTrainer(model=\"a/b\", args=args)\ntrainer.train()\n";

fn plan(rest: &str) -> String {
    format!(
        "# OUR-PLAN: T\n\n## 1. Environment Setup\n\n- [x] 1.1 Pin\n  - Packages: `trl==1.16.0`\n\n{rest}"
    )
}

fn in_plan(rest: &str) -> Option<String> {
    grey(PLAN, &[("src/train.py", TRAIN), (PLAN, &plan(rest))])
}

#[test]
fn behind_a_box_the_whole_step_is_proposed() {
    let step = "4.1 Write the training script\n  - Files: `src/train.py`\n  - Params: `SFTConfig(output_dir=\"out\", max_length=1024)`\n  - Verify: `hf-lsp check src/train.py` → 0 problems";
    let section = "## 4. Training Configuration\n\n";
    for (typed, rest) in [
        ("- [ ] |", step),
        ("- [ ] 4.|", &step[2..]),
        ("- [ ] 4.1|", &step[3..]),
        ("* [ ] |\n", step),
    ] {
        assert_eq!(
            in_plan(&format!("{section}{typed}")).as_deref(),
            Some(rest),
            "{typed}"
        );
    }
    assert_eq!(
        in_plan(&format!("{section}- [ ]|")).unwrap(),
        format!(" {step}")
    );
    let crlf = plan(&format!("{section}- [ ] |\n")).replace('\n', "\r\n");
    let proposed = grey(PLAN, &[("src/train.py", TRAIN), (PLAN, &crlf)]).unwrap();
    assert_eq!(proposed, step.replace('\n', "\r\n"));
}

#[test]
fn nothing_is_proposed_in_prose_twice_or_where_nothing_is_known() {
    for rest in [
        "## 4. Training Configuration\n\nWe train |",
        "## 4. Training Configuration\n\n- [ ] Train |",
        "## 4. Training Configuration\n\n- [ ] 5.|",
        "## 4. Training Configuration\n\n- [ ] | more",
        "## 4. Training Configuration\n\n```text\n- [ ] |\n```\n",
        "## 4. Training Configuration\n\n- [ ] |\n  - Run: `x`\n",
        "## Notes\n\n- [ ] |",
        "## Risks and Open Questions\n\n- [ ] |",
        "- plain |",
        "### |",
        "<!-- - [ ] |\n-->\n",
    ] {
        assert_eq!(in_plan(rest), None, "{rest}");
    }
}

#[test]
fn each_step_is_proposed_until_the_plan_has_it() {
    let mut text = plan("## 4. Training Configuration\n\n");
    let mut titles = Vec::new();
    for _ in 0..10 {
        text.push_str("- [ ] ");
        let asked = format!("{text}|");
        let Some(step) = grey(PLAN, &[("src/train.py", TRAIN), (PLAN, &asked)]) else {
            break;
        };
        titles.push(step.lines().next().unwrap().to_owned());
        text.push_str(&step);
        text.push('\n');
    }
    assert_eq!(
        titles,
        [
            "4.1 Write the training script",
            "4.2 Smoke test: 20 steps",
            "4.3 Full run"
        ]
    );
}

#[test]
fn behind_a_heading_the_next_section_is_proposed() {
    assert_eq!(
        in_plan("## |").unwrap(),
        "2. Model Selection\n\n- [ ] 2.1 Pin the model revision\n  - Files: `src/train.py`\n  - Model: `a/b`\n  - Verify: the code loads a 40-digit commit sha, not `main`\n  - Why: `main` moves, and a run has to be repeatable"
    );
    assert!(
        in_plan("## 2. Tr|")
            .unwrap()
            .starts_with("aining Configuration\n\n- [ ] 2.1 Write")
    );
    assert!(in_plan("## 3. Tr|").is_none());
    assert!(in_plan("## Risk|").is_none());
    assert_eq!(in_plan("## Ta|").unwrap(), "rget");
}

#[test]
fn fields_are_proposed_from_the_project() {
    let step = |field: &str| {
        format!(
            "## 4. Training Configuration\n\n- [ ] 4.1 a\n  - Files: `src/train.py`\n- [ ] 4.2 b\n  - Depends: 4.1\n  - Files: `src/train.py`\n{field}"
        )
    };
    for (field, rest) in [
        ("  - Run: |", "`python src/train.py`"),
        ("  - Run:|", " `python src/train.py`"),
        ("  - Run: `py|", "thon src/train.py`"),
        ("  - Verify: |", "`hf-lsp check src/train.py` → 0 problems"),
        (
            "  - Params: |",
            "`SFTConfig(output_dir=\"out\", max_length=1024)`",
        ),
        (
            "  - Params: `SFT|",
            "Config(output_dir=\"out\", max_length=1024)`",
        ),
        ("  - Packages: |", "`trl==1.16.0`"),
        ("  - Kind: |", "experiment"),
        ("  - Optional: |", "yes"),
        ("- [ ] 4.3 c\n  - Depends: |", "4.2"),
        ("- [ ] 4.3 c\n  - Depends: 4.2, |", "4.1"),
    ] {
        assert_eq!(in_plan(&step(field)).as_deref(), Some(rest), "{field}");
    }
    for nothing in [
        "  - Why: |",
        "  - Run: `make`|",
        "  - Depends: 4.1 because |",
    ] {
        assert_eq!(in_plan(&step(nothing)), None, "{nothing}");
    }
    let locked = plan(&step("  - Run: |"));
    let files = [
        ("src/train.py", TRAIN),
        ("uv.lock", ""),
        (PLAN, locked.as_str()),
    ];
    assert_eq!(grey(PLAN, &files).unwrap(), "`uv run python src/train.py`");
    assert_eq!(labels(PLAN, &[(PLAN, &plan(&step("  - V|")))]), ["Verify:"]);
}

#[test]
fn a_step_does_not_depend_on_what_waits_for_it() {
    let text = "## 1. Environment Setup\n\n- [ ] 1.1 a\n  - Depends: 1.3\n- [ ] 1.2 b\n- [ ] 1.3 c\n  - Depends: |\n  - [ ] 1.3.1 d\n";
    assert_eq!(labels(PLAN, &[(PLAN, text)]), ["1.2 b"]);
}

#[test]
fn the_changelog_is_proposed_what_it_lacks() {
    let text = plan("## 2. Model Selection\n\n- [x] 2.1 Choose it\n  - Verify: a\n");
    let log = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- |\n\n### Changed\n\n- x\n\n## [1.0.0] - 2026-01-01\n\n- y\n";
    let files = [(PLAN, text.as_str()), (LOG, log)];
    assert_eq!(grey(LOG, &files).unwrap(), "model: Choose it (step 2.1)");
    assert_eq!(
        labels(LOG, &files),
        ["Choose it (step 2.1)", "Pin (step 1.1)"]
    );
    let changed = log.replace("- |", "- y").replace("- x", "- |");
    assert_eq!(
        grey(LOG, &[files[0], (LOG, &changed)]).unwrap(),
        "environment: Pin (step 1.1)"
    );
    let released = log
        .replace("- |", "- y")
        .replace("- y\n", "- |\n")
        .replacen("- |", "- z", 1);
    assert_eq!(grey(LOG, &[files[0], (LOG, &released)]), None);
}

#[test]
fn the_stack_is_proposed_the_row_that_it_lacks() {
    let stack = "dev-journal/TECH-STACK.md";
    let text = "¦ Package ¦ Version ¦\n¦ --- ¦ --- ¦\n¦ trl ¦ 1.16.0 ¦\n¦";
    let code = "import trl\nimport peft\n";
    let world = World::new(&[("a.py", code), (stack, &text.replace('¦', "|"))]);
    let at = u32::try_from(world.text(stack).len()).unwrap();
    let found = world
        .look(stack, |surroundings| inline(surroundings, at))
        .unwrap();
    assert_eq!(found.text, "| peft | 0.21.2 |");
}

#[test]
fn code_is_proposed_the_argument_that_the_plan_names() {
    let text = plan(
        "## 4. Training Configuration\n\n- [ ] 4.1 a\n  - Files: `t.py`\n  - Params: `SFTConfig(max_length=2048, packing=True)`\n",
    );
    let code = |call: &str| {
        grey(
            "t.py",
            &[
                (PLAN, &text),
                (
                    "t.py",
                    &format!("from trl import SFTConfig\nargs = SFTConfig({call})\n"),
                ),
            ],
        )
    };
    assert_eq!(code("max_length=2048, |").unwrap(), "packing=True");
    assert_eq!(code("|").unwrap(), "max_length=2048");
    assert_eq!(
        code("\n    max_length=1,\n    pa|\n").unwrap(),
        "cking=True,"
    );
    assert_eq!(code("max_length=2048, x|"), None);
    assert_eq!(code("max_length=|"), None);
    assert_eq!(code("packing=True, max_length=1, |"), None);
}

#[test]
fn the_next_step_is_the_first_that_can_be_done() {
    let next = |text: &str| {
        let world = World::new(&[(PLAN, text)]);
        world.look(PLAN, |surroundings| {
            let at = upcoming(surroundings)?;
            surroundings.document.plan().steps[at]
                .id
                .as_ref()
                .map(ToString::to_string)
        })
    };
    for (text, expected) in [
        (
            "- [x] 1.1 a\n- [ ] 1.2 b\n  - Depends: 1.3\n- [ ] 1.3 c\n",
            Some("1.3"),
        ),
        ("- [ ] 1.1 a\n  - Optional: yes\n- [ ] 1.2 b\n", Some("1.2")),
        ("- [ ] 1.1 a\n  - Optional: yes\n", Some("1.1")),
        (
            "- [ ] 1.1 a\n  - [x] 1.1.1 b\n  - [ ] 1.1.2 c\n",
            Some("1.1.2"),
        ),
        (
            "- [ ] 1.1 a\n  - Status: blocked\n- [ ] 1.2 b\n  - Depends: 9.9\n",
            Some("1.2"),
        ),
        (
            "- [ ] 1.1 a\n  - Depends: 1.2\n  - [ ] 1.1.1 b\n- [ ] 1.2 c\n",
            Some("1.2"),
        ),
        ("- [x] 1.1 a\n", None),
        ("", None),
    ] {
        assert_eq!(next(text).as_deref(), expected, "{text}");
    }
}
