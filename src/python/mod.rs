//! Python source: syntax, and the facts that the rules run on.
//!
//! Pure: text in, plain values out. Nothing outside this module names the parser.
//! A text goes through [`analyse`].

pub mod ast;
pub mod definition;
pub mod facts;
pub mod literal;
mod lower;
pub mod module;
pub mod parse;
pub mod pieces;
mod semantic;

pub use self::semantic::{inline_metadata, suppressions};

use self::facts::Facts;
use self::pieces::Syntax;

/// Parses `text` and gives its facts. Never fails: what cannot be read is left out.
pub fn analyse(text: &str) -> Facts {
    Syntax::parse(text).facts(text)
}
