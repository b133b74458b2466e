//! What was found -> some lines of Markdown, as hovers and the command line show it.

use super::address::Site;
use super::clean::{Style, clean, clean_line};
use super::find::{ArgumentDoc, Group, Release, SymbolDoc};
use super::inventory::Inventory;
use crate::environment::Version;
use crate::knowledge::view::{Entity, View};

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a text.
    pub text: usize,
    /// Groups of parameters.
    pub groups: usize,
    /// Names in one group.
    pub names: usize,
}

impl Limits {
    /// For a hover about an argument or symbol: some lines.
    pub const HOVER: Self = Self {
        text: 700,
        groups: 6,
        names: 6,
    };
    /// For a terminal.
    pub const TERMINAL: Self = Self {
        text: 6_000,
        groups: 100,
        names: 200,
    };
}

/// Where links lead: the pages of one release of one library.
#[derive(Clone, Copy, Debug, Default)]
pub struct Links<'a> {
    /// The documentation's addresses.
    pub site: Option<&'a Site>,
    /// Which page a symbol is on.
    pub inventory: Option<&'a Inventory>,
}

impl Links<'_> {
    /// The address of a symbol's place on its page, or of one of its parameters.
    pub fn symbol(&self, path: &str, parameter: Option<&str>) -> Option<String> {
        let entry = self.inventory?.find(path)?;
        let anchor = match parameter {
            Some(parameter) => format!("{}.{parameter}", entry.anchor),
            None => entry.anchor.to_string(),
        };
        self.site?.page(&entry.page, Some(&anchor))
    }

    fn style(
        &self,
        limit: usize,
        resolve: &dyn Fn(&str) -> Option<String>,
        run: impl FnOnce(&Style<'_>) -> String,
    ) -> String {
        let host = self
            .site
            .map_or(super::address::HOST, |site| site.host.as_str());
        run(&Style {
            limit,
            symbol: resolve,
            host,
        })
    }

    /// Cleans a text of a library; cross references are looked up as they stand, and below the package.
    pub fn clean(&self, text: &str, package: &str, limit: usize) -> String {
        let resolve = |name: &str| {
            let below = || self.symbol(&format!("{package}.{name}"), None);
            self.symbol(name, None).or_else(below)
        };
        self.style(limit, &resolve, |style| clean(text, style))
    }
}

/// Where a documentation comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The docstrings of the installed package.
    Installed(Release),
    /// A page that was fetched earlier.
    Cached(Release),
    /// A page that was fetched now.
    Fetched(Release),
    /// There is no text, only a link.
    Nothing,
}

impl Source {
    fn release(&self) -> Option<&Release> {
        match self {
            Self::Installed(release) | Self::Cached(release) | Self::Fetched(release) => {
                Some(release)
            }
            Self::Nothing => None,
        }
    }
}

/// A documentation that is ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Documentation {
    /// Cleaned Markdown of bounded length; empty where there is only a link.
    pub text: String,
    /// Where it comes from.
    pub source: Source,
    /// The place on the page of that version.
    pub link: Option<String>,
}

impl Documentation {
    /// Lines of Markdown that go below what is known about the symbol; empty where there is nothing to say.
    pub fn to_markdown(&self) -> String {
        let mut parts = Vec::new();
        if !self.text.is_empty() {
            parts.push(self.text.clone());
        }
        let release = self.source.release();
        let note = release
            .filter(|release| !release.is_exact())
            .map(|release| match &self.source {
                Source::Installed(_) => {
                    format!("from the installed {} {}", release.library, release.version)
                }
                _ => note(release),
            });
        let link = self.link.as_ref().map(|link| match release {
            Some(release) => format!("[Documentation {}]({link})", release.version),
            None => format!("[Documentation]({link})"),
        });
        let last: Vec<String> = note.into_iter().chain(link).collect();
        if !last.is_empty() {
            parts.push(last.join(" · "));
        }
        if parts.is_empty() {
            return String::new();
        }
        format!("{}\n", parts.join("\n\n"))
    }
}

/// "docs for transformers 5.22.0, you have 5.23.0"
fn note(release: &Release) -> String {
    let Release {
        library,
        version,
        wanted,
    } = release;
    format!("docs for {library} {version}, you have {wanted}")
}

