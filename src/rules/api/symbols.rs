//! Every import from a library and every attribute of its modules, judged once for all rules.

use std::mem::{Discriminant, discriminant};

use rustc_hash::FxHashMap;

use crate::knowledge::fact::{Deprecation, OwnerKind};
use crate::knowledge::overlay;
use crate::knowledge::timeline::Timeline;
use crate::knowledge::view::{Entity, View};
use crate::python::facts::{Access, Guard};
use crate::rules::arguments::nearest;
use crate::rules::context::{Context, Thing, asks_for, is_quoted};
use crate::text::TextRange;

/// One use of a library's symbol.
#[derive(Debug)]
pub struct SymbolUse<'o> {
    /// The absolute path as it is written, `transformers.AdamW`.
    pub path: String,
    /// Where its last segment (or the module of an import) is written.
    pub range: TextRange,
    /// How it is written.
    pub site: SymbolSite,
    /// The curated entry.
    pub entry: Option<&'o overlay::Symbol>,
    /// What becomes of it.
    pub verdict: SymbolVerdict,
}

/// How a symbol is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolSite {
    /// The name in `from module import name`; index into the imports.
    Name(usize),
    /// The module of an import; index into the imports.
    Module(usize),
    /// `module.name`; index into the attributes.
    Attribute(usize),
}

/// What becomes of a symbol.
#[derive(Clone, Debug)]
pub enum SymbolVerdict {
    /// It is there.
    Fine,
    /// It is there, and the source says that it should not be used.
    Deprecated(Deprecation),
    /// It is gone.
    Removed(Timeline),
    /// It is gone from here; the same definition is found at this public path.
    Moved(Timeline, String),
    /// It will come.
    NotYet(Timeline),
    /// It was never there; the name it is most like, where there is one.
    Unknown(Option<String>),
}

/// Judges all uses of symbols in a document.
pub fn judge_symbols<'o>(ctx: &Context<'o>) -> Vec<SymbolUse<'o>> {
    let mut uses = Vec::new();
    let mut known = Verdicts::default();
    let mut last_module = None;
    let mut odd_modules: FxHashMap<&str, Option<String>> = FxHashMap::default();
    for (index, import) in ctx.facts.imports.iter().enumerate() {
        if import.guard == Guard::Guarded || ctx.view.selected(&import.module).is_none() {
            continue;
        }
        let module = import.module.as_str();
        let odd = odd_modules.entry(module);
        let odd = odd.or_insert_with(|| odd_module(ctx.view, module)).clone();
        let (path, range, site) = match (&import.name, odd) {
            (_, Some(module)) => {
                if last_module.replace(import.module_range) == Some(import.module_range) {
                    continue;
                }
                (module, import.module_range, SymbolSite::Module(index))
            }
            (Some(name), None) if name.name != "*" => (
                format!("{}.{}", import.module, name.name),
                name.range,
                SymbolSite::Name(index),
            ),
            _ => continue,
        };
        uses.push(judged(ctx, &mut known, path, range, site));
    }
    for (index, used) in ctx.facts.attributes.iter().enumerate() {
        if used.guard == Guard::Guarded || used.access == Access::Store {
            continue;
        }
        if let Thing::Object(Entity::Module(module)) = ctx.thing(&used.receiver) {
            let path = format!("{module}.{}", used.attr.name);
            let site = SymbolSite::Attribute(index);
            uses.push(judged(ctx, &mut known, path, used.attr.range, site));
        }
    }
    uses
}

/// The shortest part of a module path that is missing, or else the longest that should not be used.
fn odd_module(view: &View, module: &str) -> Option<String> {
    let ends = module
        .match_indices('.')
        .map(|(dot, _)| dot)
        .chain([module.len()]);
    let mut deprecated = None;
    for prefix in ends.map(|end| &module[..end]) {
        match view.resolve_module(prefix) {
            Entity::Missing { .. } => return Some(prefix.to_owned()),
            found @ Entity::Module(_) if view.notice(&found).is_some() => deprecated = Some(prefix),
            _ => {}
        }
    }
    deprecated.map(str::to_owned)
}

/// By path, and how it is written: what becomes of a symbol takes long to find out, and a file uses it again
/// and again.
type Verdicts = FxHashMap<(String, Discriminant<SymbolSite>), SymbolVerdict>;

fn judged<'o>(
    ctx: &Context<'o>,
    known: &mut Verdicts,
    path: String,
    range: TextRange,
    site: SymbolSite,
) -> SymbolUse<'o> {
    let entry = ctx.overlay.symbol(&path);
    let verdict = known.entry((path.clone(), discriminant(&site)));
    let verdict = verdict.or_insert_with(|| judge(ctx, &path, site, entry));
    SymbolUse {
        verdict: verdict.clone(),
        entry,
        path,
        range,
        site,
    }
}

