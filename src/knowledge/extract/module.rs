//! One module: everything that its own text says. What needs other modules is left to `link`.

use rustc_hash::FxHashMap;

use super::alias::AliasRules;
use super::body::{Body, Kind, Place};
use super::class::{self, MakesDataclasses, RawClass};
use super::decorator::{Effect, RawDecorator};
use super::function::{self, RawFunction, Site};
use super::lazy::{self, LazyTable};
use super::namespace::Namespace;
use super::notice::{self, Subject};
use super::{ModuleText, getattr, render, shape, visit};
use crate::knowledge::fact::{Deprecation, Flag};
use crate::python::ast::{ClassDef, Expr, ExprKind, FunctionDef, Stmt, StmtKind};
use crate::python::parse::parse_module;

/// What the text of one module says.
#[derive(Clone, Debug, Default)]
pub struct RawModule {
    /// Absolute dotted name.
    pub name: String,
    /// Whether it is an `__init__`.
    pub is_package: bool,
    /// Names bound to something elsewhere, in order.
    pub imports: Vec<(String, String)>,
    /// Plain values, with the constant where it is short.
    pub values: Vec<(String, Option<String>)>,
    /// Modules of `from ... import *`.
    pub stars: Vec<String>,
    /// `__all__`, where it is a literal.
    pub all: Option<Vec<String>>,
    /// Names with a decorator that lists them for lazy modules.
    pub listed: Vec<String>,
    /// Names that are added to `__all__` at run time (timm 1.0 `_registry.py`).
    pub registered: Vec<String>,
    /// Whether names may exist that no source line shows.
    pub is_open: bool,
    /// The table of a lazy module.
    pub lazy: Option<LazyTable>,
    /// The rules of a lazy module class defined here.
    pub alias_rules: AliasRules,
    /// Tokenizers with their converters (transformers `convert_slow_tokenizer.py`).
    pub converters: Vec<(String, String)>,
    /// Functions by path.
    pub functions: Vec<(String, RawFunction)>,
    /// Classes by path.
    pub classes: Vec<(String, RawClass)>,
    /// What the functions of the module do as decorators, where that is understood.
    pub effects: FxHashMap<String, Effect>,
    /// Notices about the module itself, and about names of it.
    pub notices: Vec<Deprecation>,
    /// Old paths of modules with their new ones, both absolute, for which an import hook stands.
    pub hooked: Vec<(String, String)>,
    /// Names that are put into other modules: the module, the name, what it stands for.
    pub put: Vec<(String, String, Option<String>)>,
    /// Modules of placeholders that are starred where a library is missing.
    pub placeholders: Vec<String>,
    /// What the stub says that lies beside the source.
    pub stub: Option<Box<RawModule>>,
}

/// Reads a module, and its stub where it has one.
pub fn read(source: &ModuleText<'_>) -> RawModule {
    let mut raw = read_one(source);
    raw.stub = source.stub.map(|stub| {
        Box::new(read_one(&ModuleText {
            text: stub,
            stub: None,
            ..*source
        }))
    });
    raw
}

fn read_one(source: &ModuleText<'_>) -> RawModule {
    let syntax = parse_module(source.text);
    let place = Place {
        module: source.name,
        is_package: source.is_package,
    };
    let body = Body::collect(&syntax.body, place);
    let namespace = Namespace::new(source.name, source.text, &body, &syntax.body);
    let mut reader = Reader {
        source,
        place,
        namespace: &namespace,
        raw: RawModule {
            name: source.name.to_owned(),
            is_package: source.is_package,
            ..RawModule::default()
        },
    };
    reader.module(&syntax.body, &body);
    reader.raw
}

impl RawModule {
    /// Takes from the stub the definitions of those names that `wanted` says.
    pub fn complete(&mut self, wanted: impl Fn(&str) -> bool) {
        let Some(stub) = self.stub.take() else { return };
        let prefix = self.name.len() + 1;
        let is_wanted = |path: &str| {
            let name = path.get(prefix..).and_then(|rest| rest.split('.').next());
            name.is_some_and(&wanted)
        };
        let names: Vec<String> = stub.own_names().map(ToOwned::to_owned).collect();
        let replaced = |name: &String| wanted(name) && names.contains(name);
        self.imports.retain(|(name, _)| !replaced(name));
        let classes = stub.classes.into_iter().filter(|(path, _)| is_wanted(path));
        // Compiled classes have attributes that nobody wrote into the stub.
        self.classes.extend(classes.map(|(path, mut class)| {
            if !class.flags.contains(&Flag::Open) {
                class.flags.push(Flag::Open);
            }
            (path, class)
        }));
        let functions = stub
            .functions
            .into_iter()
            .filter(|(path, _)| is_wanted(path));
        // Nor is all that they take.
        self.functions.extend(functions.map(|(path, mut function)| {
            function.decorators.push(RawDecorator::unknown());
            (path, function)
        }));
        let values = stub.values.into_iter().filter(|(name, _)| wanted(name));
        self.values.extend(values);
    }
}

