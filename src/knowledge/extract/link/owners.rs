//! The owners of a distribution with their facts.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Modules, forwarded};
use crate::knowledge::condition::{Comparison, Term};
use crate::knowledge::extract::class::{MakesDataclasses, RawClass};
use crate::knowledge::extract::coverage::{self, Coverage};
use crate::knowledge::extract::decorator::{self, Effect, RawDecorator};
use crate::knowledge::extract::function::RawFunction;
use crate::knowledge::extract::{Extract, RawModule};
use crate::knowledge::fact::{Deprecation, Fact, Flag, OwnerKind, Trigger};
use crate::python::ast::ParamKind;

/// All owners.
pub fn owners(modules: &Modules<'_>, distribution: &str) -> Extract {
    let mut builder = Builder {
        modules,
        extract: Extract::default(),
        exported: FxHashSet::default(),
        foreign: foreign(modules),
    };
    for module in modules.by_name.values() {
        builder.module(module);
    }
    builder.names_put();
    builder.legacy_modules();
    builder.export_bases();
    for module in modules.by_name.values() {
        if let Some(coverage) = coverage::of(distribution, &module.name) {
            builder.definitions(module, coverage);
        }
    }
    builder.extract
}

struct Builder<'b, 'm> {
    modules: &'b Modules<'m>,
    extract: Extract,
    /// Definition paths of what packages export.
    exported: FxHashSet<String>,
    /// Notices about a class's arguments that stand in the constructors of others.
    foreign: FxHashMap<String, Vec<Deprecation>>,
}

/// The notices of constructors about what they read from objects of other classes, by class.
fn foreign(modules: &Modules<'_>) -> FxHashMap<String, Vec<Deprecation>> {
    let mut found: FxHashMap<String, Vec<Deprecation>> = FxHashMap::default();
    let functions = modules
        .by_name
        .values()
        .flat_map(|module| &module.functions);
    for (class, notice) in functions.flat_map(|(_, function)| &function.foreign) {
        if let Some(path) = modules.definition(class) {
            found.entry(path).or_default().push(notice.clone());
        }
    }
    found
}

impl Builder<'_, '_> {
    fn module(&mut self, module: &RawModule) {
        let mut facts = Vec::new();
        if module.is_package {
            facts.push(Fact::Flag(Flag::Package));
        }
        if module.is_open {
            facts.push(Fact::Flag(Flag::Open));
        }
        if self.modules.lends_tokenizers(module) {
            facts.push(Fact::Flag(Flag::Tokenizers));
        }
        facts.extend(module.notices.iter().cloned().map(Fact::Deprecated));
        let unknown = self.modules.unknown_stars(module).cloned();
        facts.extend(unknown.map(Fact::Star));
        let bindings = self.modules.bindings(module);
        if module.is_package {
            let defined = bindings.iter().map(|(_, target)| {
                self.modules
                    .definition(target)
                    .unwrap_or_else(|| target.clone())
            });
            self.exported.extend(defined);
        }
        let bound: FxHashSet<String> = bindings.iter().map(|(name, _)| name.clone()).collect();
        facts.extend(bindings.into_iter().map(|(name, target)| {
            if self.modules.leads_nowhere(&target) {
                // Compiled code, a class's attribute: it is there, and that is all that is known.
                Fact::Attr { name, value: None }
            } else {
                Fact::Binding { name, target }
            }
        }));
        if module.is_replaced() {
            let extra = module.lazy.iter().flat_map(|table| &table.extra);
            let extra = extra.filter(|name| !bound.contains(*name));
            facts.extend(extra.map(|name| Fact::Attr {
                name: name.clone(),
                value: None,
            }));
        } else {
            facts.extend(module.values.iter().map(|(name, value)| Fact::Attr {
                name: name.clone(),
                value: value.clone(),
            }));
        }
        let key = (module.name.clone(), OwnerKind::Module);
        self.extract.owners.insert(key, facts);
    }

    /// Names that a module puts into another one.
    fn names_put(&mut self) {
        let modules = self.modules.by_name.values();
        for (into, name, target) in modules.flat_map(|module| &module.put) {
            let Some(module) = self.modules.get(into).filter(|it| !it.defines(name)) else {
                continue;
            };
            let key = (module.name.clone(), OwnerKind::Module);
            let facts = self.extract.owners.entry(key).or_default();
            let is_bound = facts
                .iter()
                .any(|fact| matches!(fact, Fact::Binding { name: known, .. } if known == name));
            if is_bound {
                continue;
            }
            facts.push(match target {
                Some(target) if !self.modules.leads_nowhere(target) => Fact::Binding {
                    name: name.clone(),
                    target: target.clone(),
                },
                _ => Fact::Attr {
                    name: name.clone(),
                    value: None,
                },
            });
        }
    }

