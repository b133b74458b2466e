//! Calls.

use std::sync::Arc;

use super::arguments::Arguments;
use super::function::Returns;
use super::scope::Known;
use super::{MAX_STEPS, Walker};
use crate::python::ast::{Argument, ArgumentKind, Call, Expr, ExprKind, Ident};
use crate::python::facts::{self, Access, CallId, Handed, Measured, Origin, Root, Step};
use crate::text::TextRange;

/// Builtins that neither keep nor change what they are given.
const PURE: &[&str] = &[
    "print",
    "len",
    "str",
    "repr",
    "sorted",
    "list",
    "tuple",
    "set",
    "isinstance",
    "type",
    "bool",
    "any",
    "all",
    "iter",
    "enumerate",
    "id",
];

impl<'a> Walker<'a> {
    /// Walks a call and says what is known of its result.
    pub(super) fn call(&mut self, call: &'a Call, range: TextRange) -> Known {
        if call.args.iter().any(is_release) {
            // `check_if_transformers_greater("4.25")`
            self.mention(super::guard::Tested::Version);
        }
        match &call.func.kind {
            ExprKind::Name(name) if self.is_builtin(name) => {
                if let Some(known) = self.builtin_call(name, call, range) {
                    return known;
                }
            }
            ExprKind::Attribute { value, attr } => {
                if let Some(id) = self.dict_named(value) {
                    self.dict_method(id, &attr.name, call);
                    return Known::Unknown;
                }
            }
            _ => {}
        }
        match self.callee(&call.func) {
            Known::Origin(callee) => self.known_call(&callee, call, range),
            Known::Function(function) => {
                self.walk_arguments(&call.args);
                match &self.returns[function] {
                    Returns::Value(origin) => Known::Origin(Arc::clone(origin)),
                    Returns::Nothing | Returns::Unknown => Known::Unknown,
                }
            }
            _ => {
                self.walk_arguments(&call.args);
                Known::Unknown
            }
        }
    }

    fn callee(&mut self, func: &'a Expr) -> Known {
        match &func.kind {
            ExprKind::Attribute { value, attr } => {
                let receiver = self.expr(value);
                self.attribute(&receiver, attr, self.at(func.range), Access::Load, true)
            }
            _ => self.expr(func),
        }
    }

    fn known_call(&mut self, callee: &Arc<Origin>, call: &'a Call, range: TextRange) -> Known {
        match special(callee) {
            Some(Special::Partial) => return self.partial(callee, call, range),
            Some(Special::Copy) => {
                if let [only] = call.args.as_slice() {
                    return self.read(&only.value);
                }
            }
            Some(Special::Cast) => {
                if let [class, value] = call.args.as_slice() {
                    self.expr(&class.value);
                    self.expr(&value.value);
                    return self.instance_of(&class.value);
                }
            }
            Some(Special::Dump) => {
                self.read_arguments(&call.args);
                return Known::Unknown;
            }
            None => {}
        }
        let arguments = self.arguments(&call.args);
        let id = self.record(
            callee,
            self.at(call.func.range),
            call,
            range,
            arguments,
            false,
        );
        if callee.steps.len() >= MAX_STEPS {
            return Known::Unknown;
        }
        Known::from_origin(callee.then(Step::Call(id)))
    }

    /// `functools.partial(callee, ...)` counts as a call of `callee` that may lack arguments. What
    /// calling its result means is not followed.
    fn partial(&mut self, partial: &Arc<Origin>, call: &'a Call, range: TextRange) -> Known {
        let Some((first, rest)) = call.args.split_first() else {
            return Known::Unknown;
        };
        if first.kind != ArgumentKind::Positional {
            self.walk_arguments(&call.args);
            return Known::Unknown;
        }
        let (callee, callee_range) = match self.expr(&first.value) {
            Known::Origin(callee) => (callee, self.at(first.value.range)),
            _ => (Arc::clone(partial), self.at(call.func.range)),
        };
        let is_partial = !Arc::ptr_eq(&callee, partial);
        let arguments = self.arguments(rest);
        if is_partial {
            self.record(&callee, callee_range, call, range, arguments, true);
        }
        Known::Unknown
    }

