//! Python source: syntax, and the facts that the rules run on.
//!
//! Pure: text in, plain values out. Nothing outside this module names the parser.

pub mod ast;
pub mod facts;
mod lower;
pub mod parse;
pub mod semantic;
