//! Docstrings that are assembled when a package is imported, and methods that hand their keywords on.

use super::{Finder, Found, SymbolDoc, of_docstring};
use crate::docs::docstring::parse;
use crate::docs::find::ArgumentDoc;
use crate::knowledge::overlay::overlay;
use crate::knowledge::view::{Entity, Function};

/// The module with the templates for `AutoModel...`: transformers 5.23 `models/auto/auto_factory.py`.
const FACTORY: &str = "transformers.models.auto.auto_factory";

/// Methods of automatic classes with the constant that documents them, the newest name first.
const TEMPLATES: [(&str, &str); 3] = [
    ("from_config", "FROM_CONFIG_DOCSTRING"),
    ("from_pretrained", "FROM_PRETRAINED_TORCH_DOCSTRING"),
    ("from_pretrained", "FROM_PRETRAINED_DOCSTRING"),
];

impl Finder<'_> {
    /// The text that a method of an automatic class gets at import.
    fn template(&self, function: &Function) -> Option<(super::place::Place, String)> {
        let (owner, method) = function.path.rsplit_once('.')?;
        let class = function.class.as_deref().unwrap_or(owner);
        let mro = self.view.mro(class);
        let is_made = |base: &String| {
            base.strip_prefix(FACTORY)
                .is_some_and(|rest| rest.starts_with('.'))
        };
        let base = mro.classes.iter().find(|base| is_made(base))?;
        let place = self.place(base)?;
        let mut named = TEMPLATES.iter().filter(|(name, _)| *name == method);
        let text = named
            .find_map(|(_, constant)| place.module.template(constant))?
            .to_owned();
        Some((place, text))
    }

    pub(super) fn in_template(&self, function: &Function, name: &str) -> Option<ArgumentDoc> {
        let (place, text) = self.template(function)?;
        let found = Found::entry(&parse(&text), name)?;
        Some(place.argument(&function.path, found))
    }

    /// The documentation that a method of an automatic class gets at import.
    pub(super) fn made(&self, function: &Function) -> Option<SymbolDoc> {
        let (place, text) = self.template(function)?;
        let doc = of_docstring(&parse(&text));
        Some(SymbolDoc {
            owner: function.path.clone(),
            release: place.release,
            ..doc
        })
    }

    /// The method that gets the keywords which this one does not take itself: a stated one, or that of the same name of
    /// the class whose instance this one gives.
    pub(super) fn forwarded(&self, function: &Function) -> Option<String> {
        let public = self.public_function(function);
        let stated = overlay().forwards_to(&public, Some(&function.path));
        let of_instance = || {
            let method = function.path.rsplit('.').next()?;
            let instance = &overlay().returns(&public)?.instance;
            Some(format!("{instance}.{method}"))
        };
        let path = stated.map(ToOwned::to_owned).or_else(of_instance)?;
        match self.view.resolve(&path) {
            Entity::Function(other) if other.path != function.path => Some(other.path),
            _ => None,
        }
    }
}
