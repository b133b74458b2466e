//! `hf-lsp knowledge`: makes the store again from wheels, and lists what it holds.

mod build;
mod diff;
mod download;
mod packages;
mod plan;
mod show;
mod wheel;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::knowledge::store::{self, Store};

pub use build::build;
pub use diff::{Args as DiffArgs, diff};
pub use packages::{PackagesArgs, packages};

/// The subcommands of `hf-lsp knowledge`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the store again from the libraries' wheels, downloaded with pip.
    Build(BuildArgs),
    /// Make the list of releases and their requirements again, from the index that pip uses.
    Packages(packages::PackagesArgs),
    /// Compare two stores: what new releases bring, as Markdown.
    Diff(DiffArgs),
    /// List the libraries and releases that are known.
    List,
    /// Show the history of one symbol or parameter.
    Show(show::Args),
}

/// What to build, from where, to where.
#[derive(Args, Clone, Debug, Default)]
pub struct BuildArgs {
    /// Folder of the wheels [default: the user's cache folder].
    #[arg(long, value_name = "DIR")]
    pub wheels: Option<PathBuf>,
    /// How many downloads at a time.
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub jobs: usize,
    /// Only this library (may be given several times).
    #[arg(long, value_name = "NAME")]
    pub library: Vec<String>,
    /// Use the wheels that are there; no downloads.
    #[arg(long)]
    pub offline: bool,
    /// Where the store is written.
    #[arg(long, value_name = "DIR", default_value = "src/knowledge/store")]
    pub out: PathBuf,
}

/// What can go wrong while the store is made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A wheel that cannot be read.
    #[error("{path}: {reason}")]
    Wheel {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// pip.
    #[error("pip: {0}")]
    Pip(String),
    /// A library that is not covered.
    #[error("unknown library `{0}`; `hf-lsp knowledge list` names the known ones")]
    UnknownLibrary(String),
    /// No wheel at all.
    #[error("no wheel of {0} in {1}")]
    NoWheels(String, PathBuf),
}

impl Error {
    fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}

/// Runs a subcommand.
///
/// # Errors
/// A sentence where the store cannot be made, or nothing is known about a symbol.
pub fn run(command: &Command) -> Result<ExitCode, super::Error> {
    let text = match command {
        Command::Build(args) => build(args).map_err(super::Error::new)?,
        Command::Packages(args) => packages::packages(args).map_err(super::Error::new)?,
        Command::Diff(args) => diff(args).map_err(super::Error::new)?,
        Command::List => list(store::store()),
        Command::Show(args) => show::show(args).map_err(super::Error)?,
    };
    anstream::print!("{text}");
    Ok(ExitCode::SUCCESS)
}

/// The libraries of a store, one a line: name, number of releases, oldest and newest.
pub fn list(store: &Store) -> String {
    let mut out = String::new();
    for name in store.names() {
        let line = match store.try_library(name) {
            Some(Ok(library)) => {
                let releases = library.releases();
                let oldest = releases
                    .first()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                let newest = &releases[library.newest()];
                format!(
                    "{name:<24}{:>4} releases  {oldest} .. {newest}\n",
                    releases.len()
                )
            }
            Some(Err(error)) => format!("{name:<24} {error}\n"),
            None => continue,
        };
        out.push_str(&line);
    }
    if !store::date().is_empty() {
        out.push_str(&format!("knowledge of {}\n", store::date()));
    }
    out
}
