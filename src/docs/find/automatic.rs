//! `@auto_docstring` of transformers: what the texts of a class leave out is taken from tables.
//!
//! Which tables: transformers 5.23 `utils/auto_docstring.py`, `auto_class_docstring` and `_process_regular_parameters`.

use super::place::Place;
use super::{ArgumentDoc, Finder, Found, Group};
use crate::docs::source::ItemDocs;
use crate::knowledge::view::{Entity, Function};
use crate::python::ast::ParamKind;

/// The module with the tables.
const TABLES: &str = "transformers.utils.auto_docstring";

const MODELS: &[&str] = &[
    "VideoProcessorArgs",
    "ImageProcessorArgs",
    FOR_TASK,
    "ModelArgs",
];
const PROCESSORS: &[&str] = &[
    "ProcessorArgs",
    "VideoProcessorArgs",
    "ImageProcessorArgs",
    "ModelArgs",
];

/// Stands for the table of the task that a model's name ends with.
const FOR_TASK: &str = "ModelForArgs.";

/// The ancestors that decide, with the tables of their classes' constructors; the table that wins comes first.
const BY_ANCESTOR: [(&str, &[&str]); 8] = [
    ("PreTrainedModel", MODELS),
    ("ProcessorMixin", PROCESSORS),
    ("ModelOutput", &["ModelOutputArgs"]),
    ("BaseVideoProcessor", &["VideoProcessorArgs"]),
    ("BaseImageProcessor", &["ImageProcessorArgs"]),
    ("BaseImageProcessorFast", &["ImageProcessorArgs"]),
    ("PreTrainedConfig", &["ConfigArgs"]),
    ("PretrainedConfig", &["ConfigArgs"]),
];

/// Introductions of models and of others.
const INTRODUCTIONS: &str = "ClassDocstring";

/// What a table leaves to be filled in, with what serves for every model.
const PLACEHOLDERS: [(&str, &str); 6] = [
    ("{image_processor_class}", "AutoImageProcessor"),
    ("{video_processor_class}", "AutoVideoProcessor"),
    ("{feature_extractor_class}", "AutoFeatureExtractor"),
    ("{processor_class}", "AutoProcessor"),
    ("{tokenizer_class}", "AutoTokenizer"),
    ("{config_class}", "PreTrainedConfig"),
];

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

