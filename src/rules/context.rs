//! Everything a rule may look at, and what the origins of a file's values turn out to be.

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Beside;
use super::api::symbols::{SymbolUse, judge_symbols};
use super::arguments::{ArgumentUse, Callee};
use super::command::judge::Judged;
use super::hub::LookUp;
use super::imported::Neighbours;
use super::memory::Machine;
use super::refusal::Refusal;
use super::repository::Repository;
use crate::budget;
use crate::environment::{Environment, Resolved, Version};
use crate::knowledge::extract::Script;
use crate::knowledge::overlay::Overlay;
use crate::knowledge::store::normalise;
use crate::knowledge::view::{Entity, Function, View};
use crate::python::facts::{Call, CallId, ClassId, Facts, Guard, Origin, Root, Step};
use crate::python::module::Modules;

/// One document with the releases that apply to it.
pub struct Context<'a> {
    /// The text.
    pub text: &'a str,
    /// What it does.
    pub facts: &'a Facts,
    /// What the releases say.
    pub view: &'a View,
    /// What the releases say that apply without the targets, where there are targets.
    pub baseline: Option<Arc<View>>,
    /// Which releases apply and why.
    pub environment: &'a Environment,
    /// What people say.
    pub overlay: &'a Overlay,
    things: RefCell<FxHashMap<Origin, Thing>>,
    arguments: OnceCell<Vec<ArgumentUse<'a>>>,
    symbols: OnceCell<Vec<SymbolUse<'a>>>,
    callees: OnceCell<Vec<Option<Callee>>>,
    refusals: OnceCell<Vec<Refusal>>,
    commands: OnceCell<Vec<Judged<'a>>>,
    repositories: OnceCell<Vec<Repository>>,
    look_up: Option<&'a dyn LookUp>,
    machine: Option<&'a dyn Machine>,
    pub(super) neighbours: Option<Neighbours<'a>>,
    /// The project's own modules that the document names.
    pub(super) modules: Option<&'a Modules>,
    /// What its scripts take, by path, once somebody asked.
    pub(super) scripts: RefCell<FxHashMap<String, Option<Arc<Script>>>>,
}

/// What a value of the file is.
#[derive(Clone, Debug, PartialEq)]
pub enum Thing {
    /// Something that the libraries define.
    Object(Entity),
    /// An instance of a library's class.
    Instance {
        /// Definition path of the class.
        class: String,
        /// Whether it is exactly that class; otherwise it may be a subclass.
        exact: bool,
    },
    /// A class of the file.
    LocalClass(ClassId),
    /// An instance of a class of the file.
    LocalInstance(ClassId),
    /// `super()` in a class of the file.
    Super(ClassId),
    /// Instances of the classes that a constructor was given, in order.
    Parsed(CallId),
    /// Nothing can be said.
    Unknown,
}

impl<'a> Context<'a> {
    /// A context without anything computed yet.
    pub fn new(
        text: &'a str,
        facts: &'a Facts,
        view: &'a View,
        baseline: Option<Arc<View>>,
        environment: &'a Environment,
        overlay: &'a Overlay,
    ) -> Self {
        Self {
            text,
            facts,
            view,
            baseline,
            environment,
            overlay,
            things: RefCell::default(),
            arguments: OnceCell::new(),
            symbols: OnceCell::new(),
            callees: OnceCell::new(),
            refusals: OnceCell::new(),
            commands: OnceCell::new(),
            repositories: OnceCell::new(),
            look_up: None,
            machine: None,
            neighbours: None,
            modules: None,
            scripts: RefCell::default(),
        }
    }

    /// The same with what stands beside the document.
    #[must_use]
    pub fn with(mut self, beside: Beside<'a>) -> Self {
        self.neighbours = beside.modules.and_then(Neighbours::new);
        self.modules = beside.modules;
        self.look_up = beside.repositories;
        self.machine = beside.machine;
        self
    }

