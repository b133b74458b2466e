//! `hf_plan_update`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cli::plan::journal::Journal;
use crate::cli::plan::skip::one_line;
use crate::cli::plan::start::refuse;
use crate::cli::plan::write::{How, apply};
use crate::journal::actions::{BLOCK, DONE, REOPEN, SKIP, START};
use crate::journal::next::next_step;
use crate::journal::plan::State;
use crate::mcp::desk::Desk;
use crate::mcp::tool::{Call, Effect, Refusal, Tool};

/// A note is a line that people read.
const LONGEST: usize = 1_000;

/// See [`Tool::DESCRIPTION`].
pub struct Update;

/// What became of a step.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Status {
    /// Somebody works on it
    InProgress,
    /// It is done, and was verified as the step says
    Done,
    /// Something is in the way, which `note` names
    Blocked,
    /// It is not needed, for the reason in `note`
    Skipped,
    /// It is to be done again
    Open,
}

/// Which step, and what became of it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The id of the step, such as "4.2"
    id: String,
    status: Status,
    /// One line: what was done, what is in the way, why it is not needed
    note: Option<String>,
    /// The `revision` that hf_plan_next gave: nothing is changed where somebody else changed the plan since
    revision: Option<String>,
    /// The folder of the project, where it is not the first of the server's folders
    project: Option<String>,
}

/// The plan behind the change.
#[derive(Serialize, JsonSchema)]
pub struct Output {
    /// For the next update
    revision: String,
    /// The id of the step to go on with
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Tool for Update {
    const NAME: &'static str = "hf_plan_update";
    const TITLE: &'static str = "Mark a step";
    const DESCRIPTION: &'static str = "Marks a step of the plan as in progress, done, blocked, skipped or open again, and writes the \
        entry of the changelog. Nothing else in these files changes.";
    const EFFECT: Effect = Effect::Changes;
    type Input = Input;
    type Output = Output;

    fn call(desk: &Desk, input: Input, _: &Call) -> Result<Output, Refusal> {
        let folder = desk.folder(input.project.as_deref())?;
        let journal = Journal::open_at(folder.clone())?;
        let plan = journal.plan()?;
        let how = How::only(input.revision);
        how.check(&plan)?;
        if input.note.as_ref().is_some_and(|note| note.len() > LONGEST) {
            return Err(Refusal::new(format!(
                "`note` is a line of the changelog, of at most {LONGEST} bytes; nothing was changed"
            )));
        }
        let note = input.note.as_deref().map(one_line).transpose()?;
        let (_, step) = plan.step(&input.id)?;
        let reason = || {
            note.as_deref()
                .ok_or_else(|| Refusal::new("say why in `note`, in one line"))
        };
        let id = input.id.as_str();
        let (name, states, arguments): (_, &[State], Vec<&str>) = match input.status {
            Status::InProgress => (START, &[State::Started, State::Done], vec![id]),
            Status::Done => {
                let said = note.as_deref().into_iter();
                (
                    DONE,
                    &[State::Done],
                    std::iter::once(id).chain(said).collect(),
                )
            }
            Status::Blocked => (BLOCK, &[State::Blocked, State::Done], vec![id, reason()?]),
            Status::Skipped => (SKIP, &[State::Skipped, State::Done], vec![id, reason()?]),
            Status::Open => (REOPEN, &[State::Open], vec![id]),
        };
        refuse(&plan, step, states)?;
        let change = journal.command(&plan.document, name, &arguments)?;
        apply(&journal, &how, &change)?;
        let after = Journal::open_at(folder)?.plan()?;
        let next = next_step(after.text(), after.plan());
        let id = |at: usize| after.plan().steps[at].id.as_ref().map(ToString::to_string);
        Ok(Output {
            revision: after.revision(),
            next: next.and_then(id),
        })
    }
}
