//! `hf-lsp man`: the manual, as `man` reads it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::CommandFactory;

use super::{Cli, Error};

/// Where to.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write a page for each command into this folder; without it the first page is printed
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Prints or writes the manual.
///
/// # Errors
/// A sentence where the folder cannot be written.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    let Some(dir) = &args.dir else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command())
            .render(&mut page)
            .map_err(Error::new)?;
        anstream::print!("{}", String::from_utf8_lossy(&page));
        return Ok(ExitCode::SUCCESS);
    };
    std::fs::create_dir_all(dir)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), dir))
        .map_err(|error| Error(format!("{}: {error}", dir.display())))?;
    Ok(ExitCode::SUCCESS)
}
