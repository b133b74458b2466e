//! When something came and went, over all releases of a library.
//!
//! Only what was observed in the releases counts; announcements in the sources are not looked at.

use super::fact::{Acceptance, Flag, OwnerKind};
use super::view::{Entity, LibraryRef, View};

/// Presence in each release of a library, seen from the selected one.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The library whose releases were compared.
    pub library: LibraryRef,
    /// For each release whether it is there.
    pub present: Vec<bool>,
    /// For each release whether the source says that it should not be used.
    pub deprecated: Vec<bool>,
    /// Index of the selected release.
    pub current: usize,
    /// Public path of what has or had it, in the last release in which it was seen.
    pub owner: String,
}

impl Timeline {
    /// `4.51`: a release is known by its minor version.
    fn version(&self, release: usize) -> Option<&str> {
        (release < self.present.len()).then(|| self.library.label(release))
    }

    /// Whether it was there in some release before the selected one.
    pub fn was_there(&self) -> bool {
        self.present[..self.current].contains(&true)
    }

    /// Whether any release has it.
    pub fn was_ever(&self) -> bool {
        self.present.contains(&true)
    }

    /// The first release without it, where it was there before and is not now.
    pub fn removed_in(&self) -> Option<&str> {
        let last = self.present[..self.current]
            .iter()
            .rposition(|there| *there)?;
        self.version(last + 1)
    }

    /// The last release before the selected one that has it.
    pub fn last_seen(&self) -> Option<&str> {
        let last = self.present[..self.current]
            .iter()
            .rposition(|there| *there)?;
        self.version(last)
    }

    /// The first release behind the selected one that has it.
    pub fn comes_in(&self) -> Option<&str> {
        let next = self.present[self.current..]
            .iter()
            .position(|there| *there)?;
        self.version(self.current + next)
    }

    /// The first release that has it; `None` where that is the first release known at all, since it may
    /// be older.
    pub fn since(&self) -> Option<&str> {
        match self.present.iter().position(|there| *there)? {
            0 => None,
            first => self.version(first),
        }
    }

    /// The first release in which a notice was seen, up to the selected one; `None` where that is the first
    /// release known at all, since the notice may be older.
    pub fn deprecated_in(&self) -> Option<&str> {
        let end = (self.current + 1).min(self.deprecated.len());
        match self.deprecated[..end].iter().position(|notice| *notice)? {
            0 => None,
            first => self.version(first),
        }
    }
}

impl View {
    /// When the callable of that public path took an argument of that name. The library it is found in
    /// may be another than the callable's own: `SFTConfig` inherits from transformers.
    pub fn argument_timeline(&self, symbol: &str, name: &str) -> Option<Timeline> {
        let entity = self.resolve(symbol);
        // What is there now came and went in the library that declares it.
        if let Some(param) = self
            .signature(&entity)
            .and_then(|signature| signature.param(name).cloned())
        {
            let library = self.selected(&param.owner)?.library.name().to_owned();
            return self.timeline(symbol, &library, |view| argument_state(view, symbol, name));
        }
        let mut libraries = vec![self.selected(symbol)?.library.name().to_owned()];
        if let Entity::Class(class) = entity {
            for base in &self.mro(&class).classes {
                if let Some(choice) = self.selected(base) {
                    let name = choice.library.name();
                    if !libraries.iter().any(|known| known == name) {
                        libraries.push(name.to_owned());
                    }
                }
            }
        }
        libraries.iter().find_map(|library| {
            let timeline =
                self.timeline(symbol, library, |view| argument_state(view, symbol, name))?;
            timeline.present.contains(&true).then_some(timeline)
        })
    }

    /// When the class of that public path had an attribute or method of that name.
    pub fn attribute_timeline(&self, class: &str, name: &str) -> Option<Timeline> {
        let library = self.selected(class)?.library.name().to_owned();
        self.timeline(class, &library, |view| attribute_state(view, class, name))
    }

    /// When a public path named something.
    pub fn symbol_timeline(&self, path: &str) -> Option<Timeline> {
        let library = self.selected(path)?.library.name().to_owned();
        self.timeline(path, &library, |view| symbol_state(view, path))
    }

    /// Asks `state` in each release of `library`, the other libraries staying as they are selected.
    fn timeline(
        &self,
        symbol: &str,
        library: &str,
        state: impl Fn(&View) -> State,
    ) -> Option<Timeline> {
        let choice = self.library(library)?;
        let releases = choice.library.releases().len();
        let mut timeline = Timeline {
            library: choice.library.clone(),
            present: Vec::with_capacity(releases),
            deprecated: Vec::with_capacity(releases),
            current: choice.release,
            owner: symbol.to_owned(),
        };
        for release in 0..releases {
            let seen = state(&self.at(library, release));
            timeline.present.push(seen.present);
            timeline.deprecated.push(seen.deprecated);
            if let Some(owner) = seen.owner {
                timeline.owner = owner;
            }
        }
        Some(timeline)
    }
}

/// What one release says.
#[derive(Default)]
struct State {
    present: bool,
    deprecated: bool,
    owner: Option<String>,
}

fn argument_state(view: &View, symbol: &str, name: &str) -> State {
    let Some(signature) = view.signature(&view.resolve(symbol)) else {
        return State::default();
    };
    let owner = signature.param(name).map(|param| {
        let class = param
            .owner
            .strip_suffix(".__init__")
            .unwrap_or(&param.owner);
        view.public_path(class)
    });
    State {
        present: signature.takes(name),
        deprecated: signature.deprecation(name).is_some()
            || signature.accepts.get(name) == Some(&Acceptance::Decorator),
        owner,
    }
}

fn attribute_state(view: &View, class: &str, name: &str) -> State {
    let member = match view.resolve(class) {
        found @ Entity::Class(_) => view.member(&found, name),
        _ => return State::default(),
    };
    State {
        present: matches!(
            member,
            Entity::Class(_) | Entity::Function(_) | Entity::Value
        ),
        deprecated: view.is_deprecated(&member),
        owner: None,
    }
}

fn symbol_state(view: &View, path: &str) -> State {
    let entity = view.resolve(path);
    State {
        present: matches!(
            entity,
            Entity::Module(_) | Entity::Class(_) | Entity::Function(_) | Entity::Value
        ) && !view.is_placeholder(&entity),
        deprecated: view.notice_at(path).is_some(),
        owner: None,
    }
}

impl View {
    /// Whether the source says that the definition itself should not be used any more.
    pub fn is_deprecated(&self, entity: &Entity) -> bool {
        self.notice(entity).is_some()
    }

    /// Whether a class or function stands in for one whose backend is missing, or only raises.
    pub fn is_placeholder(&self, entity: &Entity) -> bool {
        let owner = match entity {
            Entity::Class(path) => self.owner(path, OwnerKind::Class),
            Entity::Function(function) => self.owner(&function.path, OwnerKind::Function),
            _ => None,
        };
        owner.is_some_and(|owner| owner.has(Flag::Placeholder))
    }
}
