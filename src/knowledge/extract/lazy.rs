//! Lazy modules: tables in the source that say which submodule defines which name.
//!
//! ```python
//! _import_structure = {"trainer": ["Trainer"]}
//! _import_structure["models"].extend(["Model"])
//! sys.modules[__name__] = _LazyModule(__name__, globals()["__file__"], _import_structure, ...)
//! ```

use super::body::Kind;
use super::namespace::Namespace;
use super::{text, visit};
use crate::python::ast::{ArgumentKind, Call, Expr, ExprKind, Stmt, StmtKind};

/// The names of a lazy module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LazyTable {
    /// Relative submodule and the names that it defines, in the order of the source.
    pub entries: Vec<(String, Vec<String>)>,
    /// Folders below the package (empty for the package itself) whose modules are all listed by what
    /// they export.
    pub folders: Vec<String>,
    /// Names that exist from the start.
    pub extra: Vec<String>,
    /// Modules of placeholders, relative or absolute; what they import is listed with them.
    pub placeholders: Vec<String>,
    /// Absolute path of the class or function that makes the module lazy, empty where the module does it
    /// by itself.
    pub maker: String,
    /// Whether the lazy module takes the place of the real one: nothing else that its source binds is there.
    pub replaces: bool,
    /// Old submodule names that stand for others, relative.
    pub module_aliases: Vec<(String, String)>,
    /// Whether `models/x/image_processing_x_fast` stands for the module without `_fast`.
    pub fast_image_modules: bool,
    /// Whether modules are hung into the package itself, wherever they belong.
    pub hangs_modules: bool,
}

/// The table of a module that replaces itself by a lazy one; absent for all others.
pub fn table(body: &[Stmt], namespace: &Namespace<'_>) -> Option<LazyTable> {
    let mut table = maker(body, namespace).or_else(|| {
        let own = namespace.body().get("__getattr__")?;
        let is_function = matches!(own.kind, Kind::Function(_));
        is_function.then(LazyTable::default)
    })?;
    visit::statements(body, &mut |stmt| table.statement(stmt, namespace));
    if table.maker.is_empty() {
        table.looked_up(namespace);
    }
    if table.maker.is_empty() && table.entries.is_empty() {
        return None;
    }
    let (placeholders, entries) = std::mem::take(&mut table.entries)
        .into_iter()
        .partition(|(module, _)| is_placeholder(module));
    table.entries = entries;
    // An empty list is only the module itself.
    table.entries.retain(|(_, names)| !names.is_empty());
    let modules = Vec::into_iter(placeholders).map(|(module, _)| module);
    table.placeholders.extend(modules);
    Some(table)
}

/// Whether a module holds placeholders for what is missing.
fn is_placeholder(module: &str) -> bool {
    let name = module.rsplit('.').next().unwrap_or_default();
    name.starts_with("dummy_")
}

/// `sys.modules[__name__] = _LazyModule(...)` or `__getattr__, ... = attach(__name__, ...)`: what is
/// called, and the names in `extra_objects`.
fn maker(body: &[Stmt], namespace: &Namespace<'_>) -> Option<LazyTable> {
    let mut found = None;
    visit::statements(body, &mut |stmt| {
        let StmtKind::Assign { targets, value } = &stmt.kind else {
            return;
        };
        let ExprKind::Call(call) = &value.kind else {
            return;
        };
        let path = namespace.path(&call.func).unwrap_or_default();
        let name = path.rsplit('.').next().unwrap_or_default();
        let replaces = replaces_module(&targets[0]) && name.contains("LazyModule");
        let attaches = name.trim_start_matches('_') == "attach" && binds_getattr(&targets[0]);
        if replaces || attaches {
            let extra = visit::keyword(call, "extra_objects").map_or_else(Vec::new, dict_keys);
            found = Some(LazyTable {
                maker: path,
                replaces,
                extra,
                ..LazyTable::default()
            });
        }
    });
    found
}

/// `sys.modules[__name__]`
pub fn replaces_module(target: &Expr) -> bool {
    match &target.kind {
        ExprKind::Subscript { value, index } => {
            value.dotted().as_deref() == Some("sys.modules")
                && index.first().and_then(Expr::as_name) == Some("__name__")
        }
        _ => false,
    }
}

fn binds_getattr(target: &Expr) -> bool {
    match &target.kind {
        ExprKind::Tuple(items) => items
            .iter()
            .any(|item| item.as_name() == Some("__getattr__")),
        _ => false,
    }
}

