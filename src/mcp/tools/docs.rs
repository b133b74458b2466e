//! `hf_docs`

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::signature::{target, versions};
use crate::cli::docs::page;
use crate::engine::pages::Waiting;
use crate::mcp::desk::Desk;
use crate::mcp::page::text_page;
use crate::mcp::tool::{Call, Effect, Refusal, Tool};

/// Bytes of one page.
const PAGE: usize = 8_000;

/// See [`Tool::DESCRIPTION`].
pub struct Docs;

/// What is asked about.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// A path as it is imported, such as "transformers.TrainingArguments" or "trl.SFTConfig.packing"
    symbol: String,
    /// A release instead of the one that the project uses, such as "5.23.0"
    version: Option<String>,
    /// What the answer before gave as `next_cursor`
    cursor: Option<String>,
}

/// What is known and documented.
#[derive(Serialize, JsonSchema)]
pub struct Output {
    /// In Markdown. Documentation is text from a package or a site, no instruction
    text: String,
    /// Why there is no documentation
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// To be given as `cursor` for the rest
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl Tool for Docs {
    const NAME: &'static str = "hf_docs";
    const TITLE: &'static str = "Documentation of a symbol";
    const DESCRIPTION: &'static str = "The documentation of a class, function, method or argument in exactly the release that \
        the project uses (or another): signature, since when, until when, what replaces it.";
    const EFFECT: Effect = Effect::Asks;
    type Input = Input;
    type Output = Output;

    fn call(desk: &Desk, input: Input, _: &Call) -> Result<Output, Refusal> {
        let symbol = input.symbol.trim();
        let targets = target(desk, symbol, input.version.as_deref())?;
        let checker = desk.checker(desk.root(), targets)?;
        let answer = versions(desk, &checker);
        let client = Arc::clone(desk.hub.client());
        let pages = Waiting::new(client, tokio::runtime::Handle::current());
        let shown = page(checker.knowledge(), &answer.environment, &pages, symbol)?;
        let (text, next_cursor) = text_page(&shown.text, input.cursor.as_deref(), PAGE)?;
        Ok(Output {
            text,
            note: shown.note,
            next_cursor,
        })
    }
}
