//! One place's settings: as written, and ready for use.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use serde::Deserialize;

use super::TargetSetting;
use super::journal::JournalLayer;
use super::selector::{RuleNames, Selector, strongest};
use crate::estimate::gpu::Gpu;
use crate::rules::finding::Severity;

/// Settings as written; an editor sends them as JSON in camel case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Layer {
    /// The only rules that run.
    pub select: Option<Vec<String>>,
    /// Rules that run besides.
    #[serde(alias = "extend-select")]
    pub extend_select: Vec<String>,
    /// Rules that do not run.
    pub ignore: Vec<String>,
    /// Rules that do not run in files that match a glob; `!` before a glob turns it around.
    #[serde(alias = "per-file-ignores")]
    pub per_file_ignores: BTreeMap<String, Vec<String>>,
    /// Versions to check against: `PKG==VER`.
    pub targets: Vec<String>,
    /// Globs of files and folders that are not checked.
    pub exclude: Vec<String>,
    /// Severities by rule: `error`, `warning`, `information`, `hint` or `off`.
    pub severity: BTreeMap<String, String>,
    /// The journal.
    pub journal: JournalLayer,
    /// The machine that training is meant for: `24GB`, `2x24GB`, `A100-80GB:2`. Empty where none is meant.
    pub gpu: String,
}

/// A layer ready for use.
#[derive(Clone, Debug, Default)]
pub(super) struct Compiled {
    base: PathBuf,
    select: Option<Vec<Selector>>,
    extend_select: Vec<Selector>,
    ignore: Vec<Selector>,
    per_file_ignores: Vec<(Pattern, Vec<Selector>)>,
    exclude: Vec<Pattern>,
    severity: Vec<(Selector, Option<Severity>)>,
    pub targets: Vec<TargetSetting>,
    pub journal: JournalLayer,
    pub gpu: Option<Gpu>,
}

impl Compiled {
    pub fn new(layer: &Layer, base: &Path, rules: RuleNames<'_>) -> Result<Self, String> {
        let all = |codes: &[String]| -> Result<Vec<Selector>, String> {
            codes
                .iter()
                .map(|code| Selector::parse(code, rules))
                .collect()
        };
        let mut per_file_ignores = Vec::new();
        for (glob, codes) in &layer.per_file_ignores {
            per_file_ignores.push((Pattern::new(glob)?, all(codes)?));
        }
        let mut severity = Vec::new();
        for (code, word) in &layer.severity {
            severity.push((Selector::parse(code, rules)?, parse_severity(word)?));
        }
        let target = |written: &String| TargetSetting {
            written: written.clone(),
            path: None,
            line: 1,
        };
        Ok(Self {
            base: base.to_path_buf(),
            select: layer.select.as_deref().map(all).transpose()?,
            extend_select: all(&layer.extend_select)?,
            ignore: all(&layer.ignore)?,
            per_file_ignores,
            exclude: layer
                .exclude
                .iter()
                .map(|glob| Pattern::new(glob))
                .collect::<Result<_, _>>()?,
            severity,
            targets: layer.targets.iter().map(target).collect(),
            journal: layer.journal.checked()?,
            gpu: parse_gpu(&layer.gpu)?,
        })
    }

    /// Whether a rule runs, given what the layers below decided.
    pub fn decide(&self, code: &str, name: &str, below: bool) -> bool {
        let selected = self
            .select
            .as_deref()
            .and_then(|s| strongest(s, code, name));
        let on = selected.max(strongest(&self.extend_select, code, name));
        let off = strongest(&self.ignore, code, name);
        match (on, off) {
            (None, None) => below && self.select.is_none(),
            (on, off) => on > off,
        }
    }

    pub fn ignores_in(&self, code: &str, name: &str, path: &Path) -> bool {
        let Some(path) = self.relative(path) else {
            return false;
        };
        let mut lists = self.per_file_ignores.iter();
        lists.any(|(glob, codes)| glob.matches(path) && strongest(codes, code, name).is_some())
    }

    pub fn severity(&self, code: &str, name: &str) -> Option<Option<Severity>> {
        let ranked = self
            .severity
            .iter()
            .filter_map(|(selector, severity)| Some((selector.strength(code, name)?, *severity)));
        ranked
            .max_by_key(|(strength, _)| *strength)
            .map(|(_, severity)| severity)
    }

    pub fn excludes(&self, path: &Path) -> bool {
        if self.exclude.is_empty() {
            return false;
        }
        let Some(path) = self.relative(path) else {
            return false;
        };
        let mut parts = path.ancestors().filter(|part| !part.as_os_str().is_empty());
        parts.any(|part| self.exclude.iter().any(|glob| glob.matches(part)))
    }

    /// The path below the folder of the settings. A relative path is taken as already so.
    fn relative<'a>(&self, path: &'a Path) -> Option<&'a Path> {
        let path = path.strip_prefix("./").unwrap_or(path);
        match path.strip_prefix(&self.base) {
            Ok(below) => Some(below),
            Err(_) => path.is_relative().then_some(path),
        }
    }
}

/// A glob that matches the relative path, or the last name alone where it has no slash.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    glob: GlobMatcher,
    negated: bool,
    name_only: bool,
}

impl Pattern {
    pub fn new(text: &str) -> Result<Self, String> {
        let (negated, bare) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let bare = bare
            .strip_prefix("./")
            .unwrap_or(bare)
            .trim_end_matches('/');
        let glob = GlobBuilder::new(bare).build();
        let glob = glob.map_err(|error| format!("`{text}` is not a glob: {}", error.kind()))?;
        Ok(Self {
            glob: glob.compile_matcher(),
            negated,
            name_only: !bare.contains('/'),
        })
    }

    fn matches(&self, path: &Path) -> bool {
        let name = || {
            path.file_name()
                .is_some_and(|name| self.glob.is_match(name))
        };
        let found = self.glob.is_match(path) || (self.name_only && name());
        found != self.negated
    }
}

/// A machine; none where nothing is written.
pub(super) fn parse_gpu(text: &str) -> Result<Option<Gpu>, String> {
    match text.trim() {
        "" => Ok(None),
        text => Gpu::parse(text).map(Some),
    }
}

/// `off` is `None`.
pub(super) fn parse_severity(word: &str) -> Result<Option<Severity>, String> {
    let all = [
        Severity::Error,
        Severity::Warning,
        Severity::Information,
        Severity::Hint,
    ];
    if word == "off" {
        return Ok(None);
    }
    let known = all.into_iter().find(|severity| severity.as_str() == word);
    known.map(Some).ok_or_else(|| {
        format!("`{word}` is not a severity; known are error, warning, information, hint and off")
    })
}
