//! The conditions under which callables of the selected releases raise, ready to be evaluated.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::classes::Mro;
use super::condition::Term;
use super::condition::evaluate::Known;
use super::condition::given::Given;
use super::extract::{BASE, FORWARDED, OTHERS};
use super::fact::{Fact, Flag, OwnerKind, Param, Stage};
use super::view::{Entity, View};
use crate::python::ast::{DictItem, ExprKind, ParamKind, StmtKind};
use crate::python::facts::Value;
use crate::python::literal::value_of;
use crate::python::parse::parse_module;

/// One way in which a callable raises.
#[derive(Clone, Debug, PartialEq)]
pub struct Raise {
    /// The exception's class.
    pub exception: String,
    /// What makes it.
    pub when: Term,
    /// The methods that stand between, by definition path.
    pub through: Vec<String>,
    /// Definition path of the function that has it.
    pub owner: String,
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
    /// Calls of others that may raise; what they raise is among `raises`, but for the base's constructor.
    runs: Vec<Run>,
}

/// A call of another function.
#[derive(Clone, Debug, PartialEq)]
struct Run {
    callee: String,
    when: Term,
    through: Vec<String>,
    arguments: Vec<(String, Term)>,
    forwarded: bool,
    others: bool,
}

/// Calls of calls are followed this deep.
const MAX_DEPTH: usize = 4;
/// Conditions with more parts than this are not kept.
const MAX_SIZE: usize = 300;

impl View {
    /// The conditions of the function defined at `path`; nothing where an unknown decorator may change its
    /// arguments.
    pub fn raising(&self, path: &str) -> Option<Arc<Raising>> {
        let raising = || self.raising_at(path, 0).map(Arc::new);
        self.raisings.get(path, raising)
    }

    /// The same with what the functions raise that it calls.
    fn raising_at(&self, path: &str, depth: usize) -> Option<Raising> {
        let mut raising = self.read_raising(path)?;
        if depth < MAX_DEPTH {
            for run in &raising.runs {
                if run.callee != BASE
                    && let Some(callee) = self.raising_at(&run.callee, depth + 1)
                {
                    let passed_on = self.passed_on(run, &callee);
                    raising.raises.extend(passed_on);
                }
            }
        }
        // What says most with least comes first: the store keeps no order among them.
        raising.raises.sort_by_cached_key(|raise| raise.when.size());
        Some(raising)
    }

