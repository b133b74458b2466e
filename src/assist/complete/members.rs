//! The names in modules and classes of the resolved releases.

use rustc_hash::FxHashSet;

use crate::assist::item::Kind;
use crate::knowledge::fact::{Fact, Flag, OwnerKind};
use crate::knowledge::view::{Entity, View};

/// Longer chains of star imports than this are not followed.
const MAX_STARS: usize = 4;

/// A name in a module or class.
#[derive(Clone, Debug)]
pub struct Member {
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The type, where it is written down.
    pub annotation: Option<String>,
    /// The value, as Python source.
    pub value: Option<String>,
    /// Whether it should no longer be used.
    pub is_deprecated: bool,
}

/// The public names of a module that satisfy `wanted`, sorted: classes, functions, constants, modules
/// below it. What it merely imports from other packages is none of them.
pub fn of_module(view: &View, module: &str, wanted: &dyn Fn(&str) -> bool) -> Vec<Member> {
    let mut names = FxHashSet::default();
    add_names(view, module, wanted, MAX_STARS, &mut names);
    let mut members: Vec<Member> = names
        .into_iter()
        .filter_map(|name| member_of_module(view, module, name))
        .collect();
    members.sort_by(|one, other| one.name.cmp(&other.name));
    members
}

fn add_names(
    view: &View,
    module: &str,
    wanted: &dyn Fn(&str) -> bool,
    stars: usize,
    names: &mut FxHashSet<String>,
) {
    let Some(selected) = view.selected(module) else {
        return;
    };
    let (library, release) = (&selected.library, selected.release);
    let is_wanted = |name: &&str| !name.starts_with('_') && wanted(name);
    let bound = library.bound_names(module, release).filter(is_wanted);
    names.extend(bound.map(str::to_owned));
    for child in library.children(module) {
        let name = child.path.rsplit('.').next().unwrap_or_default();
        if is_wanted(&name) && child.presence.contains(release) {
            names.insert(name.to_owned());
        }
    }
    if stars == 0 {
        return;
    }
    for fact in library.nature(module, release) {
        if let Fact::Star(target) = fact
            && let Entity::Module(target) = view.resolve_module(&target)
        {
            add_names(view, &target, wanted, stars - 1, names);
        }
    }
}

fn member_of_module(view: &View, module: &str, name: String) -> Option<Member> {
    let path = format!("{module}.{name}");
    let package = |path: &str| path.split('.').next().map(str::to_owned);
    let is_own = |definition: &str| package(definition) == package(module);
    let kind = match view.imported_name(&path) {
        Entity::Class(class) if is_own(&class) => Kind::Class,
        Entity::Function(function) if is_own(&function.path) => Kind::Function,
        Entity::Module(below) if below == path => Kind::Module,
        Entity::Value if !name.contains(|c: char| c.is_ascii_lowercase()) => Kind::Constant,
        _ => return None,
    };
    Some(Member {
        kind,
        annotation: None,
        value: None,
        is_deprecated: view.notice_at(&path).is_some(),
        name,
    })
}

/// The public names of a class and of the classes that it inherits from; where two have a name, the first
/// counts.
pub fn of_class(view: &View, class: &str) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    let mut known = FxHashSet::default();
    for (base, owner) in view.class_owners(class) {
        for fact in owner.facts() {
            let member = match fact {
                Fact::Param(param) => Member {
                    name: param.name.clone(),
                    kind: Kind::Attribute,
                    annotation: param.annotation.clone(),
                    value: param.default.clone(),
                    is_deprecated: false,
                },
                Fact::Attr { name, value } => Member {
                    name: name.clone(),
                    kind: Kind::Attribute,
                    annotation: None,
                    value: value.clone(),
                    is_deprecated: false,
                },
                _ => continue,
            };
            if !member.name.starts_with('_') && known.insert(member.name.clone()) {
                members.push(member);
            }
        }
        methods(view, &base, &mut known, &mut members);
    }
    members
}

fn methods(view: &View, class: &str, known: &mut FxHashSet<String>, members: &mut Vec<Member>) {
    let Some(selected) = view.selected(class) else {
        return;
    };
    for child in selected.library.children(class) {
        let name = child.path.rsplit('.').next().unwrap_or_default();
        let is_there =
            child.kind == OwnerKind::Function && child.presence.contains(selected.release);
        if !is_there || name.starts_with('_') || !known.insert(name.to_owned()) {
            continue;
        }
        let is_property = view
            .owner(child.path, OwnerKind::Function)
            .is_some_and(|owner| owner.has(Flag::Property));
        members.push(Member {
            name: name.to_owned(),
            kind: match is_property {
                true => Kind::Attribute,
                false => Kind::Method,
            },
            annotation: None,
            value: None,
            is_deprecated: view.notice_at(child.path).is_some(),
        });
    }
}

impl Member {
    /// `: float = 5e-05`
    pub fn detail(&self) -> Option<String> {
        let annotation = self.annotation.as_ref().map(|text| format!(": {text}"));
        let value = self.value.as_ref().map(|text| format!(" = {text}"));
        let parts: String = annotation.into_iter().chain(value).collect();
        (!parts.is_empty()).then_some(parts)
    }
}
