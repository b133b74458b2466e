//! Temporary first version of the facts.
use std::collections::HashMap;

use super::ast::*;
use super::facts::*;
use super::parse::SyntaxTree;
use crate::text::TextRange;

/// The facts of a module.
pub fn facts(module: &Module, text: &str, _tree: &SyntaxTree) -> Facts {
    let mut w = Walk {
        facts: Facts::default(),
        env: vec![HashMap::new()],
        text,
        class: None,
        stmt: TextRange::default(),
        assigned: None,
    };
    w.facts.errors = module.errors.clone();
    w.body(&module.body);
    for s in &module.body {
        if matches!(s.kind, StmtKind::Import(_) | StmtKind::ImportFrom(_)) {
            let e = s.range.end as usize;
            w.facts.import_insertion =
                text[e..].find('\n').map_or(text.len(), |n| e + n + 1) as u32;
        }
    }
    w.facts
}

struct Walk<'t> {
    facts: Facts,
    env: Vec<HashMap<String, (Option<Origin>, Option<u32>)>>,
    text: &'t str,
    class: Option<ClassId>,
    stmt: TextRange,
    assigned: Option<String>,
}

impl Walk<'_> {
    fn bind(&mut self, name: &str, origin: Option<Origin>, import: Option<u32>) {
        self.env
            .last_mut()
            .unwrap()
            .insert(name.into(), (origin, import));
    }
    fn lookup(&self, name: &str) -> Option<(Option<Origin>, Option<u32>)> {
        self.env.iter().rev().find_map(|e| e.get(name).cloned())
    }
    fn body(&mut self, body: &[Stmt]) {
        for s in body {
            self.stmt(s);
        }
    }
    fn stmt(&mut self, s: &Stmt) {
        self.stmt = s.range;
        match &s.kind {
            StmtKind::Import(names) => {
                for a in names {
                    let i = self.facts.imports.len() as u32;
                    self.facts.imports.push(Import {
                        module: a.name.name.clone(),
                        module_range: a.name.range,
                        name: None,
                        asname: a.asname.clone(),
                        range: a.range,
                        statement: s.range,
                        siblings: names.len() as u32,
                        guard: Guard::None,
                    });
                    match &a.asname {
                        Some(n) => {
                            self.bind(&n.name.clone(), Some(Origin::import(&a.name.name)), Some(i))
                        }
                        None => {
                            let first = a.name.name.split('.').next().unwrap().to_string();
                            self.bind(&first, Some(Origin::import(&first)), Some(i));
                        }
                    }
                }
            }
            StmtKind::ImportFrom(f) if f.level == 0 => {
                let Some(m) = &f.module else { return };
                for a in &f.names {
                    let i = self.facts.imports.len() as u32;
                    self.facts.imports.push(Import {
                        module: m.name.clone(),
                        module_range: m.range,
                        name: Some(a.name.clone()),
                        asname: a.asname.clone(),
                        range: a.range,
                        statement: s.range,
                        siblings: f.names.len() as u32,
                        guard: Guard::None,
                    });
                    let o = Origin::import(&format!("{}.{}", m.name, a.name.name));
                    self.bind(&a.bound().name.clone(), Some(o), Some(i));
                }
            }
            StmtKind::Assign { targets, value } => {
                if let [
                    Expr {
                        kind: ExprKind::Name(n),
                        ..
                    },
                ] = targets.as_slice()
                {
                    self.assigned = Some(n.clone());
                }
                let o = self.expr(value);
                for t in targets {
                    self.target(t, o.clone());
                }
            }
            StmtKind::Expr(e) => {
                self.expr(e);
            }
            StmtKind::Return(Some(e)) => {
                self.expr(e);
            }
            StmtKind::FunctionDef(f) => {
                self.bind(&f.name.name, None, None);
                self.env.push(HashMap::new());
                for (i, p) in f.params.iter().enumerate() {
                    let o = match self.class {
                        Some(c) if i == 0 => Some(Origin {
                            root: Root::SelfOf(c),
                            steps: vec![],
                        }),
                        _ => p
                            .annotation
                            .as_ref()
                            .and_then(|a| self.expr(a))
                            .map(|o| Origin {
                                root: Root::InstanceOf(Box::new(o)),
                                steps: vec![],
                            }),
                    };
                    self.bind(&p.name.name, o, None);
                }
                let c = self.class;
                self.body(&f.body);
                self.class = c;
                self.env.pop();
            }
            StmtKind::ClassDef(c) => {
                let bases = c.bases.iter().map(|b| self.expr(b)).collect();
                let id = ClassId(self.facts.classes.len() as u32);
                let methods = c
                    .body
                    .iter()
                    .filter_map(|s| match &s.kind {
                        StmtKind::FunctionDef(f) => Some(Method {
                            name: f.name.clone(),
                            params: f
                                .params
                                .iter()
                                .map(|p| MethodParam {
                                    name: p.name.name.clone(),
                                    kind: p.kind,
                                    has_default: p.default.is_some(),
                                    range: p.range,
                                })
                                .collect(),
                            params_range: f.params_range,
                            decorated: !f.decorators.is_empty(),
                        }),
                        _ => None,
                    })
                    .collect();
                self.facts.classes.push(Class {
                    name: c.name.clone(),
                    bases,
                    methods,
                    attributes: vec![],
                    decorators: vec![],
                    range: s.range,
                    guard: Guard::None,
                });
                self.bind(
                    &c.name.name,
                    Some(Origin {
                        root: Root::Class(id),
                        steps: vec![],
                    }),
                    None,
                );
                let old = self.class.replace(id);
                self.env.push(HashMap::new());
                self.body(&c.body);
                self.env.pop();
                self.class = old;
            }
            StmtKind::If(b) => {
                for b in b {
                    self.body(&b.body);
                }
            }
            StmtKind::With { items, body } => {
                for (e, t) in items {
                    let o = self.expr(e);
                    if let Some(t) = t {
                        self.target(t, o);
                    }
                }
                self.body(body);
            }
            StmtKind::For { iter, body, .. } => {
                self.expr(iter);
                self.body(body);
            }
            _ => {}
        }
    }
    fn target(&mut self, t: &Expr, o: Option<Origin>) {
        match &t.kind {
            ExprKind::Name(n) => self.bind(n, o, None),
            ExprKind::Tuple(ts) => {
                for (i, t) in ts.iter().enumerate() {
                    let o = o.as_ref().map(|o| o.then(Step::Item(i as i32)));
                    self.target(t, o);
                }
            }
            ExprKind::Attribute { value, attr } => {
                if let Some(r) = self.expr(value) {
                    self.facts.attributes.push(AttributeUse {
                        receiver: r,
                        attr: attr.clone(),
                        range: t.range,
                        access: Access::Store,
                        called: false,
                        guard: Guard::None,
                    });
                }
            }
            _ => {}
        }
    }
    fn value(e: &Expr) -> Value {
        match &e.kind {
            ExprKind::None => Value::None,
            ExprKind::Bool(b) => Value::Bool(*b),
            ExprKind::Int(i) => Value::Int(*i),
            ExprKind::Float(f) => Value::Float(*f),
            ExprKind::Str(s) => Value::Str(s.value.clone()),
            _ => Value::Unknown,
        }
    }
    fn expr(&mut self, e: &Expr) -> Option<Origin> {
        match &e.kind {
            ExprKind::Name(n) => {
                let (o, i) = self.lookup(n)?;
                if let (Some(i), Some(o)) = (i, &o) {
                    self.facts.names.push(NameUse {
                        range: e.range,
                        origin: o.clone(),
                        import: i,
                        guard: Guard::None,
                    });
                }
                o
            }
            ExprKind::Attribute { value, attr } => {
                let r = self.expr(value)?;
                self.facts.attributes.push(AttributeUse {
                    receiver: r.clone(),
                    attr: attr.clone(),
                    range: e.range,
                    access: Access::Load,
                    called: self.text[e.range.end as usize..].starts_with('('),
                    guard: Guard::None,
                });
                Some(r.then(Step::Attr(attr.name.clone())))
            }
            ExprKind::Call(c) => {
                let assigned = self.assigned.take();
                let f = if c.func.as_name() == Some("super") {
                    self.class.map(|c| Origin {
                        root: Root::SuperOf(c),
                        steps: vec![],
                    })
                } else {
                    self.expr(&c.func)
                };
                let mut call = super::facts::Call {
                    callee: f.clone()?,
                    callee_range: c.func.range,
                    range: e.range,
                    args_range: c.args_range,
                    positional: vec![],
                    keywords: vec![],
                    open: false,
                    partial: false,
                    statement: self.stmt,
                    assigned_to: assigned,
                    guard: Guard::None,
                };
                for a in &c.args {
                    let o = self.expr(&a.value);
                    match &a.kind {
                        ArgumentKind::Positional => {
                            let elements = match &a.value.kind {
                                ExprKind::Tuple(v) | ExprKind::List(v) => {
                                    v.iter().map(|e| self.expr(e)).collect()
                                }
                                _ => vec![],
                            };
                            call.positional.push(Positional {
                                range: a.range,
                                value: Self::value(&a.value),
                                origin: o,
                                elements,
                            })
                        }
                        ArgumentKind::Keyword(n) => call.keywords.push(Keyword {
                            name: n.clone(),
                            range: a.range,
                            value_range: a.value.range,
                            value: Self::value(&a.value),
                            origin: o,
                            site: Site::Keyword,
                        }),
                        _ => call.open = true,
                    }
                }
                if c.func.as_name() == Some("super") {
                    return f;
                }
                let id = CallId(self.facts.calls.len() as u32);
                let o = call.callee.then(Step::Call(id));
                self.facts.calls.push(call);
                Some(o)
            }
            _ => None,
        }
    }
}
