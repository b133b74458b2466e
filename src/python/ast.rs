//! An owned syntax tree of one Python file, as small as the analysis needs.
//!
//! It is lowered once per version of a document (`lower.rs`), so that the analysis and the knowledge
//! extractor never see the parser behind it. Every node carries its byte range.
//! A statement in which the parser found an error becomes [`StmtKind::Error`]: what is half typed is
//! left alone.

use std::ops::Deref;
use std::sync::Arc;

/// A name as the parser keeps it: a short one lies in place, a long one is shared by its copies.
pub use ruff_python_ast::name::Name;

use crate::text::TextRange;

/// A name together with its place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ident {
    /// The name as written.
    pub name: Name,
    /// Where it stands.
    pub range: TextRange,
}

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Module {
    /// Statements in order.
    pub body: Vec<Stmt>,
    /// Places the parser could not read, in order.
    pub errors: Vec<TextRange>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    /// From the first to the last byte, without the line end.
    pub range: TextRange,
    /// What it is.
    pub kind: StmtKind,
}

/// The kinds of statements.
#[derive(Clone, Debug, PartialEq)]
pub enum StmtKind {
    /// `import a.b, c as d`
    Import(Vec<Alias>),
    /// `from .a import b as c` or `from a import *`
    ImportFrom(ImportFrom),
    /// `a = b = value`
    Assign {
        /// `a` and `b`.
        targets: Vec<Expr>,
        /// The value.
        value: Expr,
    },
    /// `a: annotation = value`
    AnnAssign {
        /// `a`.
        target: Expr,
        /// The annotation.
        annotation: Expr,
        /// The value, where there is one.
        value: Option<Expr>,
    },
    /// `a += value`
    AugAssign {
        /// `a`.
        target: Expr,
        /// The value.
        value: Expr,
    },
    /// An expression that stands alone.
    Expr(Expr),
    /// `return value`
    Return(Option<Expr>),
    /// `raise error from cause` (the cause is dropped)
    Raise(Option<Expr>),
    /// `assert test, message`
    Assert(Vec<Expr>),
    /// `del a, b`
    Delete(Vec<Expr>),
    /// `global a, b` and `nonlocal a, b`
    Global(Vec<Ident>),
    /// `def` and `async def`
    FunctionDef(Function),
    /// `class`
    ClassDef(Box<ClassDef>),
    /// `if`, its `elif`s and its `else`
    If(Vec<Branch>),
    /// `for` and `async for`
    For {
        /// The loop variable.
        target: Expr,
        /// What is iterated.
        iter: Expr,
        /// The body.
        body: Vec<Stmt>,
        /// The `else` body.
        orelse: Vec<Stmt>,
    },
    /// `while`
    While {
        /// The condition.
        test: Expr,
        /// The body.
        body: Vec<Stmt>,
        /// The `else` body.
        orelse: Vec<Stmt>,
    },
    /// `with` and `async with`
    With {
        /// Context expression and the target behind `as`.
        items: Vec<(Expr, Option<Expr>)>,
        /// The body.
        body: Vec<Stmt>,
    },
    /// `try`
    Try {
        /// The guarded body.
        body: Vec<Stmt>,
        /// The `except` clauses.
        handlers: Vec<Handler>,
        /// The `else` body.
        orelse: Vec<Stmt>,
        /// The `finally` body.
        finally: Vec<Stmt>,
    },
    /// `match`
    Match {
        /// The subject.
        subject: Expr,
        /// The cases in order.
        cases: Vec<Case>,
    },
    /// `pass`, `break`, `continue` and whatever else binds and calls nothing.
    Other,
    /// A statement that holds a syntax error; nothing may be concluded from it.
    Error,
}

/// `a.b as c` in an import.
#[derive(Clone, Debug, PartialEq)]
pub struct Alias {
    /// The dotted name, `a.b`.
    pub name: Ident,
    /// The name behind `as`.
    pub asname: Option<Ident>,
    /// The whole of it.
    pub range: TextRange,
}

impl Alias {
    /// The name that a `from` import binds.
    pub fn bound(&self) -> &Ident {
        self.asname.as_ref().unwrap_or(&self.name)
    }
}

