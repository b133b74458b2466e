//! Which text speaks about an argument or a symbol: in the installed packages, along the base classes, across packages.

mod automatic;
mod place;
mod templates;

use super::docstring::{Docstring, first_paragraph, parse, parse_bare};
use super::source::{ItemDocs, Reader};
use crate::environment::{Environment, Version};
use crate::knowledge::view::{Entity, Function, View};

pub use place::Release;

/// Where to look.
#[derive(Clone, Copy, Debug)]
pub struct Finder<'a> {
    /// Reads modules and remembers them.
    pub reader: &'a Reader,
    /// The releases that apply.
    pub view: &'a View,
    /// Where the packages are installed.
    pub environment: &'a Environment,
}

/// What is written about an argument; nothing of it is cleaned yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgumentDoc {
    /// The argument.
    pub name: String,
    /// Definition path of the class or function that documents it.
    pub owner: String,
    /// What stands in parentheses behind the name: `(`int`, *optional*)`.
    pub heading: String,
    /// The text, with line breaks and indentation as in the source.
    pub text: String,
    /// The group of parameters it belongs to.
    pub group: Option<String>,
    /// Whose documentation it is.
    pub release: Release,
}

/// What is written about a class, function or method; nothing of it is cleaned yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SymbolDoc {
    /// Definition path of what holds the text.
    pub owner: String,
    /// What stands before the sections.
    pub description: String,
    /// The documented parameters, by group.
    pub groups: Vec<Group>,
    /// Type and text of what is returned.
    pub returns: Option<(String, String)>,
    /// Whose documentation it is.
    pub release: Release,
}

/// Parameters that are documented together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The title; the first group may have none.
    pub title: Option<String>,
    /// The names in order.
    pub names: Vec<String>,
}

/// The documentation of an argument of a callable; `None` where no installed package has any.
///
/// Looked for in the docstrings of the class and its constructor, then in those of its bases that take the argument;
/// last in the `help` of fields.
pub fn argument(finder: &Finder<'_>, entity: &Entity, name: &str) -> Option<ArgumentDoc> {
    match entity {
        Entity::Class(class) => finder.of_class(class, name),
        Entity::Function(function) => finder.of_function(function, name),
        _ => None,
    }
}

/// The documentation of a class, function or method; `None` where no installed package has any.
pub fn symbol(finder: &Finder<'_>, entity: &Entity) -> Option<SymbolDoc> {
    match entity {
        Entity::Class(class) => finder.class(class),
        Entity::Function(function) => finder.function(function),
        _ => None,
    }
}

/// A documented method of a class that the view does not know: of the classes of models only constructors are known.
pub fn method(finder: &Finder<'_>, class: &str, name: &str) -> Option<Entity> {
    let mro = finder.view.mro(class);
    let mut paths = mro.classes.iter().map(|base| format!("{base}.{name}"));
    let path = paths.find(|path| {
        finder
            .place(path)
            .is_some_and(|place| place.item().is_some())
    })?;
    Some(Entity::Function(Function {
        path,
        class: Some(class.to_owned()),
    }))
}

/// Methods in which the arguments of a class are documented.
const CONSTRUCTORS: [&str; 2] = ["__init__", "__new__"];

