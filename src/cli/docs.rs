//! `hf-lsp docs transformers.TrainingArguments.eval_strategy`

mod fetch;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use super::Error;
use super::network::Network;
use crate::assist::documentation::{Pages, Shelf, documentation};
use crate::assist::hover::{Known, describe};
use crate::assist::path;
use crate::checker::{Checker, Request};
use crate::docs::describe::Limits;
use crate::docs::find::Finder;
use crate::docs::source::Reader;
use crate::engine::pages::Waiting;
use crate::environment::Environment;
use crate::hub::Mode;
use crate::hub::network::Subject;
use crate::knowledge::choose::Knowledge;
use crate::knowledge::overlay::overlay;
use crate::knowledge::view::{Entity, View};
use crate::python::facts::Facts;
use crate::rules::context::Context;
use crate::workspace::files::{Disk, Files};
use crate::workspace::settings::Layer;
use crate::workspace::versions::project_root;

/// Show what is known and documented about a symbol or argument
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A class, function or method by the path of its import, or one followed by an argument
    #[arg(required_unless_present = "fetch")]
    path: Option<String>,
    /// A release instead of what the project uses, `transformers==5.23.0`; may be repeated
    #[arg(long = "target", value_name = "PKG==VER")]
    targets: Vec<String>,
    /// Interpreter or environment to take versions and documentation from; it is read, never run
    #[arg(long, value_name = "PATH")]
    python: Option<PathBuf>,
    /// Fetch the page of a package that is not installed; without it only pages that were fetched before are read
    #[arg(long)]
    online: bool,
    /// Fetch all pages about the symbols of a release, to be read without a network; may be repeated
    #[arg(long, value_name = "PKG==VER")]
    fetch: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// A sentence where an option makes no sense or nothing of that name is known.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    let here = std::env::current_dir()
        .map_err(|error| Error(format!("the working directory cannot be found: {error}")))?;
    let files: Arc<dyn Files> = Arc::new(Disk);
    let mode = match args.online || !args.fetch.is_empty() {
        true => Mode::On,
        false => Mode::Cache,
    };
    let network = Network::new(Arc::clone(&files), mode, Subject::Documentation)?;
    for release in &args.fetch {
        fetch::fetch(&network, release)?;
    }
    let Some(path) = args.path.as_deref().map(str::trim) else {
        return Ok(ExitCode::SUCCESS);
    };
    let request = Request {
        root: project_root(&*files, &here),
        python: args.python.clone(),
        layer: Layer {
            targets: args.targets.clone(),
            ..Layer::default()
        },
        use_active: true,
        hub: None,
        opened: Arc::default(),
    };
    let checker = Checker::new(files, Arc::new(Knowledge::default()), request).map_err(Error)?;
    // Any file of this folder has the versions that are wanted.
    let answer = checker.versions(&here.join("script.py"), None);
    let client = Arc::clone(network.hub.client());
    let pages = Waiting::new(client, network.runtime.handle().clone());
    let shown = page(checker.knowledge(), &answer.environment, &pages, path)?;
    anstream::print!("{}", shown.text);
    if let Some(note) = shown.note {
        anstream::eprintln!("hf-lsp: {note}");
    }
    Ok(ExitCode::SUCCESS)
}

/// What the command prints.
pub struct Page {
    /// What is known and documented.
    pub text: String,
    /// Why there is no documentation.
    pub note: Option<String>,
}

/// What is known and documented about a path.
///
/// # Errors
/// A sentence where nothing of that name is known.
pub fn page(
    knowledge: &Knowledge,
    environment: &Environment,
    pages: &dyn Pages,
    path: &str,
) -> Result<Page, Error> {
    let view = knowledge.view(environment);
    let facts = Facts::default();
    let ctx = Context::new("", &facts, &view, None, environment, overlay());
    let reader = Reader::default();
    let finder = Finder {
        reader: &reader,
        view: &view,
        environment,
    };
    let subject = path::subject(&ctx, &finder, path).map_err(Error::new)?;
    let shelf = Shelf {
        reader: &reader,
        pages: Some(pages),
        limits: Limits::TERMINAL,
    };
    let known = describe(&ctx, &subject).unwrap_or_else(|| Known {
        head: format!("`{path}`"),
        history: String::new(),
    });
    let documentation = documentation(&shelf, &view, environment, &subject);
    let note = documentation
        .is_none()
        .then(|| missing(&view, environment, path));
    let text = format!("{}\n", known.with(documentation.as_ref()));
    Ok(Page { text, note })
}

/// Why nothing is documented.
fn missing(view: &View, environment: &Environment, path: &str) -> String {
    let library = view
        .selected(path)
        .map_or(path, |selected| selected.library.name());
    let resolved = environment.libraries.get(library);
    let is_installed = resolved.is_some_and(|resolved| {
        let baseline = resolved
            .baseline
            .as_ref()
            .and_then(|baseline| baseline.sources.as_ref());
        resolved.sources.is_some() || baseline.is_some()
    });
    if matches!(view.resolve(path), Entity::Missing { .. }) {
        format!("the release that applies has no `{path}`, so there is no documentation of it")
    } else if is_installed {
        format!("the installed `{library}` says nothing about `{path}`")
    } else {
        format!(
            "`{library}` is not installed here, so its documentation is not at hand; `--python PATH` names an environment that has it, `--online` fetches its page"
        )
    }
}
