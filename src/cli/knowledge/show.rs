//! `hf-lsp knowledge show transformers.TrainingArguments.evaluation_strategy`

use crate::environment::{Environment, Resolved, Source};
use crate::knowledge::choose::Knowledge;
use crate::knowledge::overlay::overlay;
use crate::knowledge::signature::SignatureParam;
use crate::knowledge::store::store;
use crate::knowledge::timeline::Timeline;
use crate::knowledge::view::{Entity, View};

/// Show the history of one symbol or parameter
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A symbol, or a callable followed by one of its arguments or attributes
    path: String,
    /// Releases of other libraries that it builds on, `transformers==5.14.1`; the newest otherwise
    #[arg(long = "target", value_name = "PKG==VER")]
    targets: Vec<String>,
}

/// The history as text.
pub(super) fn show(args: &Args) -> Result<String, String> {
    let view = Knowledge::default().view(&environment(&args.targets)?);
    let path = args.path.as_str();
    let package = path.split('.').next().unwrap_or_default();
    if view.selected(path).is_none() {
        return Err(format!(
            "nothing is known about `{package}`; `hf-lsp knowledge list` names the libraries"
        ));
    }
    let (owner, name) = path.rsplit_once('.').unwrap_or((path, ""));
    let of_symbol = view.symbol_timeline(path).filter(Timeline::was_ever);
    let timeline = of_symbol
        .or_else(|| {
            view.argument_timeline(owner, name)
                .filter(Timeline::was_ever)
        })
        .or_else(|| {
            view.attribute_timeline(owner, name)
                .filter(Timeline::was_ever)
        })
        .ok_or_else(|| format!("no known release has `{path}`"))?;
    Ok(render(&view, owner, name, path, &timeline))
}

/// Every library at its newest release, but for the targets.
fn environment(targets: &[String]) -> Result<Environment, String> {
    let mut environment = Environment::default();
    for name in store().names() {
        if let Some(version) = store().releases(name).pop() {
            environment
                .libraries
                .insert(name.to_owned(), Resolved::new(version, Source::Newest));
        }
    }
    for target in targets {
        let (name, version) = target
            .split_once("==")
            .ok_or_else(|| format!("`{target}` is not of the form PKG==VER"))?;
        let version = version
            .parse()
            .map_err(|_| format!("`{version}` is not a version"))?;
        let name = crate::knowledge::store::normalise(name);
        environment
            .libraries
            .insert(name, Resolved::new(version, Source::Target));
    }
    Ok(environment)
}

fn render(view: &View, owner: &str, name: &str, path: &str, timeline: &Timeline) -> String {
    let library = timeline.library.name();
    let mut out = format!(
        "{path}\n  in {library}: {}\n",
        ranges(timeline, &timeline.present)
    );
    if timeline.deprecated.contains(&true) {
        let notices = ranges(timeline, &timeline.deprecated);
        out.push_str(&format!("  deprecated: {notices}\n"));
    }
    if timeline.owner != path && timeline.owner != owner {
        out.push_str(&format!("  declared by {}\n", timeline.owner));
    }
    for (since, shape) in shapes(view, owner, name, path, timeline) {
        out.push_str(&format!("  since {since}: {shape}\n"));
    }
    let curated = overlay()
        .argument(&timeline.owner, name)
        .or_else(|| overlay().argument(owner, name))
        .map(|entry| (&entry.why, &entry.evidence))
        .or_else(|| {
            overlay()
                .symbol(path)
                .map(|entry| (&entry.why, &entry.evidence))
        })
        .or_else(|| {
            overlay()
                .attribute(owner, name)
                .map(|entry| (&entry.why, &entry.evidence))
        });
    if let Some((why, evidence)) = curated {
        out.push_str(&format!("  {why}\n  evidence: {evidence}\n"));
    }
    out
}

/// "4.30 to 4.50, 4.52 and later"
fn ranges(timeline: &Timeline, present: &[bool]) -> String {
    let mut parts = Vec::new();
    let mut start = None;
    for index in 0..=present.len() {
        let there = present.get(index).copied().unwrap_or(false);
        match (start, there) {
            (None, true) => start = Some(index),
            (Some(first), false) => {
                let label = |release: usize| timeline.library.label(release);
                parts.push(if index == present.len() {
                    format!("{} and later", label(first))
                } else if first == index - 1 {
                    label(first).to_owned()
                } else {
                    format!("{} to {}", label(first), label(index - 1))
                });
                start = None;
            }
            _ => {}
        }
    }
    parts.join(", ")
}

/// How it is declared, each time that changes.
fn shapes(
    view: &View,
    owner: &str,
    name: &str,
    path: &str,
    timeline: &Timeline,
) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for (release, there) in timeline.present.iter().enumerate() {
        if !there {
            continue;
        }
        let at = view.at(timeline.library.name(), release);
        let shape = shape(&at, owner, name, path);
        if out.last().is_none_or(|(_, last)| *last != shape) {
            out.push((timeline.library.label(release).to_owned(), shape));
        }
    }
    out
}

fn shape(view: &View, owner: &str, name: &str, path: &str) -> String {
    let entity = view.resolve(path);
    if let Some(signature) = view.signature(&entity) {
        return format!("{} parameters", signature.params.len());
    }
    if !matches!(
        entity,
        Entity::Missing { .. } | Entity::Unknown | Entity::Value
    ) {
        return "present".to_owned();
    }
    let Some(signature) = view.signature(&view.resolve(owner)) else {
        return "present".to_owned();
    };
    match (signature.param(name), signature.accepts.get(name)) {
        (Some(param), _) => parameter(param),
        (None, Some(how)) => format!("not in the signature, but {}", how.word()),
        (None, None) => "an attribute".to_owned(),
    }
}

fn parameter(param: &SignatureParam) -> String {
    let annotation = param
        .param
        .annotation
        .as_ref()
        .map_or_else(String::new, |annotation| format!(": {annotation}"));
    let default = param.param.default.as_ref().map_or_else(
        || ", required".to_owned(),
        |default| format!(" = {default}"),
    );
    format!("{}{annotation}{default}", param.param.name)
}
