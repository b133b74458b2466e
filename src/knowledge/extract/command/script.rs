//! What a script of a project takes on its command line, where that is known completely.
//!
//! The same machine, but stricter: a script is run from its top, every call of `add_argument` in it has to be
//! followed, one parser alone may read the command line, and whoever else gets hold of it may add options.
//! Nothing is said of scripts with subcommands, or that keep what they do not know.

use rustc_hash::FxHashSet;

use super::machine::{Frame, Machine};
use super::sources::Sources;
use super::tree::{Node, ParserClass};
use super::value::{Arguments, ClassRef, Value};
use crate::knowledge::command::Known;
use crate::knowledge::extract::{ModuleText, visit};
use crate::knowledge::fact::{CommandOption, Fact, Flag, Takes};
use crate::python::ast::{Call, Expr, ExprKind, Stmt, StmtKind};

/// The name of the module that is run.
pub const MAIN: &str = "__main__";

/// Bases of bases beyond this are not followed.
const MAX_BASES: usize = 8;

/// Values within values beyond this are not looked into.
const MAX_DEPTH: usize = 4;

/// What a script takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// Its options, and the classes whose fields are options.
    pub command: Known,
    /// Whether it surely reads its command line, and not only under a condition.
    pub sure: bool,
}

/// What is noted while a script is read.
#[derive(Debug, Default)]
pub struct Watch<'a> {
    /// Where `add_argument` was followed, by module.
    added: FxHashSet<(&'a str, u32)>,
    asked: Vec<Asked>,
    /// Whether something was not followed because it went too far.
    pub is_cut: bool,
    doubts: isize,
}

/// A parser is asked for its arguments.
#[derive(Clone, Copy, Debug)]
struct Asked {
    node: usize,
    /// Whether it refuses what it does not know on the command line.
    is_strict: bool,
    sure: bool,
}

/// What the script of that text takes; `name` is how messages call it, `imports` are the project's own modules
/// that it imports, by name with their texts. `None` where that is not known completely.
pub fn script(name: &str, text: &str, imports: &[(&str, &str)]) -> Option<Script> {
    if !text.contains("Parser") || !only_reads_line(text) {
        return None;
    }
    let module = |name, text| ModuleText {
        name,
        is_package: false,
        text,
        stub: None,
    };
    let others = imports.iter().map(|(name, text)| module(name, text));
    let modules: Vec<ModuleText<'_>> = others.chain([module(MAIN, text)]).collect();
    let sources = Sources::new(&modules);
    let mut machine = Machine::new(&sources);
    machine.watch = Some(Watch::default());
    machine.enter(MAIN);
    machine.asked(name)
}

/// Whether the words of the command line are looked at in a text, but not changed.
fn only_reads_line(text: &str) -> bool {
    text.match_indices("argv").all(|(at, _)| {
        let before = text[..at].trim_end_matches("sys.");
        let after = &text[at + "argv".len()..];
        let index = after.strip_prefix('[').and_then(|it| it.split_once(']'));
        let is_index = index.is_some_and(|(index, after)| {
            let after = after.trim_start_matches(' ');
            let is_number = |c: char| c.is_ascii_digit() || matches!(c, ':' | '-');
            index.chars().all(is_number) && (!after.starts_with('=') || after.starts_with("=="))
        });
        is_index || before.ends_with("len(") || before.ends_with("join(")
    })
}

impl<'a> Machine<'a> {
    /// What the parser takes that was asked for the command line.
    fn asked(&mut self, name: &str) -> Option<Script> {
        let watch = self.watch.take()?;
        if watch.is_cut || !self.is_whole(&watch) {
            return None;
        }
        let first = self.tree.node(watch.asked.first()?.node).clone();
        let is_same = |tree: &mut super::tree::Tree, asked: &Asked| {
            let node = tree.node(asked.node);
            asked.is_strict && node.facts == first.facts && node.flags == first.flags
        };
        let is_one = watch.asked.iter().all(|it| is_same(&mut self.tree, it));
        let is_open = first.flags.contains(&Flag::Open) || !first.children.is_empty();
        if !is_one || is_open {
            return None;
        }
        let flags = first.flags.iter().copied();
        // Up to 4.45 only `_` was taken; an older release is not told of that.
        let dashes = first.class.of_fields.then_some(Flag::Dashes);
        let flags = flags.chain(dashes).map(Fact::Flag);
        let facts: Vec<Fact> = first.facts.iter().cloned().chain(flags).collect();
        Some(Script {
            command: Known::of(name, &facts),
            sure: watch.asked.iter().any(|asked| asked.sure),
        })
    }

    /// Whether every `add_argument` was followed, and there was nothing that cannot be read.
    fn is_whole(&self, watch: &Watch<'a>) -> bool {
        self.entered_modules().all(|(module, body)| {
            let mut whole = true;
            deep(body, &mut |part| match part {
                Part::Error => whole = false,
                Part::Add(expr) => whole &= watch.added.contains(&(module, expr.range.end)),
            });
            whole
        })
    }

