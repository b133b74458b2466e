//! Parsers of `argparse`.

use super::machine::{Frame, Machine};
use super::tree::{Node, ParserClass, Style};
use super::value::{Arguments, Value};
use crate::knowledge::fact::{CommandOption, Fact, Flag, Takes};
use crate::python::ast::Call;

impl<'a> Machine<'a> {
    /// A new parser.
    pub fn parser(&mut self, class: ParserClass, arguments: &Arguments<'a>) -> Value<'a> {
        let mut node = Node {
            class,
            style: Style::Argparse,
            ..Node::default()
        };
        if matches!(arguments.get("allow_abbrev"), Some(Value::Bool(false))) {
            node.flag(Flag::Exact);
        }
        if arguments.open || arguments.get("fromfile_prefix_chars").is_some() {
            node.open();
        }
        self.watch_parser(class, arguments, &mut node);
        let types = arguments.get("dataclass_types");
        let types = types.or(arguments.positional.first().filter(|_| class.of_fields));
        if let Some(types) = types {
            self.fields(types.clone(), &mut node);
        }
        match arguments.get("parents") {
            None => {}
            Some(Value::List(parents)) => {
                for parent in parents {
                    match parent {
                        Value::Parser(parent) => {
                            let facts = self.tree.node(*parent).facts.clone();
                            node.facts.extend(facts);
                        }
                        _ => node.open(),
                    }
                }
            }
            Some(_) => node.open(),
        }
        Value::Parser(self.tree.add(node))
    }

    /// Options made of the fields of dataclasses: named, and joined when asked.
    fn fields(&mut self, types: Value<'a>, node: &mut Node) {
        match types {
            Value::List(types) => types.into_iter().for_each(|it| self.fields(it, node)),
            Value::Class(class) if self.watch.is_some() => self.own_fields(class, node),
            Value::Class(class) => node.facts.push(Fact::Fields(class.path())),
            Value::Foreign(path) => node.facts.push(Fact::Fields(path)),
            Value::None => {}
            _ => node.open(),
        }
    }

    /// `parser.method(...)`; groups of arguments are the parser itself.
    pub fn parser_method(
        &mut self,
        node: usize,
        method: &str,
        call: &'a Call,
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        let mut arguments = self.arguments(call, frame);
        self.without_named_choices(call, &mut arguments);
        self.watch_method(node, method, call, &arguments, frame);
        if method.starts_with("parse_") {
            // What is asked first is the program.
            self.tree.started.get_or_insert(node);
        }
        match method {
            "add_argument" => self.add_argument(node, &arguments),
            "add_argument_group" | "add_mutually_exclusive_group" => return Value::Parser(node),
            "add_subparsers" => {
                if arguments.open {
                    self.tree.node(node).flag(Flag::OpenCommands);
                }
                if let Some(Value::Class(class)) = arguments.get("parser_class")
                    && let Value::Parser(like) =
                        self.called(&Value::Class(*class), Arguments::default())
                {
                    let class = self.tree.node(like).class;
                    self.tree.node(node).class = class;
                }
                return Value::Subparsers(node);
            }
            "parse_known_args" | "parse_known_intermixed_args" => self.tree.node(node).open(),
            "parse_args_and_config" if arguments.is_true("return_remaining_strings") => {
                self.tree.node(node).open();
            }
            _ => {}
        }
        Value::Unknown
    }

    /// `subparsers.method(...)`
    pub fn subparsers_method(
        &mut self,
        node: usize,
        method: &str,
        call: &'a Call,
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        let arguments = self.arguments(call, frame);
        if method != "add_parser" {
            return Value::Unknown;
        }
        let name = arguments.positional.first().or(arguments.get("name"));
        let name = name.and_then(Value::text).map(str::to_owned);
        let class = self.tree.node(node).class;
        let rest = Arguments {
            positional: Vec::new(),
            ..arguments
        };
        let child = self.parser(class, &rest);
        let Value::Parser(number) = child else {
            return Value::Unknown;
        };
        let aliases = match rest.get("aliases") {
            None => Some(Vec::new()),
            Some(Value::List(names)) => names
                .iter()
                .map(|it| it.text().map(str::to_owned))
                .collect(),
            Some(_) => None,
        };
        match (name, aliases) {
            (Some(name), Some(aliases)) => self.tree.attach(node, &name, aliases, number),
            _ => self.tree.node(node).flag(Flag::OpenCommands),
        }
        child
    }

    fn add_argument(&mut self, node: usize, arguments: &Arguments<'a>) {
        let names: Option<Vec<String>> = arguments
            .positional
            .iter()
            .map(|name| name.text().map(str::to_owned))
            .collect();
        let Some(mut names) = names.filter(|names| !names.is_empty()) else {
            let node = self.tree.node(node);
            return node.open();
        };
        let takes = taken(arguments, &mut names);
        let choices = choices(arguments);
        let sure = self.conditions == 0;
        let node = self.tree.node(node);
        if names[0].starts_with('-') {
            node.option(CommandOption {
                names,
                takes,
                choices,
                required: sure && arguments.is_true("required"),
                hidden: is_suppressed(arguments),
            });
        } else {
            node.facts.push(Fact::Positional {
                name: names.remove(0),
                takes,
                choices,
            });
        }
    }
}

/// How many values follow an option.
fn taken(arguments: &Arguments<'_>, names: &mut Vec<String>) -> Takes {
    if arguments.open {
        return Takes::Unknown;
    }
    match arguments.get("action") {
        None => {}
        Some(Value::Str(action)) => match action.as_str() {
            "store" | "append" | "extend" => {}
            "store_true" | "store_false" | "store_const" | "append_const" | "count" | "help"
            | "version" => return Takes::Exactly(0),
            _ => return Takes::Unknown,
        },
        Some(Value::Foreign(path)) if path.ends_with("BooleanOptionalAction") => {
            let negated = |name: &String| Some(format!("--no-{}", name.strip_prefix("--")?));
            let more: Vec<String> = names.iter().filter_map(negated).collect();
            names.extend(more);
            return Takes::Exactly(0);
        }
        Some(_) => return Takes::Unknown,
    }
    match arguments.get("nargs") {
        None | Some(Value::None) => Takes::Exactly(1),
        Some(Value::Int(number)) => u8::try_from(*number).map_or(Takes::Unknown, Takes::Exactly),
        Some(Value::Str(text)) => match text.as_str() {
            "?" => Takes::Optional,
            "*" => Takes::Any,
            "+" => Takes::Some,
            "..." | "A..." => Takes::Rest,
            _ => Takes::Unknown,
        },
        Some(Value::Foreign(path)) if path.ends_with("REMAINDER") => Takes::Rest,
        Some(_) => Takes::Unknown,
    }
}

/// The values that an option can have; empty where any may do, or where they are converted first.
fn choices(arguments: &Arguments<'_>) -> Vec<String> {
    let plain = match arguments.get("type") {
        None => true,
        Some(Value::Foreign(path)) => matches!(path.as_str(), "str" | "int"),
        Some(_) => false,
    };
    match arguments.get("choices") {
        Some(Value::List(values)) if plain => {
            let text = |value: &Value<'_>| match value {
                Value::Str(text) => (!text.contains('|')).then(|| text.clone()),
                Value::Int(number) => Some(number.to_string()),
                _ => None,
            };
            let texts: Option<Vec<String>> = values.iter().map(text).collect();
            texts.unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn is_suppressed(arguments: &Arguments<'_>) -> bool {
    matches!(arguments.get("help"), Some(Value::Foreign(path)) if path.ends_with("SUPPRESS"))
}
