//! The conditions under which callables of the selected releases raise, ready to be evaluated.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::condition::Term;
use super::condition::evaluate::Known;
use super::fact::{Fact, Flag, OwnerKind, Stage};
use super::view::{Entity, View};
use crate::python::facts::Value;

/// One way in which a callable raises.
#[derive(Clone, Debug, PartialEq)]
pub struct Raise {
    /// The exception's class.
    pub exception: String,
    /// What makes it.
    pub when: Term,
    /// The methods that stand between.
    pub through: Vec<String>,
}

/// What is known of one function in that respect.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Raising {
    /// Definition path of the function.
    pub path: String,
    /// The simplest first.
    pub raises: Vec<Raise>,
    /// In a `__post_init__`: what fields are when that of the base begins. Any other field may have changed
    /// where the term under `*` holds.
    pub before: FxHashMap<String, Term>,
    /// In a `__post_init__`: what fields are in the end.
    pub after: FxHashMap<String, Term>,
    /// Whether the `__post_init__` of the base runs.
    pub runs_base: bool,
}

impl View {
    /// The conditions of the function defined at `path`; nothing where an unknown decorator may change its
    /// arguments.
    pub fn raising(&self, path: &str) -> Option<Arc<Raising>> {
        let raising = || self.read_raising(path).map(Arc::new);
        self.raisings.get(path, raising)
    }

    fn read_raising(&self, path: &str) -> Option<Raising> {
        let owner = self.owner(path, OwnerKind::Function)?;
        let mut raising = Raising {
            path: path.to_owned(),
            ..Raising::default()
        };
        for fact in owner.facts() {
            match fact {
                Fact::Raises {
                    exception,
                    when,
                    through,
                } => {
                    let Ok(when) = when.parse() else { continue };
                    let through = through.iter().flat_map(|names| names.split(' '));
                    raising.raises.push(Raise {
                        exception: exception.clone(),
                        when,
                        through: through.map(ToOwned::to_owned).collect(),
                    });
                }
                Fact::Field { stage, name, value } => {
                    let term = value.parse().unwrap_or(Term::Unknown);
                    let fields = match stage {
                        Stage::Before => &mut raising.before,
                        Stage::After => &mut raising.after,
                    };
                    fields.insert(name.clone(), term);
                }
                Fact::Flag(Flag::RunsBase) => raising.runs_base = true,
                Fact::Flag(Flag::Placeholder) | Fact::Decorator(_) => return None,
                _ => {}
            }
        }
        // What says most with least comes first: the store keeps no order among them.
        raising.raises.sort_by_cached_key(|raise| raise.when.size());
        Some(raising)
    }

    /// What making an instance of a class runs: its `__init__`, or the chain of `__post_init__`s of a
    /// dataclass, that of the class itself first. Nothing where a class in between is not known.
    pub fn construction(&self, class: &str) -> Arc<[Arc<Raising>]> {
        self.constructions
            .get(class, || self.read_construction(class).into())
    }

    fn read_construction(&self, class: &str) -> Vec<Arc<Raising>> {
        let mro = self.mro(class);
        let mut chain = Vec::new();
        for (index, base) in mro.classes.iter().enumerate() {
            let unknown = mro
                .unknown
                .iter()
                .any(|(before, name)| *before <= index && name != "str");
            let owner = self.owner(base, OwnerKind::Class);
            if unknown || owner.is_none() {
                return Vec::new();
            }
            if chain.is_empty() {
                let init = format!("{base}.__init__");
                if self.has(&init, OwnerKind::Function) {
                    return self.raising(&init).into_iter().collect();
                }
            }
            let post = format!("{base}.__post_init__");
            if self.has(&post, OwnerKind::Function) {
                let Some(raising) = self.raising(&post) else {
                    return chain;
                };
                let goes_on = raising.runs_base;
                chain.push(raising);
                if !goes_on {
                    return chain;
                }
            }
        }
        chain
    }

    /// Whether `class.method` is the one that is defined beside `owner`, a method's path.
    pub fn is_own_method(&self, class: &str, method: &str, owner: &str) -> bool {
        let Some((home, _)) = owner.rsplit_once('.') else {
            return false;
        };
        match self.member(&Entity::Class(class.to_owned()), method) {
            Entity::Function(found) => found.path == format!("{home}.{method}"),
            _ => false,
        }
    }

