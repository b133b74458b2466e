//! Apps of `typer`, and of what reads annotated functions as it does: a function is a command, its
//! parameters are options and positionals.

use super::machine::{Frame, Machine};
use super::tree::{Node, Style};
use super::value::{Arguments, ClassRef, Def, Value};
use crate::knowledge::extract::visit;
use crate::knowledge::fact::{CommandOption, Deprecation, Fact, Flag, Takes, Trigger};
use crate::python::ast::{Call, Expr, ExprKind, Param, ParamKind, StmtKind};

/// Aliases of aliases of annotations beyond this are not followed.
const MAX_ALIASES: usize = 6;

/// What a `Annotated[...]` says.
#[derive(Default)]
struct Declared<'a> {
    /// The type, with the module it is written in.
    kind: Option<(&'a str, &'a Expr)>,
    /// `Option(...)` or `Argument(...)`, with its last name.
    marker: Option<(String, &'a Call)>,
}

impl<'a> Machine<'a> {
    /// A new app.
    pub fn app(&mut self, factory: &str, arguments: &Arguments<'a>) -> Value<'a> {
        let mut node = Node {
            style: Style::Click,
            ..Node::default()
        };
        // A class of its own may know more commands than were added: extensions.
        if arguments.get("cls").is_some() || arguments.open {
            node.flag(Flag::OpenCommands);
        }
        if factory == "typer_factory" {
            node.flag(Flag::Formatted);
        }
        Value::App(self.tree.add(node))
    }

    /// `@app.command(...)` and `@app.callback(...)` above a function.
    pub fn decorate(&mut self, decorator: &'a Expr, function: &Def<'a>, frame: &mut Frame<'a>) {
        let ExprKind::Call(call) = &decorator.kind else {
            return;
        };
        let ExprKind::Attribute { value, attr } = &call.func.kind else {
            return;
        };
        if !matches!(
            attr.name.as_str(),
            "command" | "callback" | "group_callback"
        ) {
            return;
        }
        if let Value::App(app) = self.value(value, frame) {
            let arguments = self.arguments(call, frame);
            self.register(
                app,
                &attr.name,
                &arguments,
                Value::Function(function.clone()),
            );
        }
    }

    /// `app.command(name="chat")(Chat)`; `None` where it is something else.
    pub fn registered(
        &mut self,
        decorator: &'a Call,
        call: &'a Call,
        frame: &mut Frame<'a>,
    ) -> Option<Value<'a>> {
        let ExprKind::Attribute { value, attr } = &decorator.func.kind else {
            return None;
        };
        let Value::App(app) = self.value(value, frame) else {
            return None;
        };
        let arguments = self.arguments(decorator, frame);
        let target = self.arguments(call, frame).positional.into_iter().next()?;
        self.register(app, &attr.name, &arguments, target.clone());
        Some(target)
    }

    /// `app.method(...)`
    pub fn app_method(
        &mut self,
        app: usize,
        method: &str,
        call: &'a Call,
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        let arguments = self.arguments(call, frame);
        let first = arguments.positional.first().cloned().unwrap_or_default();
        let name = arguments.get("name").or(arguments.positional.get(1));
        let name = name.and_then(Value::text).map(str::to_owned);
        match method {
            "add_typer" | "add_group" | "add_command" => {
                let added = self.materialised(first);
                self.mount(app, name, added, &arguments);
            }
            "command" | "callback" | "group_callback" | "registered_groups" => {}
            _ => self.tree.node(app).flag(Flag::OpenCommands),
        }
        Value::Unknown
    }

