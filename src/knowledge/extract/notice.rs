//! Deprecation notices: which argument, function or class a warning in the source is about.

use rustc_hash::FxHashMap;

use super::guard::{Arguments, Guard};
use super::literals::Literals;
use super::namespace::Namespace;
use super::text::{self, Known};
use super::{message, visit};
use crate::knowledge::fact::{Deprecation, Trigger};
use crate::python::ast::{Call, Expr, ExprKind, Stmt, StmtKind};

/// Whose notices are looked for.
#[derive(Debug, Default)]
pub struct Subject<'n, 'a> {
    /// Parameters or fields with their defaults as written, in no order.
    pub defaults: FxHashMap<String, Option<String>>,
    /// Keywords taken from `**kwargs`.
    pub accepted: Vec<String>,
    /// The variables that hold the `**kwargs`.
    pub dicts: Vec<String>,
    /// Parameters whose attributes are the arguments of another class, a constructor's `args`.
    pub objects: Vec<String>,
    /// Whether `self.name` is the argument `name`.
    pub fields: bool,
    /// Whether there may be arguments that are not known here.
    pub open: bool,
    /// The names by which a text can mean the function or class itself.
    pub names: Vec<String>,
    /// What the source of a text may interpolate for them.
    pub known: Known,
    /// The displays that the names of the body and those around it stand for.
    pub literals: Option<Literals<'n, 'a>>,
}

/// The notices in a body, one for each name, in the order of the source.
pub fn notices<'a>(
    body: &'a [Stmt],
    namespace: &Namespace<'a>,
    subject: &Subject<'_, 'a>,
) -> Vec<Deprecation> {
    let mut defaults = subject.defaults.clone();
    for name in &subject.accepted {
        defaults
            .entry(name.clone())
            .or_insert_with(|| Some("None".to_owned()));
    }
    let mut scan = Scan {
        namespace,
        subject,
        defaults,
        origins: origins(body, &subject.dicts),
        known: subject.known.clone(),
        guards: Vec::new(),
        found: Vec::new(),
    };
    scan.block(body);
    scan.found
}

struct Scan<'s, 'a> {
    namespace: &'s Namespace<'a>,
    subject: &'s Subject<'s, 'a>,
    defaults: FxHashMap<String, Option<String>>,
    origins: FxHashMap<String, String>,
    known: Known,
    guards: Vec<Guard>,
    found: Vec<Deprecation>,
}

/// `old = kwargs.pop("old", None)`: local names of keywords.
pub fn origins(body: &[Stmt], dicts: &[String]) -> FxHashMap<String, String> {
    let mut origins = FxHashMap::default();
    visit::statements(body, &mut |stmt| {
        let StmtKind::Assign { targets, value } = &stmt.kind else {
            return;
        };
        let ExprKind::Call(call) = &value.kind else {
            return;
        };
        let ExprKind::Attribute { value: dict, attr } = &call.func.kind else {
            return;
        };
        let taken = matches!(attr.name.as_str(), "pop" | "get")
            && dict
                .as_name()
                .is_some_and(|name| dicts.iter().any(|dict| dict == name));
        let key = visit::positional(call).next().and_then(Expr::as_str);
        if let (true, Some(name), Some(key)) = (taken, targets[0].as_name(), key) {
            origins.insert(name.to_owned(), key.to_owned());
        }
    });
    origins
}

impl Scan<'_, '_> {
    fn block(&mut self, body: &[Stmt]) {
        for stmt in body {
            self.statement(stmt);
        }
    }