    /// Old names of modules (transformers 5 `__init__.py`): copies of the modules that they stand for.
    fn legacy_modules(&mut self) {
        for module in self.modules.by_name.values() {
            for (old, new) in &module.hooked {
                self.copy_module(old, new, false);
                self.tell_of_copy(old, new);
            }
            let Some(table) = &module.lazy else { continue };
            for (old, new) in &table.module_aliases {
                let path = |name: &str| format!("{}.{name}", module.name);
                self.copy_module(&path(old), &path(new), false);
            }
            if table.fast_image_modules {
                self.fast_image_modules(module, table.hangs_modules);
            }
        }
    }

    /// `models/x/image_processing_x_fast`, for each `models/x/image_processing_x`.
    fn fast_image_modules(&mut self, root: &RawModule, hangs: bool) {
        for module in self.modules.below(&format!("{}.models", root.name)) {
            let file = module.name.rsplit('.').next().unwrap_or_default();
            let Some(name) = file.strip_prefix("image_processing_") else {
                continue;
            };
            if hangs {
                // The alias is an attribute of the package instead of its folder (transformers 5.4).
                let key = (root.name.clone(), OwnerKind::Module);
                let name = format!("{file}_fast");
                let facts = self.extract.owners.entry(key).or_default();
                facts.push(Fact::Attr { name, value: None });
            }
            if !name.starts_with("pil_") && !name.ends_with("_fast") {
                self.copy_module(&format!("{}_fast", module.name), &module.name, true);
            }
        }
    }

    fn copy_module(&mut self, old: &str, new: &str, fast: bool) {
        let Some(module) = self.modules.get(new) else {
            return;
        };
        let key = (old.to_owned(), OwnerKind::Module);
        if self.extract.owners.contains_key(&key) {
            return;
        }
        let mut names: Vec<(String, String)> = module
            .own_names()
            .map(|name| (name.to_owned(), format!("{new}.{name}")))
            .collect();
        if fast {
            let renamed: Vec<_> = names
                .iter()
                .filter(|(name, _)| name.ends_with("ImageProcessor"))
                .map(|(name, target)| (format!("{name}Fast"), target.clone()))
                .collect();
            names.extend(renamed);
        }
        names.extend(self.modules.bindings(module));
        let facts = names
            .into_iter()
            .map(|(name, target)| Fact::Binding { name, target })
            .collect();
        self.extract.owners.insert(key, facts);
    }

    /// Whoever takes the trouble of an import hook warns in it.
    fn tell_of_copy(&mut self, old: &str, new: &str) {
        let key = (old.to_owned(), OwnerKind::Module);
        if self.modules.get(old).is_some() {
            return;
        }
        if let Some(facts) = self.extract.owners.get_mut(&key) {
            let notice = Fact::Deprecated(Deprecation {
                name: None,
                when: Trigger::Used,
                replacement: Some(new.to_owned()),
                announced: None,
            });
            if !facts.contains(&notice) {
                facts.insert(0, notice);
            }
        }
    }

    /// The bases of exported classes count as exported: their constructors are inherited.
    fn export_bases(&mut self) {
        let mut open: Vec<String> = self.exported.iter().cloned().collect();
        while let Some(path) = open.pop() {
            let Some(class) = self.modules.class(&path) else {
                continue;
            };
            for base in &class.bases {
                let definition = self.modules.definition(base);
                if let Some(base) = definition.filter(|base| !self.exported.contains(base)) {
                    self.exported.insert(base.clone());
                    open.push(base);
                }
            }
        }
    }

    fn definitions(&mut self, module: &RawModule, coverage: Coverage) {
        for (path, class) in &module.classes {
            if coverage != Coverage::Full && !self.exported.contains(path) {
                self.only_name(module, path);
                continue;
            }
            let maker = self.modules.inherited_maker(path, 0);
            let is_dataclass = class.flags.contains(&Flag::Dataclass) || maker.is_some();
            let keyword_only = maker.is_some_and(|maker| maker.keyword_only);
            let mut facts = class.facts(is_dataclass, keyword_only);
            if coverage != Coverage::Full {
                let keeps = is_enum(&class.flags) || self.modules.is_closed(path, 0);
                facts.retain(|fact| !matches!(fact, Fact::Attr { .. }) || keeps);
                facts.extend(self.other_methods(module, path, coverage));
            }
            facts.extend(self.decorators(&class.decorators, &[]));
            facts.extend(self.foreign_notices(path, class));
            let key = (path.clone(), OwnerKind::Class);
            self.extract.owners.insert(key, facts);
        }
        for (path, function) in &module.functions {
            if self.keeps(module, path, coverage) {
                let facts = self.whole_function(path, function);
                let key = (path.clone(), OwnerKind::Function);
                self.extract.owners.insert(key, facts);
            } else {
                self.only_name(module, path);
            }
        }
    }

