//! Lowering of unusual syntax, shown in a short notation of its own.

use crate::python::ast::*;
use crate::python::parse::parse_module;
use crate::text::TextRange;

/// The statements of `text`, one a line, blocks indented.
fn shown(text: &str) -> String {
    let mut out = String::new();
    block(&parse_module(text).body, 0, &mut out);
    out.trim_end().to_owned()
}

fn block(body: &[Stmt], depth: usize, out: &mut String) {
    for statement in body {
        line(&statement.kind, depth, out);
    }
}

fn push(depth: usize, text: &str, out: &mut String) {
    out.push_str(&"  ".repeat(depth));
    out.push_str(text);
    out.push('\n');
}

fn line(kind: &StmtKind, depth: usize, out: &mut String) {
    let text = match kind {
        StmtKind::Import(aliases) => format!("import {}", list(aliases, alias)),
        StmtKind::ImportFrom(import) => format!(
            "from {}{} import {}{}",
            ".".repeat(import.level as usize),
            import.module.as_ref().map_or("", |module| &module.name),
            list(&import.names, alias),
            if import.star.is_some() { "*" } else { "" }
        ),
        StmtKind::Assign { targets, value } => {
            format!("{} := {}", list(targets, expr), expr(value))
        }
        StmtKind::AnnAssign {
            target,
            annotation,
            value,
        } => format!(
            "{} is {} := {}",
            expr(target),
            expr(annotation),
            value.as_ref().map_or("-".to_owned(), expr)
        ),
        StmtKind::AugAssign { target, value } => format!("{} op= {}", expr(target), expr(value)),
        StmtKind::Expr(value) => expr(value),
        StmtKind::Return(value) => {
            format!("return {}", value.as_ref().map_or("-".to_owned(), expr))
        }
        StmtKind::Raise(value) => format!("raise {}", value.as_ref().map_or("-".to_owned(), expr)),
        StmtKind::Assert(parts) => format!("assert {}", list(parts, expr)),
        StmtKind::Delete(targets) => format!("del {}", list(targets, expr)),
        StmtKind::Global(names) => format!("global {}", list(names, |name| name.name.to_string())),
        StmtKind::Other => "other".to_owned(),
        StmtKind::Error => "error".to_owned(),
        _ => return compound(kind, depth, out),
    };
    push(depth, &text, out);
}

fn compound(kind: &StmtKind, depth: usize, out: &mut String) {
    let mut part = |head: String, body: &[Stmt]| {
        push(depth, &head, out);
        block(body, depth + 1, out);
    };
    match kind {
        StmtKind::FunctionDef(function) => {
            let returns = function.returns.as_ref().map_or("-".to_owned(), expr);
            let head = format!(
                "{}def {}({}) -> {returns} @{}",
                if function.is_async { "async " } else { "" },
                function.name.name,
                list(&function.params, param),
                list(&function.decorators, expr)
            );
            part(head, &function.body);
        }
        StmtKind::ClassDef(class) => {
            let head = format!(
                "class {}({}; {}) @{}",
                class.name.name,
                list(&class.bases, expr),
                list(&class.keywords, argument),
                list(&class.decorators, expr)
            );
            part(head, &class.body);
        }
        StmtKind::If(branches) => {
            for branch in branches {
                let test = branch.test.as_ref().map_or("else".to_owned(), expr);
                part(format!("if {test}"), &branch.body);
            }
        }
        StmtKind::For {
            target,
            iter,
            body,
            orelse,
        } => {
            part(format!("for {} in {}", expr(target), expr(iter)), body);
            part("else".to_owned(), orelse);
        }
        StmtKind::While { test, body, orelse } => {
            part(format!("while {}", expr(test)), body);
            part("else".to_owned(), orelse);
        }
        StmtKind::With { items, body } => {
            let item = |(value, target): &(Expr, Option<Expr>)| {
                format!(
                    "{} as {}",
                    expr(value),
                    target.as_ref().map_or("-".to_owned(), expr)
                )
            };
            part(format!("with {}", list(items, item)), body);
        }
        StmtKind::Try {
            body,
            handlers,
            orelse,
            finally,
        } => {
            part("try".to_owned(), body);
            for handler in handlers {
                let exception = handler.exception.as_ref().map_or("-".to_owned(), expr);
                let name = handler.name.as_ref().map_or("-", |name| &name.name);
                part(format!("except {exception} as {name}"), &handler.body);
            }
            part("else".to_owned(), orelse);
            part("finally".to_owned(), finally);
        }
        StmtKind::Match { subject, cases } => {
            part(format!("match {}", expr(subject)), &[]);
            for case in cases {
                let guard = case.guard.as_ref().map_or("-".to_owned(), expr);
                let names = list(&case.names, |name| name.name.to_string());
                part(format!("case [{names}] if {guard}"), &case.body);
            }
        }
        _ => {}
    }
}

fn list<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn alias(alias: &Alias) -> String {
    match &alias.asname {
        Some(asname) => format!("{} as {}", alias.name.name, asname.name),
        None => alias.name.name.to_string(),
    }
}

