//! The strings that an argument is for, in quotes or behind `name=`.

use super::Place;
use crate::assist::item::{Item, Kind, rank};
use crate::assist::proposal::Proposal;
use crate::knowledge::condition::evaluate::Known;
use crate::knowledge::signature::{Signature, SignatureParam};
use crate::knowledge::view::Entity;
use crate::python::ast::ParamKind;
use crate::python::facts::{Call, Value};
use crate::python::literal::{parsed, quoted};
use crate::rules::arguments::Callee;
use crate::rules::context::Context;
use crate::rules::hub::offered;
use crate::rules::refusal::wanted;
use crate::rules::values;

/// The strings that may be passed here.
pub fn values(place: &Place<'_, '_>, call: &Call, callee: &Callee) -> Vec<Item> {
    let signature = place.ctx.view.signature(&callee.entity);
    let signature = signature.as_deref();
    let Some(name) = argument_at(place, call, signature) else {
        return Vec::new();
    };
    let param = signature.and_then(|signature| signature.param(&name));
    let mut texts = texts(place.ctx, callee, &name, param);
    if texts.is_empty() {
        texts = offered(place.ctx, call, callee, &name);
    }
    let default = param.and_then(|param| default(place.ctx, param));
    let in_quotes = place.typed.cursor.quoted;
    let item = |(index, text): (usize, String)| {
        let rank = rank::COMMON + u32::try_from(index).unwrap_or(0);
        let mut item = Item::new(Kind::Value, quoted(&text), rank);
        match in_quotes {
            Some(quoted) if text.contains([quoted.quote, '\\']) => return None,
            Some(_) => {
                item.label = text.clone();
                item.insert = text.clone();
            }
            None => item.filter = Some(text.clone()),
        }
        item.detail = (Some(&text) == default.as_ref()).then(|| " default".to_owned());
        item.home = Some(name.clone());
        item.subject = Some(Proposal::Argument {
            symbol: callee.symbol.clone(),
            name: name.clone(),
        });
        Some(item)
    };
    texts.into_iter().enumerate().filter_map(item).collect()
}

/// The argument that the cursor is in the value of.
fn argument_at(
    place: &Place<'_, '_>,
    call: &Call,
    signature: Option<&Signature>,
) -> Option<String> {
    let here = place.typed.start();
    let mut named = call.keywords.iter();
    if let Some(keyword) = named.find(|keyword| keyword.value_range.touches(here)) {
        return Some(keyword.name.name.to_string());
    }
    let index = call
        .positional
        .iter()
        .position(|given| given.range.touches(here))?;
    let param = signature?.params.get(index)?;
    let by_place = matches!(
        param.param.kind,
        ParamKind::Normal | ParamKind::PositionalOnly
    );
    by_place.then(|| param.param.name.clone())
}

/// The strings that an argument is for: those that somebody has written down, those that the source
/// checks, those that the annotation names.
pub fn texts(
    ctx: &Context<'_>,
    callee: &Callee,
    name: &str,
    param: Option<&SignatureParam>,
) -> Vec<String> {
    let curated = values::options(ctx, callee, name)
        .and_then(|options| values::looked_up(ctx, options))
        .map(|listed| listed.values);
    let checked = || {
        let values = wanted(ctx, callee, name)?;
        let values = values.iter().map(|text| parsed(text));
        values.collect::<Option<Vec<Value>>>()
    };
    let declared = || {
        let annotation = param?.param.annotation.as_deref()?;
        let named = values::named(annotation);
        (!named.is_empty()).then_some(named)
    };
    let listed = curated.or_else(checked).or_else(declared);
    let values = listed.or_else(|| enumerated(ctx, param?));
    let mut texts: Vec<String> = Vec::new();
    for value in values.unwrap_or_default() {
        match value {
            // A pattern is no value: `pissa_niter_[number of iters]`.
            Value::Str(text) if !text.contains(['[', '<']) && !texts.contains(&text) => {
                texts.push(text);
            }
            _ => {}
        }
    }
    texts
}

/// The values of an enumeration that the annotation names: `OptimizerNames | str`.
fn enumerated(ctx: &Context<'_>, param: &SignatureParam) -> Option<Vec<Value>> {
    let view = ctx.view;
    let annotation = param.param.annotation.as_deref()?;
    let mut module = param.owner.as_str();
    while let Some((outer, _)) = module.rsplit_once('.') {
        module = outer;
        if matches!(view.resolve(module), Entity::Module(_)) {
            break;
        }
    }
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut names = annotation.split(|c: char| !is_name(c));
    names.find_map(|name| {
        let is_class = name.starts_with(|c: char| c.is_ascii_uppercase());
        let class = is_class.then(|| view.resolve(&format!("{module}.{name}")))?;
        let Entity::Class(class) = class else {
            return None;
        };
        match view.enumeration(&class)? {
            Value::List(values) => Some(values),
            _ => None,
        }
    })
}

/// The default, where it is a string.
pub fn default(ctx: &Context<'_>, param: &SignatureParam) -> Option<String> {
    let written = param.param.default.as_deref()?;
    match ctx.view.default_value(written, &param.owner) {
        Known::Value(Value::Str(text)) => Some(text),
        _ => None,
    }
}
