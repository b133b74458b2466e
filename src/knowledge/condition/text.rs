//! Conditions as text, which is Python, and back.

use std::fmt;
use std::str::FromStr;

use super::{Comparison, Function, Operator, Term};
use crate::python::ast::{Call, Expr, ExprKind, StmtKind};
use crate::python::literal::{value_of, written};
use crate::python::parse::parse_module;

const COMPARISONS: &[(Comparison, &str)] = &[
    (Comparison::Equal, "=="),
    (Comparison::NotEqual, "!="),
    (Comparison::Less, "<"),
    (Comparison::LessEqual, "<="),
    (Comparison::Greater, ">"),
    (Comparison::GreaterEqual, ">="),
    (Comparison::In, "in"),
    (Comparison::NotIn, "not in"),
    (Comparison::Is, "is"),
    (Comparison::IsNot, "is not"),
];

const OPERATORS: &[(Operator, &str)] = &[
    (Operator::Add, "+"),
    (Operator::Subtract, "-"),
    (Operator::Multiply, "*"),
    (Operator::Divide, "/"),
    (Operator::FloorDivide, "//"),
    (Operator::Modulo, "%"),
];

/// Functions by name, and whether they are methods.
const FUNCTIONS: &[(Function, &str, bool)] = &[
    (Function::Len, "len", false),
    (Function::Str, "str", false),
    (Function::Int, "int", false),
    (Function::IsInstance, "isinstance", false),
    (Function::Member, "member", false),
    (Function::Each, "each", false),
    (Function::Lower, "lower", true),
    (Function::Upper, "upper", true),
    (Function::StartsWith, "startswith", true),
    (Function::EndsWith, "endswith", true),
    (Function::Split, "split", true),
];

impl Comparison {
    /// The operator as Python writes it.
    pub fn symbol(self) -> &'static str {
        symbol(COMPARISONS, self)
    }

    /// The reverse of [`Self::symbol`].
    pub fn from_symbol(text: &str) -> Option<Self> {
        from_symbol(COMPARISONS, text)
    }
}

impl Operator {
    /// The operator as Python writes it.
    pub fn symbol(self) -> &'static str {
        symbol(OPERATORS, self)
    }

    /// The reverse of [`Self::symbol`].
    pub fn from_symbol(text: &str) -> Option<Self> {
        from_symbol(OPERATORS, text)
    }
}

fn symbol<T: PartialEq>(table: &'static [(T, &'static str)], wanted: T) -> &'static str {
    let found = table.iter().find(|(known, _)| *known == wanted);
    found.map_or("?", |(_, text)| text)
}

fn from_symbol<T: Copy>(table: &[(T, &str)], text: &str) -> Option<T> {
    let found = table.iter().find(|(_, known)| *known == text);
    found.map(|(op, _)| *op)
}

impl Function {
    fn name(self) -> (&'static str, bool) {
        FUNCTIONS
            .iter()
            .find(|(known, _, _)| *known == self)
            .map_or(("?", false), |(_, name, method)| (name, *method))
    }

    /// The function of that name.
    pub fn from_name(name: &str, is_method: bool) -> Option<Self> {
        FUNCTIONS
            .iter()
            .find(|(_, known, method)| *known == name && *method == is_method)
            .map(|(function, _, _)| *function)
    }
}

/// How tightly the outermost operator of a term binds.
fn binding(term: &Term) -> u8 {
    match term {
        Term::If(_) => 0,
        Term::Or(_) => 1,
        Term::And(_) => 2,
        Term::Not(_) => 3,
        Term::Compare(..) => 4,
        Term::Arithmetic(Operator::Add | Operator::Subtract, _) => 5,
        Term::Arithmetic(..) => 6,
        _ => 9,
    }
}

struct Within<'t>(&'t Term, u8);

impl fmt::Display for Within<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if binding(self.0) < self.1 {
            write!(out, "({})", self.0)
        } else {
            write!(out, "{}", self.0)
        }
    }
}

fn joined(out: &mut fmt::Formatter<'_>, terms: &[Term], with: &str, level: u8) -> fmt::Result {
    for (index, term) in terms.iter().enumerate() {
        if index > 0 {
            out.write_str(with)?;
        }
        write!(out, "{}", Within(term, level))?;
    }
    Ok(())
}

impl fmt::Display for Term {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => out.write_str("..."),
            Self::Arg(name) => out.write_str(name),
            Self::Base(name) => write!(out, "base({name})"),
            Self::Passed(name) => write!(out, "passed({name})"),
            Self::Const(path) => write!(out, "const({path})"),
            Self::Literal(value) => out.write_str(written(value).as_deref().unwrap_or("...")),
            Self::List(items) => {
                out.write_str("[")?;
                joined(out, items, ", ", 0)?;
                out.write_str("]")
            }
            Self::Not(inner) => write!(out, "not {}", Within(inner, 3)),
            Self::And(terms) => joined(out, terms, " and ", 3),
            Self::Or(terms) => joined(out, terms, " or ", 2),
            Self::If(parts) => {
                let [test, body, orelse] = &**parts;
                write!(
                    out,
                    "{} if {} else {}",
                    Within(body, 1),
                    Within(test, 1),
                    Within(orelse, 1)
                )
            }
            Self::Compare(op, sides) => {
                let [left, right] = &**sides;
                write!(
                    out,
                    "{} {} {}",
                    Within(left, 5),
                    op.symbol(),
                    Within(right, 5)
                )
            }
            Self::Arithmetic(op, sides) => {
                let [left, right] = &**sides;
                let level = binding(self);
                let (left, right) = (Within(left, level), Within(right, level + 1));
                write!(out, "{left} {} {right}", op.symbol())
            }
            Self::Call(function, terms) => match (function.name(), terms.as_slice()) {
                ((name, true), [receiver, rest @ ..]) => {
                    write!(out, "{}.{name}(", Within(receiver, 9))?;
                    joined(out, rest, ", ", 0)?;
                    out.write_str(")")
                }
                ((name, _), terms) => {
                    write!(out, "{name}(")?;
                    joined(out, terms, ", ", 0)?;
                    out.write_str(")")
                }
            },
        }
    }
}

