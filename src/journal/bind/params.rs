//! The calls that a plan writes under `Params:`.

use super::written;
use crate::journal::plan::{FieldName, Plan};
use crate::python::ast::{Argument, ArgumentKind, Call, Expr, ExprKind, Module, Stmt, StmtKind};
use crate::python::facts::Value;
use crate::python::parse::parse_module;
use crate::text::TextRange;

/// Longer spans are no calls that somebody writes into a list.
const LONGEST: u32 = 16 * 1024;

/// A call under `Params:`. Ranges are of the plan's text.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanCall {
    /// The step, by its place in the plan's list.
    pub step: usize,
    /// The code span that it stands in.
    pub span: TextRange,
    /// The call; up to the end of the span where it is not complete.
    pub range: TextRange,
    /// What is called, as written: `SFTConfig`, `AutoModel.from_pretrained`.
    pub callee: String,
    /// Where that stands.
    pub callee_range: TextRange,
    /// From `(` to `)`, or to the end of the span.
    pub args_range: TextRange,
    /// What it gives by name, in order.
    pub arguments: Vec<PlanArgument>,
    /// Whether all brackets are closed and nothing is missing.
    pub is_complete: bool,
}

/// An argument that is given by name.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanArgument {
    /// Its name.
    pub name: String,
    /// Where that stands.
    pub name_range: TextRange,
    /// `name=value`
    pub range: TextRange,
    /// Where the value stands.
    pub value_range: TextRange,
    /// The value as far as it is constant.
    pub value: Value,
}

impl PlanCall {
    /// The argument of a name.
    pub fn argument(&self, name: &str) -> Option<&PlanArgument> {
        self.arguments.iter().find(|it| it.name == name)
    }

    /// The last part of what is called: `SFTConfig` of `trl.SFTConfig`.
    pub fn name(&self) -> &str {
        self.callee.rsplit('.').next().unwrap_or(&self.callee)
    }
}

/// All calls under `Params:` of a plan, in the order of the text; a call in the arguments of another behind it.
/// Text that is no call is left out, and of a call that is not complete what is there is read.
pub fn params(text: &str, plan: &Plan) -> Vec<PlanCall> {
    let mut found = Vec::new();
    for (step, it) in plan.steps.iter().enumerate() {
        for span in it.spans(FieldName::Params) {
            let source = span.slice(text);
            if source.contains('(') && span.len() <= LONGEST {
                read(source, step, span, &mut found);
            }
        }
    }
    found
}

fn read(source: &str, step: usize, span: TextRange, found: &mut Vec<PlanCall>) {
    let flat = as_python(source);
    let mut reader = Reader {
        source: &flat,
        step,
        span,
        is_complete: true,
        found,
    };
    let mut module = parse_module(&flat);
    if !module.errors.is_empty() {
        reader.is_complete = false;
        module = parse_module(&completed(&flat));
    }
    reader.module(&module);
}

/// What a code span says as Python, byte for byte: on one line, since further lines are indented as the list is, and
/// without `...` for arguments that are left out.
pub fn as_python(source: &str) -> String {
    let is_end = |it| matches!(it, '\n' | '\r');
    let flat = source.chars().map(|it| if is_end(it) { ' ' } else { it });
    without_marks(flat.collect())
}

/// `A(b=1, ...)` leaves arguments to the reader, which is no Python; what stands there instead is as long.
fn without_marks(mut source: String) -> String {
    const MARK: &str = "...";
    let mut from = 0;
    while let Some(at) = source[from..].find(MARK).map(|found| from + found) {
        from = at + MARK.len();
        let before = source[..at].trim_end();
        let behind = source[from..].trim_start();
        if before.ends_with(['(', ',']) && behind.starts_with([')', ',']) {
            source.replace_range(at..from, "**_");
        }
    }
    source
}

/// The source with its brackets closed; what is half written at its end left out.
fn completed(source: &str) -> String {
    let (mut open, mut quote) = (Vec::new(), None);
    for sign in source.chars() {
        match (sign, quote) {
            ('"' | '\'', None) => quote = Some(sign),
            (_, Some(begun)) if sign == begun => quote = None,
            (_, Some(_)) => {}
            ('(', None) => open.push(')'),
            ('[', None) => open.push(']'),
            ('{', None) => open.push('}'),
            (')' | ']' | '}', None) => drop(open.pop()),
            _ => {}
        }
    }
    let mut completed = source.trim_end().to_owned();
    completed.extend(quote);
    let last = completed.rsplit(['(', ',']).next().unwrap_or_default();
    let is_name = |text: &str| {
        let is_word = |it: char| it.is_alphanumeric() || it == '_';
        !text.is_empty() && text.chars().all(is_word)
    };
    // A value for the name at the end, which is no value of anybody.
    if completed.ends_with('=') {
        completed.push_str("...");
    } else if open.last() == Some(&')') && is_name(last.trim()) {
        completed.push_str("=...");
    }
    completed.extend(open.iter().rev());
    completed
}

struct Reader<'a> {
    source: &'a str,
    step: usize,
    span: TextRange,
    is_complete: bool,
    found: &'a mut Vec<PlanCall>,
}

