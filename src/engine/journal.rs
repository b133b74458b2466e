//! The answers about journals: what is found there, with its relative paths, becomes places and changes of documents.
//!
//! Each answer is made in a [`Snapshot`], so that the versions which places and edits are of are those that were
//! looked at.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use url::Url;

use super::live::LiveEngine;
use super::{
    Action, ActionKind, Change, Compared, FileEdits, Hint, HoverText, Inline, Lens, Link, Location,
    Press, Symbol,
};
use crate::assist::item::{Item, Items, Kind};
use crate::assist::repositories::Mention;
use crate::checker::{Asked, ProjectFiles};
use crate::embedded::Format;
use crate::journal::masked::{self, Masked};
use crate::journal::navigate::{self, Spot};
use crate::journal::project::{Place, Project};
use crate::journal::role::Role;
use crate::journal::snapshot::Snapshot;
use crate::journal::surroundings::Surroundings;
use crate::journal::{actions, bind, change, hints, hover, lens, next, repositories, symbols};
use crate::rules::finding::Finding;
use crate::rules::repository::Revision;
use crate::text::TextRange;
use crate::workspace::document::{Document, Language};

const NO_PLAN: &str = "there is no plan";

/// More symbols than these are not shown of one plan.
const MOST_SYMBOLS: usize = 1_000;

/// One question about a document in its project.
pub(super) struct Desk<'a> {
    /// What it is compared with.
    pub surroundings: Surroundings<'a>,
    /// The same, with what was looked at.
    snapshot: &'a Snapshot<'a>,
    /// Where it lies.
    project: &'a ProjectFiles,
}

impl Desk<'_> {
    fn location(&self, spot: Spot) -> Option<Location> {
        Some(Location {
            document: self.snapshot.document(&spot.path)?,
            range: spot.range,
        })
    }

    /// Places as they are in the documents that were looked at.
    pub fn locations(&self, spots: Vec<Spot>) -> Vec<Location> {
        spots
            .into_iter()
            .filter_map(|it| self.location(it))
            .collect()
    }

    /// A change of the documents that were looked at.
    ///
    /// # Errors
    /// A sentence where one of them is not there, or one that is to be made is there already.
    pub fn change(&self, change: change::Change) -> Result<Change, String> {
        let edits = change.edits.into_iter().map(|(path, edits)| {
            let document = self.snapshot.document(&path);
            let document = document.ok_or_else(|| format!("`{path}` cannot be read"))?;
            Ok(FileEdits { document, edits })
        });
        let creates = change.creates.into_iter().map(|(path, text)| {
            let absolute = self.project.absolute(&path);
            let absolute =
                absolute.ok_or_else(|| format!("`{path}` lies outside of the project"))?;
            match self.snapshot.place(&path) {
                None => Ok((absolute, text)),
                Some(_) => Err(format!("`{path}` is there already")),
            }
        });
        Ok(Change {
            edits: edits.collect::<Result<_, String>>()?,
            creates: creates.collect::<Result<_, String>>()?,
            preview: None,
        })
    }
}

/// What a command calls that which stands at a place of the plan: a section for a new step, else the step.
fn named(surroundings: &Surroundings<'_>, name: &str, at: u32) -> Result<Value, String> {
    let (text, plan) = (surroundings.text(), surroundings.document.plan());
    if name == actions::INSERT {
        let section = plan.section_at(at).map(|at| &plan.sections[at]);
        return Ok(section.map_or(Value::Null, |it| it.name.slice(text).into()));
    }
    let step = plan.step_at(at).ok_or("no step stands here")?;
    Ok(actions::key(text, plan, step).into())
}

/// The change that puts a step for the code at a place of a script into the plan.
fn step_for_code(desk: &Desk<'_>, range: TextRange) -> Result<Change, String> {
    let offered = actions::actions(&desk.surroundings, range).into_iter();
    let mut plans = offered.filter(|it| it.kind == ActionKind::Rewrite && it.code.is_none());
    let action = plans.find(|it| it.title.starts_with("Insert plan step"));
    let action = action.ok_or("no call of a library stands here")?;
    desk.change(action.change)
}

/// A number that changes with any of these documents.
pub(super) fn stamp(documents: &[Arc<Document>]) -> u64 {
    let mut revisions: Vec<u64> = documents.iter().map(|it| it.revision()).collect();
    if revisions.is_empty() {
        return 0;
    }
    revisions.sort_unstable();
    let mut hasher = DefaultHasher::new();
    revisions.hash(&mut hasher);
    hasher.finish()
}