    /// Counts conditions under which what follows is done.
    pub fn doubt(&mut self, more: isize) {
        if let Some(watch) = &mut self.watch {
            watch.doubts += more;
        }
    }

    /// A test of the command line's own words is no doubt: a file of configuration stands alone there.
    pub fn doubt_about(&self, test: Option<&Expr>, frame: &Frame<'a>) -> isize {
        let about_line = |test: &Expr| test.range.slice(frame.text).contains("argv");
        isize::from(test.is_some_and(|test| !about_line(test)))
    }

    /// Whether a parser of that path is the libraries' own.
    pub fn may_parse(&self, path: &str) -> bool {
        self.watch.is_none() || path.starts_with("transformers.") || path.starts_with("trl.")
    }

    /// A parser of a class of the project does what nobody knows.
    pub fn leave_open(&mut self, parser: &Value<'a>) {
        if let (Some(_), Value::Parser(node)) = (&self.watch, parser) {
            self.tree.node(*node).open();
        }
    }

    /// `TrlParser` takes its file of configuration away before it parses.
    pub fn take_config(&mut self, parser: &Value<'a>, name: &str) {
        if let (Some(_), "TrlParser", Value::Parser(node)) = (&self.watch, name, parser) {
            let config = option("--config", Takes::Exactly(1), Vec::new(), false);
            self.tree.node(*node).option(config);
        }
    }

    /// Parsers that read otherwise than parsers do.
    pub fn watch_parser(&self, class: ParserClass, arguments: &Arguments<'a>, node: &mut Node) {
        let odd = ["exit_on_error", "prefix_chars", "ignore_extra_args"];
        let is_odd = odd.iter().any(|name| arguments.get(name).is_some());
        if self.watch.is_some() && (is_odd || class.dashes) {
            node.open();
        }
    }

    /// Notes what a script does with a parser.
    pub fn watch_method(
        &mut self,
        node: usize,
        method: &str,
        call: &'a Call,
        arguments: &Arguments<'a>,
        frame: &Frame<'a>,
    ) {
        let Some(watch) = &mut self.watch else { return };
        match method {
            "add_argument" => {
                watch.added.insert((frame.module, call.func.range.end));
            }
            "add_argument_group"
            | "add_mutually_exclusive_group"
            | "set_defaults"
            | "get_default"
            | "print_help"
            | "print_usage"
            | "format_help"
            | "format_usage"
            | "error"
            | "exit"
            | "parse_json_file"
            | "parse_yaml_file"
            | "parse_dict" => {}
            "parse_args"
            | "parse_intermixed_args"
            | "parse_args_into_dataclasses"
            | "parse_args_and_config" => {
                let sure = watch.doubts == 0;
                watch.asked.push(Asked {
                    node,
                    is_strict: is_strict(call, arguments, frame),
                    sure,
                });
            }
            _ => self.tree.node(node).open(),
        }
    }

    /// Leaves out values of an option that are not written out where it is added: the list may be changed.
    pub fn without_named_choices(&self, call: &Call, arguments: &mut Arguments<'a>) {
        let choices = visit::keyword(call, "choices").filter(|_| self.watch.is_some());
        if choices.is_some_and(|choices| written_list(choices).is_none()) {
            arguments.named.retain(|(name, _)| name != "choices");
        }
    }

    /// Parsers inside of what gets into unknown hands.
    pub fn escape_within(&mut self, arguments: &Arguments<'a>) {
        if self.watch.is_some() {
            for value in arguments.values() {
                self.escape_value(value, MAX_DEPTH);
            }
        }
    }

