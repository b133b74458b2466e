//! What a proposal is about, so that more can be told of it when somebody looks at it.

use serde::{Deserialize, Serialize};

use super::documentation::{Shelf, documentation};
use super::hover;
use super::subject::Subject;
use crate::environment::Environment;
use crate::knowledge::choose::Knowledge;
use crate::knowledge::overlay::overlay;
use crate::python::facts::Facts;
use crate::rules::arguments::Callee;
use crate::rules::context::Context;

/// What a proposal is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proposal {
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

impl Proposal {
    /// What is known of it, as Markdown.
    pub fn describe(
        &self,
        knowledge: &Knowledge,
        environment: &Environment,
        shelf: &Shelf<'_>,
    ) -> Option<String> {
        let view = knowledge.view(environment);
        let facts = Facts::default();
        let ctx = Context::new("", &facts, &view, None, environment, overlay());
        let subject = match self {
            Self::Argument { symbol, name } => Subject::Argument {
                callee: callable(&ctx, symbol),
                name: name.clone(),
                value: None,
            },
            Self::Symbol(path) => Subject::Path(path.clone()),
        };
        let known = hover::describe(&ctx, &subject)?;
        let documentation = documentation(shelf, &view, environment, &subject);
        Some(known.with(documentation.as_ref()))
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
