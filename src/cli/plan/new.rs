//! `hf-lsp plan new`

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use super::ask::ask;
use super::journal::Journal;
use super::planning;
use super::write::{How, apply, create_only};
use crate::checker::Checker;
use crate::cli::Error;
use crate::estimate::gpu::Gpu;
use crate::journal::project::Project;
use crate::journal::role::Role;
use crate::planner::Proposal;
use crate::planner::compose::Taken;
use crate::planner::wish::Wish;

/// Write a plan for this project
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The script that the plan is made around
    script: Option<PathBuf>,
    #[command(flatten)]
    wanted: Wanted,
    /// Where to write it, instead of the journal's plan; `-` for standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How to write it; `json` goes to standard output unless `--output` says otherwise
    #[arg(long, value_enum, default_value = "markdown")]
    format: Form,
}

/// What is wanted.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Wanted {
    /// What kind of work it is; several, in the order of the work, with commas between them
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub use_case: Vec<String>,
    /// The model: of the Hub, or a folder
    #[arg(long, value_name = "ID")]
    pub model: Option<String>,
    /// The dataset: of the Hub, or a file or folder
    #[arg(long, value_name = "ID")]
    pub dataset: Option<String>,
    /// The machine: `24GB`, `A100-80GB:2`, `cpu`
    #[arg(long, value_name = "GPU")]
    pub gpu: Option<String>,
    /// What is to be reached, in a sentence
    #[arg(long, value_name = "TEXT")]
    pub goal: Option<String>,
    /// Ask the Hub about a model that is not known here
    #[arg(long)]
    pub online: bool,
    /// A setting of the use case: `learning_rate=1e-4`
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

/// How something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// For people
    Markdown,
    /// As data
    Json,
}

impl Wanted {
    /// As the planner takes it.
    ///
    /// # Errors
    /// A GPU that is not known, a setting without a value.
    pub fn wish(&self, script: Option<String>) -> Result<Wish, Error> {
        let gpu = self
            .gpu
            .as_deref()
            .map(Gpu::parse)
            .transpose()
            .map_err(Error)?;
        let mut set = BTreeMap::new();
        for pair in &self.set {
            let (name, value) = pair.split_once('=').ok_or_else(|| {
                Error(format!(
                    "`--set {pair}` has no `=`; write `--set learning_rate=1e-4`"
                ))
            })?;
            if set
                .insert(name.trim().to_owned(), value.trim().to_owned())
                .is_some()
            {
                return Err(Error(format!("`{}` is set twice", name.trim())));
            }
        }
        Ok(Wish {
            use_cases: self
                .use_case
                .iter()
                .map(|it| it.trim().to_owned())
                .collect(),
            script,
            model: self.model.clone(),
            dataset: self.dataset.clone(),
            gpu,
            goal: self.goal.clone(),
            set,
        })
    }
}

/// Runs the command. 0: written; 2: not, and nothing was changed.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    let journal = Journal::open_or_begin()?;
    let path = journal.place.names.path(Role::Plan);
    let into_journal = args.output.is_none() && args.format == Form::Markdown;
    if into_journal && journal.place.project.place(&path).is_some() {
        return Err(Error(format!(
            "`{path}` is there already, so nothing was written: `hf-lsp plan update` brings it up to date and keeps what \
             you wrote; `--output FILE` writes another one, `--output -` to standard output"
        )));
    }
    let mut wanted = args.wanted.clone();
    // Only somebody who can answer is asked, and only where nothing was said.
    let is_quiet = wanted.use_case.is_empty() && wanted.goal.is_none() && args.script.is_none();
    if is_quiet && std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        ask(
            &mut wanted,
            &mut std::io::stdin().lock(),
            &mut std::io::stderr(),
        )?;
    }
    let wish = planning::wish(&journal, args.script.as_deref(), &wanted)?;
    let known = |id: &str| planning::known(&journal, id, args.wanted.online);
    let made = journal
        .checker
        .propose(&journal.place, &wish, &known, &Taken::default())
        .map_err(Error)?;
    made.notes
        .iter()
        .for_each(|note| anstream::eprintln!("{note}"));
    let text = match args.format {
        Form::Markdown => made.text.clone(),
        Form::Json => as_json(&path, &made)?,
    };
    match &args.output {
        Some(file) if file.as_os_str() != "-" => create_only(file, &text)?,
        None if into_journal => apply(
            &journal,
            &How::default(),
            &Checker::plan_change(&journal.place, &wish, &made),
        )?,
        _ => anstream::print!("{text}"),
    }
    Ok(ExitCode::SUCCESS)
}

fn as_json(path: &str, proposal: &Proposal) -> Result<String, Error> {
    let specs =
        |all: &[crate::planner::pins::Package]| all.iter().map(|it| it.spec()).collect::<Vec<_>>();
    let apart: BTreeMap<&String, Vec<String>> = proposal
        .apart
        .iter()
        .map(|(name, packages)| (name, specs(packages)))
        .collect();
    let files: BTreeMap<&String, &String> = proposal
        .files
        .iter()
        .map(|file| (&file.path, &file.text))
        .collect();
    let value = json!({
        "schema": 1,
        "path": path,
        "use_cases": proposal.use_cases,
        "packages": specs(&proposal.packages),
        "environments": apart,
        "files": files,
        "notes": proposal.notes,
        "text": proposal.text,
    });
    let text = serde_json::to_string_pretty(&value).map_err(Error::new)?;
    Ok(text + "\n")
}
