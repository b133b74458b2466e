//! A project in memory, for tests.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::change::{Action, Change};
use super::project::Project;
use super::role::Names;
use super::surroundings::{Memo, Surroundings};
use crate::checker::ProjectFiles;
use crate::environment::{Environment, Resolved, Source, Version};
use crate::knowledge::choose::Knowledge;
use crate::rules::apply::apply_edits;
use crate::text::TextRange;
use crate::workspace::files::MemoryFiles;

pub const PLAN: &str = "dev-journal/OUR-PLAN.md";
pub const LOG: &str = "dev-journal/CHANGELOG.md";

/// Files by their paths.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World(pub BTreeMap<String, String>);

impl World {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Self(files.collect())
    }

    pub fn text(&self, path: &str) -> &str {
        self.0.get(path).map_or("", String::as_str)
    }

    /// What `work` makes of a document.
    pub fn look<T>(&self, about: &str, work: impl FnOnce(&Surroundings<'_>) -> T) -> T {
        let root = PathBuf::from("/p");
        let disk = MemoryFiles::new();
        for (path, text) in &self.0 {
            disk.write(root.join(path), text);
        }
        let project = ProjectFiles::new(root, Arc::new(disk), Arc::default());
        let document = project.document(about).unwrap();
        let names = Names::default();
        let mut environment = Environment::default();
        for (name, version) in [
            ("trl", "1.16.0"),
            ("transformers", "5.23.0"),
            ("datasets", "5.2.0"),
            ("peft", "0.21.2"),
        ] {
            let resolved = Resolved::new(
                version.parse::<Version>().unwrap(),
                Source::Locked("uv.lock".into()),
            );
            environment.libraries.insert(name.to_owned(), resolved);
        }
        work(&Surroundings {
            path: about,
            document: &document,
            role: names.role(about),
            names: &names,
            project: &project,
            knowledge: &Knowledge::default(),
            environment: &environment,
            repositories: None,
            memo: &Memo::default(),
        })
    }

    /// What is offered where a text stands.
    pub fn offered(&self, about: &str, at: &str) -> Vec<Action> {
        let start = self.text(about).find(at).unwrap();
        let range = TextRange::from_usize(start, start);
        self.look(about, |surroundings| {
            super::actions::actions(surroundings, range)
        })
    }

    pub fn titles(&self, about: &str, at: &str) -> Vec<String> {
        self.offered(about, at)
            .into_iter()
            .map(|it| it.title)
            .collect()
    }

    /// The files after the action of a title.
    pub fn after(&self, about: &str, at: &str, title: &str) -> Self {
        let offered = self.offered(about, at);
        let titles: Vec<_> = offered.iter().map(|it| &it.title).collect();
        let action = offered.iter().find(|it| it.title == title);
        self.changed(&action.unwrap_or_else(|| panic!("{titles:#?}")).change)
    }

    pub fn changed(&self, change: &Change) -> Self {
        let mut world = self.clone();
        for (path, edits) in &change.edits {
            let ends: Vec<_> = edits.iter().map(|it| it.range).collect();
            assert!(
                ends.windows(2).all(|it| it[0].end <= it[1].start),
                "{edits:?}"
            );
            let text = apply_edits(self.text(path), edits);
            world.0.insert(path.clone(), text);
        }
        for (path, text) in &change.creates {
            let before = world.0.insert(path.clone(), text.clone());
            assert_eq!(before, None, "{path}");
        }
        world
    }

    pub fn command(&self, about: &str, name: &str, arguments: &[&str]) -> Result<Self, String> {
        let arguments: Vec<_> = arguments
            .iter()
            .map(|it| serde_json::Value::from(*it))
            .collect();
        let change = self.look(about, |surroundings| {
            super::actions::command(surroundings, name, &arguments)
        })?;
        Ok(self.changed(&change))
    }

    /// The lines that differ, as `-` and `+`.
    pub fn diff(&self, after: &Self) -> String {
        let mut shown = String::new();
        let paths: std::collections::BTreeSet<_> = self.0.keys().chain(after.0.keys()).collect();
        for path in paths {
            let (old, new) = (self.text(path), after.text(path));
            if old == new {
                continue;
            }
            shown.push_str(&format!("==> {path}\n"));
            let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
            for line in old.iter().filter(|it| !new.contains(it)) {
                shown.push_str(&format!("-{line}\n"));
            }
            for line in new.iter().filter(|it| !old.contains(it)) {
                shown.push_str(&format!("+{line}\n"));
            }
        }
        shown
    }
}