/// The documentation of an argument.
pub fn argument(
    doc: &ArgumentDoc,
    view: &View,
    links: &Links<'_>,
    limits: &Limits,
) -> Documentation {
    let owner = public(view, &doc.owner);
    Documentation {
        text: links.clean(&doc.text, package(&doc.owner), limits.text),
        source: Source::Installed(doc.release.clone()),
        link: links.symbol(&owner, Some(&doc.name)),
    }
}

/// The documentation of a class, function or method: its first paragraph, the groups of its parameters, its result.
pub fn symbol(doc: &SymbolDoc, view: &View, links: &Links<'_>, limits: &Limits) -> Documentation {
    let owner = public(view, &doc.owner);
    let package = package(&doc.owner);
    let mut parts = vec![summary(doc, package, links, limits)];
    let link = |name: &str| links.symbol(&owner, Some(name));
    parts.push(groups(&doc.groups, limits, &link));
    if let Some((kind, text)) = &doc.returns {
        let kind = clean_line(kind, 120);
        let text = links.clean(text, package, limits.text / 2);
        let gap = if kind.is_empty() || text.is_empty() {
            ""
        } else {
            ": "
        };
        if !(kind.is_empty() && text.is_empty()) {
            parts.push(format!("Returns {kind}{gap}{text}"));
        }
    }
    parts.retain(|part| !part.is_empty());
    Documentation {
        text: parts.join("\n\n"),
        source: Source::Installed(doc.release.clone()),
        link: links.symbol(&owner, None),
    }
}

/// The first paragraph that says anything when cleaned.
fn summary(doc: &SymbolDoc, package: &str, links: &Links<'_>, limits: &Limits) -> String {
    let mut rest = doc.description.as_str();
    while !rest.is_empty() {
        let first = super::docstring::first_paragraph(rest);
        let text = links.clean(first, package, limits.text);
        if !text.is_empty() {
            return text;
        }
        rest = rest
            .trim_start()
            .get(first.len()..)
            .unwrap_or_default()
            .trim_start();
    }
    String::new()
}

/// One line for each group, names as links where their places are known.
fn groups(groups: &[Group], limits: &Limits, link: &dyn Fn(&str) -> Option<String>) -> String {
    let mut lines: Vec<String> = groups
        .iter()
        .take(limits.groups)
        .map(|group| line(group, limits, link))
        .collect();
    let more = groups.len().saturating_sub(limits.groups);
    if more > 0 {
        let names: usize = groups
            .iter()
            .skip(limits.groups)
            .map(|group| group.names.len())
            .sum();
        let groups = if more == 1 { "group" } else { "groups" };
        lines.push(format!(
            "- … and {names} parameters in {more} more {groups}"
        ));
    }
    lines.join("\n")
}

fn line(group: &Group, limits: &Limits, link: &dyn Fn(&str) -> Option<String>) -> String {
    let title = group
        .title
        .as_deref()
        .map_or_else(|| "Parameters".to_owned(), |title| clean_line(title, 80));
    let shown = group.names.iter().take(limits.names).map(|name| {
        let name: String = name
            .chars()
            .filter(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        match link(&name) {
            Some(address) => format!("[`{name}`]({address})"),
            None => format!("`{name}`"),
        }
    });
    let mut names: Vec<String> = shown.collect();
    let more = group.names.len().saturating_sub(limits.names);
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    format!("- **{title}:** {}", names.join(", "))
}

/// The package that a definition path begins in.
fn package(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

/// The path that pages name a definition by: that of its import; a method's begins with that of its class.
fn public(view: &View, definition: &str) -> String {
    let class = definition
        .rsplit_once('.')
        .filter(|(class, _)| view.resolve(class) == Entity::Class((*class).to_owned()));
    match class {
        Some((class, method)) => format!("{}.{method}", view.public_path(class)),
        None => view.public_path(definition),
    }
}

/// The versions of a text that was taken from a page, as [`Source::Cached`] and [`Source::Fetched`] hold them.
pub fn release(library: &str, version: &Version, wanted: &Version) -> Release {
    Release {
        library: library.to_owned(),
        version: version.clone(),
        wanted: wanted.clone(),
    }
}

#[cfg(test)]
mod tests;