    /// A stand-in that names a module and an attribute is what it stands for.
    fn materialised(&mut self, value: Value<'a>) -> Value<'a> {
        let Value::Object(number) = value else {
            return value;
        };
        let text = |machine: &mut Self, name: &str| {
            let found = machine.attribute(&Value::Object(number), name);
            found.text().map(str::to_owned)
        };
        let (Some(module), Some(attribute)) = (text(self, "module"), text(self, "attribute"))
        else {
            return Value::Unknown;
        };
        let found = self.lookup(&format!("{module}.{attribute}"));
        match self.attribute(&Value::Object(number), "is_factory").truth() {
            Some(true) => self.called(&found, Arguments::default()),
            _ => found,
        }
    }

    /// Puts a group or a function below an app.
    fn mount(
        &mut self,
        app: usize,
        name: Option<String>,
        added: Value<'a>,
        arguments: &Arguments<'a>,
    ) {
        match (added, name) {
            (Value::App(child), Some(name)) => {
                self.inherit(app, child);
                if arguments.is_true("hidden") {
                    self.tree.node(child).flag(Flag::Hidden);
                }
                self.tree.attach(app, &name, Vec::new(), child);
            }
            (function @ (Value::Function(_) | Value::Class(_)), Some(name)) => {
                let named = Arguments {
                    positional: vec![Value::Str(name)],
                    ..Arguments::default()
                };
                self.register(app, "command", &named, function);
            }
            // Without a name its commands stand beside those of the app.
            (Value::App(child), None) => {
                let children = self.tree.node(child).children.clone();
                self.tree.node(app).children.extend(children);
            }
            _ => self.tree.node(app).flag(Flag::OpenCommands),
        }
    }

    fn inherit(&mut self, app: usize, child: usize) {
        if self.tree.node(app).flags.contains(&Flag::Formatted) {
            self.tree.node(child).flag(Flag::Formatted);
        }
    }

    /// Adds a function as a command, or as what the app itself does.
    fn register(&mut self, app: usize, how: &str, arguments: &Arguments<'a>, target: Value<'a>) {
        let def = match target {
            Value::Function(def) => def,
            Value::Class(class) => match self.constructor(class) {
                Some(def) => def,
                None => return self.tree.node(app).flag(Flag::OpenCommands),
            },
            _ => return self.tree.node(app).flag(Flag::OpenCommands),
        };
        if how != "command" {
            let mut node = std::mem::take(self.tree.node(app));
            node.has_callback = true;
            self.signature(&def, &mut node);
            *self.tree.node(app) = node;
            return;
        }
        let name = arguments.positional.first().or(arguments.get("name"));
        let name = match name {
            None | Some(Value::None) => Some(command_name(&def.def.name.name)),
            Some(name) => name.text().map(str::to_owned),
        };
        let mut node = Node {
            style: Style::Click,
            ..Node::default()
        };
        self.signature(&def, &mut node);
        settings(arguments, &mut node);
        let number = self.tree.add(node);
        self.inherit(app, number);
        match name {
            Some(name) => self.tree.attach(app, &name, Vec::new(), number),
            None => self.tree.node(app).flag(Flag::OpenCommands),
        }
    }

    fn constructor(&mut self, class: ClassRef<'a>) -> Option<Def<'a>> {
        match self.member(class, "__init__", Some(Value::Class(class))) {
            Value::Function(def) => Some(def),
            _ => None,
        }
    }

    /// The options and positionals that a function's parameters make.
    fn signature(&mut self, def: &Def<'a>, node: &mut Node) {
        let skipped = usize::from(def.this.is_some());
        for param in def.def.params.iter().skip(skipped) {
            match param.kind {
                ParamKind::VarArgs | ParamKind::VarKeyword => node.open(),
                _ => self.parameter(def, param, node),
            }
        }
    }

    fn parameter(&mut self, def: &Def<'a>, param: &'a Param, node: &mut Node) {
        let mut declared = Declared::default();
        if let Some(annotation) = &param.annotation {
            self.declared(def.module, annotation, &mut declared, MAX_ALIASES);
        }
        let in_default = param.default.as_ref().and_then(marker);
        let is_default = declared.marker.is_none() && in_default.is_some();
        let marked = declared.marker.take().or(in_default);
        let (module, kind) = match declared.kind {
            Some(kind) => kind,
            None => (def.module, param.annotation.as_ref().unwrap_or(&ANY)),
        };
        let kind = self.kind(module, kind);
        if kind.is_context {
            return;
        }
        let word = marked.as_ref().map(|(word, _)| word.as_str());
        let has_default = match (&param.default, is_default) {
            (None, _) => false,
            (Some(_), false) => true,
            (Some(_), true) => marked.as_ref().is_some_and(|(_, call)| {
                let first = visit::positional(call)
                    .next()
                    .or(visit::keyword(call, "default"));
                first.is_some_and(|value| value.kind != ExprKind::Ellipsis)
            }),
        };
        let call = marked.as_ref().map(|(_, call)| *call);
        let free = call.is_some_and(|call| {
            ["click_type", "parser", "case_sensitive", "autocompletion"]
                .iter()
                .any(|name| visit::keyword(call, name).is_some())
        });
        let choices = if free { Vec::new() } else { kind.choices };
        let is_positional = match word {
            Some(word) => word == "Argument",
            None => !has_default,
        };
        let name = param.name.name.as_str();
        if is_positional {
            let takes = match (kind.is_list, has_default) {
                (true, _) => Takes::Any,
                (false, true) => Takes::Optional,
                (false, false) => Takes::Exactly(1),
            };
            node.facts.push(Fact::Positional {
                name: name.to_owned(),
                takes,
                choices,
            });
            return;
        }
        let names = call.map_or_else(Vec::new, |call| declarations(call, is_default));
        let names = match names.is_empty() {
            true => default_names(name, kind.is_bool),
            false => names,
        };
        let counts = call.is_some_and(|call| visit::keyword(call, "count").is_some());
        let is_hidden = call.and_then(|call| visit::keyword(call, "hidden"));
        node.option(CommandOption {
            names,
            takes: match kind.is_known {
                _ if kind.is_bool || counts => Takes::Exactly(0),
                true => Takes::Exactly(1),
                false => Takes::Unknown,
            },
            choices,
            required: !has_default,
            hidden: is_hidden.is_some_and(|hidden| hidden.kind == ExprKind::Bool(true)),
        });
    }

    /// Takes an annotation apart: the type, and the marker beside it.
    fn declared(
        &mut self,
        module: &'a str,
        annotation: &'a Expr,
        declared: &mut Declared<'a>,
        hops: usize,
    ) {
        if hops == 0 {
            return;
        }
        if let ExprKind::Subscript { value, index } = &annotation.kind
            && value
                .dotted()
                .is_some_and(|path| last(&path) == "Annotated")
        {
            if let Some((first, rest)) = index.split_first() {
                self.declared(module, first, declared, hops - 1);
                if declared.kind.is_none() {
                    declared.kind = Some((module, first));
                }
                let found = rest.iter().find_map(marker);
                declared.marker = found.or(declared.marker.take());
            }
            return;
        }
        // `token: TokenOpt`, `x: common.type`
        if let Some((module, behind)) = self.alias(module, annotation) {
            self.declared(module, behind, declared, hops - 1);
        }
    }

    /// The annotation that a name or `name.type` stands for.
    fn alias(&mut self, module: &'a str, annotation: &Expr) -> Option<(&'a str, &'a Expr)> {
        let frame = self.frame(module)?;
        self.global(module, "");
        let path = self.path(annotation, &frame)?;
        if let Some(found) = self.definition(&path) {
            return Some(found);
        }
        // An object that holds the annotation: `Arg(type=Annotated[...], default=1)`.
        let (object, attribute) = path.rsplit_once('.')?;
        let (module, made) = self.definition(object)?;
        match &made.kind {
            ExprKind::Call(call) => Some((module, visit::keyword(call, attribute)?)),
            _ => None,
        }
    }

    /// What kind of values a type lets through.
    fn kind(&mut self, module: &'a str, expr: &'a Expr) -> Kind {
        let mut kind = Kind::default();
        self.read_kind(module, expr, &mut kind, MAX_ALIASES);
        kind
    }

    fn read_kind(&mut self, module: &'a str, expr: &'a Expr, kind: &mut Kind, hops: usize) {
        match &expr.kind {
            ExprKind::None => {}
            ExprKind::Binary { left, op, right } if *op == "|" => {
                self.read_kind(module, left, kind, hops);
                self.read_kind(module, right, kind, hops);
            }
            ExprKind::Subscript { value, index } => {
                let name = value.dotted().unwrap_or_default();
                match last(&name) {
                    "Optional" | "Union" | "Annotated" => {
                        for part in
                            index
                                .iter()
                                .take(if last(&name) == "Annotated" { 1 } else { 9 })
                        {
                            self.read_kind(module, part, kind, hops);
                        }
                    }
                    "list" | "List" | "Sequence" => {
                        kind.is_list = true;
                        if let Some(inner) = index.first() {
                            self.read_kind(module, inner, kind, hops);
                        }
                    }
                    "Literal" => {
                        kind.is_known = true;
                        let texts: Option<Vec<&str>> = index.iter().map(Expr::as_str).collect();
                        kind.choices = texts
                            .unwrap_or_default()
                            .into_iter()
                            .map(str::to_owned)
                            .collect();
                    }
                    "tuple" | "Tuple" => kind.is_known = false,
                    _ => kind.is_known = true,
                }
            }
            _ => self.named_kind(module, expr, kind, hops),
        }
    }

    fn named_kind(&mut self, module: &'a str, expr: &'a Expr, kind: &mut Kind, hops: usize) {
        let dotted = expr.dotted().unwrap_or_default();
        match last(&dotted) {
            "bool" => (kind.is_bool, kind.is_known) = (true, true),
            "str" | "int" | "float" | "Path" | "datetime" => kind.is_known = true,
            "Context" => kind.is_context = true,
            "" => {}
            _ => {
                kind.is_known = true;
                self.global(module, "");
                let path = self.frame(module).and_then(|it| self.path(expr, &it));
                let Some(path) = path.filter(|_| hops > 0) else {
                    return;
                };
                if let Value::Class(class) = self.lookup(&path) {
                    kind.choices = members(class);
                } else if let Some((module, behind)) = self.definition(&path) {
                    self.read_kind(module, behind, kind, hops - 1);
                }
            }
        }
    }
}

/// What a type lets through.
#[derive(Default)]
struct Kind {
    is_bool: bool,
    is_list: bool,
    is_context: bool,
    is_known: bool,
    choices: Vec<String>,
}

const ANY: Expr = Expr {
    range: crate::text::TextRange { start: 0, end: 0 },
    kind: ExprKind::Ellipsis,
};

/// The values of an enumeration whose members are strings.
fn members(class: ClassRef<'_>) -> Vec<String> {
    let is_enum = class.def.bases.iter().any(|base| {
        base.dotted()
            .is_some_and(|path| matches!(last(&path), "Enum" | "StrEnum"))
    });
    let member = |stmt: &crate::python::ast::Stmt| match &stmt.kind {
        StmtKind::Assign { targets, value } if targets[0].as_name().is_some() => {
            Some(value.as_str().map(str::to_owned))
        }
        _ => None,
    };
    let members: Option<Vec<String>> = class.def.body.iter().filter_map(member).collect();
    members.filter(|_| is_enum).unwrap_or_default()
}

/// `Option(...)`, `typer.Argument(...)`
fn marker(expr: &Expr) -> Option<(String, &Call)> {
    let ExprKind::Call(call) = &expr.kind else {
        return None;
    };
    let path = call.func.dotted()?;
    let word = last(&path);
    matches!(word, "Option" | "Argument").then(|| (word.to_owned(), &**call))
}

/// The names that `Option(...)` declares; the first argument is the default where the marker is one.
fn declarations(call: &Call, is_default: bool) -> Vec<String> {
    visit::positional(call)
        .skip(usize::from(is_default))
        .filter_map(Expr::as_str)
        .flat_map(|names| names.split('/'))
        .map(|name| name.trim().to_owned())
        .filter(|name| name.starts_with('-'))
        .collect()
}

fn default_names(name: &str, is_bool: bool) -> Vec<String> {
    let name = command_name(name);
    match is_bool {
        true => vec![format!("--{name}"), format!("--no-{name}")],
        false => vec![format!("--{name}")],
    }
}

/// A function's name as a word of a command line.
fn command_name(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}

/// What `@app.command(...)` says about how the command is read and shown.
fn settings(arguments: &Arguments<'_>, node: &mut Node) {
    if arguments.is_true("hidden") {
        node.flag(Flag::Hidden);
    }
    if arguments.is_true("deprecated") {
        node.facts.push(Fact::Deprecated(Deprecation {
            name: None,
            when: Trigger::Used,
            replacement: None,
            announced: None,
        }));
    }
    match arguments.get("context_settings") {
        None => {}
        Some(Value::Dict(settings)) => {
            let lenient = ["ignore_unknown_options", "allow_extra_args"];
            let is_lenient = |(name, value): &(String, Value<'_>)| {
                lenient.contains(&name.as_str()) && value.truth() != Some(false)
            };
            if settings.iter().any(is_lenient) {
                node.open();
            }
        }
        Some(_) => node.open(),
    }
    if arguments.open {
        node.open();
    }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
