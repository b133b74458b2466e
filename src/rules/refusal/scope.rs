//! The arguments of one call, as conditions see them.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Part, Passed, known};
use crate::budget;
use crate::knowledge::condition::Term;
use crate::knowledge::condition::evaluate::{Known, Scope, holds, value};
use crate::knowledge::raising::Raising;
use crate::knowledge::signature::Signature;
use crate::knowledge::view::Entity;
use crate::python::ast::{Name, ParamKind};

use crate::python::facts::{Access, Call, Origin, Step};
use crate::python::module::Module;
use crate::rules::arguments::{self, Callee};
use crate::rules::context::{Context, Thing};

/// Objects in arguments of objects are not followed deeper than this.
const MAX_OBJECTS: u32 = 2;

/// A call with what its callee takes.
pub struct Construction<'c, 'a> {
    ctx: &'c Context<'a>,
    call: &'a Call,
    signature: Arc<Signature>,
    /// Fields that a class of the file declares anew: their defaults are not known.
    redeclared: Vec<Name>,
    depth: u32,
}

impl<'c, 'a> Construction<'c, 'a> {
    /// Nothing where it is not known how the callee takes its arguments.
    pub fn new(ctx: &'c Context<'a>, call: &'a Call, callee: &Callee) -> Option<Self> {
        Self::inside(ctx, call, callee, 0)
    }

    fn inside(ctx: &'c Context<'a>, call: &'a Call, callee: &Callee, depth: u32) -> Option<Self> {
        let signature = ctx.view.signature(&callee.entity)?;
        if !signature.certain {
            return None;
        }
        if let Thing::LocalClass(id) = ctx.thing(&call.callee)
            && !ctx.facts.class(id).methods.is_empty()
        {
            return None;
        }
        // An argument that a decorator turns into another would be looked for under its new name.
        let foreign = |name: &str| signature.param(name).is_none() && !signature.open;
        let foreign = |name: &str| foreign(name) && !call.shared;
        if call
            .keywords
            .iter()
            .any(|keyword| foreign(&keyword.name.name))
        {
            return None;
        }
        Some(Self {
            ctx,
            call,
            signature,
            redeclared: callee.extra.clone(),
            depth,
        })
    }

    /// The argument as the call passes it.
    pub fn passed(&self, name: &str) -> Option<Passed<'a>> {
        let keyword = self
            .call
            .keywords
            .iter()
            .find(|keyword| keyword.name.name == name);
        if let Some(keyword) = keyword {
            return Some(Passed::Keyword(keyword));
        }
        let by_place = |kind| matches!(kind, ParamKind::Normal | ParamKind::PositionalOnly);
        let params = &self.signature.params;
        let index = params
            .iter()
            .filter(|param| by_place(param.param.kind))
            .position(|param| param.param.name == name)?;
        self.call.positional.get(index).map(Passed::Positional)
    }

    /// Whether the callee has an argument of that name.
    pub fn takes(&self, name: &str) -> bool {
        self.signature.param(name).is_some()
    }

    /// The value that the callee sees first.
    pub fn entry(&self, name: &str) -> Known {
        if let Some(passed) = self.passed(name) {
            return known(self.ctx, &passed);
        }
        if self.call.open || self.redeclared.iter().any(|own| own == name) {
            return Known::Unknown;
        }
        let param = self
            .signature
            .params
            .iter()
            .find(|param| param.param.name == name);
        match param.and_then(|param| Some((param.param.default.as_deref()?, &param.owner))) {
            Some((default, owner)) => self.ctx.view.default_value(default, owner),
            None => Known::Unknown,
        }
    }

    /// Whether the argument is passed, where that can be told.
    pub fn is_passed(&self, name: &str) -> Option<bool> {
        if self.passed(name).is_some() {
            Some(true)
        } else {
            (!self.call.open && !self.has_more_places()).then_some(false)
        }
    }

    /// Whether more is passed by place than has a name: `*args` may be anything further down.
    fn has_more_places(&self) -> bool {
        let by_place = |kind| matches!(kind, ParamKind::Normal | ParamKind::PositionalOnly);
        let params = self.signature.params.iter();
        let places = params.filter(|param| by_place(param.param.kind)).count();
        self.call.positional.len() > places
    }

    /// `object.field` of an object that the file makes and passes.
    pub fn field_of(&self, object: &str, field: &str) -> Known {
        match self.object(object) {
            Some((origin, object)) if !self.may_change(origin, field) => object.finally(field),
            _ => Known::Unknown,
        }
    }

    /// The call of this file that makes the object which is passed under that name.
    pub fn maker(&self, object: &str) -> Option<Construction<'c, 'a>> {
        let (_, made) = self.object(object)?;
        made.module.is_none().then_some(made.construction)
    }

    /// The object that the file makes and passes under that name, and where it comes from.
    fn object(&self, name: &str) -> Option<(&'a Origin, Object<'c, 'a>)> {
        let origin = self.passed(name)?.origin()?;
        Some((origin, self.made(origin)?))
    }

    /// The construction that an origin is.
    fn made(&self, origin: &Origin) -> Option<Object<'c, 'a>> {
        if self.depth >= MAX_OBJECTS {
            return None;
        }
        let (ctx, id, module) = match origin.steps.last() {
            Some(Step::Call(id)) => (self.ctx, *id, None),
            _ => {
                let imported = self.ctx.imported(origin)?;
                (imported.ctx, imported.call, Some(imported.module))
            }
        };
        let call = ctx.facts.call(id);
        let callee = arguments::callee(ctx, call)?;
        let Entity::Class(class) = &callee.entity else {
            return None;
        };
        if call.partial || !callee.exact {
            return None;
        }
        let chain = self.ctx.view.construction(class);
        let is_fields = chain
            .iter()
            .all(|raising| raising.path.ends_with(".__post_init__"));
        let construction = Self::inside(ctx, call, &callee, self.depth + 1)?;
        is_fields.then_some(Object {
            construction,
            chain,
            module,
        })
    }

    /// Whether the file sets an attribute of an object, or calls a method that might.
    fn may_change(&self, object: &Origin, field: &str) -> bool {
        let facts = self.ctx.facts;
        let mut handed = facts.handed.iter();
        handed.any(|handed| handed.is_set && *handed.origin == *object)
            || facts.attributes.iter().any(|used| {
                *used.receiver == *object
                    && match used.access {
                        Access::Store => used.attr.name == field,
                        Access::Load => used.called && used.attr.name.starts_with("set_"),
                    }
            })
    }
}

