//! `hf-lsp plan`: the plan of a project for people, scripts and agents.

mod check;
mod done;
mod export;
mod import;
mod journal;
mod model;
mod next;
mod show;
mod skip;
mod start;
mod status;
mod write;

use std::process::ExitCode;

use clap::Subcommand;

use super::Error;

/// Read, check and tick the plan of the dev-journal
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the journal and the files that its plan names
    Check(check::Args),
    /// Show how far the plan is
    Status(status::Args),
    /// Show the step that can be done next
    Next(next::Args),
    /// Show a step
    Show(show::Args),
    /// Mark a step done: its box, that of the step around it, and an entry in the changelog
    Done(done::Args),
    /// Mark a step as begun today
    Start(start::Args),
    /// Mark a step as left out
    Skip(skip::Args),
    /// Write the plan as data
    #[command(subcommand)]
    Export(export::Format),
    /// Write a plan of another format in this one
    Import(import::Args),
}

/// Runs the command. 0: done; 1: `plan check` found something; 2: could not run, nothing was changed.
///
/// # Errors
/// A sentence where there is no plan, no such step, or a file cannot be read or written.
pub fn run(command: &Command) -> Result<ExitCode, Error> {
    match command {
        Command::Check(args) => check::run(args),
        Command::Status(args) => status::run(args),
        Command::Next(args) => next::run(args),
        Command::Show(args) => show::run(args),
        Command::Done(args) => done::run(args),
        Command::Start(args) => start::run(args),
        Command::Skip(args) => skip::run(args),
        Command::Export(format) => export::run(*format),
        Command::Import(args) => import::run(args),
    }
}
