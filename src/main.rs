//! The `hf-lsp` program: reads the command line and calls one function for each subcommand.

use std::process::ExitCode;

/// Syntax trees and facts are thousands of small values that live for milliseconds.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    hf_lsp::cli::run()
}
