//! Knowledge at one choice of releases: paths to definitions.
//!
//! A [`View`] fixes one release of each library. Everything a rule asks is answered for that choice,
//! across packages: `trl.SFTConfig` at trl 1.16 on top of `TrainingArguments` at transformers 5.23.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::classes::Mro;
use super::condition::evaluate::Known;
use super::extract::coverage;
use super::fact::{Deprecation, Fact, Flag, OwnerKind};
use super::library::{Library, OwnerHistory};
use super::live;
use super::memo::Memo;
use super::raising::Raising;
use super::signature::Signature;
use super::store::Store;
use crate::environment::{ModuleSource, Version};

/// Longer chains of re-exports than this are taken for loops.
const MAX_HOPS: u32 = 32;

/// A library that is built in, or one that was read from an installed package.
#[derive(Clone, Debug)]
pub enum LibraryRef {
    /// From the store in the program.
    BuiltIn(&'static Library),
    /// Read while running.
    Live(Arc<Library>),
}

impl Deref for LibraryRef {
    type Target = Library;

    fn deref(&self) -> &Library {
        match self {
            Self::BuiltIn(library) => library,
            Self::Live(library) => library,
        }
    }
}

/// One release of one library.
#[derive(Clone, Debug)]
pub struct Selected {
    /// The library.
    pub library: LibraryRef,
    /// Index into its releases.
    pub release: usize,
    /// Whether the wanted version is newer than every release that is known.
    pub newer: bool,
}

/// Which release of a library a view shall answer for. The library is decoded when first asked for.
#[derive(Debug)]
pub struct Choice {
    /// Distribution name.
    pub name: String,
    /// The packages that it installs.
    pub packages: Vec<String>,
    /// Gives the library and the release; `None` where nothing is known about that version.
    pub load: Loader,
    cell: OnceLock<Option<Selected>>,
}

/// How a choice finds its library.
#[derive(Clone, Debug)]
pub enum Loader {
    /// A version of a library in a store.
    Store(&'static Store, Version),
    /// A version that a store does not know, and the installed package's sources.
    Installed(&'static Store, Version, Arc<dyn ModuleSource>),
    /// A library at hand.
    Ready(Option<Selected>),
}

impl Choice {
    /// A choice that is made when first asked for.
    pub fn new(name: &str, packages: Vec<String>, load: Loader) -> Arc<Self> {
        Arc::new(Self {
            name: name.to_owned(),
            packages,
            load,
            cell: OnceLock::new(),
        })
    }

    fn get(&self) -> Option<&Selected> {
        self.cell
            .get_or_init(|| match &self.load {
                Loader::Ready(selected) => selected.clone(),
                Loader::Store(store, version) => {
                    let library = store.library(&self.name)?;
                    select(LibraryRef::BuiltIn(library), version)
                }
                Loader::Installed(store, version, sources) => {
                    let library = store.library(&self.name)?;
                    match live::with_installed(library, version, &**sources) {
                        Ok(read) => select(LibraryRef::Live(Arc::new(read)), version),
                        Err(error) => {
                            tracing::error!(library = self.name, %error, "cannot be read");
                            select(LibraryRef::BuiltIn(library), version)
                        }
                    }
                }
            })
            .as_ref()
    }
}

/// The release that answers for a version: the same minor, or the newest where the version is newer
/// still. Versions before the first known release, and minors that were never seen, are not answered.
pub fn select(library: LibraryRef, version: &Version) -> Option<Selected> {
    let (release, newer) = match library.release(version) {
        Some(release) => (release, false),
        None if library.releases().last()? < version => (library.newest(), true),
        None => return None,
    };
    Some(Selected {
        library,
        release,
        newer,
    })
}

/// What a dotted path names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Entity {
    /// A module, by path.
    Module(String),
    /// A class, by the path of its definition.
    Class(String),
    /// A function or method.
    Function(Function),
    /// A plain value bound in a module or class.
    Value,
    /// The module or class is known completely and has no such name.
    Missing {
        /// Definition path of the module or class.
        owner: String,
        /// The name.
        name: String,
    },
    /// Nothing can be said.
    Unknown,
}

/// A function or method.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Function {
    /// The path of its definition.
    pub path: String,
    /// Definition path of the class it was reached through.
    pub class: Option<String>,
}

/// What is known about one definition in the selected release.
#[derive(Clone, Debug)]
pub struct Owner {
    /// All its releases.
    pub history: Arc<OwnerHistory>,
    /// The selected one.
    pub release: usize,
}

impl Owner {
    /// Its facts in the selected release, in source order.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.history.at(self.release)
    }

