//! The machine that follows the code, and where it finds names.

use rustc_hash::FxHashMap;

use super::script::Watch;
use super::sources::Sources;
use super::tree::Tree;
use super::value::{Binding, ClassRef, Def, Object, Value};
use crate::knowledge::extract::body::Place;
use crate::python::ast::{ClassDef, Expr, Stmt, StmtKind};

/// Calls within calls beyond this are not followed.
const MAX_CALLS: usize = 24;
/// Statements and expressions of one program beyond this are not followed.
const MAX_STEPS: usize = 400_000;
/// Imports of imports beyond this are taken for a loop.
const MAX_HOPS: usize = 12;

/// See the module documentation.
#[derive(Debug)]
pub struct Machine<'a> {
    sources: &'a Sources<'a>,
    globals: FxHashMap<&'a str, FxHashMap<String, Binding<'a>>>,
    /// The commands found.
    pub tree: Tree,
    /// Objects of classes of the distribution.
    pub objects: Vec<Object<'a>>,
    /// How many conditions that are not known stand around.
    pub conditions: usize,
    /// What is noted where a script of a project is read; absent for a distribution.
    pub watch: Option<Watch<'a>>,
    calls: usize,
    steps: usize,
    hops: usize,
}

/// Where code is run.
#[derive(Debug)]
pub struct Frame<'a> {
    /// The module.
    pub module: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Whether that is an `__init__`.
    pub is_package: bool,
    /// The class around the function that is run.
    pub class: Option<&'a ClassDef>,
    /// The object that its first parameter is.
    pub this: Option<Value<'a>>,
    /// Names bound in the function; absent at the top of a module.
    pub locals: Option<FxHashMap<String, Binding<'a>>>,
    /// What was returned under a condition that is not known.
    pub maybe: Option<Value<'a>>,
}

impl<'a> Frame<'a> {
    /// How relative imports are read.
    pub fn place(&self) -> Place<'a> {
        Place {
            module: self.module,
            is_package: self.is_package,
        }
    }
}

impl<'a> Machine<'a> {
    /// One that knows these modules.
    pub fn new(sources: &'a Sources<'a>) -> Self {
        Self {
            sources,
            globals: FxHashMap::default(),
            tree: Tree::default(),
            objects: Vec::new(),
            conditions: 0,
            watch: None,
            calls: 0,
            steps: 0,
            hops: 0,
        }
    }

    /// Whether work may go on.
    pub fn step(&mut self) -> bool {
        crate::budget::tick();
        self.steps += 1;
        self.steps < MAX_STEPS || self.cut()
    }

    /// Notes that something was not followed.
    fn cut(&mut self) -> bool {
        if let Some(watch) = &mut self.watch {
            watch.is_cut = true;
        }
        false
    }

