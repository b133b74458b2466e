//! `hf_changes`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::signature::{unknown, versions};
use crate::environment::Version;
use crate::knowledge::changes::{Change, What, changes};
use crate::knowledge::store::normalise;
use crate::mcp::desk::Desk;
use crate::mcp::page::page;
use crate::mcp::tool::{Call, Effect, Refusal, Tool};

/// Changes on one page, where nobody says.
const PAGE: usize = 60;
/// And at most.
const MOST: usize = 300;

/// See [`Tool::DESCRIPTION`].
pub struct Changes;

/// What is compared.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The library, such as "transformers"
    library: String,
    /// The release to come from; the one that the project uses without it
    from: Option<String>,
    /// The release to go to; the newest that is known without it
    to: Option<String>,
    /// Only these, as they are imported, such as "trl.SFTConfig"; all that can be imported from the top of the library without it
    #[serde(default)]
    symbols: Vec<String>,
    /// How many changes to give at once, 60 without it
    limit: Option<usize>,
    /// What the answer before gave as `next_cursor`
    cursor: Option<String>,
}

/// What is different; what breaks comes first.
#[derive(Serialize, JsonSchema)]
pub struct Output {
    library: String,
    from: String,
    to: String,
    /// How many there are on all pages
    total: usize,
    changes: Vec<Record>,
    /// To be given as `cursor` for the next page
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Something that is different.
#[derive(Serialize, JsonSchema)]
struct Record {
    /// "removed", "required", "default", "deprecated" or "added"
    what: String,
    symbol: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    argument: Option<String>,
    /// The default before and after
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instead: Option<String>,
}

impl Tool for Changes {
    const NAME: &'static str = "hf_changes";
    const TITLE: &'static str = "What changed between releases";
    const DESCRIPTION: &'static str = "What went, came, is deprecated or has another default between two releases of a library, with \
        what to use instead. To see what that means for the project's own code, call hf_check with `targets`.";
    const EFFECT: Effect = Effect::Reads;
    type Input = Input;
    type Output = Output;

    fn call(desk: &Desk, input: Input, _: &Call) -> Result<Output, Refusal> {
        let name = normalise(&input.library);
        let releases = desk.store().releases(&name);
        let newest = releases
            .last()
            .ok_or_else(|| unknown(desk, &input.library))?;
        let checker = desk.checker(desk.root(), Vec::new())?;
        let answer = versions(desk, &checker);
        let used = answer.environment.libraries.get(&name);
        let from = match &input.from {
            Some(from) => version(from)?,
            None => used.map_or_else(|| newest.clone(), |it| it.version.clone()),
        };
        let to = match &input.to {
            Some(to) => version(to)?,
            None => newest.clone(),
        };
        let library = desk
            .store()
            .library(&name)
            .ok_or_else(|| unknown(desk, &input.library))?;
        let release = |wanted: &Version| {
            library.release(wanted).ok_or_else(|| {
                let first = releases.first().map_or_else(String::new, ToString::to_string);
                Refusal::new(format!(
                    "nothing is known of {name} {wanted}; releases from {first} to {newest} are known"
                ))
            })
        };
        let view = checker.knowledge().view(&answer.environment);
        let (before, after) = (
            view.at(&name, release(&from)?),
            view.at(&name, release(&to)?),
        );
        let found = changes(&before, &after, &name, &input.symbols);
        let records: Vec<Record> = found.into_iter().map(record).collect();
        let limit = input.limit.unwrap_or(PAGE).min(MOST);
        let page = page(records, input.cursor.as_deref(), limit)?;
        Ok(Output {
            library: name,
            from: from.to_string(),
            to: to.to_string(),
            total: page.total,
            changes: page.items,
            next_cursor: page.next,
        })
    }
}

fn version(text: &str) -> Result<Version, Refusal> {
    let text = text.trim();
    text.parse()
        .map_err(|_| Refusal::new(format!("`{text}` is no version, such as 5.23.0")))
}

fn record(change: Change) -> Record {
    let default = match &change.what {
        What::Default(before, after) => Some(format!("{before} -> {after}")),
        _ => None,
    };
    Record {
        what: change.what.as_str().to_owned(),
        symbol: change.symbol,
        argument: change.argument,
        default,
        instead: change.instead,
    }
}
