//! `hf-lsp explain HF103`

use std::process::ExitCode;

use super::Error;
use crate::rules::rule::{Example, FixKind, Rule};
use crate::rules::security::masked;
use crate::rules::{find, is_optional, rules};

/// Explain a rule, or list all of them
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Code or name of a rule; all rules are listed without it
    rule: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Where no rule has that code or name.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    match &args.rule {
        None => {
            for rule in rules() {
                anstream::println!("{}  {:<22} {}", rule.code, rule.name, rule.summary);
            }
        }
        Some(wanted) => {
            let rule = find(wanted).ok_or_else(|| {
                Error(format!(
                    "there is no rule `{wanted}`; `hf-lsp explain` lists all of them"
                ))
            })?;
            anstream::print!("{}", page(rule));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The documentation of a rule as Markdown; `docs/rules` holds these pages.
pub fn page(rule: &Rule) -> String {
    let fix = match rule.fix {
        FixKind::No => "There is no automatic fix.",
        FixKind::Sometimes => "Many findings come with a fix; safe ones are applied by `--fix`.",
        FixKind::Unsafe => "Many findings come with a fix that needs a look (`--unsafe-fixes`).",
    };
    format!(
        "# {} {}\n\n{}, {}reported as {}.\n\n{}\n\n{fix}\n\n## Reported\n\n{}\n## Left alone\n\n{}",
        rule.code,
        rule.name,
        capitalise(rule.summary),
        if is_optional(rule.code) {
            "only where it is selected, and then "
        } else {
            "by default "
        },
        rule.severity,
        rule.explanation,
        example(&rule.bad),
        example(&rule.good),
    )
}

fn capitalise(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn example(example: &Example) -> String {
    let mut heading = format!("With {}", example.targets.join(", "));
    if !example.baseline.is_empty() {
        heading.push_str(&format!(", coming from {}", example.baseline.join(", ")));
    }
    // What looks like a token shall not wake the scanners of those who keep these pages.
    let code = masked(example.code);
    let fence = if code.contains("```") { "````" } else { "```" };
    format!(
        "{heading}:\n\n{fence}{}\n{code}{fence}\n",
        example.format.name()
    )
}
