//! The facts about one release of a library, and how they are written down.
//!
//! A fact is one line of tab-separated fields. Lines hang below an *owner*: a module, class, function
//! or the library itself, named by the absolute dotted path of its definition. The same form serves
//! the store (where each line carries the releases it holds for), the extractor's result, and
//! packages read live from site-packages.

mod line;

use crate::python::ast::ParamKind;

/// What a definition path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OwnerKind {
    /// The distribution: requirements and entry points.
    Library,
    /// A module: the names bound in it.
    Module,
    /// A class.
    Class,
    /// A function or method.
    Function,
    /// A command, by the words that call it: `hf auth login`.
    Command,
}

impl OwnerKind {
    /// The word that begins an owner's line.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Library => "library",
            Self::Module => "module",
            Self::Class => "class",
            Self::Function => "def",
            Self::Command => "command",
        }
    }

    /// The reverse of [`Self::keyword`].
    pub fn from_keyword(word: &str) -> Option<Self> {
        let all = [
            Self::Library,
            Self::Module,
            Self::Class,
            Self::Function,
            Self::Command,
        ];
        all.into_iter().find(|kind| kind.keyword() == word)
    }
}

/// One fact about an owner.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fact {
    /// A parameter of a function, or a dataclass field that is one of the constructor's (in order).
    Param(Param),
    /// A keyword that a function takes although no parameter says so.
    Accepts {
        /// The keyword.
        name: String,
        /// How it is taken.
        how: Acceptance,
    },
    /// The source says that something of this owner should no longer be used.
    Deprecated(Deprecation),
    /// A base class, by absolute dotted path (`torch.nn.Module` for one outside of the library), in
    /// order; `?` where it is an expression that could not be resolved.
    Base(String),
    /// A name that instances or the class have: class variables, `self.x = ...`, enumeration members.
    Attr {
        /// The name.
        name: String,
        /// The constant value as Python source, where there is one of at most 60 bytes.
        value: Option<String>,
    },
    /// In a module: the name is bound to a definition elsewhere, by absolute dotted path of the module
    /// attribute it is taken from (a chain of these leads to the definition).
    Binding {
        /// The name.
        name: String,
        /// Where it comes from.
        target: String,
    },
    /// In a module: `from target import *`
    Star(String),
    /// A property of the owner.
    Flag(Flag),
    /// A decorator by absolute dotted path that may change how the function is called.
    Decorator(String),
    /// The annotation behind `->`, names made absolute where they could be resolved.
    Returns(String),
    /// Calling it raises an exception where a condition over the arguments holds. See
    /// [`crate::knowledge::condition`] for the text.
    Raises {
        /// The exception's class, `ValueError`.
        exception: String,
        /// The condition.
        when: String,
        /// The methods of the class that stand between, each called by the one before, with spaces
        /// between. Where a subclass has its own, this one does not raise.
        through: Option<String>,
    },
    /// It calls another function, which may raise for what it is given.
    Runs {
        /// Absolute path of the function, or `super` for the constructor of the base.
        callee: String,
        /// The condition under which it does.
        when: String,
        /// The methods of the class that stand between, as for [`Self::Raises`].
        through: Option<String>,
        /// What it is given: pairs of a name, or the number of a positional one, and a term. `**` stands
        /// for all that `**kwargs` hold, `...` for others of which nothing is known.
        arguments: String,
    },
    /// What a `__post_init__` lets a field be, as a term over the arguments; `*` stands for any field.
    Field {
        /// When.
        stage: Stage,
        /// The field.
        name: String,
        /// The term.
        value: String,
    },
    /// A requirement of the distribution as its metadata says it (PEP 508).
    Requires(String),
    /// A console script: name and `module:function`.
    Script {
        /// The command.
        name: String,
        /// `module:function`
        target: String,
    },
    /// An option of a command.
    Option(CommandOption),
    /// A value of a command that is told by its place, in order.
    Positional {
        /// Its name.
        name: String,
        /// How many words it takes.
        takes: Takes,
        /// The values it can have; empty where any may do.
        choices: Vec<String>,
    },
    /// A command has the fields of that dataclass as options, by absolute dotted path.
    Fields(String),
    /// A command below this one.
    Sub {
        /// Its name.
        name: String,
        /// Other names.
        aliases: Vec<String>,
    },
    /// Options that a command does not know are those of another one.
    Forwards(String),
}

/// An option of a command.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommandOption {
    /// Its names, `--repo-type` and `-t`, without spaces.
    pub names: Vec<String>,
    /// How many words follow it.
    pub takes: Takes,
    /// The values it can have; empty where any may do.
    pub choices: Vec<String>,
    /// Whether the command fails without it.
    pub required: bool,
    /// Whether its help does not show it.
    pub hidden: bool,
}

