//! What a plan was made of, kept beside it: so that it can be made again, and what somebody changed in it is told from
//! what the planner wrote.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::compose::Taken;
use super::make::Proposal;
use super::merge::{Merged, key, merge};
use super::wish::Wish;
use crate::estimate::gpu::Gpu;
use crate::journal::id::Id;
use crate::journal::plan::{Known, Plan, Section};

/// How a plan came about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Origin {
    /// Of this form: 1.
    schema: u32,
    use_cases: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    script: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dataset: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gpu: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    goal: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    set: BTreeMap<String, String>,
    /// Whether the project had a `pyproject.toml` before the plan made one.
    pub had_pyproject: bool,
    /// The names of the steps by their ids.
    steps: BTreeMap<String, String>,
    /// Hashes of the lines, of twelve digits each.
    lines: String,
}

/// The file beside a plan, `dev-journal/.our-plan.json`.
pub fn path(plan: &str) -> String {
    let (folder, name) = plan
        .rsplit_once('/')
        .map_or(("", plan), |(folder, name)| (folder, name));
    let stem = name
        .rsplit_once('.')
        .map_or(name, |(stem, _)| stem)
        .to_lowercase();
    let slash = if folder.is_empty() { "" } else { "/" };
    format!("{folder}{slash}.{stem}.json")
}

/// Of a line's key, 48 bits.
pub fn hash(key: &str) -> u64 {
    xxh3_64(key.as_bytes()) >> 16
}

/// A plan brought up to date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Updated {
    /// The text.
    pub text: String,
    /// What was kept though it would be made differently now: lines, from 1.
    pub kept: Vec<usize>,
}

impl Origin {
    /// Of a plan that was just made.
    pub fn of(wish: &Wish, proposal: &Proposal) -> Self {
        let lines = proposal
            .text
            .split_inclusive('\n')
            .map(|line| format!("{:012x}", hash(&key(line))));
        let said = |gpu: &Gpu| match gpu.name.is_empty() {
            true => gpu.label(),
            false => format!("{}:{}", gpu.name, gpu.count),
        };
        Self {
            schema: 1,
            use_cases: proposal
                .use_cases
                .iter()
                .map(|id| (*id).to_owned())
                .collect(),
            script: wish.script.clone(),
            model: wish.model.clone(),
            dataset: wish.dataset.clone(),
            gpu: wish.gpu.as_ref().map(said),
            goal: wish.goal.clone(),
            set: wish.set.clone(),
            had_pyproject: proposal.had_pyproject,
            steps: proposal.labels.iter().cloned().collect(),
            lines: lines.collect(),
        }
    }

    /// As a file.
    pub fn to_text(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("names and texts can be written");
        text + "\n"
    }

    /// Reads such a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Self, String> {
        let origin: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let is_whole = origin.lines.len().is_multiple_of(12)
            && origin.lines.bytes().all(|it| it.is_ascii_hexdigit());
        match (origin.schema, is_whole) {
            (1, true) => Ok(origin),
            (1, false) => Err("its `lines` are damaged".to_owned()),
            (other, _) => Err(format!(
                "it is of form {other}, and this program knows form 1"
            )),
        }
    }

    /// What was asked for, with what is asked for now in its place.
    ///
    /// # Errors
    /// A GPU that is not known.
    pub fn wish(&self, now: &Wish) -> Result<Wish, String> {
        let gpu = self.gpu.as_deref().map(Gpu::parse).transpose()?;
        let mut set = self.set.clone();
        set.extend(now.set.clone());
        Ok(Wish {
            use_cases: match now.use_cases.is_empty() {
                true => self.use_cases.clone(),
                false => now.use_cases.clone(),
            },
            script: now.script.clone().or_else(|| self.script.clone()),
            model: now.model.clone().or_else(|| self.model.clone()),
            dataset: now.dataset.clone().or_else(|| self.dataset.clone()),
            gpu: now.gpu.clone().or(gpu),
            goal: now.goal.clone().or_else(|| self.goal.clone()),
            set,
        })
    }

    /// The ids that are taken in the plan as it is now.
    pub fn taken(&self, plan: &Plan) -> Taken {
        let pair = |id: &Id| match id.parts() {
            [section, number, ..] => Some((*section, *number)),
            _ => None,
        };
        let written =
            |(id, label): (&String, &String)| Some((label.clone(), pair(&Id::parse(id)?)?));
        let number = |section: &Section| {
            let known = section.known?;
            let own = plan.steps.iter().find(|step| {
                let inside = section.range.contains_range(step.line);
                inside && step.id.is_some()
            });
            let of_step = own.and_then(|step| pair(step.id.as_ref()?)).map(|id| id.0);
            Some((known, section.number.or(of_step)?))
        };
        let mut ids: BTreeSet<(u32, u32)> = plan
            .steps
            .iter()
            .filter_map(|step| pair(step.id.as_ref()?))
            .collect();
        // What somebody took out does not come back as something else.
        let steps: BTreeMap<String, (u32, u32)> = self.steps.iter().filter_map(written).collect();
        ids.extend(steps.values());
        let sections: BTreeMap<Known, u32> = plan.sections.iter().filter_map(number).collect();
        Taken {
            steps,
            ids,
            sections,
        }
    }

    /// The plan as it is now with what would be made differently today. Ticks stay on the steps of their names.
    pub fn update(&self, current: &str, fresh: &Proposal) -> Updated {
        let (digits, _) = self.lines.as_bytes().as_chunks::<12>();
        let number =
            |digits: &[u8; 12]| u64::from_str_radix(std::str::from_utf8(digits).unwrap_or(""), 16);
        let base: Vec<u64> = digits
            .iter()
            .filter_map(|digits| number(digits).ok())
            .collect();
        let Merged { mut text, kept } = merge(&base, current, &fresh.text, hash);
        // The line of a step may have been written anew.
        for (id, _) in &fresh.labels {
            if is_ticked(current, id) {
                text = ticked(&text, id);
            }
        }
        Updated {
            text,
            kept: kept.into_iter().map(|line| line + 1).collect(),
        }
    }
}

