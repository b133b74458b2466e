//! What is shown and offered at a place of a document: hover, completion, signature help.
//!
//! As pure as the rules: facts, resolved versions and knowledge in, plain text and byte ranges out.

pub mod complete;
pub mod cursor;
pub mod documentation;
pub mod hover;
pub mod item;
pub mod path;
pub mod proposal;
pub mod repositories;
pub mod signature_help;
pub mod source;
pub mod subject;
mod whole;
