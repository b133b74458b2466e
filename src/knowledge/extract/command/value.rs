//! What an expression stands for while a parser is built.

use crate::python::ast::{ClassDef, Expr, FunctionDef};

/// See the module documentation.
#[derive(Clone, Debug, Default)]
pub enum Value<'a> {
    /// Anything.
    #[default]
    Unknown,
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A string.
    Str(String),
    /// A list or tuple.
    List(Vec<Value<'a>>),
    /// A dict with strings as keys.
    Dict(Vec<(String, Value<'a>)>),
    /// A parser or a group of one, by its node.
    Parser(usize),
    /// What `add_subparsers` gives, by the node above.
    Subparsers(usize),
    /// An app that functions are added to, by its node.
    App(usize),
    /// A function, or a method with the object it is bound to.
    Function(Def<'a>),
    /// A class of the distribution.
    Class(ClassRef<'a>),
    /// An object of a class of the distribution, by number.
    Object(usize),
    /// A module of the distribution.
    Module(String),
    /// Something from elsewhere, by its absolute path.
    Foreign(String),
}

/// A function.
#[derive(Clone, Debug)]
pub struct Def<'a> {
    /// The module it stands in.
    pub module: &'a str,
    /// The class it stands in, for `super()`.
    pub class: Option<&'a ClassDef>,
    /// The definition.
    pub def: &'a FunctionDef,
    /// What its first parameter is bound to.
    pub this: Option<Box<Value<'a>>>,
}

/// A class.
#[derive(Clone, Copy, Debug)]
pub struct ClassRef<'a> {
    /// The module it stands in.
    pub module: &'a str,
    /// The definition.
    pub def: &'a ClassDef,
}

impl ClassRef<'_> {
    /// The path of its definition.
    pub fn path(&self) -> String {
        format!("{}.{}", self.module, self.def.name.name)
    }
}

/// An object of a class of the distribution.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    /// Its class.
    pub class: ClassRef<'a>,
    /// What was assigned to its attributes; the last one counts.
    pub attributes: Vec<(String, Value<'a>)>,
}

/// The arguments of a call.
#[derive(Clone, Debug, Default)]
pub struct Arguments<'a> {
    /// Those by position.
    pub positional: Vec<Value<'a>>,
    /// Those by name.
    pub named: Vec<(String, Value<'a>)>,
    /// Whether there may be more that could not be read: `*args`, `**kwargs`.
    pub open: bool,
}

impl<'a> Arguments<'a> {
    /// The argument of that name.
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        let found = self.named.iter().rev().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }

    /// All of them.
    pub fn values(&self) -> impl Iterator<Item = &Value<'a>> {
        let named = self.named.iter().map(|(_, value)| value);
        self.positional.iter().chain(named)
    }

    /// Whether that argument is surely true.
    pub fn is_true(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Bool(true)))
    }
}

impl<'a> Value<'a> {
    /// The string.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it counts as true, where that is certain.
    pub fn truth(&self) -> Option<bool> {
        Some(match self {
            Self::Unknown | Self::Foreign(_) => return None,
            Self::None => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Str(text) => !text.is_empty(),
            Self::List(items) => !items.is_empty(),
            Self::Dict(items) => !items.is_empty(),
            _ => true,
        })
    }

    /// Whether two values are the same, where that is certain.
    pub fn same(&self, other: &Self) -> Option<bool> {
        Some(match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => return None,
            (Self::None, Self::None) => true,
            (Self::None, other) | (other, Self::None) => {
                // What comes from elsewhere may be `None`.
                return (!matches!(other, Self::Foreign(_))).then_some(false);
            }
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Str(a), Self::Str(b)) => a == b,
            _ => return None,
        })
    }
}

/// How a name of a module is bound.
#[derive(Clone, Debug)]
pub enum Binding<'a> {
    /// Read when asked for.
    Expr(&'a Expr),
    /// Known.
    Value(Value<'a>),
    /// Imported, by absolute path.
    Import(String),
}
