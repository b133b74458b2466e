//! What one file does with the names it imports: the input of every rule.
//!
//! Values are followed through assignments, attributes, calls and local classes as [`Origin`]s: paths
//! that begin at an import or at a class of the file. No library is known here; which class
//! `AutoModel.from_pretrained()` gives is for `knowledge` to say.

use std::fmt;
use std::sync::Arc;

use super::ast::{Ident, Name, ParamKind};
use crate::embedded::Format;
use crate::embedded::command::Command;
use crate::text::TextRange;

/// Index into [`Facts::calls`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub u32);

/// Index into [`Facts::classes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassId(pub u32);

/// Everything the rules may ask about a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// What the file is written in: edits that write Python make no sense in others.
    pub format: Format,
    /// Every imported name, in order.
    pub imports: Vec<Import>,
    /// Every use of a name from an absolute import as a plain name (not the import itself), in order.
    pub names: Vec<NameUse>,
    /// Every attribute access on a value whose origin is known, in order.
    pub attributes: Vec<AttributeUse>,
    /// Every call whose callee's origin is known, in order of their ends (inner calls first).
    pub calls: Vec<Call>,
    /// Every class of the file; those inside of functions stand behind those outside.
    pub classes: Vec<Class>,
    /// Shell commands, in order.
    pub commands: Vec<Command>,
    /// What is wrong with the front matter of a model card.
    pub card: Vec<CardFault>,
    /// Values of known origin that are given to code that is not followed, functions of the file for one:
    /// it may change them. In order of their places.
    pub handed: Vec<Handed>,
    /// `len(value)` and `value[0]` for values of known origin, in order of their places.
    pub measured: Vec<Measured>,
    /// Environment variables that are set by `os.environ["NAME"] = value`, in order.
    pub variables: Vec<Variable>,
    /// `# hf-lsp: ignore[...]` comments.
    pub suppressions: Vec<Suppression>,
    /// Where a new import statement may be inserted: the start of the line behind the last top-level
    /// import before the first function or class (or behind docstring and comments at the top), never
    /// inside a block. It is the end of the text where the last line has no line end.
    pub import_insertion: u32,
    /// Places with syntax errors.
    pub errors: Vec<TextRange>,
}

impl Facts {
    /// The call of that index.
    pub fn call(&self, id: CallId) -> &Call {
        &self.calls[id.0 as usize]
    }

    /// The class of that index.
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[id.0 as usize]
    }
}

/// Where a value comes from. The facts share it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Where the path begins.
    pub root: Root,
    /// What was done since, in order.
    pub steps: Vec<Step>,
}

/// Where an [`Origin`] begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Root {
    /// An import: the first segment of the dotted path, `transformers` for one; empty for a relative one.
    Import(Name),
    /// A class of this file.
    Class(ClassId),
    /// An instance of a class of this file: `self` in its methods.
    SelfOf(ClassId),
    /// `super()` in a method of a class of this file.
    SuperOf(ClassId),
    /// An instance of what an annotation names: a parameter `args: TrainingArguments`.
    InstanceOf(Box<Origin>),
}

/// One step of an [`Origin`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// `.name`; also each further segment of a dotted import.
    Attr(Name),
    /// A call.
    Call(CallId),
    /// Element of an unpacked or indexed result; negative from the end.
    Item(i32),
    /// What a mapping holds under a constant string: `dataset["train"]`.
    Key(Name),
}

impl Origin {
    /// The origin of an imported dotted path.
    pub fn import(path: &str) -> Self {
        let mut segments = path.split('.').map(Name::new);
        let root = Root::Import(segments.next().unwrap_or_default());
        Self {
            root,
            steps: segments.map(Step::Attr).collect(),
        }
    }

    /// The same with one more step.
    #[must_use]
    pub fn then(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.steps.len() + 1);
        steps.extend_from_slice(&self.steps);
        steps.push(step);
        Self {
            root: self.root.clone(),
            steps,
        }
    }

    /// The dotted path, where it is an import followed by attributes only.
    pub fn import_path(&self) -> Option<String> {
        let Root::Import(first) = &self.root else {
            return None;
        };
        let mut path = first.to_string();
        for step in &self.steps {
            let Step::Attr(name) = step else { return None };
            path.push('.');
            path.push_str(name);
        }
        Some(path)
    }

    /// Whether it begins at a relative import.
    pub fn is_relative(&self) -> bool {
        matches!(&self.root, Root::Import(package) if package.is_empty())
    }

    /// The top-level package it begins at, through annotations.
    pub fn package(&self) -> Option<&str> {
        match &self.root {
            Root::Import(package) => Some(package),
            Root::InstanceOf(class) => class.package(),
            Root::Class(_) | Root::SelfOf(_) | Root::SuperOf(_) => None,
        }
    }
}

