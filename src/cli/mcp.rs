//! `hf-lsp mcp`

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::ValueEnum;

use super::Error;
use crate::hub::{Given, Hub, Mode, Settings};
use crate::mcp::desk::Desk;
use crate::mcp::serve;
use crate::workspace::files::{Disk, Files, written};

/// Serve coding agents over the Model Context Protocol, on standard input and output
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder that is open to the tools; may be repeated, relative paths begin in the first [default: the working
    /// directory]
    #[arg(long, value_name = "DIR")]
    root: Vec<PathBuf>,
    /// What may be looked up. Without it pages of documentation are looked up when they are asked for, and models and
    /// datasets only in what lies on this machine
    #[arg(long, value_enum)]
    network: Option<Network>,
}

/// How much network there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Network {
    /// Nothing is looked up, and nothing is read from caches
    Off,
    /// Only what lies on this machine
    Cache,
    /// Models, datasets and pages of documentation, when a tool is called for them
    OnDemand,
}

/// Runs the server until its client leaves.
///
/// # Errors
/// Where a folder is not there, or the client does not speak the protocol.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    let here = std::env::current_dir()
        .map_err(|error| Error(format!("the working directory cannot be found: {error}")))?;
    let roots = match args.root.is_empty() {
        true => vec![here],
        false => args.root.clone(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Error(format!("the server cannot start: {error}")))?;
    let files: Arc<dyn Files> = Arc::new(Disk);
    let given = Given {
        mode: args.network.map(|network| match network {
            Network::Off => Mode::Off,
            Network::Cache => Mode::Cache,
            Network::OnDemand => Mode::OnDemand,
        }),
        // Who allows it by name trusts what is asked for; an agent may have read names in a folder.
        trusted: args.network.map(|_| true),
        ..Given::default()
    };
    let settings = Settings::new(&*files, given);
    for problem in &settings.problems {
        anstream::eprintln!("warning: {problem}");
    }
    let hub = Hub::new(settings, files, runtime.handle().clone());
    let desk = Desk::new(&roots, hub).map_err(Error)?;
    // Paths in answers are relative to it.
    std::env::set_current_dir(desk.root())
        .map_err(|error| Error(format!("`{}`: {error}", desk.root().display())))?;
    runtime.block_on(serve(desk)).map_err(Error)?;
    // A call may be in the midst of its files. A thread that still waits for input is not waited for.
    written();
    std::process::exit(0);
}
