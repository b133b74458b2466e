//! Whether a condition holds: yes, no, or not known.

use super::{Comparison, Function, Operator, Term};
use crate::python::facts::Value;

/// More elements of a list than this are not looked at.
const MAX_ELEMENTS: usize = 32;

/// What is known of a value.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Known {
    /// Nothing.
    #[default]
    Unknown,
    /// A constant; parts of it may be unknown.
    Value(Value),
    /// An instance of a class that is not a builtin one, by definition path where that is known.
    Object(Option<String>),
}

/// What a condition is about.
pub trait Scope {
    /// The value of an argument, or of an attribute of one (`args.optim`): the default where it is not passed.
    fn argument(&self, path: &str) -> Known;
    /// The value of a field behind the constructors of the base classes.
    fn behind_base(&self, name: &str) -> Known;
    /// Whether an argument is passed.
    fn is_passed(&self, name: &str) -> Option<bool>;
    /// The value of a name of a library; for an enumeration, a dict or a list the values in it.
    fn constant(&self, path: &str) -> Known;
    /// Whether an instance of one class is one of the other.
    fn is_instance(&self, class: &str, of: &str) -> Option<bool>;
}

/// Whether Python takes a value for true.
pub fn is_true(value: &Value) -> Option<bool> {
    Some(match value {
        Value::Unknown => return None,
        Value::None => false,
        Value::Bool(value) => *value,
        Value::Int(value) => *value != 0,
        Value::Float(value) => *value != 0.0,
        Value::Str(text) => !text.is_empty(),
        Value::List(items) => !items.is_empty(),
        Value::Dict(items) => !items.is_empty(),
    })
}

/// The condition where it surely holds; where it is about some element of a list, with one for which it does.
pub fn surely(term: &Term, scope: &dyn Scope) -> Option<Term> {
    let mut list = None;
    term.visit(&mut |part| {
        if let Term::Call(Function::Each, terms) = part
            && let [only] = terms.as_slice()
        {
            list.get_or_insert(only);
        }
    });
    let Some(list) = list else {
        return (holds(term, scope) == Some(true)).then(|| term.clone());
    };
    let Known::Value(Value::List(items)) = value(list, scope) else {
        return None;
    };
    let known = items.iter().filter(|item| **item != Value::Unknown);
    known
        .take(MAX_ELEMENTS)
        .find_map(|item| surely(&bound(term, list, item), scope))
}

/// The term about one element of a list.
fn bound(term: &Term, list: &Term, item: &Value) -> Term {
    match term {
        Term::Call(Function::Each, terms) if terms.as_slice() == std::slice::from_ref(list) => {
            let item = Term::Literal(item.clone());
            Term::Call(Function::Each, vec![list.clone(), item])
        }
        _ => term.map(&|part| bound(part, list, item)),
    }
}

/// Whether the condition holds.
pub fn holds(term: &Term, scope: &dyn Scope) -> Option<bool> {
    match term {
        Term::Not(inner) => holds(inner, scope).map(|truth| !truth),
        Term::And(terms) => {
            let truths = terms.iter().map(|term| holds(term, scope));
            decided(truths, false)
        }
        Term::Or(terms) => {
            let truths = terms.iter().map(|term| holds(term, scope));
            decided(truths, true)
        }
        Term::If(parts) => {
            let [test, body, orelse] = &**parts;
            match holds(test, scope) {
                Some(true) => holds(body, scope),
                Some(false) => holds(orelse, scope),
                None => holds(body, scope).filter(|truth| holds(orelse, scope) == Some(*truth)),
            }
        }
        Term::Compare(op, sides) => compare(*op, &sides[0], &sides[1], scope),
        Term::Passed(name) => scope.is_passed(name),
        _ => match value(term, scope) {
            Known::Value(value) => is_true(&value),
            // It may have a length of its own.
            Known::Object(_) | Known::Unknown => None,
        },
    }
}

/// One that is `decisive` decides; without one all have to be known.
fn decided(truths: impl Iterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let mut known = true;
    for truth in truths {
        match truth {
            Some(truth) if truth == decisive => return Some(decisive),
            Some(_) => {}
            None => known = false,
        }
    }
    known.then_some(!decisive)
}