fn param(param: &Param) -> String {
    let mut shown = format!("{:?} {}", param.kind, param.name.name);
    if let Some(annotation) = &param.annotation {
        shown += &format!(": {}", expr(annotation));
    }
    if let Some(default) = &param.default {
        shown += &format!(" = {}", expr(default));
    }
    shown
}

fn argument(argument: &Argument) -> String {
    let value = expr(&argument.value);
    match &argument.kind {
        ArgumentKind::Positional => value,
        ArgumentKind::Keyword(name) => format!("{}={value}", name.name),
        ArgumentKind::Spread => format!("*{value}"),
        ArgumentKind::DictSpread => format!("**{value}"),
    }
}

fn expr(value: &Expr) -> String {
    match &value.kind {
        ExprKind::Name(name) => name.to_string(),
        ExprKind::Attribute { value, attr } => format!("{}.{}", expr(value), attr.name),
        ExprKind::Call(call) => format!("{}({})", expr(&call.func), list(&call.args, argument)),
        ExprKind::Subscript { value, index } => format!("{}[{}]", expr(value), list(index, expr)),
        ExprKind::Str(literal) => format!(
            "{}{:?}{}",
            if literal.is_bytes { "b" } else { "" },
            literal.value,
            if literal.content.is_some() { "" } else { "~" }
        ),
        ExprKind::FString(parts) => format!("f<{}>", list(parts, expr)),
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Float(value) => format!("{value:?}"),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::None => "None".to_owned(),
        ExprKind::Ellipsis => "...".to_owned(),
        ExprKind::List(items) => format!("[{}]", list(items, expr)),
        ExprKind::Tuple(items) => format!("({})", list(items, expr)),
        ExprKind::Set(items) => format!("{{{}}}", list(items, expr)),
        ExprKind::Dict(items) => {
            let item = |item: &DictItem| match &item.key {
                Some(key) => format!("{}: {}", expr(key), expr(&item.value)),
                None => format!("**{}", expr(&item.value)),
            };
            format!("{{{}}}", list(items, item))
        }
        ExprKind::Binary { left, op, right } | ExprKind::BoolOp { left, op, right } => {
            format!("({} {op} {})", expr(left), expr(right))
        }
        ExprKind::Unary { op, operand } => format!("({op} {})", expr(operand)),
        ExprKind::Compare { left, rest } => {
            let rest = list(rest, |(op, right)| format!("{op} {}", expr(right)));
            format!("({} {rest})", expr(left))
        }
        ExprKind::IfElse { test, body, orelse } => {
            format!("({} ? {} : {})", expr(test), expr(body), expr(orelse))
        }
        ExprKind::Lambda { params, body } => {
            format!("lambda {} -> {}", list(params, param), expr(body))
        }
        ExprKind::Starred(value) => format!("*{}", expr(value)),
        ExprKind::Await(value) => format!("await {}", expr(value)),
        ExprKind::Walrus { name, value } => format!("({} := {})", name.name, expr(value)),
        ExprKind::Comprehension { clauses, parts } => {
            let clause =
                |(target, iter): &(Expr, Expr)| format!("{} in {}", expr(target), expr(iter));
            format!("<{} for {}>", list(parts, expr), list(clauses, clause))
        }
        ExprKind::Yield(parts) => format!("yield<{}>", list(parts, expr)),
        ExprKind::Other(parts) => format!("other<{}>", list(parts, expr)),
        ExprKind::Error => "error".to_owned(),
    }
}

