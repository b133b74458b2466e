//! The `hf-lsp` program: reads the command line and calls one function for each subcommand.

use std::process::ExitCode;

fn main() -> ExitCode {
    hf_lsp::cli::run()
}
