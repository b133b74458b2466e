use super::super::markdown::Syntax;
use super::*;

fn plan(text: &str) -> Plan {
    Plan::read(text, &Syntax::parse(text).outline(text))
}

const PLAN: &str = r#"# OUR-PLAN: A title

<!-- hf-plan: 1; use-case: llm-sft; generated: 2026-11-22 -->

## Target

| Key | Value |
| --- | --- |
| Model | `a/b` |

## 1. Environment Setup

- [x] 1.1 Pin the packages
  - Files: `pyproject.toml`, `src/train.py#main`
  - Packages: `trl[peft]==1.16.0`, `torch`
- [ ] 1.2 Check
  - Depends: 1.1
  - Status: in-progress 2026-11-20
  - Run: `a b` and
    `c`

  ```python title="x.py"
  import os
  ```
  - [ ] 1.2.1 Part
    - Verify: `d` → e

## Risks and Open Questions

- Question: who?
  - Answer: me
- Risk: much
"#;

#[test]
fn a_plan_is_read() {
    let plan = plan(PLAN);
    assert_eq!(plan.title.unwrap().slice(PLAN), "A title");
    assert_eq!(
        plan.marker.as_ref().unwrap().get("use-case"),
        Some("llm-sft")
    );
    assert_eq!(plan.target(PLAN, "model").unwrap().1, "`a/b`");
    let sections: Vec<_> = plan
        .sections
        .iter()
        .map(|it| (it.number, it.name.slice(PLAN), it.known))
        .collect();
    let expected = [
        (None, "Target", Some(Known::Target)),
        (Some(1), "Environment Setup", Some(Known::Environment)),
        (None, "Risks and Open Questions", Some(Known::Risks)),
    ];
    assert_eq!(sections, expected);
    let steps: Vec<_> = plan
        .steps
        .iter()
        .map(|it| {
            (
                it.id.as_ref().unwrap().as_str(),
                it.title.slice(PLAN),
                it.state,
                it.parent,
                it.fences.len(),
            )
        })
        .collect();
    let expected = [
        ("1.1", "Pin the packages", State::Done, None, 0),
        ("1.2", "Check", State::Started, None, 1),
        ("1.2.1", "Part", State::Open, Some(1), 0),
    ];
    assert_eq!(steps, expected);
    let files = plan.steps[0].files(PLAN);
    assert_eq!(
        (files[1].path, files[1].symbol),
        ("src/train.py", Some("main"))
    );
    let pins = plan.steps[0].packages(PLAN);
    assert_eq!(
        (pins[0].name, pins[0].extras, pins[0].exact()),
        ("trl", Some("peft"), Some("1.16.0"))
    );
    assert_eq!(pins[1].specifiers, "");
    assert_eq!(plan.steps[1].depends(PLAN)[0].0.as_str(), "1.1");
    let runs: Vec<_> = plan.steps[1]
        .spans(FieldName::Run)
        .map(|it| it.slice(PLAN))
        .collect();
    assert_eq!(runs, ["a b", "c"]);
    assert!(plan.questions[0].is_closed && plan.is_ours());
    assert_eq!(plan.risks.len(), 1);
}

#[test]
fn other_forms_are_read() {
    let text = "## Phase 1: Setup\n\n- [ ] T001 [P] Create it (depends on T012)\n- [~] **1.2** b\n1. [ ] 2. c\n\
* [X] 4 GPUs\n- [ ] 1.3. d\n  - _Depends: 1.2_\n";
    let plan = plan(text);
    let steps: Vec<_> = plan
        .steps
        .iter()
        .map(|it| {
            (
                it.id.as_ref().map(Id::as_str),
                it.title.slice(text),
                it.state,
            )
        })
        .collect();
    let expected = [
        (Some("T001"), "[P] Create it (depends on T012)", State::Open),
        (Some("1.2"), "b", State::Started),
        (Some("2"), "c", State::Open),
        (None, "4 GPUs", State::Done),
        (Some("1.3"), "d", State::Open),
    ];
    assert_eq!(steps, expected);
    let depends = plan.steps[4].depends(text);
    assert_eq!(depends[0].1.slice(text), "1.2");
}

#[test]
fn comments_silence_a_line_a_step_or_all() {
    let text = "- [ ] 1.1 a <!-- hf-plan: ignore HFP105 -->\n  - Run: `b`\n<!-- hf-plan: ignore -->\n- [ ] 1.2 c\n  - d\n- [ ] 1.3 e\n";
    let plan = plan(text);
    assert_eq!(plan.ignores[0].codes, ["HFP105"]);
    assert_eq!(
        plan.ignores[0].covers.slice(text),
        text.lines().next().unwrap()
    );
    assert!(plan.ignores[1].covers.slice(text).ends_with("- d"));
}
