//! Facts as lines of text, and back.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use super::{Acceptance, CommandOption, Deprecation, Fact, Flag, Param, Stage, Takes, Trigger};
use crate::python::ast::ParamKind;

/// A field that holds no tab and no line end; `-` stands for an absent one, `\-` for a lone dash.
struct Field<'a>(Option<&'a str>);

impl fmt::Display for Field<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => out.write_char('-'),
            Some("-") => out.write_str("\\-"),
            Some(text) => text.chars().try_for_each(|c| match c {
                '\\' => out.write_str("\\\\"),
                '\t' => out.write_str("\\t"),
                '\n' => out.write_str("\\n"),
                '\r' => out.write_str("\\r"),
                c => out.write_char(c),
            }),
        }
    }
}

fn parse_field(text: &str) -> Option<String> {
    match text {
        "-" => None,
        "\\-" => Some("-".to_owned()),
        _ if !text.contains('\\') => Some(text.to_owned()),
        _ => {
            let mut out = String::with_capacity(text.len());
            let mut chars = text.chars();
            while let Some(c) = chars.next() {
                out.push(match c {
                    '\\' => match chars.next() {
                        Some('t') => '\t',
                        Some('n') => '\n',
                        Some('r') => '\r',
                        Some(other) => other,
                        None => '\\',
                    },
                    c => c,
                });
            }
            Some(out)
        }
    }
}

impl CommandOption {
    fn marks(&self) -> Option<&'static str> {
        match (self.required, self.hidden) {
            (false, false) => None,
            (true, false) => Some("required"),
            (false, true) => Some("hidden"),
            (true, true) => Some("required hidden"),
        }
    }
}

/// Values in one field, with `|` between; absent where there are none.
fn listed(values: &[String]) -> Option<String> {
    (!values.is_empty()).then(|| values.join("|"))
}

fn unlisted(field: Option<String>) -> Vec<String> {
    let values = field.map(|field| field.split('|').map(str::to_owned).collect());
    values.unwrap_or_default()
}

impl fmt::Display for Fact {
    /// The line without indentation and without releases.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let some = |text| Field(Some(text));
        match self {
            Self::Param(param) => write!(
                out,
                "param\t{}\t{}\t{}\t{}",
                some(&param.name),
                param.kind.word(),
                Field(param.default.as_deref()),
                Field(param.annotation.as_deref())
            ),
            Self::Accepts { name, how } => write!(out, "accepts\t{}\t{}", some(name), how.word()),
            Self::Deprecated(notice) => write!(
                out,
                "deprecated\t{}\t{}\t{}\t{}",
                Field(notice.name.as_deref()),
                notice.when.word(),
                Field(notice.replacement.as_deref()),
                Field(notice.announced.as_deref())
            ),
            Self::Base(path) => write!(out, "base\t{}", some(path)),
            Self::Attr { name, value } => {
                write!(out, "attr\t{}\t{}", some(name), Field(value.as_deref()))
            }
            Self::Binding { name, target } => {
                write!(out, "name\t{}\t{}", some(name), some(target))
            }
            Self::Star(module) => write!(out, "star\t{}", some(module)),
            Self::Flag(flag) => write!(out, "flag\t{}", flag.word()),
            Self::Decorator(path) => write!(out, "decorator\t{}", some(path)),
            Self::Returns(annotation) => write!(out, "returns\t{}", some(annotation)),
            Self::Raises {
                exception,
                when,
                through,
            } => {
                let through = Field(through.as_deref());
                write!(
                    out,
                    "raises\t{}\t{}\t{through}",
                    some(exception),
                    some(when)
                )
            }
            Self::Runs {
                callee,
                when,
                through,
                arguments,
            } => {
                let through = Field(through.as_deref());
                let (callee, when) = (some(callee), some(when));
                write!(
                    out,
                    "runs\t{callee}\t{when}\t{through}\t{}",
                    some(arguments)
                )
            }
            Self::Field { stage, name, value } => {
                write!(
                    out,
                    "field\t{}\t{}\t{}",
                    stage.word(),
                    some(name),
                    some(value)
                )
            }
            Self::Requires(requirement) => write!(out, "requires\t{}", some(requirement)),
            Self::Script { name, target } => {
                write!(out, "script\t{}\t{}", some(name), some(target))
            }
            Self::Option(option) => {
                let names = option.names.join(" ");
                let marks = Field(option.marks());
                let choices = listed(&option.choices);
                let (names, choices) = (some(&names), Field(choices.as_deref()));
                write!(
                    out,
                    "option\t{names}\t{}\t{choices}\t{marks}",
                    option.takes.word()
                )
            }
            Self::Positional {
                name,
                takes,
                choices,
            } => {
                let choices = listed(choices);
                let (name, choices) = (some(name), Field(choices.as_deref()));
                write!(out, "positional\t{name}\t{}\t{choices}", takes.word())
            }
            Self::Fields(path) => write!(out, "fields\t{}", some(path)),
            Self::Sub { name, aliases } => {
                let aliases = listed(aliases);
                write!(out, "sub\t{}\t{}", some(name), Field(aliases.as_deref()))
            }
            Self::Forwards(command) => write!(out, "forwards\t{}", some(command)),
        }
    }
}