impl Reader<'_> {
    fn module(&mut self, module: &Module) {
        for Stmt { kind, .. } in &module.body {
            match kind {
                StmtKind::Expr(expr) => self.expr(expr),
                StmtKind::Assign { value, .. } => self.expr(value),
                _ => {}
            }
        }
    }

    /// The place in the plan; closing brackets that were added are behind the span.
    fn place(&self, range: TextRange) -> TextRange {
        let at = |offset: u32| (self.span.start + offset).min(self.span.end);
        TextRange::new(at(range.start), at(range.end))
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Call(call) => self.call(expr.range, call),
            ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
                items.iter().for_each(|item| self.expr(item));
            }
            ExprKind::Dict(items) => items.iter().for_each(|item| self.expr(&item.value)),
            ExprKind::Attribute { value, .. } => self.expr(value),
            _ => {}
        }
    }

    fn call(&mut self, range: TextRange, call: &Call) {
        if let Some(callee) = call.func.dotted() {
            let arguments = call.args.iter().filter_map(|it| self.argument(it));
            let arguments = arguments.collect();
            self.found.push(PlanCall {
                step: self.step,
                span: self.span,
                range: self.place(range),
                callee,
                callee_range: self.place(call.func.range),
                args_range: self.place(call.args_range),
                arguments,
                is_complete: self.is_complete,
            });
        } else {
            self.expr(&call.func);
        }
        call.args.iter().for_each(|it| self.expr(&it.value));
    }

    fn argument(&self, argument: &Argument) -> Option<PlanArgument> {
        let ArgumentKind::Keyword(name) = &argument.kind else {
            return None;
        };
        let is_written = argument.value.range.end as usize <= self.source.len();
        is_written.then(|| PlanArgument {
            name: name.name.to_string(),
            name_range: self.place(name.range),
            range: self.place(argument.range),
            value_range: self.place(argument.value.range),
            value: written::value(&argument.value),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::journal::markdown::Syntax;

    fn calls(text: &str) -> Vec<PlanCall> {
        params(text, &Plan::read(text, &Syntax::parse(text).outline(text)))
    }

    fn plan(params: &str) -> String {
        format!("- [ ] 1.1 a\n  - Files: `a.py`\n  - Params: {params}\n")
    }

    /// `callee(name=value, ..)` of each, as the ranges say it.
    fn shown(text: &str) -> Vec<String> {
        let argument = |it: &PlanArgument| {
            assert_eq!(it.name_range.slice(text), it.name);
            assert!(it.range.slice(text).starts_with(&it.name));
            format!("{}={}", it.name, it.value_range.slice(text))
        };
        let call = |it: &PlanCall| {
            assert_eq!(it.callee_range.slice(text), it.callee);
            assert!(it.range.slice(text).starts_with(&it.callee));
            assert!(it.args_range.slice(text).starts_with('('));
            let arguments: Vec<_> = it.arguments.iter().map(argument).collect();
            let end = if it.is_complete { "" } else { " .." };
            format!("{}({}){end}", it.callee, arguments.join(", "))
        };
        calls(text).iter().map(call).collect()
    }

    #[test]
    fn calls_have_arguments_with_their_places() {
        let text = plan(
            "`SFTConfig(max_length=2048, optim=\"é\", betas=(0.9, 0.95))` and\n    `t = SFTTrainer('m', args=A.b(r=[1,\n    2]))`, `x`, `f(**k)`",
        );
        let expected = [
            "SFTConfig(max_length=2048, optim=\"é\", betas=(0.9, 0.95))",
            "SFTTrainer(args=A.b(r=[1,\n    2]))",
            "A.b(r=[1,\n    2])",
            "f()",
        ];
        assert_eq!(shown(&text), expected);
    }

    #[test]
    fn what_is_half_written_is_read_as_far_as_it_goes() {
        for (source, expected) in [
            ("A(", "A() .."),
            ("A(r=1", "A(r=1) .."),
            ("A(r=1,", "A(r=1) .."),
            ("A(r=1, b=", "A(r=1) .."),
            ("A(r=1, b", "A(r=1) .."),
            ("A(r=1, b='c", "A(r=1) .."),
            ("A(r=[1, {", "A() .."),
            ("A(r=1, ...)", "A(r=1)"),
        ] {
            assert_eq!(shown(&plan(&format!("`{source}`"))), [expected], "{source}");
        }
        for none in ["A", "max_length=1", ")", "A)", "(1)", "if x: f("] {
            assert_eq!(shown(&plan(&format!("`{none}`"))), [""; 0], "{none}");
        }
    }

    const PIECES: [&str; 28] = [
        "A", "b", "(", ")", "[", "]", "{", "}", "=", ",", " ", "\n", "\n    ", "\"", "'", "1",
        "2e-4", ":", "*", "**", "é", "🙂", ".", "lambda", "f'{", "\\", "...", "\t",
    ];

    proptest! {
        #[test]
        fn any_text_is_read(parts in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..30)) {
            let text = plan(&format!("`{}`", parts.concat()));
            for call in calls(&text) {
                prop_assert!(call.span.contains_range(call.range));
                prop_assert_eq!(call.callee_range.slice(&text).chars().filter(|it| !it.is_whitespace()).collect::<String>(), call.callee);
                for argument in call.arguments {
                    prop_assert!(call.range.contains_range(argument.range));
                    prop_assert_eq!(argument.name_range.slice(&text), argument.name);
                    prop_assert!(!argument.value_range.slice(&text).is_empty());
                }
            }
        }

        #[test]
        fn any_string_is_read(source in "\\PC{0,60}") {
            calls(&plan(&format!("`A({source}`")));
        }
    }
}
