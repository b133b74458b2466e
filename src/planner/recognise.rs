//! Which use case a project is.

use super::inventory::Inventory;
use super::library::{Case, CaseKind, cases};
use crate::python::facts::Facts;

/// Why a use case was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// The use case.
    pub case: &'static Case,
    /// What it was seen by: "`src/train.py` calls `trl.SFTTrainer`".
    pub because: String,
}

impl PartialEq for Case {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Case {}

/// The use case of a project: by what its scripts call, else by its data, else by the words of its goal.
pub fn recognise(inventory: &Inventory, goal: Option<&str>) -> Option<Recognised> {
    by_calls(inventory)
        .or_else(|| by_goal(goal))
        .or_else(|| by_data(inventory))
}

/// The case with most of its calls in one script; what asks for more wins.
fn by_calls(inventory: &Inventory) -> Option<Recognised> {
    let mut best: Option<(usize, Recognised)> = None;
    for script in &inventory.scripts {
        for case in cases() {
            let called = |path: &&String| script.calls.iter().any(|call| is_call(call, path));
            let Some(first) = case.signs.calls.iter().find(called) else {
                continue;
            };
            let with = case.signs.with.iter().filter(called).count();
            if with == 0 && !case.signs.with.is_empty() {
                continue;
            }
            let weight = case.signs.calls.iter().filter(called).count() + 2 * with;
            if best.as_ref().is_none_or(|(known, _)| weight > *known) {
                let because = format!("`{}` calls `{first}`", script.path);
                best = Some((weight, Recognised { case, because }));
            }
        }
    }
    best.map(|(_, recognised)| recognised)
}

/// Whether a script calls something that a use case is known by.
pub fn is_sign(facts: &Facts) -> bool {
    let mut calls = facts
        .calls
        .iter()
        .filter_map(|call| call.callee.import_path());
    calls.any(|call| {
        let mut signs = cases().iter().flat_map(|case| &case.signs.calls);
        signs.any(|sign| is_call(&call, sign))
    })
}

/// Whether a call is that of a sign, whatever module it is imported from.
fn is_call(call: &str, sign: &str) -> bool {
    if call == sign {
        return true;
    }
    let (package, rest) = sign.split_once('.').unwrap_or((sign, ""));
    let same_package = call.split('.').next() == Some(package);
    same_package && call.ends_with(&format!(".{rest}"))
}

/// The first case whose columns the data have, that of most columns.
fn by_data(inventory: &Inventory) -> Option<Recognised> {
    let mut best: Option<(usize, Recognised)> = None;
    for data in inventory.local_data.iter().chain(&inventory.data) {
        for case in cases()
            .iter()
            .filter(|case| case.kind == CaseKind::Training)
        {
            let has =
                |columns: &&Vec<String>| columns.iter().all(|column| data.columns.contains(column));
            let most = case.signs.columns.iter().filter(has).map(Vec::len).max();
            let Some(count) = most.filter(|count| *count > 0) else {
                continue;
            };
            if best.as_ref().is_none_or(|(known, _)| count > *known) {
                let because = format!(
                    "`{}` has the columns {}",
                    data.path,
                    data.columns.join(", ")
                );
                best = Some((count, Recognised { case, because }));
            }
        }
    }
    best.map(|(_, recognised)| recognised)
}

/// The case with most words of a goal.
fn by_goal(goal: Option<&str>) -> Option<Recognised> {
    let goal = goal?.to_lowercase();
    let words = |case: &Case| -> usize {
        let found = case
            .signs
            .words
            .iter()
            .filter(|word| goal.contains(word.as_str()));
        // Longer words say more.
        found.map(String::len).sum()
    };
    let mut best: Option<(usize, &'static Case)> = None;
    for case in cases() {
        let weight = words(case);
        if weight > best.map_or(0, |(known, _)| known) {
            best = Some((weight, case));
        }
    }
    let (_, case) = best?;
    Some(Recognised {
        case,
        because: "the goal says so".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::inventory::{Data, Script};

    fn of(calls: &[&str], columns: &[&str], goal: Option<&str>) -> Option<String> {
        let names = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect();
        let script = Script {
            path: "train.py".to_owned(),
            calls: names(calls),
            imports: Vec::new(),
        };
        let data = Data {
            path: "a.jsonl".to_owned(),
            builder: "json",
            columns: names(columns),
        };
        let inventory = Inventory {
            scripts: vec![script],
            data: vec![data],
            ..Inventory::default()
        };
        recognise(&inventory, goal).map(|it| it.case.id.clone())
    }

    #[test]
    fn calls_data_and_words_are_signs() {
        assert_eq!(
            of(&["trl.SFTTrainer", "peft.LoraConfig"], &[], None).as_deref(),
            Some("llm-sft")
        );
        let quantised = [
            "trl.trainer.sft_trainer.SFTTrainer",
            "peft.LoraConfig",
            "transformers.BitsAndBytesConfig",
        ];
        assert_eq!(of(&quantised, &[], None).as_deref(), Some("llm-sft-qlora"));
        assert_eq!(
            of(&["json.load"], &["messages", "id"], None).as_deref(),
            Some("llm-sft")
        );
        assert_eq!(
            of(&[], &[], Some("QLoRA on one card")).as_deref(),
            Some("llm-sft-qlora")
        );
        assert_eq!(of(&["json.load"], &["x"], None), None);
    }
}
