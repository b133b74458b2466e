//! Objects that code makes of the classes of libraries, field by field.

use super::Origin as From;
use super::code::Code;
use super::notes::Found;
use crate::knowledge::condition::evaluate::Known;
use crate::knowledge::view::Entity;
use crate::python::ast::ParamKind;
use crate::python::ast::StmtKind;
use crate::python::facts::{Access, Call, ClassId, Origin, Value};
use crate::python::literal::value_of;
use crate::python::parse::parse_module;
use crate::rules::refusal::Passed;
use crate::text::TextRange;

/// An object of a library's class, or of one that derives from it.
#[derive(Clone)]
pub struct Object<'c, 'a> {
    /// The code that makes it.
    pub code: Code<'c, 'a>,
    /// The call that makes it; none where a parser of arguments does.
    pub call: Option<&'a Call>,
    /// Definition path of the class; empty where there is none of a library.
    pub class: String,
    /// The class of the file that derives from it.
    pub local: Option<ClassId>,
    /// What it is known by in the code.
    pub origin: Option<Origin>,
}

impl<'c, 'a> Object<'c, 'a> {
    /// The path of its class by which users know it.
    pub fn symbol(&self) -> String {
        self.code.ctx.view.public_path(&self.class)
    }

    /// The argument as the call passes it.
    pub fn passed(&self, name: &str) -> Option<Passed<'a>> {
        let call = self.call?;
        if let Some(keyword) = call.keyword(name) {
            return Some(Passed::Keyword(keyword));
        }
        call.positional.first()?;
        let by_place = |kind| matches!(kind, ParamKind::Normal | ParamKind::PositionalOnly);
        let view = self.code.ctx.view;
        let signature = view.signature(&Entity::Class(self.class.clone()))?;
        let mut places = signature.params.iter().filter(|it| by_place(it.param.kind));
        let index = places.position(|it| it.param.name == name)?;
        call.positional.get(index).map(Passed::Positional)
    }

    /// A field as the code has it, else its default; nothing where the class has none of that name. It is the value that
    /// is passed, not what the class makes of it.
    pub fn field(&self, name: &str) -> Option<Found> {
        self.said(name).or_else(|| self.default(name))
    }

    /// A field as the code has it.
    pub fn said(&self, name: &str) -> Option<Found> {
        if let Some(stored) = self.stored(name) {
            return Some(stored);
        }
        if let Some(passed) = self.passed(name) {
            return Some(self.code.value(&passed));
        }
        self.local.and_then(|id| self.code.own_field(id, name))
    }

    /// What is assigned to the field behind the call: `args.max_length = 512`.
    fn stored(&self, name: &str) -> Option<Found> {
        let origin = self.origin.as_ref()?;
        let facts = self.code.ctx.facts;
        let is_it = |used: &&crate::python::facts::AttributeUse| {
            used.access == Access::Store && used.attr.name == name && *used.receiver == *origin
        };
        let last = facts.attributes.iter().rfind(is_it)?;
        let text = self.code.ctx.text;
        let behind = text.get(last.range.end as usize..)?;
        let line = behind.lines().next().unwrap_or_default();
        let unknown = Found {
            value: Value::Unknown,
            origin: self.code.place(last.range),
        };
        let Some(rest) = line.trim_start().strip_prefix('=') else {
            return Some(unknown);
        };
        let start = last.range.end as usize + (line.len() - rest.len());
        let module = parse_module(rest.trim());
        let lead = rest.len() - rest.trim_start().len();
        let [statement] = module.body.as_slice() else {
            return Some(unknown);
        };
        let StmtKind::Expr(expr) = &statement.kind else {
            return Some(unknown);
        };
        let (from, to) = (expr.range.start as usize, expr.range.end as usize);
        let range = TextRange::from_usize(start + lead + from, start + lead + to);
        Some(match value_of(expr) {
            Some(value) => Found {
                value,
                origin: self.code.place(range),
            },
            None => self.code.computed(range).unwrap_or(unknown),
        })
    }

    /// The default of a field in the release that applies.
    pub fn default(&self, name: &str) -> Option<Found> {
        default(&self.code, &self.class, name)
    }

    /// What the dict in a field holds under a key.
    pub fn entry(&self, field: &str, key: &str) -> Option<Found> {
        self.code.entry(&self.passed(field)?, key)
    }
}

/// The default of a parameter of a class's constructor in the release that applies.
pub fn default(code: &Code<'_, '_>, class: &str, name: &str) -> Option<Found> {
    let view = code.ctx.view;
    let signature = view.signature(&Entity::Class(class.to_owned()))?;
    let param = signature.param(name)?;
    let text = param.param.default.as_deref()?;
    let value = match view.default_value(text, &param.owner) {
        Known::Value(value) => value,
        Known::Object(_) | Known::Unknown => Value::Unknown,
    };
    let release = release(code, &param.owner);
    Some(Found {
        value,
        origin: From::Default(release),
    })
}

/// The library that a path belongs to, with its release: `trl 1.16.0`.
pub fn release(code: &Code<'_, '_>, path: &str) -> String {
    match code.ctx.view.selected(path) {
        Some(selected) => {
            let library = &selected.library;
            format!(
                "{} {}",
                library.name(),
                library.releases()[selected.release]
            )
        }
        None => path.split('.').next().unwrap_or(path).to_owned(),
    }
}
