//! Classes: bases, fields, attributes, notices.

use rustc_hash::FxHashSet;

use super::body::{Body, Kind};
use super::decorator::RawDecorator;
use super::field;
use super::function;
use super::literals::Literals;
use super::message;
use super::namespace::Namespace;
use super::notice::{self, Subject};
use super::open;
use super::render;
use super::visit;
use crate::knowledge::fact::{Deprecation, Fact, Flag, Param, Trigger};
use crate::python::ast::{ClassDef, Expr, ExprKind, FunctionDef, ParamKind, StmtKind};

/// What was read of a class, before its bases and decorators are looked up.
#[derive(Clone, Debug, Default)]
pub struct RawClass {
    /// Flags that the class shows by itself.
    pub flags: Vec<Flag>,
    /// The decorators, apart from `@dataclass`.
    pub decorators: Vec<RawDecorator>,
    /// Base classes, absolute.
    pub bases: Vec<String>,
    /// Annotated names in order: fields, should this be a dataclass.
    pub fields: Vec<Field>,
    /// Names it and its instances have besides fields and methods.
    pub attributes: Vec<(String, Option<String>)>,
    /// Notices about the class and its fields.
    pub notices: Vec<Deprecation>,
    /// How subclasses are made dataclasses by it, where they are.
    pub makes_dataclasses: Option<MakesDataclasses>,
    /// Whether its constructor takes any keyword although no parameter says so.
    pub accepts_any: bool,
    /// Whether it defines its own `__init__`.
    pub has_init: bool,
}

/// `dataclass(cls, ...)` in `__init_subclass__`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MakesDataclasses {
    /// Whether with `kw_only=True`.
    pub keyword_only: bool,
}

/// An annotated name of a class body.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// As a constructor's parameter.
    pub param: Param,
    /// Whether it is one: not so for `ClassVar` and `init=False`.
    pub init: bool,
}

/// Reads a class, `body` being the bindings of its body.
pub fn read<'a>(class: &'a ClassDef, body: &Body<'a>, namespace: &Namespace<'a>) -> RawClass {
    let mut raw = RawClass::default();
    let mut keyword_only = false;
    let mut is_strict = false;
    for decorator in &class.decorators {
        let decorator = RawDecorator::read(decorator, namespace, None);
        match decorator.name() {
            "dataclass" | "dataclass_with_extra" => {
                raw.flags.push(Flag::Dataclass);
                keyword_only = decorator.truths.iter().any(|name| name == "kw_only");
                raw.accepts_any |= decorator.name() == "dataclass_with_extra";
            }
            "dataclass_transform" => {
                raw.makes_dataclasses = Some(MakesDataclasses {
                    keyword_only: decorator
                        .truths
                        .iter()
                        .any(|name| name == "kw_only_default"),
                });
            }
            // Checks the types of the fields; the constructor stays what it is.
            "strict" => {
                raw.accepts_any |= decorator.truths.iter().any(|name| name == "accept_kwargs");
                is_strict = true;
            }
            _ => raw.decorators.push(decorator),
        }
    }
    raw.bases = class
        .bases
        .iter()
        .map(|base| namespace.path(base).unwrap_or_else(|| "?".to_owned()))
        .collect();
    let is_enum = raw.bases.iter().any(|base| {
        let name = base.rsplit('.').next().unwrap_or_default();
        matches!(name, "Enum" | "IntEnum" | "StrEnum" | "Flag" | "IntFlag")
            || name.ends_with("Enum")
    });
    if is_enum {
        raw.flags.push(Flag::Enum);
    }
    let methods = methods(body);
    raw.has_init = methods.iter().any(|method| method.name.name == "__init__");
    raw.fields = field::fields(&class.body, namespace, keyword_only);
    if open::is_open(&methods, class, namespace) {
        raw.flags.push(Flag::Open);
    }
    if raises_on_construction(&methods) {
        raw.flags.push(Flag::Placeholder);
    }
    raw.attributes = attributes(class, body, &methods, namespace, is_enum);
    if is_strict && methods.iter().all(|method| method.name.name != "validate") {
        raw.attributes.push(("validate".to_owned(), None));
    }
    raw.notices = notices(class, &raw, &methods, namespace);
    raw
}

fn methods<'a>(body: &Body<'a>) -> Vec<&'a FunctionDef> {
    body.entries
        .iter()
        .filter_map(|entry| match &entry.kind {
            Kind::Function(definitions) => definitions.last().copied(),
            _ => None,
        })
        .collect()
}

fn raises_on_construction(methods: &[&FunctionDef]) -> bool {
    methods
        .iter()
        .any(|method| method.name.name == "__init__" && function::always_raises(&method.body))
}

/// Class variables, enumeration members and `self.x = ...` of any method; private names and what is a
/// method anyway are left out.
fn attributes(
    class: &ClassDef,
    body: &Body<'_>,
    methods: &[&FunctionDef],
    namespace: &Namespace<'_>,
    is_enum: bool,
) -> Vec<(String, Option<String>)> {
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    let mut found = Vec::new();
    for entry in &body.entries {
        let fresh = !entry.name.starts_with('_') && seen.insert(entry.name);
        if let (true, Kind::Value(value, annotation)) = (fresh, &entry.kind)
            && (annotation.is_none() || is_enum)
        {
            let value = value.and_then(|value| render::constant(value, namespace.text));
            found.push((entry.name.to_owned(), value));
        } else if let (true, Kind::Import(_)) = (fresh, &entry.kind) {
            // A method that is written in another module.
            found.push((entry.name.to_owned(), None));
        }
    }
    let slots = class.body.iter().filter_map(slots).flatten();
    let literal = methods.iter().flat_map(|method| literal_setattr(method));
    let assigned = methods
        .iter()
        .flat_map(|method| function::assigned_attributes(method));
    for name in slots.chain(assigned).chain(literal) {
        if !name.starts_with('_') && seen.insert(name) {
            found.push((name.to_owned(), None));
        }
    }
    found
}

