//! `hf_check`

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cli::check::output::{FileFindings, Places};
use crate::cli::check::{Options, Watch, look};
use crate::mcp::desk::Desk;
use crate::mcp::page::page;
use crate::mcp::tool::{Call, Effect, Refusal, Tool};
use crate::rules::finding::Applicability;

/// Findings on one page, where nobody says.
const PAGE: usize = 50;
/// And at most.
const MOST: usize = 200;

/// See [`Tool::DESCRIPTION`].
pub struct Check;

/// What is checked.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Files and folders, relative to the project; the whole project without it
    #[serde(default)]
    paths: Vec<String>,
    /// Releases instead of those that the project uses, such as "transformers==5.23.0": shows what an upgrade would break
    #[serde(default)]
    targets: Vec<String>,
    /// Apply the fixes that are safe, and write the files
    #[serde(default)]
    fix: bool,
    /// Only these rules: codes or the beginnings of codes, such as "HF1"
    #[serde(default)]
    select: Vec<String>,
    /// How many findings to give at once, 50 without it
    limit: Option<usize>,
    /// What the answer before gave as `next_cursor`
    cursor: Option<String>,
}

/// What was found.
#[derive(Serialize, JsonSchema)]
pub struct Output {
    /// How many files were looked at
    files: usize,
    /// How many findings there are on all pages
    total: usize,
    /// How many findings were fixed
    fixed: usize,
    /// In the order of files and places
    findings: Vec<Record>,
    /// Files that could not be checked, and why
    failures: Vec<String>,
    /// To be given as `cursor` for the next page
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A finding.
#[derive(Serialize, JsonSchema)]
pub struct Record {
    code: String,
    severity: String,
    /// Path and line, and the cell of a notebook before the line
    place: String,
    message: String,
    /// What `fix` or an editor would do
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
    /// Whether `fix` applies it
    #[serde(skip_serializing_if = "Option::is_none")]
    is_safe: Option<bool>,
    /// The release that it is based on, and how that was found
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<String>,
}

impl Tool for Check {
    const NAME: &'static str = "hf_check";
    const TITLE: &'static str = "Check Hugging Face code";
    const DESCRIPTION: &'static str = "Checks Python, notebooks, YAML, shell scripts, requirements and the plan against the \
        releases that the project uses. Call it after every edit; an error is proved from the sources of those releases. \
        With `fix` the safe fixes are written; with `targets` it tells what an upgrade would break.";
    const EFFECT: Effect = Effect::Changes;
    type Input = Input;
    type Output = Output;

    fn call(desk: &Desk, input: Input, call: &Call) -> Result<Output, Refusal> {
        let paths: Vec<PathBuf> = match input.paths.is_empty() {
            true => vec![desk.root().to_path_buf()],
            false => input
                .paths
                .iter()
                .map(|path| desk.inside(path))
                .collect::<Result<_, _>>()?,
        };
        let options = Options {
            targets: input.targets,
            fix: input.fix,
            select: (!input.select.is_empty()).then_some(input.select),
            ..Options::default()
        };
        let told = |done, of| call.told(done, of);
        let is_over = || call.is_over();
        let watch = Watch {
            told: Some(&told),
            is_over: Some(&is_over),
        };
        let looked = look(&paths, &options, &watch)?;
        let records: Vec<Record> = looked
            .files
            .iter()
            .flat_map(|file| records(desk, file))
            .collect();
        let limit = input.limit.unwrap_or(PAGE).min(MOST);
        let page = page(records, input.cursor.as_deref(), limit)?;
        Ok(Output {
            files: looked.files.len(),
            total: page.total,
            fixed: looked.fixed,
            findings: page.items,
            failures: looked.failures,
            next_cursor: page.next,
        })
    }
}

/// The findings of a file.
pub fn records(desk: &Desk, file: &FileFindings) -> Vec<Record> {
    let places = Places::of(file);
    let path = desk.shown(std::path::Path::new(&file.path));
    let record = |finding: &crate::rules::finding::Finding| {
        let at = places.place(finding.range.start);
        let cell = at
            .cell
            .map_or_else(String::new, |cell| format!(" cell {cell}"));
        let release = finding.version.as_ref().zip(finding.library.as_ref());
        let source = finding.version_source.as_deref().unwrap_or_default();
        Record {
            code: finding.code.to_owned(),
            severity: finding.severity.as_str().to_owned(),
            place: format!("{path}:{cell}{}", at.row),
            message: finding.message.clone(),
            fix: finding.fix.as_ref().map(|fix| fix.title.clone()),
            is_safe: finding
                .fix
                .as_ref()
                .map(|fix| fix.applicability == Applicability::Safe),
            release: release.map(|(version, library)| format!("{library} {version} ({source})")),
        }
    };
    file.findings.iter().map(record).collect()
}
