//! HF711 to HF715: commands of the libraries, wherever they are written.

mod invalid_option_value;
pub mod judge;
mod missing_option;
mod own;
mod removed_command;
mod unknown_command;
mod unknown_option;

use super::context::Context;
use super::finding::{Applicability, Edit, Finding, Fix, Severity};
use super::rule::Rule;
use crate::embedded::Format;
use crate::knowledge::timeline::Timeline;
use crate::text::TextRange;
use judge::Judged;

/// The rules of the family, by code.
pub const RULES: &[&Rule] = &[
    &removed_command::RULE,
    &unknown_command::RULE,
    &unknown_option::RULE,
    &invalid_option_value::RULE,
    &missing_option::RULE,
];

/// A finding about a command, with the release that it is judged by.
fn finding(
    rule: &Rule,
    ctx: &Context<'_>,
    judged: &Judged<'_>,
    range: TextRange,
    message: String,
) -> Finding {
    let mut finding = rule.plain_finding(range, message);
    if !judged.is_own() {
        of_library(ctx, judged.library, &mut finding);
    }
    finding.symbol = Some(judged.path.clone());
    // What stands in Markdown is read; nobody runs it as it is. An image may hold other scripts.
    let format = ctx.facts.format;
    let is_elsewhere = judged.is_own() && format == Format::Dockerfile;
    if !judged.sure || format == Format::Markdown || is_elsewhere {
        finding.severity = Severity::Warning;
    }
    finding
}

/// Says by which release of a library something is judged.
fn of_library(ctx: &Context<'_>, library: &str, finding: &mut Finding) {
    let resolved = ctx.environment.libraries.get(library);
    finding.library = Some(library.to_owned());
    finding.version = resolved.map(|resolved| resolved.version.to_string());
    finding.version_source = resolved.map(|resolved| resolved.source.to_string());
}

/// Offers what was probably meant in the place of what is written.
fn change_to(finding: &mut Finding, near: &str) {
    finding.replacement = Some(near.to_owned());
    finding.fix = Some(Fix {
        title: format!("Change to `{near}`"),
        applicability: Applicability::Unsafe,
        edits: vec![Edit {
            range: finding.range,
            content: near.to_owned(),
        }],
    });
}

/// ` in huggingface-hub 2.4.0`; nothing for a script of the project.
fn in_release(ctx: &Context<'_>, judged: &Judged<'_>) -> String {
    match judged.is_own() {
        true => String::new(),
        false => format!(" in {}", release(ctx, judged.library)),
    }
}

/// `huggingface-hub 2.4.0`
fn release(ctx: &Context<'_>, library: &str) -> String {
    match ctx.environment.libraries.get(library) {
        Some(resolved) => format!("{library} {}", resolved.version),
        None => library.to_owned(),
    }
}

/// "it comes in 1.18", where a later release has it.
fn comes(timeline: Option<&Timeline>) -> Option<String> {
    let timeline = timeline?;
    let version = timeline.comes_in()?;
    Some(format!("{} {version} has it", timeline.library.name()))
}