struct Reader<'r, 'a> {
    source: &'r ModuleText<'a>,
    place: Place<'r>,
    namespace: &'r Namespace<'a>,
    raw: RawModule,
}

impl<'a> Reader<'_, 'a> {
    fn module(&mut self, statements: &'a [Stmt], body: &Body<'a>) {
        self.raw.lazy = lazy::table(statements, self.namespace);
        self.raw.stars.clone_from(&body.stars);
        self.raw.placeholders.clone_from(&body.placeholders);
        self.raw.put = self.names_put(statements);
        self.raw.all = all(statements);
        self.raw.is_open = self.raw.lazy.is_none() && is_open(statements);
        let subject = Subject {
            names: vec![
                self.source.name.to_owned(),
                last(self.source.name).to_owned(),
            ],
            ..Subject::default()
        };
        self.raw.notices = notice::notices(statements, self.namespace, &subject);
        self.register_old_names(statements);
        let prefix = self.source.name.to_owned();
        for entry in body.entries.iter().filter(|entry| !entry.type_checking) {
            match &entry.kind {
                Kind::Import(target) => {
                    self.raw
                        .imports
                        .push((entry.name.to_owned(), target.clone()));
                }
                Kind::Value(value, _) => self.value(entry.name, *value),
                Kind::Function(definitions) => {
                    self.module_function(entry.name, definitions);
                }
                Kind::Class(class) => self.class(&prefix, class),
            }
        }
    }

    /// A module-level value: `Old = New` and `f = module.f` bind the same thing again.
    fn value(&mut self, name: &str, value: Option<&'a Expr>) {
        match name {
            "__all__" | "__dir__" => return,
            "__getattr__" => return self.made_getattr(value),
            _ => {}
        }
        let target = value
            .filter(|value| matches!(value.kind, ExprKind::Name(_) | ExprKind::Attribute { .. }));
        let alias = target.and_then(|value| {
            if let Some(method) = self.method_of_instance(value) {
                return Some(method);
            }
            let path = self.namespace.absolute(&value.dotted()?)?;
            let entry = self
                .namespace
                .body()
                .get(value.as_name().unwrap_or_default());
            let own_value = entry.is_some_and(|entry| matches!(entry.kind, Kind::Value(..)));
            (!own_value).then_some(path)
        });
        if let Some(target) = alias {
            return self.raw.imports.push((name.to_owned(), target));
        }
        if name == "SLOW_TO_FAST_CONVERTERS" {
            self.raw.converters = value.map_or_else(Vec::new, lazy::text_pairs);
        }
        let is_constant = !name.contains(|c: char| c.is_ascii_lowercase());
        let fixed = value.filter(|_| self.namespace.fixed(name).is_some());
        let constant = fixed.and_then(|value| {
            let table = || is_constant.then(|| render::table(value)).flatten();
            render::constant(value, self.source.text).or_else(table)
        });
        self.raw.values.push((name.to_owned(), constant));
    }

    /// `utils.DownloadMode = DownloadMode` after `from . import utils`: a name of that module (datasets 2).
    fn names_put(&self, statements: &[Stmt]) -> Vec<(String, String, Option<String>)> {
        let put = |stmt: &Stmt| {
            let StmtKind::Assign { targets, value } = &stmt.kind else {
                return None;
            };
            let ExprKind::Attribute { value: into, attr } = &targets.first()?.kind else {
                return None;
            };
            let entry = self.namespace.body().get(into.as_name()?)?;
            let Kind::Import(module) = &entry.kind else {
                return None;
            };
            let target = value
                .dotted()
                .and_then(|path| self.namespace.absolute(&path));
            Some((module.clone(), attr.name.to_string(), target))
        };
        statements.iter().filter_map(put).collect()
    }

    /// `create_repo = api.create_repo` after `api = HfApi()`: the method, already bound.
    fn method_of_instance(&self, value: &Expr) -> Option<String> {
        let ExprKind::Attribute { value, attr } = &value.kind else {
            return None;
        };
        let instance = self.namespace.constant(value.as_name()?)?;
        let ExprKind::Call(call) = &instance.kind else {
            return None;
        };
        let class = self.namespace.path(&call.func)?;
        let is_class = last(&class).starts_with(|c: char| c.is_ascii_uppercase());
        is_class.then(|| format!("{class}.{}", attr.name))
    }

    fn module_function(&mut self, name: &str, definitions: &[&'a FunctionDef]) {
        if name == "__getattr__" {
            return self.getattr(definitions);
        }
        let namespace = self.namespace;
        let helpers = |callee: &Expr| helper(namespace, None, callee);
        let site = Site {
            namespace,
            place: self.place,
            class: None,
            helpers: &helpers,
        };
        let raw = function::read(definitions, site);
        let path = format!("{}.{name}", self.source.name);
        self.raw.functions.push((path, raw));
        if let Some(function) = definitions.last() {
            self.list(name, &function.decorators);
            let effect = shape::effect(function, namespace, &helpers);
            if effect != Effect::Unknown {
                self.raw.effects.insert(name.to_owned(), effect);
            }
        }
    }

    /// A module's `__getattr__` binds the literals that it compares its argument with; where it does more,
    /// any name may exist, but for a lazy module, whose table says the rest.
    fn getattr(&mut self, definitions: &[&'a FunctionDef]) {
        let Some(function) = definitions.last() else {
            return;
        };
        let answered = getattr::answered(function, self.namespace);
        let table = self.raw.lazy.as_ref();
        let listed = |name: &String| table.is_some_and(|table| table.lists(name));
        self.raw.is_open |= !answered.is_all && table.is_none();
        let own = answered.names.into_iter().filter(|name| !listed(name));
        self.raw.values.extend(own.map(|name| (name, None)));
    }

    /// `__getattr__ = deprecate_attr(__name__, rename={"Old": (New, "6.0.0")})`
    fn made_getattr(&mut self, value: Option<&'a Expr>) {
        let is_lazy = self.raw.lazy.is_some();
        match value.and_then(|value| getattr::deprecated(value, self.namespace)) {
            Some(names) => {
                for (name, target, notice) in names {
                    self.raw.imports.push((name, target));
                    self.raw.notices.push(notice);
                }
            }
            None => self.raw.is_open |= !is_lazy,
        }
    }

    fn class(&mut self, prefix: &str, class: &'a ClassDef) {
        let path = format!("{prefix}.{}", class.name.name);
        let body = Body::collect(&class.body, self.place);
        let mut raw = class::read(class, &body, self.namespace);
        raw.makes_dataclasses = subclasses_become_dataclasses(&body).or(raw.makes_dataclasses);
        if class.name.name.contains("LazyModule") {
            self.raw.alias_rules = AliasRules::read(class);
        }
        if prefix == self.source.name {
            self.list(&class.name.name, &class.decorators);
            self.hook(&body);
        }
        self.raw.classes.push((path.clone(), raw));
        for entry in &body.entries {
            match &entry.kind {
                Kind::Function(definitions) => {
                    let namespace = self.namespace;
                    let helpers = |callee: &Expr| helper(namespace, Some(&body), callee);
                    let site = Site {
                        namespace,
                        place: self.place,
                        class: Some((&class.name.name, &body)),
                        helpers: &helpers,
                    };
                    let raw = function::read(definitions, site);
                    self.raw
                        .functions
                        .push((format!("{path}.{}", entry.name), raw));
                }
                Kind::Class(inner) => self.class(&path, inner),
                _ => {}
            }
        }
    }

    /// A finder of modules (`find_spec`) that looks in a constant for the new path of an old one.
    fn hook(&mut self, class: &Body<'a>) {
        let Some(Kind::Function(definitions)) = class.get("find_spec").map(|entry| &entry.kind)
        else {
            return;
        };
        let root = self.source.name.split('.').next().unwrap_or_default();
        let is_ours = |path: &str| path.split('.').next() == Some(root);
        let hooked = &mut self.raw.hooked;
        for definition in definitions {
            visit::expressions(&definition.body, &mut |expr| {
                let constant = expr
                    .as_name()
                    .and_then(|name| self.namespace.constant(name));
                let pairs = constant.map(lazy::text_pairs).unwrap_or_default();
                hooked.extend(
                    pairs
                        .into_iter()
                        .filter(|(old, new)| is_ours(old) && is_ours(new)),
                );
            });
        }
    }

    /// `@requires(...)` and `@export(...)` list what stands below them for lazy modules.
    fn list(&mut self, name: &str, decorators: &[Expr]) {
        let lists = |decorator: &Expr| match &decorator.kind {
            ExprKind::Call(call) => {
                matches!(call.func.dotted().as_deref(), Some("requires" | "export"))
            }
            _ => false,
        };
        if decorators.iter().any(lists) {
            self.raw.listed.push(name.to_owned());
        }
        let registers = |decorator: &Expr| decorator.dotted().as_deref() == Some("register_model");
        if decorators.iter().any(registers) {
            self.raw.registered.push(name.to_owned());
        }
    }

    /// `register_model_deprecations(__name__, {"old": "new.tag"})` makes functions of the old names.
    fn register_old_names(&mut self, statements: &'a [Stmt]) {
        for stmt in statements {
            let StmtKind::Expr(expr) = &stmt.kind else {
                continue;
            };
            let ExprKind::Call(call) = &expr.kind else {
                continue;
            };
            if call.func.dotted().as_deref() != Some("register_model_deprecations") {
                continue;
            }
            let Some(ExprKind::Dict(items)) = visit::positional(call).nth(1).map(|map| &map.kind)
            else {
                continue;
            };
            let keys = items.iter().filter_map(|item| item.key.as_ref()?.as_str());
            for name in keys {
                self.raw.values.push((name.to_owned(), None));
                self.raw.registered.push(name.to_owned());
            }
        }
    }
}

/// The definition behind a callee: a function of the module, a method of the class around.
fn helper<'a>(
    namespace: &Namespace<'a>,
    class: Option<&Body<'a>>,
    callee: &Expr,
) -> Option<&'a FunctionDef> {
    let (body, name) = match &callee.kind {
        ExprKind::Name(name) => (namespace.body(), name),
        ExprKind::Attribute { value, attr } => {
            let receiver = value.as_name()?;
            matches!(receiver, "self" | "cls").then_some((class?, &attr.name))?
        }
        _ => return None,
    };
    match &body.get(name)?.kind {
        Kind::Function(definitions) => definitions.last().copied(),
        _ => None,
    }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The names of `__all__ = [...]` and `__all__ += [...]`; absent where any part is computed.