    /// Runs `work` one call deeper, unless that is too deep.
    pub fn deeper<T: Default>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        if self.calls >= MAX_CALLS {
            self.cut();
            return T::default();
        }
        self.calls += 1;
        let done = work(self);
        self.calls -= 1;
        done
    }

    /// Whether there is such a module.
    pub fn has_module(&self, name: &str) -> bool {
        self.sources.has(name)
    }

    /// A frame at the top of a module.
    pub fn frame(&self, module: &str) -> Option<Frame<'a>> {
        let (module, text, _) = self.sources.get(module)?;
        Some(Frame {
            module,
            text: text.text,
            is_package: text.is_package,
            class: None,
            this: None,
            locals: None,
            maybe: None,
        })
    }

    /// The modules whose tops were run.
    pub fn entered_modules(&self) -> impl Iterator<Item = (&'a str, &'a [Stmt])> {
        let names = self.globals.keys();
        names.filter_map(|name| {
            let (name, _, body) = self.sources.get(name)?;
            Some((name, body))
        })
    }

    /// Whether a frame is at the top of the script that is read, where all is run as it stands.
    pub fn is_top_of_script(&self, frame: &Frame<'a>) -> bool {
        self.watch.is_some() && frame.module == super::script::MAIN && frame.locals.is_none()
    }

    /// Runs the top of a module once: names are bound, apps take their commands.
    pub fn enter(&mut self, module: &str) -> bool {
        let Some((module, _, body)) = self.sources.get(module) else {
            return false;
        };
        if !self.globals.contains_key(module) {
            self.globals.insert(module, FxHashMap::default());
            if let Some(mut frame) = self.frame(module) {
                let conditions = std::mem::take(&mut self.conditions);
                self.top(body, &mut frame);
                self.conditions = conditions;
            }
        }
        true
    }

    /// What an absolute dotted path names.
    pub fn lookup(&mut self, path: &str) -> Value<'a> {
        if self.hops >= MAX_HOPS {
            return Value::Foreign(path.to_owned());
        }
        self.hops += 1;
        let found = self.find(path);
        self.hops -= 1;
        found
    }

    fn find(&mut self, path: &str) -> Value<'a> {
        if self.sources.has(path) {
            return Value::Module(path.to_owned());
        }
        let mut end = path.len();
        while let Some(dot) = path[..end].rfind('.') {
            let module = &path[..dot];
            if self.sources.has(module) {
                let mut rest = path[dot + 1..].split('.');
                let mut value = self.global(module, rest.next().unwrap_or_default());
                for name in rest {
                    value = self.attribute(&value, name);
                }
                return match value {
                    Value::Unknown => Value::Foreign(path.to_owned()),
                    known => known,
                };
            }
            end = dot;
        }
        Value::Foreign(path.to_owned())
    }

    /// A name of a module.
    pub fn global(&mut self, module: &str, name: &str) -> Value<'a> {
        if !self.enter(module) {
            return Value::Unknown;
        }
        let bound = self.globals.get(module).and_then(|it| it.get(name));
        match bound.cloned() {
            Some(binding) => self.bound(module, name, binding),
            None => {
                let path = format!("{module}.{name}");
                match self.sources.has(&path) {
                    true => Value::Module(path),
                    false => Value::Unknown,
                }
            }
        }
    }

    /// What a module imports under a name, also where a submodule has that name.
    pub fn imported(&mut self, module: &str, name: &str) -> Value<'a> {
        self.enter(module);
        let bound = self.globals.get(module).and_then(|it| it.get(name));
        match bound.cloned() {
            Some(Binding::Import(path)) => self.lookup(&path),
            _ => Value::Unknown,
        }
    }

    fn bound(&mut self, module: &str, name: &str, binding: Binding<'a>) -> Value<'a> {
        match binding {
            Binding::Value(value) => value,
            Binding::Import(path) => self.lookup(&path),
            Binding::Expr(expr) => {
                // While it is read, it is unknown: whoever asks for itself gets nothing.
                self.set_global(module, name, Binding::Value(Value::Unknown));
                let value = match self.frame(module) {
                    Some(mut frame) => self.deeper(|it| it.value(expr, &mut frame)),
                    None => Value::Unknown,
                };
                self.set_global(module, name, Binding::Value(value.clone()));
                value
            }
        }
    }

    /// Binds a name of a module.
    pub fn set_global(&mut self, module: &str, name: &str, binding: Binding<'a>) {
        if let Some(names) = self.globals.get_mut(module) {
            names.insert(name.to_owned(), binding);
        }
    }

    /// What a name stands for in a frame.
    pub fn name(&mut self, name: &str, frame: &Frame<'a>) -> Value<'a> {
        if let Some(locals) = &frame.locals
            && let Some(binding) = locals.get(name)
        {
            return match binding.clone() {
                Binding::Value(value) => value,
                Binding::Import(path) => self.lookup(&path),
                Binding::Expr(_) => Value::Unknown,
            };
        }
        match name {
            "__name__" => return Value::Str(frame.module.to_owned()),
            "__package__" => return Value::Unknown,
            _ => {}
        }
        let known = self.globals.get(frame.module);
        if known.is_some_and(|names| names.contains_key(name)) {
            return self.global(frame.module, name);
        }
        match is_builtin(name) {
            true => Value::Foreign(name.to_owned()),
            false => Value::Unknown,
        }
    }

    /// The expression behind a name that stands for an annotation, with the module it stands in.
    pub fn definition(&mut self, path: &str) -> Option<(&'a str, &'a Expr)> {
        let (module, name) = path.rsplit_once('.')?;
        self.definition_in(module, name, MAX_HOPS)
    }

    fn definition_in(
        &mut self,
        module: &str,
        name: &str,
        hops: usize,
    ) -> Option<(&'a str, &'a Expr)> {
        let (module, text, body) = self.sources.get(module).filter(|_| hops > 0)?;
        for stmt in body.iter().rev() {
            match &stmt.kind {
                StmtKind::Assign { targets, value }
                    if targets.iter().any(|it| it.as_name() == Some(name)) =>
                {
                    return Some((module, value));
                }
                StmtKind::AnnAssign {
                    target,
                    value: Some(value),
                    ..
                } if target.as_name() == Some(name) => return Some((module, value)),
                StmtKind::ImportFrom(import) => {
                    let place = Place {
                        module,
                        is_package: text.is_package,
                    };
                    let bound = import.names.iter().find(|it| it.bound().name == name);
                    if let (Some(alias), Some(from)) = (bound, place.absolute(import)) {
                        let inner = alias.name.name.to_string();
                        return self.definition_in(&from, &inner, hops - 1);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The absolute path that a dotted expression names in a frame.
    pub fn path(&mut self, expr: &Expr, frame: &Frame<'a>) -> Option<String> {
        let dotted = expr.dotted()?;
        let (head, rest) = match dotted.split_once('.') {
            Some((head, rest)) => (head, Some(rest)),
            None => (dotted.as_str(), None),
        };
        let local = frame.locals.as_ref().and_then(|locals| locals.get(head));
        let global = || self.globals.get(frame.module).and_then(|it| it.get(head));
        let base = match local.or_else(global) {
            Some(Binding::Import(path)) => path.clone(),
            Some(_) => format!("{}.{head}", frame.module),
            None => head.to_owned(),
        };
        Some(match rest {
            Some(rest) => format!("{base}.{rest}"),
            None => base,
        })
    }

    /// What `value.name` stands for.
    pub fn attribute(&mut self, value: &Value<'a>, name: &str) -> Value<'a> {
        match value {
            Value::Module(module) => {
                let module = module.clone();
                self.global(&module, name)
            }
            Value::Foreign(path) => Value::Foreign(format!("{path}.{name}")),
            Value::Object(number) => self.object_attribute(*number, name),
            Value::Class(class) => self.member(*class, name, None),
            Value::Parser(node) if self.watch.is_some() && name.starts_with('_') => {
                // Its own tables may be changed.
                self.tree.node(*node).open();
                Value::Unknown
            }
            _ => Value::Unknown,
        }
    }

    fn object_attribute(&mut self, number: usize, name: &str) -> Value<'a> {
        let Some(object) = self.objects.get(number) else {
            return Value::Unknown;
        };
        let set = object.attributes.iter().rev().find(|(it, _)| it == name);
        match set {
            Some((_, value)) => value.clone(),
            None => {
                let class = object.class;
                self.member(class, name, Some(Value::Object(number)))
            }
        }
    }

    /// A member of a class or of its bases, bound to an object where it is a plain method.
    pub fn member(
        &mut self,
        class: ClassRef<'a>,
        name: &str,
        this: Option<Value<'a>>,
    ) -> Value<'a> {
        for class in self.lineage(class) {
            for stmt in &class.def.body {
                match &stmt.kind {
                    StmtKind::FunctionDef(def) if def.name.name == name => {
                        return Value::Function(method(class, def, this));
                    }
                    StmtKind::Assign { targets, value }
                        if targets.iter().any(|it| it.as_name() == Some(name)) =>
                    {
                        return self.class_value(class, value);
                    }
                    StmtKind::AnnAssign {
                        target,
                        value: Some(value),
                        ..
                    } if target.as_name() == Some(name) => return self.class_value(class, value),
                    _ => {}
                }
            }
        }
        Value::Unknown
    }

    fn class_value(&mut self, class: ClassRef<'a>, value: &'a Expr) -> Value<'a> {
        match self.frame(class.module) {
            Some(mut frame) => self.deeper(|it| it.value(value, &mut frame)),
            None => Value::Unknown,
        }
    }

    /// A class and its bases, as far as they are of the distribution, nearest first.
    pub fn lineage(&mut self, class: ClassRef<'a>) -> Vec<ClassRef<'a>> {
        let mut found = vec![class];
        let mut next = 0;
        while let Some(class) = found.get(next).copied().filter(|_| next < MAX_HOPS) {
            next += 1;
            for base in self.bases(class) {
                if let Value::Class(base) = base
                    && !found.iter().any(|it| std::ptr::eq(it.def, base.def))
                {
                    found.push(base);
                }
            }
        }
        found
    }

    /// What the bases of a class are.
    pub fn bases(&mut self, class: ClassRef<'a>) -> Vec<Value<'a>> {
        let Some(frame) = self.frame(class.module) else {
            return Vec::new();
        };
        self.enter(class.module);
        let paths: Vec<String> = class
            .def
            .bases
            .iter()
            .filter_map(|base| self.path(base, &frame))
            .collect();
        paths.iter().map(|path| self.lookup(path)).collect()
    }

    /// Whether all that a function does is to tell something and to end the program with a failure.
    pub fn ends_in_failure(&self, value: &Value<'a>) -> bool {
        let Value::Function(def) = value else {
            return false;
        };
        let Some(Stmt {
            kind: StmtKind::Expr(last),
            ..
        }) = def.def.body.last()
        else {
            return false;
        };
        let crate::python::ast::ExprKind::Call(call) = &last.kind else {
            return false;
        };
        let code = call.args.first().map(|argument| &argument.value.kind);
        matches!(call.func.dotted().as_deref(), Some("sys.exit" | "exit"))
            && matches!(code, Some(crate::python::ast::ExprKind::Int(code)) if *code != 0)
    }
}

/// A method as it is taken from a class or an object.
fn method<'a>(
    class: ClassRef<'a>,
    def: &'a crate::python::ast::FunctionDef,
    this: Option<Value<'a>>,
) -> Def<'a> {
    let decorated = |word| def.decorators.iter().any(|it| it.as_name() == Some(word));
    let this = if decorated("staticmethod") {
        None
    } else if decorated("classmethod") {
        Some(Value::Class(class))
    } else {
        this
    };
    Def {
        module: class.module,
        class: Some(class.def),
        def,
        this: this.map(Box::new),
    }
}

fn is_builtin(name: &str) -> bool {
    matches!(
        name,
        "str"
            | "int"
            | "float"
            | "bool"
            | "list"
            | "tuple"
            | "dict"
            | "sorted"
            | "super"
            | "isinstance"
    )
}
