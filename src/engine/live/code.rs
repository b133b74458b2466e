//! What is found, shown and offered in the code of one document.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use super::{Cancel, HoverText, LiveEngine};
use crate::assist::complete::complete;
use crate::assist::documentation::{Pages, Shelf};
use crate::assist::hover;
use crate::assist::item::Items;
use crate::assist::repositories::{Mention, mentions};
use crate::assist::source::Source;
use crate::assist::subject::Subject;
use crate::checker::{Asked, Checker};
use crate::docs::describe::Limits;
use crate::embedded::{Format, analyse, declares};
use crate::journal::masked::Masked;
use crate::notebook::{Joined, Notebook};
use crate::rules::Beside;
use crate::rules::finding::Finding;
use crate::rules::hub::LookUp;
use crate::workspace::document::{Document, Language};
use crate::workspace::requirements::Kind;
use crate::workspace::versions::Answer;

impl LiveEngine {
    /// The findings in the code of a document.
    pub(super) fn check_code(
        &self,
        checker: &Checker,
        path: &Path,
        document: &Document,
        cancel: &Cancel<'_>,
    ) -> Vec<Finding> {
        match document.language() {
            Language::Python => {
                let text = document.text();
                let facts = checker.analysed(path, text, || Some(document.facts()));
                if cancel() {
                    return Vec::new();
                }
                facts.map_or_else(Vec::new, |facts| match document.cells() {
                    Some(cells) => checker.check_cells(path, cells, facts),
                    None => checker.check(path, text, facts),
                })
            }
            Language::Notebook => {
                let notebook = Notebook::parse(document.text()).ok();
                let found = notebook.zip(document.cells()).map(|(notebook, cells)| {
                    let facts = checker.analysed(path, cells.code(), || Some(document.facts()));
                    let found = facts.map(|facts| checker.check_cells(path, cells, facts));
                    notebook.in_file(cells, found.unwrap_or_default())
                });
                found.unwrap_or_default()
            }
            language => {
                let text = document.text();
                if let Some(kind) = requirements_kind(document, path) {
                    return checker.check_requirements(path, text, kind);
                }
                if !matches!(language, Language::Embedded(_)) {
                    return Vec::new();
                }
                let facts = checker.analysed(path, text, || Some(document.facts()));
                facts.map_or_else(Vec::new, |facts| checker.check(path, text, facts))
            }
        }
    }

    /// What `each` makes of the places that name repositories, where the Hub may be spoken of at all.
    pub(super) fn at_mentions<T>(
        &self,
        document: &Document,
        each: impl Fn(&Asked<'_>, Mention) -> Option<T>,
    ) -> Vec<T> {
        let is_code = matches!(
            document.language(),
            Language::Python | Language::Embedded(_)
        );
        let Some(network) = self.network.get().filter(|_| is_code) else {
            return Vec::new();
        };
        let path = self.path_of(document);
        let (checker, answer) = self.place_of(document, &path);
        let text = document.code();
        let mut found = checker.analysed(&path, text, || {
            let facts = document.facts();
            mentions(checker.knowledge(), text, facts, &answer.environment)
        });
        found.extend(self.journal_mentions(document));
        found.sort_by_key(|mention| mention.range);
        found.dedup_by_key(|mention| mention.range);
        let asked = Asked {
            hub: &network.hub,
            files: &*self.files,
            folders: [path.parent().unwrap_or(checker.root()), checker.root()],
        };
        found
            .into_iter()
            .filter_map(|mention| each(&asked, mention))
            .collect()
    }

    /// The hover for a byte of a document, with what it is judged by.
    pub(super) fn hover_at(
        &self,
        document: &Document,
        offset: u32,
    ) -> Option<(hover::Hover, Arc<Checker>, Arc<Answer>)> {
        if !holds_code(document) {
            return None;
        }
        let path = self.path_of(document);
        let (checker, answer) = self.place_of(document, &path);
        let own = self.journal_code(document, offset);
        let text = own.as_ref().map_or(document.code(), |own| &own.text);
        let hover = checker.analysed(&path, text, || {
            let facts = match &own {
                Some(own) => Cow::Owned(analyse(own.format, text)),
                None => Cow::Borrowed(document.facts()),
            };
            let environment = own
                .as_ref()
                .map_or(&answer.environment, |it| &it.environment);
            let knowledge = checker.knowledge();
            hover::hover(knowledge, text, &facts, environment, &self.shelf(), offset)
        })?;
        Some((hover, checker, answer))
    }

    /// What is shown of a name in code, or of a repository.
    pub(super) fn code_hover(&self, document: &Document, offset: u32) -> Option<HoverText> {
        let (hover, checker, _) = self.hover_at(document, offset)?;
        let markdown = match &hover.subject {
            Subject::Repository { kind, id, revision } => {
                let path = self.path_of(document);
                let asked = Asked {
                    hub: &self.network.get()?.hub,
                    files: &*self.files,
                    folders: [path.parent()?, checker.root()],
                };
                asked.describe(*kind, id, revision)?
            }
            _ => hover.markdown,
        };
        Some(HoverText {
            markdown,
            range: hover.range,
        })
    }

    /// Where documentation is looked for.
    pub(super) fn shelf(&self) -> Shelf<'_> {
        let network = self.network.get();
        Shelf {
            reader: &self.reader,
            pages: network.map(|network| &network.pages as &dyn Pages),
            limits: Limits::HOVER,
        }
    }

