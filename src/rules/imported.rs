//! Objects that another module of the project makes: `from config import args`.
//!
//! They are judged where they are made, in a context of that module. What may be changed anywhere in sight
//! is not known.

use std::cell::OnceCell;

use super::context::{Context, Thing};
use crate::python::facts::{Access, Call, CallId, Guard, Origin, Root, Step};
use crate::python::module::{Module, Modules};

/// Packages whose functions read what they are given.
const READERS: [&str; 5] = ["dataclasses", "json", "logging", "pprint", "rich"];

/// The modules that a document imports, with contexts once they are asked for.
pub struct Neighbours<'a> {
    modules: &'a Modules,
    contexts: Vec<OnceCell<Box<Context<'a>>>>,
}

impl<'a> Neighbours<'a> {
    /// Nothing where there are no modules.
    pub fn new(modules: &'a Modules) -> Option<Self> {
        let contexts = modules.iter().map(|_| OnceCell::new()).collect();
        (!modules.is_empty()).then_some(Self { modules, contexts })
    }
}

/// An object that another module makes.
pub struct Imported<'c, 'a> {
    /// That module.
    pub module: &'a Module,
    /// Its context; it follows no imports in turn.
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
        let (index, name) = neighbours.modules.find(&path)?;
        let module: &'a Module = neighbours.modules.iter().nth(index)?;
        let call = module.exported(name)?;
        let others = neighbours.modules.iter().enumerate();
        let mut others = others.filter(|(other, _)| *other != index);
        if self.is_protected(&path)
            || self.is_touched(origin)
            || others.any(|(_, other)| other.sets_attributes_of(name))
        {
            return None;
        }
        let ctx = neighbours.contexts[index].get_or_init(|| {
            let (view, environment) = (self.view, self.environment);
            let (text, facts) = (module.text(), module.facts());
            Box::new(Context::new(
                text,
                facts,
                view,
                None,
                environment,
                self.overlay,
            ))
        });
        let made = ctx.facts.call(call).callee.then(Step::Call(call));
        match ctx.thing(&made) {
            Thing::Instance { class, exact: true } if !ctx.is_touched(&made) => Some(Imported {
                module,
                ctx,
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

    /// Whether an import that may bring it stands where another may take its place, or something else is
    /// given to the name in the module.
    fn is_protected(&self, path: &str) -> bool {
        let is_guarded = self.facts.imports.iter().any(|import| {
            import.guard == Guard::Guarded && path.starts_with(import.module.as_str())
        });
        let mut stores = self.facts.attributes.iter();
        is_guarded
            || stores.any(|used| {
                used.access == Access::Store
                    && used.receiver.import_path().is_some_and(|receiver| {
                        path.strip_prefix(&receiver)
                            .and_then(|rest| rest.strip_prefix('.'))
                            .is_some_and(|rest| rest == used.attr.name.as_str())
                    })
            })
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