/// The value of a term.
pub fn value(term: &Term, scope: &dyn Scope) -> Known {
    match term {
        Term::Unknown => Known::Unknown,
        Term::Arg(path) => scope.argument(path),
        Term::Base(name) => scope.behind_base(name),
        Term::Const(path) => scope.constant(path),
        Term::Literal(value) => Known::Value(value.clone()),
        Term::List(items) => {
            let items = items.iter().map(|item| match value(item, scope) {
                Known::Value(value) => value,
                Known::Unknown | Known::Object(_) => Value::Unknown,
            });
            Known::Value(Value::List(items.collect()))
        }
        Term::And(terms) => one_of(terms, scope, false),
        Term::Or(terms) => one_of(terms, scope, true),
        Term::If(parts) => {
            let [test, body, orelse] = &**parts;
            match holds(test, scope) {
                Some(true) => value(body, scope),
                Some(false) => value(orelse, scope),
                None => {
                    let body = value(body, scope);
                    if body == value(orelse, scope) {
                        body
                    } else {
                        Known::Unknown
                    }
                }
            }
        }
        Term::Not(_) | Term::Compare(..) | Term::Passed(_) => match holds(term, scope) {
            Some(truth) => Known::Value(Value::Bool(truth)),
            None => Known::Unknown,
        },
        Term::Arithmetic(op, sides) => match (value(&sides[0], scope), value(&sides[1], scope)) {
            (Known::Value(left), Known::Value(right)) => {
                calculate(*op, &left, &right).map_or(Known::Unknown, Known::Value)
            }
            _ => Known::Unknown,
        },
        Term::Call(function, terms) => call(*function, terms, scope),
    }
}

/// `a and b`, `a or b` as a value: the first that decides, or the last.
fn one_of(terms: &[Term], scope: &dyn Scope, decisive: bool) -> Known {
    let mut last = Known::Unknown;
    for term in terms {
        last = value(term, scope);
        let truth = match &last {
            Known::Value(value) => is_true(value),
            Known::Object(_) | Known::Unknown => None,
        };
        match truth {
            None => return Known::Unknown,
            Some(truth) if truth == decisive => return last,
            Some(_) => {}
        }
    }
    last
}

fn compare(op: Comparison, left: &Term, right: &Term, scope: &dyn Scope) -> Option<bool> {
    any_comparison(op, &value(left, scope), &value(right, scope))
}

/// Compares two values.
pub fn compare_values(op: Comparison, left: &Value, right: &Value) -> Option<bool> {
    any_comparison(
        op,
        &Known::Value(left.clone()),
        &Known::Value(right.clone()),
    )
}

fn any_comparison(op: Comparison, left: &Known, right: &Known) -> Option<bool> {
    use Comparison as C;
    match op {
        C::NotEqual | C::NotIn | C::IsNot => {
            known_comparison(op.negated(), left, right).map(|truth| !truth)
        }
        _ => known_comparison(op, left, right),
    }
}

fn known_comparison(op: Comparison, left: &Known, right: &Known) -> Option<bool> {
    use Comparison as C;
    if matches!(op, C::Is | C::Equal) {
        // An object of its own is not `None`, `True` or a string.
        match (left, right) {
            (Known::Object(_), Known::Value(Value::None | Value::Bool(_)))
            | (Known::Value(Value::None | Value::Bool(_)), Known::Object(_))
                if op == C::Is =>
            {
                return Some(false);
            }
            _ => {}
        }
    }
    let (Known::Value(left), Known::Value(right)) = (left, right) else {
        return None;
    };
    match op {
        C::Equal => equal(left, right),
        C::Is => match (left, right) {
            (Value::Unknown, _) | (_, Value::Unknown) => None,
            (Value::None, _) | (_, Value::None) => Some(left == right),
            (Value::Bool(_), _) | (_, Value::Bool(_)) => Some(left == right),
            _ => None,
        },
        C::In => contains(right, left),
        C::Less | C::LessEqual | C::Greater | C::GreaterEqual => {
            let (left, right) = (number(left)?, number(right)?);
            Some(match op {
                C::Less => left < right,
                C::LessEqual => left <= right,
                C::Greater => left > right,
                _ => left >= right,
            })
        }
        C::NotEqual | C::NotIn | C::IsNot => None,
    }
}