    /// The checker of a document and the versions that apply to it.
    pub(in crate::engine) fn place_of(
        &self,
        document: &Document,
        path: &Path,
    ) -> (Arc<Checker>, Arc<Answer>) {
        let checker = self.checker_for(path);
        let text = document.code();
        let declares = match document.language() {
            Language::Embedded(format) => declares(format, text),
            _ => document.cells().map_or(text, Joined::declares).into(),
        };
        let answer = checker.versions(path, Some(&declares));
        (checker, answer)
    }

    /// What is known of libraries and repositories at a byte.
    pub(super) fn complete_code(
        &self,
        document: &Document,
        offset: u32,
        cancel: &Cancel<'_>,
    ) -> Items {
        let path = self.path_of(document);
        let (checker, answer) = self.place_of(document, &path);
        let own = self.journal_code(document, offset);
        let source = own.as_ref().map_or_else(|| source(document), code_source);
        let asked = self.network.get().map(|network| Asked {
            hub: &network.hub,
            files: &*self.files,
            folders: [path.parent().unwrap_or(checker.root()), checker.root()],
        });
        let beside = Beside {
            modules: None,
            repositories: asked.as_ref().map(|asked| asked as &dyn LookUp),
            ..Beside::default()
        };
        checker.analysed(&path, source.text(), || {
            let environment = own
                .as_ref()
                .map_or(&answer.environment, |it| &it.environment);
            let knowledge = checker.knowledge();
            let mut items = complete(knowledge, &source, environment, beside, offset, cancel);
            if own.is_some() {
                // A plan imports nothing.
                items.items.iter_mut().for_each(|it| it.edits.clear());
            }
            items
        })
    }
}

/// Whether a document may hold code that is looked into; the file of a notebook is JSON.
pub(super) const fn holds_code(document: &Document) -> bool {
    matches!(
        document.language(),
        Language::Python | Language::Embedded(_)
    )
}

/// A document as somebody types in it.
pub(super) fn source(document: &Document) -> Source<'_> {
    match (document.language(), document.cells()) {
        (Language::Embedded(format), _) => Source::Embedded(format, document.text()),
        (_, Some(cells)) => Source::Cells(cells),
        (_, None) => Source::Python(document.text()),
    }
}

/// Code that is looked at alone.
pub(super) fn code_source(own: &Masked) -> Source<'_> {
    match own.format {
        Format::Python => Source::Python(&own.text),
        format => Source::Embedded(format, &own.text),
    }
}

/// What a document declares requirements as, where it does.
fn requirements_kind(document: &Document, path: &Path) -> Option<Kind> {
    match document.language() {
        Language::Python | Language::Notebook => None,
        Language::Requirements => Some(Kind::Requirements),
        Language::Toml | Language::Embedded(_) | Language::Other => Kind::of(path),
    }
}
