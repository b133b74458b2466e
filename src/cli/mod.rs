//! The command line: one file for each subcommand.

pub mod check;
pub mod completions;
pub mod docs;
pub mod estimate;
pub mod explain;
pub mod hook;
pub mod init;
pub mod knowledge;
pub mod man;
pub mod mcp;
mod network;
pub mod plan;
pub mod server;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The version with the day of the newest facts.
pub fn version() -> &'static str {
    static VERSION: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        format!(
            "{} (knowledge of {})",
            env!("CARGO_PKG_VERSION"),
            crate::knowledge::store::date()
        )
    });
    &VERSION
}

/// Checks Hugging Face code against the versions a project really uses.
#[derive(Debug, Parser)]
#[command(name = "hf-lsp", version = version(), propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check files and folders
    Check(check::Args),
    /// Run the language server on standard input and output
    Server(server::Args),
    /// Show what is known and documented about a symbol or argument
    Docs(docs::Args),
    /// Estimate memory and time of a script, or of flags alone
    Estimate(estimate::Args),
    /// Write the dev-journal of a project, and files for coding agents
    Init(init::Args),
    /// Serve coding agents over the Model Context Protocol
    Mcp(mcp::Args),
    /// Check what a coding agent edited, for its hooks
    Hook(hook::Args),
    /// Explain a rule
    Explain(explain::Args),
    /// Read, check and tick the plan of the dev-journal
    #[command(subcommand)]
    Plan(plan::Command),
    /// Build, list or show what is known about releases
    #[command(subcommand)]
    Knowledge(knowledge::Command),
    /// Print the script by which a shell completes commands and options
    Completions(completions::Args),
    /// Print the manual, or write its pages
    Man(man::Args),
}

/// Runs the command that was given. 0: nothing found; 1: findings; 2: could not run.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() && std::env::args().nth(1).as_deref() == Some("hook") => {
            let _ = error.print();
            return ExitCode::from(hook::MISUSED);
        }
        Err(error) => error.exit(),
    };
    // The server logs to its client too and sets that up itself.
    if !matches!(cli.command, Command::Server(_)) {
        init_logging();
    }
    let outcome = match cli.command {
        Command::Check(args) => check::run(&args),
        Command::Server(args) => server::run(&args),
        Command::Docs(args) => docs::run(&args),
        Command::Estimate(args) => estimate::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Mcp(args) => mcp::run(&args),
        Command::Hook(args) => hook::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Plan(command) => plan::run(&command),
        Command::Knowledge(args) => knowledge::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            anstream::eprintln!("hf-lsp: {error}");
            ExitCode::from(2)
        }
    }
}

/// Logs go to standard error; standard output belongs to results and to the protocol.
fn init_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("HF_LSP_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .without_time()
        .init();
}

/// Why a command could not run, in one sentence for people.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(pub String);

impl Error {
    /// An error from anything that can be shown.
    pub fn new(message: impl std::fmt::Display) -> Self {
        Self(message.to_string())
    }
}