/// `from module import names`
#[derive(Clone, Debug, PartialEq)]
pub struct ImportFrom {
    /// Number of leading dots.
    pub level: u32,
    /// The dotted module, absent in `from . import a`.
    pub module: Option<Ident>,
    /// The names; empty with `*`.
    pub names: Vec<Alias>,
    /// The place of `*`.
    pub star: Option<TextRange>,
}

/// One branch of an `if`; the `else` branch has no test.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// The condition.
    pub test: Option<Expr>,
    /// The body.
    pub body: Vec<Stmt>,
}

/// One `except` clause.
#[derive(Clone, Debug, PartialEq)]
pub struct Handler {
    /// The exception, or a tuple of them; absent in a bare `except:`.
    pub exception: Option<Expr>,
    /// The name behind `as`.
    pub name: Option<Ident>,
    /// The body.
    pub body: Vec<Stmt>,
}

/// One `case` of a `match`; of its patterns only the names they bind are kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The names its patterns bind.
    pub names: Vec<Ident>,
    /// The condition behind `if`.
    pub guard: Option<Expr>,
    /// The body.
    pub body: Vec<Stmt>,
}

/// A function or method as a statement; versions of a text share it.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    definition: Arc<FunctionDef>,
    /// What the ranges in it lack, modulo 2^32, compared with those around it; 0 in a text that was parsed
    /// as a whole.
    shift: u32,
}

impl Function {
    /// One whose ranges are right.
    pub fn new(definition: FunctionDef) -> Self {
        Self {
            definition: Arc::new(definition),
            shift: 0,
        }
    }

    /// The definition.
    pub fn definition(&self) -> &FunctionDef {
        &self.definition
    }

    /// See [`Function`].
    pub const fn shift(&self) -> u32 {
        self.shift
    }

    /// The same so many bytes further on, modulo 2^32.
    #[must_use]
    pub fn by(&self, delta: u32) -> Self {
        Self {
            definition: Arc::clone(&self.definition),
            shift: self.shift.wrapping_add(delta),
        }
    }
}

impl Deref for Function {
    type Target = FunctionDef;

    fn deref(&self) -> &FunctionDef {
        &self.definition
    }
}

/// A function or method.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionDef {
    /// Its name.
    pub name: Ident,
    /// Its parameters in order.
    pub params: Vec<Param>,
    /// From `(` to `)`.
    pub params_range: TextRange,
    /// The annotation behind `->`.
    pub returns: Option<Expr>,
    /// The decorators, without `@`.
    pub decorators: Vec<Expr>,
    /// The body.
    pub body: Vec<Stmt>,
    /// Whether it is `async`.
    pub is_async: bool,
}

/// How a parameter takes its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ParamKind {
    /// Before `/`.
    PositionalOnly,
    /// By position or by keyword.
    Normal,
    /// `*args`
    VarArgs,
    /// Behind `*` or `*args`.
    KeywordOnly,
    /// `**kwargs`
    VarKeyword,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name, without stars.
    pub name: Ident,
    /// How it takes its value.
    pub kind: ParamKind,
    /// The annotation.
    pub annotation: Option<Expr>,
    /// The default.
    pub default: Option<Expr>,
    /// The whole of it.
    pub range: TextRange,
}

/// A class.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassDef {
    /// Its name.
    pub name: Ident,
    /// The positional arguments of the class statement, starred ones included.
    pub bases: Vec<Expr>,
    /// The keyword arguments, `metaclass=` for one.
    pub keywords: Vec<Argument>,
    /// The decorators, without `@`.
    pub decorators: Vec<Expr>,
    /// The body.
    pub body: Vec<Stmt>,
}