    /// What the Hub says about repositories, where anybody asks it.
    pub(super) fn look_up(&self) -> Option<&'a dyn LookUp> {
        self.look_up
    }

    /// What decides about memory beside the file, where anybody knows it.
    pub(super) fn machine(&self) -> Option<&'a dyn Machine> {
        self.machine
    }

    /// What each call of the file calls, where it is something of a library.
    pub fn callee(&self, id: CallId) -> Option<&Callee> {
        let callees = self.callees.get_or_init(|| {
            let calls = self.facts.calls.iter();
            calls
                .map(|call| super::arguments::callee(self, call))
                .collect()
        });
        callees[id.0 as usize].as_ref()
    }

    /// Every call of a library that runs as it stands, in order.
    pub fn library_calls(&self) -> impl Iterator<Item = (&'a Call, &Callee)> {
        let calls = self.numbered_calls();
        calls.map(|(_, call, callee)| (call, callee))
    }

    /// The same with the numbers of the calls.
    pub fn numbered_calls(&self) -> impl Iterator<Item = (CallId, &'a Call, &Callee)> {
        let calls = self.facts.calls.iter().zip((0..).map(CallId));
        calls.filter_map(|(call, id)| {
            let runs = call.guard == Guard::None && !call.partial;
            Some((id, call, self.callee(id).filter(|_| runs)?))
        })
    }

    /// The call that a value comes out of, with what is called.
    pub fn maker(&self, origin: &Origin) -> Option<(&'a Call, &Callee)> {
        let Some(Step::Call(id)) = origin.steps.last() else {
            return None;
        };
        Some((self.facts.call(*id), self.callee(*id)?))
    }

    /// Whether a value is an instance of the class of that public path, or of one derived from it.
    pub fn is_instance(&self, origin: &Origin, class: &str) -> bool {
        matches!(self.thing(origin), Thing::Instance { class: own, .. } if self.derives(&own, class))
    }

    /// Whether the class of that definition path is the one of that public path, or derived from it.
    pub fn derives(&self, class: &str, from: &str) -> bool {
        let Entity::Class(base) = self.view.resolve(from) else {
            return false;
        };
        class == base || self.view.mro(class).classes.contains(&base)
    }

    /// Whether the selected release of a library is `since` or a later one.
    pub fn is_at_least(&self, library: &str, since: &str) -> bool {
        self.has_gone(Some(since), Some(library))
    }

    /// Every named argument of every call of a library, judged once for all rules.
    pub fn arguments(&self) -> &[ArgumentUse<'a>] {
        self.arguments
            .get_or_init(|| super::arguments::judge_all(self))
    }

    /// Every import from a library and every attribute of its modules, judged once for all rules.
    pub fn symbols(&self) -> &[SymbolUse<'a>] {
        self.symbols.get_or_init(|| judge_symbols(self))
    }

    /// Every call of a library that raises with its arguments, judged once for all rules.
    pub fn refusals(&self) -> &[Refusal] {
        self.refusals
            .get_or_init(|| super::refusal::judge_all(self))
    }

    /// All that is wrong with commands of the libraries, judged once for all rules.
    pub fn commands(&self) -> &[Judged<'a>] {
        self.commands
            .get_or_init(|| super::command::judge::judge_all(self))
    }

    /// Every repository of the Hub that the document names, found once for all rules.
    pub fn repositories(&self) -> &[Repository] {
        self.repositories
            .get_or_init(|| super::repository::all(self))
    }

    /// How the version of the library that `path` begins in was found.
    pub fn resolved(&self, path: &str) -> Option<&Resolved> {
        let library = self.view.selected(path)?.library.name();
        self.environment.libraries.get(library)
    }

    /// Whether something that went away in release `gone` of `library` is gone in the selected one.
    pub fn has_gone(&self, gone: Option<&str>, library: Option<&str>) -> bool {
        let (Some(gone), Some(library)) = (gone, library) else {
            return false;
        };
        let selected = self.view.library(&normalise(library));
        match (selected, gone.parse::<Version>()) {
            (Some(choice), Ok(gone)) => choice.library.releases()[choice.release] >= gone,
            _ => false,
        }
    }

    /// Whether the version of the library that `path` begins in is newer than everything known.
    pub fn is_newer_than_known(&self, path: &str) -> bool {
        self.view
            .selected(path)
            .is_some_and(|selected| selected.newer)
    }

    /// What a value is.
    pub fn thing(&self, origin: &Origin) -> Thing {
        budget::tick();
        if let Some(known) = self.things.borrow().get(origin) {
            return known.clone();
        }
        // Classes that inherit from each other would ask in circles.
        self.things
            .borrow_mut()
            .insert(origin.clone(), Thing::Unknown);
        let thing = self.follow(origin);
        self.things
            .borrow_mut()
            .insert(origin.clone(), thing.clone());
        thing
    }

    fn follow(&self, origin: &Origin) -> Thing {
        if let Some(instance) = self.imported(origin).map(|imported| imported.thing()) {
            return instance;
        }
        if let Some(path) = origin.import_path().filter(|path| !self.is_inside(path)) {
            return Thing::Object(self.view.resolve(&path));
        }
        let Some((last, before)) = origin.steps.split_last() else {
            return self.root(&origin.root);
        };
        let receiver = self.thing(&Origin {
            root: origin.root.clone(),
            steps: before.to_vec(),
        });
        match last {
            Step::Attr(name) => self.attribute(&receiver, name),
            Step::Call(id) => self.result(&receiver, *id, origin),
            Step::Item(index) => self.item(&receiver, *index),
            Step::Key(_) => self.held(&receiver),
        }
    }

    fn root(&self, root: &Root) -> Thing {
        match root {
            Root::Import(package) => Thing::Object(self.view.resolve(package)),
            Root::Class(id) => Thing::LocalClass(*id),
            Root::SelfOf(id) => Thing::LocalInstance(*id),
            Root::SuperOf(id) => Thing::Super(*id),
            Root::InstanceOf(class) => match self.thing(class) {
                Thing::Object(Entity::Class(class)) if self.view.has_own_new(&class) => {
                    Thing::Unknown
                }
                Thing::Object(Entity::Class(class)) => Thing::Instance {
                    class,
                    exact: false,
                },
                Thing::LocalClass(id) => Thing::LocalInstance(id),
                _ => Thing::Unknown,
            },
        }
    }

    /// `receiver.name`
    pub fn attribute(&self, receiver: &Thing, name: &str) -> Thing {
        match receiver {
            Thing::Object(entity) => Thing::Object(self.view.member(entity, name)),
            Thing::Instance { class, .. } => self.instance_attribute(class, name),
            Thing::LocalClass(id) | Thing::LocalInstance(id) => {
                let class = self.facts.class(*id);
                let is_own = class.attributes.iter().any(|own| own == name || own == "*")
                    || class.methods.iter().any(|method| method.name.name == name);
                if is_own {
                    return Thing::Unknown;
                }
                self.inherited(*id, name)
            }
            Thing::Super(id) => self.inherited(*id, name),
            Thing::Parsed(_) | Thing::Unknown => Thing::Unknown,
        }
    }

    fn instance_attribute(&self, class: &str, name: &str) -> Thing {
        match self.view.member(&Entity::Class(class.to_owned()), name) {
            found @ Entity::Function(_) => Thing::Object(found),
            missing @ Entity::Missing { .. } => Thing::Object(missing),
            _ => Thing::Unknown,
        }
    }

    /// The attribute as the bases of a local class have it.
    fn inherited(&self, id: ClassId, name: &str) -> Thing {
        for base in &self.facts.class(id).bases {
            let Some(base) = base else {
                return Thing::Unknown;
            };
            let found = match self.thing(base) {
                Thing::Object(Entity::Class(class)) => self.instance_attribute(&class, name),
                local @ Thing::LocalClass(_) => self.attribute(&local, name),
                _ => Thing::Unknown,
            };
            if !matches!(found, Thing::Object(Entity::Missing { .. })) {
                return found;
            }
            if self.facts.class(id).bases.len() == 1 {
                return found;
            }
        }
        Thing::Unknown
    }

    /// What calling `callee` gives.
    fn result(&self, callee: &Thing, call: CallId, origin: &Origin) -> Thing {
        match callee {
            // `__new__` may give something else: `datasets.Sequence` gives a `List` or a dict.
            Thing::Object(Entity::Class(class)) if self.view.has_own_new(class) => Thing::Unknown,
            Thing::Object(Entity::Class(class)) => Thing::Instance {
                class: class.clone(),
                exact: true,
            },
            Thing::LocalClass(id) => Thing::LocalInstance(*id),
            Thing::Object(Entity::Function(function)) => {
                self.returned(function, origin).unwrap_or(Thing::Unknown)
            }
            _ => {
                let _ = call;
                Thing::Unknown
            }
        }
    }

    fn returned(&self, function: &Function, origin: &Origin) -> Option<Thing> {
        let public = self.public_function(function);
        if let Some(entry) = self.overlay.returns(&public) {
            let Entity::Class(class) = self.view.resolve(&entry.instance) else {
                return None;
            };
            return Some(Thing::Instance {
                class,
                exact: entry.exact,
            });
        }
        if public == super::datasets::LOADER {
            let Some(Step::Call(id)) = origin.steps.last() else {
                return None;
            };
            return super::datasets::loaded(self.facts.call(*id))
                .map(|class| self.exact_instance(class));
        }
        if self.overlay.parser(&public).is_some() {
            return constructor_call(origin).map(Thing::Parsed);
        }
        let class = self.view.returned_class(function).or_else(|| {
            let is_alternative = self.is_class_method(function)
                && function
                    .path
                    .rsplit('.')
                    .next()
                    .is_some_and(|name| name.starts_with("from_"));
            function.class.clone().filter(|_| is_alternative)
        })?;
        Some(Thing::Instance {
            class,
            exact: false,
        })
    }

    fn is_class_method(&self, function: &Function) -> bool {
        use crate::knowledge::fact::{Flag, OwnerKind};
        self.view
            .owner(&function.path, OwnerKind::Function)
            .is_some_and(|owner| owner.has(Flag::ClassMethod))
    }

    /// What a mapping holds under any key: a split of a loaded dataset.
    fn held(&self, receiver: &Thing) -> Thing {
        let Thing::Instance { class, .. } = receiver else {
            return Thing::Unknown;
        };
        match super::datasets::split_of(&self.view.public_path(class)) {
            Some(split) => self.exact_instance(split),
            None => Thing::Unknown,
        }
    }

    /// An instance of exactly the class of that public path.
    fn exact_instance(&self, class: &str) -> Thing {
        match self.view.resolve(class) {
            Entity::Class(class) => Thing::Instance { class, exact: true },
            _ => Thing::Unknown,
        }
    }

    /// An element of what an argument parser gives.
    fn item(&self, receiver: &Thing, index: i32) -> Thing {
        let Thing::Parsed(call) = receiver else {
            return Thing::Unknown;
        };
        let Some(classes) = self.facts.call(*call).positional.first() else {
            return Thing::Unknown;
        };
        let class = usize::try_from(index)
            .ok()
            .and_then(|index| classes.elements.get(index))
            .and_then(Option::as_ref);
        match class.map(|class| self.thing(class)) {
            Some(Thing::Object(Entity::Class(class))) => Thing::Instance { class, exact: true },
            Some(Thing::LocalClass(id)) => Thing::LocalInstance(id),
            _ => Thing::Unknown,
        }
    }

    /// The path by which users know a function: through the class they reach it by.
    pub fn public_function(&self, function: &Function) -> String {
        match &function.class {
            Some(class) => {
                let name = function.path.rsplit('.').next().unwrap_or_default();
                format!("{}.{name}", self.view.public_path(class))
            }
            None => self.view.public_path(&function.path),
        }
    }
}

