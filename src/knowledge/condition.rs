//! Conditions over the arguments of a call, as data.
//!
//! A condition is what stands between a call and one `raise` of the library: a small Python expression
//! over arguments, constants of the libraries and literals. The extractor writes it, the store keeps
//! its text, and [`evaluate`] says whether it surely holds. The text is Python again, with four names of
//! its own: `...` for what is not known, `const(a.b)` for a name of a library, `base(x)` for the value
//! of a field once the constructors of the base classes ran, and `passed(x)`.

mod assume;
pub mod evaluate;
pub mod given;
mod text;

use crate::python::facts::Value;

/// One part of a condition, or all of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// Not known.
    Unknown,
    /// The value of an argument, or of an attribute of one: `optim`, `args.eval_strategy`.
    Arg(String),
    /// The value of a field behind the constructors of the base classes.
    Base(String),
    /// Whether an argument is passed at all.
    Passed(String),
    /// A class, an enumeration's member or a module's constant, by absolute path.
    Const(String),
    /// A literal that is no list.
    Literal(Value),
    /// A list, tuple or set.
    List(Vec<Self>),
    /// `not a`
    Not(Box<Self>),
    /// `a and b and c`
    And(Vec<Self>),
    /// `a or b or c`
    Or(Vec<Self>),
    /// `body if test else orelse`
    If(Box<[Self; 3]>),
    /// `a == b`
    Compare(Comparison, Box<[Self; 2]>),
    /// `a % b`
    Arithmetic(Operator, Box<[Self; 2]>),
    /// `len(a)`, `a.lower()`
    Call(Function, Vec<Self>),
}

/// An operator that compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `in`
    In,
    /// `not in`
    NotIn,
    /// `is`
    Is,
    /// `is not`
    IsNot,
}

/// An operator that computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `//`
    FloorDivide,
    /// `%`
    Modulo,
}

/// A function that conditions may call. Methods take their receiver first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `len(a)`
    Len,
    /// `str(a)`
    Str,
    /// `int(a)`
    Int,
    /// `isinstance(a, ["str", "package.Class"])`
    IsInstance,
    /// `a.lower()`
    Lower,
    /// `a.upper()`
    Upper,
    /// `a.startswith(b)`
    StartsWith,
    /// `a.endswith(b)`
    EndsWith,
    /// `a.split(b)`
    Split,
    /// A member of an enumeration, from its value: `member(const(a.E), a)`
    Member,
    /// Some element of a list: `each(a)`; `each(a, 3)` is the element 3.
    Each,
}

impl Comparison {
    /// The opposite.
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterEqual,
            Self::LessEqual => Self::Greater,
            Self::Greater => Self::LessEqual,
            Self::GreaterEqual => Self::Less,
            Self::In => Self::NotIn,
            Self::NotIn => Self::In,
            Self::Is => Self::IsNot,
            Self::IsNot => Self::Is,
        }
    }
}

impl Term {
    /// `True` or `False`.
    pub const fn truth(value: bool) -> Self {
        Self::Literal(Value::Bool(value))
    }

    /// Whether a literal is true; `None` for other terms.
    pub fn literal_truth(&self) -> Option<bool> {
        match self {
            Self::Literal(value) => evaluate::is_true(value),
            Self::List(items) => Some(!items.is_empty()),
            _ => None,
        }
    }

    /// `not term`
    #[must_use]
    pub fn negated(self) -> Self {
        match (self.literal_truth(), self) {
            (Some(truth), _) => Self::truth(!truth),
            (None, Self::Unknown) => Self::Unknown,
            (None, Self::Not(inner)) => *inner,
            // Only where both sides are numbers is `not a < b` the same as `a >= b`; they are.
            (None, Self::Compare(op, sides)) => Self::Compare(op.negated(), sides),
            (None, term) => Self::Not(Box::new(term)),
        }
    }

    /// All of them.
    pub fn all(terms: impl IntoIterator<Item = Self>) -> Self {
        let inner = |term| match term {
            Self::And(inner) => Ok(inner),
            term => Err(term),
        };
        joined(terms, inner, Self::And, false)
    }

    /// Any of them.
    pub fn any(terms: impl IntoIterator<Item = Self>) -> Self {
        let inner = |term| match term {
            Self::Or(inner) => Ok(inner),
            term => Err(term),
        };
        joined(terms, inner, Self::Or, true)
    }

    /// `body if test else orelse`; what the test says already is left out of the branches.
    #[must_use]
    pub fn choice(test: Self, body: Self, orelse: Self) -> Self {
        match test.literal_truth() {
            Some(true) => return body,
            Some(false) => return orelse,
            None => {}
        }
        let body = body.assuming(&test, true);
        let orelse = orelse.assuming(&test, false);
        if body == orelse {
            body
        } else {
            Self::If(Box::new([test, body, orelse]))
        }
    }

    /// `left op right`
    pub fn compare(op: Comparison, left: Self, right: Self) -> Self {
        if let (Self::Literal(one), Self::Literal(other)) = (&left, &right)
            && let Some(truth) = evaluate::compare_values(op, one, other)
        {
            return Self::truth(truth);
        }
        Self::Compare(op, Box::new([left, right]))
    }

