//! Mappings that name what they are passed to: `_target_: transformers.TrainingArguments` (Hydra), and
//! `class_path:` with `init_args:` (jsonargparse).

use std::sync::Arc;

use super::call::{Callee, File, call};
use crate::embedded::tree::Node;
use crate::python::ast::{Ident, Name};
use crate::python::facts::{Access, AttributeUse, Facts, Guard, Origin, Step};
use crate::text::TextRange;

/// The keys that name it.
pub const MARKS: [&str; 2] = ["_target_", "class_path"];

/// Keys that Hydra reads itself.
const OWN: [&str; 5] = [
    "_target_",
    "_args_",
    "_partial_",
    "_recursive_",
    "_convert_",
];

pub fn add(file: &File<'_>, map: &Node, facts: &mut Facts) {
    let [hydra, jsonargparse] = MARKS;
    let (name, arguments) = match (map.get(hydra), map.get(jsonargparse)) {
        (Some(name), _) => (name, map),
        (None, Some(name)) => match map.get("init_args") {
            Some(arguments) if arguments.is_map() => (name, arguments.resolved()),
            _ => return,
        },
        (None, None) => return,
    };
    let (Some(path), Some(range)) = (name.as_str(), name.plain_range(file.text)) else {
        return;
    };
    if !is_path(path) {
        return;
    }
    name_uses(path, range, facts);
    let callee = Callee {
        path,
        range,
        shared: false,
    };
    let mut call = call(file, arguments, &callee, |name| OWN.contains(&name));
    if let Some(call) = &mut call {
        // Arguments may still come when it is called.
        call.partial = map.get("_partial_").is_some();
    }
    facts.calls.extend(call);
}

/// A dotted path of names, and not one of a single name.
fn is_path(path: &str) -> bool {
    let is_name = |part: &str| {
        let mut letters = part.chars();
        letters
            .next()
            .is_some_and(|first| first.is_alphabetic() || first == '_')
            && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
    };
    path.contains('.') && path.split('.').all(is_name)
}

/// Each step of the path is looked up as in Python.
fn name_uses(path: &str, range: TextRange, facts: &mut Facts) {
    let mut parts = path.split('.');
    let first = parts.next().unwrap_or_default();
    let mut receiver = Origin::import(first);
    let mut end = range.start as usize + first.len();
    for part in parts {
        let attr = TextRange::from_usize(end + 1, end + 1 + part.len());
        end = attr.end as usize;
        let next = receiver.then(Step::Attr(Name::new(part)));
        facts.attributes.push(AttributeUse {
            receiver: Arc::new(std::mem::replace(&mut receiver, next)),
            attr: Ident {
                name: Name::new(part),
                range: attr,
            },
            range: TextRange::new(range.start, attr.end),
            access: Access::Load,
            called: attr.end == range.end,
            guard: Guard::None,
        });
    }
}
