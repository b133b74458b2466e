//! The project's own modules, as a file that imports them sees them: nothing here reads files.

use std::sync::{Arc, OnceLock};

use memchr::memmem;

use super::ast::Name;
use super::facts::{CallId, Facts};
use super::pieces::Syntax;
use super::semantic::exported;
use crate::text::TextRange;

/// One module. What it does is found out when somebody asks.
#[derive(Debug, Default)]
pub struct Module {
    place: String,
    text: String,
    makes_objects: bool,
    digest: OnceLock<u128>,
    read: OnceLock<Read>,
}

#[derive(Debug)]
struct Read {
    facts: Facts,
    exported: Vec<(Name, CallId)>,
}

impl Module {
    /// The module in the file that is called `place` in messages: `config.py`.
    pub fn new(place: String, text: String) -> Self {
        let makes_objects = top_lines(&text).any(makes_object);
        Self {
            makes_objects,
            digest: OnceLock::new(),
            read: OnceLock::new(),
            place,
            text,
        }
    }

    /// What its file is called in messages.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What `digest` makes of the text. It is asked once, so let it always be the same function.
    pub fn digest(&self, digest: impl FnOnce(&str) -> u128) -> u128 {
        *self.digest.get_or_init(|| digest(&self.text))
    }

    /// What it does.
    pub fn facts(&self) -> &Facts {
        &self.read().facts
    }

    /// The call whose result `name` is bound to for good, where its top level does that once and nothing else
    /// does.
    pub fn exported(&self, name: &str) -> Option<CallId> {
        let mut exported = self.read().exported.iter();
        Some(exported.find(|(known, _)| known == name)?.1)
    }

    fn read(&self) -> &Read {
        self.read.get_or_init(|| {
            let syntax = Syntax::parse(&self.text);
            let facts = syntax.facts(&self.text);
            let exported = exported(&syntax, &self.text, &facts);
            Read { facts, exported }
        })
    }

    /// `config.py:3`
    pub fn place_of(&self, range: TextRange) -> String {
        let before = &self.text.as_bytes()[..range.start as usize];
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        format!("{}:{line}", self.place)
    }

    /// Whether a line at the top gives a name to what something like a class gives; most modules only define.
    pub const fn makes_objects(&self) -> bool {
        self.makes_objects
    }

    /// Whether it may set an attribute of something that is called `name`, whatever that is.
    pub fn sets_attributes_of(&self, name: &str) -> bool {
        let text = self.text.as_str();
        memmem::find_iter(text.as_bytes(), name.as_bytes()).any(|at| {
            let (before, after) = (&text[..at], &text[at + name.len()..]);
            let whole = !before.ends_with(is_word);
            let by_name = before
                .rsplit(['(', '\n'])
                .nth(1)
                .is_some_and(|before| before.ends_with("setattr") || before.ends_with("vars"));
            whole && (is_store(after) || by_name)
        })
    }
}

/// The lines that begin with a word: most are indented.
fn top_lines(text: &str) -> impl Iterator<Item = &str> {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes());
    let starts = std::iter::once(0).chain(ends.map(|end| end + 1));
    let at_word = move |start: &usize| match text.as_bytes().get(*start) {
        Some(first) => first.is_ascii_alphanumeric() || *first == b'_' || !first.is_ascii(),
        None => false,
    };
    let starts = starts.filter(at_word);
    starts.map(move |start| text[start..].lines().next().unwrap_or_default())
}

