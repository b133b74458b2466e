//! The proof that matters: scripts that use everything that is there, as it may be used. Whatever the rules
//! call an error in them is a false one.

use std::collections::HashSet;
use std::fmt::Write as _;

use hf_lsp::environment::Environment;
use hf_lsp::python::analyse;
use hf_lsp::rules;
use hf_lsp::rules::finding::{Finding, Severity};

use super::answer::{Answer, Class, Parameter};
use super::common::KNOWLEDGE;

/// A script, and for each of its lines what it uses.
struct Script<'a> {
    answer: &'a Answer,
    text: String,
    subjects: Vec<String>,
    seen: &'a mut HashSet<String>,
}

/// Longer scripts are begun anew, because some checks look at all lines for each.
const LINES: usize = 300;

/// The errors that a release's own API would be given: how many lines use it, and for each error what is
/// used and what we say.
pub fn errors(answer: &Answer, environment: &Environment) -> (usize, Vec<(String, String)>) {
    let mut seen = HashSet::new();
    let (mut lines, mut errors) = (0, Vec::new());
    for (path, module) in &answer.modules {
        let mut names = module.names.iter().flatten().peekable();
        while names.peek().is_some() {
            let mut script = Script {
                answer,
                text: String::new(),
                subjects: Vec::new(),
                seen: &mut seen,
            };
            while let Some((name, what)) = names.next_if(|_| script.subjects.len() < LINES) {
                // griffe also lists what only type checkers import.
                let is_typing =
                    module.is_static && what == "foreign" && module.conditional.contains(name);
                if !is_typing {
                    script.name(path, name, what);
                }
            }
            lines += script.subjects.len();
            errors.extend(script.errors(environment));
        }
    }
    (lines, errors)
}

impl Script<'_> {
    fn line(&mut self, text: &str, subject: String) {
        self.text.push_str(text);
        self.text.push('\n');
        self.subjects.push(subject);
    }

    fn errors(&self, environment: &Environment) -> Vec<(String, String)> {
        let found = rules::check(&KNOWLEDGE, &self.text, &analyse(&self.text), environment);
        let wrong = found
            .iter()
            .filter(|finding| finding.severity == Severity::Error);
        wrong.map(|finding| self.blamed(finding)).collect()
    }

    fn blamed(&self, finding: &Finding) -> (String, String) {
        let before = &self.text[..finding.range.start as usize];
        let subject = &self.subjects[before.matches('\n').count()];
        (
            subject.clone(),
            format!("{} {}", finding.code, finding.message),
        )
    }

    fn name(&mut self, module: &str, name: &str, what: &str) {
        let path = format!("{module}.{name}");
        let (kind, key) = what.split_once(':').unwrap_or((what, ""));
        let class = self.answer.classes.get(key);
        if kind == "error" || !is_identifier(name) || class.is_some_and(|class| class.dummy) {
            return;
        }
        self.line(&format!("from {module} import {name}"), path.clone());
        if !self.seen.insert(key.to_owned()) {
            return;
        }
        match class {
            Some(class) => self.class(name, class, &path),
            None => {
                if let Some(Some(parameters)) = self.answer.callables.get(key) {
                    self.call(name, parameters, &path);
                }
            }
        }
    }

    fn class(&mut self, name: &str, class: &Class, path: &str) {
        // Where nobody could tell what its constructor takes, there is no instance.
        let made = class.init.as_deref().map_or_else(
            || "None".to_owned(),
            |init| format!("{name}({})", arguments(init)),
        );
        self.line(&format!("made = {made}"), path.to_owned());
        for (member, what) in &class.own {
            if !is_identifier(member) {
                continue;
            }
            let subject = format!("{path}.{member}");
            self.line(
                &format!("print({name}.{member}, made.{member})"),
                subject.clone(),
            );
            let key = what.strip_prefix("def:").unwrap_or_default();
            if let Some(Some(parameters)) = self.answer.callables.get(key) {
                self.call(&format!("made.{member}"), parameters, &subject);
            }
        }
    }

    fn call(&mut self, callee: &str, parameters: &[Parameter], subject: &str) {
        let arguments = arguments(parameters);
        self.line(&format!("{callee}({arguments})"), subject.to_owned());
    }
}

/// Every parameter that a keyword can reach.
fn arguments(parameters: &[Parameter]) -> String {
    let mut text = String::new();
    let named = parameters
        .iter()
        .filter(|param| matches!(param.kind(), "arg" | "kw"));
    // `__offset` in a class is `_Class__offset` at run time: nobody can pass it by keyword.
    let is_mangled = |name: &str| name.starts_with('_') && name[1..].contains("__");
    for param in named.filter(|param| is_identifier(param.name()) && !is_mangled(param.name())) {
        write!(text, "{}=input(), ", param.name()).unwrap();
    }
    text
}

/// Whether it can be written behind a dot: no keyword, no key of a `__dict__` that is none.
fn is_identifier(name: &str) -> bool {
    let is_word = name.chars().all(|c| c == '_' || c.is_alphanumeric());
    is_word && !name.starts_with(|c: char| c.is_ascii_digit()) && !KEYWORDS.contains(&name)
}

const KEYWORDS: &[&str] = &[
    "", "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class",
    "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if",
    "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try",
    "while", "with", "yield",
];
