//! `hf_context`

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::env_check::releases;
use super::signature::versions;
use crate::cli::check::{Options, Watch, look};
use crate::cli::plan::journal::Journal;
use crate::cli::plan::model::Progress;
use crate::journal::next::next_step;
use crate::mcp::desk::Desk;
use crate::mcp::tool::{Call, Effect, Refusal, Tool};

/// More releases are counted, not told.
const MOST_RELEASES: usize = 14;
/// More codes are counted, not told.
const MOST_CODES: usize = 8;

/// See [`Tool::DESCRIPTION`].
pub struct Context;

/// Nothing has to be said.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {}

/// The project in less than two kilobytes.
#[derive(Serialize, JsonSchema)]
pub struct Output {
    /// Its folder
    project: String,
    /// "transformers 5.23.0 (requirements.txt)"
    versions: Vec<String>,
    /// The day of the newest release that is known
    knowledge: String,
    /// How much network there is: "off", "cache", "on-demand"
    network: String,
    /// The machine that is trained on
    #[serde(skip_serializing_if = "Option::is_none")]
    machine: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Plan>,
    /// Findings by severity
    problems: BTreeMap<String, usize>,
    /// The most frequent findings: code and number
    codes: Vec<String>,
}

/// How far the plan is.
#[derive(Serialize, JsonSchema)]
struct Plan {
    path: String,
    done: usize,
    total: usize,
    /// Questions that nobody has answered
    open_questions: usize,
    /// Id and title of the step to go on with
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Tool for Context {
    const NAME: &'static str = "hf_context";
    const TITLE: &'static str = "The project at a glance";
    const DESCRIPTION: &'static str = "Releases in use, progress and next step of the plan, number of problems, the machine: call it first.";
    const EFFECT: Effect = Effect::Reads;
    type Input = Input;
    type Output = Output;

    fn call(desk: &Desk, Input {}: Input, call: &Call) -> Result<Output, Refusal> {
        let checker = desk.checker(desk.root(), Vec::new())?;
        let answer = versions(desk, &checker);
        let told = |done, of| call.told(done, of);
        let is_over = || call.is_over();
        let watch = Watch {
            told: Some(&told),
            is_over: Some(&is_over),
        };
        let looked = look(&[desk.root().to_path_buf()], &Options::default(), &watch)?;
        let mut problems = BTreeMap::new();
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in looked.files.iter().flat_map(|file| &file.findings) {
            *problems
                .entry(finding.severity.as_str().to_owned())
                .or_default() += 1;
            *codes.entry(finding.code).or_default() += 1;
        }
        let mut codes: Vec<(&str, usize)> = codes.into_iter().collect();
        codes.sort_by_key(|(code, count)| (std::cmp::Reverse(*count), *code));
        let machine = checker
            .settings(desk.root())
            .gpu()
            .map(|gpu| gpu.name.clone());
        let mode = serde_json::to_value(desk.hub.settings().mode()).ok();
        let releases = releases(answer.environment.libraries.iter());
        let mut versions: Vec<String> = releases.iter().map(|it| it.told()).collect();
        if versions.len() > MOST_RELEASES {
            let more = versions.len() - MOST_RELEASES;
            versions.truncate(MOST_RELEASES);
            versions.push(format!("and {more} more: hf_env_check"));
        }
        Ok(Output {
            project: desk.root().to_string_lossy().replace('\\', "/"),
            versions,
            knowledge: crate::knowledge::store::date().to_owned(),
            network: mode
                .as_ref()
                .and_then(|it| it.as_str())
                .unwrap_or_default()
                .to_owned(),
            machine,
            plan: plan(desk),
            problems,
            codes: codes
                .into_iter()
                .take(MOST_CODES)
                .map(|(code, count)| format!("{code} {count}"))
                .collect(),
        })
    }
}

fn plan(desk: &Desk) -> Option<Plan> {
    let journal = Journal::open_at(desk.root().to_path_buf()).ok()?;
    let open = journal.plan().ok()?;
    let (text, plan) = (open.text(), open.plan());
    let progress = Progress::of(plan.leaves());
    let next = next_step(text, plan).map(|at| {
        let step = &plan.steps[at];
        let id = step.id.as_ref().map(ToString::to_string);
        let title: String = step.title.slice(text).chars().take(120).collect();
        format!("{} {title}", id.unwrap_or_default())
    });
    Some(Plan {
        path: open.path.clone(),
        done: progress.done,
        total: progress.total,
        open_questions: plan.questions.iter().filter(|it| !it.is_closed).count(),
        next,
    })
}
