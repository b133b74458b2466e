//! What a callable takes in the selected releases.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::fact::{Acceptance, Deprecation, Fact, Flag, OwnerKind, Param};
use super::view::{Entity, Function, Owner, View};
use crate::python::ast::ParamKind;

/// The arguments of a callable; `self` and `cls` are left out.
#[derive(Clone, Debug, Default)]
pub struct Signature {
    /// In order.
    pub params: Vec<SignatureParam>,
    /// Keywords taken although no parameter says so.
    pub accepts: FxHashMap<String, Acceptance>,
    /// Deprecation notices about single arguments, with the definition path they stand at.
    pub deprecations: Vec<(String, Deprecation)>,
    /// Whether any keyword is taken (`**kwargs`).
    pub open: bool,
    /// Whether `*args` is taken.
    pub takes_more_positional: bool,
    /// Whether nothing unknown (a foreign base class or decorator) may change it.
    pub certain: bool,
    /// Definition path of the function or class that declares it.
    pub owner: String,
}

/// A parameter and where it is declared.
#[derive(Clone, Debug)]
pub struct SignatureParam {
    /// The parameter.
    pub param: Param,
    /// Definition path of the class or function that declares it.
    pub owner: String,
}

impl Signature {
    /// The parameter of that name that a keyword can reach.
    pub fn param(&self, name: &str) -> Option<&SignatureParam> {
        self.params.iter().find(|param| {
            param.param.name == name
                && !matches!(
                    param.param.kind,
                    ParamKind::PositionalOnly | ParamKind::VarArgs | ParamKind::VarKeyword
                )
        })
    }

    /// Whether a keyword of that name is taken and has an effect.
    pub fn takes(&self, name: &str) -> bool {
        self.param(name).is_some()
            || self
                .accepts
                .get(name)
                .is_some_and(|how| *how != Acceptance::Ignored)
    }

    /// The notice about that argument.
    pub fn deprecation(&self, name: &str) -> Option<&(String, Deprecation)> {
        self.deprecations
            .iter()
            .find(|(_, notice)| notice.name.as_deref() == Some(name))
    }

    /// Every keyword that is known by name.
    pub fn keywords(&self) -> impl Iterator<Item = &str> {
        let params = self.params.iter().filter(|param| {
            !matches!(
                param.param.kind,
                ParamKind::PositionalOnly | ParamKind::VarArgs | ParamKind::VarKeyword
            )
        });
        params
            .map(|param| param.param.name.as_str())
            .chain(self.accepts.keys().map(String::as_str))
    }

    fn add(&mut self, fact: &Fact, owner: &str) {
        match fact {
            Fact::Param(param) => {
                self.open |= param.kind == ParamKind::VarKeyword;
                self.takes_more_positional |= param.kind == ParamKind::VarArgs;
                self.params.push(SignatureParam {
                    param: param.clone(),
                    owner: owner.to_owned(),
                });
            }
            Fact::Decorator(_) => self.certain = false,
            _ => self.note(fact, owner),
        }
    }

    /// Takes what stands beside the parameters: accepted keywords and notices.
    fn note(&mut self, fact: &Fact, owner: &str) {
        match fact {
            Fact::Accepts { name, how } => {
                self.accepts.entry(name.clone()).or_insert(*how);
            }
            Fact::Deprecated(notice) if notice.name.is_some() => {
                self.deprecations.push((owner.to_owned(), notice.clone()));
            }
            _ => {}
        }
    }
}

impl View {
    /// The arguments that calling `entity` takes; `None` where nothing can be said.
    pub fn signature(&self, entity: &Entity) -> Option<Arc<Signature>> {
        self.signatures.get(entity, || {
            let signature = match entity {
                Entity::Class(class) => self.constructor(class),
                Entity::Function(function) => self.function(function),
                _ => None,
            };
            signature.map(Arc::new)
        })
    }

    fn function(&self, function: &Function) -> Option<Signature> {
        let owner = self.owner(&function.path, OwnerKind::Function)?;
        if owner.has(Flag::Placeholder) || owner.has(Flag::Property) {
            return None;
        }
        let is_method = function.class.is_some() && !owner.has(Flag::StaticMethod);
        Some(declared(&owner, &function.path, is_method))
    }

    /// The arguments of `class(...)`.
    fn constructor(&self, class: &str) -> Option<Signature> {
        let mro = self.mro(class);
        for (index, base) in mro.classes.iter().enumerate() {
            // A class that is not known may stand before this one and have a constructor.
            if mro.unknown.iter().any(|(before, _)| *before <= index) {
                return None;
            }
            let owner = self.owner(base, OwnerKind::Class)?;
            if owner.has(Flag::Enum) || owner.has(Flag::Placeholder) {
                return None;
            }
            for method in ["__init__", "__new__"] {
                let path = format!("{base}.{method}");
                if let Some(function) = self.owner(&path, OwnerKind::Function) {
                    if function.has(Flag::Placeholder) {
                        return None;
                    }
                    let mut signature = declared(&function, &path, true);
                    self.add_notices(class, &mut signature);
                    return Some(signature);
                }
            }
            if owner.has(Flag::Dataclass) {
                return Some(self.dataclass(class, &mro.classes[index..]));
            }
        }
        None
    }

    /// Fields of the bases come first; a field that is declared again keeps its place.
    fn dataclass(&self, class: &str, order: &[String]) -> Signature {
        let mut signature = Signature {
            certain: self.mro(class).is_closed(),
            owner: order[0].clone(),
            ..Signature::default()
        };
        for base in order.iter().rev() {
            let Some(owner) = self.owner(base, OwnerKind::Class) else {
                continue;
            };
            if !owner.has(Flag::Dataclass) {
                continue;
            }
            for fact in owner.facts() {
                let Fact::Param(param) = fact else { continue };
                if param.kind == ParamKind::VarKeyword {
                    // A decorator of the class lets its constructor take any keyword.
                    signature.open = true;
                    continue;
                }
                let field = SignatureParam {
                    param: param.clone(),
                    owner: base.clone(),
                };
                match signature
                    .params
                    .iter_mut()
                    .find(|known| known.param.name == param.name)
                {
                    Some(known) => *known = field,
                    None => signature.params.push(field),
                }
            }
        }
        self.add_notices(class, &mut signature);
        signature
    }

    /// Notices about constructor arguments stand at the class, in `__init__` or in `__post_init__`, of
    /// the class itself or of a base.
    fn add_notices(&self, class: &str, signature: &mut Signature) {
        for (base, owner) in self.class_owners(class) {
            for fact in owner.facts() {
                signature.note(fact, &base);
            }
            for method in ["__init__", "__post_init__"] {
                let path = format!("{base}.{method}");
                let Some(owner) = self.owner(&path, OwnerKind::Function) else {
                    continue;
                };
                for fact in owner.facts() {
                    if let Fact::Deprecated(_) = fact {
                        signature.note(fact, &base);
                    }
                }
            }
        }
    }
}

/// The arguments as one function declares them.
fn declared(owner: &Owner, path: &str, is_method: bool) -> Signature {
    let mut signature = Signature {
        certain: true,
        owner: path.to_owned(),
        ..Signature::default()
    };
    for fact in owner.facts() {
        signature.add(fact, path);
    }
    let takes_self = |param: &SignatureParam| {
        matches!(
            param.param.kind,
            ParamKind::Normal | ParamKind::PositionalOnly
        )
    };
    if is_method && signature.params.first().is_some_and(takes_self) {
        signature.params.remove(0);
    }
    signature
}