impl Finder<'_> {
    pub(super) fn in_tables_of_class(
        &self,
        class: &str,
        item: &ItemDocs,
        name: &str,
    ) -> Option<ArgumentDoc> {
        if !item.is_automatic() {
            return None;
        }
        let (ancestor, tables) = self.ancestor(class)?;
        // The fields of the common base of configurations are documented there.
        if tables == ["ConfigArgs"] && self.is_declared_by(class, name, ancestor) {
            return None;
        }
        // Outputs take over what the class directly above says.
        let above = self.view.mro(class).classes.get(1).cloned();
        let above = above.filter(|above| ancestor == "ModelOutput" && last(above) != ancestor);
        let own = above.and_then(|above| self.in_function(&above, name));
        own.or_else(|| self.in_tables(tables, last(class), name))
    }

    pub(super) fn in_tables_of_function(
        &self,
        function: &Function,
        name: &str,
    ) -> Option<ArgumentDoc> {
        if !self.place(&function.path)?.item()?.is_automatic() {
            return None;
        }
        let class = function
            .class
            .as_deref()
            .or_else(|| function.path.rsplit_once('.').map(|(class, _)| class))?;
        let processes = self
            .ancestor(class)
            .is_some_and(|(_, tables)| tables == PROCESSORS);
        self.in_tables(
            if processes { PROCESSORS } else { MODELS },
            last(class),
            name,
        )
    }

    fn is_declared_by(&self, class: &str, name: &str, ancestor: &str) -> bool {
        let signature = self.view.signature(&Entity::Class(class.to_owned()));
        let owner = signature.and_then(|signature| Some(signature.param(name)?.owner.clone()));
        owner.is_some_and(|owner| {
            last(owner.strip_suffix(".__init__").unwrap_or(&owner)) == ancestor
        })
    }

    fn in_tables(&self, tables: &[&str], class: &str, name: &str) -> Option<ArgumentDoc> {
        // Two configurations keep a field under a private name.
        let name = name.strip_prefix("_out_").map_or(name, |_| &name[1..]);
        tables.iter().find_map(|table| {
            let path = if *table == FOR_TASK {
                self.task(class)
                    .map(|task| format!("{TABLES}.{FOR_TASK}{task}"))?
            } else {
                format!("{TABLES}.{table}")
            };
            let place = self.place(&path)?;
            let text = filled(place.item()?.field(name)?);
            Some(place.argument(&path, Found::plain(name, &text)))
        })
    }

    /// The ancestor that decides about a class, with its tables.
    fn ancestor(&self, class: &str) -> Option<(&'static str, &'static [&'static str])> {
        let mro = self.view.mro(class);
        let is_there = |name: &str| mro.classes.iter().any(|base| last(base) == name);
        let known = BY_ANCESTOR.iter().find(|(name, _)| is_there(name));
        known.copied().or_else(|| {
            last(class)
                .contains("GenericFor")
                .then_some(("PreTrainedModel", MODELS))
        })
    }

    fn tables(&self, name: &str) -> Option<Place> {
        self.place(&format!("{TABLES}.{name}"))
    }

    /// `ForCausalLM` of `LlamaForCausalLM`, the longest that has a table.
    fn task(&self, class: &str) -> Option<String> {
        let starts = class.match_indices("For").map(|(at, _)| &class[at..]);
        let has_table = |task: &&str| {
            let place = self.tables(&format!("{FOR_TASK}{task}"));
            place.is_some_and(|place| place.item().is_some())
        };
        starts.into_iter().find(has_table).map(ToOwned::to_owned)
    }

    /// The introduction that a class without one gets.
    pub(super) fn introduction(&self, class: &str) -> Option<String> {
        let (ancestor, _) = self.ancestor(class)?;
        let place = self.tables(INTRODUCTIONS)?;
        let item = place.item()?;
        let name = last(class);
        let wanted = match ancestor {
            "PreTrainedModel" => {
                let ends = name
                    .char_indices()
                    .filter(|(_, c)| c.is_ascii_uppercase())
                    .map(|(at, _)| &name[at..]);
                ends.into_iter()
                    .find(|end| item.field(end).is_some())
                    .unwrap_or("PreTrainedModel")
            }
            "PreTrainedConfig" | "PretrainedConfig" => "Config",
            _ => return None,
        };
        // What a configuration is compared with stands in the decorator of each; the rest is said for all.
        let model = model_name(class)?;
        let text = item.field(wanted)?;
        let text = text
            .split("Instantiating a configuration")
            .next()
            .unwrap_or(text);
        let text = text
            .replace("{model_name}", &model)
            .replace("{model_base_class}", &format!("{model} model"));
        Some(filled(text.trim()))
    }

    /// The parameters that such a class takes, for classes without a list of their own.
    pub(super) fn taken(&self, class: &str, item: &ItemDocs) -> Vec<Group> {
        if !item.is_automatic() && item.fields.is_empty() {
            return Vec::new();
        }
        let Some(signature) = self.view.signature(&Entity::Class(class.to_owned())) else {
            return Vec::new();
        };
        let named = signature.params.iter().filter(|param| {
            !matches!(param.param.kind, ParamKind::VarArgs | ParamKind::VarKeyword)
                && !param.param.name.starts_with('_')
                && (param.owner == class || param.owner.strip_suffix(".__init__") == Some(class))
        });
        let names: Vec<String> = named.map(|param| param.param.name.clone()).collect();
        if names.is_empty() {
            Vec::new()
        } else {
            vec![Group { title: None, names }]
        }
    }
}

fn filled(text: &str) -> String {
    let fill = |text: String, (place, name): &(&str, &str)| text.replace(place, name);
    PLACEHOLDERS.iter().fold(text.to_owned(), fill)
}

/// `Llama` for a class in `transformers.models.llama.modeling_llama`.
fn model_name(class: &str) -> Option<String> {
    let folder = class
        .strip_prefix("transformers.models.")?
        .split('.')
        .next()?;
    let word = |word: &str| {
        let mut chars = word.chars();
        chars.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(chars).collect()
        })
    };
    Some(folder.split('_').map(word).collect::<Vec<_>>().join(" "))
}