    /// Notices from elsewhere about arguments of this class, where it has none itself.
    fn foreign_notices(&self, path: &str, class: &RawClass) -> Vec<Fact> {
        let own = |name: &str| class.fields.iter().any(|field| field.param.name == name);
        let mut facts: Vec<Fact> = Vec::new();
        for notice in self.foreign.get(path).into_iter().flatten() {
            let known = class.notices.iter().any(|known| known.name == notice.name);
            let replacement = notice.replacement.clone().filter(|new| own(new));
            let fact = Fact::Deprecated(Deprecation {
                replacement,
                ..notice.clone()
            });
            if !known && !facts.contains(&fact) {
                facts.push(fact);
            }
        }
        facts
    }

    fn keeps(&self, module: &RawModule, path: &str, coverage: Coverage) -> bool {
        let Coverage::Exported { methods } = coverage else {
            return true;
        };
        let Some((owner, name)) = path.rsplit_once('.') else {
            return false;
        };
        if owner == module.name {
            return self.exported.contains(path);
        }
        let wanted = matches!(name, "__init__" | "__new__" | "__post_init__" | "__call__")
            || (methods && !name.starts_with('_'));
        let constructor = matches!(name, "__init__" | "__new__");
        self.exported.contains(owner) && wanted && (methods || constructor)
    }

    /// The names of the methods of a class that are not kept.
    fn other_methods(
        &self,
        module: &RawModule,
        class: &str,
        coverage: Coverage,
    ) -> impl Iterator<Item = Fact> {
        let own = |path: &str| {
            let rest = path.strip_prefix(class)?.strip_prefix('.')?;
            let public = !rest.starts_with('_') || rest == "__call__";
            (!rest.contains('.') && public).then(|| rest.to_owned())
        };
        let paths = module.functions.iter().map(|(path, _)| path);
        let others = paths.filter(|path| !self.keeps(module, path, coverage));
        let names: Vec<String> = others.filter_map(|path| own(path)).collect();
        names
            .into_iter()
            .map(|name| Fact::Attr { name, value: None })
    }

    /// Of what is not kept only the name remains.
    fn only_name(&mut self, module: &RawModule, path: &str) {
        let name = path
            .strip_prefix(&module.name)
            .and_then(|rest| rest.strip_prefix('.'));
        let Some(name) = name.filter(|name| !name.contains('.')) else {
            return;
        };
        let key = (module.name.clone(), OwnerKind::Module);
        self.extract
            .owners
            .entry(key)
            .or_default()
            .push(Fact::Attr {
                name: name.to_owned(),
                value: None,
            });
    }

