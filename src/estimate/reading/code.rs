//! Values in code: where the analysis leaves off, options of the script's command line, fields of its own data classes
//! and small expressions are followed.

use super::Origin as From;
use super::evaluate::{entry, evaluate};
use super::notes::Found;
use super::object::Object;
use crate::knowledge::condition::evaluate::Known;
use crate::knowledge::view::Entity;
use crate::python::ast::{Stmt, StmtKind};
use crate::python::facts::{Call, CallId, ClassId, Origin, Root, Step, Value};
use crate::python::literal::value_of;
use crate::python::module::Module;
use crate::python::parse::parse_module;
use crate::rules::context::{Context, Thing};
use crate::rules::refusal::Passed;
use crate::text::TextRange;

/// The code of a script, or of a module that it imports.
#[derive(Clone, Copy)]
pub struct Code<'c, 'a> {
    /// The code with its releases.
    pub ctx: &'c Context<'a>,
    /// The module, where it is not the script itself.
    pub module: Option<&'a Module>,
}

impl<'c, 'a> Code<'c, 'a> {
    /// A place in the code, as an origin.
    pub fn place(&self, range: TextRange) -> From {
        match self.module {
            Some(module) => From::Elsewhere(module.place_of(range)),
            None => From::Read(range),
        }
    }

    /// What an argument is.
    pub fn value(&self, passed: &Passed<'_>) -> Found {
        let (range, _) = passed.site();
        let optional = matches!(passed, Passed::Keyword(keyword) if keyword.optional);
        let value = match optional {
            true => &Value::Unknown,
            false => passed.value(),
        };
        self.resolved(value, passed.origin(), range)
    }

    /// What a value is: itself, else what its origin or its text leads to.
    fn resolved(&self, value: &Value, origin: Option<&Origin>, range: TextRange) -> Found {
        let found = |value: Value| Found {
            value,
            origin: self.place(range),
        };
        if *value != Value::Unknown {
            return found(value.clone());
        }
        origin
            .and_then(|origin| self.followed(origin, range))
            .or_else(|| self.computed(range))
            .unwrap_or_else(|| found(Value::Unknown))
    }

