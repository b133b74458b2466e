//! Calls: functions and classes of the distribution are entered, parsers and apps do what they do.

use rustc_hash::FxHashMap;

use super::machine::{Frame, Machine};
use super::statement::Flow;
use super::tree::ParserClass;
use super::value::{Arguments, Binding, ClassRef, Def, Object, Value};
use crate::python::ast::{Call, Expr, ExprKind, ParamKind};

impl<'a> Machine<'a> {
    /// What a call gives.
    pub fn call(&mut self, call: &'a Call, frame: &mut Frame<'a>) -> Value<'a> {
        match &call.func.kind {
            // `app.command(name="chat")(Chat)`
            ExprKind::Call(decorator) => {
                if let Some(added) = self.registered(decorator, call, frame) {
                    return added;
                }
            }
            ExprKind::Attribute { value, attr } => {
                if is_super(value) {
                    return self.base_method(&attr.name, call, frame);
                }
                let receiver = self.value(value, frame);
                let name = attr.name.as_str();
                match receiver {
                    Value::Parser(node) => return self.parser_method(node, name, call, frame),
                    Value::Subparsers(node) => {
                        return self.subparsers_method(node, name, call, frame);
                    }
                    Value::App(node) => return self.app_method(node, name, call, frame),
                    _ => {}
                }
                let callee = self.attribute(&receiver, name);
                let arguments = self.arguments(call, frame);
                return self.called(&callee, arguments);
            }
            _ => {}
        }
        let callee = self.value(&call.func, frame);
        if let Value::App(app) = callee {
            // `app()` runs it.
            self.tree.started.get_or_insert(app);
            return Value::Unknown;
        }
        let arguments = self.arguments(call, frame);
        self.called(&callee, arguments)
    }

    /// What calling a value gives.
    pub fn called(&mut self, callee: &Value<'a>, arguments: Arguments<'a>) -> Value<'a> {
        match callee {
            Value::Function(def) => self.entered(def, arguments),
            Value::Class(class) => self.instance(*class, arguments),
            Value::Foreign(path) => self.foreign(path, arguments),
            _ => {
                self.escape(&arguments);
                Value::Unknown
            }
        }
    }

    /// Something from elsewhere: parsers, apps, and builtins that matter.
    fn foreign(&mut self, path: &str, arguments: Arguments<'a>) -> Value<'a> {
        let name = path.rsplit('.').next().unwrap_or(path);
        match (name, arguments.positional.first()) {
            ("list" | "tuple" | "sorted", Some(list @ Value::List(_))) => return list.clone(),
            ("Typer" | "typer_factory", _) => return self.app(name, &arguments),
            ("build_command", Some(function @ Value::Function(_))) => return function.clone(),
            _ => {}
        }
        let is_known = path == "argparse.ArgumentParser"
            || matches!(name, "HfArgumentParser" | "TrlParser") && self.may_parse(path);
        if is_known {
            let class = ParserClass {
                of_fields: path != "argparse.ArgumentParser",
                dashes: false,
            };
            let parser = self.parser(class, &arguments);
            self.take_config(&parser, name);
            return parser;
        }
        self.escape(&arguments);
        Value::Unknown
    }

    /// Parsers that get into unknown hands may have any option and command from then on.
    fn escape(&mut self, arguments: &Arguments<'a>) {
        self.escape_within(arguments);
        let escaped: Vec<usize> = arguments
            .values()
            .filter_map(|value| match value {
                Value::Parser(node) | Value::Subparsers(node) | Value::App(node) => Some(*node),
                _ => None,
            })
            .collect();
        for node in escaped {
            let node = self.tree.node(node);
            node.open();
            node.flag(crate::knowledge::fact::Flag::OpenCommands);
        }
    }

    /// A function of the distribution is entered.
    fn entered(&mut self, def: &Def<'a>, arguments: Arguments<'a>) -> Value<'a> {
        match def.def.name.name.as_str() {
            "typer_factory" => return self.app("typer_factory", &arguments),
            "build_command" => return arguments.positional.into_iter().next().unwrap_or_default(),
            _ => {}
        }
        let Some(mut frame) = self.frame(def.module) else {
            return Value::Unknown;
        };
        frame.class = def.class;
        frame.this = def.this.as_deref().cloned();
        frame.locals = Some(self.parameters(def, arguments));
        self.deeper(|it| match it.block(&def.def.body, &mut frame) {
            Flow::Returned(value) => value,
            Flow::Done => frame.maybe.take().unwrap_or(Value::None),
        })
    }

    /// What the parameters of a function are bound to.
    fn parameters(
        &mut self,
        def: &Def<'a>,
        arguments: Arguments<'a>,
    ) -> FxHashMap<String, Binding<'a>> {
        let mut positional = def
            .this
            .as_deref()
            .cloned()
            .into_iter()
            .chain(arguments.positional.iter().cloned());
        let mut locals = FxHashMap::default();
        for param in &def.def.params {
            let name = param.name.name.as_str();
            let value = match param.kind {
                ParamKind::VarArgs => Value::List(positional.by_ref().collect()),
                ParamKind::VarKeyword => Value::Unknown,
                ParamKind::KeywordOnly => self.argument(def, name, None, &arguments),
                _ => {
                    let next = positional.next();
                    self.argument(def, name, next, &arguments)
                }
            };
            locals.insert(name.to_owned(), Binding::Value(value));
        }
        locals
    }

    fn argument(
        &mut self,
        def: &Def<'a>,
        name: &str,
        positional: Option<Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Value<'a> {
        if let Some(value) = positional.or_else(|| arguments.get(name).cloned()) {
            return value;
        }
        let param = def.def.params.iter().find(|it| it.name.name == name);
        let default = param.and_then(|param| param.default.as_ref());
        match (default, self.frame(def.module)) {
            (Some(default), Some(mut frame)) if !arguments.open => self.value(default, &mut frame),
            _ => Value::Unknown,
        }
    }

    /// An object of a class of the distribution, or a parser where the class is one.
    fn instance(&mut self, class: ClassRef<'a>, arguments: Arguments<'a>) -> Value<'a> {
        if let Some(kind) = self.parser_class(class) {
            let parser = self.parser(kind, &arguments);
            self.leave_open(&parser);
            return parser;
        }
        let number = self.objects.len();
        self.objects.push(Object {
            class,
            attributes: Vec::new(),
        });
        let object = Value::Object(number);
        match self.member(class, "__init__", Some(object.clone())) {
            Value::Function(init) => {
                self.entered(&init, arguments);
            }
            _ => self.escape(&arguments),
        }
        object
    }

    /// What kind of parser objects of a class are, where they are parsers.
    fn parser_class(&mut self, class: ClassRef<'a>) -> Option<ParserClass> {
        let mut kind = ParserClass::default();
        let mut is_parser = false;
        for class in self.lineage(class) {
            let name = class.def.name.name.as_str();
            kind.of_fields |= matches!(name, "HfArgumentParser" | "TrlParser");
            kind.dashes |= class.def.body.iter().any(|stmt| {
                matches!(&stmt.kind, crate::python::ast::StmtKind::FunctionDef(def)
                    if def.name.name == "add_argument")
            });
            for base in self.bases(class) {
                if let Value::Foreign(path) = base {
                    is_parser |= path.ends_with("ArgumentParser");
                    kind.of_fields |= path.ends_with("HfArgumentParser");
                }
            }
        }
        is_parser.then_some(kind)
    }

    /// `super().method(...)`
    fn base_method(&mut self, name: &str, call: &'a Call, frame: &mut Frame<'a>) -> Value<'a> {
        let arguments = self.arguments(call, frame);
        let Some(def) = frame.class else {
            return Value::Unknown;
        };
        let module = frame.module;
        let this = frame.this.clone();
        for base in self.bases(ClassRef { module, def }) {
            if let Value::Class(base) = base
                && let Value::Function(method) = self.member(base, name, this.clone())
            {
                return self.entered(&method, arguments);
            }
        }
        self.escape(&arguments);
        Value::Unknown
    }
}

fn is_super(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call(call) if call.func.as_name() == Some("super"))
}