impl Finder<'_> {
    fn of_class(&self, class: &str, name: &str) -> Option<ArgumentDoc> {
        let mro = self.view.mro(class);
        let takes = |base: &&String| *base == class || self.takes(base, name);
        let bases: Vec<&String> = mro.classes.iter().filter(takes).collect();
        let in_docstrings = bases.iter().find_map(|base| self.in_class(base, name));
        in_docstrings.or_else(|| bases.iter().find_map(|base| self.in_fields(base, name)))
    }

    /// Whether a base class has an argument or attribute of that name too, so that its text may speak about it.
    fn takes(&self, base: &str, name: &str) -> bool {
        let signature = self.view.signature(&Entity::Class(base.to_owned()));
        signature.is_none_or(|signature| signature.takes(name) || signature.open)
    }

    /// The docstrings of one class alone.
    fn in_class(&self, class: &str, name: &str) -> Option<ArgumentDoc> {
        let own = self.place(class);
        let item = own.as_ref().and_then(place::Place::item);
        if let (Some(place), Some(item)) = (&own, item)
            && let Some(found) = in_item(item, name)
        {
            return Some(place.argument(class, found));
        }
        for constructor in CONSTRUCTORS {
            let path = format!("{class}.{constructor}");
            let Some(place) = self.place(&path) else {
                continue;
            };
            let automatic = item.is_some_and(ItemDocs::is_automatic);
            let found = place
                .item()
                .and_then(|item| in_texts(item, name, automatic || item.is_automatic()));
            if let Some(found) = found {
                return Some(place.argument(class, found));
            }
        }
        self.in_tables_of_class(class, item?, name)
    }

    /// What a field of one class alone says for the command line.
    fn in_fields(&self, class: &str, name: &str) -> Option<ArgumentDoc> {
        let place = self.place(class)?;
        let text = place.item()?.field(name)?;
        Some(place.argument(class, Found::plain(name, text)))
    }

    fn of_function(&self, function: &Function, name: &str) -> Option<ArgumentDoc> {
        let (owner, method) = function.path.rsplit_once('.')?;
        if CONSTRUCTORS.contains(&method) {
            return self.of_class(function.class.as_deref().unwrap_or(owner), name);
        }
        let own = self.in_function(&function.path, name);
        let own = own.or_else(|| self.in_tables_of_function(function, name));
        let inherited = || self.inherited(function, |path| self.in_function(path, name));
        let made = || self.in_template(function, name);
        own.or_else(made).or_else(inherited).or_else(|| {
            let other = self.forwarded(function)?;
            self.in_function(&other, name)
        })
    }

    /// What the docstring at that very path says, and what its decorators add.
    fn in_function(&self, path: &str, name: &str) -> Option<ArgumentDoc> {
        let place = self.place(path)?;
        let found = in_item(place.item()?, name)?;
        Some(place.argument(path, found))
    }

    /// The first answer for the methods that this one overrides.
    fn inherited<T>(&self, function: &Function, ask: impl Fn(&str) -> Option<T>) -> Option<T> {
        let (owner, method) = function.path.rsplit_once('.')?;
        let class = function.class.as_deref().unwrap_or(owner);
        let mro = self.view.mro(class);
        let behind = mro.classes.iter().skip_while(|base| *base != owner).skip(1);
        behind
            .filter_map(|base| ask(&format!("{base}.{method}")))
            .next()
    }

    fn class(&self, class: &str) -> Option<SymbolDoc> {
        let place = self.place(class)?;
        let empty = ItemDocs::default();
        let item = place.item().unwrap_or(&empty);
        let mut doc = of_item(item);
        for constructor in CONSTRUCTORS {
            let Some(place) = self.place(&format!("{class}.{constructor}")) else {
                continue;
            };
            let Some(made) = place.item().map(of_item) else {
                continue;
            };
            if doc.description.is_empty() && !item.is_automatic() {
                doc.description = made.description;
            }
            if doc.groups.is_empty() {
                doc.groups = made.groups;
            }
        }
        if doc.description.is_empty() && item.is_automatic() {
            doc.description = self.introduction(class).unwrap_or_default();
        }
        if doc.groups.is_empty() {
            doc.groups = self.taken(class, item);
        }
        let says = !doc.description.is_empty() || !doc.groups.is_empty();
        says.then(|| SymbolDoc {
            owner: class.to_owned(),
            release: place.release,
            ..doc
        })
    }

    fn function(&self, function: &Function) -> Option<SymbolDoc> {
        let own = self.symbol_at(&function.path);
        let made = || self.made(function);
        let inherited = || self.inherited(function, |path| self.symbol_at(path));
        own.or_else(made).or_else(inherited)
    }

    fn symbol_at(&self, path: &str) -> Option<SymbolDoc> {
        let place = self.place(path)?;
        let doc = of_item(place.item()?);
        let says = !doc.description.is_empty() || !doc.groups.is_empty();
        says.then(|| SymbolDoc {
            owner: path.to_owned(),
            release: place.release.clone(),
            ..doc
        })
    }

    /// The path by which users know a function or method.
    fn public_function(&self, function: &Function) -> String {
        match &function.class {
            Some(class) => {
                let name = function.path.rsplit('.').next().unwrap_or_default();
                format!("{}.{name}", self.view.public_path(class))
            }
            None => self.view.public_path(&function.path),
        }
    }
}