    /// What a callee raises, in terms of the arguments of its caller.
    fn passed_on(&self, run: &Run, callee: &Raising) -> Vec<Raise> {
        let Some(owner) = self.owner(&callee.path, OwnerKind::Function) else {
            return Vec::new();
        };
        let params: Vec<Param> = owner
            .facts()
            .filter_map(|fact| match fact {
                Fact::Param(param) => Some(param.clone()),
                _ => None,
            })
            .collect();
        let skipped = usize::from(params.first().is_some_and(|first| first.name == "self"));
        let at_place = |place: usize| {
            let param = params.get(place + skipped);
            param
                .filter(|param| matches!(param.kind, ParamKind::Normal | ParamKind::PositionalOnly))
        };
        let is_lost = |(name, _): &(String, Term)| {
            let place = name.split('.').next().unwrap_or_default().parse();
            place.is_ok_and(|place| at_place(place).is_none())
        };
        let by_name = |(name, term): &(String, Term)| {
            let (head, rest) = name.split_at(name.find('.').unwrap_or(name.len()));
            let name = match head.parse::<usize>() {
                Ok(place) => &at_place(place)?.name,
                Err(_) => head,
            };
            Some((format!("{name}{rest}"), term.clone()))
        };
        let arguments: Vec<_> = run.arguments.iter().filter_map(by_name).collect();
        let default = |name: &str| {
            let param = params.iter().find(|param| param.name == name);
            let default = param.and_then(|param| param.default.as_deref());
            match default.map(|text| self.default_value(text, &callee.path)) {
                Some(Known::Value(value)) => Term::Literal(value),
                _ => Term::Unknown,
            }
        };
        let given = Given {
            arguments: &arguments,
            forwarded: run.forwarded,
            others: run.others || run.arguments.iter().any(is_lost),
            default: &default,
        };
        let raise = |raise: &Raise| {
            let when = Term::in_order([run.when.clone(), given.translate(&raise.when)]).sure()?;
            if when.size() > MAX_SIZE || when.arguments().is_empty() {
                return None;
            }
            Some(Raise {
                exception: raise.exception.clone(),
                when,
                through: [run.through.clone(), raise.through.clone()].concat(),
                owner: raise.owner.clone(),
            })
        };
        callee.raises.iter().filter_map(raise).collect()
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
                    raising.raises.push(Raise {
                        exception: exception.clone(),
                        when,
                        through: methods(path, through.as_deref()),
                        owner: path.to_owned(),
                    });
                }
                Fact::Runs {
                    callee,
                    when,
                    through,
                    arguments,
                } => {
                    let (Ok(when), Ok(arguments)) = (when.parse(), arguments.parse()) else {
                        continue;
                    };
                    let through = methods(path, through.as_deref());
                    let run = Run::new(callee.clone(), when, through, arguments);
                    raising.runs.push(run);
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
            if chain.is_empty() && self.has(&format!("{base}.__init__"), OwnerKind::Function) {
                let constructor = self.constructor_from(&mro, index, 0);
                return constructor.map(Arc::new).into_iter().collect();
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

    /// The first `__init__` of a class's order from a place in it on, with what the next one raises where it
    /// calls that.
    fn constructor_from(&self, mro: &Mro, from: usize, depth: usize) -> Option<Raising> {
        let classes = mro.classes.iter().enumerate().skip(from);
        for (index, class) in classes {
            if mro.unknown.iter().any(|(before, _)| *before <= index) {
                return None;
            }
            let init = format!("{class}.__init__");
            if !self.has(&init, OwnerKind::Function) {
                continue;
            }
            let mut raising = Raising::clone(&*self.raising(&init)?);
            let base = match raising.runs.iter().any(|run| run.callee == BASE) && depth < MAX_DEPTH
            {
                true => self.constructor_from(mro, index + 1, depth + 1),
                false => None,
            };
            if let Some(base) = base {
                let calls = raising.runs.iter().filter(|run| run.callee == BASE);
                let passed_on: Vec<_> = calls.flat_map(|run| self.passed_on(run, &base)).collect();
                raising.raises.extend(passed_on);
                raising.raises.sort_by_cached_key(|raise| raise.when.size());
            }
            return Some(raising);
        }
        None
    }

    /// Whether the method that a class has by that name is the one defined at `path`.
    pub fn is_own_method(&self, class: &str, path: &str) -> bool {
        let name = path.rsplit('.').next().unwrap_or_default();
        match self.member(&Entity::Class(class.to_owned()), name) {
            Entity::Function(found) => found.path == path,
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
            // Names in small letters may be set anew while the program runs.
            Entity::Module(_) if name.contains(|c: char| c.is_ascii_lowercase()) => Known::Unknown,
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

impl Run {
    fn new(callee: String, when: Term, through: Vec<String>, arguments: Term) -> Self {
        let pair = |term| match term {
            Term::List(pair) => match <[Term; 2]>::try_from(pair) {
                Ok([Term::Literal(Value::Str(name)), term]) => Some((name, term)),
                _ => None,
            },
            _ => None,
        };
        let all: Vec<(String, Term)> = match arguments {
            Term::List(pairs) => pairs.into_iter().filter_map(pair).collect(),
            _ => Vec::new(),
        };
        let has = |word| all.iter().any(|(name, _)| name == word);
        let (forwarded, others) = (has(FORWARDED), has(OTHERS));
        let is_named = |name: &str| name != FORWARDED && name != OTHERS;
        Self {
            callee,
            when,
            through,
            forwarded,
            others,
            arguments: all.into_iter().filter(|(name, _)| is_named(name)).collect(),
        }
    }
}

/// The definition paths of methods beside the function at `path`, given by their names.
fn methods(path: &str, names: Option<&str>) -> Vec<String> {
    let home = path.rsplit_once('.').map_or("", |(home, _)| home);
    let names = names.iter().flat_map(|names| names.split(' '));
    names.map(|name| format!("{home}.{name}")).collect()
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
    if text.starts_with('{') && text.ends_with('}') && text.contains(": ...") {
        return table(text);
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

/// A table of which the keys are known.
fn table(text: &str) -> Value {
    let module = parse_module(text);
    let Some(StmtKind::Expr(expr)) = module.body.first().map(|stmt| &stmt.kind) else {
        return Value::Unknown;
    };
    let ExprKind::Dict(items) = &expr.kind else {
        return Value::Unknown;
    };
    let key = |item: &DictItem| match value_of(item.key.as_ref()?)? {
        Value::Str(key) => Some((key, Value::Unknown)),
        _ => None,
    };
    let entries = items.iter().map(key).collect::<Option<_>>();
    entries.map_or(Value::Unknown, Value::Dict)
}
