//! `hf-lsp plan use-cases`

use std::process::ExitCode;

use serde_json::json;

use super::new::Form;
use crate::cli::Error;
use crate::planner::library::{Case, cases};

/// List what can be planned
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How to write it
    #[arg(long, value_enum, default_value = "markdown")]
    format: Form,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    match args.format {
        Form::Json => {
            let row = |case: &Case| json!({ "id": case.id, "title": case.title, "summary": case.summary });
            let all: Vec<_> = cases().iter().map(row).collect();
            let text = serde_json::to_string_pretty(&all).map_err(Error::new)?;
            anstream::println!("{text}");
        }
        Form::Markdown => {
            let width = cases().iter().map(|case| case.id.len()).max().unwrap_or(0);
            for case in cases() {
                anstream::println!("{:width$}  {}: {}", case.id, case.title, case.summary);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