fn dict_keys(expr: &Expr) -> Vec<String> {
    match &expr.kind {
        ExprKind::Dict(items) => items
            .iter()
            .filter_map(|item| item.key.as_ref()?.as_str().map(ToOwned::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

impl LazyTable {
    /// Whether the table says where a name is defined.
    pub fn lists(&self, name: &str) -> bool {
        self.entries
            .iter()
            .any(|(_, names)| names.iter().any(|known| known == name))
    }

    fn statement(&mut self, stmt: &Stmt, namespace: &Namespace<'_>) {
        match &stmt.kind {
            StmtKind::Assign { targets, value } => {
                for target in targets {
                    self.assign(target, value, namespace);
                }
                self.folders_in(value);
            }
            StmtKind::AnnAssign {
                target,
                value: Some(value),
                ..
            } => self.assign(target, value, namespace),
            StmtKind::AugAssign { target, value } => {
                if let Some(module) = structure_key(target) {
                    self.add(module, names_in(value, namespace));
                }
            }
            StmtKind::Expr(expr) => {
                if let ExprKind::Call(call) = &expr.kind {
                    self.call(call, namespace);
                    self.created_alias(call, namespace);
                    self.folders_in(expr);
                }
            }
            StmtKind::FunctionDef(function) if makes_alias(&function.name.name) => {
                visit::expressions(&function.body, &mut |expr| {
                    self.hangs_modules |= sets_on_module(expr);
                });
            }
            _ => {}
        }
    }

    /// The names that the module's own `__getattr__` looks up in a constant: name to absolute module.
    fn looked_up(&mut self, namespace: &Namespace<'_>) {
        let Some(Kind::Function(definitions)) =
            namespace.body().get("__getattr__").map(|entry| &entry.kind)
        else {
            return;
        };
        let mut constants: Vec<&Expr> = Vec::new();
        for definition in definitions {
            visit::expressions(&definition.body, &mut |expr| {
                constants.extend(expr.as_name().and_then(|name| namespace.constant(name)));
            });
        }
        let root = namespace.module.split('.').next().unwrap_or_default();
        for (name, module) in constants.into_iter().flat_map(text_pairs) {
            let inside = module.split('.').next() == Some(root);
            if inside && !self.lists(&name) {
                self.add(&module, vec![name]);
            }
        }
    }

    fn assign(&mut self, target: &Expr, value: &Expr, namespace: &Namespace<'_>) {
        if let Some(module) = structure_key(target) {
            return self.add(module, names_in(value, namespace));
        }
        self.extra
            .extend(additional_key(target).map(ToOwned::to_owned));
        let Some(name) = target.as_name() else {
            return;
        };
        if is_structure(name) {
            self.dict(value, namespace);
        } else if name.contains("MODULE_ALIASES") {
            self.module_aliases.extend(text_pairs(value));
        } else if name.contains("LEGACY_FAST_IMAGE_PROCESSOR_MODULE") {
            self.fast_image_modules = true;
        }
    }

    fn dict(&mut self, value: &Expr, namespace: &Namespace<'_>) {
        let ExprKind::Dict(items) = &value.kind else {
            return;
        };
        for item in items {
            if let Some(module) = item.key.as_ref().and_then(Expr::as_str) {
                self.add(module, names_in(&item.value, namespace));
            }
        }
    }

    /// `_import_structure["x"].append("Y")`, `.extend([...])`, `_import_structure.update({...})`,
    /// `_import_structure.setdefault("x", []).append(...)`
    fn call(&mut self, call: &Call, namespace: &Namespace<'_>) {
        let ExprKind::Attribute { value, attr } = &call.func.kind else {
            return;
        };
        let Some(argument) = visit::positional(call).next() else {
            return;
        };
        match attr.name.as_str() {
            "append" | "add" | "extend" | "update" => {
                if let Some(module) = structure_key(value).or_else(|| setdefault_key(value)) {
                    let names = match argument.as_str() {
                        Some(name) => vec![name.to_owned()],
                        None => names_in(argument, namespace),
                    };
                    self.add(module, names);
                } else if value.as_name().is_some_and(is_structure) {
                    self.dict(argument, namespace);
                } else {
                    self.placeholders.extend(placeholders(argument, namespace));
                }
            }
            _ => {}
        }
    }

    /// `_create_module_alias(f"{__name__}.old", ".new")`, also in a loop over the files of all models
    fn created_alias(&mut self, call: &Call, namespace: &Namespace<'_>) {
        let creates = call.func.as_name().is_some_and(makes_alias);
        let known = text::Known::from_iter([("__name__".to_owned(), String::new())]);
        let texts: Vec<String> = visit::positional(call)
            .filter_map(|argument| text::of(argument, namespace, &known))
            .map(|text| text.trim_start_matches('.').to_owned())
            .collect();
        match texts.as_slice() {
            [old, ..] if creates && old == "models.{_model}.{_module}_fast" => {
                self.fast_image_modules = true;
            }
            [old, new] if creates => self.module_aliases.push((old.clone(), new.clone())),
            _ => {}
        }
    }

    fn add(&mut self, module: &str, names: Vec<String>) {
        match self.entries.iter_mut().find(|(known, _)| known == module) {
            Some((_, known)) => known.extend(names),
            None => self.entries.push((module.to_owned(), names)),
        }
    }

    /// `define_import_structure(__file__)`, `define_import_structure(Path(__file__).parent / "models", ...)`
    fn folders_in(&mut self, value: &Expr) {
        visit::expression(value, &mut |expr| {
            let ExprKind::Call(call) = &expr.kind else {
                return;
            };
            if call.func.dotted().as_deref() == Some("define_import_structure") {
                let folder = visit::positional(call).next().and_then(sub_folder);
                let folder = folder.unwrap_or_default().to_owned();
                if !self.folders.contains(&folder) {
                    self.folders.push(folder);
                }
            }
        });
    }
}

/// The text behind `/` in a path expression.
fn sub_folder(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Binary { op, right, .. } if *op == "/" => right.as_str(),
        _ => None,
    }
}

fn is_structure(name: &str) -> bool {
    name.contains("import_structure") || name.contains("SUBMOD_ATTRS")
}

/// `_import_structure["x"]`
fn structure_key(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Subscript { value, index } if value.as_name().is_some_and(is_structure) => {
            index.first()?.as_str()
        }
        _ => None,
    }
}

/// Whether a function of that name makes an old module name stand for a new one.
fn makes_alias(name: &str) -> bool {
    name.starts_with("_create_") && name.ends_with("_alias")
}

/// `setattr(sys.modules[__name__], ...)`
fn sets_on_module(expr: &Expr) -> bool {
    let ExprKind::Call(call) = &expr.kind else {
        return false;
    };
    call.func.as_name() == Some("setattr")
        && visit::positional(call).next().is_some_and(replaces_module)
}

/// `_additional_imports["X"]`, which is set on the module in the end (diffusers)
fn additional_key(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Subscript { value, index } if value.as_name() == Some("_additional_imports") => {
            index.first()?.as_str()
        }
        _ => None,
    }
}

/// `get_objects_from_module(dummy_torch_objects)`: the path of that module
fn placeholders(expr: &Expr, namespace: &Namespace<'_>) -> Option<String> {
    let ExprKind::Call(call) = &expr.kind else {
        return None;
    };
    if call.func.as_name() != Some("get_objects_from_module") {
        return None;
    }
    let module = visit::positional(call).next()?.dotted()?;
    namespace
        .absolute(&module)
        .filter(|path| is_placeholder(path))
}

/// `_import_structure.setdefault("x", [])`
fn setdefault_key(expr: &Expr) -> Option<&str> {
    let ExprKind::Call(call) = &expr.kind else {
        return None;
    };
    match &call.func.kind {
        ExprKind::Attribute { value, attr }
            if attr.name == "setdefault" && value.as_name().is_some_and(is_structure) =>
        {
            call.args
                .iter()
                .find(|argument| argument.kind == ArgumentKind::Positional)?
                .value
                .as_str()
        }
        _ => None,
    }
}

/// The strings of a list, of lists added up, of a constant by name.
fn names_in(expr: &Expr, namespace: &Namespace<'_>) -> Vec<String> {
    match &expr.kind {
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => items
            .iter()
            .flat_map(|item| match &item.kind {
                ExprKind::Str(_) => item.as_str().map(ToOwned::to_owned).into_iter().collect(),
                ExprKind::Starred(inner) => names_in(inner, namespace),
                _ => Vec::new(),
            })
            .collect(),
        ExprKind::Binary { left, op, right } if *op == "+" => {
            let mut names = names_in(left, namespace);
            names.extend(names_in(right, namespace));
            names
        }
        ExprKind::Name(name) => namespace
            .constant(name)
            .filter(|constant| constant.range != expr.range)
            .map_or_else(Vec::new, |constant| names_in(constant, namespace)),
        _ => Vec::new(),
    }
}

/// The pairs of a dict display of texts.
pub fn text_pairs(expr: &Expr) -> Vec<(String, String)> {
    let ExprKind::Dict(items) = &expr.kind else {
        return Vec::new();
    };
    let pair = |item: &crate::python::ast::DictItem| {
        let value = item.value.dotted();
        let value = item.value.as_str().map(ToOwned::to_owned).or(value)?;
        Some((item.key.as_ref()?.as_str()?.to_owned(), value))
    };
    items.iter().filter_map(pair).collect()
}
