//! `hf_env_check`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::{Record, records};
use super::signature::versions;
use crate::cli::check::{Options, Watch, look};
use crate::environment::{Resolved, Source};
use crate::mcp::desk::Desk;
use crate::mcp::tool::{Call, Effect, Refusal, Tool};

/// The rules about environments.
const RULES: &str = "HF70";
/// More findings are counted, not told.
const MOST: usize = 50;

/// See [`Tool::DESCRIPTION`].
pub struct EnvCheck;

/// Nothing has to be said.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {}

/// The environment.
#[derive(Serialize, JsonSchema)]
pub struct Output {
    /// Whether nothing is wrong
    ok: bool,
    /// The releases that the project names or has installed, and where that was found
    versions: Vec<Release>,
    /// Requirements that cannot be installed together, pins of releases that do not exist, packages that are missing
    findings: Vec<Record>,
    /// What was wrong with the files that were read
    problems: Vec<String>,
}

/// A release.
#[derive(Serialize, JsonSchema)]
pub struct Release {
    library: String,
    version: String,
    source: String,
}

impl Release {
    /// In a line.
    pub fn told(&self) -> String {
        format!("{} {} ({})", self.library, self.version, self.source)
    }
}

/// The releases that the project says something about.
pub fn releases<'r>(all: impl Iterator<Item = (&'r String, &'r Resolved)>) -> Vec<Release> {
    let said = all.filter(|(_, resolved)| resolved.source != Source::Newest);
    let release = |(library, resolved): (&String, &Resolved)| Release {
        library: library.clone(),
        version: resolved.version.to_string(),
        source: resolved.source.to_string(),
    };
    said.map(release).collect()
}

impl Tool for EnvCheck {
    const NAME: &'static str = "hf_env_check";
    const TITLE: &'static str = "Check the environment";
    const DESCRIPTION: &'static str = "Which releases the project uses and how that was found, and what of its requirements cannot work: \
        pins that exclude each other, releases that never existed, packages that an argument needs.";
    const EFFECT: Effect = Effect::Reads;
    type Input = Input;
    type Output = Output;

    fn call(desk: &Desk, Input {}: Input, call: &Call) -> Result<Output, Refusal> {
        let checker = desk.checker(desk.root(), Vec::new())?;
        let answer = versions(desk, &checker);
        let options = Options {
            select: Some(vec![RULES.to_owned()]),
            ..Options::default()
        };
        let is_over = || call.is_over();
        let watch = Watch {
            told: None,
            is_over: Some(&is_over),
        };
        let looked = look(&[desk.root().to_path_buf()], &options, &watch)?;
        let findings: Vec<Record> = looked
            .files
            .iter()
            .flat_map(|file| records(desk, file))
            .take(MOST)
            .collect();
        let problems = answer.problems.iter();
        let problems: Vec<String> = problems
            .map(|it| format!("{}:{}: {}", desk.shown(&it.path), it.line, it.message))
            .collect();
        Ok(Output {
            ok: findings.is_empty() && problems.is_empty(),
            versions: releases(answer.environment.libraries.iter()),
            findings,
            problems,
        })
    }
}