/// Whether Python calls two values equal.
pub fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Unknown, _) | (_, Value::Unknown) => None,
        (Value::List(left), Value::List(right)) => {
            if left.len() != right.len() {
                return Some(false);
            }
            decided(left.iter().zip(right).map(|(a, b)| equal(a, b)), false)
        }
        (Value::Dict(_), Value::Dict(_)) => None,
        _ => match (number(left), number(right)) {
            (Some(left), Some(right)) => Some(left == right),
            _ => Some(left == right),
        },
    }
}

fn contains(all: &Value, one: &Value) -> Option<bool> {
    match (all, one) {
        (_, Value::Unknown) => None,
        (Value::List(items), _) => decided(items.iter().map(|item| equal(item, one)), true),
        (Value::Dict(items), Value::Str(key)) => Some(items.iter().any(|(known, _)| known == key)),
        (Value::Str(text), Value::Str(part)) => Some(text.contains(part.as_str())),
        _ => None,
    }
}

/// Numbers, truth values being 0 and 1 as in Python.
#[expect(
    clippy::cast_precision_loss,
    reason = "beyond 2^53 no argument is compared"
)]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        Value::Int(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        _ => None,
    }
}

fn calculate(op: Operator, left: &Value, right: &Value) -> Option<Value> {
    if let (Operator::Add, Value::Str(left), Value::Str(right)) = (op, left, right) {
        return Some(Value::Str(format!("{left}{right}")));
    }
    let whole = |value: &Value| match value {
        Value::Bool(value) => Some(i64::from(*value)),
        Value::Int(value) => Some(*value),
        _ => None,
    };
    if let (Some(left), Some(right)) = (whole(left), whole(right)) {
        let result = match op {
            Operator::Add => left.checked_add(right),
            Operator::Subtract => left.checked_sub(right),
            Operator::Multiply => left.checked_mul(right),
            // Python rounds towards minus infinity.
            Operator::FloorDivide if right > 0 => left.checked_div_euclid(right),
            Operator::Modulo if right > 0 => left.checked_rem_euclid(right),
            Operator::FloorDivide | Operator::Modulo | Operator::Divide => None,
        };
        if op != Operator::Divide {
            return result.map(Value::Int);
        }
    }
    let (left, right) = (number(left)?, number(right)?);
    Some(Value::Float(match op {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide if right != 0.0 => left / right,
        Operator::FloorDivide if right != 0.0 => (left / right).floor(),
        Operator::Modulo if right > 0.0 => left.rem_euclid(right),
        _ => return None,
    }))
}

fn call(function: Function, terms: &[Term], scope: &dyn Scope) -> Known {
    let Some(first) = terms.first() else {
        return Known::Unknown;
    };
    if function == Function::Each {
        let element = terms.get(1);
        return element.map_or(Known::Unknown, |element| value(element, scope));
    }
    if function == Function::Member {
        let wanted = terms
            .get(1)
            .map_or(Known::Unknown, |term| value(term, scope));
        return member(&value(first, scope), &wanted);
    }
    let first = value(first, scope);
    let second = terms.get(1).map(|term| value(term, scope));
    let result = match (function, first, second) {
        (Function::IsInstance, object, Some(Known::Value(Value::List(types)))) => {
            is_instance(&object, &types, scope).map(Value::Bool)
        }
        (Function::Str, Known::Value(Value::Str(text)), None) => Some(Value::Str(text)),
        (Function::Len, Known::Value(object), None) => length(&object).map(Value::Int),
        (Function::Int, Known::Value(object), None) => whole(&object).map(Value::Int),
        (Function::Lower, Known::Value(Value::Str(text)), None) => {
            Some(Value::Str(text.to_lowercase()))
        }
        (Function::Upper, Known::Value(Value::Str(text)), None) => {
            Some(Value::Str(text.to_uppercase()))
        }
        (Function::StartsWith, Known::Value(Value::Str(text)), Some(Known::Value(part))) => {
            affix(&part, |part| text.starts_with(part))
        }
        (Function::EndsWith, Known::Value(Value::Str(text)), Some(Known::Value(part))) => {
            affix(&part, |part| text.ends_with(part))
        }
        (Function::Split, Known::Value(Value::Str(text)), None) => {
            let words = text
                .split_whitespace()
                .map(|word| Value::Str(word.to_owned()));
            Some(Value::List(words.collect()))
        }
        _ => None,
    };
    result.map_or(Known::Unknown, Known::Value)
}

