//! The documentation of what the cursor is on, in the words of the release that applies.

use std::sync::Arc;

use super::subject::Subject;
use crate::docs::address::Site;
use crate::docs::describe::{self, Documentation, Limits, Links, Source};
use crate::docs::find::{self, Finder, Release};
use crate::docs::inventory::Inventory;
use crate::docs::page;
use crate::docs::source::Reader;
use crate::environment::Environment;
use crate::knowledge::command::{Known, field_of};
use crate::knowledge::view::{Entity, View};

/// Pages of documentation that were fetched. Asking may have one fetched, and never waits for it.
pub trait Pages: Send + Sync {
    /// The list of symbols of a release; where it has none, that of the nearest one that has. What has to be
    /// fetched for it is followed by the page of `symbol`, which will be asked for next.
    fn inventory(&self, site: &Site, symbol: &str) -> Option<(Site, Arc<Inventory>)>;
    /// The Markdown of a page of a release.
    fn page(&self, site: &Site, page: &str) -> Option<Arc<str>>;
    /// Whether something is being fetched.
    fn is_busy(&self) -> bool;
}

/// Where documentation is looked for, best first.
#[derive(Clone, Copy)]
pub struct Shelf<'a> {
    /// Reads the docstrings of installed packages.
    pub reader: &'a Reader,
    /// Fetched pages.
    pub pages: Option<&'a dyn Pages>,
    /// How much is shown.
    pub limits: Limits,
}

/// What is asked about.
struct Topic {
    entity: Entity,
    /// The path that pages name it by.
    path: String,
    argument: Option<String>,
}

/// The documentation of a subject; `None` where it has none of its own.
pub fn documentation(
    shelf: &Shelf<'_>,
    view: &View,
    environment: &Environment,
    subject: &Subject,
) -> Option<Documentation> {
    let topic = topic(view, subject)?;
    let site = site(view, environment, &topic.path);
    let listed = site
        .as_ref()
        .and_then(|site| shelf.pages?.inventory(site, &topic.path));
    let links = Links {
        site: listed.as_ref().map(|(site, _)| site),
        inventory: listed.as_ref().map(|(_, inventory)| &**inventory),
    };
    let finder = Finder {
        reader: shelf.reader,
        view,
        environment,
    };
    installed(&finder, &topic, &links, &shelf.limits)
        .filter(|found| !found.text.is_empty())
        .or_else(|| fetched(shelf, view, environment, &topic, &links))
}

fn topic(view: &View, subject: &Subject) -> Option<Topic> {
    let of = |entity: Entity, path: String, argument: Option<&String>| Topic {
        entity,
        path,
        argument: argument.cloned(),
    };
    match subject {
        Subject::Argument { callee, name, .. } => {
            Some(of(callee.entity.clone(), callee.symbol.clone(), Some(name)))
        }
        Subject::Field { class, name } => {
            let path = view.public_path(class);
            Some(of(Entity::Class(class.clone()), path, Some(name)))
        }
        Subject::Path(path) => match view.resolve(path) {
            entity @ (Entity::Class(_) | Entity::Function(_)) => Some(of_entity(view, entity)),
            _ => None,
        },
        Subject::Object(entity) => Some(of_entity(view, entity.clone())),
        Subject::CommandOption { command, name, .. } => of_option(view, command, name),
        Subject::Repository { .. } | Subject::Command { .. } => None,
    }
}

fn of_entity(view: &View, entity: Entity) -> Topic {
    let path = match &entity {
        Entity::Class(class) => view.public_path(class),
        Entity::Function(function) => match &function.class {
            Some(class) => {
                let name = function.path.rsplit('.').next().unwrap_or_default();
                format!("{}.{name}", view.public_path(class))
            }
            None => view.public_path(&function.path),
        },
        _ => String::new(),
    };
    Topic {
        entity,
        path,
        argument: None,
    }
}

/// The field of a dataclass that an option sets.
fn of_option(view: &View, command: &Known, name: &str) -> Option<Topic> {
    let field = field_of(name)?;
    command.fields.iter().find_map(|class| {
        let entity = view.resolve(class);
        view.signature(&entity)?.takes(&field).then(|| Topic {
            path: class.clone(),
            entity,
            argument: Some(field.clone()),
        })
    })
}

/// The pages of the release that applies to a path.
fn site(view: &View, environment: &Environment, path: &str) -> Option<Site> {
    let library = view.selected(path)?.library.name().to_owned();
    let version = &environment.libraries.get(&library)?.version;
    Site::of(&library, version)
}

fn installed(
    finder: &Finder<'_>,
    topic: &Topic,
    links: &Links<'_>,
    limits: &Limits,
) -> Option<Documentation> {
    match &topic.argument {
        Some(name) => {
            let found = find::argument(finder, &topic.entity, name)?;
            Some(describe::argument(&found, finder.view, links, limits))
        }
        None => {
            let found = find::symbol(finder, &topic.entity)?;
            Some(describe::symbol(&found, finder.view, links, limits))
        }
    }
}

/// What the page says, or at least where it is.
fn fetched(
    shelf: &Shelf<'_>,
    view: &View,
    environment: &Environment,
    topic: &Topic,
    links: &Links<'_>,
) -> Option<Documentation> {
    // A field is documented where it is declared: on `TrainingArguments`, not on `SFTConfig`.
    let owners = owners(view, topic);
    let mut link = None;
    for path in owners {
        let Some(site) = site(view, environment, &path) else {
            continue;
        };
        let Some((site, inventory)) = shelf.pages.and_then(|pages| pages.inventory(&site, &path))
        else {
            continue;
        };
        let links = Links {
            site: Some(&site),
            inventory: Some(&inventory),
        };
        link = link.or_else(|| links.symbol(&path, topic.argument.as_deref()));
        let entry = inventory.find(&path);
        let text = entry.and_then(|entry| shelf.pages?.page(&site, &entry.page));
        let part = text
            .as_deref()
            .and_then(|text| page::part(text, &entry?.anchor));
        let library = view.selected(&path)?.library.name().to_owned();
        let wanted = &environment.libraries.get(&library)?.version;
        let of_site = site.version.trim_start_matches('v').parse();
        let release = Release {
            library,
            version: of_site.unwrap_or_else(|_| wanted.clone()),
            wanted: wanted.clone(),
        };
        let found = part.and_then(|part| match &topic.argument {
            Some(name) => {
                let found = part.argument(name, &release)?;
                Some(describe::argument(&found, view, &links, &shelf.limits))
            }
            None => Some(describe::symbol(
                &part.symbol(&release),
                view,
                &links,
                &shelf.limits,
            )),
        });
        if let Some(mut found) = found.filter(|found| !found.text.is_empty()) {
            found.source = Source::Fetched(release);
            return Some(found);
        }
    }
    let link = link.or_else(|| links.symbol(&topic.path, topic.argument.as_deref()))?;
    Some(Documentation {
        text: String::new(),
        source: Source::Nothing,
        link: Some(link),
    })
}

/// The paths under which an argument may be documented: the class and its bases, or the function alone.
fn owners(view: &View, topic: &Topic) -> Vec<String> {
    let mut owners = vec![topic.path.clone()];
    if let (Entity::Class(class), Some(_)) = (&topic.entity, &topic.argument) {
        let bases = &view.mro(class).classes;
        owners.extend(bases.iter().map(|base| view.public_path(base)));
        owners.dedup();
    }
    owners
}
