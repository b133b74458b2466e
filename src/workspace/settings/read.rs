//! Settings files: what is wrong in them is told with its line, and the rest counts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml_edit::{Item, TableLike};

use super::layer::{Compiled, Pattern, parse_gpu, parse_severity};
use super::{JournalLayer, Layer, RuleNames, Selector, Settings};
use crate::workspace::files::{Files, ReadError, read_text, without_bom};
use crate::workspace::problem::{Problem, line_of};
use crate::workspace::requirements::toml;

/// The names that a folder's settings can have, the strongest first.
const NAMES: [&str; 2] = ["hf-lsp.toml", "pyproject.toml"];

const KEYS: [&str; 9] = [
    "select",
    "extend-select",
    "ignore",
    "per-file-ignores",
    "targets",
    "exclude",
    "severity",
    "journal",
    "gpu",
];

/// Settings that were looked for.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The nearest settings, or the default ones.
    pub settings: Settings,
    /// The file that they are from.
    pub path: Option<PathBuf>,
    /// What is wrong with the files that were read.
    pub problems: Vec<Problem>,
}

impl Settings {
    /// The nearest settings file from a folder upward: up to `root`, a repository's top or the file system's.
    pub fn load(
        files: &dyn Files,
        folder: &Path,
        root: &Path,
        rules: RuleNames<'_>,
    ) -> Arc<Loaded> {
        Self::load_by(files, folder, root, rules, |above| {
            Self::load(files, above, root, rules)
        })
    }

    /// The same, with what holds for the folder above from somebody who may remember it.
    pub fn load_by(
        files: &dyn Files,
        folder: &Path,
        root: &Path,
        rules: RuleNames<'_>,
        above: impl FnOnce(&Path) -> Arc<Loaded>,
    ) -> Arc<Loaded> {
        let mut problems = Vec::new();
        for name in NAMES {
            let path = folder.join(name);
            if let Some(settings) = read_file(files, &path, rules, &mut problems) {
                return Arc::new(Loaded {
                    settings,
                    path: Some(path),
                    problems,
                });
            }
        }
        let is_top = folder == root || files.kind(&folder.join(".git")).is_some();
        let above = folder.parent().filter(|_| !is_top).map(above);
        match above {
            Some(above) if problems.is_empty() => above,
            above => {
                let above = above.as_deref().cloned().unwrap_or_default();
                problems.extend(above.problems);
                Arc::new(Loaded { problems, ..above })
            }
        }
    }

    /// Reads a settings file: the table `[tool.hf-lsp]` of a pyproject.toml, all of another file. `None`
    /// where it has no settings.
    pub fn parse(path: &Path, text: &str, rules: RuleNames<'_>) -> (Option<Self>, Vec<Problem>) {
        let (text, _) = without_bom(text);
        let document = match toml::parse(path, text) {
            Ok(document) => document,
            Err(problem) => return (None, vec![problem]),
        };
        let shared = path
            .file_name()
            .is_some_and(|name| name == "pyproject.toml");
        let keys: &[&str] = if shared { &["tool", "hf-lsp"] } else { &[] };
        let Some(table) = toml::table(document.as_table(), keys) else {
            return (None, Vec::new());
        };
        let mut reader = Reader {
            path,
            text,
            rules,
            problems: Vec::new(),
        };
        let compiled = reader.layer(table);
        (
            Some(Self {
                layers: vec![compiled],
            }),
            reader.problems,
        )
    }
}

