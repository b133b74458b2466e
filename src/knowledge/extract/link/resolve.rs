//! From a dotted path to the definition behind it.

use super::Modules;
use crate::knowledge::extract::RawModule;
use crate::knowledge::extract::class::RawClass;
use crate::knowledge::extract::forward::Forward;
use crate::knowledge::extract::function::RawFunction;

/// Longer chains of re-exports are cut; imports may go round in circles.
const MAX_STEPS: u32 = 16;

impl<'m> Modules<'m> {
    /// The module of that name.
    pub fn get(&self, name: &str) -> Option<&'m RawModule> {
        self.by_name.get(name).copied()
    }

    /// The modules below `package`, itself left out.
    pub fn below(&self, package: &str) -> impl Iterator<Item = &'m RawModule> {
        let prefix = format!("{package}.");
        let from = std::ops::Bound::Included(prefix.clone());
        let range = (
            from.as_ref().map(String::as_str),
            std::ops::Bound::Unbounded,
        );
        self.by_name
            .range::<str, _>(range)
            .take_while(|(name, _)| name.starts_with(&prefix))
            .map(|(_, module)| *module)
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// The path under which something is defined, following imports inside of the distribution; absent
    /// where the path leads nowhere in it.
    pub fn definition(&self, path: &str) -> Option<String> {
        self.follow(path, 0)
    }

    fn follow(&self, path: &str, steps: u32) -> Option<String> {
        if steps > MAX_STEPS {
            return None;
        }
        for (at, _) in path.rmatch_indices('.') {
            let Some(module) = self.get(&path[..at]) else {
                continue;
            };
            let rest = &path[at + 1..];
            let (name, tail) = match rest.split_once('.') {
                Some((name, tail)) => (name, Some(tail)),
                None => (rest, None),
            };
            if module.defines(name) {
                return Some(path.to_owned());
            }
            if let Some(target) = self.binding(module, name, steps) {
                let whole = match tail {
                    Some(tail) => format!("{target}.{tail}"),
                    None => target,
                };
                if whole == path {
                    return None;
                }
                return Some(self.follow(&whole, steps + 1).unwrap_or(whole));
            }
            break;
        }
        self.get(path).map(|_| path.to_owned())
    }

    /// What a module binds a name to, other than a definition of its own.
    fn binding(&self, module: &RawModule, name: &str, steps: u32) -> Option<String> {
        if let Some(table) = &module.lazy
            && let Some(target) = self.lazy_target(module, table, name)
        {
            return Some(target);
        }
        if !module.is_replaced()
            && let Some((_, target)) = module.imports.iter().find(|(known, _)| known == name)
        {
            return Some(target.clone());
        }
        module.stars.iter().find_map(|star| {
            let exporter = self.get(star)?;
            let listed = exporter
                .all
                .as_ref()
                .is_none_or(|all| all.iter().chain(&exporter.registered).any(|n| n == name));
            let path = format!("{star}.{name}");
            (listed && !name.starts_with('_') && steps < MAX_STEPS)
                .then(|| self.follow(&path, steps + 1))?
        })
    }

    /// Whether a path points into the distribution without a definition at its end.
    pub fn leads_nowhere(&self, path: &str) -> bool {
        let root = path.split('.').next().unwrap_or_default();
        if self.get(root).is_none() {
            return false;
        }
        let Some(definition) = self.definition(path) else {
            return true;
        };
        let inside = definition.split('.').next() == Some(root);
        inside && !self.is_owner(&definition)
    }

    /// Whether a definition path is a module, class, function or value of a module.
    fn is_owner(&self, path: &str) -> bool {
        if self.get(path).is_some() {
            return true;
        }
        let module = path
            .rmatch_indices('.')
            .find_map(|(at, _)| Some((self.get(&path[..at])?, &path[at + 1..])));
        module.is_some_and(|(module, rest)| {
            module.classes.iter().any(|(known, _)| known == path)
                || module.functions.iter().any(|(known, _)| known == path)
                || module.values.iter().any(|(name, _)| name == rest)
        })
    }

    /// The class of that definition path.
    pub fn class(&self, path: &str) -> Option<&'m RawClass> {
        for (at, _) in path.rmatch_indices('.') {
            if let Some(module) = self.get(&path[..at]) {
                let found = module.classes.iter().find(|(known, _)| known == path);
                return found.map(|(_, class)| class);
            }
        }
        None
    }

    /// The function that the one at `path` hands its arguments on to.
    pub fn forwarded_to(&self, path: &str, forward: &Forward) -> Option<&'m RawFunction> {
        match &forward.callee {
            Some(callee) => self.function(&self.definition(callee)?),
            None => {
                let (class, name) = path.rsplit_once('.')?;
                self.inherited_method(class, name, 0)
            }
        }
        .filter(|found| found.forward.as_ref() != Some(forward))
    }

    /// The method of that name of the first base that has it.
    fn inherited_method(&self, class: &str, name: &str, depth: u32) -> Option<&'m RawFunction> {
        let class = self.class(class).filter(|_| depth < 16)?;
        class.bases.iter().find_map(|base| {
            let base = self.definition(base)?;
            self.function(&format!("{base}.{name}"))
                .or_else(|| self.inherited_method(&base, name, depth + 1))
        })
    }

    /// The function of that definition path.
    fn function(&self, path: &str) -> Option<&'m RawFunction> {
        let module = path
            .rmatch_indices('.')
            .find_map(|(at, _)| self.get(&path[..at]))?;
        let found = module.functions.iter().find(|(known, _)| known == path);
        found.map(|(_, function)| function)
    }
}

impl RawModule {
    /// Whether a lazy module stands in its place.
    pub fn is_replaced(&self) -> bool {
        self.lazy.as_ref().is_some_and(|table| table.replaces)
    }

    /// Whether a function, class or plain value of that name is defined here.
    pub fn defines(&self, name: &str) -> bool {
        let own = |path: &str| {
            path.strip_prefix(self.name.as_str())
                .and_then(|rest| rest.strip_prefix('.'))
                == Some(name)
        };
        self.classes.iter().any(|(path, _)| own(path))
            || self.functions.iter().any(|(path, _)| own(path))
            || (!self.is_replaced() && self.values.iter().any(|(value, _)| value == name))
    }
}