    fn statement(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Expr(expr) => self.calls(expr),
            StmtKind::Assign { targets, value } => {
                self.calls(value);
                if let Some(name) = targets[0].as_name() {
                    match text::of(value, self.namespace, &self.known) {
                        Some(text) => self.known.insert(name.to_owned(), text),
                        None => self.known.remove(name),
                    };
                }
            }
            StmtKind::Return(Some(expr)) => self.calls(expr),
            StmtKind::If(branches) => {
                let depth = self.guards.len();
                for branch in branches {
                    let before = self.guards.len();
                    if let Some(test) = &branch.test {
                        let guards = self.arguments().guards(test, true);
                        self.guards.extend(guards);
                    }
                    self.block(&branch.body);
                    self.guards.truncate(before);
                    if let Some(test) = &branch.test {
                        let guards = self.arguments().guards(test, false);
                        self.guards.extend(guards);
                    }
                }
                self.guards.truncate(depth);
            }
            StmtKind::For {
                target, iter, body, ..
            } => self.for_loop(target, iter, body),
            StmtKind::With { body, .. } => self.block(body),
            StmtKind::Try {
                body,
                handlers,
                orelse,
                finally,
            } => {
                for block in [body, orelse, finally] {
                    self.block(block);
                }
                for handler in handlers {
                    self.guarded(&handler.body, Guard::Other);
                }
            }
            _ => {
                for block in visit::blocks(stmt) {
                    self.guarded(block, Guard::Other);
                }
            }
        }
    }

    fn guarded(&mut self, body: &[Stmt], guard: Guard) {
        self.guards.push(guard);
        self.block(body);
        self.guards.pop();
    }

    /// `for old, new in (("a", "b"), ...)` is gone through with the names that it stands for.
    fn for_loop(&mut self, target: &Expr, iter: &Expr, body: &[Stmt]) {
        let rows = self.rows(target, iter);
        if rows.is_empty() {
            return self.guarded(body, Guard::Other);
        }
        for row in rows {
            let before = self.known.clone();
            self.known.extend(row);
            self.block(body);
            self.known = before;
        }
    }

    /// For each turn of a loop over literals the texts of its variables.
    fn rows(&self, target: &Expr, iter: &Expr) -> Vec<Vec<(String, String)>> {
        let variables: Vec<&str> = match &target.kind {
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                items.iter().filter_map(Expr::as_name).collect()
            }
            _ => target.as_name().into_iter().collect(),
        };
        let bind = |values: Vec<&str>| -> Option<Vec<(String, String)>> {
            (values.len() == variables.len()).then(|| {
                let owned = |(name, value): (&&str, &str)| ((*name).to_owned(), value.to_owned());
                variables.iter().zip(values).map(owned).collect()
            })
        };
        let row = |item: &Expr| match item.as_str() {
            Some(text) => bind(vec![text]),
            None => bind(visit::strings(item)?),
        };
        let rows: Option<Vec<_>> = match &self.literal(iter).kind {
            ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
                items.iter().map(row).collect()
            }
            ExprKind::Dict(items) => items
                .iter()
                .map(|item| bind(vec![item.key.as_ref()?.as_str()?, item.value.as_str()?]))
                .collect(),
            _ => None,
        };
        rows.unwrap_or_default()
    }

    /// A constant's value behind its name, a dict behind `.items()`.
    fn literal<'e>(&'e self, expr: &'e Expr) -> &'e Expr {
        match &expr.kind {
            ExprKind::Name(name) => {
                let literals = self.subject.literals.as_ref();
                let local = literals.and_then(|literals| literals.get(name));
                local
                    .or_else(|| self.namespace.constant(name))
                    .unwrap_or(expr)
            }
            ExprKind::Call(call) => match &call.func.kind {
                ExprKind::Attribute { value, attr } if attr.name == "items" => self.literal(value),
                _ => expr,
            },
            _ => expr,
        }
    }

    fn arguments(&self) -> Arguments<'_> {
        Arguments {
            defaults: &self.defaults,
            origins: &self.origins,
            fields: self.subject.fields,
            dicts: &self.subject.dicts,
            objects: &self.subject.objects,
            known: &self.known,
            text: self.namespace.text,
        }
    }

    fn calls(&mut self, expr: &Expr) {
        let mut calls = Vec::new();
        visit::expression(expr, &mut |part| {
            if let ExprKind::Call(call) = &part.kind {
                calls.push(call);
            }
        });
        for call in calls {
            self.call(call);
        }
    }

    fn call(&mut self, call: &Call) {
        let Some(warning) = Warning::read(call, self.namespace, &self.known) else {
            return;
        };
        let guards = std::mem::take(&mut self.guards);
        self.warning(&warning, &guards);
        self.guards = guards;
    }

    fn warning(&mut self, warning: &Warning, guards: &[Guard]) {
        let mut about: Vec<(String, Trigger)> = Vec::new();
        for guard in guards {
            match guard {
                Guard::About(name, when) => about.push((name.clone(), *when)),
                Guard::Any(names) => about.extend(names.iter().cloned()),
                Guard::Absent(name) if warning.names(name) => {}
                Guard::Neutral => {}
                Guard::Absent(_) | Guard::Other => return,
            }
        }
        if about.is_empty() {
            if warning.taken {
                about.extend(warning.first.clone().map(|name| (name, Trigger::Used)));
            } else {
                return self.itself(warning);
            }
        }
        // Of two conditions on one argument the narrower one counts.
        about.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same && kept.1 == Trigger::Used {
                kept.1 = next.1;
            }
            same
        });
        let passed: Vec<String> = about.iter().map(|(name, _)| name.clone()).collect();
        let together = passed_together(guards);
        about.retain(|(name, _)| warning.is_about(name, together));
        for (name, when) in about {
            let taken = self.subject.accepted.contains(&name) && passed.len() == 1;
            if warning.deprecates || (taken && warning.without_effect) {
                // What must be passed for the notice to speak is no replacement.
                let replacement = self.replacement(warning, &name);
                let replacement = replacement.filter(|new| !passed.contains(new));
                self.add(Deprecation {
                    name: Some(name),
                    // It may depend on the other argument: then nobody is surely warned.
                    when: if together { Trigger::Documented } else { when },
                    replacement,
                    announced: warning.announced.clone(),
                });
            }
        }
    }

    /// A warning without any condition is about the function or class, where it says so.
    fn itself(&mut self, warning: &Warning) {
        if self.subject.names.is_empty() {
            return;
        }
        let mine = self.subject.names.iter().any(|name| warning.names(name));
        let says_this = [
            "this function",
            "this method",
            "this class",
            "this module",
            "this property",
        ]
        .iter()
        .any(|words| {
            warning
                .text
                .to_ascii_lowercase()
                .contains(&format!("{words} is deprecated"))
        });
        if warning.deprecates && (mine || says_this) {
            let name = self.subject.names.first().map_or("", String::as_str);
            // "the version of `f` that takes `x`" names an argument, not what to use instead of `f`.
            let replacement = message::replacement(&warning.text, name)
                .filter(|new| !self.defaults.contains_key(*new))
                .map(|new| self.without_class(new));
            self.add(Deprecation {
                name: None,
                when: Trigger::Used,
                replacement,
                announced: warning.announced.clone(),
            });
        }
    }

    /// `Trainer.new` in a method of `Trainer` is `new`.
    fn without_class(&self, name: &str) -> String {
        let class = self.subject.known.get("cls.__name__");
        let member = class.and_then(|class| name.strip_prefix(class.as_str())?.strip_prefix('.'));
        member.unwrap_or(name).to_owned()
    }

    /// The replacement that the text names, where it is one of the callable's own arguments.
    fn replacement(&self, warning: &Warning, name: &str) -> Option<String> {
        let replacement = message::replacement(&warning.text, name)?;
        let exists =
            self.defaults.contains_key(replacement) || self.subject.open || name.contains('.');
        (exists && !replacement.contains('.')).then(|| replacement.to_owned())
    }

    /// The first notice of a name stays; a later one can only add the replacement.
    fn add(&mut self, notice: Deprecation) {
        match self
            .found
            .iter_mut()
            .find(|known| known.name == notice.name)
        {
            None => self.found.push(notice),
            Some(known) => {
                if known.replacement.is_none() {
                    known.replacement = notice.replacement;
                }
                if known.announced.is_none() {
                    known.announced = notice.announced;
                }
            }
        }
    }
}