/// The call that made the object whose method gave this result: `Parser(..).parse()`.
fn constructor_call(origin: &Origin) -> Option<CallId> {
    let steps = &origin.steps;
    match steps.get(steps.len().checked_sub(3)?..)? {
        [Step::Call(constructor), Step::Attr(_), Step::Call(_)] => Some(*constructor),
        _ => None,
    }
}

/// Whether a text asks for an attribute by its name, or sets or deletes it so: `hasattr(x, "name")`,
/// `getattr`, `monkeypatch.delattr`, `patch.object`.
pub fn asks_for(text: &str, name: &str) -> bool {
    quoted(text, name).any(is_behind_question)
}

/// Whether a name stands in quotes anywhere: then it may be looked up while the code runs.
pub fn is_quoted(text: &str, name: &str) -> bool {
    quoted(text, name).next().is_some()
}

/// What stands in front of each place where a name is all there is between quotes.
fn quoted<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = &'t str> {
    memchr::memmem::find_iter(text.as_bytes(), name.as_bytes()).filter_map(|at| {
        let closed = text[at + name.len()..].starts_with(['"', '\'']);
        text[..at].strip_suffix(['"', '\'']).filter(|_| closed)
    })
}

/// Whether `before` ends in `hasattr(object, `.
fn is_behind_question(before: &str) -> bool {
    let Some(before) = before.trim_end().strip_suffix(',') else {
        return false;
    };
    let object = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']');
    let before = before.trim_end().trim_end_matches(object).trim_end();
    before
        .strip_suffix('(')
        .is_some_and(|call| call.ends_with("attr") || call.ends_with(".object"))
}

#[cfg(test)]
mod tests {
    use super::asks_for;

    #[test]
    fn questions_are_found_by_the_name_in_quotes() {
        assert!(asks_for("if hasattr(trainer.model, \"flops\"):", "flops"));
        assert!(asks_for("getattr(model,\n    'flops', None)", "flops"));
        assert!(asks_for(
            "monkeypatch.delattr(utils, \"flops\", raising=False)",
            "flops"
        ));
        assert!(!asks_for("rename(model, \"flops\")", "flops"));
        assert!(!asks_for("hasattr(model, \"flops_2\")", "flops"));
        assert!(!asks_for("names = (a, \"flops\")", "flops"));
    }
}