    /// Whether it has that flag.
    pub fn has(&self, flag: Flag) -> bool {
        self.facts().any(|fact| *fact == Fact::Flag(flag))
    }
}

/// See the module documentation.
#[derive(Debug)]
pub struct View {
    /// By import package (`huggingface_hub`).
    choices: FxHashMap<String, Arc<Choice>>,
    entities: Memo<String, Entity>,
    modules: Memo<String, Entity>,
    imported: Memo<String, Entity>,
    publics: Memo<String, Arc<str>>,
    notices: Memo<String, Option<Deprecation>>,
    pub(super) members: Memo<String, Entity>,
    pub(super) mros: Memo<String, Arc<Mro>>,
    pub(super) subclasses: Memo<String, Arc<Vec<String>>>,
    pub(super) signatures: Memo<Entity, Option<Arc<Signature>>>,
    siblings: Memo<(String, usize), Arc<View>>,
    pub(super) raisings: Memo<String, Option<Arc<Raising>>>,
    pub(super) constructions: Memo<String, Arc<[Arc<Raising>]>>,
    pub(super) constants: Memo<String, Known>,
    pub(super) defaults: Memo<(String, String), Known>,
}

impl View {
    /// A view of these releases.
    pub fn new(choices: impl IntoIterator<Item = Arc<Choice>>) -> Self {
        let mut by_package = FxHashMap::default();
        for choice in choices {
            for package in &choice.packages {
                by_package.insert(package.clone(), Arc::clone(&choice));
            }
        }
        Self {
            choices: by_package,
            entities: Memo::default(),
            modules: Memo::default(),
            imported: Memo::default(),
            publics: Memo::default(),
            notices: Memo::default(),
            members: Memo::default(),
            mros: Memo::default(),
            subclasses: Memo::default(),
            signatures: Memo::default(),
            siblings: Memo::default(),
            raisings: Memo::default(),
            constructions: Memo::default(),
            constants: Memo::default(),
            defaults: Memo::default(),
        }
    }

    /// The same with another release of one library; kept, because histories ask for it again and again.
    pub fn at(&self, library: &str, release: usize) -> Arc<Self> {
        let key = (library.to_owned(), release);
        let sibling = || Arc::new(self.with_release(library, release));
        self.siblings.get(&key, sibling)
    }

    fn with_release(&self, library: &str, release: usize) -> Self {
        Self::new(self.choices.values().map(|choice| {
            if choice.name != library {
                return Arc::clone(choice);
            }
            let selected = choice.get().map(|selected| Selected {
                library: selected.library.clone(),
                release,
                newer: false,
            });
            let packages = choice.packages.clone();
            Choice::new(&choice.name, packages, Loader::Ready(selected))
        }))
    }

    /// The selected release of the library that an absolute dotted path begins in.
    pub fn selected(&self, path: &str) -> Option<&Selected> {
        let end = memchr::memchr(b'.', path.as_bytes()).unwrap_or(path.len());
        self.choices.get(&path[..end])?.get()
    }

    /// The selected release of a library by distribution name.
    pub fn library(&self, name: &str) -> Option<&Selected> {
        self.choices
            .values()
            .find(|choice| choice.name == name)?
            .get()
    }

