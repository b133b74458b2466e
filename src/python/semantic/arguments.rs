//! Arguments of calls.

use std::sync::Arc;

use super::Walker;
use super::mapping::Spread;
use super::scope::Known;
use crate::python::ast::{Argument, ArgumentKind, Expr, ExprKind, Ident};
use crate::python::facts::{Handed, Keyword, Origin, Positional, Site, Value};
use crate::text::TextRange;

/// The arguments of one call.
#[derive(Default)]
pub(super) struct Arguments {
    pub(super) positional: Vec<Positional>,
    pub(super) keywords: Vec<Keyword>,
    pub(super) open: bool,
    pub(super) spreads: Vec<Spread>,
    pub(super) mappings: Vec<Arc<Origin>>,
}

/// What is known of one argument.
struct Passed {
    value: Value,
    origin: Option<Arc<Origin>>,
    elements: Vec<Option<Arc<Origin>>>,
    function: Option<TextRange>,
}

impl<'a> Walker<'a> {
    /// Walks arguments whose callee is unknown.
    pub(super) fn walk_arguments(&mut self, args: &'a [Argument]) {
        for argument in args {
            let known = match argument.kind {
                ArgumentKind::Spread | ArgumentKind::DictSpread => self.read(&argument.value),
                _ => self.expr(&argument.value),
            };
            if let Known::Origin(origin) = known {
                let range = self.at(argument.range);
                let is_set = false;
                self.facts.handed.push(Handed {
                    origin,
                    range,
                    is_set,
                });
            }
        }
    }

    /// Walks the arguments of something that keeps and changes nothing, `print` for one.
    pub(super) fn read_arguments(&mut self, args: &'a [Argument]) {
        for argument in args {
            self.read(&argument.value);
        }
    }

    /// Walks arguments and keeps what is known of them.
    pub(super) fn arguments(&mut self, args: &'a [Argument]) -> Arguments {
        let mut arguments = Arguments::default();
        for argument in args {
            match &argument.kind {
                ArgumentKind::Positional => {
                    let positional = self.positional(argument);
                    arguments.positional.push(positional);
                }
                ArgumentKind::Keyword(name) => {
                    let (name, range) = (self.ident(name), self.at(argument.range));
                    let keyword = self.keyword(name, range, &argument.value, Site::Keyword);
                    arguments.keywords.push(keyword);
                }
                ArgumentKind::Spread => {
                    self.read(&argument.value);
                    arguments.open = true;
                }
                ArgumentKind::DictSpread => self.dict_spread(&argument.value, &mut arguments),
            }
        }
        arguments
    }

    fn dict_spread(&mut self, value: &'a Expr, arguments: &mut Arguments) {
        match self.spread(value, &mut arguments.keywords) {
            Some(spread) => {
                arguments.open |= self.is_open(spread.dict);
                arguments.spreads.push(spread);
            }
            None => {
                let known = self.read(value);
                arguments.mappings.extend(known.origin().cloned());
                arguments.open = true;
            }
        }
    }

    pub(super) fn keyword(
        &mut self,
        name: Ident,
        range: TextRange,
        value: &'a Expr,
        site: Site,
    ) -> Keyword {
        let optional = value
            .as_name()
            .and_then(|name| self.lookup(name))
            .is_some_and(|entry| entry.optional);
        let passed = self.passed(value);
        Keyword {
            name,
            range,
            value_range: self.at(value.range),
            value: passed.value,
            origin: passed.origin,
            elements: passed.elements,
            function: passed.function,
            optional,
            site,
        }
    }

    fn positional(&mut self, argument: &'a Argument) -> Positional {
        let passed = self.passed(&argument.value);
        Positional {
            range: self.at(argument.range),
            value: passed.value,
            origin: passed.origin,
            elements: passed.elements,
            function: passed.function,
        }
    }

    fn passed(&mut self, expr: &'a Expr) -> Passed {
        let known = match &expr.kind {
            ExprKind::List(items) => self.tuple(items),
            _ => self.expr(expr),
        };
        let owned = |known: &Known| known.origin().cloned();
        let mut elements: Vec<_> = match &known {
            Known::Items(items) => items.iter().map(owned).collect(),
            _ => Vec::new(),
        };
        if elements.iter().all(Option::is_none) {
            elements.clear();
        }
        let function = match &known {
            Known::Function(function) => Some(self.functions[*function]),
            _ if matches!(expr.kind, ExprKind::Lambda { .. }) => Some(self.at(expr.range)),
            _ => None,
        };
        Passed {
            value: match known {
                Known::Origin(_) => Value::Unknown,
                _ => self.constant(expr),
            },
            origin: owned(&known),
            elements,
            function,
        }
    }
}
