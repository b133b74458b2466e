//! What a dotted path names: `transformers.TrainingArguments.eval_strategy`.

use super::subject::Subject;
use crate::docs::find::{self, Finder};
use crate::knowledge::fact::Fact;
use crate::knowledge::view::{Entity, View};
use crate::rules::arguments::{Callee, class_callee, forwards_to, function_callee};
use crate::rules::context::Context;

/// Why a path names nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// Nothing is known about any such package.
    #[error("nothing is known about `{0}`; `hf-lsp knowledge list` names the libraries")]
    Package(String),
    /// The package has no such symbol.
    #[error("{}", sentence(.owner, .name, .nearest))]
    Symbol {
        /// The longest part of the path that is known.
        owner: String,
        /// The name behind it.
        name: String,
        /// What may be meant, as a whole path.
        nearest: Option<String>,
    },
}

fn sentence(owner: &str, name: &str, nearest: &Option<String>) -> String {
    let hint = nearest.as_ref().map_or_else(String::new, |nearest| {
        format!("; did you mean `{nearest}`?")
    });
    format!("`{owner}` has no `{name}`{hint}")
}

/// The symbol, or the argument of a callable, that a path names in the resolved releases, or named in another one.
///
/// # Errors
/// Where nothing of that name is known.
pub fn subject(ctx: &Context<'_>, finder: &Finder<'_>, path: &str) -> Result<Subject, Unknown> {
    let package = path.split('.').next().unwrap_or_default();
    if ctx.view.selected(path).is_none() {
        return Err(Unknown::Package(package.to_owned()));
    }
    if let entity @ (Entity::Class(_) | Entity::Function(_)) = ctx.view.resolve(path) {
        return Ok(Subject::Object(entity));
    }
    let below = path
        .rsplit_once('.')
        .and_then(|(owner, name)| member(ctx, finder, owner, name));
    if let Some(found) = below {
        return Ok(found);
    }
    let was_ever = |timeline: crate::knowledge::timeline::Timeline| timeline.was_ever();
    if ctx.view.symbol_timeline(path).is_some_and(was_ever) {
        return Ok(Subject::Path(path.to_owned()));
    }
    Err(unknown(ctx.view, path))
}

/// An argument or attribute of a callable, or a method that only its source shows.
fn member(ctx: &Context<'_>, finder: &Finder<'_>, owner: &str, name: &str) -> Option<Subject> {
    let callee = callable(ctx, finder, owner)?;
    // What a factory hands on is best told by what gets it.
    let callee = match forwards_to(ctx, &callee) {
        Some(other) if !takes(ctx, &callee, name) => callable(ctx, finder, &other)
            .filter(|other| takes(ctx, other, name))
            .unwrap_or(callee),
        _ => callee,
    };
    let timeline = || ctx.view.argument_timeline(&callee.symbol, name);
    let took = || timeline().is_some_and(|timeline| timeline.was_ever());
    if takes(ctx, &callee, name) || took() || find::argument(finder, &callee.entity, name).is_some()
    {
        return Some(Subject::Argument {
            callee,
            name: name.to_owned(),
            value: None,
        });
    }
    match &callee.entity {
        Entity::Class(class) => find::method(finder, class, name).map(Subject::Object),
        _ => None,
    }
}

fn takes(ctx: &Context<'_>, callee: &Callee, name: &str) -> bool {
    let signature = ctx.view.signature(&callee.entity);
    signature.is_some_and(|signature| signature.takes(name))
}

fn callable(ctx: &Context<'_>, finder: &Finder<'_>, path: &str) -> Option<Callee> {
    match ctx.view.resolve(path) {
        Entity::Class(class) => Some(class_callee(ctx, class, Vec::new())),
        Entity::Function(function) => Some(function_callee(ctx, function, true)),
        _ => {
            let (owner, name) = path.rsplit_once('.')?;
            let Entity::Class(class) = ctx.view.resolve(owner) else {
                return None;
            };
            match find::method(finder, &class, name)? {
                Entity::Function(function) => Some(function_callee(ctx, function, true)),
                _ => None,
            }
        }
    }
}

/// The longest known part of a path, and the name behind it that is most like the one that is not known.
fn unknown(view: &View, path: &str) -> Unknown {
    let is_known = |path: &str| {
        !matches!(
            view.resolve(path),
            Entity::Missing { .. } | Entity::Unknown | Entity::Value
        )
    };
    let ends = path.rmatch_indices('.').map(|(dot, _)| dot);
    let end = ends
        .into_iter()
        .find(|dot| is_known(&path[..*dot]))
        .unwrap_or(path.len());
    let (owner, rest) = path.split_at(end);
    let name = rest
        .trim_start_matches('.')
        .split('.')
        .next()
        .unwrap_or_default();
    let known = names(view, &view.resolve(owner));
    let nearest = near(name, &known).map(|nearest| format!("{owner}.{nearest}"));
    Unknown::Symbol {
        owner: owner.to_owned(),
        name: name.to_owned(),
        nearest,
    }
}

/// The name that the fewest edits lead to, whatever its case; at most one edit in three characters.
fn near<'n>(name: &str, known: &'n [String]) -> Option<&'n String> {
    let wanted = name.to_lowercase();
    let distance = |other: &String| strsim::osa_distance(&wanted, &other.to_lowercase());
    // What is longer than any name by far is near to none, and long to compare.
    let alike = known
        .iter()
        .filter(|other| other.len() * 2 + 8 > wanted.len());
    let rated = alike.map(|other| (distance(other), other));
    let (distance, nearest) = rated.min()?;
    (distance * 3 <= name.chars().count()).then_some(nearest)
}

/// What stands below an entity by name.
fn names(view: &View, entity: &Entity) -> Vec<String> {
    let mut found = Vec::new();
    let mut paths = Vec::new();
    match entity {
        Entity::Module(module) => paths.push(module.clone()),
        Entity::Class(class) => paths.extend(view.mro(class).classes.iter().cloned()),
        _ => {}
    }
    if let Some(signature) = view.signature(entity) {
        found.extend(signature.keywords().map(ToOwned::to_owned));
    }
    for path in paths {
        let Some(selected) = view.selected(&path) else {
            continue;
        };
        let children = selected.library.children(&path);
        let there = children
            .iter()
            .filter(|owner| owner.presence.contains(selected.release));
        found.extend(there.filter_map(|owner| Some(owner.path.rsplit_once('.')?.1.to_owned())));
        for history in selected.library.histories(&path) {
            found.extend(history.at(selected.release).filter_map(|fact| match fact {
                Fact::Binding { name, .. } | Fact::Attr { name, .. } => Some(name.clone()),
                _ => None,
            }));
        }
    }
    found.retain(|name| !name.starts_with('_'));
    found
}
