//! Environment markers (`python_version < "3.12" and sys_platform == "linux"`), with "unknown" as an answer.
//!
//! Of the machine that will run the code at most the Python version is known, so evaluation has three
//! values. (The usual crate for this needs a complete environment, and panics on some inputs while it
//! holds a lock.)

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifier};

use super::requirement::normalise;

/// How deep parentheses may nest.
const DEPTH: usize = 32;

/// A condition on the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    text: String,
    tree: Tree,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Tree {
    All(Vec<Tree>),
    Any(Vec<Tree>),
    Compare(Term, String, Term),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    Name(String),
    Text(String),
}

impl Marker {
    /// Reads a marker; the error is the reason, for the end of a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser {
            rest: text,
            depth: 0,
        };
        let tree = parser.any()?;
        if !parser.rest.trim().is_empty() {
            return Err(format!("unexpected `{}` in its marker", parser.rest.trim()));
        }
        let text = text.trim().to_owned();
        Ok(Self { text, tree })
    }

    /// The marker as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it holds, with the Python version where that is known; `None` where that cannot be said.
    /// No extra is chosen.
    pub fn applies(&self, python: Option<&Version>) -> Option<bool> {
        self.tree.applies(&Place {
            python,
            ..Place::default()
        })
    }

    /// Whether it holds for one of `extras`, or without any, on all usual platforms and, where the Python
    /// version is not known, with every one.
    pub fn holds_everywhere(&self, python: Option<&Version>, extras: &[String]) -> bool {
        let chosen = extras.iter().map(String::as_str).chain([""]);
        let holds = |extra: &str| {
            PLATFORMS.iter().all(|platform| {
                let place = Place {
                    python,
                    extra,
                    platform: Some(platform),
                };
                self.tree.applies(&place) == Some(true)
            })
        };
        chosen.into_iter().any(holds)
    }
}

/// What is known of where something is installed.
#[derive(Clone, Copy, Default)]
struct Place<'a> {
    python: Option<&'a Version>,
    /// Normalised; empty for none.
    extra: &'a str,
    platform: Option<&'a [&'static str; 4]>,
}

/// The usual platforms: `sys_platform`, `platform_system`, `os_name`, `platform_machine`.
const PLATFORMS: [[&str; 4]; 5] = [
    ["linux", "Linux", "posix", "x86_64"],
    ["linux", "Linux", "posix", "aarch64"],
    ["darwin", "Darwin", "posix", "arm64"],
    ["darwin", "Darwin", "posix", "x86_64"],
    ["win32", "Windows", "nt", "AMD64"],
];

impl Place<'_> {
    /// The platform's value for a name.
    fn text(&self, name: &str) -> Option<&'static str> {
        let platform = self.platform?;
        let index = match name {
            "sys_platform" => 0,
            "platform_system" => 1,
            "os_name" => 2,
            "platform_machine" => 3,
            _ => return None,
        };
        Some(platform[index])
    }
}

impl Tree {
    fn applies(&self, place: &Place<'_>) -> Option<bool> {
        let (parts, decisive) = match self {
            Self::Compare(left, operator, right) => {
                return compare(left, operator, right, place);
            }
            Self::All(parts) => (parts, false),
            Self::Any(parts) => (parts, true),
        };
        let mut known = true;
        for part in parts {
            match part.applies(place) {
                Some(value) if value == decisive => return Some(decisive),
                Some(_) => {}
                None => known = false,
            }
        }
        known.then_some(!decisive)
    }
}

fn compare(left: &Term, operator: &str, right: &Term, place: &Place<'_>) -> Option<bool> {
    let (name, operator, value) = match (left, right) {
        (Term::Name(name), Term::Text(value)) => (name, operator, value),
        (Term::Text(value), Term::Name(name)) => (name, mirrored(operator)?, value),
        _ => return None,
    };
    let python = place.python;
    let actual = match name.as_str() {
        "extra" if operator == "==" => return Some(normalise(value) == place.extra),
        "python_version" => Version::new(python?.release().iter().take(2)),
        "python_full_version" => python?.clone(),
        other => return compare_text(place.text(other)?, operator, value),
    };
    let listed = || {
        value
            .split([' ', ','])
            .filter(|part| !part.is_empty())
            .any(|part| Version::from_str(part).is_ok_and(|version| version == actual))
    };
    match operator {
        "in" => Some(listed()),
        "not in" => Some(!listed()),
        _ => {
            let specifier = VersionSpecifier::from_str(&format!("{operator}{value}"));
            Some(specifier.ok()?.contains(&actual))
        }
    }
}

