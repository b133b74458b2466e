//! `hf_signature`

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::checker::Checker;
use crate::knowledge::fact::Deprecation;
use crate::knowledge::view::{Entity, View};
use crate::mcp::desk::Desk;
use crate::mcp::tool::{Call, Effect, Refusal, Tool};
use crate::workspace::versions::Answer;

/// See [`Tool::DESCRIPTION`].
pub struct Signature;

/// What is asked about.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// A class, function or method as it is imported, such as "trl.SFTConfig"
    symbol: String,
    /// A release instead of the one that the project uses, such as "1.16.0"
    version: Option<String>,
}

/// What calling it takes.
#[derive(Serialize, JsonSchema)]
pub struct Output {
    symbol: String,
    library: String,
    /// The release that is told about
    version: String,
    /// How that was found
    version_source: String,
    /// Where the arguments are declared
    declared_in: String,
    parameters: Vec<Parameter>,
    /// Whether other keywords are taken too
    takes_any_keyword: bool,
    /// Arguments that should not be used any more
    deprecated: Vec<Deprecated>,
    /// Since when the symbol itself should not be used, and what to use instead
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<String>,
}

/// An argument.
#[derive(Serialize, JsonSchema)]
struct Parameter {
    name: String,
    /// As Python writes it; absent where the argument is required
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotation: Option<String>,
}

/// A notice about an argument.
#[derive(Serialize, JsonSchema)]
struct Deprecated {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    instead: Option<String>,
    /// The release in which it is announced to go
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl Tool for Signature {
    const NAME: &'static str = "hf_signature";
    const TITLE: &'static str = "Arguments of a callable";
    const DESCRIPTION: &'static str = "The exact arguments, defaults and types of a class, function or method in the release that \
        the project uses (or another), inherited ones included. Call it before you write a call from memory.";
    const EFFECT: Effect = Effect::Reads;
    type Input = Input;
    type Output = Output;

    fn call(desk: &Desk, input: Input, _: &Call) -> Result<Output, Refusal> {
        let symbol = input.symbol.trim();
        let targets = target(desk, symbol, input.version.as_deref())?;
        let checker = desk.checker(desk.root(), targets)?;
        let answer = versions(desk, &checker);
        let view = checker.knowledge().view(&answer.environment);
        let entity = view.resolve(symbol);
        let selected = view.selected(symbol).ok_or_else(|| unknown(desk, symbol))?;
        let library = selected.library.name().to_owned();
        let resolved = answer.environment.libraries.get(&library);
        let version = resolved.map_or_else(
            || selected.library.label(selected.release).to_owned(),
            |it| it.version.to_string(),
        );
        let found = view
            .signature(&entity)
            .ok_or_else(|| Refusal::new(missing(&view, symbol, &entity, &library, &version)))?;
        let parameters = found.params.iter().map(|it| Parameter {
            name: it.param.name.clone(),
            default: it.param.default.clone(),
            annotation: it.param.annotation.clone(),
        });
        let deprecated = found.deprecations.iter().map(|(_, notice)| Deprecated {
            name: notice.name.clone().unwrap_or_default(),
            instead: notice.replacement.clone(),
            until: notice.announced.clone(),
        });
        Ok(Output {
            symbol: symbol.to_owned(),
            declared_in: found.owner.clone(),
            parameters: parameters.collect(),
            takes_any_keyword: found.open,
            deprecated: deprecated.collect(),
            notice: view.notice_at(symbol).map(|it| told(&it)),
            version_source: resolved.map_or_else(String::new, |it| it.source.to_string()),
            library,
            version,
        })
    }
}

fn told(notice: &Deprecation) -> String {
    let instead = notice.replacement.as_deref();
    instead.map_or_else(
        || "should not be used any more".to_owned(),
        |instead| format!("should not be used any more; use `{instead}`"),
    )
}

/// Why there is no signature.
fn missing(view: &View, symbol: &str, entity: &Entity, library: &str, version: &str) -> String {
    let is_missing = matches!(entity, Entity::Missing { .. } | Entity::Unknown);
    let timeline = view.symbol_timeline(symbol).filter(|_| is_missing);
    match timeline.as_ref().map(|it| (it.removed_in(), it.comes_in())) {
        Some((Some(removed), _)) => format!(
            "`{symbol}` is not in {library} {version}: it went in {removed}; hf_changes with `symbols` tells what replaced it"
        ),
        Some((_, Some(comes))) => {
            format!("`{symbol}` is not in {library} {version}: it comes in {comes}")
        }
        Some(_) => format!(
            "no known release of {library} has `{symbol}`; look for the name with hf_docs on its module"
        ),
        None => format!(
            "`{symbol}` is in {library} {version}, but it is nothing whose arguments are known"
        ),
    }
}

/// Why nothing is known about a path.
pub fn unknown(desk: &Desk, symbol: &str) -> Refusal {
    let names: Vec<&str> = desk.store().names().collect();
    Refusal::new(format!(
        "nothing is known about `{symbol}`; give a path as it is imported, of one of: {}",
        names.join(", ")
    ))
}

/// The release of the symbol's library that is asked for, as a target.
pub fn target(desk: &Desk, symbol: &str, version: Option<&str>) -> Result<Vec<String>, Refusal> {
    let Some(version) = version else {
        return Ok(Vec::new());
    };
    let package = symbol.split('.').next().unwrap_or_default();
    let mut all = desk.store().packages();
    let library = all.find(|(_, packages)| packages.iter().any(|known| known == package));
    let (library, _) = library.ok_or_else(|| unknown(desk, symbol))?;
    Ok(vec![format!("{library}=={version}")])
}

/// The releases of the project.
pub fn versions(desk: &Desk, checker: &Checker) -> Arc<Answer> {
    // Any file of the folder has them.
    checker.versions(&desk.root().join("script.py"), None)
}