impl fmt::Display for Origin {
    /// `transformers.AutoModel.from_pretrained().config`, `<class 0>().args`, `<self 0>.args`,
    /// `<super 0>.__init__`, `<instance transformers.TrainingArguments>.seed`
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.root {
            Root::Import(name) => write!(out, "{name}")?,
            Root::Class(id) => write!(out, "<class {}>", id.0)?,
            Root::SelfOf(id) => write!(out, "<self {}>", id.0)?,
            Root::SuperOf(id) => write!(out, "<super {}>", id.0)?,
            Root::InstanceOf(class) => write!(out, "<instance {class}>")?,
        }
        for step in &self.steps {
            match step {
                Step::Attr(name) => write!(out, ".{name}")?,
                Step::Call(_) => write!(out, "()")?,
                Step::Item(index) => write!(out, "[{index}]")?,
                Step::Key(key) => write!(out, "[{:?}]", key.as_str())?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// One imported name.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The module: `transformers.trainer` in `from transformers.trainer import X`, and in
    /// `import transformers.trainer`; that of a relative import begins with its dots.
    pub module: Name,
    /// Where the module is written.
    pub module_range: TextRange,
    /// The imported name; absent for `import module`, `*` for a star import.
    pub name: Option<Ident>,
    /// The name behind `as`.
    pub asname: Option<Ident>,
    /// The whole `name as asname`.
    pub range: TextRange,
    /// The whole import statement.
    pub statement: TextRange,
    /// How many names the statement imports.
    pub siblings: u32,
    /// See [`Guard`].
    pub guard: Guard,
}

/// Whether the code has protected itself against other versions of a library. Rules that say that
/// something is missing are silent where it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Guard {
    /// Runs as it stands.
    #[default]
    None,
    /// In a `try` whose handlers catch import, attribute, type or all errors, in such a handler, or
    /// under a test of versions, `hasattr`, signatures or availability.
    Guarded,
}

/// A plain use of an imported name.
#[derive(Clone, Debug, PartialEq)]
pub struct NameUse {
    /// Where the name stands.
    pub range: TextRange,
    /// The import path it is bound to.
    pub origin: Arc<Origin>,
    /// Index into [`Facts::imports`].
    pub import: u32,
    /// See [`Guard`].
    pub guard: Guard,
}

/// What happens to an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read (or called).
    Load,
    /// Assigned or deleted.
    Store,
}

/// `receiver.attr`
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeUse {
    /// Where the receiver comes from.
    pub receiver: Arc<Origin>,
    /// The attribute and its place.
    pub attr: Ident,
    /// The whole expression.
    pub range: TextRange,
    /// Read or written.
    pub access: Access,
    /// Whether it is called at once.
    pub called: bool,
    /// See [`Guard`].
    pub guard: Guard,
}

/// A call of something with a known origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What is called.
    pub callee: Arc<Origin>,
    /// Where the callee is written.
    pub callee_range: TextRange,
    /// The whole call.
    pub range: TextRange,
    /// From `(` to `)`.
    pub args_range: TextRange,
    /// Positional arguments in order (for `functools.partial` without the function itself).
    pub positional: Vec<Positional>,
    /// Named arguments, from the call itself and from dicts spread into it.
    pub keywords: Vec<Keyword>,
    /// Whether `*args` or a `**mapping` that could not be followed is passed too.
    pub open: bool,
    /// Whether it is `functools.partial(callee, ...)`: arguments may still be missing.
    pub partial: bool,
    /// Whether others take arguments from the same place, as from a file of configuration: what the callee
    /// never took is theirs.
    pub shared: bool,
    /// The innermost statement it stands in, a whole `if` or `def` where it stands in its head.
    pub statement: TextRange,
    /// The plain name that the result is assigned to, in `name = call(...)`; absent for a partial call.
    pub assigned_to: Option<Name>,
    /// Whether a loop or a comprehension of the same function makes it again and again.
    pub in_loop: bool,
    /// Where mappings come from that are spread into it and not followed: `**inputs`.
    pub mappings: Vec<Arc<Origin>>,
    /// See [`Guard`].
    pub guard: Guard,
}

impl Call {
    /// The argument passed under that name.
    pub fn keyword(&self, name: &str) -> Option<&Keyword> {
        self.keywords.iter().find(|given| given.name.name == name)
    }

    /// The origins of everything that is passed.
    pub fn given(&self) -> impl Iterator<Item = &Arc<Origin>> {
        let positional = self.positional.iter();
        let positional =
            positional.flat_map(|given| given.origin.iter().chain(given.elements.iter().flatten()));
        let keywords = self.keywords.iter();
        let keywords =
            keywords.flat_map(|given| given.origin.iter().chain(given.elements.iter().flatten()));
        positional.chain(keywords).chain(&self.mappings)
    }
}

/// A key that the front matter of a model card has to have, and does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardFault {
    /// The mapping that lacks it.
    pub range: TextRange,
    /// What the mapping is: `metrics`.
    pub part: &'static str,
    /// The key: `value`.
    pub key: &'static str,
}

