//! The names that a module or class body binds, also under `if` and `try`.

use rustc_hash::FxHashMap;

use super::visit;
use crate::python::ast::{
    Alias, ClassDef, Expr, ExprKind, FunctionDef, ImportFrom, Stmt, StmtKind,
};

/// One bound name.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The name.
    pub name: &'a str,
    /// What it is bound to.
    pub kind: Kind<'a>,
    /// Bound for type checkers alone: not there at run time.
    pub type_checking: bool,
    rank: Rank,
}

/// What a name is bound to.
#[derive(Clone, Debug)]
pub enum Kind<'a> {
    /// An import, by absolute dotted path.
    Import(String),
    /// A function; the implementation comes last, `@overload`s before it.
    Function(Vec<&'a FunctionDef>),
    /// A class.
    Class(&'a ClassDef),
    /// A value, where there is one, and its annotation.
    Value(Option<&'a Expr>, Option<&'a Expr>),
}

/// Of two bindings of one name the higher rank stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// In an `except`, or where a library is missing.
    Fallback,
    /// `None` until something better is there.
    Nothing,
    /// Under a condition: the first one stays.
    Conditional,
    /// Always run: the last one stays.
    Always,
}

/// The bindings of a body in source order, and the modules of its `from ... import *`.
#[derive(Debug, Default)]
pub struct Body<'a> {
    /// One entry for each name.
    pub entries: Vec<Entry<'a>>,
    /// Absolute names of modules, those imported in fallbacks left out.
    pub stars: Vec<String>,
    /// Those of modules of placeholders.
    pub placeholders: Vec<String>,
    index: FxHashMap<&'a str, usize>,
}

/// Where a body stands, to make relative imports absolute.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The module's absolute dotted name.
    pub module: &'a str,
    /// Whether that is an `__init__`.
    pub is_package: bool,
}

#[derive(Clone, Copy)]
struct Context {
    rank: Rank,
    type_checking: bool,
}

impl Place<'_> {
    /// The absolute name of the module of a `from` import.
    pub fn absolute(&self, import: &ImportFrom) -> Option<String> {
        let module = import.module.as_ref().map(|module| module.name.as_str());
        if import.level == 0 {
            return module.map(ToOwned::to_owned);
        }
        let up = import.level - u32::from(self.is_package);
        let mut base = self.module;
        for _ in 0..up {
            base = base.rsplit_once('.')?.0;
        }
        Some(match module {
            Some(module) => format!("{base}.{module}"),
            None => base.to_owned(),
        })
    }
}

impl<'a> Body<'a> {
    /// Collects the bindings of a body.
    pub fn collect(statements: &'a [Stmt], place: Place<'_>) -> Self {
        let mut body = Self::default();
        let context = Context {
            rank: Rank::Always,
            type_checking: false,
        };
        body.block(statements, place, context);
        body
    }

