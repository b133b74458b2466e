use super::*;
use std::sync::Arc;

use crate::environment::{ModuleSource, Resolved, Source};
use crate::knowledge::extract::{Distribution, ModuleText, extract};
use crate::knowledge::library::Library;
use crate::knowledge::view::{Choice, LibraryRef, Loader, select};

/// Modules by name; a package ends with a dot.
#[derive(Debug)]
struct Package(&'static [(&'static str, &'static str)]);

impl ModuleSource for Package {
    fn module(&self, name: &str) -> Option<(String, bool)> {
        let found = self
            .0
            .iter()
            .find(|(module, _)| module.trim_end_matches('.') == name)?;
        Some((found.1.to_owned(), found.0.ends_with('.')))
    }
}

struct World {
    view: View,
    environment: Environment,
    reader: Reader,
}

impl World {
    /// Installed packages, all of version 1.0.0.
    fn new(packages: &[(&str, &'static [(&'static str, &'static str)])]) -> Self {
        let version: Version = "1.0.0".parse().unwrap();
        let mut environment = Environment::default();
        let choices: Vec<_> = packages
            .iter()
            .map(|(name, modules)| {
                let texts = modules.iter().map(|(module, text)| ModuleText {
                    name: module.trim_end_matches('.'),
                    is_package: module.ends_with('.'),
                    text,
                    stub: None,
                });
                let distribution = Distribution {
                    name: (*name).to_owned(),
                    ..Distribution::default()
                };
                let facts = extract(&distribution, texts);
                let library = Library::from_extract(name, version.clone(), facts).unwrap();
                let selected = select(LibraryRef::Live(Arc::new(library)), &version);
                let resolved = Resolved {
                    sources: Some(Arc::new(Package(modules))),
                    ..Resolved::new(version.clone(), Source::Installed(".venv".to_owned()))
                };
                environment.libraries.insert((*name).to_owned(), resolved);
                Choice::new(name, vec![(*name).to_owned()], Loader::Ready(selected))
            })
            .collect();
        Self {
            view: View::new(choices),
            environment,
            reader: Reader::default(),
        }
    }

    fn finder(&self) -> Finder<'_> {
        Finder {
            reader: &self.reader,
            view: &self.view,
            environment: &self.environment,
        }
    }

    fn text(&self, path: &str, name: &str) -> Option<String> {
        argument(&self.finder(), &self.view.resolve(path), name).map(|doc| doc.text)
    }
}

const MILL: &[(&str, &str)] = &[
    ("mill.", "from .core import Mill, Hammer, grind\n"),
    (
        "mill.core",
        r#"
from dataclasses import dataclass, field

@dataclass
class Mill:
    """A mill.

    Args:
        stones (`int`): How many.

        > Sound

        loud (`bool`): Whether it is heard.
    """
    stones: int = 2
    loud: bool = False
    gap: int = field(default=1, metadata={"help": "Between the stones."})

class Hammer:
    """A hammer."""

    def __init__(self, weight, **kwargs):
        """
        Args:
            weight (`int`): In kilograms.
        """

    def swing(self, hard):
        """Swings it.

        Args:
            hard (`bool`): Whether hard.

        Returns:
            `int`: the distance.
        """

class Steam(Hammer):
    def swing(self, hard): ...

def grind(corn):
    """Grinds.

    Args:
        corn (`str`): What.
    """
"#,
    ),
];

const VILLAGE: &[(&str, &str)] = &[(
    "village.",
    r#"
from dataclasses import dataclass
from mill import Mill, Hammer
from mill.core import Steam

@dataclass
class WaterMill(Mill):
    """A mill at a river.

    Args:
        wheel (`str`): Which wheel.
    """
    wheel: str = "under"
    gap: int = 3

class Unlike:
    """Takes nothing of a mill."""
    def __init__(self, stones): ...
"#,
)];

fn world() -> World {
    World::new(&[("mill", MILL), ("village", VILLAGE)])
}

#[test]
fn an_inherited_field_is_documented_in_another_package() {
    let world = world();
    assert_eq!(
        world.text("village.WaterMill", "wheel").unwrap(),
        "Which wheel."
    );
    assert_eq!(
        world.text("village.WaterMill", "stones").unwrap(),
        "How many."
    );
    assert_eq!(
        world.text("village.WaterMill", "gap").unwrap(),
        "Between the stones."
    );
    assert_eq!(world.text("village.WaterMill", "other"), None);
    assert_eq!(world.text("village.Unlike", "stones"), None);
    let found = argument(
        &world.finder(),
        &world.view.resolve("village.WaterMill"),
        "loud",
    )
    .unwrap();
    assert_eq!(
        (found.owner.as_str(), found.group.as_deref()),
        ("mill.core.Mill", Some("Sound"))
    );
    assert_eq!(found.release.library, "mill");
    assert!(found.release.is_exact());
}

#[test]
fn constructors_functions_and_overridden_methods_are_documented() {
    let world = world();
    assert_eq!(
        world.text("mill.Hammer", "weight").unwrap(),
        "In kilograms."
    );
    assert_eq!(
        world.text("mill.Hammer.swing", "hard").unwrap(),
        "Whether hard."
    );
    assert_eq!(
        world.text("mill.core.Steam.swing", "hard").unwrap(),
        "Whether hard."
    );
    assert_eq!(
        world.text("mill.core.Steam", "weight").unwrap(),
        "In kilograms."
    );
    assert_eq!(world.text("mill.grind", "corn").unwrap(), "What.");
    let swing = symbol(
        &world.finder(),
        &world.view.resolve("mill.core.Steam.swing"),
    )
    .unwrap();
    assert_eq!(swing.description, "Swings it.");
    assert_eq!(
        swing.returns,
        Some(("`int`".to_owned(), "the distance.".to_owned()))
    );
    let mill = symbol(&world.finder(), &world.view.resolve("mill.Mill")).unwrap();
    assert_eq!(mill.groups.len(), 2);
    assert_eq!(mill.groups[1].names, ["loud"]);
}

#[test]
fn nothing_is_said_about_what_is_not_installed() {
    let mut world = world();
    for resolved in world.environment.libraries.values_mut() {
        resolved.sources = None;
    }
    assert_eq!(world.text("mill.grind", "corn"), None);
    assert!(symbol(&world.finder(), &world.view.resolve("mill.Mill")).is_none());
}

const AUTO: &[(&str, &str)] = &[
    (
        "transformers.",
        "from .models.auto.auto_factory import AutoModel\nfrom .modeling_utils import PreTrainedModel\nfrom .models.llama import Thing\n",
    ),
    ("transformers.models.", ""),
    ("transformers.models.auto.", ""),
    (
        "transformers.models.auto.auto_factory",
        r#"
FROM_PRETRAINED_TORCH_DOCSTRING = """
    Makes a model.

    Args:
        config (`Config`): What it is.
"""

class AutoModel:
    @classmethod
    def from_pretrained(cls, name, **kwargs): ...
"#,
    ),
    (
        "transformers.modeling_utils",
        r#"
class PreTrainedModel:
    def __init__(self, config): ...

    @classmethod
    def from_pretrained(cls, name, **kwargs):
        """
        Parameters:
            device_map (`str`): Where.
        """
"#,
    ),
    (
        "transformers.models.llama",
        r#"
from ..modeling_utils import PreTrainedModel
from ..utils.auto_docstring import auto_docstring

@auto_docstring
class Thing(PreTrainedModel):
    def __init__(self, config): ...

    @auto_docstring
    def forward(self, labels, mask):
        r"""
        labels (`int`):
            Own text.

        Example:

        ```python
        mask (`int`): no
        ```
        """
"#,
    ),
    (
        "transformers.utils.auto_docstring",
        r#"
class ModelArgs:
    mask = {"description": "
    Which, see [`{processor_class}`].
    ", "shape": None}
    config = {"description": "The table's text."}

class ClassDocstring:
    PreTrainedModel = "This is a {model_name}."

def auto_docstring(obj): ...
"#,
    ),
];

#[test]
fn texts_that_are_made_at_import_are_found() {
    let auto: Vec<(&str, &str)> = AUTO.to_vec();
    let joined = auto.iter().map(|(name, text)| {
        (
            *name,
            text.replace("\"\n    Which", "\"\"\"\n    Which")
                .replace("].\n    \"", "].\n    \"\"\""),
        )
    });
    let leaked: Vec<(&'static str, &'static str)> =
        joined.map(|(name, text)| (name, &*text.leak())).collect();
    let world = World::new(&[("transformers", leaked.leak())]);
    let factory = "transformers.AutoModel.from_pretrained";
    assert_eq!(world.text(factory, "config").unwrap(), "What it is.");
    assert_eq!(world.text(factory, "device_map").unwrap(), "Where.");
    let made = symbol(&world.finder(), &world.view.resolve(factory)).unwrap();
    assert_eq!(made.description, "Makes a model.");
    let thing = "transformers.models.llama.Thing";
    let forward = method(&world.finder(), thing, "forward").unwrap();
    let text = |name: &str| argument(&world.finder(), &forward, name).unwrap().text;
    assert_eq!(text("labels"), "Own text.");
    assert_eq!(text("mask"), "Which, see [`AutoProcessor`].");
    assert!(method(&world.finder(), thing, "other").is_none());
    assert_eq!(
        world
            .text("transformers.models.llama.Thing", "config")
            .unwrap(),
        "The table's text."
    );
}
