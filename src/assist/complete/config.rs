//! Keys and values of YAML files of configuration: the arguments of the call that such a file stands for.

use super::{Place, argument, value};
use crate::assist::config::Part;
use crate::assist::item::{Item, Items};
use crate::python::facts::Call;
use crate::rules::arguments::callee;

/// What may be typed at the place.
pub fn items(place: &Place<'_, '_>, part: Part) -> Items {
    let Some(call) = call(place) else {
        return Items::default();
    };
    let Some(callee) = callee(place.ctx, call) else {
        return Items::default();
    };
    let items = match part {
        Part::Key { has_colon } => {
            let items = argument::arguments(place, call, &callee).into_iter();
            items.map(|item| key(item, has_colon)).collect()
        }
        Part::Plain | Part::Quoted => {
            let items = value::values(place, call, &callee).into_iter();
            items.map(|item| plain(item, part)).collect()
        }
    };
    Items {
        items,
        ..Items::default()
    }
}

/// The call that takes the entry at the cursor.
fn call<'p>(place: &Place<'p, '_>) -> Option<&'p Call> {
    let here = place.typed.start();
    let mut calls = place.ctx.facts.calls.iter();
    calls.find(|call| {
        let mut named = call.keywords.iter();
        named.any(|keyword| keyword.range.touches(here))
    })
}

fn key(mut item: Item, has_colon: bool) -> Item {
    let name = item.label.trim_end_matches('=').to_owned();
    item.label = format!("{name}:");
    item.insert = match has_colon {
        true => name,
        false => format!("{name}: "),
    };
    item
}

/// The value without quotes, where YAML takes it for a text then.
fn plain(mut item: Item, part: Part) -> Item {
    let text = item.label.trim_matches('"').to_owned();
    let is_other = matches!(
        text.to_ascii_lowercase().as_str(),
        "no" | "yes" | "on" | "off" | "true" | "false" | "null" | "none" | "y" | "n" | "~"
    );
    let is_text = text.starts_with(|c: char| c.is_ascii_alphabetic());
    if part == Part::Quoted || (is_text && !is_other && !text.contains([':', '#'])) {
        item.insert = text.clone();
        item.label = text;
        item.filter = None;
    }
    item
}
