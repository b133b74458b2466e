//! What decorators do to the function below them: nothing, new keywords, a notice, or unknown.

use rustc_hash::FxHashMap;

use super::body::{Body, Kind};
use super::namespace::Namespace;
use super::{lazy, message, visit};
use crate::knowledge::fact::{Acceptance, Deprecation, Fact, Trigger};
use crate::python::ast::{Argument, ArgumentKind, Expr, ExprKind};

/// A decorator as written, its path made absolute.
#[derive(Clone, Debug, Default)]
pub struct RawDecorator {
    /// Absolute dotted path of what is applied or called; `?` where it is no name.
    pub path: String,
    /// Texts passed by position.
    pub texts: Vec<String>,
    /// Texts, and lists of texts, passed by keyword.
    pub keywords: Vec<(String, Vec<String>)>,
    /// Keywords passed that hold a true constant.
    pub truths: Vec<String>,
    /// Whether it is given more than the source shows.
    pub is_open: bool,
    /// Whether another distribution defines it.
    pub is_foreign: bool,
}

/// What applying a decorator means for callers.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Effect {
    /// Calls look as if it were not there.
    Transparent,
    /// It takes keywords before the function is called, or warns.
    Adds(Vec<Fact>),
    /// Not understood.
    #[default]
    Unknown,
}

impl RawDecorator {
    /// Reads the expression behind `@`; `class` are the bindings of the class body around it.
    pub fn read(expr: &Expr, namespace: &Namespace<'_>, class: Option<&Body<'_>>) -> Self {
        let (callee, arguments): (&Expr, &[Argument]) = match &expr.kind {
            ExprKind::Call(call) => (&call.func, &call.args),
            _ => (expr, &[]),
        };
        let mut decorator = Self {
            path: namespace.path(callee).unwrap_or_else(|| "?".to_owned()),
            ..Self::default()
        };
        let root = |path: &str| path.split('.').next().map(ToOwned::to_owned);
        decorator.is_foreign = root(&decorator.path) != root(namespace.module);
        for argument in arguments {
            let texts = texts(&argument.value, namespace);
            match &argument.kind {
                ArgumentKind::Positional => decorator.texts.extend(texts),
                ArgumentKind::Keyword(name) => {
                    if argument.value.kind == ExprKind::Bool(true) {
                        decorator.truths.push(name.name.to_string());
                    }
                    decorator.keywords.push((name.name.to_string(), texts));
                }
                ArgumentKind::DictSpread => decorator.spread(&argument.value, namespace, class),
                _ => decorator.is_open = true,
            }
        }
        decorator
    }

    /// `**renames` for a dict display in the class or module.
    fn spread(&mut self, dict: &Expr, namespace: &Namespace<'_>, class: Option<&Body<'_>>) {
        let name = dict.as_name().unwrap_or_default();
        let display = match class.and_then(|class| class.get(name)) {
            Some(entry) => match &entry.kind {
                Kind::Value(value, _) => *value,
                _ => None,
            },
            None => namespace.constant(name),
        };
        match display.map(|display| (&display.kind, lazy::text_pairs(display))) {
            Some((ExprKind::Dict(items), pairs)) if items.len() == pairs.len() => {
                let keywords = pairs.into_iter().map(|(key, text)| (key, vec![text]));
                self.keywords.extend(keywords);
            }
            _ => self.is_open = true,
        }
    }

    /// One that may do anything.
    pub fn unknown() -> Self {
        Self {
            path: "?".to_owned(),
            ..Self::default()
        }
    }

    /// The last name of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    fn keyword(&self, names: &[&str]) -> Option<&[String]> {
        self.keywords
            .iter()
            .find(|(keyword, _)| names.contains(&keyword.as_str()))
            .map(|(_, texts)| texts.as_slice())
    }

    fn text(&self, names: &[&str]) -> Option<&str> {
        self.keyword(names)?.first().map(String::as_str)
    }
}

/// The strings of an argument: itself, those of a list, set or tuple, or of a constant by name.
fn texts(expr: &Expr, namespace: &Namespace<'_>) -> Vec<String> {
    if let Some(text) = super::text::of(expr, namespace, &FxHashMap::default())
        && !matches!(expr.kind, ExprKind::List(_) | ExprKind::Tuple(_))
    {
        return vec![text];
    }
    let literal = match expr.as_name().and_then(|name| namespace.constant(name)) {
        Some(constant) => constant,
        None => expr,
    };
    let strings = visit::strings(literal).unwrap_or_default();
    strings.into_iter().map(ToOwned::to_owned).collect()
}

/// Decorators of other packages after which a call looks the same.
const TRANSPARENT: &[&str] = &[
    "functools.wraps",
    "functools.lru_cache",
    "functools.cache",
    "contextlib.contextmanager",
    "contextlib.asynccontextmanager",
    "typing.overload",
    "typing.final",
    "typing.no_type_check",
    "typing.runtime_checkable",
    "typing.override",
    "typing_extensions.override",
    "typing_extensions.final",
    "typing_extensions.runtime_checkable",
    "typing_extensions.dataclass_transform",
    "typing.dataclass_transform",
    "functools.total_ordering",
    "enum.unique",
    "abc.abstractmethod",
    "atexit.register",
    "torch.no_grad",
    "torch.inference_mode",
    "torch.enable_grad",
    "torch.jit.ignore",
    "torch.jit.unused",
    "torch.jit.export",
    "torch.fx.wrap",
    "torch.compile",
    "torch.compiler.disable",
    "torch.compiler.allow_in_graph",
    "torch._dynamo.disable",
    "torch._dynamo.allow_in_graph",
    "torch.autocast",
    "torch.autograd.function.once_differentiable",
    "tensorflow.function",
    "jax.jit",
    "flax.linen.compact",
    "flax.linen.nowrap",
    "numpy.vectorize",
    "accelerate.utils.deepspeed.compare_versions",
];