impl LiveEngine {
    /// What `work` makes of a document that has something to do with a journal.
    pub(super) fn in_journal<T: Default>(
        &self,
        document: &Document,
        work: impl FnOnce(&Desk<'_>) -> T,
    ) -> T {
        let own = document.path().and_then(|path| self.opened.get(path));
        let own = own.filter(|own| own.revision() == document.revision());
        self.at_desk(document, own.as_ref(), work)
    }

    /// The same, where places of the document are spoken of.
    pub(super) fn with_desk<T: Default>(
        &self,
        document: &Arc<Document>,
        work: impl FnOnce(&Desk<'_>) -> T,
    ) -> T {
        self.at_desk(document, Some(document), work)
    }

    fn at_desk<T: Default>(
        &self,
        document: &Document,
        own: Option<&Arc<Document>>,
        work: impl FnOnce(&Desk<'_>) -> T,
    ) -> T {
        let path = self.path_of(document);
        let checker = self.checker_for(&path);
        checker.analysed(&path, document.code(), || {
            let done = checker.with_project(&path, document, |surroundings, project| {
                let mut snapshot = Snapshot::new(surroundings.project);
                if let Some(own) = own {
                    snapshot = snapshot.with(surroundings.path, own);
                }
                work(&Desk {
                    surroundings: Surroundings {
                        project: &snapshot,
                        ..*surroundings
                    },
                    snapshot: &snapshot,
                    project,
                })
            });
            done.unwrap_or_default()
        })
    }

    /// All findings of a document: `found`, and what a journal says of it, or a document of the journal of others.
    pub(super) fn compared(&self, document: &Document, found: Vec<Finding>) -> Compared {
        let path = self.path_of(document);
        let checker = self.checker_for(&path);
        let mut found = Some(found);
        let compared = checker.with_project(&path, document, |surroundings, _| {
            let snapshot = Snapshot::new(surroundings.project);
            let surroundings = Surroundings {
                project: &snapshot,
                ..*surroundings
            };
            let found = found.take().unwrap_or_default();
            let findings = checker.compared(&path, &surroundings, found);
            let elsewhere = findings.iter().flat_map(|it| &it.elsewhere);
            let named: BTreeSet<&str> = elsewhere.map(|it| it.path.as_str()).collect();
            let mut documents = snapshot.documents();
            documents.retain(|path, _| named.contains(path.as_str()));
            Compared {
                findings,
                documents,
            }
        });
        compared.unwrap_or_else(|| Compared {
            findings: found.unwrap_or_default(),
            ..Compared::default()
        })
    }

    /// The open documents that a document is compared with: for one of the journal all others of the project, for
    /// any other those of the journal.
    pub(super) fn beside(&self, document: &Document) -> Vec<Arc<Document>> {
        let Some(path) = document.path() else {
            return Vec::new();
        };
        let mut others = self.opened.all();
        others.retain(|it| it.path() != Some(path));
        if others.is_empty() {
            return others;
        }
        let Some(place) = self.checker_for(path).in_project(path) else {
            return Vec::new();
        };
        others.retain(|it| {
            let relative = it.path().and_then(|path| place.project.relative(path));
            relative.is_some_and(|it| place.role.is_some() || place.names.role(&it).is_some())
        });
        others
    }

    /// The document of a file of a project with a journal.
    pub(super) fn document_of(&self, path: &Path) -> Option<Arc<Document>> {
        let place = self.checker_for(path).in_project(path)?;
        place.project.document(&place.path)
    }

    /// What is offered for a range; what cannot be made is not.
    pub(super) fn journal_actions(
        &self,
        document: &Arc<Document>,
        range: TextRange,
    ) -> Vec<Action> {
        self.with_desk(document, |desk| {
            let offered = actions::actions(&desk.surroundings, range).into_iter();
            let action = |offered: change::Action| {
                Some(Action {
                    change: desk.change(offered.change).ok()?,
                    title: offered.title,
                    kind: offered.kind,
                    code: offered.code,
                    command: None,
                })
            };
            offered.filter_map(action).collect()
        })
    }

    /// The change of a command: for the step at a place of the plan, or for the code at a place of a script. From
    /// any other document of the project the plan is meant.
    ///
    /// # Errors
    /// A sentence for the user where it cannot be made.
    pub(super) fn journal_command(
        &self,
        document: &Arc<Document>,
        name: &str,
        arguments: &[Value],
    ) -> Result<Change, String> {
        let path = self.path_of(document);
        if super::planning::COMMANDS.contains(&name) {
            return self.plan_command(document, &path, name, arguments);
        }
        let at = arguments.first().and_then(Value::as_u64);
        let at = at.and_then(|it| u32::try_from(it).ok());
        let Some(place) = self.checker_for(&path).in_project(&path) else {
            return match name {
                actions::CREATE => self.new_journal(&path),
                _ => Err(NO_PLAN.to_owned()),
            };
        };
        match (place.role, at) {
            (Some(Role::Plan), at) => self.of_plan(document, name, arguments, at),
            (None, Some(at)) if name == actions::INSERT => {
                let range = TextRange::at(at);
                let change = self.with_desk(document, |desk| Some(step_for_code(desk, range)));
                change.unwrap_or_else(|| Err(NO_PLAN.to_owned()))
            }
            _ if name == actions::CREATE => self.of_plan(document, name, &[], None),
            _ => {
                let plan = place.project.document(&place.names.path(Role::Plan));
                let plan = plan.ok_or_else(|| NO_PLAN.to_owned())?;
                self.of_plan(&plan, name, arguments, None)
            }
        }
    }

    fn of_plan(
        &self,
        document: &Arc<Document>,
        name: &str,
        arguments: &[Value],
        at: Option<u32>,
    ) -> Result<Change, String> {
        let change = self.with_desk(document, |desk| {
            let surroundings = &desk.surroundings;
            let mut arguments = arguments.to_vec();
            if let Some(at) = at {
                arguments[0] = match named(surroundings, name, at) {
                    Ok(named) => named,
                    Err(why) => return Some(Err(why)),
                };
            }
            let change = actions::command(surroundings, name, &arguments);
            Some(change.and_then(|change| desk.change(change)))
        });
        change.unwrap_or_else(|| Err(NO_PLAN.to_owned()))
    }

    /// The change that makes a journal where there is none: in the folder of the workspace that holds a file.
    fn new_journal(&self, path: &Path) -> Result<Change, String> {
        let plan = self.checker_for(path).plans().into_iter().next();
        let plan = plan.ok_or_else(|| NO_PLAN.to_owned())?;
        let (name, language) = (String::new(), Language::Embedded(Format::Markdown));
        let document = Document::new(name, Some(plan), language, None, String::new());
        let change = self.at_desk(&document, None, |desk| {
            let surroundings = Surroundings {
                role: None,
                ..desk.surroundings
            };
            let change = actions::command(&surroundings, actions::CREATE, &[]);
            Some(change.and_then(|change| desk.change(change)))
        });
        change.unwrap_or_else(|| Err(NO_PLAN.to_owned()))
    }

    /// What stands above the lines of a document.
    pub(super) fn journal_lenses(&self, document: &Arc<Document>, problems: usize) -> Vec<Lens> {
        self.with_desk(document, |desk| {
            let lenses = lens::lenses(&desk.surroundings, problems).into_iter();
            let press = |press: lens::Press| {
                Some(match press {
                    lens::Press::Command(name, arguments) => Press::Command(name, arguments),
                    lens::Press::Copy(text) => Press::Copy(text),
                    lens::Press::Terminal(text) => {
                        Press::Terminal(text, desk.project.absolute("")?)
                    }
                    lens::Press::Show(path, range) => {
                        Press::Show(desk.location(Spot { path, range })?)
                    }
                })
            };
            let shown = lenses.map(|lens| Lens {
                range: lens.range,
                title: lens.title,
                press: lens.press.and_then(press),
            });
            shown.collect()
        })
    }

    /// The text proposed behind a byte, unless the user wants none.
    pub(super) fn journal_inline(&self, document: &Document, offset: u32) -> Option<Inline> {
        self.in_journal(document, |desk| {
            let is_wanted = desk.surroundings.names.suggestions;
            let found = is_wanted.then(|| next::inline(&desk.surroundings, offset));
            let found = found.flatten()?;
            Some(Inline {
                range: found.range,
                text: found.text,
            })
        })
    }

    /// What a journal offers at a byte, before what is known of libraries.
    pub(super) fn with_offers(&self, document: &Document, offset: u32, others: Items) -> Items {
        let mut offers =
            self.in_journal(document, |desk| next::complete(&desk.surroundings, offset));
        let Some(first) = offers.first() else {
            return others;
        };
        // The items of an answer replace the same bytes.
        let range = first.range;
        offers.retain(|it| it.range == range);
        let items = offers.into_iter().zip(0..).map(|(offer, rank)| Item {
            filter: offer.text.lines().next().map(str::to_owned),
            insert: offer.text,
            ..Item::new(Kind::Text, offer.label, rank)
        });
        let mut items: Vec<Item> = items.collect();
        if others.range == range {
            items.extend(others.items);
        }
        Items {
            items,
            range,
            word: range,
            is_incomplete: true,
        }
    }

    /// The step to go on with: of the project that a document belongs to, else of the first one that has a plan.
    pub(super) fn next_plan_step(&self, path: Option<&Path>) -> Option<Location> {
        let own = path.and_then(|path| {
            let place = self.checker_for(path).in_project(path)?;
            place.project.absolute(&place.names.path(Role::Plan))
        });
        let known = || self.all_checkers().into_iter().flat_map(|it| it.plans());
        let plans: Vec<PathBuf> = own.map_or_else(|| known().collect(), |own| vec![own]);
        plans.iter().find_map(|path| {
            let document = self.document_of(path)?;
            let plan = document.plan();
            let step = &plan.steps[next::next_step(document.text(), plan)?];
            let range = step.id_range.cover(step.title);
            Some(Location { range, document })
        })
    }

    /// The plans of all projects of the workspace.
    pub(super) fn all_plans(&self) -> Vec<Arc<Document>> {
        let checkers = self.all_checkers();
        let paths: BTreeSet<PathBuf> = checkers.iter().flat_map(|it| it.all_plans()).collect();
        let documents = paths.iter().filter_map(|path| self.document_of(path));
        documents.collect()
    }

    /// The parts of all plans that fit some letters.
    pub(super) fn plan_symbols(&self, query: &str) -> Vec<(Symbol, Arc<Document>)> {
        let mut found = Vec::new();
        for checker in self.all_checkers() {
            for path in checker.plans() {
                let Some(document) = self.document_of(&path) else {
                    continue;
                };
                let symbols = self.with_desk(&document, |desk| {
                    symbols::fitting(&desk.surroundings, query)
                });
                let symbols = symbols.into_iter().take(MOST_SYMBOLS);
                found.extend(symbols.map(|it| (it, Arc::clone(&document))));
            }
        }
        found
    }

    /// The changes of plans that go with new names of files.
    pub(super) fn journal_renamed(&self, files: &[(PathBuf, PathBuf)]) -> Change {
        let mut change = Change::default();
        for checker in self.all_checkers() {
            for path in checker.plans() {
                let Some(document) = self.document_of(&path) else {
                    continue;
                };
                let of_plan = self.with_desk(&document, |desk| {
                    let relative = files.iter().filter_map(|(old, new)| {
                        let project = desk.project;
                        Some((project.relative(old)?, project.relative(new)?))
                    });
                    let relative: Vec<_> = relative.collect();
                    let renamed = navigate::renamed(&desk.surroundings, &relative);
                    desk.change(renamed).unwrap_or_default()
                });
                change.edits.extend(of_plan.edits);
            }
        }
        change
    }

    /// What a journal's names stand for.
    pub(super) fn journal_hover(&self, document: &Document, offset: u32) -> Option<HoverText> {
        let found = self.in_journal(document, |desk| hover::hover(&desk.surroundings, offset));
        if let Some((markdown, range)) = found {
            return Some(HoverText { markdown, range });
        }
        let mut mentions = self.journal_mentions(document).into_iter();
        let mention = mentions.find(|it| it.range.touches(offset))?;
        let path = self.path_of(document);
        let checker = self.checker_for(&path);
        let asked = Asked {
            hub: &self.network.get()?.hub,
            files: &*self.files,
            folders: [path.parent()?, checker.root()],
        };
        let markdown = asked.describe(mention.kind, mention.id.as_str(), &Revision::Main)?;
        Some(HoverText {
            markdown,
            range: mention.range,
        })
    }

    /// The code around a byte of a plan, where it is not in a fence.
    pub(super) fn journal_code(&self, document: &Document, offset: u32) -> Option<Masked> {
        if document.language() != Language::Embedded(Format::Markdown) {
            return None;
        }
        self.in_journal(document, |desk| masked::code_at(&desk.surroundings, offset))
    }

    /// The models and datasets that a plan names outside of code.
    pub(super) fn journal_mentions(&self, document: &Document) -> Vec<Mention> {
        self.in_journal(document, |desk| repositories::mentions(&desk.surroundings))
    }

    /// The files that a plan names.
    pub(super) fn journal_links(&self, document: &Document) -> Vec<Link> {
        self.in_journal(document, |desk| {
            if desk.surroundings.plan().is_none() {
                return Vec::new();
            }
            let paths = navigate::paths(document).into_iter();
            let link = |named: bind::Mention| {
                let is_file = desk.snapshot.place(&named.path) == Some(Place::File);
                let absolute = desk.project.absolute(&named.path).filter(|_| is_file)?;
                Some(Link {
                    range: navigate::with_symbol(&named),
                    target: Url::from_file_path(absolute).ok()?.into(),
                    tooltip: format!("Open {}", named.path),
                })
            };
            let written = paths.filter(navigate::is_written_as_path);
            written.filter_map(link).collect()
        })
    }

    /// What the steps of a plan wait for.
    pub(super) fn journal_hints(&self, document: &Document) -> Vec<Hint> {
        let found = self.in_journal(document, |desk| hints::hints(&desk.surroundings));
        let hint = |(offset, label)| Hint { offset, label };
        found.into_iter().map(hint).collect()
    }
}
