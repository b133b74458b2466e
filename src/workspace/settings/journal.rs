//! Settings of the journal: `[tool.hf-lsp.journal]`.

use serde::Deserialize;

use crate::journal::role::Names;
#[cfg(doc)]
use crate::journal::role::Role;

/// Settings of the journal as written; an editor sends them as JSON in camel case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct JournalLayer {
    /// The folder, relative to the project's.
    pub folder: Option<String>,
    /// The name of the document for [`Role::Description`] in it; so are the next.
    pub description: Option<String>,
    /// See [`Role::Stack`].
    pub stack: Option<String>,
    /// See [`Role::Requirements`].
    pub requirements: Option<String>,
    /// See [`Role::Changelog`].
    pub changelog: Option<String>,
    /// See [`Role::Plan`].
    pub plan: Option<String>,
    /// After so many days a step is asked whether it is still in progress.
    #[serde(alias = "stale-days")]
    pub stale_days: Option<u16>,
    /// Whether texts are proposed behind the cursor.
    pub suggestions: Option<bool>,
}

impl JournalLayer {
    /// The names of the settings in a file.
    pub const KEYS: [&str; 8] = [
        "folder",
        "description",
        "stack",
        "requirements",
        "changelog",
        "plan",
        "stale-days",
        "suggestions",
    ];

    /// Takes a setting by its name in a file; `None` where there is none of that name. The error is a sentence.
    pub fn set(
        &mut self,
        key: &str,
        text: Option<&str>,
        number: Option<i64>,
        switch: Option<bool>,
    ) -> Option<Result<(), String>> {
        let place = match key {
            "folder" => &mut self.folder,
            "description" => &mut self.description,
            "stack" => &mut self.stack,
            "requirements" => &mut self.requirements,
            "changelog" => &mut self.changelog,
            "plan" => &mut self.plan,
            "stale-days" => {
                self.stale_days = number.and_then(|days| u16::try_from(days).ok());
                let is_set = self.stale_days.is_some();
                return Some(
                    is_set
                        .then_some(())
                        .ok_or("a number of days is expected here".to_owned()),
                );
            }
            "suggestions" => {
                self.suggestions = switch;
                return Some(
                    switch
                        .map(|_| ())
                        .ok_or("true or false is expected here".to_owned()),
                );
            }
            _ => return None,
        };
        let checked = text
            .ok_or("a path is expected here".to_owned())
            .and_then(|text| inside(text, key));
        Some(checked.map(|path| *place = Some(path)))
    }

    /// The same with all paths as they are used; an empty one says nothing, as editors send it for what is not set.
    /// The error is a sentence.
    pub fn checked(&self) -> Result<Self, String> {
        let check = |path: &Option<String>, key: &str| {
            let path = path.as_deref().filter(|path| !path.trim().is_empty());
            path.map(|path| inside(path, key)).transpose()
        };
        Ok(Self {
            folder: check(&self.folder, "folder")?,
            description: check(&self.description, "description")?,
            stack: check(&self.stack, "stack")?,
            requirements: check(&self.requirements, "requirements")?,
            changelog: check(&self.changelog, "changelog")?,
            plan: check(&self.plan, "plan")?,
            ..self.clone()
        })
    }

    /// Puts what it says over other settings.
    pub(super) fn put(&self, names: &mut Names) {
        let over = |place: &mut String, path: &Option<String>| {
            if let Some(path) = path {
                place.clone_from(path);
            }
        };
        over(&mut names.folder, &self.folder);
        over(&mut names.description, &self.description);
        over(&mut names.stack, &self.stack);
        over(&mut names.requirements, &self.requirements);
        over(&mut names.changelog, &self.changelog);
        over(&mut names.plan, &self.plan);
        names.stale_days = self.stale_days.unwrap_or(names.stale_days);
        names.suggestions = self.suggestions.unwrap_or(names.suggestions);
    }
}

/// A path below the project's folder with `/` between its parts: nothing leads out of it. The folder may be the
/// project's own, a document has a name.
fn inside(path: &str, key: &str) -> Result<String, String> {
    let wrong = |why: &str| {
        Err(format!(
            "`{path}` {why}; the journal lies in the project's folder"
        ))
    };
    let path = path.strip_prefix("./").unwrap_or(path);
    if path.starts_with(['/', '~']) || path.contains([':', '\\', '\0']) {
        return wrong("is no relative path with `/` between its parts");
    }
    if path.split('/').any(|part| part == "..") {
        return wrong("leads out of the project");
    }
    let parts: Vec<&str> = path
        .split('/')
        .filter(|part| !matches!(*part, "" | "."))
        .collect();
    if parts.is_empty() && key != "folder" {
        return wrong("is no name of a document");
    }
    if key != "folder" && !path.to_ascii_lowercase().ends_with(".md") {
        return wrong("is no name of a Markdown document");
    }
    Ok(match parts.is_empty() {
        true => ".".to_owned(),
        false => parts.join("/"),
    })
}