/// The member of an enumeration that has that value: the value itself, for those that compare with it.
fn member(values: &Known, wanted: &Known) -> Known {
    match (values, wanted) {
        (Known::Value(Value::List(values)), Known::Value(wanted))
            if values
                .iter()
                .any(|value| equal(value, wanted) == Some(true)) =>
        {
            Known::Value(wanted.clone())
        }
        _ => Known::Unknown,
    }
}

fn affix(part: &Value, test: impl Fn(&str) -> bool) -> Option<Value> {
    match part {
        Value::Str(part) => Some(Value::Bool(test(part))),
        Value::List(parts) => {
            let truths = parts.iter().map(|part| match part {
                Value::Str(part) => Some(test(part)),
                _ => None,
            });
            decided(truths, true).map(Value::Bool)
        }
        _ => None,
    }
}

fn length(value: &Value) -> Option<i64> {
    let length = match value {
        Value::Str(text) => text.chars().count(),
        Value::List(items) => items.len(),
        Value::Dict(items) => items.len(),
        _ => return None,
    };
    i64::try_from(length).ok()
}

#[expect(clippy::cast_possible_truncation, reason = "checked")]
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Bool(value) => Some(i64::from(*value)),
        Value::Int(value) => Some(*value),
        Value::Float(value) if value.abs() < 1e15 => Some(value.trunc() as i64),
        _ => None,
    }
}

fn is_instance(object: &Known, types: &[Value], scope: &dyn Scope) -> Option<bool> {
    let truths = types.iter().map(|class| match class {
        Value::Str(class) => is_instance_of(object, class, scope),
        _ => None,
    });
    decided(truths, true)
}

