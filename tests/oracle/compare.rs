//! One release of one library: our answers beside the real ones.

use std::collections::{BTreeMap, HashSet};

use hf_lsp::knowledge::extract::coverage;
use hf_lsp::knowledge::fact::{Fact, OwnerKind};
use hf_lsp::knowledge::view::{Entity, View};

use super::answer::{Answer, Class, Module, Parameter};
use super::literals::Literals;
use super::signature;

/// Something that we say otherwise.
#[derive(Clone, Debug)]
pub struct Difference {
    pub library: String,
    pub release: String,
    /// What kind of difference.
    pub class: &'static str,
    /// Where users see it.
    pub path: String,
    pub ours: String,
    pub theirs: String,
    /// Whether an error-level finding could come of it.
    pub is_dangerous: bool,
}

/// How much was compared, by what: modules, names, callables, parameters, defaults, members.
#[derive(Clone, Debug, Default)]
pub struct Tally(pub BTreeMap<&'static str, usize>);

impl Tally {
    pub fn add(&mut self, what: &'static str, count: usize) {
        *self.0.entry(what).or_default() += count;
    }

    pub fn get(&self, what: &str) -> usize {
        self.0.get(what).copied().unwrap_or_default()
    }
}

/// The comparison of one pair.
pub struct Comparison<'a> {
    view: &'a View,
    answer: &'a Answer,
    literals: &'a Literals,
    seen: HashSet<(String, Entity)>,
    pub tally: Tally,
    pub differences: Vec<Difference>,
}

impl<'a> Comparison<'a> {
    pub fn new(view: &'a View, answer: &'a Answer, literals: &'a Literals) -> Self {
        Self {
            view,
            answer,
            literals,
            seen: HashSet::new(),
            tally: Tally::default(),
            differences: Vec::new(),
        }
    }

    /// Compares everything.
    pub fn run(&mut self) {
        for (path, module) in &self.answer.modules {
            if coverage::of(&self.answer.library, path).is_none() {
                continue;
            }
            let Some(names) = &module.names else {
                self.tally.add("modules not comparable", 1);
                continue;
            };
            self.tally.add(
                if module.is_static {
                    "modules read"
                } else {
                    "modules imported"
                },
                1,
            );
            match self.view.resolve_module(path) {
                Entity::Missing { .. } => self.differ("module missing", path, "-", "module", true),
                Entity::Unknown => self.tally.add("modules of which nothing is said", 1),
                _ => {}
            }
            if self.view.owner(path, OwnerKind::Module).is_none() {
                self.tally.add("modules that the store lacks", 1);
                continue;
            }
            for (name, what) in names {
                // griffe also lists what only type checkers import.
                if module.is_static && what == "foreign" && module.conditional.contains(name) {
                    self.tally
                        .add("names behind a condition that does not hold here", 1);
                } else {
                    self.name(path, name, what);
                }
            }
            self.names_more(path, module, names);
        }
        let classes: &'a BTreeMap<String, Class> = &self.answer.classes;
        for (key, class) in classes
            .iter()
            .filter(|(_, class)| !class.foreign && !class.dummy)
        {
            self.class(key, class);
        }
    }

    fn differ(
        &mut self,
        class: &'static str,
        path: &str,
        ours: &str,
        theirs: &str,
        is_dangerous: bool,
    ) {
        self.differences.push(Difference {
            library: self.answer.library.clone(),
            release: self.answer.release.clone(),
            class,
            path: path.to_owned(),
            ours: ours.to_owned(),
            theirs: theirs.to_owned(),
            is_dangerous,
        });
    }