/// An instance that the file makes, or a module that it imports.
struct Object<'c, 'a> {
    construction: Construction<'c, 'a>,
    /// That module.
    module: Option<&'a Module>,
    chain: Arc<[Arc<Raising>]>,
}

impl Object<'_, '_> {
    fn finally(&self, field: &str) -> Known {
        let level = Level {
            construction: &self.construction,
            chain: &self.chain,
            depth: 0,
        };
        if self.chain.is_empty() {
            self.construction.entry(field)
        } else {
            level.finally(field)
        }
    }
}

/// One of the functions that a construction runs.
pub struct Level<'l, 'a> {
    /// The call.
    pub construction: &'l Construction<'l, 'a>,
    /// The functions, that of the class itself first.
    pub chain: &'l [Arc<Raising>],
    /// Which of them.
    pub depth: usize,
}

impl Level<'_, '_> {
    fn at(&self, depth: usize) -> Self {
        Self { depth, ..*self }
    }

    /// The value of a field when this function begins.
    fn entry(&self, name: &str) -> Known {
        match self.depth.checked_sub(1) {
            None => self.construction.entry(name),
            Some(before) => self.at(before).before_base(name),
        }
    }

    /// Whether fields that are not named may have changed.
    fn may_be_any(&self, fields: &FxHashMap<String, Term>) -> bool {
        let changed = fields.get("*");
        changed.is_some_and(|when| holds(when, self) != Some(false))
    }

    fn before_base(&self, name: &str) -> Known {
        let fields = &self.chain[self.depth].before;
        match fields.get(name) {
            Some(Term::Unknown) => Known::Unknown,
            Some(term) => value(term, self),
            None if self.may_be_any(fields) => Known::Unknown,
            None => self.entry(name),
        }
    }

    /// The value of a field when this function ends.
    fn finally(&self, name: &str) -> Known {
        let raising = &self.chain[self.depth];
        match raising.after.get(name) {
            Some(term) => value(term, self),
            None if self.may_be_any(&raising.after) => Known::Unknown,
            None if raising.runs_base => self.behind_base(name),
            None => self.entry(name),
        }
    }

    /// The argument of that name with its value and place.
    pub fn part(&self, name: &str) -> Part {
        let (head, field) = match name.split_once('.') {
            Some((head, field)) => (head, Some(field)),
            None => (name, None),
        };
        if let Some(field) = field {
            return self.part_of_object(name, head, field);
        }
        let passed = self.construction.passed(name);
        let site = passed.map(|passed| passed.site());
        Part {
            name: name.to_owned(),
            value: self.construction.entry(name),
            site,
            elsewhere: None,
            format: self.construction.ctx.facts.format,
        }
    }

    fn part_of_object(&self, name: &str, head: &str, field: &str) -> Part {
        let object = self.construction.object(head).map(|(_, object)| object);
        let passed = object
            .as_ref()
            .and_then(|object| object.construction.passed(field));
        let site = passed.map(|passed| passed.site());
        let module = object.as_ref().and_then(|object| object.module);
        let (site, elsewhere) = match module {
            Some(module) => (None, site.map(|(_, whole)| module.place_of(whole))),
            None => (site, None),
        };
        Part {
            name: name.to_owned(),
            value: object.map_or(Known::Unknown, |object| object.construction.entry(field)),
            site,
            elsewhere,
            format: self.construction.ctx.facts.format,
        }
    }
}

impl Scope for Level<'_, '_> {
    fn argument(&self, path: &str) -> Known {
        budget::tick();
        match path.split_once('.') {
            None => self.entry(path),
            Some((object, field)) if !field.contains('.') => {
                self.construction.field_of(object, field)
            }
            Some(_) => Known::Unknown,
        }
    }

    fn behind_base(&self, name: &str) -> Known {
        if self.depth + 1 < self.chain.len() {
            self.at(self.depth + 1).finally(name)
        } else {
            self.before_base(name)
        }
    }

    fn is_passed(&self, name: &str) -> Option<bool> {
        self.construction.is_passed(name)
    }

    fn constant(&self, path: &str) -> Known {
        self.construction.ctx.view.constant(path)
    }

    fn is_instance(&self, class: &str, of: &str) -> Option<bool> {
        let view = self.construction.ctx.view;
        let mro = view.mro(class);
        let wanted = match view.resolve(of) {
            Entity::Class(found) => found,
            _ => of.to_owned(),
        };
        if mro.classes.contains(&wanted) {
            return Some(true);
        }
        // What is not known of the bases may be the class that is asked for.
        let closed = mro.unknown.is_empty();
        let is_plain = matches!(
            of,
            "str" | "int" | "float" | "bool" | "list" | "tuple" | "set" | "bytes"
        );
        let is_known = matches!(view.resolve(of), Entity::Class(_));
        (closed && (is_plain || is_known)).then_some(false)
    }
}
