//! The command line.
#![allow(clippy::print_stdout)]

use clap::Parser;
use hf_lsp::cli::knowledge;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Top,
}

#[derive(clap::Subcommand)]
enum Top {
    #[command(subcommand)]
    Knowledge(knowledge::Command),
}

fn main() -> std::process::ExitCode {
    match Cli::parse().command {
        Top::Knowledge(knowledge::Command::Build(args)) => match knowledge::build(&args) {
            Ok(report) => print!("{report}"),
            Err(error) => {
                eprintln!("error: {error}");
                return std::process::ExitCode::from(2);
            }
        },
        Top::Knowledge(knowledge::Command::List) => {
            print!("{}", knowledge::list(hf_lsp::knowledge::store::store()));
        }
    }
    std::process::ExitCode::SUCCESS
}
