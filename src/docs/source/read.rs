//! From the text of a module to the texts of its definitions.

use rustc_hash::FxHashMap;

use super::{Decorator, ItemDocs, ModuleDocs};
use crate::python::ast::{Argument, ArgumentKind, Call, Expr, ExprKind, Stmt, StmtKind};
use crate::python::parse::parse_module;

/// Shorter texts in a decorator are no documentation.
const SHORTEST: usize = 40;

/// The class whose members are introductions, in transformers' `utils/auto_docstring.py`.
const INTRODUCTIONS: &str = "ClassDocstring";

/// Reads a module.
pub fn read(text: &str) -> ModuleDocs {
    let module = parse_module(text);
    let mut reading = Reading {
        constants: FxHashMap::default(),
        docs: ModuleDocs::default(),
    };
    reading.constants(&module.body);
    reading.statements(&module.body, "");
    let Reading {
        constants,
        mut docs,
    } = reading;
    let templates = constants
        .into_iter()
        .filter(|(name, _)| name.contains("DOCSTRING"));
    docs.templates = templates
        .map(|(name, text)| (name.into(), text.into()))
        .collect();
    docs
}

struct Reading<'m> {
    /// Texts at the module's top level.
    constants: FxHashMap<&'m str, &'m str>,
    docs: ModuleDocs,
}

impl<'m> Reading<'m> {
    fn constants(&mut self, body: &'m [Stmt]) {
        for statement in body {
            let StmtKind::Assign { targets, value } = &statement.kind else {
                continue;
            };
            if let ([target], Some(text)) = (targets.as_slice(), value.as_str())
                && let Some(name) = target.as_name()
            {
                self.constants.insert(name, text);
            }
        }
    }

    /// Definitions below `owner` (`Trainer.`), in branches too.
    fn statements(&mut self, body: &'m [Stmt], owner: &str) {
        for statement in body {
            match &statement.kind {
                StmtKind::FunctionDef(function) => {
                    let item = self.item(&function.body, &function.decorators);
                    self.keep(format!("{owner}{}", function.name.name), item);
                }
                StmtKind::ClassDef(class) => {
                    let name = format!("{owner}{}", class.name.name);
                    let mut item = self.item(&class.body, &class.decorators);
                    item.fields = fields(&class.body, class.name.name == INTRODUCTIONS);
                    self.keep(name.clone(), item);
                    self.statements(&class.body, &format!("{name}."));
                }
                StmtKind::If(branches) => {
                    for branch in branches {
                        self.statements(&branch.body, owner);
                    }
                }
                StmtKind::Try {
                    body,
                    handlers,
                    orelse,
                    ..
                } => {
                    self.statements(body, owner);
                    for handler in handlers {
                        self.statements(&handler.body, owner);
                    }
                    self.statements(orelse, owner);
                }
                StmtKind::With { body, .. } => self.statements(body, owner),
                _ => {}
            }
        }
    }

    /// Of several definitions of one name the first that says anything counts: stand-ins for missing backends and
    /// overloads say nothing.
    fn keep(&mut self, name: String, item: ItemDocs) {
        if !item.is_empty() {
            self.docs.items.entry(name.into()).or_insert(item);
        }
    }

    fn item(&self, body: &[Stmt], decorators: &[Expr]) -> ItemDocs {
        ItemDocs {
            docstring: docstring(body).map(Into::into),
            decorators: decorators
                .iter()
                .filter_map(|decorator| self.decorator(decorator))
                .collect(),
            fields: Vec::new(),
        }
    }

    fn decorator(&self, decorator: &Expr) -> Option<Decorator> {
        let call = match &decorator.kind {
            ExprKind::Call(call) => Some(call),
            _ => None,
        };
        let name = last_name(call.map_or(decorator, |call| &call.func))?;
        let mut found = Decorator {
            name: name.into(),
            ..Decorator::default()
        };
        for argument in call.iter().flat_map(|call| &call.args) {
            let Some(text) = self.text(&argument.value) else {
                continue;
            };
            match &argument.kind {
                ArgumentKind::Keyword(keyword) if keyword.name == "custom_intro" => {
                    found.intro = Some(text.into())
                }
                _ if text.len() >= SHORTEST => found.texts.push(text.into()),
                _ => {}
            }
        }
        let says = found.intro.is_some() || !found.texts.is_empty() || name == "auto_docstring";
        says.then_some(found)
    }

    /// A text, a constant, `CONSTANT.format(...)`, or a sum of these.
    fn text(&self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Str(_) => expr.as_str().map(ToOwned::to_owned),
            ExprKind::Name(name) => self
                .constants
                .get(name.as_str())
                .map(|text| (*text).to_owned()),
            ExprKind::Call(call) => match &call.func.kind {
                ExprKind::Attribute { value, attr } if attr.name == "format" => self.text(value),
                _ => None,
            },
            ExprKind::Binary {
                left,
                op: "+",
                right,
            } => Some(self.text(left)? + &self.text(right)?),
            _ => None,
        }
    }
}

fn docstring(body: &[Stmt]) -> Option<&str> {
    literal(body.first()?)
}

/// The text of a statement that is one.
fn literal(statement: &Stmt) -> Option<&str> {
    match &statement.kind {
        StmtKind::Expr(expr) => expr.as_str(),
        _ => None,
    }
}

fn last_name(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Attribute { attr, .. } => Some(&attr.name),
        _ => None,
    }
}

/// The texts about the fields of a class.
fn fields(body: &[Stmt], introduces: bool) -> Vec<(Box<str>, Box<str>)> {
    let mut found = Vec::new();
    for (at, statement) in body.iter().enumerate() {
        let (target, value) = match &statement.kind {
            StmtKind::AnnAssign { target, value, .. } => (target, value.as_ref()),
            StmtKind::Assign { targets, value } if targets.len() == 1 => (&targets[0], Some(value)),
            _ => continue,
        };
        let Some(name) = target.as_name() else {
            continue;
        };
        let below = body.get(at + 1).and_then(literal);
        let own = || value.filter(|_| introduces).and_then(Expr::as_str);
        if let Some(text) = value.and_then(about).or_else(own).or(below) {
            found.push((name.into(), text.into()));
        }
    }
    found
}

/// `field(metadata={"help": text})`, `{"description": text}`
fn about(value: &Expr) -> Option<&str> {
    match &value.kind {
        ExprKind::Call(call) => help(call),
        ExprKind::Dict(_) => entry(value, "description"),
        _ => None,
    }
}

fn help(call: &Call) -> Option<&str> {
    let is_metadata = |argument: &&Argument| matches!(&argument.kind, ArgumentKind::Keyword(keyword) if keyword.name == "metadata");
    let metadata = call.args.iter().find(is_metadata)?;
    entry(&metadata.value, "help")
}

fn entry<'e>(dict: &'e Expr, key: &str) -> Option<&'e str> {
    let ExprKind::Dict(items) = &dict.kind else {
        return None;
    };
    let is_it = |item: &&crate::python::ast::DictItem| {
        item.key.as_ref().and_then(Expr::as_str) == Some(key)
    };
    items.iter().find(is_it)?.value.as_str()
}
