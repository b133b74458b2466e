//! `hf-lsp check`

mod cache;
mod online;
pub mod output;
mod run;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;

use super::Error;
use crate::workspace::settings::Layer;

/// Check files and folders
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files and folders; `-` reads one file from standard input
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
    /// The name of the file that is read from standard input
    #[arg(long, value_name = "F")]
    stdin_filename: Option<PathBuf>,
}

/// How files are checked, and what is done about what is found.
#[derive(Debug, Default, clap::Args)]
pub struct Options {
    /// Check against a release instead of what the project uses, `transformers==5.23.0`; may be repeated
    #[arg(long = "target", value_name = "PKG==VER")]
    pub targets: Vec<String>,
    /// Interpreter or environment to take versions from; it is read, never run
    #[arg(long, value_name = "PATH")]
    pub python: Option<PathBuf>,
    /// Only these rules: codes, prefixes (`HF1`) or names, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "CODES")]
    pub select: Option<Vec<String>>,
    /// Not these rules
    #[arg(long, value_delimiter = ',', value_name = "CODES")]
    pub ignore: Vec<String>,
    /// Apply safe fixes
    #[arg(long)]
    pub fix: bool,
    /// With --fix or --diff: apply also the fixes that need a look
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Show what --fix would change, and change nothing
    #[arg(long)]
    pub diff: bool,
    /// How to show findings
    #[arg(long, value_enum, default_value_t)]
    pub output_format: Format,
    /// Count findings by rule instead of showing them
    #[arg(long)]
    pub statistics: bool,
    /// Exit with status 0 also when there are findings
    #[arg(long)]
    pub exit_zero: bool,
    /// Look up the models and datasets that are named on the Hugging Face Hub (HF4xx); without it nothing uses the
    /// network
    #[arg(long)]
    pub online: bool,
    /// Neither use nor write what is remembered of earlier runs
    #[arg(long)]
    pub no_cache: bool,
}

/// How findings are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// With the source line and the fix
    #[default]
    Full,
    /// One line each
    Concise,
    /// An array of objects
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Workflow commands of GitHub
    Github,
}

impl Options {
    /// The settings that the options make.
    fn layer(&self) -> Layer {
        Layer {
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            targets: self.targets.clone(),
            ..Layer::default()
        }
    }
}

/// Runs the command. 0: nothing found; 1: findings.
///
/// # Errors
/// A sentence where the command makes no sense or nothing could be read.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    run::run(args)
}

pub use run::{Looked, Watch, look};

/// The same for files that are chosen by another command.
///
/// # Errors
/// As [`run`].
pub fn run_on(paths: Vec<PathBuf>, options: &Options) -> Result<ExitCode, Error> {
    run::run_on(&paths, None, options)
}