impl Fact {
    /// The number of fields behind the keyword that begins `line`.
    pub fn field_count(line: &str) -> Option<usize> {
        Some(match line.split('\t').next()? {
            "param" | "deprecated" | "option" | "runs" => 4,
            "field" | "raises" | "positional" => 3,
            "accepts" | "attr" | "name" | "script" | "sub" => 2,
            "base" | "star" | "flag" | "decorator" | "returns" | "requires" | "fields"
            | "forwards" => 1,
            _ => return None,
        })
    }
}

impl FromStr for Fact {
    type Err = String;

    /// Reads a line as [`Display`](fmt::Display) writes it.
    fn from_str(line: &str) -> Result<Self, String> {
        parse_fact(line).ok_or_else(|| format!("not a fact: {line:?}"))
    }
}

fn parse_fact(line: &str) -> Option<Fact> {
    let mut fields = line.split('\t');
    let keyword = fields.next()?;
    let mut next = || fields.next().map(parse_field);
    let fact = match keyword {
        "param" => Fact::Param(Param {
            name: next()??,
            kind: ParamKind::from_word(&next()??)?,
            default: next()?,
            annotation: next()?,
        }),
        "accepts" => Fact::Accepts {
            name: next()??,
            how: Acceptance::from_word(&next()??)?,
        },
        "deprecated" => Fact::Deprecated(Deprecation {
            name: next()?,
            when: Trigger::from_word(&next()??)?,
            replacement: next()?,
            announced: next()?,
        }),
        "base" => Fact::Base(next()??),
        "attr" => Fact::Attr {
            name: next()??,
            value: next()?,
        },
        "name" => Fact::Binding {
            name: next()??,
            target: next()??,
        },
        "star" => Fact::Star(next()??),
        "flag" => Fact::Flag(Flag::from_word(&next()??)?),
        "decorator" => Fact::Decorator(next()??),
        "returns" => Fact::Returns(next()??),
        "raises" => Fact::Raises {
            exception: next()??,
            when: next()??,
            through: next()?,
        },
        "runs" => Fact::Runs {
            callee: next()??,
            when: next()??,
            through: next()?,
            arguments: next()??,
        },
        "field" => Fact::Field {
            stage: Stage::from_word(&next()??)?,
            name: next()??,
            value: next()??,
        },
        "requires" => Fact::Requires(next()??),
        "script" => Fact::Script {
            name: next()??,
            target: next()??,
        },
        "option" => {
            let names = next()??.split(' ').map(str::to_owned).collect();
            let takes = Takes::from_word(&next()??)?;
            let choices = unlisted(next()?);
            let marks = next()?.unwrap_or_default();
            Fact::Option(CommandOption {
                names,
                takes,
                choices,
                required: marks.contains("required"),
                hidden: marks.contains("hidden"),
            })
        }
        "positional" => Fact::Positional {
            name: next()??,
            takes: Takes::from_word(&next()??)?,
            choices: unlisted(next()?),
        },
        "fields" => Fact::Fields(next()??),
        "sub" => Fact::Sub {
            name: next()??,
            aliases: unlisted(next()?),
        },
        "forwards" => Fact::Forwards(next()??),
        _ => return None,
    };
    Some(fact)
}