    /// A name that a module has.
    fn name(&mut self, module: &str, name: &str, what: &str) {
        self.tally.add("names", 1);
        let path = format!("{module}.{name}");
        // Not `resolve`: a class may hide the module of the same path.
        let entity = self.view.member(&Entity::Module(module.to_owned()), name);
        let (kind, key) = what.split_once(':').unwrap_or((what, ""));
        match (&entity, kind) {
            (Entity::Missing { .. }, "class")
                if self
                    .answer
                    .classes
                    .get(key)
                    .is_some_and(|class| class.dummy) =>
            {
                self.differ("name missing, a stand-in", &path, "-", what, false);
            }
            (Entity::Missing { .. }, _) => {
                let class = if name.starts_with('_') {
                    "private name missing"
                } else {
                    "name missing"
                };
                self.differ(class, &path, "-", what, true);
            }
            (Entity::Unknown, _) => self.tally.add("names of which nothing is said", 1),
            (Entity::Class(_) | Entity::Function(_), "class" | "def") => {
                self.callable(&path, key, &entity);
            }
            (Entity::Class(_), "value" | "module") | (Entity::Function(_), "module") => {
                self.differ("other kind", &path, short(&entity), kind, false);
            }
            (Entity::Value, "class" | "def") => {
                self.tally.add("callables of which nothing is said", 1)
            }
            _ => {}
        }
    }

    /// Names of ours that the real module does not have.
    fn names_more(&mut self, path: &str, module: &Module, names: &BTreeMap<String, String>) {
        let Some(owner) = self.view.owner(path, OwnerKind::Module) else {
            return;
        };
        let bound = owner.facts().filter_map(|fact| match fact {
            Fact::Binding { name, .. } | Fact::Attr { name, .. } => Some(name.clone()),
            _ => None,
        });
        let mut ours: Vec<String> = bound.collect();
        if let Some(selected) = self.view.selected(path) {
            let children = selected.library.children(path).into_iter();
            let defined = children
                .filter(|child| {
                    child.kind != OwnerKind::Module && child.presence.contains(selected.release)
                })
                .filter_map(|child| child.path.rsplit('.').next().map(str::to_owned));
            ours.extend(defined);
        }
        ours.sort_unstable();
        ours.dedup();
        for name in ours.iter().filter(|name| !names.contains_key(*name)) {
            if module.conditional.contains(name) {
                self.tally
                    .add("names behind a condition that does not hold here", 1);
                continue;
            }
            let class = if module.is_static {
                "name more, module only read"
            } else {
                "name more"
            };
            self.differ(class, &format!("{path}.{name}"), "there", "-", false);
        }
    }

    /// A class or function, reached by `path`.
    fn callable(&mut self, path: &str, key: &str, entity: &Entity) {
        if !self.seen.insert((key.to_owned(), entity.clone())) {
            return;
        }
        let answer: &'a Answer = self.answer;
        let theirs = match answer.classes.get(key) {
            Some(class) if class.dummy => {
                return self.tally.add("stand-ins for a missing backend", 1);
            }
            Some(class) => class.init.as_ref(),
            None => answer.callables.get(key).and_then(Option::as_ref),
        };
        self.signature(path, entity, theirs);
    }

    fn signature(&mut self, path: &str, entity: &Entity, theirs: Option<&Vec<Parameter>>) {
        let ours = self.view.signature(entity);
        let (Some(ours), Some(theirs)) = (&ours, theirs) else {
            self.tally.add(
                if ours.is_none() {
                    "callables of which nothing is said"
                } else {
                    "callables without a real signature"
                },
                1,
            );
            return;
        };
        let outcome = signature::compare(ours, theirs, self.literals);
        self.tally.add("callables", 1);
        self.tally.add("parameters", outcome.parameters);
        self.tally.add("defaults", outcome.defaults);
        self.tally
            .add("defaults that are expressions", outcome.expressions);
        if !outcome.differences.is_empty() {
            self.tally.add("callables that differ", 1);
        }
        for found in outcome.differences {
            self.differ(
                found.class,
                path,
                &found.ours,
                &found.theirs,
                found.is_dangerous,
            );
        }
    }