fn is_ticked(text: &str, id: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        let rest = line
            .strip_prefix("- [x] ")
            .or_else(|| line.strip_prefix("- [X] "));
        rest.is_some_and(|rest| rest.split(' ').next() == Some(id))
    })
}

/// The text with that step ticked.
fn ticked(text: &str, id: &str) -> String {
    let line = |line: &str| {
        let body = line.trim_start();
        let is_it = body
            .strip_prefix("- [ ] ")
            .is_some_and(|rest| rest.split(' ').next() == Some(id));
        match is_it {
            true => line.replacen("- [ ] ", "- [x] ", 1),
            false => line.to_owned(),
        }
    };
    text.split_inclusive('\n').map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal(text: &str, labels: &[(&str, &str)]) -> Proposal {
        Proposal {
            text: text.to_owned(),
            use_cases: vec!["llm-sft"],
            files: Vec::new(),
            labels: labels
                .iter()
                .map(|(id, label)| ((*id).to_owned(), (*label).to_owned()))
                .collect(),
            packages: Vec::new(),
            apart: Vec::new(),
            notes: Vec::new(),
            had_pyproject: false,
        }
    }

    #[test]
    fn what_was_asked_for_comes_back() {
        let wish = Wish {
            use_cases: vec!["llm-sft".to_owned()],
            gpu: Some(Gpu::parse("A100-80GB:2").unwrap()),
            set: BTreeMap::from([("epochs".to_owned(), "3".to_owned())]),
            ..Wish::default()
        };
        let origin = Origin::of(&wish, &proposal("a\n", &[]));
        let read = Origin::read(&origin.to_text()).unwrap();
        assert_eq!(read.wish(&Wish::default()).unwrap(), wish);
        assert!(Origin::read("{").is_err());
        assert!(Origin::read(&origin.to_text().replace("\"schema\": 1", "\"schema\": 2")).is_err());
    }

    #[test]
    fn ticks_stay_on_steps_that_are_written_anew() {
        let before = proposal(
            "- [ ] 4.1 Train\n  - Run: `a`\n- [ ] 4.2 Measure\n",
            &[("4.1", "run"), ("4.2", "measure")],
        );
        let after = proposal(
            "- [ ] 4.1 Train well\n  - Run: `b`\n- [ ] 4.2 Measure\n",
            &[("4.1", "run"), ("4.2", "measure")],
        );
        let origin = Origin::of(&Wish::default(), &before);
        let updated = origin.update(
            "- [x] 4.1 Train\n  - Run: `a`\n- [ ] 4.2 Measure\n  - Why: mine\n",
            &after,
        );
        assert_eq!(
            updated.text,
            "- [x] 4.1 Train well\n  - Run: `b`\n- [ ] 4.2 Measure\n  - Why: mine\n"
        );
    }

    #[test]
    fn it_lies_beside_its_plan() {
        assert_eq!(
            path("dev-journal/OUR-PLAN.md"),
            "dev-journal/.our-plan.json"
        );
        assert_eq!(path("PLAN.md"), ".plan.json");
    }
}
