//! Docstrings that are assembled when a package is imported, and methods that hand their keywords on.

use super::{Finder, Found, SymbolDoc, of_docstring};
use crate::docs::docstring::parse;
use crate::docs::find::ArgumentDoc;
use crate::knowledge::fact::OwnerKind;
use crate::knowledge::view::Function;

/// The module with the templates for `AutoModel...`: transformers 5.23 `models/auto/auto_factory.py`.
const FACTORY: &str = "transformers.models.auto.auto_factory";

/// Methods of automatic classes with the constant that documents them, the newest name first.
const TEMPLATES: [(&str, &str); 3] = [
    ("from_config", "FROM_CONFIG_DOCSTRING"),
    ("from_pretrained", "FROM_PRETRAINED_TORCH_DOCSTRING"),
    ("from_pretrained", "FROM_PRETRAINED_DOCSTRING"),
];

/// Modules of automatic classes with the classes to whose method of the same name they hand on what they do not take.
const FORWARDS: [(&str, &[&str]); 6] = [
    (FACTORY, &["transformers.modeling_utils.PreTrainedModel"]),
    (
        "transformers.models.auto.tokenization_auto",
        &["transformers.tokenization_utils_base.PreTrainedTokenizerBase"],
    ),
    (
        "transformers.models.auto.configuration_auto",
        &[
            "transformers.configuration_utils.PreTrainedConfig",
            "transformers.configuration_utils.PretrainedConfig",
        ],
    ),
    (
        "transformers.models.auto.processing_auto",
        &["transformers.processing_utils.ProcessorMixin"],
    ),
    (
        "transformers.models.auto.image_processing_auto",
        &["transformers.image_processing_base.ImageProcessingMixin"],
    ),
    (
        "transformers.models.auto.feature_extraction_auto",
        &["transformers.feature_extraction_utils.FeatureExtractionMixin"],
    ),
];

impl Finder<'_> {
    /// The text that a method of an automatic class gets at import.
    fn template(&self, function: &Function) -> Option<(super::place::Place, String)> {
        let (owner, method) = function.path.rsplit_once('.')?;
        if owner.rsplit_once('.')?.0 != FACTORY {
            return None;
        }
        let place = self.place(&function.path)?;
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

    /// The method that gets the keywords which this one does not take itself.
    pub(super) fn forwarded(&self, function: &Function) -> Option<String> {
        let (owner, method) = function.path.rsplit_once('.')?;
        let module = owner.rsplit_once('.')?.0;
        let (_, classes) = FORWARDS.iter().find(|(from, _)| *from == module)?;
        let paths = classes.iter().map(|class| format!("{class}.{method}"));
        paths
            .into_iter()
            .find(|path| self.is_defined(path, OwnerKind::Function))
    }
}