    /// The value of an expression by its text.
    pub fn computed(&self, range: TextRange) -> Option<Found> {
        let text = range.slice(self.ctx.text);
        if let Some(worth) = evaluate(text) {
            let origin = match worth.granted {
                Some(granted) => From::Assumed(granted.to_owned()),
                None => self.place(range),
            };
            return Some(Found {
                value: worth.value,
                origin,
            });
        }
        // `args.batch_size`, however the script came by `args`.
        let (object, name) = text.split_once('.')?;
        let is_name = |text: &str| {
            text.bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'_')
        };
        (is_name(object) && is_name(name)).then(|| self.option(name))?
    }

    /// The value that an origin leads to.
    fn followed(&self, origin: &Origin, range: TextRange) -> Option<Found> {
        let found = |value: Value| Found {
            value,
            origin: self.place(range),
        };
        if let Some(path) = origin.import_path() {
            if let Some(name) = path.strip_prefix("torch.") {
                return Some(found(Value::Str(name.to_owned())));
            }
            return match self.ctx.view.constant(&path) {
                Known::Value(value @ (Value::Str(_) | Value::Int(_) | Value::Bool(_))) => {
                    Some(found(value))
                }
                _ => None,
            };
        }
        let Some((Step::Attr(field), before)) = origin.steps.split_last() else {
            return None;
        };
        let receiver = Origin {
            root: origin.root.clone(),
            steps: before.to_vec(),
        };
        if is_command_line(&receiver) {
            return self.option(field);
        }
        self.object(&receiver)?.field(field)
    }

    /// The default of an option of the script's command line.
    pub fn option(&self, name: &str) -> Option<Found> {
        let adds = |call: &&Call| matches!(call.callee.steps.last(), Some(Step::Attr(it)) if it == "add_argument");
        let names = |call: &&Call| {
            let said = call
                .positional
                .iter()
                .filter_map(|given| match &given.value {
                    Value::Str(text) => Some(text.trim_start_matches('-').replace('-', "_")),
                    _ => None,
                });
            let dest = call.keyword("dest").map(|it| &it.value);
            match dest {
                Some(Value::Str(dest)) => dest == name,
                _ => said.into_iter().any(|said| said == name),
            }
        };
        let call = self.ctx.facts.calls.iter().filter(adds).find(names)?;
        let shown = call.positional.iter().find_map(|given| match &given.value {
            Value::Str(text) if text.starts_with("--") => Some(text.clone()),
            _ => None,
        });
        let action = call.keyword("action").map(|it| &it.value);
        let value = match (call.keyword("default"), action) {
            (Some(default), _) => match &default.value {
                Value::Unknown => {
                    let followed = default.origin.as_deref();
                    let followed = followed.and_then(|it| self.followed(it, default.value_range));
                    followed
                        .or_else(|| self.constant(default.value_range))?
                        .value
                }
                value => value.clone(),
            },
            (None, Some(Value::Str(action))) if action == "store_true" => Value::Bool(false),
            (None, Some(Value::Str(action))) if action == "store_false" => Value::Bool(true),
            (None, _) => Value::None,
        };
        let shown = shown.unwrap_or_else(|| name.to_owned());
        let origin = match self.module {
            Some(module) => From::Elsewhere(module.place_of(call.range)),
            None => From::Option(shown, call.range),
        };
        Some(Found { value, origin })
    }

    fn constant(&self, range: TextRange) -> Option<Found> {
        let worth = evaluate(range.slice(self.ctx.text))?;
        Some(Found {
            value: worth.value,
            origin: self.place(range),
        })
    }

    /// The object that an origin is: made by a call of this file or of a module beside it, or by a parser of arguments.
    pub fn object(&self, origin: &Origin) -> Option<Object<'c, 'a>> {
        match origin.steps.last() {
            Some(Step::Call(id)) => self.made(*id, Some(origin)),
            Some(_) => self.parsed(origin),
            None => match &origin.root {
                Root::InstanceOf(_) => self.parsed(origin),
                _ => None,
            },
        }
        .or_else(|| {
            let imported = self.ctx.imported(origin)?;
            let code = Code {
                ctx: imported.ctx,
                module: Some(imported.module),
            };
            code.made(imported.call, None)
        })
    }

    /// The object that a call makes.
    pub fn made(&self, id: CallId, origin: Option<&Origin>) -> Option<Object<'c, 'a>> {
        let call = self.ctx.facts.call(id);
        let (class, local) = match self.ctx.thing(&call.callee) {
            Thing::Object(Entity::Class(class)) => (class, None),
            Thing::LocalClass(id) => (self.base(id)?, Some(id)),
            _ => return None,
        };
        Some(Object {
            code: *self,
            call: Some(call),
            class,
            local,
            origin: origin
                .cloned()
                .or_else(|| Some(call.callee.then(Step::Call(id)))),
        })
    }

    /// An object of a parser of arguments, or of an annotation: all of its fields are defaults.
    fn parsed(&self, origin: &Origin) -> Option<Object<'c, 'a>> {
        let (class, local) = match self.ctx.thing(origin) {
            Thing::Instance { class, .. } => (class, None),
            Thing::LocalInstance(id) => (self.base(id).unwrap_or_default(), Some(id)),
            _ => return None,
        };
        Some(Object {
            code: *self,
            call: None,
            class,
            local,
            origin: Some(origin.clone()),
        })
    }

    /// The first class of a library that a class of the file derives from.
    pub fn base(&self, id: ClassId) -> Option<String> {
        let mut at = id;
        for _ in 0..8 {
            let bases = self.ctx.facts.class(at).bases.iter().flatten();
            let mut next = None;
            for base in bases {
                match self.ctx.thing(base) {
                    Thing::Object(Entity::Class(class)) => return Some(class),
                    Thing::LocalClass(id) => next = next.or(Some(id)),
                    _ => {}
                }
            }
            at = next?;
        }
        None
    }

    /// The default of a field that a class of the file declares.
    pub fn own_field(&self, id: ClassId, name: &str) -> Option<Found> {
        let class = self.ctx.facts.class(id);
        if !class.attributes.iter().any(|it| it == name) {
            return None;
        }
        let text = class.range.slice(self.ctx.text);
        // A class in a function is indented, and no module begins so.
        let module = parse_module(text);
        let body = module
            .body
            .iter()
            .find_map(|statement| match &statement.kind {
                StmtKind::ClassDef(definition) => Some(&definition.body),
                _ => None,
            })?;
        let value = body
            .iter()
            .find_map(|statement| assigned(statement, name))?;
        let by = class.range.start;
        let range = TextRange::new(value.range.start + by, value.range.end + by);
        let default = self.ctx.facts.calls.iter().find(|call| call.range == range);
        if let Some(call) = default {
            let passed = Passed::Keyword(call.keyword("default")?);
            return Some(self.value(&passed));
        }
        match value_of(value) {
            Some(value) => Some(Found {
                value,
                origin: self.place(range),
            }),
            None => self.constant(range),
        }
    }

    /// What a dict that is passed holds under a key.
    pub fn entry(&self, passed: &Passed<'_>, key: &str) -> Option<Found> {
        let (range, _) = passed.site();
        if let Value::Dict(entries) = passed.value() {
            let (_, value) = entries.iter().find(|(name, _)| name == key)?;
            let place = self.part(range, key);
            if *value != Value::Unknown {
                let origin = self.place(place.unwrap_or(range));
                let value = value.clone();
                return Some(Found { value, origin });
            }
            let computed = place.and_then(|place| self.computed(place));
            return Some(computed.unwrap_or_else(|| Found {
                value: Value::Unknown,
                origin: self.place(place.unwrap_or(range)),
            }));
        }
        let place = self.part(range, key)?;
        Some(self.computed(place).unwrap_or_else(|| Found {
            value: value_of_text(place.slice(self.ctx.text)),
            origin: self.place(place),
        }))
    }

    /// Where a dict display holds the value of a key.
    fn part(&self, range: TextRange, key: &str) -> Option<TextRange> {
        let text = range.slice(self.ctx.text);
        let part = entry(text, key)?;
        let at = part.as_ptr() as usize - text.as_ptr() as usize;
        let start = range.start as usize + at;
        Some(TextRange::from_usize(start, start + part.len()))
    }
}

fn value_of_text(text: &str) -> Value {
    crate::python::literal::parsed(text).unwrap_or_default()
}

/// The value that a statement gives to a name.
fn assigned<'s>(statement: &'s Stmt, name: &str) -> Option<&'s crate::python::ast::Expr> {
    match &statement.kind {
        StmtKind::AnnAssign { target, value, .. } if target.as_name() == Some(name) => {
            value.as_ref()
        }
        StmtKind::Assign { targets, value } => {
            let mut named = targets.iter();
            named
                .any(|target| target.as_name() == Some(name))
                .then_some(value)
        }
        _ => None,
    }
}

/// Whether an origin is what `argparse` makes of the command line.
fn is_command_line(origin: &Origin) -> bool {
    let Root::Import(package) = &origin.root else {
        return false;
    };
    let parses = |step: &Step| matches!(step, Step::Attr(name) if matches!(name.as_str(), "parse_args" | "parse_known_args"));
    package == "argparse" && origin.steps.iter().any(parses)
}