    /// The value behind an absolute path: of an enumeration all values in it, of a member its value where
    /// it compares with plain values, of a module's name the literal.
    pub fn constant(&self, path: &str) -> Known {
        self.constants.get(path, || match self.resolve(path) {
            Entity::Class(class) => self
                .enumeration(&class)
                .map_or(Known::Unknown, Known::Value),
            _ => self.named_value(path),
        })
    }

    fn named_value(&self, path: &str) -> Known {
        let Some((parent, name)) = path.rsplit_once('.') else {
            return Known::Unknown;
        };
        match self.resolve(parent) {
            Entity::Class(class) if self.compares_with_values(&class) => {
                let members = self.members(&class).unwrap_or_default();
                let value = members.into_iter().find(|(member, _)| member == name);
                value.map_or(Known::Unknown, |(_, value)| Known::Value(value))
            }
            Entity::Module(module) => match self.owner(&module, OwnerKind::Module) {
                Some(owner) => owner
                    .facts()
                    .find_map(|fact| match fact {
                        Fact::Attr { name: known, value } if known == name => Some(value.clone()),
                        _ => None,
                    })
                    .flatten()
                    .map_or(Known::Unknown, |text| Known::Value(literal(&text))),
                None => Known::Unknown,
            },
            _ => Known::Unknown,
        }
    }

    /// The values of an enumeration, in order.
    pub fn enumeration(&self, class: &str) -> Option<Value> {
        // `_missing_` may take other values too, unless all it does is raise.
        let missing = self
            .mro(class)
            .classes
            .iter()
            .find_map(|base| self.owner(&format!("{base}._missing_"), OwnerKind::Function));
        if missing.is_some_and(|missing| !missing.has(Flag::Placeholder)) {
            return None;
        }
        let members = self.members(class)?;
        Some(Value::List(
            members.into_iter().map(|(_, value)| value).collect(),
        ))
    }

    /// The members of an enumeration.
    fn members(&self, class: &str) -> Option<Vec<(String, Value)>> {
        let owner = self.owner(class, OwnerKind::Class)?;
        let is_enum = self
            .class_owners(class)
            .iter()
            .any(|(_, owner)| owner.has(Flag::Enum));
        if !is_enum {
            return None;
        }
        let members = owner.facts().filter_map(|fact| match fact {
            Fact::Attr { name, value } => {
                let value = value.as_deref().map_or(Value::Unknown, literal);
                Some((name.clone(), value))
            }
            _ => None,
        });
        let members: Vec<_> = members.collect();
        (!members.is_empty()).then_some(members)
    }

    /// Whether the members of an enumeration are strings or numbers themselves.
    fn compares_with_values(&self, class: &str) -> bool {
        let mro = self.mro(class);
        mro.unknown.iter().any(|(_, base)| {
            matches!(
                base.rsplit('.').next().unwrap_or_default(),
                "str" | "int" | "StrEnum" | "IntEnum" | "IntFlag"
            )
        })
    }

    /// The value of a default as its source writes it, in the module of the definition at `owner`.
    pub fn default_value(&self, text: &str, owner: &str) -> Known {
        let key = (text.to_owned(), owner.to_owned());
        self.defaults.get(&key, || self.read_default(text, owner))
    }

    fn read_default(&self, text: &str, owner: &str) -> Known {
        match text.parse::<Term>() {
            Ok(Term::Arg(dotted)) => {
                let mut module = owner;
                while let Some((outer, _)) = module.rsplit_once('.') {
                    module = outer;
                    if matches!(self.resolve(module), Entity::Module(_)) {
                        return match self.constant(&format!("{module}.{dotted}")) {
                            // The name of an enumeration is not its values.
                            Known::Value(Value::List(_)) => Known::Unknown,
                            known => known,
                        };
                    }
                }
                Known::Unknown
            }
            Ok(_) => match literal(text) {
                Value::Unknown => Known::Unknown,
                value => Known::Value(value),
            },
            Err(_) => Known::Unknown,
        }
    }
}

/// A literal as source, as a value.
fn literal(text: &str) -> Value {
    fn value(term: Term) -> Value {
        match term {
            Term::Literal(value) => value,
            Term::List(items) => Value::List(items.into_iter().map(value).collect()),
            _ => Value::Unknown,
        }
    }
    // Tuples and sets are written in their own brackets.
    let inner = text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .or_else(|| {
            text.strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'))
        })
        .filter(|_| text.len() > 2 && !text.contains(':'));
    match inner {
        Some(inner) if inner.contains(',') => literal(&format!("[{inner}]")),
        _ => text.parse::<Term>().map_or(Value::Unknown, value),
    }
}
