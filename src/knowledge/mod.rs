//! What each release of each library accepts.
//!
//! Facts are extracted from package sources (`extract`), kept as a history over releases (`store`),
//! and asked for by version (`lookup`). Curated entries (`overlay`) may only annotate facts.

pub mod changes;
pub mod choose;
pub mod classes;
pub mod command;
pub mod condition;
pub mod extract;
pub mod fact;
pub mod history;
pub mod library;
pub mod live;
mod memo;
pub mod overlay;
pub mod pack;
pub mod packages;
pub mod presence;
pub mod raising;
pub mod signature;
pub mod store;
pub mod timeline;
pub mod view;
