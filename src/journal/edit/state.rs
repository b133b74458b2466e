//! How far a step is: its box and its `Status:`.

use jiff::civil::Date;

use super::{Sheet, tidy};
use crate::journal::plan::{FieldName, Step};
use crate::rules::finding::Edit;

impl Sheet<'_> {
    /// Ticks a step's box: one byte; nothing where it is ticked.
    pub fn tick(&self, step: &Step) -> Vec<Edit> {
        match step.check.mark {
            'x' | 'X' => Vec::new(),
            _ => self.mark(step, 'x'),
        }
    }

    /// Empties a step's box: one byte; nothing where it is empty.
    pub fn untick(&self, step: &Step) -> Vec<Edit> {
        self.mark(step, ' ')
    }

    fn mark(&self, step: &Step, mark: char) -> Vec<Edit> {
        if step.check.mark == mark {
            return Vec::new();
        }
        vec![Edit {
            range: step.check.inside(),
            content: mark.to_string(),
        }]
    }

    /// Marks a step done: its box ticked, its `Status:` gone.
    pub fn done(&self, step: &Step) -> Vec<Edit> {
        let mut edits = self.tick(step);
        edits.extend(
            step.all(FieldName::Status)
                .flat_map(|it| self.remove_field(it)),
        );
        tidy(edits)
    }

    /// Takes back what was said of how far a step is.
    pub fn reopened(&self, step: &Step) -> Vec<Edit> {
        let mut edits = self.untick(step);
        edits.extend(
            step.all(FieldName::Status)
                .flat_map(|it| self.remove_field(it)),
        );
        tidy(edits)
    }

    /// Marks the step at a place in the list as begun.
    pub fn started(&self, step: usize, on: Date) -> Vec<Edit> {
        self.status(step, &format!("in-progress {on}"))
    }

    /// Marks the step at a place in the list as left out.
    pub fn skipped(&self, step: usize, reason: &str) -> Vec<Edit> {
        self.status(step, format!("skipped {reason}").trim_end())
    }

    /// Marks the step at a place in the list as one that something is in the way of.
    pub fn blocked(&self, step: usize, reason: &str) -> Vec<Edit> {
        self.status(step, format!("blocked {reason}").trim_end())
    }

    /// Sets a step's `Status:`; its box, which would overrule it, is emptied.
    fn status(&self, step: usize, status: &str) -> Vec<Edit> {
        let Some(own) = self.plan.steps.get(step) else {
            return Vec::new();
        };
        let mut edits = self.set_field(step, FieldName::Status, status);
        let is_said = own
            .field(FieldName::Status)
            .is_some_and(|field| field.value.slice(self.text) == status);
        if !edits.is_empty() || is_said {
            edits.extend(self.untick(own));
        }
        tidy(edits)
    }

    /// Writes a box that GitHub does not read as one that it does, and says what it said under `Status:`.
    pub fn common_box(&self, step: usize) -> Vec<Edit> {
        let Some(own) = self
            .plan
            .steps
            .get(step)
            .filter(|own| !own.check.is_common())
        else {
            return Vec::new();
        };
        let status = match own.check.mark {
            '~' | '/' => "in-progress",
            '-' => "skipped",
            '!' => "blocked",
            _ => "",
        };
        let mut edits = self.untick(own);
        if !status.is_empty() && own.field(FieldName::Status).is_none() {
            let said = self.add_field(step, FieldName::Status, status);
            if said.is_empty() {
                return Vec::new();
            }
            edits.extend(said);
        }
        tidy(edits)
    }
}
