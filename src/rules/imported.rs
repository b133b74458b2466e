//! Objects that another module of the project makes: `from config import args`.
//!
//! They are judged where they are made, in a context of that module. What may be changed anywhere in sight
//! is not known.

use std::cell::{OnceCell, RefCell};

use rustc_hash::FxHashMap;

use super::context::{Context, Thing};
use crate::python::facts::{Access, Call, CallId, Guard, Origin, Root, Step};
use crate::python::module::{Module, Modules};

/// Packages whose functions read what they are given.
const READERS: [&str; 5] = ["dataclasses", "json", "logging", "pprint", "rich"];

/// The modules that a document imports, with contexts once they are asked for.
pub struct Neighbours<'a> {
    modules: &'a Modules,
    contexts: Vec<OnceCell<Box<Context<'a>>>>,
    /// What was asked for, by path.
    known: RefCell<FxHashMap<String, Option<Found>>>,
}

/// The place of a module among the others, and what is made there.
#[derive(Clone)]
struct Found {
    module: usize,
    call: CallId,
    class: String,
}

impl<'a> Neighbours<'a> {
    /// Nothing where there are no modules.
    pub fn new(modules: &'a Modules) -> Option<Self> {
        let contexts = modules.all().iter().map(|_| OnceCell::new()).collect();
        let known = RefCell::default();
        (!modules.is_empty()).then_some(Self {
            modules,
            contexts,
            known,
        })
    }

    fn module(&self, index: usize) -> &'a Module {
        &self.modules.all()[index].1
    }

    /// The context of a module, which follows no imports in turn.
    fn context(&self, index: usize, from: &Context<'a>) -> &Context<'a> {
        self.contexts[index].get_or_init(|| {
            let module = self.module(index);
            let (text, facts) = (module.text(), module.facts());
            let (view, environment, overlay) = (from.view, from.environment, from.overlay);
            Box::new(Context::new(text, facts, view, None, environment, overlay))
        })
    }

    /// Whether a module other than that one may set attributes of something of that name.
    fn others_change(&self, index: usize, name: &str) -> bool {
        let mut others = self.modules.all().iter().enumerate();
        others.any(|(other, (_, module))| other != index && module.sets_attributes_of(name))
    }
}

/// An object that another module makes.
pub struct Imported<'c, 'a> {
    /// That module.
    pub module: &'a Module,
    /// Its context.
    pub ctx: &'c Context<'a>,
    /// The call that makes the object.
    pub call: CallId,
    class: String,
}

impl Imported<'_, '_> {
    /// What it is.
    pub fn thing(self) -> Thing {
        let class = self.class;
        Thing::Instance { class, exact: true }
    }
}

impl<'a> Context<'a> {
    /// The object that an import leads to, where it is surely what its module makes of it.
    pub fn imported(&self, origin: &Origin) -> Option<Imported<'_, 'a>> {
        let neighbours = self.neighbours.as_ref()?;
        let path = origin.import_path()?;
        let known = neighbours.known.borrow().get(&path).cloned();
        let found = known.unwrap_or_else(|| {
            let found = self.found(neighbours, origin, &path);
            neighbours.known.borrow_mut().insert(path, found.clone());
            found
        })?;
        Some(Imported {
            module: neighbours.module(found.module),
            ctx: neighbours.context(found.module, self),
            call: found.call,
            class: found.class,
        })
    }

    fn found(&self, neighbours: &Neighbours<'a>, origin: &Origin, path: &str) -> Option<Found> {
        let (module, name) = neighbours.modules.find(path)?;
        let call = neighbours.module(module).exported(name)?;
        if self.is_replaced(path)
            || self.is_touched(origin)
            || neighbours.others_change(module, name)
        {
            return None;
        }
        let ctx = neighbours.context(module, self);
        let made = ctx.facts.call(call).callee.then(Step::Call(call));
        match ctx.thing(&made) {
            Thing::Instance { class, exact: true } if !ctx.is_touched(&made) => Some(Found {
                module,
                call,
                class,
            }),
            _ => None,
        }
    }

    /// Whether a dotted path leads to something of an object in a module of the project.
    pub fn is_inside(&self, path: &str) -> bool {
        let neighbours = self.neighbours.as_ref();
        let found = neighbours.and_then(|neighbours| neighbours.modules.find(path));
        found.is_some_and(|(_, name)| name.contains('.'))
    }

    /// Whether another may take the place of what is imported: where its import may fail, or where its module
    /// is given something else under that name.
    fn is_replaced(&self, path: &str) -> bool {
        let mut imports = self.facts.imports.iter();
        let mut attributes = self.facts.attributes.iter();
        let is_it = |receiver: &Origin, name: &str| {
            let receiver = receiver.import_path().unwrap_or_default();
            path.strip_prefix(receiver.as_str())
                .and_then(|rest| rest.strip_prefix('.'))
                == Some(name)
        };
        imports.any(|it| it.guard == Guard::Guarded && path.starts_with(it.module.as_str()))
            || attributes.any(|it| it.access == Access::Store && is_it(&it.receiver, &it.attr.name))
    }

    /// Whether an object is changed, or given to code that may change it.
    fn is_touched(&self, object: &Origin) -> bool {
        let facts = self.facts;
        let is_changed = facts.attributes.iter().any(|used| {
            *used.receiver == *object
                && (used.access == Access::Store
                    || used.attr.name == "__dict__"
                    || used.called && used.attr.name.starts_with("set_"))
        });
        let is_it = |origin: &Origin| origin == object;
        is_changed
            || facts.handed.iter().any(|handed| is_it(&handed.origin))
            || facts
                .calls
                .iter()
                .any(|call| !self.only_reads(call) && call.given().any(|given| is_it(given)))
    }

    /// Whether what is called is a library's, or known to change nothing; a class of the file counts that only
    /// derives.
    fn only_reads(&self, call: &Call) -> bool {
        match &call.callee.root {
            Root::Class(id) => self.facts.class(*id).methods.is_empty(),
            Root::Import(package) => {
                READERS.contains(&package.as_str()) || self.view.selected(package).is_some()
            }
            _ => false,
        }
    }
}