fn compare_text(actual: &str, operator: &str, value: &str) -> Option<bool> {
    Some(match operator {
        "==" | "===" => actual == value,
        "!=" => actual != value,
        "in" => value.contains(actual),
        "not in" => !value.contains(actual),
        _ => return None,
    })
}

/// The operator with its sides exchanged; `in` has no such form.
fn mirrored(operator: &str) -> Option<&str> {
    Some(match operator {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        "==" | "!=" | "===" => operator,
        _ => return None,
    })
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn any(&mut self) -> Result<Tree, String> {
        let mut parts = vec![self.all()?];
        while self.word("or") {
            parts.push(self.all()?);
        }
        Ok(Tree::Any(parts))
    }

    fn all(&mut self) -> Result<Tree, String> {
        let mut parts = vec![self.one()?];
        while self.word("and") {
            parts.push(self.one()?);
        }
        Ok(Tree::All(parts))
    }

    fn one(&mut self) -> Result<Tree, String> {
        if !self.symbol("(") {
            let left = self.term()?;
            let operator = self.operator()?;
            return Ok(Tree::Compare(left, operator, self.term()?));
        }
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("its marker nests too deep".to_owned());
        }
        let inner = self.any()?;
        self.depth -= 1;
        if self.symbol(")") {
            return Ok(inner);
        }
        Err("`(` is not closed in its marker".to_owned())
    }

    fn term(&mut self) -> Result<Term, String> {
        self.rest = self.rest.trim_start();
        if let Some(quote) = self.rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            let (text, rest) = self.rest[1..]
                .split_once(quote)
                .ok_or("a quote is not closed in its marker")?;
            self.rest = rest;
            return Ok(Term::Text(text.to_owned()));
        }
        match self.take_word() {
            "" => Err("its marker is not complete".to_owned()),
            name => Ok(Term::Name(name.to_owned())),
        }
    }

    fn operator(&mut self) -> Result<String, String> {
        for symbol in ["===", "==", "!=", "<=", ">=", "~=", "<", ">"] {
            if self.symbol(symbol) {
                return Ok(symbol.to_owned());
            }
        }
        if self.word("in") {
            return Ok("in".to_owned());
        }
        if self.word("not") && self.word("in") {
            return Ok("not in".to_owned());
        }
        Err("its marker lacks a comparison".to_owned())
    }

    fn symbol(&mut self, symbol: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(symbol);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn word(&mut self, word: &str) -> bool {
        let before = self.rest;
        let found = self.take_word() == word;
        if !found {
            self.rest = before;
        }
        found
    }

    fn take_word(&mut self) -> &'a str {
        let rest = self.rest.trim_start();
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.')))
            .unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applies(marker: &str, python: Option<&str>) -> Option<bool> {
        let python = python.map(|version| Version::from_str(version).unwrap());
        Marker::parse(marker).unwrap().applies(python.as_ref())
    }

    #[test]
    fn answers_with_the_python_version() {
        let python = Some("3.11.7");
        assert_eq!(applies("python_version >= '3.9'", python), Some(true));
        assert_eq!(applies("'3.9' > python_version", python), Some(false));
        assert_eq!(applies("python_version == '3.11'", python), Some(true));
        assert_eq!(
            applies("python_full_version < '3.11.8'", python),
            Some(true)
        );
        assert_eq!(
            applies("python_version in '3.10, 3.11'", python),
            Some(true)
        );
        assert_eq!(applies("python_version not in '3.11'", python), Some(false));
        assert_eq!(applies("python_version == '3.*'", python), Some(true));
    }

    #[test]
    fn says_unknown_only_where_it_matters() {
        assert_eq!(applies("python_version >= '3.9'", None), None);
        assert_eq!(applies("sys_platform == 'linux'", Some("3.11")), None);
        let either = "sys_platform == 'linux' or (python_version > '3.8')";
        assert_eq!(applies(either, Some("3.11")), Some(true));
        let both = "sys_platform == 'linux' and python_version < '3.8'";
        assert_eq!(applies(both, Some("3.11")), Some(false));
        assert_eq!(applies("extra == 'dev'", None), Some(false));
    }

    #[test]
    fn refuses_what_is_no_marker() {
        for text in [
            "",
            "python_version",
            "a == ",
            "(a == 'b'",
            "a == 'b",
            "a == 'b' c",
        ] {
            assert!(Marker::parse(text).is_err(), "{text}");
        }
        assert!(Marker::parse(&"(".repeat(100_000)).is_err());
    }
}
