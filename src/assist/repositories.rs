//! Links and hints at the names of repositories.

use crate::environment::Environment;
use crate::hub::id::RepoId;
use crate::knowledge::choose::Knowledge;
use crate::knowledge::overlay::overlay;
use crate::python::facts::Facts;
use crate::rules::context::Context;
use crate::rules::repository::{Kind, Revision};
use crate::text::TextRange;

/// A place where a repository is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Where; without the quotes, where it is a string.
    pub range: TextRange,
    /// The byte behind it, quote included.
    pub end: u32,
    /// See [`Kind`].
    pub kind: Kind,
    /// Its name, which is a valid one.
    pub id: RepoId,
    /// The revision that is asked for there, where one is.
    pub revision: Option<String>,
    /// Whether the place is the value that a call or command is given, and no constant that holds it.
    pub is_use: bool,
}

/// Every place where a document names a repository, in order, each once.
pub fn mentions(
    knowledge: &Knowledge,
    text: &str,
    facts: &Facts,
    environment: &Environment,
) -> Vec<Mention> {
    if !crate::rules::concerns(knowledge, text, facts) {
        return Vec::new();
    }
    let view = knowledge.view(environment);
    let ctx = Context::new(text, facts, &view, None, environment, overlay());
    let of_place = |(used, range): (&crate::rules::repository::Repository, TextRange)| {
        let id = RepoId::parse(&used.id).ok()?;
        let inner = within_quotes(text, range);
        let behind = text.get(inner.end as usize..).unwrap_or_default();
        Some(Mention {
            range: inner,
            end: inner.end + u32::from(behind.starts_with(['"', '\''])),
            kind: used.kind,
            id,
            revision: match &used.revision {
                Revision::Named(name) => Some(name.clone()),
                Revision::Main | Revision::Unknown => None,
            },
            is_use: used.range.contains_range(range),
        })
    };
    let mut mentions: Vec<Mention> = super::subject::repositories(&ctx)
        .filter_map(of_place)
        .collect();
    mentions.sort_by_key(|mention| (mention.range, !mention.is_use));
    mentions.dedup_by_key(|mention| mention.range);
    mentions
}

/// The range without a quote at each end.
fn within_quotes(text: &str, range: TextRange) -> TextRange {
    let written = range.slice(text);
    let quoted =
        written.len() >= 2 && written.starts_with(['"', '\'']) && written.ends_with(['"', '\'']);
    match quoted {
        true => TextRange::new(range.start + 1, range.end - 1),
        false => range,
    }
}