fn read_file(
    files: &dyn Files,
    path: &Path,
    rules: RuleNames<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Settings> {
    match read_text(files, path, 1024 * 1024) {
        Ok(text) => {
            let (settings, more) = Settings::parse(path, &text, rules);
            problems.extend(more);
            settings
        }
        Err(ReadError::NotFound | ReadError::Folder) => None,
        Err(error) => {
            let (path, line) = (path.to_path_buf(), error.line());
            let message = format!("{error}, so it is ignored");
            problems.push(Problem {
                path,
                line,
                message,
            });
            None
        }
    }
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    rules: RuleNames<'a>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// Reads all keys. Whatever does not pass is told here, so that building the layer cannot fail.
    fn layer(&mut self, table: &dyn TableLike) -> Compiled {
        let mut layer = Layer::default();
        let mut lines = Vec::new();
        for (key, item) in table.iter() {
            match key {
                "select" => layer.select = self.codes(item),
                "extend-select" => layer.extend_select = self.codes(item).unwrap_or_default(),
                "ignore" => layer.ignore = self.codes(item).unwrap_or_default(),
                "exclude" => layer.exclude = self.globs(item),
                "targets" => {
                    let targets = self.strings(item).unwrap_or_default();
                    (layer.targets, lines) = targets.into_iter().unzip();
                }
                "per-file-ignores" => {
                    for (glob, item) in self.entries(item) {
                        let valid = self.check(item, Pattern::new(glob)).is_some();
                        let codes = self.codes(item).filter(|_| valid);
                        layer
                            .per_file_ignores
                            .extend(codes.map(|codes| (glob.to_owned(), codes)));
                    }
                }
                "severity" => self.severities(item, &mut layer),
                "journal" => layer.journal = self.journal(item),
                "gpu" => layer.gpu = self.gpu(item),
                _ => self.unknown(table, key, &KEYS),
            }
        }
        let base = self.path.parent().unwrap_or(Path::new(""));
        let mut compiled = Compiled::new(&layer, base, self.rules).unwrap_or_default();
        for (target, line) in compiled.targets.iter_mut().zip(lines) {
            target.path = Some(self.path.to_path_buf());
            target.line = line;
        }
        compiled
    }

    /// A setting that cannot be is told, and left out.
    fn journal(&mut self, item: &Item) -> JournalLayer {
        let mut layer = JournalLayer::default();
        let Some(table) = item.as_table_like() else {
            self.check::<()>(item, Err("a table is expected here".to_owned()));
            return layer;
        };
        for (key, item) in table.iter() {
            let set = layer.set(key, item.as_str(), item.as_integer(), item.as_bool());
            match set {
                Some(result) => {
                    self.check(item, result);
                }
                None => self.unknown(table, key, &JournalLayer::KEYS),
            }
        }
        layer
    }

    fn gpu(&mut self, item: &Item) -> String {
        let text = item
            .as_str()
            .ok_or_else(|| "a text is expected here: \"24GB\"".to_owned());
        let checked = text.and_then(|text| parse_gpu(text).map(|_| text.to_owned()));
        self.check(item, checked).unwrap_or_default()
    }

    fn severities(&mut self, item: &Item, layer: &mut Layer) {
        for (code, item) in self.entries(item) {
            let word = item.as_str().unwrap_or_default();
            let known = self
                .check(item, Selector::parse(code, self.rules))
                .is_some();
            if self.check(item, parse_severity(word)).is_some() && known {
                layer.severity.insert(code.to_owned(), word.to_owned());
            }
        }
    }

    fn globs(&mut self, item: &Item) -> Vec<String> {
        let globs = self.strings(item).unwrap_or_default().into_iter();
        let globs = globs.map(|(glob, _)| glob);
        globs
            .filter(|glob| self.check(item, Pattern::new(glob)).is_some())
            .collect()
    }

    /// An array of selectors; unknown ones are told at their own line.
    fn codes(&mut self, item: &Item) -> Option<Vec<String>> {
        let mut codes = Vec::new();
        for (code, line) in self.strings(item)? {
            match Selector::parse(&code, self.rules) {
                Ok(_) => codes.push(code),
                Err(message) => self.tell(line, message),
            }
        }
        Some(codes)
    }

    /// An array of strings with their lines; anything else is told.
    fn strings(&mut self, item: &Item) -> Option<Vec<(String, u32)>> {
        let array = item.as_array();
        let strings = array.filter(|array| array.iter().all(toml_edit::Value::is_str));
        let Some(strings) = strings else {
            self.check::<()>(item, Err("an array of strings is expected here".to_owned()));
            return None;
        };
        let found = toml::strings(self.text, strings)
            .map(|(value, range)| (value.to_owned(), line_of(self.text, range.start as usize)));
        Some(found.collect())
    }

    fn entries<'i>(&mut self, item: &'i Item) -> Vec<(&'i str, &'i Item)> {
        let Some(table) = item.as_table_like() else {
            self.check::<()>(item, Err("a table is expected here".to_owned()));
            return Vec::new();
        };
        table.iter().collect()
    }

    fn unknown(&mut self, table: &dyn TableLike, key: &str, known: &[&str]) {
        let span = table.get_key_value(key).and_then(|(key, _)| key.span());
        let line = line_of(self.text, span.map_or(0, |span| span.start));
        let message = format!("`{key}` is not a setting; known are {}", known.join(", "));
        self.tell(line, message);
    }

    /// Tells an error at the line of an item.
    fn check<T>(&mut self, item: &Item, result: Result<T, String>) -> Option<T> {
        let offset = item.span().map_or(0, |span| span.start);
        result
            .map_err(|message| self.tell(line_of(self.text, offset), message))
            .ok()
    }

    fn tell(&mut self, line: u32, message: String) {
        let path = self.path.to_path_buf();
        self.problems.push(Problem {
            path,
            line,
            message,
        });
    }
}