fn slots(stmt: &crate::python::ast::Stmt) -> Option<Vec<&str>> {
    match &stmt.kind {
        StmtKind::Assign { targets, value } if targets[0].as_name() == Some("__slots__") => {
            visit::strings(value)
        }
        _ => None,
    }
}

/// `setattr(self, "name", value)`
fn literal_setattr(method: &FunctionDef) -> Vec<&str> {
    let mut names = Vec::new();
    visit::expressions(&method.body, &mut |expr| {
        if let ExprKind::Call(call) = &expr.kind {
            let mut arguments = visit::positional(call);
            let on_self = call.func.as_name() == Some("setattr")
                && arguments.next().and_then(Expr::as_name) == Some("self");
            names.extend(arguments.next().and_then(Expr::as_str).filter(|_| on_self));
        }
    });
    names
}

/// Notices about the class (in its constructor) and its fields (in help texts and `__post_init__`).
fn notices<'a>(
    class: &ClassDef,
    raw: &RawClass,
    methods: &[&'a FunctionDef],
    namespace: &Namespace<'a>,
) -> Vec<Deprecation> {
    let mut subject = Subject {
        fields: true,
        open: raw.bases.iter().any(|base| base != "object"),
        names: vec![class.name.name.to_string()],
        ..Subject::default()
    };
    function::know_class(&mut subject, &class.name.name);
    for field in &raw.fields {
        let default = field.param.default.clone();
        subject.defaults.insert(field.param.name.clone(), default);
    }
    let mut found: Vec<Deprecation> = Vec::new();
    for method in methods {
        let name = method.name.name.as_str();
        let constructs = matches!(name, "__init__" | "__new__" | "__post_init__");
        subject.literals = Some(Literals::of_module(namespace).of(&method.body));
        for notice in notice::notices(&method.body, namespace, &subject) {
            let kept = match &notice.name {
                // Beyond `__post_init__`, `self.x` is the argument only where `x` is a field.
                Some(field) => name == "__post_init__" || subject.defaults.contains_key(field),
                None => constructs,
            };
            if kept && found.iter().all(|known| known.name != notice.name) {
                found.push(notice);
            }
        }
    }
    for (name, help) in field::help_texts(&class.body, namespace) {
        documented(&mut found, name, &help, raw);
    }
    found
}

/// A help text that says "deprecated" about its own field; code that warns counts more.
fn documented(found: &mut Vec<Deprecation>, name: &str, help: &str, raw: &RawClass) {
    let lower = help
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .to_ascii_lowercase();
    let about_itself = lower.starts_with("deprecated")
        || lower.contains("this argument is deprecated")
        || lower.contains("this parameter is deprecated")
        || lower.contains("this option is deprecated")
        || lower.contains("this field is deprecated")
        || lower.contains(&format!("`{name}` is deprecated"));
    if !about_itself {
        return;
    }
    let exists = |new: &&str| raw.fields.iter().any(|field| field.param.name == *new);
    let replacement = message::replacement(help, name)
        .filter(exists)
        .map(ToOwned::to_owned);
    let announced = message::announced(help);
    match found
        .iter_mut()
        .find(|notice| notice.name.as_deref() == Some(name))
    {
        Some(notice) => {
            notice.replacement = notice.replacement.take().or(replacement);
            notice.announced = notice.announced.take().or(announced);
        }
        None => found.push(Deprecation {
            name: Some(name.to_owned()),
            when: Trigger::Documented,
            replacement,
            announced,
        }),
    }
}

impl RawClass {
    /// The facts of the class, as a dataclass or not, its fields passed by keyword only or not.
    pub fn facts(&self, is_dataclass: bool, keyword_only: bool) -> Vec<Fact> {
        let mut flags = self.flags.clone();
        if is_dataclass && !flags.contains(&Flag::Dataclass) {
            flags.insert(0, Flag::Dataclass);
        }
        let mut facts: Vec<Fact> = flags.into_iter().map(Fact::Flag).collect();
        facts.extend(self.bases.iter().cloned().map(Fact::Base));
        for field in &self.fields {
            if is_dataclass && field.init {
                let mut param = field.param.clone();
                if keyword_only && param.kind == ParamKind::Normal {
                    param.kind = ParamKind::KeywordOnly;
                }
                facts.push(Fact::Param(param));
            } else if !field.param.name.starts_with('_') {
                facts.push(Fact::Attr {
                    name: field.param.name.clone(),
                    value: field
                        .param
                        .default
                        .clone()
                        .filter(|default| !default.contains('(')),
                });
            }
        }
        if is_dataclass && self.accepts_any {
            facts.push(Fact::Param(Param {
                name: "kwargs".to_owned(),
                kind: ParamKind::VarKeyword,
                default: None,
                annotation: None,
            }));
        }
        facts.extend(self.notices.iter().cloned().map(Fact::Deprecated));
        let own = |name: &str| self.fields.iter().any(|field| field.param.name == name);
        facts.extend(
            self.attributes
                .iter()
                .filter(|(name, _)| !own(name))
                .map(|(name, value)| Fact::Attr {
                    name: name.clone(),
                    value: value.clone(),
                }),
        );
        facts
    }
}
