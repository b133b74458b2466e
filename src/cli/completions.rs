//! `hf-lsp completions`: what a shell has to know to complete our commands and options.

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

/// For whom.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Prints the script that the shell reads.
///
/// # Errors
/// None; the other commands have some.
pub fn run(args: &Args) -> Result<ExitCode, super::Error> {
    let mut script = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut super::Cli::command(),
        "hf-lsp",
        &mut script,
    );
    anstream::print!("{}", String::from_utf8_lossy(&script));
    Ok(ExitCode::SUCCESS)
}
