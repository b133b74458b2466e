//! The names that a module gives to those who import from it.

use rustc_hash::FxHashMap;

use super::Modules;
use crate::knowledge::extract::RawModule;
use crate::knowledge::extract::alias::AliasRules;
use crate::knowledge::extract::lazy::LazyTable;

impl Modules<'_> {
    /// The names that a module takes from elsewhere, with what they stand for.
    pub fn bindings(&self, module: &RawModule) -> Vec<(String, String)> {
        let mut bindings = match &module.lazy {
            Some(table) => self.lazy_bindings(module, table),
            None => Vec::new(),
        };
        if module.is_replaced() {
            return bindings;
        }
        for (name, target) in &module.imports {
            if bindings.iter().all(|(known, _)| known != name) {
                bindings.push((name.clone(), target.clone()));
            }
        }
        let starred = module.stars.iter().flat_map(|star| self.star(star, 0));
        // Where a library is missing, what the placeholders are made with comes along.
        let helpers = module.placeholders.iter().filter_map(|star| self.get(star));
        let helpers = helpers.flat_map(|module| module.imports.clone());
        for (name, target) in starred.chain(helpers) {
            // A module of its own takes the place of another's of that name, once it is imported.
            let own = format!("{}.{name}", module.name);
            let is_hidden =
                own != target && self.get(&own).is_some() && self.get(&target).is_some();
            if !is_hidden
                && !module.defines(&name)
                && bindings.iter().all(|(known, _)| *known != name)
            {
                bindings.push((name, target));
            }
        }
        bindings
    }

    /// The modules of `import *` whose names are not known.
    pub fn unknown_stars<'m>(&self, module: &'m RawModule) -> impl Iterator<Item = &'m String> {
        module.stars.iter().filter(|star| self.get(star).is_none())
    }

    /// What `from module import *` binds.
    fn star(&self, module: &str, depth: u32) -> Vec<(String, String)> {
        let Some(module) = self.get(module).filter(|_| depth < 8) else {
            return Vec::new();
        };
        if let Some(all) = &module.all {
            return all
                .iter()
                .chain(&module.registered)
                .map(|name| (name.clone(), format!("{}.{name}", module.name)))
                .collect();
        }
        let own = module.own_names().map(|name| {
            let target = format!("{}.{name}", module.name);
            (name.to_owned(), target)
        });
        let mut names: Vec<(String, String)> = own.collect();
        names.extend(module.imports.iter().cloned());
        for star in &module.stars {
            names.extend(self.star(star, depth + 1));
        }
        if module.is_package {
            // Its modules are attributes of it once anybody has imported them.
            let inside = self.below(&module.name).filter_map(|inner| {
                let name = inner.name.strip_prefix(&module.name)?.strip_prefix('.')?;
                (!name.contains('.')).then(|| (name.to_owned(), inner.name.clone()))
            });
            names.extend(inside);
        }
        names.retain(|(name, _)| !name.starts_with('_'));
        names
    }

    fn lazy_bindings(&self, module: &RawModule, table: &LazyTable) -> Vec<(String, String)> {
        let mut bindings = self.listed(module, table);
        let aliases = self.aliases(module, table, &bindings);
        bindings.extend(aliases);
        bindings
    }

    /// The names that a lazy module's table gives.
    fn listed(&self, module: &RawModule, table: &LazyTable) -> Vec<(String, String)> {
        let mut bindings: Vec<(String, String)> = Vec::new();
        for (submodule, names) in &table.entries {
            for name in names {
                let path = submodule_name(module, submodule, name);
                let target = self.definition(&path).unwrap_or(path);
                bindings.push((name.clone(), target));
            }
        }
        for folder in &table.folders {
            for (name, path) in self.listed_below(module, folder) {
                let target = self.definition(&path).unwrap_or(path);
                bindings.push((name, target));
            }
        }
        for name in &table.extra {
            bindings.extend(
                module
                    .import(name)
                    .map(|path| (name.clone(), path.to_owned())),
            );
        }
        for submodule in &table.placeholders {
            let placeholders = self.get(&absolute(module, submodule));
            bindings.extend(
                placeholders
                    .into_iter()
                    .flat_map(|module| module.imports.clone()),
            );
        }
        let mut seen = rustc_hash::FxHashSet::default();
        bindings.retain(|(name, _)| seen.insert(name.clone()));
        bindings
    }

    /// What the modules in a folder export: `__all__`, and what stands below `@requires`.
    fn listed_below(&self, module: &RawModule, folder: &str) -> Vec<(String, String)> {
        let package = if folder.is_empty() {
            module.name.clone()
        } else {
            format!("{}.{folder}", module.name)
        };
        let mut listed = Vec::new();
        for module in self.below(&package) {
            let file = module.name.rsplit('.').next().unwrap_or_default();
            if module.is_package || file.starts_with("modular_") || file.starts_with("convert_") {
                continue;
            }
            for name in module.all.iter().flatten().chain(&module.listed) {
                listed.push((name.clone(), format!("{}.{name}", module.name)));
            }
        }
        listed
    }

    /// The rules of the class that makes a lazy module.
    fn alias_rules(&self, table: &LazyTable) -> AliasRules {
        let maker = self.definition(&table.maker);
        maker
            .as_deref()
            .and_then(|path| path.rsplit_once('.'))
            .and_then(|(module, _)| self.get(module))
            .map(|module| module.alias_rules)
            .unwrap_or_default()
    }

    /// Whether a module below the root answers the names of all tokenizers.
    pub fn lends_tokenizers(&self, module: &RawModule) -> bool {
        let table = module.lazy.as_ref().filter(|_| module.name.contains('.'));
        table.is_some_and(|table| self.alias_rules(table).converters)
    }

    fn aliases(
        &self,
        module: &RawModule,
        table: &LazyTable,
        bindings: &[(String, String)],
    ) -> Vec<(String, String)> {
        let rules = self.alias_rules(table);
        if rules.is_empty() {
            return Vec::new();
        }
        let converters = self
            .by_name
            .values()
            .find(|module| !module.converters.is_empty())
            .map_or(&[][..], |module| &module.converters);
        let (root, folder) = match module.name.split_once('.') {
            Some((root, rest)) => (Some(root), rest.rsplit('.').next().unwrap_or_default()),
            None => (None, ""),
        };
        let at_root = |name: &str| self.root_names(root?).get(name).cloned();
        rules.names(bindings, converters, folder, &at_root)
    }

    /// What the package at the root of the distribution exports, without the names that rules make.
    fn root_names(&self, root: &str) -> &FxHashMap<String, String> {
        self.root_names.get_or_init(|| {
            let module = self.get(root);
            let table = module.and_then(|module| Some((module, module.lazy.as_ref()?)));
            table.map_or_else(FxHashMap::default, |(module, table)| {
                self.listed(module, table).into_iter().collect()
            })
        })
    }

    /// The path of one name of a lazy module.
    pub fn lazy_target(&self, module: &RawModule, table: &LazyTable, name: &str) -> Option<String> {
        let listed = table
            .entries
            .iter()
            .find(|(_, names)| names.iter().any(|n| n == name));
        if let Some((submodule, _)) = listed {
            return Some(submodule_name(module, submodule, name));
        }
        if table.extra.iter().any(|extra| extra == name) {
            return module.import(name).map(ToOwned::to_owned);
        }
        table.folders.iter().find_map(|folder| {
            let listed = self.listed_below(module, folder);
            listed
                .into_iter()
                .find(|(known, _)| known == name)
                .map(|(_, path)| path)
        })
    }
}