    /// A class: its order of bases, its members, its methods.
    fn class(&mut self, key: &str, class: &Class) {
        let entity = self.view.resolve(key);
        let Entity::Class(path) = &entity else {
            self.tally.add("classes of which nothing is said", 1);
            return;
        };
        self.tally.add("classes", 1);
        let names = class.own.keys().chain(&class.extra);
        for name in names {
            self.tally.add("members", 1);
            if let Entity::Missing { .. } = self.view.member(&entity, name) {
                let class = if name.starts_with('_') {
                    "private member missing"
                } else {
                    "member missing"
                };
                self.differ(class, &format!("{key}.{name}"), "-", "there", true);
            }
        }
        for (name, what) in &class.own {
            let found = self.view.member(&entity, name);
            let is_inherited = is_elsewhere(&found, path, name) && !name.starts_with('_');
            // Without the signature of the real one, its base's cannot be compared with it.
            if what == "def" && is_inherited {
                self.differ(
                    "method of a base answers",
                    &format!("{key}.{name}"),
                    "inherited",
                    "own",
                    true,
                );
                continue;
            }
            let Some(method) = what.strip_prefix("def:") else {
                continue;
            };
            match found {
                Entity::Function(_) => {
                    let theirs = self.answer.callables.get(method).and_then(Option::as_ref);
                    self.signature(&format!("{key}.{name}"), &found, theirs);
                }
                _ => self.tally.add("callables of which nothing is said", 1),
            }
        }
        let is_typed_dict = class.own.contains_key("__total__");
        if !class.is_static && !is_typed_dict {
            self.order_of_bases(key, path, class);
            self.members_more(key, path, class);
        }
    }

    /// The classes of the library that are behind it, in order; names of foreign ones we must not deny.
    fn order_of_bases(&mut self, key: &str, path: &str, class: &Class) {
        let mro = self.view.mro(path);
        let package = |path: &str| path.split('.').next().unwrap_or_default().to_owned();
        let own = |path: &&String| package(path) == package(key);
        let ours: Vec<&String> = mro.classes[1..].iter().filter(own).collect();
        let theirs: Vec<&String> = class.mro.iter().filter(own).collect();
        self.tally.add("orders of bases", 1);
        if ours != theirs {
            let text = |list: Vec<&String>| list.into_iter().cloned().collect::<Vec<_>>().join(" ");
            self.differ(
                "order of bases",
                key,
                &text(ours),
                &text(theirs),
                mro.is_closed(),
            );
        }
        if !mro.is_closed() {
            return;
        }
        let entity = Entity::Class(path.to_owned());
        for base in class.mro.iter().filter(|base| !own(base)) {
            let names = self
                .answer
                .classes
                .get(base)
                .into_iter()
                .flat_map(|base| base.own.keys());
            for name in names.filter(|name| !name.starts_with('_')) {
                if let Entity::Missing { .. } = self.view.member(&entity, name) {
                    self.differ("member missing", &format!("{key}.{name}"), "-", base, true);
                }
            }
        }
    }

    /// Methods of ours that the real class does not have.
    fn members_more(&mut self, key: &str, path: &str, class: &Class) {
        let Some(selected) = self.view.selected(path) else {
            return;
        };
        let children: Vec<String> = selected
            .library
            .children(path)
            .into_iter()
            .filter(|child| {
                child.kind == OwnerKind::Function && child.presence.contains(selected.release)
            })
            .filter_map(|child| child.path.rsplit('.').next().map(str::to_owned))
            .collect();
        for name in children {
            let is_inherited = class
                .mro
                .iter()
                .filter_map(|base| self.answer.classes.get(base))
                .any(|base| base.own.contains_key(&name));
            if !class.own.contains_key(&name) && !is_inherited && !name.starts_with('_') {
                self.differ("method more", &format!("{key}.{name}"), "there", "-", false);
            }
        }
    }
}

/// Whether it is a method that another class than `class` defines.
fn is_elsewhere(found: &Entity, class: &str, name: &str) -> bool {
    matches!(found, Entity::Function(function) if function.path != format!("{class}.{name}"))
}

fn short(entity: &Entity) -> &'static str {
    match entity {
        Entity::Module(_) => "module",
        Entity::Class(_) => "class",
        Entity::Function(_) => "function",
        Entity::Value => "value",
        Entity::Missing { .. } => "missing",
        Entity::Unknown => "unknown",
    }
}
