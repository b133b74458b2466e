//! What a call takes, while it is typed: the parameters of the resolved release, and which one is next.

use super::complete::common::Common;
use super::hover::{parameter, place as home};
use super::source::{Source, Typed, mentions_a_library};
use crate::environment::Environment;
use crate::knowledge::choose::Knowledge;
use crate::knowledge::overlay::overlay;
use crate::knowledge::signature::{Signature, SignatureParam};
use crate::python::ast::ParamKind;
use crate::python::facts::Call;
use crate::rules::arguments::{Callee, callee};
use crate::rules::context::Context;
use crate::text::TextRange;

/// Of a longer signature only some parameters are shown.
const SHOWN: usize = 8;

/// A signature with the parameter that is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureHelp {
    /// `SFTConfig(output_dir: str | None = None, ...)`
    pub label: String,
    /// The bytes of the label in which each parameter stands.
    pub parameters: Vec<TextRange>,
    /// Index into the parameters; `None` where the one that is typed is not among them.
    pub active: Option<usize>,
    /// Which release it is of, as Markdown.
    pub documentation: String,
    /// What there is to say of the active parameter, as Markdown.
    pub active_documentation: Option<String>,
}

/// The signature of the innermost call around a byte offset, where that is a call of a library.
pub fn signature_help(
    knowledge: &Knowledge,
    source: &Source<'_>,
    environment: &Environment,
    offset: u32,
) -> Option<SignatureHelp> {
    if !mentions_a_library(knowledge, source.text()) {
        return None;
    }
    let typed = source.typed(offset)?;
    let open = typed.whole.forth(typed.cursor.call()?.at);
    let view = knowledge.view(environment);
    let ctx = Context::new(
        &typed.code,
        &typed.facts,
        &view,
        None,
        environment,
        overlay(),
    );
    let mut calls = typed.facts.calls.iter();
    let call = calls.find(|call| call.args_range.start == open)?;
    let callee = callee(&ctx, call)?;
    let signature = view.signature(&callee.entity)?;
    let active = active(&typed, call, &signature);
    let shown = shown(&ctx, &callee, call, &signature, active);
    let (label, parameters) = label(&callee, &signature, &shown);
    let name = active.map(|index| signature.params[index].param.name.as_str());
    Some(SignatureHelp {
        label,
        parameters,
        active: active.and_then(|active| shown.iter().position(|index| *index == active)),
        documentation: home(&ctx, &callee.symbol),
        active_documentation: name
            .and_then(|name| super::hover::argument_history(&ctx, &callee, name)),
    })
}

/// The parameter that is being typed.
fn active(typed: &Typed, call: &Call, signature: &Signature) -> Option<usize> {
    let here = typed.whole.forth(typed.cursor.offset);
    let mut named = call.keywords.iter();
    let keyword = named.find(|keyword| keyword.range.touches(here));
    // A word that got `=None` to be read is no name yet.
    let is_typed = |at: u32| at >= here && typed.whole.is_put_in_at(typed.cursor.end());
    if let Some(keyword) = keyword.filter(|it| !is_typed(it.name.range.end)) {
        let name = keyword.name.name.as_str();
        return signature.params.iter().position(|it| it.param.name == name);
    }
    let names_before = call.keywords.iter().any(|it| it.range.end < typed.start());
    if names_before {
        return None;
    }
    let before = call.positional.iter();
    let before = before.filter(|given| given.range.end < here).count();
    by_place(signature, before)
}

/// The parameter that takes the positional argument of that number.
fn by_place(signature: &Signature, number: usize) -> Option<usize> {
    let takes = |param: &SignatureParam| {
        matches!(
            param.param.kind,
            ParamKind::Normal | ParamKind::PositionalOnly
        )
    };
    let more = |param: &SignatureParam| param.param.kind == ParamKind::VarArgs;
    let in_order = signature.params.iter().take_while(|param| takes(param));
    match number < in_order.count() {
        true => Some(number),
        false => signature.params.iter().position(more),
    }
}

/// The parameters to show, by index: all of a short signature; of a long one those that are required,
/// passed or being typed, and those that are used most.
fn shown(
    ctx: &Context<'_>,
    callee: &Callee,
    call: &Call,
    signature: &Signature,
    active: Option<usize>,
) -> Vec<usize> {
    let count = signature.params.len();
    if count <= SHOWN {
        return (0..count).collect();
    }
    let common = Common::of(ctx, callee);
    let order = |index: usize| {
        let param = &signature.params[index].param;
        let is_named = |keyword: &crate::python::facts::Keyword| keyword.name.name == param.name;
        let is_passed = index < call.positional.len() || call.keywords.iter().any(is_named);
        let is_required = param.default.is_none() && is_plain(param.kind);
        match Some(index) == active || is_required || is_passed {
            true => (0, 0),
            false => (1, common.rank(&param.name).unwrap_or(u32::MAX)),
        }
    };
    let mut indices: Vec<usize> = (0..count).collect();
    indices.sort_by_key(|index| order(*index));
    indices.truncate(SHOWN);
    indices.sort_unstable();
    indices
}

const fn is_plain(kind: ParamKind) -> bool {
    !matches!(kind, ParamKind::VarArgs | ParamKind::VarKeyword)
}

/// The signature in a line, and where its parameters stand. Dots stand for those left out.
fn label(callee: &Callee, signature: &Signature, shown: &[usize]) -> (String, Vec<TextRange>) {
    let mut label = format!("{}(", callee.label());
    let mut ranges = Vec::with_capacity(shown.len());
    let mut next = 0;
    for index in shown {
        if label.ends_with(|c| c != '(') {
            label.push_str(", ");
        }
        if *index > next {
            label.push_str("..., ");
        }
        next = index + 1;
        let start = label.len();
        label.push_str(&parameter(&signature.params[*index].param));
        ranges.push(TextRange::from_usize(start, label.len()));
    }
    if next < signature.params.len() {
        label.push_str(", ...");
    }
    label.push(')');
    (label, ranges)
}
