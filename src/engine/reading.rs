//! Documentation as documents of their own, to be read in the editor.
//!
//! They are named by addresses that only this server understands: `hf-lsp-docs:/page/trl/v1.16.0/en/sft_trainer.md` is
//! a page, cleaned; `hf-lsp-docs:/symbol/trl.SFTConfig.md` is what is known of a symbol at the versions of the
//! workspace.

use super::Network;
use super::pages::text;
use crate::assist::documentation::{Shelf, documentation};
use crate::assist::hover::{Hover, describe};
use crate::assist::path;
use crate::assist::subject::Subject;
use crate::docs::clean::{Style, clean};
use crate::docs::find::Finder;
use crate::environment::Environment;
use crate::knowledge::choose::Knowledge;
use crate::knowledge::overlay::overlay;
use crate::knowledge::view::{Entity, View};
use crate::python::facts::Facts;
use crate::rules::context::Context;

/// What addresses begin with.
pub const SCHEME: &str = "hf-lsp-docs";

/// A page is cut after so many bytes.
const PAGE_BYTES: usize = 512 * 1024;

/// The address of the whole documentation of what a hover is about.
pub fn address(view: &View, hover: &Hover) -> Option<String> {
    let page = hover.link.as_deref().and_then(|link| {
        let (_, below) = link.split_once("/docs/")?;
        let page = below.split('#').next()?;
        Some(format!("{SCHEME}:/page/{page}.md"))
    });
    page.or_else(|| {
        Some(format!(
            "{SCHEME}:/symbol/{}.md",
            symbol(view, &hover.subject)?
        ))
    })
}

fn symbol(view: &View, subject: &Subject) -> Option<String> {
    match subject {
        Subject::Argument { callee, name, .. } => Some(format!("{}.{name}", callee.symbol)),
        Subject::Field { class, name } => Some(format!("{}.{name}", view.public_path(class))),
        Subject::Path(path) => Some(path.clone()),
        Subject::Object(Entity::Class(class)) => Some(view.public_path(class)),
        Subject::Object(Entity::Function(function)) => Some(match &function.class {
            Some(class) => {
                let name = function.path.rsplit('.').next().unwrap_or_default();
                format!("{}.{name}", view.public_path(class))
            }
            None => view.public_path(&function.path),
        }),
        _ => None,
    }
}

/// The text behind such an address; a sentence where there is none.
///
/// # Errors
/// Where the address is none of ours.
pub fn read(
    address: &str,
    network: Option<&Network>,
    shelf: &Shelf<'_>,
    knowledge: &Knowledge,
    environment: &Environment,
) -> Result<String, String> {
    let below = address
        .strip_prefix(SCHEME)
        .and_then(|rest| rest.strip_prefix(":/"));
    let below = below.and_then(|rest| rest.strip_suffix(".md"));
    match below.and_then(|rest| rest.split_once('/')) {
        Some(("page", page)) => Ok(read_page(network, page)),
        Some(("symbol", path)) => read_symbol(path, shelf, knowledge, environment),
        _ => Err(format!("`{address}` is no address of documentation")),
    }
}

/// Waits for the page: not to be called on a thread of the runtime.
fn read_page(network: Option<&Network>, page: &str) -> String {
    let Some(network) = network else {
        return "The network is not used.\n".to_owned();
    };
    let client = network.hub.client();
    let fetched = network
        .runtime
        .block_on(text(client, &format!("{page}.md")));
    match fetched {
        Ok(text) => clean(
            &text,
            &Style {
                limit: PAGE_BYTES,
                symbol: &|_| None,
                host: crate::docs::address::HOST,
            },
        ),
        Err(error) => format!("The page `{page}` cannot be shown: {error}.\n"),
    }
}

fn read_symbol(
    path: &str,
    shelf: &Shelf<'_>,
    knowledge: &Knowledge,
    environment: &Environment,
) -> Result<String, String> {
    let view = knowledge.view(environment);
    let facts = Facts::default();
    let ctx = Context::new("", &facts, &view, None, environment, overlay());
    let finder = Finder {
        reader: shelf.reader,
        view: &view,
        environment,
    };
    let subject = path::subject(&ctx, &finder, path).map_err(|error| error.to_string())?;
    let known = describe(&ctx, &subject).unwrap_or_default();
    let found = documentation(shelf, &view, environment, &subject);
    Ok(format!("{}\n", known.with(found.as_ref())))
}
