//! What the commands that make plans share.

use std::path::Path;
use std::sync::Arc;

use super::journal::Journal;
use super::new::Wanted;
use crate::checker::known_model;
use crate::cli::Error;
use crate::cli::network::Network;
use crate::hub::network::Subject;
use crate::hub::{Mode, Need, RepoId};
use crate::journal::project::Project;
use crate::planner::library::Model;
use crate::planner::wish::Wish;

/// What is wanted, with paths as those of the project.
pub fn wish(journal: &Journal, script: Option<&Path>, wanted: &Wanted) -> Result<Wish, Error> {
    let script = script.map(|script| {
        let absolute = journal.here.join(script);
        let relative = journal.place.project.relative(&absolute);
        let is_file = journal.checker.files().is_file(&absolute);
        relative
            .filter(|_| is_file)
            .ok_or_else(|| Error(format!("`{}` is no file of this project", script.display())))
    });
    let mut wish = wanted.wish(script.transpose()?)?;
    for path in [&mut wish.model, &mut wish.dataset].into_iter().flatten() {
        let Some(plain) = path.strip_prefix("./") else {
            continue;
        };
        if journal.place.project.place(plain).is_none() {
            return Err(Error(format!("there is no `{path}` in this project")));
        }
        *path = plain.trim_end_matches('/').to_owned();
    }
    Ok(wish)
}

/// What is known of a model: on this machine, and with `is_online` on the Hub, which is waited for.
pub fn known(journal: &Journal, id: &str, is_online: bool) -> Option<Model> {
    let mode = if is_online { Mode::On } else { Mode::Cache };
    let network = Network::new(
        Arc::clone(journal.checker.files()),
        mode,
        Subject::Repository,
    )
    .ok()?;
    let id = RepoId::parse(id).ok()?;
    let asked = network.hub.wait_for_model(&id, None, Need::Background);
    let answer = network.runtime.block_on(asked);
    if let Some(trouble) = answer.trouble.filter(|_| is_online) {
        anstream::eprintln!("warning: nothing new is known of `{id}`: {trouble}");
    }
    known_model(&network.hub, &id, answer.facts.as_deref())
}