    /// What is known about the definition of that kind at `path`.
    pub fn owner(&self, path: &str, kind: OwnerKind) -> Option<Owner> {
        let choice = self.selected(path)?;
        let release = choice.release;
        let history = choice.library.history_of(path, kind)?;
        let is_there = history.presence.contains(release);
        is_there.then_some(Owner { history, release })
    }

    /// What is defined at `path` in the selected release; reads no facts.
    fn kinds(&self, path: &str) -> impl Iterator<Item = OwnerKind> {
        let choice = self.selected(path).into_iter();
        choice.flat_map(move |choice| choice.library.kinds(path, choice.release))
    }

    /// Whether a definition of that kind is at `path`.
    pub(super) fn has(&self, path: &str, kind: OwnerKind) -> bool {
        self.kinds(path).any(|known| known == kind)
    }

    /// What a module binds to a name.
    fn bound(&self, module: &str, name: &str) -> Option<Fact> {
        let choice = self.selected(module)?;
        choice.library.bound(module, name, choice.release)
    }

    /// What an absolute dotted path names.
    pub fn resolve(&self, path: &str) -> Entity {
        self.entities.get(path, || match path.rsplit_once('.') {
            Some((parent, name)) => self.member(&self.resolve(parent), name),
            None => self.resolve_hops(path, MAX_HOPS),
        })
    }

    /// What a dotted path names as the module of an import: a module, whatever hides it in its package.
    pub fn resolve_module(&self, path: &str) -> Entity {
        self.modules.get(path, || {
            if self.has(path, OwnerKind::Module) {
                Entity::Module(path.to_owned())
            } else {
                self.resolve(path)
            }
        })
    }

    /// What `from module import name` gives, for `module.name`.
    pub fn imported_name(&self, path: &str) -> Entity {
        self.imported.get(path, || match path.rsplit_once('.') {
            Some((module, name)) => self.member(&self.resolve_module(module), name),
            None => self.resolve_module(path),
        })
    }

    fn resolve_hops(&self, path: &str, hops: u32) -> Entity {
        let mut segments = path.split('.');
        let first = segments.next().unwrap_or_default();
        if !self.has(first, OwnerKind::Module) && !self.is_namespace(first) {
            return Entity::Unknown;
        }
        let rest: Vec<&str> = segments.collect();
        self.descend(Entity::Module(first.to_owned()), first, &rest, hops)
    }

    /// What `rest` names below `entity`, to which `prefix` led. A package may bind something else to the
    /// name of its submodule, a class or a module further down. Python finds either, one by attribute and
    /// the other by import; whichever has the names that follow is meant.
    fn descend(&self, entity: Entity, prefix: &str, rest: &[&str], hops: u32) -> Entity {
        let Some((segment, rest)) = rest.split_first() else {
            return entity;
        };
        let path = format!("{prefix}.{segment}");
        let bound = self.member_hops(&entity, segment, hops);
        let submodule = Entity::Module(path.clone());
        let hides = !rest.is_empty() && bound != submodule && self.has(&path, OwnerKind::Module);
        let found = self.descend(bound, &path, rest, hops);
        let nothing = |entity: &Entity| matches!(entity, Entity::Missing { .. } | Entity::Unknown);
        if !hides || !nothing(&found) {
            return found;
        }
        let other = self.descend(submodule, &path, rest, hops);
        if nothing(&other) { found } else { other }
    }

    /// What `entity.name` names.
    pub fn member(&self, entity: &Entity, name: &str) -> Entity {
        self.member_hops(entity, name, MAX_HOPS)
    }

    fn member_hops(&self, entity: &Entity, name: &str, hops: u32) -> Entity {
        if hops == 0 {
            return Entity::Unknown;
        }
        match entity {
            Entity::Module(module) => self.module_member(module, name, hops - 1),
            Entity::Class(class) => self.class_member(class, name),
            Entity::Function(_) | Entity::Value | Entity::Unknown => Entity::Unknown,
            // Behind something that is missing nothing more can be said.
            Entity::Missing { .. } => Entity::Unknown,
        }
    }