    /// What has to hold for the term to hold surely: what depends on the unknown is left out. `None` where
    /// that is nothing.
    pub fn sure(&self) -> Option<Self> {
        self.sure_to_be(true)
    }

    fn sure_to_be(&self, wanted: bool) -> Option<Self> {
        match self {
            Self::Unknown => None,
            Self::Not(inner) => inner.sure_to_be(!wanted),
            Self::And(terms) | Self::Or(terms) => {
                let parts = terms.iter().map(|term| term.sure_to_be(wanted));
                if matches!(self, Self::And(_)) == wanted {
                    Some(Self::all(parts.collect::<Option<Vec<_>>>()?))
                } else {
                    let parts: Vec<Self> = parts.flatten().collect();
                    (!parts.is_empty()).then(|| Self::any(parts))
                }
            }
            Self::If(parts) => {
                let [test, body, orelse] = &**parts;
                let branch = |branch: &Self, truth| {
                    Some(Self::all([
                        test.sure_to_be(truth)?,
                        branch.sure_to_be(wanted)?,
                    ]))
                };
                match (branch(body, true), branch(orelse, false)) {
                    (Some(body), Some(orelse)) => Some(Self::any([body, orelse])),
                    (body, orelse) => body.or(orelse),
                }
            }
            _ if self.is_hopeless() => None,
            _ if wanted => Some(self.clone()),
            _ => Some(self.clone().negated()),
        }
    }

    /// Whether the value can never be known.
    fn is_hopeless(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Compare(_, sides) | Self::Arithmetic(_, sides) => {
                sides.iter().any(Self::is_hopeless)
            }
            Self::Call(_, terms) => terms.iter().any(Self::is_hopeless),
            Self::If(parts) => parts[1].is_hopeless() && parts[2].is_hopeless(),
            _ => false,
        }
    }

    /// Calls `visit` with the term and all its parts.
    pub fn visit<'t>(&'t self, visit: &mut dyn FnMut(&'t Self)) {
        visit(self);
        match self {
            Self::Not(inner) => inner.visit(visit),
            Self::And(terms) | Self::Or(terms) | Self::List(terms) | Self::Call(_, terms) => {
                terms.iter().for_each(|term| term.visit(visit));
            }
            Self::If(parts) => parts.iter().for_each(|term| term.visit(visit)),
            Self::Compare(_, sides) | Self::Arithmetic(_, sides) => {
                sides.iter().for_each(|term| term.visit(visit));
            }
            _ => {}
        }
    }

    /// The same with each of its parts replaced by what `change` gives for it.
    #[must_use]
    pub fn map(&self, change: &dyn Fn(&Self) -> Self) -> Self {
        let each = |terms: &[Self]| terms.iter().map(change).collect::<Vec<_>>();
        let both = |sides: &[Self; 2]| Box::new([change(&sides[0]), change(&sides[1])]);
        match self {
            Self::Not(inner) => Self::Not(Box::new(change(inner))),
            Self::And(terms) => Self::all(each(terms)),
            Self::Or(terms) => Self::any(each(terms)),
            Self::List(terms) => Self::List(each(terms)),
            Self::Call(function, terms) => Self::Call(*function, each(terms)),
            Self::If(parts) => {
                let [test, body, orelse] = &**parts;
                Self::choice(change(test), change(body), change(orelse))
            }
            Self::Compare(op, sides) => Self::Compare(*op, both(sides)),
            Self::Arithmetic(op, sides) => Self::Arithmetic(*op, both(sides)),
            _ => self.clone(),
        }
    }

    /// The arguments that take part, in order, each once; of `args.optim` the whole of it.
    pub fn arguments(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        self.visit(&mut |term| {
            if let Self::Arg(name) | Self::Base(name) | Self::Passed(name) = term
                && !found.contains(name)
            {
                found.push(name.clone());
            }
        });
        found
    }

    /// The number of its parts.
    pub fn size(&self) -> usize {
        let mut size = 0;
        self.visit(&mut |_| size += 1);
        size
    }
}

/// Terms joined by `and` or `or`, each once, those that are joined the same way taken apart: one literal that
/// is `decisive` is all there is, the others say nothing.
fn joined(
    terms: impl IntoIterator<Item = Term>,
    inner: impl Fn(Term) -> Result<Vec<Term>, Term>,
    join: fn(Vec<Term>) -> Term,
    decisive: bool,
) -> Term {
    let mut kept: Vec<Term> = Vec::new();
    for term in terms {
        match term.literal_truth() {
            Some(truth) if truth == decisive => return Term::truth(decisive),
            Some(_) => {}
            None => {
                for part in inner(term).unwrap_or_else(|term| vec![term]) {
                    if !kept.contains(&part) {
                        kept.push(part);
                    }
                }
            }
        }
    }
    match kept.len() {
        0 => Term::truth(!decisive),
        1 => kept.remove(0),
        _ => join(kept),
    }
}
