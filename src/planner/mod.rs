//! Complete implementation plans: from a use case, what a project has, and a machine to `OUR-PLAN.md`.
//!
//! What plans are made of is data, in `library/`: a folder for each use case with its plan and its project files as
//! templates, parts that several share, recommended models, datasets and releases. [`make`] puts them together: it
//! settles the facts ([`wish`], [`inventory`], [`fit`], [`pins`]), renders the stages ([`template`]), reads what came
//! out ([`fragment`]) and joins it to one numbered document ([`compose`]). The same facts give the same bytes.

mod asked;
pub mod compose;
mod environments;
pub mod fit;
pub mod fragment;
pub mod inventory;
pub mod library;
mod make;
mod merge;
pub mod origin;
pub mod pins;
pub mod recognise;
mod settle;
mod stage;
mod template;
mod upgrade;
pub mod wish;

pub use make::{Proposal, Refusal, make};
pub use upgrade::MIGRATION;
