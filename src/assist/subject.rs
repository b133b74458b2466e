//! What a proposal is about, so that more can be told of it when somebody looks at it.

use serde::{Deserialize, Serialize};

use super::hover;
use crate::environment::Environment;
use crate::knowledge::choose::Knowledge;
use crate::knowledge::overlay::overlay;
use crate::python::facts::Facts;
use crate::rules::arguments::Callee;
use crate::rules::context::Context;

/// What a proposal is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// An argument of a callable.
    Argument {
        /// Public path of the callable.
        symbol: String,
        /// The argument.
        name: String,
    },
    /// A class, function or module by its public path.
    Symbol(String),
}

impl Subject {
    /// What is known of it, as Markdown.
    pub fn describe(&self, knowledge: &Knowledge, environment: &Environment) -> Option<String> {
        let view = knowledge.view(environment);
        let facts = Facts::default();
        let ctx = Context::new("", &facts, &view, None, environment, overlay());
        match self {
            Self::Argument { symbol, name } => {
                hover::argument_text(&ctx, &callable(&ctx, symbol), name)
            }
            Self::Symbol(path) => hover::symbol_text(&ctx, path),
        }
    }
}

fn callable(ctx: &Context<'_>, symbol: &str) -> Callee {
    Callee {
        entity: ctx.view.resolve(symbol),
        symbol: symbol.to_owned(),
        extra: Vec::new(),
        exact: true,
    }
}
