//! Facts from the Hub: what is asked, of whom, and what is made of the answers. Against a stand-in on this machine.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod cache;
mod desk;
mod facts;
mod faults;
mod modes;
#[path = "../common/hub/mod.rs"]
mod stand_in;
mod token;