/// Whether anything in a body warns that something goes away.
pub fn warns(body: &[Stmt], namespace: &Namespace<'_>) -> bool {
    let mut found = false;
    visit::expressions(body, &mut |expr| {
        if let ExprKind::Call(call) = &expr.kind {
            let warning = Warning::read(call, namespace, &Known::default());
            found |= warning.is_some_and(|warning| warning.deprecates || warning.without_effect);
        }
    });
    found
}

/// Whether several arguments must be passed at once for all guards to hold.
fn passed_together(guards: &[Guard]) -> bool {
    let mut conditions: Vec<Vec<&str>> = Vec::new();
    for guard in guards {
        let names = match guard {
            Guard::About(name, _) => vec![name.as_str()],
            Guard::Any(names) => names.iter().map(|(name, _)| name.as_str()).collect(),
            _ => continue,
        };
        if !conditions.contains(&names) {
            conditions.push(names);
        }
    }
    conditions.len() > 1
}

/// A call that warns.
#[derive(Debug)]
pub struct Warning {
    text: String,
    /// The name that `deprecate("name", "1.0", "...")` begins with.
    first: Option<String>,
    /// `take_from=kwargs`: it speaks only where the name was passed.
    taken: bool,
    /// Whether its category says that something goes away, whatever the text says.
    of_category: bool,
    deprecates: bool,
    without_effect: bool,
    announced: Option<String>,
}

