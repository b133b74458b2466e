//! `name=` in a call: what the resolved release takes and the call does not pass yet.

use std::sync::Arc;

use super::Place;
use super::common::Common;
use crate::assist::item::{Item, Kind, rank};
use crate::assist::proposal::Proposal;
use crate::knowledge::fact::{Acceptance, Param};
use crate::knowledge::overlay::{Argument, Effect};
use crate::knowledge::signature::Signature;
use crate::python::ast::ParamKind;
use crate::python::facts::Call;
use crate::rules::arguments::{Callee, delegate, entry, label};

/// The names that may be passed.
pub fn arguments(place: &Place<'_, '_>, call: &Call, callee: &Callee) -> Vec<Item> {
    let ctx = place.ctx;
    let Some(signature) = ctx.view.signature(&callee.entity) else {
        return Vec::new();
    };
    let list = List {
        place,
        callee,
        common: Common::of(ctx, callee),
        has_value: has_value(place),
    };
    let passed = passed(place, call, &signature);
    let is_free = |name: &str| !name.starts_with('_') && !passed.contains(&name);
    let mut items: Vec<Item> = signature
        .params
        .iter()
        .map(|param| &param.param)
        .filter(|param| is_named(param) && is_free(&param.name))
        .map(|param| list.declared(&signature, param))
        .collect();
    let accepting = [Some(Arc::clone(&signature)), delegate(ctx, callee)];
    for signature in accepting.into_iter().flatten() {
        for item in list.accepted(&signature) {
            let name = item.label.trim_end_matches('=');
            let is_new = items.iter().all(|known| known.label != item.label);
            if is_new && is_free(name) {
                items.push(item);
            }
        }
    }
    items
}

const fn is_named(param: &Param) -> bool {
    matches!(param.kind, ParamKind::Normal | ParamKind::KeywordOnly)
}

/// The names that the call passes already, the one at the cursor left out.
fn passed<'c>(place: &Place<'_, '_>, call: &'c Call, signature: &'c Signature) -> Vec<&'c str> {
    let here = place.typed.start();
    let named = call
        .keywords
        .iter()
        .filter(|keyword| keyword.name.range.start != here || keyword.name.range.is_empty())
        .map(|keyword| keyword.name.name.as_str());
    let positional = call.positional.iter();
    let positional = positional.filter(|given| given.range.start != here).count();
    let by_place = signature.params.iter().take(positional);
    let by_place = by_place
        .filter(|param| param.param.kind == ParamKind::Normal)
        .map(|param| param.param.name.as_str());
    named.chain(by_place).collect()
}

/// Whether `=` stands behind the word already.
fn has_value(place: &Place<'_, '_>) -> bool {
    let typed = place.typed;
    let end = typed.cursor.word.end;
    let behind = typed.whole.text.get(typed.whole.forth(end) as usize..);
    let behind = behind.unwrap_or_default().trim_start_matches([' ', '\t']);
    let is_put_in = typed.whole.is_put_in_at(end);
    !is_put_in && behind.starts_with('=') && !behind.starts_with("==")
}

struct List<'l, 'c> {
    place: &'l Place<'l, 'c>,
    callee: &'l Callee,
    common: Common,
    has_value: bool,
}

impl List<'_, '_> {
    fn item(&self, name: &str, group: u32) -> Item {
        let rank = match self.common.rank(name) {
            Some(place) if group != rank::REQUIRED => rank::COMMON + place,
            _ => group,
        };
        let mut item = Item::new(Kind::Argument, format!("{name}="), rank);
        if self.has_value {
            item.insert = name.to_owned();
        }
        item.home = Some(self.callee.label().to_owned());
        item.subject = Some(Proposal::Argument {
            symbol: self.callee.symbol.clone(),
            name: name.to_owned(),
        });
        item
    }

    fn declared(&self, signature: &Signature, param: &Param) -> Item {
        let is_required = param.default.is_none();
        let group = if is_required {
            rank::REQUIRED
        } else {
            rank::OTHER
        };
        let mut item = self.item(&param.name, group);
        item.detail = detail(param);
        let owner = signature
            .param(&param.name)
            .map(|found| self.place.ctx.view.public_path(&found.owner));
        if let Some(owner) =
            owner.filter(|owner| !owner.rsplit('.').any(|part| part.starts_with('_')))
        {
            item.home = Some(label(&owner).to_owned());
        }
        let is_deprecated = signature.deprecation(&param.name).is_some()
            || self
                .curated(&param.name)
                .is_some_and(|it| self.has_notice(it));
        item.deprecated(is_deprecated)
    }

    /// Names that are read from `**kwargs`.
    fn accepted(&self, signature: &Arc<Signature>) -> Vec<Item> {
        let params = signature.params.iter().map(|param| &param.param);
        let params = params.filter(|param| is_named(param));
        let mut items: Vec<Item> = params
            .map(|param| self.declared(signature, param))
            .collect();
        for (name, how) in &signature.accepts {
            let entry = self.curated(name);
            if *how == Acceptance::Ignored || entry.is_some_and(|entry| self.is_gone(entry)) {
                continue;
            }
            let is_deprecated = *how == Acceptance::Decorator
                || signature.deprecation(name).is_some()
                || entry.is_some_and(|entry| self.has_notice(entry));
            items.push(self.item(name, rank::OTHER).deprecated(is_deprecated));
        }
        items
    }

    fn curated(&self, name: &str) -> Option<&Argument> {
        entry(self.place.ctx, self.callee, name)
    }

    fn is_gone(&self, entry: &Argument) -> bool {
        let ctx = self.place.ctx;
        ctx.has_gone(entry.gone.as_deref(), Some(&entry.library))
    }

    fn has_notice(&self, entry: &Argument) -> bool {
        let ctx = self.place.ctx;
        let is_announced = ctx.has_gone(entry.deprecated.as_deref(), Some(&entry.library));
        is_announced || (entry.effect == Effect::Ignored && self.is_gone(entry))
    }
}

/// `: float = 5e-05`
fn detail(param: &Param) -> Option<String> {
    let mut out = String::new();
    if let Some(annotation) = &param.annotation {
        out.push_str(": ");
        out.push_str(annotation);
    }
    if let Some(default) = &param.default {
        out.push_str(" = ");
        out.push_str(default);
    }
    (!out.is_empty()).then_some(out)
}
