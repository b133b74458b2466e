//! Other ids for steps, wherever they are named.

use std::collections::HashMap;

use super::mention::mentions;
use super::{Sheet, tidy};
use crate::journal::id::Id;
use crate::journal::plan::Step;
use crate::rules::finding::Edit;
use crate::text::TextRange;

/// Other ids for the steps of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renumbering {
    /// The edits of the plan.
    pub edits: Vec<Edit>,
    /// The ids that others may name, as they were and as they are; those that stay are left out.
    pub ids: HashMap<Id, Id>,
}

impl Sheet<'_> {
    /// Gives all steps ids by their places: the first number is that of the section, which are numbered anew too
    /// where any is. Steps without an id, or with one of another kind (`T001`), are left alone. Nothing where steps
    /// stand outside of the sections.
    pub fn renumber(&self) -> Renumbering {
        let Some((numbers, mut edits)) = self.section_numbers() else {
            return Renumbering::default();
        };
        let new = self.new_ids(&numbers);
        let renumbering = self.with_ids(&new);
        edits.extend(renumbering.edits);
        Renumbering {
            edits: tidy(edits),
            ids: renumbering.ids,
        }
    }

    /// Gives one id another name, with those of the steps within it.
    pub fn rename_id(&self, from: &Id, to: &Id) -> Renumbering {
        let renamed = |id: &Id| {
            let rest = id
                .parts()
                .strip_prefix(from.parts())
                .filter(|rest| rest.is_empty() || id.is_dotted());
            match rest {
                Some([]) if id == from => Some(to.clone()),
                Some(rest @ [_, ..]) if from.is_dotted() && to.is_dotted() => {
                    Some(Id::of(&[to.parts(), rest].concat()))
                }
                _ => None,
            }
        };
        let new: Vec<_> = self
            .plan
            .steps
            .iter()
            .map(|step| step.id.as_ref().and_then(renamed))
            .collect();
        self.with_ids(&new)
    }

    /// Gives steps other ids (`None`: as it is), with all that names them. Of steps that share an id, what names
    /// it means the first one.
    fn with_ids(&self, new: &[Option<Id>]) -> Renumbering {
        let mut edits = Vec::new();
        let mut ids = HashMap::new();
        let mut seen = std::collections::HashSet::new();
        for (step, id) in self.plan.steps.iter().zip(new) {
            let Some(old) = &step.id else { continue };
            let is_first = seen.insert(old.clone());
            let Some(id) = id.as_ref().filter(|id| *id != old) else {
                continue;
            };
            edits.push(replaced(step.id_range, id));
            if is_first {
                ids.insert(old.clone(), id.clone());
            }
        }
        let depends = self
            .plan
            .steps
            .iter()
            .flat_map(|step| step.depends(self.text));
        let named = depends.chain(mentions(self.text, self.outline));
        edits.extend(named.filter_map(|(id, range)| Some(replaced(range, ids.get(&id)?))));
        Renumbering {
            edits: tidy(edits),
            ids,
        }
    }

    /// The number of each section, where it gets one, with the edits of the headings.
    fn section_numbers(&self) -> Option<(Vec<Option<u32>>, Vec<Edit>)> {
        let sections = &self.plan.sections;
        let is_dotted = |step: &Step| step.id.as_ref().is_some_and(Id::is_dotted);
        let is_counted = |step: &&Step| {
            let parent = step.parent.map(|at| &self.plan.steps[at]);
            is_dotted(step) && !parent.is_some_and(is_dotted)
        };
        let counted: Vec<_> = self
            .plan
            .steps
            .iter()
            .filter(is_counted)
            .map(|step| step.section)
            .collect();
        if counted.iter().any(Option::is_none) {
            return None;
        }
        let is_numbered = sections.iter().any(|section| section.number.is_some());
        let mut edits = Vec::new();
        let mut numbers = Vec::new();
        let mut last = 0_u32;
        for (at, section) in sections.iter().enumerate() {
            if section.number.is_none() && !counted.contains(&Some(at)) {
                numbers.push(None);
                continue;
            }
            last += 1;
            numbers.push(Some(last));
            let heading = self
                .outline
                .headings
                .iter()
                .find(|it| it.range == section.heading)?;
            let digits = heading
                .text
                .slice(self.text)
                .bytes()
                .take_while(u8::is_ascii_digit)
                .count();
            match section.number {
                Some(number) if number == last => {}
                Some(_) => edits.push(Edit {
                    range: TextRange::from_usize(
                        heading.text.start as usize,
                        heading.text.start as usize + digits,
                    ),
                    content: last.to_string(),
                }),
                // In front of an underlined heading it would make a list of it.
                None if is_numbered && heading.range.slice(self.text).starts_with('#') => edits
                    .push(Edit {
                        range: TextRange::at(section.name.start),
                        content: format!("{last}. "),
                    }),
                None => {}
            }
        }
        Some((numbers, edits))
    }

    fn new_ids(&self, numbers: &[Option<u32>]) -> Vec<Option<Id>> {
        let mut new: Vec<Option<Id>> = Vec::new();
        let mut counts: HashMap<Vec<u32>, u32> = HashMap::new();
        for step in &self.plan.steps {
            if !step.id.as_ref().is_some_and(Id::is_dotted) {
                new.push(None);
                continue;
            }
            let above = step.parent.and_then(|parent| new[parent].as_ref());
            let section = || step.section.and_then(|at| numbers[at]);
            let above = match above {
                Some(above) if above.parts().len() < 8 => Some(above.parts().to_vec()),
                _ => section().map(|number| vec![number]),
            };
            new.push(above.map(|above| {
                let count = counts.entry(above.clone()).or_default();
                *count += 1;
                Id::of(&[&above[..], &[*count]].concat())
            }));
        }
        new
    }
}

fn replaced(range: TextRange, id: &Id) -> Edit {
    Edit {
        range,
        content: id.to_string(),
    }
}
