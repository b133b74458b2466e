//! Functions and methods: parameters, accepted keywords, notices, result.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::body::{Body, Place, is_overload};
use super::decorator::RawDecorator;
use super::forward::{self, Forward};
use super::kwargs::{self, Helpers};
use super::literals::Literals;
use super::namespace::Namespace;
use super::notice::{self, Subject};
use super::raises;
use super::render;
use super::visit;
use crate::knowledge::fact::{Acceptance, Deprecation, Fact, Flag, Param};
use crate::python::ast::{self, ExprKind, FunctionDef, ParamKind, Stmt, StmtKind};

/// What was read of a function, before its decorators are looked up.
#[derive(Clone, Debug, Default)]
pub struct RawFunction {
    /// Flags that decorators give without any look-up.
    pub flags: Vec<Flag>,
    /// The decorators that are still to be understood.
    pub decorators: Vec<RawDecorator>,
    /// Parameters, accepted keywords, notices, result.
    pub facts: Vec<Fact>,
    /// Notices of a constructor about what it reads from an object of another class, given by path.
    pub foreign: Vec<(String, Deprecation)>,
    /// What it hands its arguments on to.
    pub forward: Option<Forward>,
}

/// Where a function is defined.
#[derive(Clone, Copy)]
pub struct Site<'s, 'a> {
    /// The module.
    pub namespace: &'s Namespace<'a>,
    /// Where that is, for imports inside of functions.
    pub place: Place<'s>,
    /// The class around it, with the bindings of its body.
    pub class: Option<(&'s str, &'s Body<'a>)>,
    /// Finds the definition behind a callee.
    pub helpers: Helpers<'s, 'a>,
}

/// Reads a function; `definitions` are its overloads and, last, its implementation.
pub fn read<'a>(definitions: &[&'a FunctionDef], site: Site<'_, 'a>) -> RawFunction {
    let Some(function) = definitions.last().copied() else {
        return RawFunction::default();
    };
    let mut raw = RawFunction::default();
    if definitions.len() > 1 || is_overload(Some(function)) {
        raw.flags.push(Flag::Overloaded);
    }
    for decorator in &function.decorators {
        match builtin_flag(decorator.dotted().as_deref()) {
            Some(flag) => raw.flags.push(flag),
            None => raw.decorators.push(RawDecorator::read(
                decorator,
                site.namespace,
                site.class.map(|(_, body)| body),
            )),
        }
    }
    raw.forward = forward::read(function, site);
    if always_raises(&function.body) {
        raw.flags.push(Flag::Placeholder);
    }
    raw.facts
        .extend(parameters(definitions, site).into_iter().map(Fact::Param));
    let accepted = kwargs::accepted(function, site.namespace, site.helpers);
    raw.facts
        .extend(accepted.iter().map(|(name, how)| Fact::Accepts {
            name: name.clone(),
            how: *how,
        }));
    let mut subject: Subject<'_, 'a> = subject(function, &accepted, site);
    subject.literals = Some(Literals::of_module(site.namespace).of(&function.body));
    let objects = objects(function, site);
    subject.objects = objects.iter().map(|(name, _)| name.clone()).collect();
    for mut notice in notice::notices(&function.body, site.namespace, &subject) {
        let of_object = notice.name.as_ref().and_then(|name| {
            let (object, field) = name.split_once('.')?;
            let (_, class) = objects.iter().find(|(name, _)| name == object)?;
            Some((class.clone(), field.to_owned()))
        });
        match of_object {
            Some((class, field)) => {
                notice.name = Some(field);
                raw.foreign.push((class, notice));
            }
            None => raw.facts.push(Fact::Deprecated(notice)),
        }
    }
    // A function that nobody calls from outside may be one that others run.
    if site.class.is_none() || is_called_by_users(&function.name.name) {
        let class = site.class.map(|(_, body)| body);
        let outcome = raises::read(function, site.namespace, class, site.helpers);
        raw.facts.extend(outcome.facts());
    }
    if let Some(returns) = &function.returns {
        let resolve = |name: &str| site.namespace.for_annotation(name);
        let written = render::annotation(returns, site.namespace.text, &resolve);
        raw.facts.push(Fact::Returns(written));
    }
    raw
}

/// Whether a function is there to be called from outside, by its name or by making an instance.
fn is_called_by_users(name: &str) -> bool {
    !name.starts_with('_') || matches!(name, "__init__" | "__new__" | "__post_init__" | "__call__")
}

/// Flags of decorators that every Python program knows.
fn builtin_flag(decorator: Option<&str>) -> Option<Flag> {
    Some(match decorator?.rsplit('.').next()? {
        "classmethod" => Flag::ClassMethod,
        "staticmethod" => Flag::StaticMethod,
        "property" | "cached_property" | "abstractproperty" | "classproperty" => Flag::Property,
        "abstractmethod" => Flag::Abstract,
        _ => return None,
    })
}

/// Whether a body does nothing but raise.
pub fn always_raises(body: &[Stmt]) -> bool {
    let mut statements = body.iter().filter(|stmt| !is_docstring(stmt));
    let raises = match statements.next().map(|stmt| &stmt.kind) {
        Some(StmtKind::Raise(_)) => true,
        Some(StmtKind::Expr(expr)) => match &expr.kind {
            ExprKind::Call(call) => {
                let path = call.func.dotted().unwrap_or_default();
                path.rsplit('.').next() == Some("requires_backends") && statements.next().is_none()
            }
            _ => false,
        },
        _ => false,
    };
    raises && !raises_not_implemented(body)
}