    fn module_member(&self, module: &str, name: &str, hops: u32) -> Entity {
        let path = format!("{module}.{name}");
        if !self.has(module, OwnerKind::Module) {
            return self.namespace_member(&path);
        }
        if is_module_dunder(name) {
            return Entity::Value;
        }
        match self.bound(module, name) {
            Some(Fact::Binding { target, .. }) => return self.resolve_target(&target, hops),
            // A class that is assigned again (decorated by hand), or a submodule.
            Some(_) => return self.defined(&path).unwrap_or(Entity::Value),
            None => {}
        }
        if let Some(defined) = self.defined(&path) {
            return defined;
        }
        if self.is_namespace(&path) {
            return Entity::Module(path);
        }
        self.starred(module, name, hops)
    }

    /// Whether `path` is a folder without an `__init__.py` that holds modules.
    fn is_namespace(&self, path: &str) -> bool {
        self.selected(path)
            .is_some_and(|choice| choice.library.holds_below(path, choice.release))
    }

    /// A member of a namespace package. What is not known of one may be of another distribution.
    fn namespace_member(&self, path: &str) -> Entity {
        match self.defined(path) {
            Some(defined) => defined,
            None if self.is_namespace(path) => Entity::Module(path.to_owned()),
            None => Entity::Unknown,
        }
    }

    /// Whether the extractor leaves out a module of that path, should there be one.
    fn is_left_out(&self, path: &str) -> bool {
        self.selected(path)
            .is_some_and(|choice| coverage::of(choice.library.name(), path).is_none())
    }

    /// A definition or submodule at exactly that path.
    fn defined(&self, path: &str) -> Option<Entity> {
        let mut found = None;
        for kind in self.kinds(path) {
            found = Some(match kind {
                OwnerKind::Class => return Some(Entity::Class(path.to_owned())),
                OwnerKind::Function => {
                    return Some(Entity::Function(Function {
                        path: path.to_owned(),
                        class: None,
                    }));
                }
                OwnerKind::Module => Entity::Module(path.to_owned()),
                OwnerKind::Library | OwnerKind::Command => continue,
            });
        }
        found
    }

    /// The last resort: star imports, and modules whose names no source shows.
    fn starred(&self, module: &str, name: &str, hops: u32) -> Entity {
        let Some(choice) = self.selected(module) else {
            return Entity::Unknown;
        };
        let nature = choice.library.nature(module, choice.release);
        for fact in &nature {
            let Fact::Star(target) = fact else { continue };
            match self.member_hops(&self.resolve_hops(target, hops), name, hops) {
                Entity::Missing { .. } => {}
                found => return found,
            }
        }
        let has = |flag: Flag| nature.contains(&Fact::Flag(flag));
        // What a lazy package keeps for itself is not written down.
        let own = name.starts_with('_') && has(Flag::Package);
        if own || has(Flag::Open) || self.is_left_out(&format!("{module}.{name}")) {
            return Entity::Unknown;
        }
        let root = module.split('.').next().unwrap_or_default();
        let is_tokenizer = name.ends_with("Tokenizer") || name.ends_with("TokenizerFast");
        if is_tokenizer && has(Flag::Tokenizers) {
            match self.module_member(root, name, hops) {
                Entity::Missing { .. } => {}
                found => return found,
            }
        }
        Entity::Missing {
            owner: module.to_owned(),
            name: name.to_owned(),
        }
    }