/// A value that code may change which is not followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Handed {
    /// Where the value comes from.
    pub origin: Arc<Origin>,
    /// Where it is given away.
    pub range: TextRange,
    /// Whether an attribute of it is set whose name is not known: `setattr(value, name, 1)`.
    pub is_set: bool,
}

/// What a value is asked for that only sequences have.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Where the value comes from.
    pub origin: Arc<Origin>,
    /// The whole expression.
    pub range: TextRange,
    /// The method that Python calls: `__len__`, or `__getitem__` with an integer.
    pub method: &'static str,
    /// See [`Guard`].
    pub guard: Guard,
}

/// An environment variable that the file sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: Name,
    /// Its value, as far as it is constant.
    pub value: Value,
    /// The assignment.
    pub range: TextRange,
    /// See [`Guard`].
    pub guard: Guard,
}

/// A positional argument.
#[derive(Clone, Debug, PartialEq)]
pub struct Positional {
    /// Where it stands.
    pub range: TextRange,
    /// Its constant value.
    pub value: Value,
    /// Where it comes from.
    pub origin: Option<Arc<Origin>>,
    /// Where the elements come from, where a list or tuple with such elements is written out:
    /// `HfArgumentParser((ModelArguments, TrainingArguments))`. Otherwise empty.
    pub elements: Vec<Option<Arc<Origin>>>,
    /// See [`Keyword::function`].
    pub function: Option<TextRange>,
}

/// A named argument.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyword {
    /// The name; its range is what a rename replaces: the identifier, or the text inside the quotes of
    /// a dict key. It is empty where renaming in place is wrong: the key is written in pieces, or the
    /// dict is used elsewhere too.
    pub name: Ident,
    /// The whole `name=value` or `"name": value`, without the comma.
    pub range: TextRange,
    /// The value's place.
    pub value_range: TextRange,
    /// Its constant value.
    pub value: Value,
    /// Where it comes from.
    pub origin: Option<Arc<Origin>>,
    /// See [`Positional::elements`].
    pub elements: Vec<Option<Arc<Origin>>>,
    /// Where the function stands, if the value is a lambda or a function of the file: the calls in there
    /// are made by whoever gets it.
    pub function: Option<TextRange>,
    /// Whether it is a parameter of the function around the call whose default is `None`, passed on.
    pub optional: bool,
    /// How it is written.
    pub site: Site,
}

/// Where a named argument is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// `f(name=value)`; the call's own parentheses.
    Keyword,
    /// `{"name": value}`, later spread; the range is the dict's, braces included.
    DictEntry(TextRange),
    /// `dict(name=value)`, later spread; the range is the argument list's.
    DictKeyword(TextRange),
    /// `mapping["name"] = value`, later spread; the range is the statement's.
    DictStore(TextRange),
}

/// A value as far as it is constant.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    /// Not known.
    #[default]
    Unknown,
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A string.
    Str(String),
    /// A list, tuple or set.
    List(Vec<Value>),
    /// A dict with constant keys.
    Dict(Vec<(String, Value)>),
}

/// A class of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Its name.
    pub name: Ident,
    /// Its bases; `None` where the origin is not known.
    pub bases: Vec<Option<Arc<Origin>>>,
    /// Its methods in order.
    pub methods: Vec<Method>,
    /// Names assigned in its body, and on `self` in its methods. `*` stands for names that are not known:
    /// `setattr(self, name, value)`, `self.__dict__`.
    pub attributes: Vec<Name>,
    /// Its decorators; `None` where the origin is not known.
    pub decorators: Vec<Option<Arc<Origin>>>,
    /// The whole statement.
    pub range: TextRange,
    /// See [`Guard`].
    pub guard: Guard,
}

/// A method of a class of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Method {
    /// Its name.
    pub name: Ident,
    /// Its parameters in order, `self` included.
    pub params: Vec<MethodParam>,
    /// From `(` to `)`.
    pub params_range: TextRange,
    /// Whether a decorator may change how it is called.
    pub decorated: bool,
}

/// A parameter of a method.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodParam {
    /// Its name without stars.
    pub name: Name,
    /// How it takes its value.
    pub kind: ParamKind,
    /// Whether it has a default.
    pub has_default: bool,
    /// The whole of it.
    pub range: TextRange,
}

/// `# hf-lsp: ignore` or `# hf-lsp: ignore[HF101, HF103]` at the end of a line or on a line alone
/// (then for the next line that holds code); `# hf-lsp: ignore-file[...]` for the whole file.
#[derive(Clone, Debug, PartialEq)]
pub struct Suppression {
    /// The codes or names; empty for all.
    pub codes: Vec<String>,
    /// The bytes it covers: whole lines, or the whole file.
    pub covers: TextRange,
    /// The comment.
    pub range: TextRange,
}
