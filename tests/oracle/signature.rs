//! One signature of ours beside the real one.

use hf_lsp::knowledge::signature::{Signature, SignatureParam};

use super::answer::Parameter;
use super::literals::Literals;

/// What was found, and how much was looked at.
#[derive(Default)]
pub struct Outcome {
    /// Class of difference, what we say, what is so, and whether a finding could be wrong by it.
    pub differences: Vec<Mismatch>,
    pub parameters: usize,
    pub defaults: usize,
    /// Defaults that are expressions on our side or objects on the other: present on both, not compared.
    pub expressions: usize,
}

/// One difference of one callable.
pub struct Mismatch {
    pub class: &'static str,
    pub ours: String,
    pub theirs: String,
    /// Whether it could lead to an error-level finding.
    pub is_dangerous: bool,
}

/// Compares names, order, kinds, required or not, and defaults.
pub fn compare(ours: &Signature, theirs: &[Parameter], literals: &Literals) -> Outcome {
    let mut outcome = Outcome::default();
    let is_open = theirs.iter().any(|param| param.kind() == "**");
    let is_strict = ours.certain && !ours.open;
    for param in theirs.iter().filter(|param| is_named(param.kind())) {
        outcome.parameters += 1;
        match ours
            .params
            .iter()
            .find(|own| own.param.name == param.name())
        {
            Some(own) => outcome.parameter(own, param, literals),
            None => {
                let by_keyword = ours.takes(param.name());
                outcome.add(
                    if ours.certain {
                        "parameter missing"
                    } else {
                        "parameter missing, uncertain"
                    },
                    "-",
                    &shown(param),
                    is_strict && !by_keyword,
                );
            }
        }
    }
    for own in ours
        .params
        .iter()
        .filter(|own| is_named(own.param.kind.word()))
    {
        if !theirs.iter().any(|param| param.name() == own.param.name) {
            outcome.parameters += 1;
            let class = if is_open {
                "parameter more, theirs takes any"
            } else {
                "parameter more"
            };
            outcome.add(class, &own.param.name, "-", false);
        }
    }
    outcome.stars(ours, theirs, is_open);
    if outcome.differences.is_empty() && order(ours) != real_order(theirs) {
        let text = |names: Vec<&str>| names.join(", ");
        outcome.add(
            "order",
            &text(order(ours)),
            &text(real_order(theirs)),
            false,
        );
    }
    outcome
}

impl Outcome {
    fn add(&mut self, class: &'static str, ours: &str, theirs: &str, is_dangerous: bool) {
        self.differences.push(Mismatch {
            class,
            ours: ours.to_owned(),
            theirs: theirs.to_owned(),
            is_dangerous,
        });
    }

    fn stars(&mut self, ours: &Signature, theirs: &[Parameter], is_open: bool) {
        if ours.open != is_open {
            let class = if is_open {
                "`**kwargs` missing"
            } else {
                "`**kwargs` more"
            };
            self.add(class, "", "", is_open && ours.certain);
        }
        let takes_more = theirs.iter().any(|param| param.kind() == "*");
        if ours.takes_more_positional != takes_more {
            let class = if takes_more {
                "`*args` missing"
            } else {
                "`*args` more"
            };
            self.add(class, "", "", false);
        }
    }

    fn parameter(&mut self, ours: &SignatureParam, theirs: &Parameter, literals: &Literals) {
        let kind = ours.param.kind.word();
        if kind != theirs.kind() {
            let by_keyword = matches!(theirs.kind(), "arg" | "kw");
            let name = theirs.name();
            self.add(
                "kind",
                &format!("{name} {kind}"),
                &format!("{name} {}", theirs.kind()),
                by_keyword && kind == "pos",
            );
        }
        match (ours.param.default.as_deref(), theirs.default()) {
            (None, None) => {}
            (None, Some(_)) => self.add("required", &ours.param.name, &shown(theirs), true),
            (Some(default), None) => {
                let ours = format!("{}={default}", ours.param.name);
                self.add("not required", &ours, &shown(theirs), false);
            }
            (Some(own), Some((is_literal, real))) => {
                self.value(&ours.param.name, own, is_literal, real, literals);
            }
        }
    }

    fn value(
        &mut self,
        name: &str,
        ours: &str,
        is_literal: bool,
        theirs: &str,
        literals: &Literals,
    ) {
        let same = match literals.get(ours) {
            _ if ours == "..." => None,
            Some(form) if is_literal => Some(form == theirs),
            // A literal where an object is: an enumeration's member may be written as its value.
            Some(_) => Some(false),
            None if is_literal => None,
            None => theirs.starts_with('.').then(|| ours.ends_with(theirs)),
        };
        match same {
            None => self.expressions += 1,
            Some(is_same) => {
                self.defaults += 1;
                if !is_same {
                    let text = |value: &str| format!("{name}={value}");
                    self.add("default", &text(ours), &text(theirs), false);
                }
            }
        }
    }
}

fn is_named(kind: &str) -> bool {
    !matches!(kind, "*" | "**")
}

/// Names that can be passed by position, then the others sorted.
fn order(ours: &Signature) -> Vec<&str> {
    let params = ours.params.iter();
    sorted(params.map(|own| (own.param.name.as_str(), own.param.kind.word())))
}

fn real_order(theirs: &[Parameter]) -> Vec<&str> {
    sorted(theirs.iter().map(|param| (param.name(), param.kind())))
}

fn sorted<'p>(params: impl Iterator<Item = (&'p str, &'p str)>) -> Vec<&'p str> {
    let (mut positional, mut keywords) = (Vec::new(), Vec::new());
    for (name, kind) in params {
        match kind {
            "pos" | "arg" => positional.push(name),
            "kw" => keywords.push(name),
            _ => {}
        }
    }
    keywords.sort_unstable();
    positional.extend(keywords);
    positional
}

fn shown(param: &Parameter) -> String {
    match param.default() {
        Some((_, default)) => format!("{} {}={default}", param.kind(), param.name()),
        None => format!("{} {}", param.kind(), param.name()),
    }
}