/// The path of a name in a submodule, given relative or absolute.
fn submodule_name(module: &RawModule, submodule: &str, name: &str) -> String {
    format!("{}.{name}", absolute(module, submodule))
}

/// The path of a submodule, given relative or absolute.
fn absolute(module: &RawModule, submodule: &str) -> String {
    let root = module.name.split('.').next().unwrap_or_default();
    let is_absolute = submodule
        .strip_prefix(root)
        .is_some_and(|rest| rest.starts_with('.'));
    if is_absolute {
        submodule.to_owned()
    } else {
        format!("{}.{submodule}", module.name)
    }
}

impl RawModule {
    /// Where the source of the module takes a name from.
    fn import(&self, name: &str) -> Option<&str> {
        let found = self.imports.iter().find(|(known, _)| known == name);
        found.map(|(_, path)| path.as_str())
    }

    /// The names defined here.
    pub fn own_names(&self) -> impl Iterator<Item = &str> {
        let prefix = self.name.len() + 1;
        let own = move |path: &String| -> bool { !path[prefix.min(path.len())..].contains('.') };
        let classes = self.classes.iter().map(|(path, _)| path);
        let functions = self.functions.iter().map(|(path, _)| path);
        classes
            .chain(functions)
            .filter(move |path| own(path))
            .filter_map(move |path| path.get(prefix..))
            .chain(self.values.iter().map(|(name, _)| name.as_str()))
    }
}