fn is_instance_of(object: &Known, class: &str, scope: &dyn Scope) -> Option<bool> {
    match object {
        Known::Unknown => None,
        Known::Object(known) if class.contains('.') => scope.is_instance(known.as_deref()?, class),
        // A class may inherit from a builtin one.
        Known::Object(known) => scope.is_instance(known.as_deref()?, class),
        Known::Value(value) => Some(match (value, class) {
            (Value::Unknown, _) => return None,
            (Value::None, _) => false,
            (Value::Bool(_), "bool" | "int") => true,
            (Value::Int(_), "int") | (Value::Float(_), "float") | (Value::Str(_), "str") => true,
            (Value::Dict(_), "dict" | "Mapping") => true,
            // It may be a list, a tuple or a set.
            (Value::List(_), "list" | "tuple" | "set" | "Sequence" | "Iterable") => return None,
            (_, "str" | "int" | "float" | "bool" | "dict" | "list" | "tuple" | "set" | "bytes") => {
                false
            }
            // Enumerations may be strings too, but a literal is no member of one.
            (_, class) if class.contains('.') => match class.split('.').next() {
                Some("typing" | "collections" | "numbers" | "abc") => return None,
                _ => false,
            },
            _ => return None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Args<'a>(&'a [(&'a str, Known)]);

    impl Scope for Args<'_> {
        fn argument(&self, path: &str) -> Known {
            let found = self.0.iter().find(|(name, _)| *name == path);
            found.map_or(Known::Unknown, |(_, known)| known.clone())
        }
        fn behind_base(&self, name: &str) -> Known {
            self.argument(name)
        }
        fn is_passed(&self, name: &str) -> Option<bool> {
            Some(self.0.iter().any(|(known, _)| *known == name))
        }
        fn constant(&self, path: &str) -> Known {
            match path {
                "p.Strategy" => Known::Value(Value::List(vec![
                    Value::Str("no".to_owned()),
                    Value::Str("steps".to_owned()),
                ])),
                "p.Strategy.NO" => Known::Value(Value::Str("no".to_owned())),
                _ => Known::Unknown,
            }
        }
        fn is_instance(&self, class: &str, of: &str) -> Option<bool> {
            Some(class == of)
        }
    }

    fn truth(text: &str, args: &[(&str, Known)]) -> Option<bool> {
        holds(&text.parse().expect("a condition"), &Args(args))
    }

    fn text(text: &str) -> Known {
        Known::Value(Value::Str(text.to_owned()))
    }

    fn int(value: i64) -> Known {
        Known::Value(Value::Int(value))
    }

    #[test]
    fn the_unknown_spreads_but_does_not_decide() {
        let yes = Known::Value(Value::Bool(true));
        let no = Known::Value(Value::Bool(false));
        assert_eq!(truth("a and b", &[("a", yes.clone())]), None);
        assert_eq!(truth("a and b", &[("a", no.clone())]), Some(false));
        assert_eq!(truth("a or b", &[("b", yes.clone())]), Some(true));
        assert_eq!(truth("not (a or b)", &[("b", yes.clone())]), Some(false));
        assert_eq!(truth("(1 if a else 1) == 1", &[]), Some(true));
        assert_eq!(truth("passed(a)", &[("a", no)]), Some(true));
    }

    #[test]
    fn values_compare_as_in_python() {
        assert_eq!(
            truth("s % e != 0", &[("s", int(500)), ("e", int(200))]),
            Some(true)
        );
        assert_eq!(truth("-7 // 2 == -4 and -7 % 2 == 1", &[]), Some(true));
        assert_eq!(truth("7 % 0 == 1", &[]), None);
        assert_eq!(truth("x == 1.0", &[("x", int(1))]), Some(true));
        assert_eq!(truth("x > 0", &[("x", Known::Value(Value::None))]), None);
        assert_eq!(
            truth("x != const(p.Strategy.NO)", &[("x", text("steps"))]),
            Some(true)
        );
        assert_eq!(
            truth("x not in const(p.Strategy)", &[("x", text("stesp"))]),
            Some(true)
        );
        assert_eq!(
            truth("x not in const(p.Other)", &[("x", text("stesp"))]),
            None
        );
        assert_eq!(
            truth(
                "member(const(p.Strategy), x) == \"no\"",
                &[("x", text("no"))]
            ),
            Some(true)
        );
        assert_eq!(truth("x in [1, y]", &[("x", int(2))]), None);
        assert_eq!(truth("x in [2, y]", &[("x", int(2))]), Some(true));
    }

    #[test]
    fn some_element_is_enough() {
        let condition: Term = "each(x) not in const(p.Strategy)"
            .parse()
            .expect("a condition");
        let list = |words: &[&str]| {
            let words = words.iter().map(|word| Value::Str((*word).to_owned()));
            Known::Value(Value::List(words.collect()))
        };
        let surely = |known| surely(&condition, &Args(&[("x", known)])).map(|it| it.to_string());
        assert_eq!(surely(list(&["no", "steps"])), None);
        let found = surely(list(&["no", "stesp"]));
        assert_eq!(
            found.as_deref(),
            Some("each(x, \"stesp\") not in const(p.Strategy)")
        );
        assert_eq!(surely(Known::Unknown), None);
    }

    #[test]
    fn objects_are_not_none() {
        let object = Known::Object(Some("peft.LoraConfig".to_owned()));
        let args = [("c", object)];
        assert_eq!(truth("c is not None", &args), Some(true));
        assert_eq!(truth("c", &args), None);
        assert_eq!(
            truth("isinstance(c, [\"peft.LoraConfig\"])", &args),
            Some(true)
        );
        assert_eq!(truth("isinstance(c, [\"str\"])", &args), Some(false));
        assert_eq!(
            truth("isinstance(\"x\", [\"int\", \"float\"])", &[]),
            Some(false)
        );
        assert_eq!(truth("isinstance(True, [\"int\"])", &[]), Some(true));
    }
}