    /// The same for one value, so many values deep.
    pub fn escape_value(&mut self, value: &Value<'a>, depth: usize) {
        let inner: Vec<Value<'a>> = match value {
            Value::Parser(node) | Value::Subparsers(node) => {
                return self.tree.node(*node).open();
            }
            Value::List(items) => items.clone(),
            Value::Dict(items) => items.iter().map(|(_, value)| value.clone()).collect(),
            Value::Object(number) => match self.objects.get(*number) {
                Some(object) => object.attributes.iter().map(|it| it.1.clone()).collect(),
                None => return,
            },
            _ => return,
        };
        if depth > 0 {
            for value in &inner {
                self.escape_value(value, depth - 1);
            }
        }
    }

    /// The fields of a dataclass of the project as options; its bases of libraries are named.
    pub fn own_fields(&mut self, class: ClassRef<'a>, node: &mut Node) {
        self.fields_of(class, node, MAX_BASES);
    }

    fn fields_of(&mut self, class: ClassRef<'a>, node: &mut Node, depth: usize) {
        // The base of `class Config(Config)` is one of before, but is looked up behind.
        let (Some(frame), Some(depth)) = (self.frame(class.module), depth.checked_sub(1)) else {
            return node.open();
        };
        let source = |range: crate::text::TextRange| range.slice(frame.text).to_owned();
        let is_dataclass = |it: &Expr| source(it.range).contains("dataclass");
        let whole = class.def.body.iter().map(|stmt| source(stmt.range));
        // `aliases` in metadata are options too.
        let has_aliases = whole
            .clone()
            .any(|text| text.contains("alias") || text.contains("HfArg"));
        if has_aliases || !class.def.decorators.iter().all(is_dataclass) {
            node.open();
        }
        let bases = self.bases(class);
        if bases.len() != class.def.bases.len() || !class.def.keywords.is_empty() {
            node.open();
        }
        for base in bases {
            match base {
                Value::Class(base) => self.fields_of(base, node, depth),
                Value::Foreign(path) if path == "object" => {}
                Value::Foreign(path) => node.facts.push(Fact::Fields(path)),
                _ => node.open(),
            }
        }
        for stmt in &class.def.body {
            if let StmtKind::AnnAssign { target, value, .. } = &stmt.kind
                && let Some(field) = target.as_name()
            {
                let choices = field_choices(value.as_ref());
                let takes = match choices.is_empty() {
                    true => Takes::Unknown,
                    false => Takes::Exactly(1),
                };
                node.option(option(&format!("--{field}"), takes, choices, false));
                let negated = format!("--no_{field}");
                node.option(option(&negated, Takes::Exactly(0), Vec::new(), true));
            }
        }
    }
}

/// `field(metadata={"choices": [...]})`, where these are texts.
fn field_choices(value: Option<&Expr>) -> Vec<String> {
    let found = || {
        let ExprKind::Call(call) = &value?.kind else {
            return None;
        };
        let ExprKind::Dict(entries) = &visit::keyword(call, "metadata")?.kind else {
            return None;
        };
        let is_it = |key: &Expr| key.as_str() == Some("choices");
        let choices = entries
            .iter()
            .find(|it| it.key.as_ref().is_some_and(is_it))?;
        let texts = written_list(&choices.value)?.iter().map(Expr::as_str);
        texts.map(|text| text.map(str::to_owned)).collect()
    };
    found().unwrap_or_default()
}

/// The items of a list or tuple that is written out: one with a name may be changed.
fn written_list(expr: &Expr) -> Option<&[Expr]> {
    let (ExprKind::List(items) | ExprKind::Tuple(items)) = &expr.kind else {
        return None;
    };
    let is_starred = |item: &Expr| matches!(item.kind, ExprKind::Starred(_));
    (!items.iter().any(is_starred)).then_some(items)
}

/// Whether a parser that is asked so refuses what it does not know on the command line.
fn is_strict(call: &Call, arguments: &Arguments<'_>, frame: &Frame<'_>) -> bool {
    let is_line = |value: &Value<'_>| matches!(value, Value::None);
    let written = call.args.first().map(|it| it.value.range.slice(frame.text));
    let given = arguments.positional.first().or(arguments.get("args"));
    let reads_line = given.is_none_or(is_line) || written == Some("sys.argv[1:]");
    let keeps = [
        "return_remaining_strings",
        "fail_with_unknown_args",
        "args_file_flag",
    ];
    let keeps_none = keeps.iter().all(|name| {
        matches!(
            (*name, arguments.get(name)),
            (_, None)
                | ("return_remaining_strings", Some(Value::Bool(false)))
                | ("fail_with_unknown_args", Some(Value::Bool(true)))
        )
    });
    // The second of `parse_args_into_dataclasses` and its like may say the same.
    let is_plain = arguments.positional.len() < 2 || call_name(call) == "parse_args";
    reads_line && keeps_none && is_plain && !arguments.open
}

fn call_name(call: &Call) -> &str {
    match &call.func.kind {
        ExprKind::Attribute { attr, .. } => &attr.name,
        _ => "",
    }
}

fn option(name: &str, takes: Takes, choices: Vec<String>, hidden: bool) -> CommandOption {
    CommandOption {
        names: vec![name.to_owned()],
        takes,
        choices,
        required: false,
        hidden,
    }
}

/// What may not be passed over.
enum Part<'a> {
    /// `x.add_argument`, called or not.
    Add(&'a Expr),
    /// A statement that cannot be read.
    Error,
}

/// Everything in a body, functions and classes too.
fn deep<'a>(body: &'a [Stmt], found: &mut dyn FnMut(Part<'a>)) {
    visit::statements(body, &mut |stmt| {
        for expr in visit::own_expressions(stmt) {
            visit::expression(expr, &mut |part| match &part.kind {
                ExprKind::Attribute { attr, .. } if attr.name == "add_argument" => {
                    found(Part::Add(part));
                }
                ExprKind::Error => found(Part::Error),
                _ => {}
            });
        }
        match &stmt.kind {
            StmtKind::FunctionDef(def) => deep(&def.body, found),
            StmtKind::ClassDef(def) => deep(&def.body, found),
            StmtKind::Error => found(Part::Error),
            _ => {}
        }
    });
}

#[cfg(test)]
mod tests;
