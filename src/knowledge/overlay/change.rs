//! What is written by hand about changes of an interface.

use serde::Deserialize;

/// What passing or using something does in releases that no longer have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// It raises.
    #[default]
    Error,
    /// It is dropped without any effect.
    Ignored,
    /// It still works and warns.
    Warns,
    /// It travels on through `**kwargs` to a place that depends on the model.
    Forwarded,
}

/// An argument that went away or is on its way out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Argument {
    /// Public path of the callable.
    pub symbol: String,
    /// The argument.
    pub name: String,
    /// The distribution whose releases the versions below are.
    pub library: String,
    /// First minor release without it.
    pub gone: Option<String>,
    /// First minor release with a notice.
    pub deprecated: Option<String>,
    /// What passing it does once it is gone.
    #[serde(default)]
    pub effect: Effect,
    /// What to write instead.
    #[serde(default)]
    pub fix: ArgumentFix,
    /// One sentence without final period.
    pub why: String,
    /// Where the fact can be seen.
    pub evidence: String,
}

/// What to write instead of an argument.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ArgumentFix {
    /// Nothing that could be done for the user.
    #[default]
    None,
    /// The same under another name.
    Rename {
        /// The other name.
        to: String,
        /// First minor release that has it.
        since: Option<String>,
        /// Whether it means the same for every value.
        #[serde(default = "yes")]
        safe: bool,
    },
    /// Another name, and the value inside an expression (`{}` stands for the old value's source).
    RenameValue {
        /// The other name.
        to: String,
        /// First minor release that has it.
        since: Option<String>,
        /// The expression.
        value: String,
        /// Only where the old value is this literal.
        when: Option<String>,
        /// Whether it means the same for every value.
        #[serde(default = "no")]
        safe: bool,
    },
    /// Leave it out.
    Remove {
        /// Whether it surely had no effect any more.
        #[serde(default = "no")]
        safe: bool,
    },
    /// It belongs into the configuration object that is passed as `via`.
    Move {
        /// Public path of the configuration class.
        to_symbol: String,
        /// Its name there.
        to: String,
        /// The keyword that takes the configuration.
        via: String,
    },
    /// It belongs into an object that is passed under another keyword.
    Wrap {
        /// The keyword.
        into: String,
        /// Public path of the object's class.
        symbol: String,
    },
    /// A ratio that another argument takes as a float below one.
    Ratio {
        /// The other argument.
        to: String,
        /// First minor release in which it takes a float.
        since: Option<String>,
    },
    /// One literal becomes another argument; the opposite literal is left out.
    Value {
        /// The other argument.
        to: String,
        /// Its value, as Python source.
        value: String,
        /// The literal that is replaced.
        when: String,
        /// Whether it means the same.
        #[serde(default = "yes")]
        safe: bool,
    },
}

/// A class, function or module that went away or is on its way out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Symbol {
    /// Its public path.
    pub path: String,
    /// The distribution whose releases the versions below are.
    pub library: String,
    /// First minor release without it.
    pub gone: Option<String>,
    /// First minor release with a notice.
    pub deprecated: Option<String>,
    /// What to import instead.
    #[serde(default)]
    pub fix: SymbolFix,
    /// One sentence without final period.
    pub why: String,
    /// Where the fact can be seen.
    pub evidence: String,
}

/// What to import instead of a symbol.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum SymbolFix {
    /// Nothing that could be done for the user.
    #[default]
    None,
    /// The same name from elsewhere.
    Import {
        /// Absolute path.
        to: String,
        /// First minor release that has it.
        since: Option<String>,
        /// Whether it is called the same way.
        #[serde(default = "no")]
        safe: bool,
    },
    /// Another name that is used the same way.
    RenameImport {
        /// Absolute path.
        to: String,
        /// First minor release that has it.
        since: Option<String>,
        /// Whether it is called the same way.
        #[serde(default = "no")]
        safe: bool,
    },
}

/// An attribute or method of instances that went away or is on its way out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// Public path of the class.
    pub class: String,
    /// The attribute.
    pub name: String,
    /// The distribution whose releases the versions below are.
    pub library: String,
    /// First minor release without it.
    pub gone: Option<String>,
    /// First minor release with a notice.
    pub deprecated: Option<String>,
    /// What using it does once it is gone.
    #[serde(default)]
    pub effect: Effect,
    /// What to write instead.
    #[serde(default)]
    pub fix: AttributeFix,
    /// One sentence without final period.
    pub why: String,
    /// Where the fact can be seen.
    pub evidence: String,
}

/// What to write instead of an attribute.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum AttributeFix {
    /// Nothing that could be done for the user.
    #[default]
    None,
    /// The same under another name; `__call__` stands for calling the object itself.
    Rename {
        /// The other name.
        to: String,
        /// First minor release that has it.
        since: Option<String>,
        /// Whether it means the same.
        #[serde(default = "yes")]
        safe: bool,
    },
}

/// A default whose change alters results silently.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultChange {
    /// Public path of the callable.
    pub symbol: String,
    /// The argument.
    pub name: String,
    /// The distribution whose releases the versions below are.
    pub library: String,
    /// First minor release with the new default.
    pub changed: String,
    /// The default before, as Python source.
    pub old: String,
    /// The default since, as Python source.
    pub new: String,
    /// One sentence without final period.
    pub why: String,
    /// Where the fact can be seen.
    pub evidence: Option<String>,
}

/// A method that the library calls with another argument since some release.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// Public path of the class.
    pub class: String,
    /// The method.
    pub method: String,
    /// The distribution whose releases the versions below are.
    pub library: String,
    /// The argument that overriding methods must accept.
    pub parameter: String,
    /// First minor release that passes it.
    pub since: String,
    /// The default to write, as Python source.
    pub default: Option<String>,
    /// Where the library passes it by position: so many parameters, `self` included, must be there.
    pub position: Option<usize>,
    /// The methods that call it; a class that overrides them all calls it in its own way.
    #[serde(default)]
    pub called_by: Vec<String>,
    /// One sentence without final period.
    pub why: String,
    /// Where the fact can be seen.
    pub evidence: String,
}

/// What a call gives, where no annotation says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Returns {
    /// Public path of the callable; one `*` stands for any part of a name.
    pub callable: String,
    /// Public path of the class of the result.
    pub instance: String,
    /// Whether it is exactly this class, never a subclass.
    #[serde(default = "no")]
    pub exact: bool,
}

/// A call that gives a tuple of instances of the classes that its object's constructor was given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parser {
    /// Public path of the method.
    pub callable: String,
    /// Which positional argument of the constructor holds the classes.
    pub of_constructor_argument: usize,
}

/// A callable that hands the keywords it does not name itself on to another one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alias {
    /// Public path, or the path of the definition.
    pub callable: String,
    /// Public path of the other one.
    pub forwards_to: String,
}

/// A value that is dropped, and that asks for what happens anyway.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Harmless {
    /// Path of the definition of the callable that drops it.
    pub definition: String,
    /// The argument.
    pub name: String,
    /// The literal, as Python source.
    pub value: String,
    /// Where the fact can be seen.
    pub evidence: String,
}

/// A name that is there while running, whatever the sources show.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Present {
    /// Its public path.
    pub path: String,
    /// Where the fact can be seen.
    pub evidence: String,
}

pub(super) const fn yes() -> bool {
    true
}

const fn no() -> bool {
    false
}