/// `raise NotImplementedError` is an interface to be filled in.
fn raises_not_implemented(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| match &stmt.kind {
        StmtKind::Raise(Some(error)) => {
            let callee = match &error.kind {
                ExprKind::Call(call) => call.func.dotted(),
                _ => error.dotted(),
            };
            callee.as_deref() == Some("NotImplementedError")
        }
        _ => false,
    })
}

fn is_docstring(stmt: &Stmt) -> bool {
    matches!(&stmt.kind, StmtKind::Expr(expr) if expr.as_str().is_some())
}

/// The implementation's parameters; in stubs those of all overloads, none of them required.
fn parameters(definitions: &[&FunctionDef], site: Site<'_, '_>) -> Vec<Param> {
    let Some(last) = definitions.last() else {
        return Vec::new();
    };
    let read = |param: &ast::Param| parameter(param, site.namespace);
    let mut params: Vec<Param> = last.params.iter().map(read).collect();
    if !is_overload(Some(last)) {
        return params;
    }
    for overload in definitions.iter().take(definitions.len() - 1) {
        for param in overload.params.iter().map(read) {
            match params.iter_mut().find(|known| known.name == param.name) {
                Some(known) => known.default = known.default.take().or(param.default),
                None => params.push(Param {
                    default: param.default.or_else(|| Some("...".to_owned())),
                    kind: ParamKind::KeywordOnly,
                    ..param
                }),
            }
        }
    }
    let rank = |kind: ParamKind| kind;
    params.sort_by_key(|param| rank(param.kind));
    params
}

/// A parameter as a fact.
pub fn parameter(param: &ast::Param, namespace: &Namespace<'_>) -> Param {
    let is_rest = param.kind == ParamKind::VarKeyword;
    let resolve = |name: &str| {
        // `**kwargs: Unpack[Options]` is followed by path; other annotations stay as written.
        is_rest.then(|| namespace.for_annotation(name)).flatten()
    };
    Param {
        name: param.name.name.to_string(),
        kind: param.kind,
        default: param
            .default
            .as_ref()
            .map(|default| render::default(default, namespace.text)),
        annotation: param
            .annotation
            .as_ref()
            .map(|annotation| render::annotation(annotation, namespace.text, &resolve)),
    }
}

fn subject(
    function: &FunctionDef,
    accepted: &[(String, Acceptance)],
    site: Site<'_, '_>,
) -> Subject<'static, 'static> {
    let mut defaults: FxHashMap<String, Option<String>> = FxHashMap::default();
    for param in &function.params {
        if !matches!(param.name.name.as_str(), "self" | "cls") {
            let default = param.default.as_ref();
            let written = default.map(|default| render::default(default, site.namespace.text));
            defaults.insert(param.name.name.to_string(), written);
        }
    }
    let mut subject = Subject {
        defaults,
        accepted: accepted.iter().map(|(name, _)| name.clone()).collect(),
        dicts: keyword_dicts(function),
        names: vec![function.name.name.to_string()],
        ..Subject::default()
    };
    if let Some((class, _)) = site.class {
        if function.name.name.starts_with("__") {
            // What a constructor says about its class is noted there.
            subject.names.clear();
        }
        if !subject.names.is_empty() {
            subject
                .names
                .push(format!("{class}.{}", function.name.name));
        }
        know_class(&mut subject, class);
    }
    subject
}

/// The parameters of a constructor that are annotated with a class of the same package, with its path.
fn objects(function: &FunctionDef, site: Site<'_, '_>) -> Vec<(String, String)> {
    if function.name.name != "__init__" {
        return Vec::new();
    }
    let package = site.namespace.module.split('.').next().unwrap_or_default();
    let class = |param: &ast::Param| {
        let found = RefCell::new(None);
        let note = |name: &str| {
            let path = site.namespace.absolute(name);
            let own = path.filter(|path| path.split('.').next() == Some(package));
            found.borrow_mut().get_or_insert(own?);
            None
        };
        render::annotation(param.annotation.as_ref()?, site.namespace.text, &note);
        Some((param.name.name.to_string(), found.into_inner()?))
    };
    function.params.iter().filter_map(class).collect()
}

/// `**kwargs` and its copies.
fn keyword_dicts(function: &FunctionDef) -> Vec<String> {
    let variable = function
        .params
        .iter()
        .find(|param| param.kind == ParamKind::VarKeyword);
    let names = variable.map(|param| kwargs::aliases(&function.body, &param.name.name));
    names.into_iter().flatten().map(ToOwned::to_owned).collect()
}

/// The ways in which a text's source writes the name of the class around it.
pub fn know_class(subject: &mut Subject, class: &str) {
    for written in [
        "self.__class__.__name__",
        "type(self).__name__",
        "cls.__name__",
        "__class__.__name__",
        "self.__class__",
    ] {
        subject.known.insert(written.to_owned(), class.to_owned());
    }
}

/// The names of `self` attributes that a method sets.
pub fn assigned_attributes(function: &FunctionDef) -> Vec<&str> {
    let Some(receiver) = function
        .params
        .first()
        .map(|param| param.name.name.as_str())
    else {
        return Vec::new();
    };
    let mut names = Vec::new();
    visit::statements(&function.body, &mut |stmt| {
        let targets: Vec<&ast::Expr> = match &stmt.kind {
            StmtKind::Assign { targets, .. } => targets.iter().collect(),
            StmtKind::AnnAssign { target, .. } => vec![target],
            StmtKind::For { target, .. } => vec![target],
            StmtKind::With { items, .. } => items
                .iter()
                .filter_map(|(_, target)| target.as_ref())
                .collect(),
            _ => return,
        };
        for target in targets {
            visit::expression(target, &mut |part| {
                if let ExprKind::Attribute { value, attr } = &part.kind
                    && value.as_name() == Some(receiver)
                {
                    names.push(attr.name.as_str());
                }
            });
        }
    });
    names
}
