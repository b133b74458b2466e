//! The annotated names of a class body, as a dataclass would take them.

use super::class::Field;
use super::namespace::Namespace;
use super::render::{self, MAX_DEFAULT};
use super::text;
use super::visit;
use crate::knowledge::fact::Param;
use crate::python::ast::{Call, Expr, ExprKind, ParamKind, Stmt, StmtKind};

/// The annotated names in order.
pub fn fields(body: &[Stmt], namespace: &Namespace<'_>, keyword_only: bool) -> Vec<Field> {
    let mut kind = if keyword_only {
        ParamKind::KeywordOnly
    } else {
        ParamKind::Normal
    };
    let mut fields: Vec<Field> = Vec::new();
    for (name, annotation, value) in annotated(body) {
        let written = render::annotation(annotation, namespace.text, &render::as_written);
        if written.rsplit('.').next() == Some("KW_ONLY") {
            kind = ParamKind::KeywordOnly;
            continue;
        }
        let field = field(name, written, value, kind, namespace);
        match fields.iter_mut().find(|known| known.param.name == name) {
            Some(known) => *known = field,
            None => fields.push(field),
        }
    }
    fields
}

/// `name: annotation = value` of a body, also under `if`.
fn annotated(body: &[Stmt]) -> Vec<(&str, &Expr, Option<&Expr>)> {
    let mut found = Vec::new();
    visit::statements(body, &mut |stmt| {
        if let StmtKind::AnnAssign {
            target,
            annotation,
            value,
        } = &stmt.kind
            && let Some(name) = target.as_name()
        {
            found.push((name, annotation, value.as_ref()));
        }
    });
    found
}

fn field(
    name: &str,
    annotation: String,
    value: Option<&Expr>,
    kind: ParamKind,
    namespace: &Namespace<'_>,
) -> Field {
    let class_variable = annotation.contains("ClassVar");
    let call = value.and_then(field_call);
    let flag = |keyword: &str| {
        let value = call.and_then(|call| visit::keyword(call, keyword))?;
        match value.kind {
            ExprKind::Bool(flag) => Some(flag),
            _ => None,
        }
    };
    let default = match call {
        Some(call) => call_default(call, namespace),
        None => value.map(|value| render::default(value, namespace.text)),
    };
    Field {
        init: !class_variable && flag("init").unwrap_or(true),
        param: Param {
            name: name.to_owned(),
            kind: match flag("kw_only") {
                Some(true) => ParamKind::KeywordOnly,
                Some(false) => ParamKind::Normal,
                None => kind,
            },
            default,
            annotation: Some(annotation),
        },
    }
}

/// `field(...)` and what other libraries put in its place: a call that is given the default by name, or
/// is called `field`.
fn field_call(value: &Expr) -> Option<&Call> {
    let ExprKind::Call(call) = &value.kind else {
        return None;
    };
    let name = call.func.dotted().unwrap_or_default();
    let is_field = name.rsplit('.').next().is_some_and(|name| {
        name == "field" || name.ends_with("_field") || name == "Field" || name == "HfArg"
    });
    let by_name = ["default", "default_factory"]
        .into_iter()
        .any(|keyword| visit::keyword(call, keyword).is_some());
    (is_field || by_name).then_some(call)
}

/// The default that a `field(...)` gives; the result of a factory as `list()` or the lambda's body.
fn call_default(call: &Call, namespace: &Namespace<'_>) -> Option<String> {
    let text = namespace.text;
    if let Some(default) = visit::keyword(call, "default") {
        return Some(render::default(default, text));
    }
    let factory = visit::keyword(call, "default_factory")?;
    Some(match &factory.kind {
        ExprKind::Lambda { body, .. } => render::default(body, text),
        _ => {
            let written = render::default(factory, text) + "()";
            if written.len() > MAX_DEFAULT {
                "...".to_owned()
            } else {
                written
            }
        }
    })
}

/// The help text of each field: `metadata={"help": ...}`, `help=...`.
pub fn help_texts<'a>(body: &'a [Stmt], namespace: &Namespace<'_>) -> Vec<(&'a str, String)> {
    let mut found = Vec::new();
    for (name, _, value) in annotated(body) {
        let Some(call) = value.and_then(field_call) else {
            continue;
        };
        let help = visit::keyword(call, "help").or_else(|| {
            let ExprKind::Dict(items) = &visit::keyword(call, "metadata")?.kind else {
                return None;
            };
            let is_help = |key: &Expr| key.as_str() == Some("help");
            let help = items
                .iter()
                .find(|item| item.key.as_ref().is_some_and(is_help));
            help.map(|item| &item.value)
        });
        let known = text::Known::default();
        found.extend(
            help.and_then(|help| text::of(help, namespace, &known))
                .map(|help| (name, help)),
        );
    }
    found
}