/// `name = a.Class(`, `name: T = Class(`
fn makes_object(line: &str) -> bool {
    if !line.starts_with(is_word) {
        return false;
    }
    let Some((name, value)) = line.split_once('=') else {
        return false;
    };
    let callee = value.split('(').next().unwrap_or_default().trim();
    let class = callee.rsplit('.').next().unwrap_or_default();
    !name.contains(['(', '[']) && value.contains('(') && class.starts_with(char::is_uppercase)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether `.field = ` (or `+=`, `: int =`), `.__dict__` or `.set_...` stands at the beginning of `text`.
fn is_store(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('.') else {
        return false;
    };
    let field = rest.split(|c: char| !is_word(c)).next().unwrap_or_default();
    let rest = rest[field.len()..].trim_start();
    let rest = rest.trim_start_matches(['+', '-', '*', '/', '|', '&', '%', '@', '^', '<', '>']);
    field.starts_with("set_")
        || field == "__dict__"
        || rest.starts_with(':')
        || rest.starts_with('=') && !rest.starts_with("==")
}

/// The modules of the project that a file imports, by the names by which it does.
#[derive(Clone, Debug, Default)]
pub struct Modules {
    named: Vec<(String, Arc<Module>)>,
    scripts: Vec<Script>,
}

/// A script of the project that a text names, with the project's own modules that it imports.
#[derive(Clone, Debug)]
pub struct Script {
    /// Its path as the text writes it.
    pub name: String,
    /// What it is.
    pub module: Arc<Module>,
    /// By the names by which it imports them.
    pub imports: Vec<(String, Arc<Module>)>,
}

impl Modules {
    /// These modules.
    pub const fn new(named: Vec<(String, Arc<Module>)>) -> Self {
        let scripts = Vec::new();
        Self { named, scripts }
    }

    /// The same with scripts that the text names.
    #[must_use]
    pub fn with_scripts(mut self, scripts: Vec<Script>) -> Self {
        self.scripts = scripts;
        self
    }

    /// The script of that path.
    pub fn script(&self, path: &str) -> Option<&Script> {
        self.scripts.iter().find(|script| script.name == path)
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    /// All of them with their names.
    pub fn all(&self) -> &[(String, Arc<Module>)] {
        &self.named
    }

    /// The module that a dotted path leads into, by its place among them, and what the path asks of it:
    /// `config.args.seed` asks `config` for `args.seed`.
    pub fn find<'p>(&self, path: &'p str) -> Option<(usize, &'p str)> {
        let rest = |name: &str| path.strip_prefix(name)?.strip_prefix('.');
        let found = self.named.iter().enumerate();
        let found = found.filter_map(|(index, (name, _))| Some((index, rest(name)?)));
        found.min_by_key(|(_, rest)| rest.len())
    }
}

impl Modules {
    /// All that stands behind it, by name: the modules, the scripts, and what these import.
    pub fn contents(&self) -> impl Iterator<Item = (&String, &Arc<Module>)> {
        fn pair(of: &(String, Arc<Module>)) -> (&String, &Arc<Module>) {
            (&of.0, &of.1)
        }
        let scripts = self.scripts.iter();
        let scripts =
            scripts.flat_map(|it| it.imports.iter().map(pair).chain([(&it.name, &it.module)]));
        self.named.iter().map(pair).chain(scripts)
    }
}

/// An import statement.
#[derive(Debug, PartialEq, Eq)]
pub struct Imported<'t> {
    /// The module, with the dots of a relative import.
    pub module: &'t str,
    /// What is imported from it.
    pub names: Vec<&'t str>,
}

/// The import statements that begin a line of `text`; what stands in strings may look like one.
pub fn imports(text: &str) -> Vec<Imported<'_>> {
    let mut found = Vec::new();
    for at in memmem::find_iter(text.as_bytes(), b"import") {
        let line = memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |end| end + 1);
        let (before, after) = (text[line..at].trim(), &text[at + "import".len()..]);
        if after.starts_with(is_word) {
            continue;
        }
        let end = match after.trim_start().starts_with('(') {
            true => after.find(')'),
            false => after.find(['\n', ';']),
        };
        let after = &after[..end.unwrap_or(after.len())];
        if let Some(module) = before.strip_prefix("from").map(str::trim) {
            let names = names(after);
            found.push(Imported { module, names });
        } else if before.is_empty() {
            let names = names(after).into_iter();
            found.extend(names.map(|module| Imported {
                module,
                names: Vec::new(),
            }));
        }
    }
    let is_path = |path: &str| path.chars().all(|c| is_word(c) || c == '.');
    found.retain(|import| !import.module.is_empty() && is_path(import.module));
    found
}