/// One expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// From the first to the last byte; parentheses around it are not included.
    pub range: TextRange,
    /// What it is.
    pub kind: ExprKind,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A name.
    Name(Name),
    /// `value.attr`
    Attribute {
        /// The receiver.
        value: Box<Expr>,
        /// The attribute.
        attr: Ident,
    },
    /// A call.
    Call(Box<Call>),
    /// `value[index]`
    Subscript {
        /// The receiver.
        value: Box<Expr>,
        /// What stands in the brackets.
        index: Vec<Expr>,
    },
    /// A string without interpolation, concatenated parts joined and escapes decoded.
    Str(StrLiteral),
    /// A string with interpolation; the interpolated expressions.
    FString(Vec<Expr>),
    /// An integer that fits 64 bits.
    Int(i64),
    /// A float.
    Float(f64),
    /// `True` or `False`
    Bool(bool),
    /// `None`
    None,
    /// `...`
    Ellipsis,
    /// `[a, b]`
    List(Vec<Expr>),
    /// `(a, b)` or `a, b`
    Tuple(Vec<Expr>),
    /// `{a, b}`
    Set(Vec<Expr>),
    /// `{a: b, **c}`
    Dict(Vec<DictItem>),
    /// `a + b`, with the operator as written.
    Binary {
        /// Left operand.
        left: Box<Expr>,
        /// Operator, `+` for one.
        op: &'static str,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `-a`, `~a`, `not a`, with the operator as written.
    Unary {
        /// Operator.
        op: &'static str,
        /// Operand.
        operand: Box<Expr>,
    },
    /// `a and b`, `a or b`
    BoolOp {
        /// Left operand.
        left: Box<Expr>,
        /// `and` or `or`.
        op: &'static str,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `a < b <= c`: the first operand, then each operator with its operand.
    Compare {
        /// First operand.
        left: Box<Expr>,
        /// `not in` and `is not` with one space.
        rest: Vec<(&'static str, Expr)>,
    },
    /// `body if test else orelse`
    IfElse {
        /// The condition.
        test: Box<Expr>,
        /// Value where it holds.
        body: Box<Expr>,
        /// Value where it does not.
        orelse: Box<Expr>,
    },
    /// `lambda params: body`
    Lambda {
        /// Its parameters.
        params: Vec<Param>,
        /// Its body.
        body: Box<Expr>,
    },
    /// `*value` or `**value` outside of a call
    Starred(Box<Expr>),
    /// `await value`
    Await(Box<Expr>),
    /// `name := value`
    Walrus {
        /// The bound name.
        name: Ident,
        /// The value.
        value: Box<Expr>,
    },
    /// A comprehension or generator: targets are bound inside it alone.
    Comprehension {
        /// `for target in iter` clauses in order.
        clauses: Vec<(Expr, Expr)>,
        /// The element (key and value of a dict comprehension) and the conditions.
        parts: Vec<Expr>,
    },
    /// `yield value`, `yield from value`
    Yield(Vec<Expr>),
    /// Anything else (slices): its sub-expressions.
    Other(Vec<Expr>),
    /// An expression that holds a syntax error.
    Error,
}

/// A string without interpolation.
#[derive(Clone, Debug, PartialEq)]
pub struct StrLiteral {
    /// The decoded text.
    pub value: String,
    /// The text between the quotes where it is one part without escapes, so that it can be edited in place.
    pub content: Option<TextRange>,
    /// Whether it is a bytes literal.
    pub is_bytes: bool,
}

/// One entry of a dict display.
#[derive(Clone, Debug, PartialEq)]
pub struct DictItem {
    /// The key; absent for `**value`.
    pub key: Option<Expr>,
    /// The value.
    pub value: Expr,
    /// The whole entry without the comma.
    pub range: TextRange,
}

/// A call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What is called.
    pub func: Expr,
    /// The arguments in order.
    pub args: Vec<Argument>,
    /// From `(` to `)`.
    pub args_range: TextRange,
}

/// One argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// How it is passed.
    pub kind: ArgumentKind,
    /// Its value.
    pub value: Expr,
    /// The whole of it without the comma.
    pub range: TextRange,
}

/// How an argument is passed.
#[derive(Clone, Debug, PartialEq)]
pub enum ArgumentKind {
    /// By position.
    Positional,
    /// `name=value`
    Keyword(Ident),
    /// `*value`
    Spread,
    /// `**value`
    DictSpread,
}

impl Expr {
    /// The text of a plain string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Str(literal) if !literal.is_bytes => Some(&literal.value),
            _ => None,
        }
    }

    /// The name, where it is just a name.
    pub fn as_name(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Name(name) => Some(name),
            _ => None,
        }
    }

    /// `a.b.c` as text, where it is names and attributes only.
    pub fn dotted(&self) -> Option<String> {
        match &self.kind {
            ExprKind::Name(name) => Some(name.to_string()),
            ExprKind::Attribute { value, attr } => {
                Some(format!("{}.{}", value.dotted()?, attr.name))
            }
            _ => None,
        }
    }
}
