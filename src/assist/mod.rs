//! What is shown and offered at a place of a document: hover, completion, signature help.
//!
//! As pure as the rules: facts, resolved versions and knowledge in, plain text and byte ranges out.

pub mod documentation;
pub mod hover;
pub mod path;
pub mod repositories;
pub mod subject;
