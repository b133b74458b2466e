//! `hf-lsp plan`: the plan of a project for people, scripts and agents.

mod ask;
mod check;
pub mod done;
mod export;
mod import;
pub mod journal;
pub mod model;
pub mod new;
pub mod next;
pub mod planning;
pub mod show;
pub mod skip;
pub mod start;
pub mod status;
pub mod update;
pub mod use_cases;
pub mod write;
mod write_files;

use std::process::ExitCode;

use clap::Subcommand;

use super::Error;

/// Read, check and tick the plan of the dev-journal
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a plan for this project
    New(new::Args),
    /// Bring the plan up to date and keep what you wrote
    Update(update::Args),
    /// Write the files that the plan holds
    Write(write_files::Args),
    /// List what can be planned
    UseCases(use_cases::Args),
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
        Command::New(args) => new::run(args),
        Command::Update(args) => update::run(args),
        Command::Write(args) => write_files::run(args),
        Command::UseCases(args) => use_cases::run(args),
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