    /// The entry of a name.
    pub fn get(&self, name: &str) -> Option<&Entry<'a>> {
        self.index.get(name).map(|index| &self.entries[*index])
    }

    fn block(&mut self, statements: &'a [Stmt], place: Place<'_>, context: Context) {
        for stmt in statements {
            self.statement(stmt, place, context);
        }
    }

    fn statement(&mut self, stmt: &'a Stmt, place: Place<'_>, context: Context) {
        match &stmt.kind {
            StmtKind::Import(aliases) => {
                for alias in aliases {
                    let (name, target) = plain_import(alias);
                    self.add(name, Kind::Import(target.to_owned()), context);
                }
            }
            StmtKind::ImportFrom(import) => self.import_from(import, place, context),
            StmtKind::FunctionDef(function) => self.function(function, context),
            StmtKind::ClassDef(class) => self.add(&class.name.name, Kind::Class(class), context),
            StmtKind::Assign { targets, value } => {
                for target in targets {
                    self.assign(target, Some(value), context);
                }
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
            } => {
                if let Some(name) = target.as_name() {
                    let kind = Kind::Value(value.as_ref(), Some(annotation));
                    self.add(name, kind, context);
                }
            }
            StmtKind::If(branches) => {
                for (index, branch) in branches.iter().enumerate() {
                    let inner = branch_context(context, branches[0].test.as_ref(), index);
                    self.block(&branch.body, place, inner);
                }
            }
            StmtKind::Try {
                body,
                handlers,
                orelse,
                finally,
            } => {
                let inner = context.at_most(Rank::Conditional);
                self.block(body, place, inner);
                self.block(orelse, place, inner);
                self.block(finally, place, context);
                for handler in handlers {
                    self.block(&handler.body, place, context.at_most(Rank::Fallback));
                }
            }
            _ => {
                let inner = context.at_most(Rank::Conditional);
                for target in targets(stmt) {
                    self.assign(target, None, inner);
                }
                for block in visit::blocks(stmt) {
                    self.block(block, place, inner);
                }
            }
        }
    }

    fn import_from(&mut self, import: &'a ImportFrom, place: Place<'_>, context: Context) {
        let Some(module) = place.absolute(import) else {
            return;
        };
        // Placeholders that raise where a library is missing.
        let placeholders = module.ends_with("_objects") && module.contains(".dummy_");
        let context = if placeholders {
            context.at_most(Rank::Fallback)
        } else {
            context
        };
        for alias in &import.names {
            let target = format!("{module}.{}", alias.name.name);
            self.add(&alias.bound().name, Kind::Import(target), context);
        }
        let real = context.rank > Rank::Fallback && !context.type_checking;
        let stars = if placeholders {
            &mut self.placeholders
        } else {
            &mut self.stars
        };
        let counts = placeholders || real;
        if import.star.is_some() && counts && !stars.contains(&module) {
            stars.push(module);
        }
    }

    /// `@overload`s are kept together with what follows; setters belong to their property.
    fn function(&mut self, function: &'a FunctionDef, context: Context) {
        let name = function.name.name.as_str();
        let decorated = |word: &str| {
            function.decorators.iter().any(|decorator| {
                decorator
                    .dotted()
                    .is_some_and(|path| path.rsplit('.').next() == Some(word))
            })
        };
        if ["setter", "deleter"].into_iter().any(decorated) {
            return;
        }
        let pending = match self.index.get(name).map(|index| &self.entries[*index].kind) {
            Some(Kind::Function(known)) if is_overload(known.last().copied()) => known.clone(),
            _ => Vec::new(),
        };
        if pending.is_empty() {
            self.add(name, Kind::Function(vec![function]), context);
        } else if let Some(index) = self.index.get(name) {
            let functions = pending.into_iter().chain([function]).collect();
            let entry = &mut self.entries[*index];
            entry.kind = Kind::Function(functions);
            // The overloads may be there for type checkers alone.
            entry.type_checking &= context.type_checking;
            entry.rank = entry.rank.max(context.rank);
        }
    }

    fn assign(&mut self, target: &'a Expr, value: Option<&'a Expr>, context: Context) {
        match &target.kind {
            ExprKind::Name(name) => {
                // `f = decorate(f)` leaves `f` what it was.
                let itself = value.is_some_and(|value| mentions(value, name));
                if !(itself && self.index.contains_key(name.as_str())) {
                    self.add(name, Kind::Value(value, None), context);
                }
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                for item in items {
                    self.assign(item, None, context);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, name: &'a str, kind: Kind<'a>, context: Context) {
        let nothing = matches!(&kind, Kind::Value(Some(value), _) if value.kind == ExprKind::None);
        let entry = Entry {
            name,
            rank: match context.rank {
                Rank::Always if nothing => Rank::Nothing,
                rank => rank,
            },
            type_checking: context.type_checking,
            kind,
        };
        match self.index.get(name) {
            None => {
                self.index.insert(name, self.entries.len());
                self.entries.push(entry);
            }
            Some(index) => {
                let known = &mut self.entries[*index];
                if entry.replaces(known) {
                    *known = entry;
                }
            }
        }
    }
}

/// What a loop or a `with` binds; the names stay behind it.
fn targets(stmt: &Stmt) -> Vec<&Expr> {
    match &stmt.kind {
        StmtKind::For { target, .. } => vec![target],
        StmtKind::With { items, .. } => items
            .iter()
            .filter_map(|(_, target)| target.as_ref())
            .collect(),
        _ => Vec::new(),
    }
}

impl Entry<'_> {
    fn replaces(&self, known: &Self) -> bool {
        if self.type_checking != known.type_checking {
            return known.type_checking;
        }
        self.rank > known.rank || (self.rank == Rank::Always && known.rank == Rank::Always)
    }
}

impl Context {
    fn at_most(self, rank: Rank) -> Self {
        Self {
            rank: self.rank.min(rank),
            ..self
        }
    }
}

/// `if TYPE_CHECKING:` and its `else`; `if not is_torch_available():` with placeholders first.
fn branch_context(context: Context, test: Option<&Expr>, index: usize) -> Context {
    let Some(test) = test else { return context };
    if is_type_checking(test) {
        return Context {
            type_checking: context.type_checking || index == 0,
            ..context
        };
    }
    let missing = matches!(&test.kind, ExprKind::Unary { op, operand }
        if *op == "not" && matches!(operand.kind, ExprKind::Call(_)));
    let fallback = missing == (index == 0);
    context.at_most(if fallback && (missing || index > 0) {
        // The `else` of a plain condition only stands in where nothing else does.
        Rank::Fallback
    } else {
        Rank::Conditional
    })
}

fn is_type_checking(test: &Expr) -> bool {
    match &test.kind {
        ExprKind::BoolOp { left, right, op } => {
            // `is_torch_available() or TYPE_CHECKING` also holds where torch is installed.
            let asks = [left, right]
                .iter()
                .any(|side| matches!(side.kind, ExprKind::Call(_)));
            *op == "or" && !asks && (is_type_checking(left) || is_type_checking(right))
        }
        _ => test
            .dotted()
            .is_some_and(|path| path.rsplit('.').next() == Some("TYPE_CHECKING")),
    }
}

/// `import a.b` binds `a`, `import a.b as c` binds `c` to `a.b`.
fn plain_import(alias: &Alias) -> (&str, &str) {
    let path = alias.name.name.as_str();
    match &alias.asname {
        Some(asname) => (&asname.name, path),
        None => {
            let head = path.split('.').next().unwrap_or(path);
            (head, head)
        }
    }
}

/// Whether a function is one of several signatures written for type checkers.
pub fn is_overload(function: Option<&FunctionDef>) -> bool {
    function.is_some_and(|function| {
        function.decorators.iter().any(|decorator| {
            decorator
                .dotted()
                .is_some_and(|path| path.rsplit('.').next() == Some("overload"))
        })
    })
}

fn mentions(expr: &Expr, name: &str) -> bool {
    let mut found = false;
    visit::expression(expr, &mut |part| found |= part.as_name() == Some(name));
    found
}
