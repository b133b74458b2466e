//! Commands that start a script of the project, read as its own parser would.

use std::sync::Arc;

use super::judge::{Judged, Reader, Seen, installs};
use crate::embedded::launched::{Launched, path_of};
use crate::embedded::programs::Started;
use crate::knowledge::extract::{self, Script};
use crate::rules::context::Context;
use crate::workspace::requirements::has_script_block;

/// What is wrong with the words behind a script, where what it takes is known.
pub fn judge<'a>(ctx: &Context<'a>, launched: Launched<'a>, found: &mut Vec<Judged<'a>>) {
    let path = path_of(&launched.script.text, launched.is_module);
    let Some(script) = ctx.script(&path) else {
        return;
    };
    let fields = &script.command.fields;
    let has_own_releases = || {
        let known = ctx.modules.and_then(|modules| modules.script(&path));
        known.is_some_and(|known| has_script_block(known.module.text()))
    };
    if launched.by_uv && !fields.is_empty() && has_own_releases() {
        return;
    }
    // Its fields are those of the releases that apply here.
    let of_newer = fields.iter().any(|class| {
        let selected = ctx.view.selected(class);
        selected.is_none_or(|selected| selected.newer)
    });
    let mut reader = Reader {
        ctx,
        library: "",
        started: Started {
            program: "",
            word: launched.script,
            arguments: launched.arguments,
            open: launched.open,
        },
        sure: script.sure && !of_newer,
        command: script.command.clone(),
        found,
        seen: Seen::default(),
    };
    reader.read();
}

impl Context<'_> {
    /// What the script of the project takes that the document calls by that path, where that is known.
    pub fn script(&self, path: &str) -> Option<Arc<Script>> {
        let known = self.scripts.borrow().get(path).cloned();
        known.unwrap_or_else(|| {
            let found = self.read_script(path).map(Arc::new);
            let mut scripts = self.scripts.borrow_mut();
            scripts.insert(path.to_owned(), found.clone());
            found
        })
    }

    fn read_script(&self, path: &str) -> Option<Script> {
        let script = self.modules?.script(path)?;
        let imports = script.imports.iter();
        let imports: Vec<(&str, &str)> = imports
            .map(|(name, module)| (name.as_str(), module.text()))
            .collect();
        let text = script.module.text();
        let found = extract::script(script.module.place(), text, &imports)?;
        // Where the document asks for releases of its own, the fields may be others.
        let elsewhere = |class: &String| {
            let selected = self.view.selected(class);
            selected.is_some_and(|selected| installs(self, selected.library.name()))
        };
        (!found.command.fields.iter().any(elsewhere)).then_some(found)
    }
}
