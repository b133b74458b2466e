//! Refusals in words.

use super::{Part, Refusal};
use crate::embedded::{Format, json};
use crate::knowledge::condition::evaluate::Known;
use crate::knowledge::condition::{Comparison, Function, Term};
use crate::python::facts::Value;
use crate::python::literal::written;
use crate::rules::context::Context;
use crate::rules::security::secrets;

/// The values that a condition wants a single argument to be one of.
pub fn values(ctx: &Context<'_>, when: &Term) -> Option<Vec<String>> {
    let parts = match when {
        Term::And(terms) => terms.as_slice(),
        term => std::slice::from_ref(term),
    };
    let mut found: Vec<String> = Vec::new();
    let mut about: Option<&Term> = None;
    for part in parts {
        let Term::Compare(op @ (Comparison::NotIn | Comparison::NotEqual), sides) = part else {
            continue;
        };
        let values = match op {
            Comparison::NotIn => listed(ctx, &sides[1])?,
            _ => vec![single(ctx, &sides[1])],
        };
        if about.is_some_and(|known| *known != sides[0]) {
            return None;
        }
        about = Some(&sides[0]);
        for value in values {
            let text = written(&value)?;
            if !found.contains(&text) {
                found.push(text);
            }
        }
    }
    (found.len() > 1).then_some(found)
}

fn listed(ctx: &Context<'_>, term: &Term) -> Option<Vec<Value>> {
    match term {
        Term::Const(path) => match ctx.view.constant(path) {
            Known::Value(Value::List(values)) => Some(values),
            Known::Value(Value::Dict(entries)) => {
                let keys = entries.into_iter().map(|(key, _)| Value::Str(key));
                Some(keys.collect())
            }
            _ => None,
        },
        Term::List(items) => Some(items.iter().map(|item| single(ctx, item)).collect()),
        _ => None,
    }
}

fn single(ctx: &Context<'_>, term: &Term) -> Value {
    match term {
        Term::Literal(value) => value.clone(),
        Term::Const(path) => match ctx.view.constant(path) {
            Known::Value(value) => value,
            _ => Value::Unknown,
        },
        _ => Value::Unknown,
    }
}

impl Part {
    /// `` `fp16=True` ``, in configuration `` `fp16: true` ``.
    pub fn written(&self) -> String {
        let is_config = matches!(self.format, Format::Yaml | Format::Json);
        let (sign, written): (&str, fn(&Value) -> Option<String>) = match is_config {
            true => (": ", json::written),
            false => ("=", written),
        };
        let value = match &self.value {
            // A token is no business of a message.
            Known::Value(value) => {
                written(value).filter(|text| text.len() <= 60 && secrets(text).is_empty())
            }
            _ => None,
        };
        match value {
            Some(value) => format!("`{}{sign}{value}`", self.name),
            None => format!("`{}`", self.name),
        }
    }

    /// The same, with the place where that is another file.
    pub fn placed(&self) -> String {
        match &self.elsewhere {
            Some(place) => format!("{} ({place})", self.written()),
            None => self.written(),
        }
    }

    /// Whether somebody passes it.
    pub fn is_given(&self) -> bool {
        self.site.is_some() || self.elsewhere.is_some()
    }

    /// Whether nobody passes it and it has no value.
    pub fn is_absent(&self) -> bool {
        !self.is_given() && self.value == Known::Value(Value::None)
    }
}

impl Refusal {
    /// "`fp16=True` with `bf16=True`", "`x=1` without `y`".
    pub fn circumstances(&self) -> String {
        let (passed, others): (Vec<&Part>, Vec<&Part>) =
            self.parts.iter().partition(|part| part.is_given());
        let (absent, defaults): (Vec<&Part>, Vec<&Part>) =
            others.into_iter().partition(|part| part.is_absent());
        let listed = |parts: &[&Part]| {
            let words: Vec<String> = parts.iter().map(|part| part.placed()).collect();
            and(&words)
        };
        let mut text = String::new();
        if let Some((first, rest)) = passed.split_first() {
            text.push_str("with ");
            text.push_str(&first.placed());
            if !rest.is_empty() {
                text.push_str(" and ");
                text.push_str(&listed(rest));
            }
        }
        if !defaults.is_empty() {
            text.push_str(if text.is_empty() {
                "with the default "
            } else {
                " and the default "
            });
            text.push_str(&listed(&defaults));
        }
        if !absent.is_empty() {
            let names: Vec<String> = absent
                .iter()
                .map(|part| format!("`{}`", part.name))
                .collect();
            text.push_str(if text.is_empty() {
                "without "
            } else {
                ", without "
            });
            text.push_str(&and(&names));
        }
        text
    }
}

/// "a, b and c"
fn and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// A condition as its author might have written it: no conversions, short names.
pub fn plain(term: &Term) -> Term {
    match term {
        Term::Base(name) | Term::Passed(name) => Term::Arg(name.clone()),
        Term::Const(path) => {
            let mut segments = path.rsplit('.');
            let name = segments.next().unwrap_or_default();
            let is_class = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
            match segments.next().filter(|class| is_class(class)) {
                Some(class) => Term::Arg(format!("{class}.{name}")),
                None => Term::Arg(name.to_owned()),
            }
        }
        Term::Call(Function::Member | Function::Each, terms) if terms.len() == 2 => {
            plain(&terms[1])
        }
        Term::Call(Function::Int, terms) if terms.len() == 1 => plain(&terms[0]),
        Term::And(terms) => gathered(terms.iter().map(plain).collect()),
        _ => term.map(&plain),
    }
}

/// `a != 1 and a != 2` as `a not in [1, 2]`.
fn gathered(terms: Vec<Term>) -> Term {
    let mut kept: Vec<Term> = Vec::new();
    for term in terms {
        let (about, mut values) = match &term {
            Term::Compare(Comparison::NotEqual, sides) => (&sides[0], vec![sides[1].clone()]),
            Term::Compare(Comparison::NotIn, sides) => match &sides[1] {
                Term::List(items) => (&sides[0], items.clone()),
                _ => {
                    kept.push(term);
                    continue;
                }
            },
            _ => {
                kept.push(term);
                continue;
            }
        };
        let before = kept.iter_mut().find_map(|known| match known {
            Term::Compare(Comparison::NotIn, sides) if sides[0] == *about => match &mut sides[1] {
                Term::List(items) => Some(items),
                _ => None,
            },
            _ => None,
        });
        match before {
            Some(before) => before.append(&mut values),
            None => {
                let sides = Box::new([about.clone(), Term::List(values)]);
                kept.push(Term::Compare(Comparison::NotIn, sides));
            }
        }
    }
    for term in &mut kept {
        if let Term::Compare(op @ Comparison::NotIn, sides) = term
            && let Term::List(items) = &sides[1]
            && let [only] = items.as_slice()
        {
            *op = Comparison::NotEqual;
            sides[1] = only.clone();
        }
    }
    Term::all(kept)
}
