//! Looking names up.

use std::sync::Arc;

use memchr::memmem;
use rustc_hash::FxHashSet;

use super::Walker;
use super::guard::{self, Tested};
use super::scope::{Entry, FrameKind, Known};
use crate::python::facts::{NameUse, Step};
use crate::text::TextRange;

impl<'a> Walker<'a> {
    /// What `name` is bound to here. Classes are seen by their own code only, not by their methods.
    pub(super) fn lookup(&self, name: &str) -> Option<&Entry> {
        let mut inside = true;
        for frame in self.frames.iter().rev() {
            if (inside || !matches!(frame.kind, FrameKind::Class(_)))
                && let Some(entry) = frame.get(name)
            {
                return Some(entry);
            }
            inside &= frame.kind == FrameKind::Comprehension;
        }
        let mut scope = self.outer;
        while let Some(index) = scope {
            let around = &self.scopes[index];
            if let Some(entry) = around.slots.get(name).and_then(|slot| slot.all()) {
                return Some(entry);
            }
            scope = around.parent;
        }
        None
    }

    /// Whether `name` is bound nowhere around here, so that it can only be a builtin.
    pub(super) fn is_builtin(&self, name: &str) -> bool {
        self.lookup(name).is_none()
    }

    /// Walks a use of `name`.
    pub(super) fn name(&mut self, name: &'a str, range: TextRange) -> Known {
        self.mention_name(name);
        let Some(entry) = self.lookup(name) else {
            return self.star_name(name, range);
        };
        let Entry { known, import, .. } = entry.clone();
        match &known {
            Known::Test => self.mention(Tested::Version),
            Known::Origin(origin) => {
                if guard::is_test_origin(origin) {
                    self.mention(Tested::Version);
                }
                if let Some(import) = import.filter(|_| !origin.is_relative()) {
                    self.facts.names.push(NameUse {
                        range,
                        origin: Arc::clone(origin),
                        import,
                        guard: self.guard(),
                    });
                }
            }
            Known::Dict(id) => {
                // Whoever gets hold of it may change it.
                self.escape(*id);
                return Known::Unknown;
            }
            _ => {}
        }
        known
    }

    /// Notes that the expression being walked mentions `name`. A file has few names, many times each.
    pub(super) fn mention_name(&mut self, name: &str) {
        let tested = match self.words.get(name) {
            Some(known) => *known,
            None => {
                let tested = guard::word(name);
                self.words.insert(name.into(), tested);
                tested
            }
        };
        self.mention(tested);
    }

    /// Notes that the expression being walked asks about `tested`.
    pub(super) fn mention(&mut self, tested: Tested) {
        self.tested = self.tested.max(tested);
    }

    /// A name that only the file's star import can have brought.
    fn star_name(&mut self, name: &'a str, range: TextRange) -> Known {
        let Some(star) = &self.star else {
            return Known::Unknown;
        };
        if star.bound.contains(name) || BUILTINS.contains(&name) || name.starts_with("__") {
            return Known::Unknown;
        }
        let origin = Arc::new(star.module.then(Step::Attr(name.into())));
        let import = star.import;
        self.facts.names.push(NameUse {
            range,
            origin: origin.clone(),
            import,
            guard: self.guard(),
        });
        Known::Origin(origin)
    }
}

/// The identifiers in front of every `:=` in `text`, those in strings and comments included.
pub(super) fn walrus_names(text: &str) -> FxHashSet<&str> {
    memmem::find_iter(text.as_bytes(), b":=")
        .filter_map(|at| {
            let before = text.get(..at)?.trim_end();
            let start = before
                .char_indices()
                .rev()
                .take_while(|(_, c)| c.is_alphanumeric() || *c == '_')
                .last()?
                .0;
            Some(&before[start..])
        })
        .collect()
}

/// Names that Python itself provides and scripts use.
const BUILTINS: &[&str] = &[
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "BaseExceptionGroup",
    "BlockingIOError",
    "BrokenPipeError",
    "BufferError",
    "BytesWarning",
    "ChildProcessError",
    "ConnectionAbortedError",
    "ConnectionError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "DeprecationWarning",
    "EOFError",
    "Ellipsis",
    "EncodingWarning",
    "EnvironmentError",
    "Exception",
    "ExceptionGroup",
    "False",
    "FileExistsError",
    "FileNotFoundError",
    "FloatingPointError",
    "FutureWarning",
    "GeneratorExit",
    "IOError",
    "ImportError",
    "ImportWarning",
    "IndentationError",
    "IndexError",
    "InterruptedError",
    "IsADirectoryError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "MemoryError",
    "ModuleNotFoundError",
    "NameError",
    "None",
    "NotADirectoryError",
    "NotImplemented",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "PendingDeprecationWarning",
    "PermissionError",
    "ProcessLookupError",
    "PythonFinalizationError",
    "RecursionError",
    "ReferenceError",
    "ResourceWarning",
    "RuntimeError",
    "RuntimeWarning",
    "StopAsyncIteration",
    "StopIteration",
    "SyntaxError",
    "SyntaxWarning",
    "SystemError",
    "SystemExit",
    "TabError",
    "TimeoutError",
    "True",
    "TypeError",
    "UnboundLocalError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeError",
    "UnicodeTranslateError",
    "UnicodeWarning",
    "UserWarning",
    "ValueError",
    "Warning",
    "ZeroDivisionError",
    "abs",
    "aiter",
    "all",
    "anext",
    "any",
    "ascii",
    "bin",
    "bool",
    "breakpoint",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "compile",
    "complex",
    "copyright",
    "credits",
    "delattr",
    "dict",
    "dir",
    "display",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "exit",
    "filter",
    "float",
    "format",
    "frozenset",
    "get_ipython",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "help",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "license",
    "list",
    "locals",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "property",
    "quit",
    "range",
    "raw_input",
    "reload",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "unicode",
    "vars",
    "xrange",
    "zip",
];