#[test]
fn imports() {
    let text = "\
import a.b.c, d as e
from . import x
from ..a . b import c as d, e
from a import (b, # why
  c)
from a import *
from __future__ import annotations, division
import a.\\
  b
";
    insta::assert_snapshot!(shown(text), @"
    import a.b.c, d as e
    from . import x
    from ..a.b import c as d, e
    from a import b, c
    from a import *
    from __future__ import annotations, division
    import a.b
    ");
}

#[test]
fn functions_and_classes() {
    let text = "\
@a.b(1)
# why
@c
async def f(a, b: 'T' = 1, /, c=2, *args: int, d: Optional[T], **kw: a.B[c]) -> T | None: pass
def g(*, a=1): await x
class A[T](B, C[T], *D, metaclass=M, **kw): x: int
def h(a, *, b, **c):
    '''doc'''
    # comment
";
    insta::assert_snapshot!(shown(text), @r#"
    async def f(PositionalOnly a, PositionalOnly b: "T" = 1, Normal c = 2, VarArgs args: int, KeywordOnly d: Optional[T], VarKeyword kw: a.B[c]) -> (T | None) @a.b(1), c
      other
    def g(KeywordOnly a = 1) -> - @
      await x
    class A(B, C[T]; *D, metaclass=M, **kw) @
      x is int := -
    def h(Normal a, KeywordOnly b, VarKeyword c) -> - @
      "doc"
    "#);
}

#[test]
fn compound_statements() {
    let text = "\
with (a() as b, c as (d, e)): pass
with (a as b): pass
with a, (b): pass
try: x
except E as e: pass
except (A, B.C): pass
except A, B: pass
except: pass
else: y
finally: z
match a, b:
    case A(x=b, y=[c, *d]) as e if f(g): pass
    case {'k': v, **rest} | w: pass
    case a.b | None | 1: pass
async for a, *b in c, d: pass
else: e
while (x := f()): pass
if a: b
elif c: d
else: e
";
    insta::assert_snapshot!(shown(text), @r"
    with a() as b, c as (d, e)
      other
    with a as b
      other
    with a as -, b as -
      other
    try
      x
    except E as e
      other
    except (A, B.C) as -
      other
    except (A, B) as -
      other
    except - as -
      other
    else
      y
    finally
      z
    match (a, b)
    case [b, c, d, e] if f(g)
      other
    case [v, rest, w] if -
      other
    case [] if -
      other
    for (a, *b) in (c, d)
      other
    else
      e
    while (x := f())
      other
    else
    if a
      b
    if c
      d
    if else
      e
    ");
}

#[test]
fn expressions() {
    let text = r#"
a = b.c[0], d = e()
x: "T" = (1)
x += ((1))
del a, b[0]
f(a, *b, c=1, **d,  # why
  e=(2))
f(x for x, y in z if x if y)
{**a, 'b': c, **d}
[a, *b], {a, *b}, (a,), ()
a < b <= c not in d is  not e
not a and -b or ~c
a if b else c
lambda a, *b, c=1, **d: (yield a)
{a: b for a in b for c in d}
a[1:2, ::3, ...]
print >>a, b
print a
type X = list[int]
global a, b
x: list[a.b | None]
return
raise A from b
assert a, b
f(a)(b).c[d](e)
await a.b()
"#;
    insta::assert_snapshot!(shown(text), @r#"
    a, (b.c[0], d) := e()
    x is "T" := 1
    x op= 1
    del a, b[0]
    f(a, *b, c=1, **d, e=2)
    f(<x, x, y for (x, y) in z>)
    {**a, "b": c, **d}
    ([a, *b], {a, *b}, (a), ())
    (a < b, <= c, not in d, is not e)
    (((not a) and (- b)) or (~ c))
    (b ? a : c)
    lambda Normal a, VarArgs b, KeywordOnly c = 1, VarKeyword d -> yield<a>
    <a, b for a in b, c in d>
    a[other<1, 2>, other<3>, ...]
    ((print >> a), b)
    error
    error
    X := other<list[int]>
    global a, b
    x is list[(a.b | None)] := -
    return -
    raise A
    assert a, b
    f(a)(b).c[d](e)
    await a.b()
    "#);
}

#[test]
fn literals() {
    let text = r#"
'a' "b"; 'é'; r'\n'; b'x' b'y'; ''; """a
b"""; 'a\
b'; '\x41\u00e9\101\n\q\N{BULLET}'; f'{{a}}'; f"{a:{b}} {c!r}" 'd'; u'x'; Rb'\x'
1_000; 0x1F; 0o17; 0b11; 99999999999999999999; 1j; .5; 1e-3; 1_0.5; True, None, ...
"#;
    insta::assert_snapshot!(shown(text), @r#"
    "ab"~
    "é"
    "\\n"
    b"xy"~
    ""
    "a\nb"
    "ab"~
    "AéA\n\\q•"~
    "{a}"~
    f<a, b, c>
    "x"
    b"\\x"
    1000
    31
    15
    3
    other<>
    other<>
    0.5
    0.001
    10.5
    (true, None, ...)
    "#);
}

#[test]
fn broken_statements_are_left_alone() {
    let shown_lines = |text: &str| shown(text).replace('\n', " | ");
    assert_eq!(shown_lines("a = 1\nx = = 3\nb()\n"), "a := 1 | error | b()");
    assert_eq!(shown_lines("a\0b = 1\nc()\n"), "error | error | c()");
    assert_eq!(
        shown_lines("x = A(a=1)\nx.\ny = b()\n"),
        "x := A(a=1) | error | y := b()"
    );
    assert_eq!(shown_lines("(x.\n y)\nx.\\\n y\n"), "x.y | x.y");
    assert_eq!(
        shown_lines("a()\nf(b=1,\n\ndef g(): pass\n")
            .split(" | ")
            .next(),
        Some("a()")
    );
    assert_eq!(
        shown_lines("def f(a, : pass\nb()\n").split(" | ").last(),
        Some("b()")
    );
    assert_eq!(
        shown_lines("if f(a=:\n  b()\nc()\n").matches("a=").count(),
        0
    );
    assert_eq!(shown_lines(""), "");
    assert_eq!(
        shown_lines("\u{feff}a\r\nif b:\r\n\tc()\r\n"),
        "a | if b |   c()"
    );
    assert!(!parse_module("x = (\n").errors.is_empty());
}

#[test]
fn parentheses_stand_outside_of_the_expression() {
    let text = "f(a=(((b))))\n";
    let module = parse_module(text);
    let StmtKind::Expr(Expr {
        kind: ExprKind::Call(call),
        ..
    }) = &module.body[0].kind
    else {
        panic!("a call");
    };
    assert_eq!(call.args[0].value.range, TextRange::new(7, 8));
    assert_eq!(call.args[0].range, TextRange::new(2, 11));
}