    fn record(
        &mut self,
        callee: &Arc<Origin>,
        callee_range: TextRange,
        call: &Call,
        range: TextRange,
        arguments: Arguments,
        partial: bool,
    ) -> CallId {
        let index = self.facts.calls.len();
        let Arguments {
            positional,
            keywords,
            open,
            spreads,
            mappings,
        } = arguments;
        for mut spread in spreads {
            spread.call = index;
            self.spreads.push(spread);
        }
        self.facts.calls.push(facts::Call {
            callee: Arc::clone(callee),
            callee_range,
            range,
            args_range: self.at(call.args_range),
            positional,
            keywords,
            open,
            partial,
            shared: false,
            statement: self.statement,
            assigned_to: None,
            in_loop: self.loops > 0,
            mappings,
            guard: self.guard(),
        });
        CallId(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// Builtins that mean something here; nothing has been walked where it gives `None`.
    fn builtin_call(&mut self, name: &str, call: &'a Call, range: TextRange) -> Option<Known> {
        match (name, call.args.as_slice()) {
            ("super", args) => {
                self.walk_arguments(args);
                let class = match args.first() {
                    None => self.class,
                    Some(class) => self.class_named(&class.value),
                };
                Some(class.map_or(Known::Unknown, |id| origin(Root::SuperOf(id))))
            }
            ("getattr", [object, name]) => {
                let attr = literal_name(&name.value)?;
                let receiver = self.expr(&object.value);
                Some(self.attribute_by_name(&receiver, &attr, range, Access::Load))
            }
            ("delattr", [object, name]) => {
                let attr = literal_name(&name.value)?;
                let receiver = self.expr(&object.value);
                self.attribute_by_name(&receiver, &attr, range, Access::Store);
                Some(Known::Unknown)
            }
            ("setattr", [object, name, value]) => {
                let receiver = self.expr(&object.value);
                self.expr(&value.value);
                match literal_name(&name.value) {
                    Some(attr) => {
                        self.attribute_by_name(&receiver, &attr, range, Access::Store);
                        self.note_store(&receiver, &attr.name);
                    }
                    None => {
                        self.expr(&name.value);
                        self.note_any_store(&receiver, range);
                    }
                }
                Some(Known::Unknown)
            }
            ("vars", [object]) => {
                let receiver = self.expr(&object.value);
                self.mention(super::guard::Tested::Version);
                self.note_any_store(&receiver, range);
                Some(Known::Unknown)
            }
            ("dict", _) => {
                let id = self.dict_call(call)?;
                self.observe(id);
                Some(Known::Unknown)
            }
            ("len", [only]) => {
                let known = self.read(&only.value);
                self.measure(&known, range, "__len__");
                Some(Known::Unknown)
            }
            (name, args) if PURE.contains(&name) => {
                self.read_arguments(args);
                Some(Known::Unknown)
            }
            _ => None,
        }
    }

    /// Notes that attributes of a value may be set whose names are not known.
    fn note_any_store(&mut self, receiver: &Known, range: TextRange) {
        self.note_store(receiver, "*");
        if let Known::Origin(origin) = receiver {
            self.facts.handed.push(Handed {
                origin: Arc::clone(origin),
                range,
                is_set: true,
            });
        }
    }

    /// Notes that a value is asked for its length, or for an element.
    pub(super) fn measure(&mut self, known: &Known, range: TextRange, method: &'static str) {
        if let Known::Origin(origin) = known {
            let measured = Measured {
                origin: Arc::clone(origin),
                range,
                method,
                guard: self.guard(),
            };
            self.facts.measured.push(measured);
        }
    }

    fn attribute_by_name(
        &mut self,
        receiver: &Known,
        attr: &Ident,
        range: TextRange,
        access: Access,
    ) -> Known {
        if attr.range.is_empty() {
            return Known::Unknown;
        }
        self.attribute(receiver, attr, range, access, false)
    }
}

fn origin(root: Root) -> Known {
    Known::from_origin(Origin {
        root,
        steps: Vec::new(),
    })
}

/// A string literal that could stand behind a dot.
fn literal_name(expr: &Expr) -> Option<Ident> {
    let ExprKind::Str(literal) = &expr.kind else {
        return None;
    };
    let range = literal.content?;
    Some(Ident {
        name: literal.value.as_str().into(),
        range,
    })
}

/// Functions of Python's own library that the walk understands.
enum Special {
    /// `functools.partial`
    Partial,
    /// `copy.copy` and `copy.deepcopy`
    Copy,
    /// `typing.cast`
    Cast,
    /// `json.dumps` and `pprint.pprint`, which read only.
    Dump,
}

fn special(callee: &Origin) -> Option<Special> {
    let (Root::Import(module), [Step::Attr(name)]) = (&callee.root, callee.steps.as_slice()) else {
        return None;
    };
    match (module.as_str(), name.as_str()) {
        ("functools", "partial" | "partialmethod") => Some(Special::Partial),
        ("copy", "copy" | "deepcopy") => Some(Special::Copy),
        ("typing" | "typing_extensions", "cast") => Some(Special::Cast),
        ("json", "dump" | "dumps") | ("pprint", "pprint" | "pp") => Some(Special::Dump),
        _ => None,
    }
}

/// Whether a release is passed by position, as literal: `"4.25.0"`.
fn is_release(argument: &Argument) -> bool {
    match (&argument.kind, &argument.value.kind) {
        (ArgumentKind::Positional, ExprKind::Str(text)) => super::guard::is_release(&text.value),
        _ => false,
    }
}