    fn function(&self, function: &RawFunction) -> Vec<Fact> {
        let params: Vec<(String, bool)> = function
            .facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::Param(param) => {
                    let none = param.default.as_deref() == Some("None");
                    Some((param.name.clone(), none))
                }
                _ => None,
            })
            .collect();
        let open = function
            .facts
            .iter()
            .any(|fact| matches!(fact, Fact::Param(param) if param.kind == ParamKind::VarKeyword));
        let mut facts: Vec<Fact> = function.flags.iter().copied().map(Fact::Flag).collect();
        let added = self.decorators(&function.decorators, &params);
        let (decorators, added): (Vec<Fact>, Vec<Fact>) = added
            .into_iter()
            .partition(|fact| matches!(fact, Fact::Decorator(_)));
        facts.extend(decorators);
        let own = function.facts.iter().filter(|fact| self.may_hold(fact));
        facts.extend(own.cloned());
        let added = applicable(added, &params, open);
        for fact in added {
            if !facts.contains(&fact) {
                facts.push(fact);
            }
        }
        facts
    }

    /// The facts of the function at `path`, with what it gets from the one that it hands its arguments on to.
    fn whole_function(&self, path: &str, function: &RawFunction) -> Vec<Fact> {
        let mut facts = self.function(function);
        let behind = function
            .forward
            .as_ref()
            .and_then(|forward| Some((forward, self.modules.forwarded_to(path, forward)?)));
        if let Some((forward, callee)) = behind {
            let theirs = self.function(callee);
            facts.extend(forwarded::inherited(forward, &facts, &theirs));
        }
        facts
    }

    /// Whether a condition is about a real enumeration: `Class(value)` looks like one until its class is seen.
    fn may_hold(&self, fact: &Fact) -> bool {
        let Fact::Raises { when, .. } = fact else {
            return true;
        };
        let Ok(term) = when.parse::<Term>() else {
            return false;
        };
        let mut holds = true;
        term.visit(&mut |term| {
            if let Term::Compare(Comparison::In | Comparison::NotIn, sides) = term
                && let Term::Const(path) = &sides[1]
            {
                let definition = self.modules.definition(path);
                let class = definition.and_then(|path| self.modules.class(&path));
                holds &= class.is_none_or(|class| is_enum(&class.flags));
            }
        });
        holds
    }

    /// What decorators add; those that are not understood stay as facts.
    fn decorators(&self, decorators: &[RawDecorator], params: &[(String, bool)]) -> Vec<Fact> {
        let mut facts = Vec::new();
        for decorator in decorators {
            let path = self.modules.definition(&decorator.path);
            let path = path.unwrap_or_else(|| decorator.path.clone());
            let effect = decorator::known_effect(decorator, params)
                .or_else(|| self.modules.effect(&path))
                .unwrap_or_default();
            match effect {
                Effect::Transparent => {}
                Effect::Adds(added) => facts.extend(added),
                Effect::Unknown => facts.push(Fact::Decorator(path)),
            }
        }
        facts
    }
}

/// Whether a base may turn out to be known when the facts of several libraries are joined.
fn is_of_another_library(class: &str, base: &str) -> bool {
    let package = |path: &str| path.split('.').next().unwrap_or_default().to_owned();
    let other = package(base);
    other != package(class)
        && matches!(
            other.as_str(),
            "transformers" | "huggingface_hub" | "diffusers" | "accelerate" | "peft" | "datasets"
        )
}

fn is_enum(flags: &[Flag]) -> bool {
    flags.contains(&Flag::Enum)
}

/// A decorator that turns one keyword into another only does so for functions that have the other, and
/// leaves their own parameters alone.
fn applicable(added: Vec<Fact>, params: &[(String, bool)], open: bool) -> Vec<Fact> {
    let has = |name: &str| params.iter().any(|(param, _)| param == name);
    let without_use: Vec<String> = added
        .iter()
        .filter_map(|fact| match fact {
            Fact::Deprecated(notice) => {
                let new = notice.replacement.as_deref()?;
                let name = notice.name.clone()?;
                (!has(new) && !open).then_some(name)
            }
            _ => None,
        })
        .collect();
    added
        .into_iter()
        .filter(|fact| match fact {
            Fact::Accepts { name, .. } => !has(name) && !without_use.contains(name),
            Fact::Deprecated(notice) => notice
                .name
                .as_ref()
                .is_none_or(|name| !without_use.contains(name)),
            _ => true,
        })
        .collect()
}

impl Modules<'_> {
    /// Whether all bases of a class are in the distribution and none makes up attributes: only then can
    /// an attribute be missing.
    fn is_closed(&self, path: &str, depth: u32) -> bool {
        let Some(class) = self.class(path).filter(|_| depth < 16) else {
            return false;
        };
        !class.flags.contains(&Flag::Open)
            && class.bases.iter().all(|base| {
                let outside = matches!(
                    base.as_str(),
                    "object" | "abc.ABC" | "typing.Generic" | "typing.Protocol"
                );
                outside
                    || is_of_another_library(path, base)
                    || self
                        .definition(base)
                        .is_some_and(|base| self.is_closed(&base, depth + 1))
            })
    }

    /// The base that makes its subclasses dataclasses, and how.
    fn inherited_maker(&self, path: &str, depth: u32) -> Option<MakesDataclasses> {
        let class = self.class(path).filter(|_| depth < 16)?;
        class.bases.iter().find_map(|base| {
            let base = self.definition(base)?;
            let own = self.class(&base).and_then(|class| class.makes_dataclasses);
            own.or_else(|| self.inherited_maker(&base, depth + 1))
        })
    }

    /// What a function of the distribution does as a decorator.
    fn effect(&self, path: &str) -> Option<Effect> {
        let (module, name) = path.rsplit_once('.')?;
        self.get(module)?.effects.get(name).cloned()
    }
}
