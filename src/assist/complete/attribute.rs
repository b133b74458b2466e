//! What stands behind a dot: attributes of objects, classes and modules of the libraries.

use super::Place;
use super::common::Common;
use super::import::{LIMIT, begins_with};
use super::members::{self, Member};
use crate::assist::item::{Item, Items, Kind, rank};
use crate::assist::proposal::Proposal;
use crate::knowledge::view::Entity;
use crate::rules::arguments::{Callee, label};
use crate::rules::context::Thing;

/// The names behind the dot; nothing where it is not known what stands in front of it.
pub fn attributes(place: &Place<'_, '_>) -> Items {
    let here = place.typed.start();
    let mut uses = place.ctx.facts.attributes.iter();
    let Some(used) = uses.find(|used| used.attr.range.start == here) else {
        return Items::default();
    };
    match place.ctx.thing(&used.receiver) {
        Thing::Instance { class, .. } => of_object(place, &class),
        Thing::Object(Entity::Class(class)) => of_object(place, &class),
        Thing::Object(Entity::Module(module)) => of_module(place, &module),
        _ => Items::default(),
    }
}

fn of_object(place: &Place<'_, '_>, class: &str) -> Items {
    let ctx = place.ctx;
    let symbol = ctx.view.public_path(class);
    let callee = Callee {
        entity: Entity::Class(class.to_owned()),
        symbol: symbol.clone(),
        extra: Vec::new(),
        exact: true,
    };
    let common = Common::of(ctx, &callee);
    let signature = ctx.view.signature(&callee.entity);
    let item = |member: Member| {
        let place = common
            .rank(&member.name)
            .filter(|_| member.kind != Kind::Method);
        let rank = place.map_or(rank::OTHER, |place| rank::COMMON + place);
        let argument = signature.as_ref();
        let notice = argument.is_some_and(|it| it.deprecation(&member.name).is_some());
        let subject = match argument.is_some_and(|it| it.param(&member.name).is_some()) {
            true => Proposal::Argument {
                symbol: symbol.clone(),
                name: member.name.clone(),
            },
            false => Proposal::Symbol(format!("{symbol}.{}", member.name)),
        };
        item(&member, label(&symbol), subject, rank)
            .deprecated(member.is_deprecated || (notice && member.kind == Kind::Attribute))
    };
    let members = members::of_class(ctx.view, class).into_iter();
    Items {
        items: members.map(item).collect(),
        ..Items::default()
    }
}

/// The names of a module that begin as what is typed does; at most [`LIMIT`].
pub fn of_module(place: &Place<'_, '_>, module: &str) -> Items {
    let prefix = place.typed.prefix();
    let wanted = |name: &str| begins_with(name, prefix);
    let mut found = members::of_module(place.ctx.view, module, &wanted);
    let is_incomplete = found.len() > LIMIT;
    found.truncate(LIMIT);
    let item = |member: &Member| {
        let subject = Proposal::Symbol(format!("{module}.{}", member.name));
        item(member, module, subject, rank::OTHER).deprecated(member.is_deprecated)
    };
    Items {
        items: found.iter().map(item).collect(),
        is_incomplete,
        ..Items::default()
    }
}

fn item(member: &Member, home: &str, subject: Proposal, rank: u32) -> Item {
    let mut item = Item::new(member.kind, &member.name, rank);
    item.detail = member.detail();
    item.home = Some(home.to_owned());
    item.subject = Some(subject);
    item
}
