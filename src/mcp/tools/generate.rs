//! `hf_plan_generate`

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::checker::{Checker, known_model};
use crate::cli::plan::journal::Journal;
use crate::cli::plan::new::Wanted;
use crate::cli::plan::planning::wish;
use crate::cli::plan::write::{How, apply};
use crate::hub::{Need, RepoId};
use crate::journal::project::Project;
use crate::journal::role::Role;
use crate::mcp::desk::Desk;
use crate::mcp::page::text_page;
use crate::mcp::tool::{Call, Effect, Refusal, Tool};
use crate::planner::compose::Taken;

/// Bytes of one page of a preview.
const PAGE: usize = 12_000;

/// See [`Tool::DESCRIPTION`].
pub struct Generate;

/// What is wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Ids of hf_plan_use_cases, in the order of the work; recognised from the project without them
    #[serde(default)]
    use_cases: Vec<String>,
    /// The script that the plan is made around
    script: Option<String>,
    /// The model: of the Hub, or a folder as "./model"
    model: Option<String>,
    /// The dataset: of the Hub, or a file or folder as "./data.jsonl"
    dataset: Option<String>,
    /// The machine: "24GB", "A100-80GB:2", "cpu"
    gpu: Option<String>,
    /// What is to be reached, in a sentence
    goal: Option<String>,
    /// Settings of the use case: {"learning_rate": 1e-4}
    #[serde(default)]
    set: BTreeMap<String, Value>,
    /// Only give the plan, and write nothing
    #[serde(default)]
    preview: bool,
    /// The folder of the project, where it is not the first of the server's folders
    project: Option<String>,
    /// For a preview: what the answer before gave as `next_cursor`
    cursor: Option<String>,
}

/// The plan.
#[derive(Serialize, JsonSchema)]
pub struct Output {
    /// Where it stands, relative to the project
    path: String,
    /// Whether it was written
    written: bool,
    use_cases: Vec<String>,
    /// What the project's environment needs, pinned
    packages: Vec<String>,
    /// What there is to know about how it was made
    notes: Vec<String>,
    /// A preview of the text
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// To be given as `cursor` for the rest of the preview
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl Tool for Generate {
    const NAME: &'static str = "hf_plan_generate";
    const TITLE: &'static str = "Make a plan";
    const DESCRIPTION: &'static str = "Makes a complete implementation plan from the project, the use cases and the machine, with \
        pins that can be installed together, exact files, arguments and commands, and writes it into the dev-journal. An existing \
        plan is never written over.";
    const EFFECT: Effect = Effect::Adds;
    type Input = Input;
    type Output = Output;

    fn call(desk: &Desk, input: Input, _: &Call) -> Result<Output, Refusal> {
        let journal = Journal::open_or_begin_at(desk.folder(input.project.as_deref())?)?;
        let path = journal.place.names.path(Role::Plan);
        if !input.preview && journal.place.project.place(&path).is_some() {
            return Err(Refusal::new(format!(
                "`{path}` is there already, so nothing was written; look at it with hf_plan_status, change it in its own format, \
                 or ask the user to bring it up to date with `hf-lsp plan update`; `preview` gives what would be made"
            )));
        }
        let setting = |(name, value): (&String, &Value)| match value {
            Value::String(text) => format!("{name}={text}"),
            other => format!("{name}={other}"),
        };
        let wanted = Wanted {
            use_case: input.use_cases,
            model: input.model,
            dataset: input.dataset,
            gpu: input.gpu,
            goal: input.goal,
            online: false,
            set: input.set.iter().map(setting).collect(),
        };
        let script = input
            .script
            .as_deref()
            .map(|it| desk.inside(it))
            .transpose()?;
        let wish = wish(&journal, script.as_deref(), &wanted)?;
        let known = |id: &str| {
            let id = RepoId::parse(id).ok()?;
            let runtime = tokio::runtime::Handle::current();
            let answer = runtime.block_on(desk.hub.wait_for_model(&id, None, Need::Hover));
            known_model(&desk.hub, &id, answer.facts.as_deref())
        };
        let made = journal
            .checker
            .propose(&journal.place, &wish, &known, &Taken::default())
            .map_err(Refusal::new)?;
        let (text, next_cursor) = match input.preview {
            true => {
                let (text, next) = text_page(&made.text, input.cursor.as_deref(), PAGE)?;
                (Some(text), next)
            }
            false => {
                let change = Checker::plan_change(&journal.place, &wish, &made);
                apply(&journal, &How::default(), &change)?;
                (None, None)
            }
        };
        Ok(Output {
            path,
            written: !input.preview,
            use_cases: made.use_cases.iter().map(ToString::to_string).collect(),
            packages: made.packages.iter().map(|it| it.spec()).collect(),
            notes: made.notes.clone(),
            text,
            next_cursor,
        })
    }
}
