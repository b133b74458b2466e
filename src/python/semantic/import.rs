//! Imports.

use super::{Star, Walker, bodies, prescan};
use crate::python::ast::{Alias, Ident, ImportFrom};
use crate::python::facts::{Import, Origin};
use crate::text::TextRange;

impl<'a> Walker<'a> {
    /// `import a.b, c as d`: `import a.b` binds `a`.
    pub(super) fn import(&mut self, aliases: &'a [Alias]) {
        for alias in aliases {
            let path = alias.name.name.as_str();
            let first = path.split('.').next().unwrap_or(path);
            let (bound, origin) = match &alias.asname {
                Some(asname) => (asname.name.as_str(), path),
                None => (first, first),
            };
            let import = self.new_import(&alias.name, None, alias, aliases.len());
            let entry = self.import_entry(import, Origin::import(origin));
            self.bind(bound, entry);
        }
    }

    pub(super) fn import_from(&mut self, import: &'a ImportFrom) {
        let Some(module) = import.module.as_ref().filter(|_| import.level == 0) else {
            return self.relative_import(import);
        };
        if let Some(range) = import.star {
            self.star_import(module, self.at(range));
        }
        for alias in &import.names {
            let name = Some(self.ident(&alias.name));
            let origin = Origin::import(&format!("{}.{}", module.name, alias.name.name));
            let import = self.new_import(module, name, alias, import.names.len());
            let entry = self.import_entry(import, origin);
            self.bind(&alias.bound().name, entry);
        }
    }

    /// `from ..a import b` is `..a.b`: a path that begins at a package without a name.
    fn relative_import(&mut self, import: &'a ImportFrom) {
        let dots = ".".repeat(import.level as usize);
        let written = import.module.as_ref();
        let path = written.map_or("", |module| module.name.as_str());
        let module = Ident {
            name: format!("{dots}{path}").as_str().into(),
            range: written.map_or(TextRange::default(), |module| module.range),
        };
        for alias in &import.names {
            let name = Some(self.ident(&alias.name));
            let dot = if path.is_empty() { "" } else { "." };
            let origin = Origin::import(&format!("{}{dot}{}", module.name, alias.name.name));
            let import = self.new_import(&module, name, alias, import.names.len());
            let entry = self.import_entry(import, origin);
            self.bind(&alias.bound().name, entry);
        }
    }

    fn new_import(
        &self,
        module: &Ident,
        name: Option<Ident>,
        alias: &Alias,
        siblings: usize,
    ) -> Import {
        Import {
            module: module.name.clone(),
            module_range: self.at(module.range),
            name,
            asname: alias.asname.as_ref().map(|name| self.ident(name)),
            range: self.at(alias.range),
            statement: self.statement,
            siblings: u32::try_from(siblings).unwrap_or(u32::MAX),
            guard: self.guard(),
        }
    }

    /// Names that are bound nowhere else may come from a star import, where there is only one.
    fn star_import(&mut self, module: &'a Ident, range: TextRange) {
        let import = Import {
            module: module.name.clone(),
            module_range: self.at(module.range),
            name: Some(Ident {
                name: "*".into(),
                range,
            }),
            asname: None,
            range,
            statement: self.statement,
            siblings: 1,
            guard: self.guard(),
        };
        let origin = Origin::import(&module.name);
        let entry = self.import_entry(import, origin.clone());
        if bodies(self.syntax).map(prescan::stars).sum::<usize>() == 1 {
            self.star = entry.import.map(|import| Star {
                import,
                module: origin,
                bound: bodies(self.syntax)
                    .flat_map(|body| prescan::names(body, true))
                    .collect(),
            });
        }
    }
}