impl Warning {
    fn read(call: &Call, namespace: &Namespace<'_>, known: &Known) -> Option<Self> {
        let path = call.func.dotted().or_else(|| attribute(&call.func))?;
        let function = path.rsplit('.').next().unwrap_or_default();
        let arguments: Vec<&Expr> = visit::positional(call).collect();
        if function == "deprecate" {
            return Self::from_deprecate(call, &arguments, namespace, known);
        }
        let warns = matches!(
            function,
            "warn"
                | "warning"
                | "warning_once"
                | "warning_advice"
                | "warn_once"
                | "warn_deprecated"
        );
        if !warns && path != "logger.error" {
            return None;
        }
        let first = arguments
            .first()
            .copied()
            .or_else(|| visit::keyword(call, "message"))?;
        let text = text::of(first, namespace, known)?;
        let category = visit::keyword(call, "category").or(arguments.get(1).copied());
        let category = category.and_then(Expr::dotted).unwrap_or_default();
        let of_deprecation =
            category.ends_with("FutureWarning") || category.ends_with("DeprecationWarning");
        let lower = text.to_ascii_lowercase();
        let new_default = lower.contains("default") && lower.contains("will change");
        Some(Self {
            deprecates: !new_default && (of_deprecation || message::speaks_of_deprecation(&text)),
            without_effect: message::speaks_of_no_effect(&text),
            announced: message::announced(&text),
            first: None,
            taken: false,
            of_category: of_deprecation && !message::speaks_of_deprecation(&text),
            text,
        })
    }

    fn from_deprecate(
        call: &Call,
        arguments: &[&Expr],
        namespace: &Namespace<'_>,
        known: &Known,
    ) -> Option<Self> {
        let [name, version, message, ..] = arguments else {
            return None;
        };
        Some(Self {
            first: text::of(name, namespace, known),
            taken: visit::keyword(call, "take_from").is_some(),
            of_category: true,
            deprecates: true,
            without_effect: false,
            announced: version.as_str().map(ToOwned::to_owned),
            text: text::of(message, namespace, known).unwrap_or_default(),
        })
    }

    /// Whether the text names it at all.
    fn names(&self, name: &str) -> bool {
        self.is_first(name) || message::names(&self.text, name)
    }

    /// Whether the text says of that name that it goes away. The category alone says so only of what is
    /// passed alone: a notice that speaks where two arguments come `together` may be about that.
    fn is_about(&self, name: &str, together: bool) -> bool {
        let name = name.rsplit('.').next().unwrap_or(name);
        if self.first.is_some() {
            return self.is_first(name);
        }
        message::is_subject(&self.text, name, self.of_category && !together)
    }

    fn is_first(&self, name: &str) -> bool {
        self.first
            .as_deref()
            .is_some_and(|first| first == name || first.rsplit('.').next() == Some(name))
    }
}

/// The last name of `a.b[c].warn`.
fn attribute(func: &Expr) -> Option<String> {
    match &func.kind {
        ExprKind::Attribute { attr, .. } => Some(attr.name.to_string()),
        _ => None,
    }
}
