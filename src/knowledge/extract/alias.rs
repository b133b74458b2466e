//! Names that a lazy module's `__getattr__` answers by a rule instead of a table.
//!
//! transformers keeps old names alive this way (5.23 `utils/import_utils.py`, `_LazyModule.__getattr__`).
//! The rules are code, so they are written down here by hand; whether a release has them is read from
//! its source: each is marked by an expression that stands in that method.

use super::visit;
use crate::python::ast::{ClassDef, Expr, ExprKind, StmtKind};

/// The rules of one lazy module class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AliasRules {
    /// `name.endswith("TokenizerFast")`: stands for the name without `Fast`.
    pub fast_tokenizers: bool,
    /// `name.endswith("ImageProcessorFast")`: stands for the name without `Fast`.
    pub fast_image_processors: bool,
    /// `SLOW_TO_FAST_CONVERTERS`: a tokenizer that is gone stands for the one with the same converter.
    pub converters: bool,
}

impl AliasRules {
    /// The rules in a class's `__getattr__`.
    pub fn read(class: &ClassDef) -> Self {
        let mut rules = Self::default();
        let getattr = class.body.iter().find_map(|stmt| match &stmt.kind {
            StmtKind::FunctionDef(function) if function.name.name == "__getattr__" => {
                Some(function)
            }
            _ => None,
        });
        let Some(getattr) = getattr else { return rules };
        visit::statements(&getattr.body, &mut |stmt| {
            if let StmtKind::ImportFrom(import) = &stmt.kind {
                rules.converters |= import
                    .names
                    .iter()
                    .any(|alias| alias.name.name == "SLOW_TO_FAST_CONVERTERS");
            }
        });
        visit::expressions(&getattr.body, &mut |expr| {
            let ending = ends_with(expr);
            rules.fast_tokenizers |= ending == Some("TokenizerFast");
            rules.fast_image_processors |= ending == Some("ImageProcessorFast");
        });
        rules
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// The names that exist besides `exports` (names and what they stand for), with what they stand for.
    /// `converters` are tokenizers with their converters, `at_root` looks a name up in the package at the
    /// root, whose `folder` this is. Every lazy package answers every tokenizer's name (see
    /// [`crate::knowledge::fact::Flag::Tokenizers`]); those are given that belong there, of its own model or
    /// with a converter like it.
    pub fn names(
        self,
        exports: &[(String, String)],
        converters: &[(String, String)],
        folder: &str,
        at_root: &dyn Fn(&str) -> Option<String>,
    ) -> Vec<(String, String)> {
        let find = |wanted: &str| exports.iter().find(|(name, _)| name == wanted);
        let mut found: Vec<(String, String)> = Vec::new();
        let mut add = |name: String, target: &str| {
            if find(&name).is_none() && found.iter().all(|(known, _)| *known != name) {
                found.push((name, target.to_owned()));
            }
        };
        for (name, target) in exports {
            let fast = (self.fast_tokenizers && name.ends_with("Tokenizer"))
                || (self.fast_image_processors && name.ends_with("ImageProcessor"));
            if fast {
                add(format!("{name}Fast"), target);
            }
        }
        if self.converters {
            for (name, converter) in converters {
                let preferred = format!("{}Tokenizer", converter.trim_end_matches("Converter"));
                let others = converters
                    .iter()
                    .filter(|(other, same)| same == converter && other != name)
                    .map(|(other, _)| other.as_str());
                let candidates: Vec<&str> =
                    [preferred.as_str()].into_iter().chain(others).collect();
                let near = candidates.iter().any(|candidate| find(candidate).is_some())
                    || is_model(folder, name);
                if find(name).is_some() || !near {
                    continue;
                }
                let target = candidates
                    .iter()
                    .find_map(|candidate| match find(candidate) {
                        Some((_, target)) => Some(target.clone()),
                        None => at_root(candidate),
                    });
                if let Some(target) = target {
                    add(name.clone(), &target);
                    add(format!("{name}Fast"), &target);
                }
            }
        }
        found
    }
}

/// Whether a tokenizer is named after the model in a folder.
fn is_model(folder: &str, tokenizer: &str) -> bool {
    let model = tokenizer.trim_end_matches("Tokenizer");
    !folder.is_empty() && folder.replace('_', "").eq_ignore_ascii_case(model)
}

/// The text in `name.endswith("...")`.
fn ends_with(expr: &Expr) -> Option<&str> {
    let ExprKind::Call(call) = &expr.kind else {
        return None;
    };
    match &call.func.kind {
        ExprKind::Attribute { value, attr }
            if attr.name == "endswith" && value.as_name() == Some("name") =>
        {
            visit::positional(call).next()?.as_str()
        }
        _ => None,
    }
}