/// Whether the file shows elsewhere that it runs where that symbol is missing too: it imports it under
/// protection, or asks for an attribute by its name.
fn expects_missing(ctx: &Context<'_>, path: &str, site: SymbolSite) -> bool {
    let is_below = |known: &str| {
        known
            .strip_prefix(path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let is_protected = ctx.facts.imports.iter().any(|import| {
        let name = import.name.as_ref().map_or("", |name| &name.name);
        let whole = (import.module.as_str(), name);
        import.guard == Guard::Guarded
            && (is_below(&import.module) || path.rsplit_once('.') == Some(whole))
    });
    let name = path.rsplit('.').next().unwrap_or(path);
    is_protected || matches!(site, SymbolSite::Attribute(_)) && asks_for(ctx.text, name)
}

fn judge(
    ctx: &Context<'_>,
    path: &str,
    site: SymbolSite,
    entry: Option<&overlay::Symbol>,
) -> SymbolVerdict {
    let entity = match site {
        SymbolSite::Name(_) => ctx.view.imported_name(path),
        SymbolSite::Module(_) => ctx.view.resolve_module(path),
        SymbolSite::Attribute(_) => ctx.view.resolve(path),
    };
    match &entity {
        Entity::Missing { .. } => missing(ctx, path, site),
        // Namespace packages hold what other distributions bring; only people can tell.
        Entity::Unknown if is_gone(ctx, entry) => missing(ctx, path, site),
        Entity::Unknown => SymbolVerdict::Fine,
        _ => {
            let announced = entry
                .filter(|entry| ctx.has_gone(entry.deprecated.as_deref(), Some(&entry.library)));
            match (ctx.view.notice_at(path), announced) {
                (Some(notice), _) => SymbolVerdict::Deprecated(notice),
                (None, Some(_)) => SymbolVerdict::Deprecated(Deprecation {
                    name: None,
                    when: crate::knowledge::fact::Trigger::Used,
                    replacement: None,
                    announced: None,
                }),
                (None, None) => SymbolVerdict::Fine,
            }
        }
    }
}

/// Whether a curated entry says that it went away.
fn is_gone(ctx: &Context<'_>, entry: Option<&overlay::Symbol>) -> bool {
    entry.is_some_and(|entry| ctx.has_gone(entry.gone.as_deref(), Some(&entry.library)))
}

fn missing(ctx: &Context<'_>, path: &str, site: SymbolSite) -> SymbolVerdict {
    // Asked first: telling the history of a symbol takes long.
    if ctx.overlay.is_present(path) || expects_missing(ctx, path, site) {
        return SymbolVerdict::Fine;
    }
    let Some(timeline) = ctx.view.symbol_timeline(path) else {
        return SymbolVerdict::Fine;
    };
    if timeline.was_there() {
        return match moved_to(ctx, path, &timeline) {
            Some(new) => SymbolVerdict::Moved(timeline, new),
            None => SymbolVerdict::Removed(timeline),
        };
    }
    if ctx.is_newer_than_known(path) {
        return SymbolVerdict::Fine;
    }
    if timeline.comes_in().is_some() {
        // A name of a later release that the file also has as a text is asked for first.
        let is_asked_for = matches!(
            (site, path.rsplit_once('.')),
            (SymbolSite::Attribute(_), Some((_, name))) if is_quoted(ctx.text, name)
        );
        return match is_asked_for {
            true => SymbolVerdict::Fine,
            false => SymbolVerdict::NotYet(timeline),
        };
    }
    SymbolVerdict::Unknown(near_name(ctx, path))
}

/// Where the class or function of that name is now, where there is exactly one in the library.
fn moved_to(ctx: &Context<'_>, path: &str, timeline: &Timeline) -> Option<String> {
    let (_, name) = path.rsplit_once('.')?;
    let selected = ctx.view.selected(path)?;
    let last = timeline.present[..timeline.current]
        .iter()
        .rposition(|there| *there)?;
    let before = ctx.view.at(timeline.library.name(), last).resolve(path);
    let kind = match before {
        Entity::Class(_) => OwnerKind::Class,
        Entity::Function(_) => OwnerKind::Function,
        _ => return None,
    };
    let mut found: Vec<String> = selected
        .library
        .named(name, kind)
        .filter(|owner| owner.presence.contains(selected.release))
        .map(|owner| ctx.view.public_path(owner.path))
        .filter(|public| is_importable(ctx.view, public))
        .collect();
    found.sort();
    found.dedup();
    match found.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// Whether a path names a module's member (not a method), and no part of it is private.
fn is_importable(view: &View, path: &str) -> bool {
    let Some((module, _)) = path.rsplit_once('.') else {
        return false;
    };
    matches!(view.resolve(module), Entity::Module(_))
        && !path.split('.').any(|segment| segment.starts_with('_'))
        && !view.is_placeholder(&view.resolve(path))
}

/// The name in the same module that a missing one is most like.
fn near_name(ctx: &Context<'_>, path: &str) -> Option<String> {
    let (module, name) = path.rsplit_once('.')?;
    let selected = ctx.view.selected(module)?;
    let bound = selected.library.bound_names(module, selected.release);
    let mut names: Vec<String> = bound.map(str::to_owned).collect();
    for child in selected.library.children(module) {
        if child.presence.contains(selected.release) {
            names.extend(child.path.rsplit('.').next().map(str::to_owned));
        }
    }
    nearest(name, names.iter().map(String::as_str)).map(str::to_owned)
}