impl FromStr for Term {
    type Err = String;

    /// Reads a condition as [`Display`](fmt::Display) writes it.
    fn from_str(text: &str) -> Result<Self, String> {
        let module = parse_module(text);
        let [stmt] = module.body.as_slice() else {
            return Err(format!("not a condition: {text:?}"));
        };
        match &stmt.kind {
            StmtKind::Expr(expr) if module.errors.is_empty() => {
                read(expr).ok_or_else(|| format!("not a condition: {text:?}"))
            }
            _ => Err(format!("not a condition: {text:?}")),
        }
    }
}

fn read(expr: &Expr) -> Option<Term> {
    if let Some(value) = value_of(expr) {
        return Some(Term::Literal(value));
    }
    Some(match &expr.kind {
        ExprKind::Ellipsis => Term::Unknown,
        ExprKind::Name(_) | ExprKind::Attribute { .. } => Term::Arg(expr.dotted()?),
        ExprKind::List(items) => Term::List(items.iter().map(read).collect::<Option<_>>()?),
        ExprKind::Unary { op, operand } if *op == "not" => Term::Not(Box::new(read(operand)?)),
        ExprKind::BoolOp { left, op, right } => {
            let sides = [read(left)?, read(right)?];
            if *op == "and" {
                Term::all(sides)
            } else {
                Term::any(sides)
            }
        }
        ExprKind::IfElse { test, body, orelse } => {
            Term::If(Box::new([read(test)?, read(body)?, read(orelse)?]))
        }
        ExprKind::Compare { left, rest } => {
            let [(op, right)] = rest.as_slice() else {
                return None;
            };
            let op = Comparison::from_symbol(op)?;
            Term::Compare(op, Box::new([read(left)?, read(right)?]))
        }
        ExprKind::Binary { left, op, right } => {
            let op = Operator::from_symbol(op)?;
            Term::Arithmetic(op, Box::new([read(left)?, read(right)?]))
        }
        ExprKind::Call(call) => return read_call(call),
        _ => return None,
    })
}

fn read_call(call: &Call) -> Option<Term> {
    let args: Vec<&Expr> = call.args.iter().map(|argument| &argument.value).collect();
    if let ([only], Some(name)) = (args.as_slice(), call.func.as_name()) {
        let path = only.dotted();
        match name {
            "base" => return path.map(Term::Base),
            "passed" => return path.map(Term::Passed),
            "const" => return path.map(Term::Const),
            _ => {}
        }
    }
    let mut terms: Vec<Term> = args.into_iter().map(read).collect::<Option<_>>()?;
    let function = match &call.func.kind {
        ExprKind::Name(name) => Function::from_name(name, false)?,
        ExprKind::Attribute { value, attr } => {
            terms.insert(0, read(value)?);
            Function::from_name(&attr.name, true)?
        }
        _ => return None,
    };
    Some(Term::Call(function, terms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for text in [
            "fp16 and bf16",
            "optim not in const(transformers.training_args.OptimizerNames)",
            "load_best_model_at_end and save_strategy != \"best\" and eval_strategy != save_strategy",
            "save_steps % (eval_steps if eval_steps is not None else logging_steps) != 0",
            "not (isinstance(steps, [\"int\"]) and steps > 0)",
            "args.loss_type in [\"a\", \"b\"] or len(names) == 0 or x - (y - 1) < -0.5",
            "base(bf16) is True and passed(model_init) and name.lower().startswith(\"loss\")",
            "(a or b) and not c",
            "...",
        ] {
            let term: Term = text.parse().expect("a condition");
            assert_eq!(term.to_string(), text);
        }
        assert!("f(x)".parse::<Term>().is_err());
        assert!("a < b < c".parse::<Term>().is_err());
        assert!("a and".parse::<Term>().is_err());
    }

    #[test]
    fn what_is_sure_leaves_the_unknown_out() {
        let sure = |text: &str| {
            let term: Term = text.parse().expect("a condition");
            term.sure().map(|term| term.to_string())
        };
        assert_eq!(sure("a and ..."), None);
        assert_eq!(sure("a or ...").as_deref(), Some("a"));
        assert_eq!(sure("not (a and ...)").as_deref(), Some("not a"));
        assert_eq!(sure("a if b else ...").as_deref(), Some("b and a"));
        assert_eq!(sure("not (a or ...)"), None);
        assert_eq!(
            sure("a == (1 if ... else 2)").as_deref(),
            Some("a == (1 if ... else 2)")
        );
        assert_eq!(sure("a == ..."), None);
    }
}