/// The names in `(a, b as c)`, comments left out.
fn names(list: &str) -> Vec<&str> {
    list.lines()
        .flat_map(|line| line.split('#').next().unwrap_or_default().split(','))
        .filter_map(|name| {
            name.trim_matches(['(', ' ', '\t', '\\', '\r'])
                .split_whitespace()
                .next()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(text: &str) -> Module {
        Module::new("config.py".to_owned(), text.to_owned())
    }

    #[test]
    fn imports_are_read_from_lines() {
        let text = "import os, a.b as c  # d\nfrom .x import (\n    y as z,  # w\n    v,\n)\n\
                    if a:\n    from . import config\nx = 'we import nothing'\nfrom q import *\n";
        let found: Vec<_> = imports(text)
            .into_iter()
            .map(|import| format!("{} {}", import.module, import.names.join(",")))
            .collect();
        assert_eq!(found, ["os ", "a.b ", ".x y,v", ". config", "q *"]);
    }

    #[test]
    fn what_the_top_level_binds_once_is_exported() {
        let text = "from trl import SFTConfig\nargs = SFTConfig('out')\ntyped: SFTConfig = SFTConfig('b')\n";
        let good = module(text);
        assert!(good.exported("args").is_some() && good.exported("typed").is_some());
        assert!(good.exported("SFTConfig").is_none());
        assert_eq!(good.place_of(TextRange::new(30, 34)), "config.py:2");
    }

    #[test]
    fn lines_that_make_objects_are_told_from_others() {
        for line in ["a = B(", "a: B = c.B(1)", "_A=B()"] {
            assert!(makes_object(line), "{line}");
        }
        for line in [
            "  a = B()",
            "a = b()",
            "a = B",
            "f(a=B())",
            "def f(a=B()):",
            "# a = B()",
        ] {
            assert!(!makes_object(line), "{line}");
        }
    }

    #[test]
    fn what_may_be_bound_again_is_not() {
        let import = "from trl import SFTConfig\n";
        for text in [
            "args = SFTConfig('a')\nargs = SFTConfig('b')\n",
            "if x:\n    args = SFTConfig('a')\n",
            "args = SFTConfig('a')\nif x:\n    args = None\n",
            "if __name__ == '__main__':\n    args = SFTConfig('a')\n",
            "try:\n    args = SFTConfig('a')\nexcept ImportError:\n    pass\n",
            "def make():\n    args = SFTConfig('a')\n",
            "args = SFTConfig('a')\ndef f():\n    global args\n    args = None\n",
            "args = SFTConfig('a')\nfrom other import *\n",
            "args = SFTConfig('a')\nfor args in ():\n    pass\n",
            "args = SFTConfig('a')\ndel args\n",
            "args = SFTConfig('a')\nif (args := None):\n    pass\n",
            "args = SFTConfig('a')\nglobals()['args'] = None\n",
            "args, other = SFTConfig('a'), 1\n",
            "args = SFTConfig('a'\n",
        ] {
            let module = module(&format!("{import}{text}"));
            assert!(module.exported("args").is_none(), "{text}");
        }
    }

    #[test]
    fn stores_are_seen_in_any_module() {
        for text in [
            "args.eval_strategy = 'no'",
            "config.args.eval_steps += 1",
            "setattr(args, name, 1)",
            "setattr(config.args, name, 1)",
            "vars(args).update(x)",
            "args.__dict__['a'] = 1",
            "args.set_training(lr=1)",
        ] {
            assert!(module(text).sets_attributes_of("args"), "{text}");
        }
        for text in [
            "print(args.seed == 1)",
            "args = parse()",
            "my_args.seed = 1",
            "args.seed",
        ] {
            assert!(!module(text).sets_attributes_of("args"), "{text}");
        }
    }

    #[test]
    fn the_longest_name_of_a_module_counts() {
        let named = ["pkg", "pkg.config"].map(|name| (name.to_owned(), Arc::default()));
        let modules = Modules::new(named.into());
        assert_eq!(modules.find("pkg.config.args"), Some((1, "args")));
        assert_eq!(modules.find("pkg.other"), Some((0, "other")));
        assert_eq!(modules.find("pkgs.config"), None);
    }
}
