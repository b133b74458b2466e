//! The words above the lines of a plan, and of the code that it speaks of.

use serde_json::Value;

use super::actions::{DONE, START, keys};
use super::bind::{Given, OfScript, mentions, of_script};
use super::next::next_step;
use super::plan::{FieldName, Plan, State, Step};
use super::role::Role;
use super::surroundings::Surroundings;
use crate::text::TextRange;
use crate::workspace::document::Language;

/// Some words above a line, with what they do when they are clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The line: a range in it.
    pub range: TextRange,
    /// The words.
    pub title: String,
    /// What a click does; nothing where there is nothing to do.
    pub press: Option<Press>,
}

/// What a click does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// Makes a change: the command's name and its arguments, see [`super::actions::command`].
    Command(&'static str, Vec<Value>),
    /// Puts a text into the clipboard.
    Copy(String),
    /// Types a command into a terminal in the project's folder; nobody runs it here.
    Terminal(String),
    /// Shows a place of a file, relative to the project's folder.
    Show(String, TextRange),
}

/// What stands above the lines of a document; `problems` is how many findings it has.
pub fn lenses(surroundings: &Surroundings<'_>, problems: usize) -> Vec<Lens> {
    match surroundings.role {
        Some(Role::Plan) => of_plan(surroundings, problems),
        None if surroundings.document.language() == Language::Python => of_script(surroundings)
            .map(|found| of_code(surroundings, &found))
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn of_plan(surroundings: &Surroundings<'_>, problems: usize) -> Vec<Lens> {
    let (text, plan) = (surroundings.text(), surroundings.document.plan());
    if plan.steps.is_empty() {
        return Vec::new();
    }
    let leaves: Vec<&Step> = plan.leaves().filter(|step| step.is_written()).collect();
    let mut lenses = vec![summary(surroundings, &leaves, problems)];
    for (at, section) in plan.sections.iter().enumerate() {
        let own = leaves.iter().filter(|step| step.section == Some(at));
        let over = own.clone().filter(|step| step.state.is_over()).count();
        let all = own.count();
        if all > 0 {
            lenses.push(Lens {
                range: section.heading,
                title: format!("{over}/{all}"),
                press: None,
            });
        }
    }
    let is_ours = surroundings.own_plan().is_some();
    for (at, key) in keys(text, plan).into_iter().enumerate() {
        let step = &plan.steps[at];
        if step.is_written() && !step.state.is_over() {
            of_step(text, plan, at, key, is_ours, &mut lenses);
        }
    }
    lenses.sort_by_key(|lens| lens.range.start);
    lenses
}

/// "12 of 29 done · next 1.2 · 2 questions · 3 problems"
fn summary(surroundings: &Surroundings<'_>, leaves: &[&Step], problems: usize) -> Lens {
    let (text, plan) = (surroundings.text(), surroundings.document.plan());
    let over = leaves.iter().filter(|step| step.state.is_over()).count();
    let mut parts = vec![format!("{over} of {} done", leaves.len())];
    let next = next_step(text, plan).map(|at| &plan.steps[at]);
    parts.extend(next.map(|step| match &step.id {
        Some(id) => format!("next {id}"),
        None => format!("next: {}", step.title.slice(text)),
    }));
    let questions = plan.questions.iter().filter(|it| !it.is_closed).count();
    parts.extend(count(questions, "question"));
    parts.extend(count(problems, "problem"));
    let mut headings = surroundings.document.outline().headings.iter();
    let title = headings.find(|it| it.level == 1).map(|it| it.range);
    Lens {
        range: title.unwrap_or_default(),
        title: parts.join(" · "),
        press: next.map(|step| Press::Show(surroundings.path.to_owned(), step.line)),
    }
}

fn count(number: usize, what: &str) -> Option<String> {
    match number {
        0 => None,
        1 => Some(format!("1 {what}")),
        _ => Some(format!("{number} {what}s")),
    }
}

fn of_step(text: &str, plan: &Plan, at: usize, key: String, is_ours: bool, lenses: &mut Vec<Lens>) {
    let step = &plan.steps[at];
    let own = || vec![Value::from(key.as_str())];
    let mut add = |title: &str, press| {
        lenses.push(Lens {
            range: step.line,
            title: title.to_owned(),
            press: Some(press),
        });
    };
    if is_ours && step.state != State::Started {
        add("Start", Press::Command(START, own()));
    }
    if plan.steps[at + 1..]
        .iter()
        .take_while(|it| it.line.start < step.range.end)
        .all(|it| it.state.is_over())
    {
        add("Done", Press::Command(DONE, own()));
    }
    let runs = step
        .spans(FieldName::Run)
        .map(|span| joined(span.slice(text)));
    let runs: Vec<String> = runs.filter(|run| !run.is_empty()).collect();
    if !runs.is_empty() {
        add("Copy command", Press::Copy(runs.join("\n")));
        add("Run in terminal", Press::Terminal(runs.join(" && ")));
    }
}

/// A command that goes on in a further line, in one.
fn joined(command: &str) -> String {
    let lines = command.lines().map(str::trim);
    lines.collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// Above the calls that steps give, and at the top for steps that only name the file:
/// "Plan 4.1 · open · 2 parameters differ".
fn of_code(surroundings: &Surroundings<'_>, found: &OfScript<'_>) -> Vec<Lens> {
    let (text, plan) = (found.plan.text(), found.plan.plan());
    let mut lenses: Vec<Lens> = Vec::new();
    let mut told = Vec::new();
    let path = surroundings.names.path(Role::Plan);
    let lens = |range: TextRange, at: usize, differing: usize| {
        let step = &plan.steps[at];
        let name = match &step.id {
            Some(id) => id.to_string(),
            None => step.title.slice(text).to_owned(),
        };
        let mut parts = vec![format!("Plan {name}"), step.state.as_str().to_owned()];
        parts.extend(match differing {
            0 => None,
            1 => Some("1 parameter differs".to_owned()),
            _ => Some(format!("{differing} parameters differ")),
        });
        Lens {
            range,
            title: parts.join(" · "),
            press: Some(Press::Show(path.clone(), step.line)),
        }
    };
    for binding in &found.bindings {
        told.push(binding.step);
        for code in &binding.code {
            let is_other = |given: &&Given| {
                matches!(
                    given,
                    Given::Here {
                        same: Some(false),
                        ..
                    }
                )
            };
            let differing = code.pairs.iter().filter(is_other).count();
            lenses.push(lens(code.call().callee_range, binding.step, differing));
        }
    }
    let named = mentions(text, plan, found.plan.outline());
    for mention in named.iter().filter(|it| it.path == surroundings.path) {
        if !told.contains(&mention.step) {
            told.push(mention.step);
            lenses.push(lens(TextRange::at(0), mention.step, 0));
        }
    }
    lenses.sort_by_key(|lens| lens.range);
    lenses.dedup();
    lenses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::world::{PLAN, World};

    fn shown(world: &World, about: &str) -> Vec<String> {
        let lenses = world.look(about, |surroundings| lenses(surroundings, 3));
        let text = world.text(about);
        let press = |press: &Press| match press {
            Press::Command(name, arguments) => format!("{name} {arguments:?}"),
            Press::Copy(text) => format!("copy {text:?}"),
            Press::Terminal(text) => format!("type {text:?}"),
            Press::Show(path, range) => format!("show {path} {:?}", range.slice(world.text(path))),
        };
        let show = |lens: &Lens| {
            let press = lens.press.as_ref().map(press).unwrap_or_default();
            format!("{:?} {} | {press}", lens.range.slice(text), lens.title)
        };
        lenses.iter().map(show).collect()
    }

    #[test]
    fn a_step_that_is_being_written_is_none_yet() {
        let plan =
            "# OUR-PLAN: T\n\n## 4. Training Configuration\n\n- [x] 4.1 a\n  - Run: `x`\n- [ ] ";
        let written = |plan: &str| shown(&World::new(&[(PLAN, plan)]), PLAN);
        let done = [
            "\"# OUR-PLAN: T\" 1 of 1 done · 3 problems | ",
            "\"## 4. Training Configuration\" 1/1 | ",
        ];
        assert_eq!(written(plan), done);
        assert_eq!(written(&format!("{plan}\n")), done);
        assert!(written(&format!("{plan}4.2"))[0].contains("1 of 2 done · next 4.2"));
    }

    #[test]
    fn plans_and_code_are_told_how_far_they_are() {
        let plan = "# OUR-PLAN: T\n\n## 4. Training Configuration\n\n- [x] 4.1 a\n- [ ] 4.2 b\n  - Files: `t.py`\n  - Params: `SFTConfig(seed=1, epochs=2)`\n  - Run: `x`, `y\n    z`\n  - [ ] 4.2.1 c\n- [ ] 4.3 d\n  - Run: `python t.py`\n  - Status: in-progress 2026-11-01\n\n- Question: who?\n";
        let code = "from trl import SFTConfig\nSFTConfig(seed=2, epochs=3)\n";
        let world = World::new(&[(PLAN, plan), ("t.py", code)]);
        assert_eq!(
            shown(&world, PLAN),
            [
                "\"# OUR-PLAN: T\" 1 of 3 done · next 4.2.1 · 1 question · 3 problems | show dev-journal/OUR-PLAN.md \"- [ ] 4.2.1 c\"",
                "\"## 4. Training Configuration\" 1/3 | ",
                "\"- [ ] 4.2 b\" Start | hf-lsp.plan.start [String(\"4.2\")]",
                "\"- [ ] 4.2 b\" Copy command | copy \"x\\ny z\"",
                "\"- [ ] 4.2 b\" Run in terminal | type \"x && y z\"",
                "\"- [ ] 4.2.1 c\" Start | hf-lsp.plan.start [String(\"4.2.1\")]",
                "\"- [ ] 4.2.1 c\" Done | hf-lsp.plan.done [String(\"4.2.1\")]",
                "\"- [ ] 4.3 d\" Done | hf-lsp.plan.done [String(\"4.3\")]",
                "\"- [ ] 4.3 d\" Copy command | copy \"python t.py\"",
                "\"- [ ] 4.3 d\" Run in terminal | type \"python t.py\"",
            ]
        );
        assert_eq!(
            shown(&world, "t.py"),
            [
                "\"\" Plan 4.3 · in progress | show dev-journal/OUR-PLAN.md \"- [ ] 4.3 d\"",
                "\"SFTConfig\" Plan 4.2 · open · 2 parameters differ | show dev-journal/OUR-PLAN.md \"- [ ] 4.2 b\"",
            ]
        );
    }
}