/// How many words an option or positional takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Takes {
    /// That many.
    Exactly(u8),
    /// One or none.
    Optional,
    /// Any number.
    Any,
    /// At least one.
    Some,
    /// All that follow, options too.
    Rest,
    /// Not known.
    Unknown,
}

impl Takes {
    /// The word that stands for it in a fact line.
    pub fn word(self) -> String {
        match self {
            Self::Exactly(number) => number.to_string(),
            Self::Optional => "?".to_owned(),
            Self::Any => "*".to_owned(),
            Self::Some => "+".to_owned(),
            Self::Rest => "...".to_owned(),
            Self::Unknown => "~".to_owned(),
        }
    }

    /// The reverse of [`Self::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "?" => Self::Optional,
            "*" => Self::Any,
            "+" => Self::Some,
            "..." => Self::Rest,
            "~" => Self::Unknown,
            number => Self::Exactly(number.parse().ok()?),
        })
    }
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Param {
    /// Its name without stars.
    pub name: String,
    /// How it takes its value.
    pub kind: ParamKind,
    /// The default as Python source, at most 60 bytes (`...` where it is longer); absent where required.
    pub default: Option<String>,
    /// The annotation as Python source, at most 100 bytes (`...` where it is longer).
    pub annotation: Option<String>,
}

/// How a function takes a keyword that is not in its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Acceptance {
    /// Read from `**kwargs` by name.
    Popped,
    /// Taken from `**kwargs` and dropped, without any effect.
    Ignored,
    /// A decorator accepts it and passes it on under another name, or drops it with a warning.
    Decorator,
}

/// A deprecation notice.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Deprecation {
    /// The parameter, field, method-less attribute or keyword; absent where it is the owner itself.
    pub name: Option<String>,
    /// When the notice speaks.
    pub when: Trigger,
    /// What to use instead, where the source states one plain name.
    pub replacement: Option<String>,
    /// The release in which the source says that it goes away. An announcement, not a fact.
    pub announced: Option<String>,
}

/// When a deprecation notice speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trigger {
    /// Whenever it is used or passed at all.
    Used,
    /// When the value passed is not `None`.
    NotNone,
    /// When the value passed is true.
    Truthy,
    /// The source documents it as deprecated; no code warns.
    Documented,
}

/// When a field has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// When the `__post_init__` of the base begins.
    Before,
    /// In the end.
    After,
}

/// A property of an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flag {
    /// A `@dataclass`: its `param` facts are its own fields, those of its bases come before.
    Dataclass,
    /// An enumeration: its `attr` facts are its members.
    Enum,
    /// Names may exist that no source line shows: `__getattr__` in a module or class, `setattr` on
    /// `self`, `**kwargs` stored as attributes, `globals()` written to.
    Open,
    /// `@classmethod`
    ClassMethod,
    /// `@staticmethod`
    StaticMethod,
    /// `@property` or a cached one: read without a call.
    Property,
    /// `@abstractmethod`
    Abstract,
    /// `@typing.overload`s exist; the parameters are those of the implementation, or in stubs, of all.
    Overloaded,
    /// Always raises when called, or its body is a placeholder for a missing backend.
    Placeholder,
    /// A package (`__init__`).
    Package,
    /// A lazy module that also answers the names of tokenizers that are gone, as the package at the root does.
    Tokenizers,
    /// A `__post_init__` that always calls that of the base.
    RunsBase,
    /// A command with commands below that no source line shows.
    OpenCommands,
    /// A command whose options are not to be shortened.
    Exact,
    /// A command that takes `-` for `_` in the names of its options.
    Dashes,
    /// A command that its group's help does not show.
    Hidden,
    /// A command of an app that takes `--format`, `--json`, `--quiet` and their like everywhere.
    Formatted,
}

macro_rules! words {
    ($type:ty { $($variant:ident => $word:literal),* $(,)? }) => {
        impl $type {
            /// The word that stands for it in a fact line.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
            /// The reverse of [`Self::word`].
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words!(Acceptance { Popped => "popped", Ignored => "ignored", Decorator => "decorator" });
words!(Trigger { Used => "used", NotNone => "not-none", Truthy => "truthy", Documented => "documented" });
words!(Flag {
    Dataclass => "dataclass", Enum => "enum", Open => "open", ClassMethod => "classmethod",
    StaticMethod => "staticmethod", Property => "property", Abstract => "abstract",
    Overloaded => "overloaded", Placeholder => "placeholder", Package => "package",
    Tokenizers => "tokenizers", RunsBase => "runs-base", OpenCommands => "open-commands", Exact => "exact",
    Dashes => "dashes", Hidden => "hidden", Formatted => "formatted",
});
words!(Stage { Before => "before", After => "after" });
words!(ParamKind {
    PositionalOnly => "pos", Normal => "arg", VarArgs => "*", KeywordOnly => "kw", VarKeyword => "**",
});