    /// A name that is bound exists, whatever it is bound to: something of another package, or of a module
    /// that is not known. A source that is missing is a flaw of the extraction, never of the user's code.
    ///
    /// A package may bind a class to the name of the submodule that it takes it from; then the
    /// submodule is meant on the way, and the class at the end.
    fn resolve_target(&self, target: &str, hops: u32) -> Entity {
        if hops == 0 {
            return Entity::Value;
        }
        let defined = self.defined(target);
        match defined {
            Some(found @ Entity::Class(_)) => return found,
            // `create_repo = api.create_repo` binds a method together with its instance.
            Some(Entity::Function(function)) => {
                let class = function.path.rsplit_once('.').map(|(class, _)| class);
                let class = class.filter(|class| self.has(class, OwnerKind::Class));
                return Entity::Function(Function {
                    class: class.map(ToOwned::to_owned),
                    ..function
                });
            }
            _ => {}
        }
        let bound =
            target
                .rsplit_once('.')
                .and_then(|(module, name)| match self.bound(module, name)? {
                    Fact::Binding { target: next, .. } if next != target => Some(next),
                    _ => None,
                });
        if let Some(next) = bound {
            return self.resolve_target(&next, hops - 1);
        }
        match defined {
            Some(module) => module,
            None => match self.resolve_hops(target, hops - 1) {
                Entity::Missing { .. } | Entity::Unknown => Entity::Value,
                found => found,
            },
        }
    }

    /// The path by which users import a definition: `transformers.TrainingArguments` for
    /// `transformers.training_args.TrainingArguments`. The shortest module that has it wins.
    pub fn public_path(&self, definition: &str) -> String {
        let public = || self.find_public(definition).into();
        self.publics.get(definition, public).to_string()
    }

    fn find_public(&self, definition: &str) -> String {
        let Some((_, name)) = definition.rsplit_once('.') else {
            return definition.to_owned();
        };
        let mut end = 0;
        while let Some(dot) = definition[end..].find('.') {
            let module = &definition[..end + dot];
            end += dot + 1;
            let path = format!("{module}.{name}");
            let same = match self.resolve(&path) {
                Entity::Class(found) => found == definition,
                Entity::Function(found) => found.path == definition,
                _ => false,
            };
            if same {
                return path;
            }
        }
        definition.to_owned()
    }
}

impl View {
    /// The notice that a definition or module itself should not be used any more. A class may carry it in
    /// its constructor.
    pub fn notice(&self, entity: &Entity) -> Option<Deprecation> {
        match entity {
            Entity::Module(module) => self.notice_in(module, None),
            Entity::Function(function) => self.notice_on(&function.path, OwnerKind::Function),
            Entity::Class(class) => self.notice_on(class, OwnerKind::Class).or_else(|| {
                let mut constructors = ["__init__", "__post_init__"].into_iter();
                constructors.find_map(|method| {
                    self.notice_on(&format!("{class}.{method}"), OwnerKind::Function)
                })
            }),
            _ => None,
        }
    }

    /// The notice of a definition about itself.
    fn notice_on(&self, path: &str, kind: OwnerKind) -> Option<Deprecation> {
        if !self.selected(path)?.library.has_notice(path, kind) {
            return None;
        }
        about_itself(&self.owner(path, kind)?)
    }

    /// The notice about what a path names, or about taking it from there.
    pub fn notice_at(&self, path: &str) -> Option<Deprecation> {
        let of_name = || {
            let (module, name) = path.rsplit_once('.')?;
            self.notice_in(module, Some(name))
        };
        self.notices.get(path, || {
            of_name().or_else(|| self.notice(&self.resolve(path)))
        })
    }

    /// The notice of a module about a name of it, or about itself.
    fn notice_in(&self, module: &str, name: Option<&str>) -> Option<Deprecation> {
        let choice = self.selected(module)?;
        choice.library.notice(module, name, choice.release)
    }
}

/// The notice of an owner about itself.
fn about_itself(owner: &Owner) -> Option<Deprecation> {
    owner.facts().find_map(|fact| match fact {
        Fact::Deprecated(notice) if notice.name.is_none() => Some(notice.clone()),
        _ => None,
    })
}

/// Names that every module has.
fn is_module_dunder(name: &str) -> bool {
    name.len() > 4 && name.starts_with("__") && name.ends_with("__")
}