fn all(statements: &[Stmt]) -> Option<Vec<String>> {
    let mut names: Option<Vec<String>> = None;
    let mut computed = false;
    visit::statements(statements, &mut |stmt| {
        let (target, value) = match &stmt.kind {
            StmtKind::Assign { targets, value } => (&targets[0], value),
            StmtKind::AnnAssign {
                target,
                value: Some(value),
                ..
            }
            | StmtKind::AugAssign { target, value } => (target, value),
            _ => return,
        };
        if target.as_name() == Some("__all__") {
            match visit::strings(value) {
                Some(strings) => names
                    .get_or_insert_default()
                    .extend(strings.into_iter().map(ToOwned::to_owned)),
                None => computed = true,
            }
        }
    });
    names.filter(|_| !computed)
}

/// Whether a module puts names in place that cannot be read: `globals()[name] = ...`,
/// `sys.modules[__name__] = ...`, `setattr(sys.modules[__name__], ...)`.
fn is_open(statements: &[Stmt]) -> bool {
    let mut open = false;
    visit::statements(statements, &mut |stmt| {
        if let StmtKind::Assign { targets, .. } = &stmt.kind {
            open |= targets
                .iter()
                .any(|target| lazy::replaces_module(target) || writes_globals(target));
        }
    });
    visit::expressions(statements, &mut |expr| {
        if let ExprKind::Call(call) = &expr.kind {
            open |= match &call.func.kind {
                ExprKind::Name(name) if name == "setattr" => visit::positional(call)
                    .next()
                    .is_some_and(lazy::replaces_module),
                ExprKind::Attribute { value, attr } => attr.name == "update" && is_globals(value),
                _ => false,
            };
        }
    });
    open
}

fn writes_globals(target: &Expr) -> bool {
    matches!(&target.kind, ExprKind::Subscript { value, .. } if is_globals(value))
}

fn is_globals(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call(call) if call.func.as_name() == Some("globals"))
}

/// `def __init_subclass__(cls): ... dataclass(cls, ...)`
fn subclasses_become_dataclasses(body: &Body<'_>) -> Option<MakesDataclasses> {
    let entry = body.get("__init_subclass__")?;
    let Kind::Function(definitions) = &entry.kind else {
        return None;
    };
    let mut found = None;
    for definition in definitions {
        visit::expressions(&definition.body, &mut |expr| {
            if let ExprKind::Call(call) = &expr.kind
                && call
                    .func
                    .dotted()
                    .is_some_and(|path| last(&path) == "dataclass")
            {
                let keyword_only = visit::keyword(call, "kw_only");
                found = Some(MakesDataclasses {
                    keyword_only: keyword_only.is_some_and(|v| v.kind == ExprKind::Bool(true)),
                });
            }
        });
    }
    found
}
