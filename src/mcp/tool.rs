//! What a tool is.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rmcp::handler::server::common::{schema_for_input, schema_for_output};
use rmcp::model::{JsonObject, ToolAnnotations};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::watch;

use super::desk::Desk;
use super::schema;

/// Why a tool did nothing, and what to do about it, for the agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

impl Refusal {
    /// A refusal with these words.
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }

    /// The words for an agent, which may hold what it said itself: cut in the middle where they are more than it wants to
    /// read.
    pub fn told(&self) -> String {
        short(&self.0)
    }
}

/// Words of an agent are repeated up to here.
const LONGEST: usize = 1_500;

/// A text without its middle, where it is long.
pub fn short(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let begin: String = text.chars().take(LONGEST / 2).collect();
    let mut end: Vec<char> = text.chars().rev().take(LONGEST / 4).collect();
    end.reverse();
    format!("{begin} […] {}", end.into_iter().collect::<String>())
}

impl From<crate::cli::Error> for Refusal {
    fn from(error: crate::cli::Error) -> Self {
        Self(error.to_string())
    }
}

/// What calling a tool may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It reads files and knowledge.
    Reads,
    /// It reads, and may look something up in the network where the server may.
    Asks,
    /// It adds files or entries, and changes nothing that stands elsewhere.
    Adds,
    /// It changes files.
    Changes,
}

/// The call of a tool while it runs.
#[derive(Clone)]
pub struct Call {
    over: Arc<AtomicBool>,
    progress: watch::Sender<(usize, usize)>,
}

impl Call {
    /// A call, and what hears of its progress.
    pub fn new() -> (Self, watch::Receiver<(usize, usize)>) {
        let (progress, heard) = watch::channel((0, 0));
        let over = Arc::default();
        (Self { over, progress }, heard)
    }

    /// Nobody waits for it any more.
    pub fn cancel(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// Whether nobody waits for it any more.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// So much is done, of so much.
    pub fn told(&self, done: usize, of: usize) {
        self.progress.send_replace((done, of));
    }
}

/// A tool.
pub trait Tool: 'static {
    /// The name by which it is called.
    const NAME: &'static str;
    /// What people see.
    const TITLE: &'static str;
    /// What it does, and when an agent should call it.
    const DESCRIPTION: &'static str;
    /// What calling it may do.
    const EFFECT: Effect;
    /// Its arguments; each field's documentation is the agent's.
    type Input: DeserializeOwned + JsonSchema + Any;
    /// What it gives.
    type Output: Serialize + JsonSchema + Any;

    /// Does it.
    ///
    /// # Errors
    /// Why nothing was done.
    fn call(desk: &Desk, input: Self::Input, call: &Call) -> Result<Self::Output, Refusal>;
}

/// A tool in the list of all.
pub struct Entry {
    /// As clients see it.
    pub tool: rmcp::model::Tool,
    /// Does it.
    pub run: fn(&Desk, JsonObject, &Call) -> Result<Value, Refusal>,
}

/// The entry of a tool.
pub fn entry<T: Tool>() -> Entry {
    let input = schema_for_input::<T::Input>().expect("arguments are an object");
    let input = schema::of_input(&input);
    let reads = matches!(T::EFFECT, Effect::Reads | Effect::Asks);
    let mut notes = ToolAnnotations::with_title(T::TITLE)
        .read_only(reads)
        .open_world(T::EFFECT == Effect::Asks);
    if !reads {
        notes = notes
            .destructive(T::EFFECT == Effect::Changes)
            .idempotent(false);
    }
    let tool = rmcp::model::Tool::new(T::NAME, T::DESCRIPTION, input)
        .with_title(T::TITLE)
        .with_raw_output_schema(schema::of_output(&schema_for_output::<T::Output>()))
        .with_annotations(notes);
    Entry {
        tool,
        run: run::<T>,
    }
}

fn run<T: Tool>(desk: &Desk, arguments: JsonObject, call: &Call) -> Result<Value, Refusal> {
    let input = serde_json::from_value(Value::Object(arguments)).map_err(|error| {
        Refusal::new(format!(
            "the arguments of `{}` are not right: {error}",
            T::NAME
        ))
    })?;
    let output = T::call(desk, input, call)?;
    serde_json::to_value(output).map_err(|error| Refusal::new(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_cut_in_the_middle() {
        assert_eq!(Refusal::new("no").told(), "no");
        let told = Refusal::new(format!(
            "`{}` is no id; give another",
            "ä".repeat(1_000_000)
        ))
        .told();
        assert!(
            told.len() < 4_000
                && told.starts_with("`ä")
                && told.ends_with("is no id; give another")
        );
    }
}