/// Decorators of these libraries that only document, register, or run something before and after; what
/// they do is too indirect to be seen by [`super::shape`].
const TRANSPARENT_NAMES: &[&str] = &[
    "auto_docstring",
    "can_return_tuple",
    "add_start_docstrings",
    "add_start_docstrings_to_model_forward",
    "add_end_docstrings",
    "add_code_sample_docstrings",
    "replace_return_docstrings",
    "replace_example_docstring",
    "requires",
    "export",
    "experimental",
    "_experimental",
    "maybe_allow_in_graph",
    "no_inherit_decorator",
    "register_to_config",
    "transmit_format",
    "fingerprint_transform",
    "staticmethod",
    "classmethod",
];

/// What a decorator does by its name and arguments alone; absent where its definition must be read.
/// `params` are the parameters of the function below it, with whether their default is `None`.
pub fn known_effect(decorator: &RawDecorator, params: &[(String, bool)]) -> Option<Effect> {
    match decorator.name() {
        "deprecate_kwarg" => Some(deprecated_keyword(decorator, params)),
        "deprecated_kwargs" => Some(renamed_keywords(decorator, params)),
        "_deprecate_arguments" => Some(deprecated_arguments(decorator, params)),
        "_deprecate_method" | "deprecated" | "deprecate_method" => {
            Some(Effect::Adds(vec![deprecated_itself(decorator)]))
        }
        name if TRANSPARENT_NAMES.contains(&name) => Some(Effect::Transparent),
        _ if TRANSPARENT.contains(&decorator.path.as_str()) => Some(Effect::Transparent),
        _ => None,
    }
}

fn is_version(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('.')
}

/// `@deprecate_kwarg("old", new_name="new", version="1.0")`, whose positional order varies: what looks
/// like a version is one, of the other texts the first is the old name.
fn deprecated_keyword(decorator: &RawDecorator, params: &[(String, bool)]) -> Effect {
    let (versions, names): (Vec<&String>, Vec<&String>) =
        decorator.texts.iter().partition(|text| is_version(text));
    let old = decorator
        .text(&["old_name"])
        .or(names.first().map(|name| name.as_str()));
    let new = decorator
        .text(&["new_name"])
        .or(names.get(1).map(|name| name.as_str()));
    let version = decorator
        .text(&["version"])
        .or(versions.first().map(|text| text.as_str()));
    let Some(old) = old else {
        return Effect::Unknown;
    };
    // It compares the version with that of its own distribution, which is long past it.
    let always = decorator
        .truths
        .iter()
        .any(|name| name == "warn_if_greater_or_equal_version");
    let when = if decorator.is_foreign && version.is_some() && !always {
        Trigger::Documented
    } else {
        Trigger::Used
    };
    Effect::Adds(keyword_facts(old, new, version, when, params))
}

/// `@deprecated_kwargs(old="new")`
fn renamed_keywords(decorator: &RawDecorator, params: &[(String, bool)]) -> Effect {
    if decorator.is_open {
        return Effect::Unknown;
    }
    let facts = decorator.keywords.iter().flat_map(|(old, texts)| {
        let new = texts.first().map(String::as_str);
        keyword_facts(old, new, None, Trigger::Used, params)
    });
    Effect::Adds(facts.collect())
}

fn keyword_facts(
    old: &str,
    new: Option<&str>,
    version: Option<&str>,
    when: Trigger,
    params: &[(String, bool)],
) -> Vec<Fact> {
    let mut facts = Vec::new();
    if !params.iter().any(|(name, _)| name == old) {
        facts.push(Fact::Accepts {
            name: old.to_owned(),
            how: Acceptance::Decorator,
        });
    }
    facts.push(Fact::Deprecated(Deprecation {
        name: Some(old.to_owned()),
        when,
        replacement: new.map(ToOwned::to_owned),
        announced: version.map(ToOwned::to_owned),
    }));
    facts
}

/// `@_deprecate_arguments(version="1.0", deprecated_args=["a", "b"], custom_message="...")` warns where
/// an argument is not at its default.
fn deprecated_arguments(decorator: &RawDecorator, params: &[(String, bool)]) -> Effect {
    let names = decorator.keyword(&["deprecated_args"]).unwrap_or(&[]);
    if names.is_empty() {
        return Effect::Unknown;
    }
    let version = decorator.text(&["version"]);
    let message = decorator.text(&["custom_message"]).unwrap_or_default();
    let notice = |name: &String| {
        let none = params.iter().any(|(param, none)| param == name && *none);
        let replacement = message::replacement(message, name)
            .filter(|new| params.iter().any(|(param, _)| param == new));
        Fact::Deprecated(Deprecation {
            name: Some(name.clone()),
            when: if none {
                Trigger::NotNone
            } else {
                Trigger::Used
            },
            replacement: replacement
                .filter(|_| names.len() == 1)
                .map(ToOwned::to_owned),
            announced: version.map(ToOwned::to_owned),
        })
    };
    Effect::Adds(names.iter().map(notice).collect())
}

/// `@deprecated("Use `x` instead")`, `@_deprecate_method(version="1.0", message="...")`
fn deprecated_itself(decorator: &RawDecorator) -> Fact {
    let message = decorator
        .text(&["message", "help_message", "reason"])
        .or(decorator.texts.first().map(String::as_str))
        .unwrap_or_default();
    let announced = decorator
        .text(&["version"])
        .map(ToOwned::to_owned)
        .or_else(|| message::announced(message));
    Fact::Deprecated(Deprecation {
        name: None,
        when: Trigger::Used,
        replacement: message::replacement(message, "").map(ToOwned::to_owned),
        announced,
    })
}