/// An entry that was found, not yet of any place.
struct Found {
    name: String,
    heading: String,
    text: String,
    group: Option<String>,
}

impl Found {
    fn plain(name: &str, text: &str) -> Self {
        Self {
            name: name.to_owned(),
            heading: String::new(),
            text: text.trim().to_owned(),
            group: None,
        }
    }

    /// The entry of `name` that has a text.
    fn entry(docstring: &Docstring<'_>, name: &str) -> Option<Self> {
        let entry = docstring
            .parameter(name)
            .filter(|entry| !entry.text.is_empty())?;
        Some(Self {
            heading: entry.heading.to_owned(),
            group: entry.group.map(ToOwned::to_owned),
            ..Self::plain(name, entry.text)
        })
    }
}

fn in_item(item: &ItemDocs, name: &str) -> Option<Found> {
    in_texts(item, name, item.is_automatic())
}

/// The entry in a docstring or in what decorators add; in what `@auto_docstring` reads, lists have no heading.
fn in_texts(item: &ItemDocs, name: &str, automatic: bool) -> Option<Found> {
    let own = item.docstring.iter().find_map(|text| {
        let docstring = if automatic {
            parse_bare(text)
        } else {
            parse(text)
        };
        Found::entry(&docstring, name)
    });
    let texts = || {
        item.decorators
            .iter()
            .flat_map(|decorator| &decorator.texts)
    };
    own.or_else(|| texts().find_map(|text| Found::entry(&parse_bare(text), name)))
}

/// Description, groups and result as an item's own texts have them.
fn of_item(item: &ItemDocs) -> SymbolDoc {
    let automatic = item.is_automatic();
    let own = item.docstring.as_deref().map(|text| {
        if automatic {
            parse_bare(text)
        } else {
            parse(text)
        }
    });
    let mut doc = own.as_ref().map_or_else(SymbolDoc::default, of_docstring);
    for decorator in &item.decorators {
        if let Some(intro) = decorator
            .intro
            .as_deref()
            .filter(|_| doc.description.is_empty())
        {
            doc.description = intro.trim().to_owned();
        }
        for text in &decorator.texts {
            let other = of_docstring(&parse_bare(text));
            if doc.description.is_empty() && &*decorator.name != "replace_example_docstring" {
                doc.description = other.description;
            }
            if doc.groups.is_empty() {
                doc.groups = other.groups;
            }
        }
    }
    doc
}

fn of_docstring(docstring: &Docstring<'_>) -> SymbolDoc {
    let mut groups: Vec<Group> = Vec::new();
    for entry in docstring
        .parameters
        .iter()
        .filter(|entry| !entry.is_attribute)
    {
        let names = entry.names.iter().map(|name| (*name).to_owned());
        match groups
            .last_mut()
            .filter(|group| group.title.as_deref() == entry.group)
        {
            Some(group) => group.names.extend(names),
            None => groups.push(Group {
                title: entry.group.map(ToOwned::to_owned),
                names: names.collect(),
            }),
        }
    }
    let returned = |returned: super::docstring::Returned<'_>| {
        (
            returned.kind.unwrap_or_default().to_owned(),
            first_paragraph(returned.text).to_owned(),
        )
    };
    SymbolDoc {
        description: docstring.description.to_owned(),
        groups,
        returns: docstring.returns.map(returned),
        ..SymbolDoc::default()
    }
}

/// A release that nothing is known of.
impl Default for Release {
    fn default() -> Self {
        Self {
            library: String::new(),
            version: Version::new([0]),
            wanted: Version::new([0]),
        }
    }
}

#[cfg(test)]
mod tests;
