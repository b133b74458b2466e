//! `hf-lsp estimate`: memory and time of a training, or of running a model.

pub mod flags;
mod show;
mod work;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;

use super::Error;

/// Estimate memory and time of a script, or of flags alone
#[derive(Debug, Default, clap::Args)]
pub struct Args {
    /// The script, notebook or file of settings; flags stand above what it says
    pub script: Option<PathBuf>,
    /// The model's `config.json`, or a folder that holds it
    #[arg(long, value_name = "PATH")]
    pub config: Option<PathBuf>,
    /// What stands above the script.
    #[command(flatten)]
    pub flags: flags::Flags,
    /// The machine: `24GB`, `A100-80GB:2`; exit with status 1 where the run does not fit it
    #[arg(long, value_name = "GPU")]
    pub gpu: Option<String>,
    /// What one hour of all devices costs
    #[arg(long, value_name = "PRICE", allow_negative_numbers = true)]
    pub price: Option<f64>,
    /// Check against a release instead of what the project uses, `trl==1.16.0`; may be repeated
    #[arg(long = "target", value_name = "PKG==VER")]
    pub targets: Vec<String>,
    /// Interpreter or environment to take versions from; it is read, never run
    #[arg(long, value_name = "PATH")]
    pub python: Option<PathBuf>,
    /// Ask the Hugging Face Hub about a model that is not known here
    #[arg(long)]
    pub online: bool,
    /// How to show the estimate
    #[arg(long, value_enum, default_value_t)]
    pub output_format: Format,
}

/// How an estimate is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for people
    #[default]
    Table,
    /// One object
    Json,
}

/// Runs the command. 0: it fits, or no machine is named; 1: it does not fit; 2: there is no estimate.
///
/// # Errors
/// A sentence where something makes no sense, is missing or is not known.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    work::run(args)
}

/// The estimate as the object that programs get.
///
/// # Errors
/// As [`run`].
pub fn data(args: &Args) -> Result<serde_json::Value, Error> {
    work::shown(args).map(|shown| show::json(&shown))
}
