//! The curated overlay: what no source states about a change that the facts show.
//!
//! `overlay.toml` is readable text with evidence. Entries only annotate facts; a test compares each
//! one with the store and fails where they disagree.

mod guidance;

pub use guidance::{Advice, AdviceFix, Condition, Instead, Options};

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

/// `build.rs` writes it as JSON, which is read in a fifth of the time.
static OVERLAY: LazyLock<Overlay> = LazyLock::new(|| {
    let text = include_bytes!(concat!(env!("OUT_DIR"), "/overlay.json"));
    let file = serde_json::from_slice::<File>(text);
    file.map(Overlay::of)
        .expect("the embedded overlay is parsed by a unit test")
});

/// The overlay that is compiled in.
pub fn overlay() -> &'static Overlay {
    &OVERLAY
}

/// All curated entries. Those about members are found by the member's name: almost no name that a file
/// uses has an entry, whatever it is a member of.
#[derive(Debug, Default)]
pub struct Overlay {
    arguments: FxHashMap<String, Vec<Argument>>,
    /// By the new name: the arguments that were renamed to it.
    renamed_to: FxHashMap<String, Vec<(String, usize)>>,
    symbols: FxHashMap<String, Symbol>,
    attributes: FxHashMap<String, Vec<Attribute>>,
    defaults: FxHashMap<String, Vec<DefaultChange>>,
    overrides: Vec<Override>,
    returns: Vec<Returns>,
    parsers: Vec<Parser>,
    aliases: Vec<Alias>,
    harmless: Vec<Harmless>,
    present: Vec<Present>,
    commands: Vec<CommandChange>,
    command_options: Vec<OptionChange>,
    conditions: FxHashMap<String, Vec<Condition>>,
    advice: Vec<Advice>,
    options: FxHashMap<String, Vec<Options>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    argument: Vec<Argument>,
    #[serde(default)]
    symbol: Vec<Symbol>,
    #[serde(default)]
    attribute: Vec<Attribute>,
    #[serde(default)]
    default: Vec<DefaultChange>,
    #[serde(default, rename = "override")]
    overrides: Vec<Override>,
    #[serde(default)]
    returns: Vec<Returns>,
    #[serde(default)]
    parser: Vec<Parser>,
    #[serde(default)]
    alias: Vec<Alias>,
    #[serde(default)]
    harmless: Vec<Harmless>,
    #[serde(default)]
    present: Vec<Present>,
    #[serde(default)]
    command: Vec<CommandChange>,
    #[serde(default)]
    command_option: Vec<OptionChange>,
    #[serde(default)]
    condition: Vec<Condition>,
    #[serde(default)]
    advice: Vec<Advice>,
    #[serde(default)]
    options: Vec<Options>,
}

/// A command of a program that went away.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandChange {
    /// The words that called it: `huggingface-cli login`.
    pub name: String,
    /// What does the same, best first: the first one that a release has is used.
    #[serde(default)]
    pub to: Vec<String>,
    /// Whether it takes the same positional words.
    #[serde(default = "yes")]
    pub safe: bool,
    /// One sentence without final period.
    pub why: String,
    /// Where the fact can be seen.
    pub evidence: String,
}

/// An option of a command that went away.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionChange {
    /// The commands that had it.
    pub commands: Vec<String>,
    /// The option.
    pub name: String,
    /// What to write instead.
    #[serde(default)]
    pub fix: ArgumentFix,
    /// One sentence without final period.
    pub why: String,
    /// Where the fact can be seen.
    pub evidence: String,
}

/// What passing or using something does in releases that no longer have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// It raises.
    #[default]
    Error,
    /// It is dropped without any effect.
    Ignored,
    /// It still works and warns.
    Warns,
    /// It travels on through `**kwargs` to a place that depends on the model.
    Forwarded,
}

/// An argument that went away or is on its way out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Argument {
    /// Public path of the callable.
    pub symbol: String,
    /// The argument.
    pub name: String,
    /// The distribution whose releases the versions below are.
    pub library: String,
    /// First minor release without it.
    pub gone: Option<String>,
    /// First minor release with a notice.
    pub deprecated: Option<String>,
    /// What passing it does once it is gone.
    #[serde(default)]
    pub effect: Effect,
    /// What to write instead.
    #[serde(default)]
    pub fix: ArgumentFix,
    /// One sentence without final period.
    pub why: String,
    /// Where the fact can be seen.
    pub evidence: String,
}

/// What to write instead of an argument.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ArgumentFix {
    /// Nothing that could be done for the user.
    #[default]
    None,
    /// The same under another name.
    Rename {
        /// The other name.
        to: String,
        /// First minor release that has it.
        since: Option<String>,
        /// Whether it means the same for every value.
        #[serde(default = "yes")]
        safe: bool,
    },
    /// Another name, and the value inside an expression (`{}` stands for the old value's source).
    RenameValue {
        /// The other name.
        to: String,
        /// First minor release that has it.
        since: Option<String>,
        /// The expression.
        value: String,
        /// Only where the old value is this literal.
        when: Option<String>,
        /// Whether it means the same for every value.
        #[serde(default = "no")]
        safe: bool,
    },
    /// Leave it out.
    Remove {
        /// Whether it surely had no effect any more.
        #[serde(default = "no")]
        safe: bool,
    },
    /// It belongs into the configuration object that is passed as `via`.
    Move {
        /// Public path of the configuration class.
        to_symbol: String,
        /// Its name there.
        to: String,
        /// The keyword that takes the configuration.
        via: String,
    },
    /// It belongs into an object that is passed under another keyword.
    Wrap {
        /// The keyword.
        into: String,
        /// Public path of the object's class.
        symbol: String,
    },
    /// A ratio that another argument takes as a float below one.
    Ratio {
        /// The other argument.
        to: String,
        /// First minor release in which it takes a float.
        since: Option<String>,
    },
    /// One literal becomes another argument; the opposite literal is left out.
    Value {
        /// The other argument.
        to: String,
        /// Its value, as Python source.
        value: String,
        /// The literal that is replaced.
        when: String,
        /// Whether it means the same.
        #[serde(default = "yes")]
        safe: bool,
    },
}

/// A class, function or module that went away or is on its way out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Symbol {
    /// Its public path.
    pub path: String,
    /// The distribution whose releases the versions below are.
    pub library: String,
    /// First minor release without it.
    pub gone: Option<String>,
    /// First minor release with a notice.
    pub deprecated: Option<String>,
    /// What to import instead.
    #[serde(default)]
    pub fix: SymbolFix,
    /// One sentence without final period.
    pub why: String,
    /// Where the fact can be seen.
    pub evidence: String,
}

/// What to import instead of a symbol.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum SymbolFix {
    /// Nothing that could be done for the user.
    #[default]
    None,
    /// The same name from elsewhere.
    Import {
        /// Absolute path.
        to: String,
        /// First minor release that has it.
        since: Option<String>,
        /// Whether it is called the same way.
        #[serde(default = "no")]
        safe: bool,
    },
    /// Another name that is used the same way.
    RenameImport {
        /// Absolute path.
        to: String,
        /// First minor release that has it.
        since: Option<String>,
        /// Whether it is called the same way.
        #[serde(default = "no")]
        safe: bool,
    },
}

/// An attribute or method of instances that went away or is on its way out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// Public path of the class.
    pub class: String,
    /// The attribute.
    pub name: String,
    /// The distribution whose releases the versions below are.
    pub library: String,
    /// First minor release without it.
    pub gone: Option<String>,
    /// First minor release with a notice.
    pub deprecated: Option<String>,
    /// What using it does once it is gone.
    #[serde(default)]
    pub effect: Effect,
    /// What to write instead.
    #[serde(default)]
    pub fix: AttributeFix,
    /// One sentence without final period.
    pub why: String,
    /// Where the fact can be seen.
    pub evidence: String,
}

/// What to write instead of an attribute.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum AttributeFix {
    /// Nothing that could be done for the user.
    #[default]
    None,
    /// The same under another name; `__call__` stands for calling the object itself.
    Rename {
        /// The other name.
        to: String,
        /// First minor release that has it.
        since: Option<String>,
        /// Whether it means the same.
        #[serde(default = "yes")]
        safe: bool,
    },
}

/// A default whose change alters results silently.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultChange {
    /// Public path of the callable.
    pub symbol: String,
    /// The argument.
    pub name: String,
    /// The distribution whose releases the versions below are.
    pub library: String,
    /// First minor release with the new default.
    pub changed: String,
    /// The default before, as Python source.
    pub old: String,
    /// The default since, as Python source.
    pub new: String,
    /// One sentence without final period.
    pub why: String,
    /// Where the fact can be seen.
    pub evidence: Option<String>,
}

/// A method that the library calls with another argument since some release.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// Public path of the class.
    pub class: String,
    /// The method.
    pub method: String,
    /// The distribution whose releases the versions below are.
    pub library: String,
    /// The argument that overriding methods must accept.
    pub parameter: String,
    /// First minor release that passes it.
    pub since: String,
    /// The default to write, as Python source.
    pub default: Option<String>,
    /// Where the library passes it by position: so many parameters, `self` included, must be there.
    pub position: Option<usize>,
    /// The methods that call it; a class that overrides them all calls it in its own way.
    #[serde(default)]
    pub called_by: Vec<String>,
    /// One sentence without final period.
    pub why: String,
    /// Where the fact can be seen.
    pub evidence: String,
}

/// What a call gives, where no annotation says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Returns {
    /// Public path of the callable; one `*` stands for any part of a name.
    pub callable: String,
    /// Public path of the class of the result.
    pub instance: String,
    /// Whether it is exactly this class, never a subclass.
    #[serde(default = "no")]
    pub exact: bool,
}

/// A call that gives a tuple of instances of the classes that its object's constructor was given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parser {
    /// Public path of the method.
    pub callable: String,
    /// Which positional argument of the constructor holds the classes.
    pub of_constructor_argument: usize,
}

/// A callable that hands the keywords it does not name itself on to another one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alias {
    /// Public path, or the path of the definition.
    pub callable: String,
    /// Public path of the other one.
    pub forwards_to: String,
}

/// A value that is dropped, and that asks for what happens anyway.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Harmless {
    /// Path of the definition of the callable that drops it.
    pub definition: String,
    /// The argument.
    pub name: String,
    /// The literal, as Python source.
    pub value: String,
    /// Where the fact can be seen.
    pub evidence: String,
}

/// A name that is there while running, whatever the sources show.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Present {
    /// Its public path.
    pub path: String,
    /// Where the fact can be seen.
    pub evidence: String,
}

const fn yes() -> bool {
    true
}

const fn no() -> bool {
    false
}

impl Overlay {
    /// Reads an overlay.
    ///
    /// # Errors
    /// A sentence with the line where the text is not TOML or not of this form.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file = toml_edit::de::from_str(text).map_err(|error| error.to_string())?;
        Ok(Self::of(file))
    }

    fn of(file: File) -> Self {
        let mut overlay = Self {
            overrides: file.overrides,
            returns: file.returns,
            parsers: file.parser,
            aliases: file.alias,
            harmless: file.harmless,
            present: file.present,
            commands: file.command,
            command_options: file.command_option,
            advice: file.advice,
            ..Self::default()
        };
        for entry in file.argument {
            let of_name = overlay.arguments.entry(entry.name.clone()).or_default();
            if let ArgumentFix::Rename { to, .. } = &entry.fix {
                let place = (entry.name.clone(), of_name.len());
                overlay
                    .renamed_to
                    .entry(to.clone())
                    .or_default()
                    .push(place);
            }
            of_name.push(entry);
        }
        for entry in file.symbol {
            overlay.symbols.insert(entry.path.clone(), entry);
        }
        for entry in file.attribute {
            let of_name = overlay.attributes.entry(entry.name.clone());
            of_name.or_default().push(entry);
        }
        for entry in file.default {
            let of_name = overlay.defaults.entry(entry.name.clone());
            of_name.or_default().push(entry);
        }
        for entry in file.condition {
            let of_symbol = overlay.conditions.entry(entry.symbol.clone());
            of_symbol.or_default().push(entry);
        }
        for entry in file.options {
            let of_name = overlay.options.entry(entry.name.clone());
            of_name.or_default().push(entry);
        }
        overlay
    }

    /// The conditions written by hand for a callable with that public path.
    pub fn conditions(&self, symbol: &str) -> &[Condition] {
        self.conditions.get(symbol).map_or(&[], Vec::as_slice)
    }

    /// All conditions written by hand.
    pub fn all_conditions(&self) -> impl Iterator<Item = &Condition> {
        self.conditions.values().flatten()
    }

    /// How a condition of the function defined at `owner` about these arguments is said.
    pub fn advice(&self, owner: &str, arguments: &[&str], condition: &str) -> Option<&Advice> {
        self.advice.iter().find(|advice| {
            let is_owner = owner.strip_suffix(advice.owner.as_str());
            is_owner.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
                && advice.arguments.len() == arguments.len()
                && arguments
                    .iter()
                    .all(|it| advice.arguments.iter().any(|known| known == it))
                && condition.contains(&advice.holding)
        })
    }

    /// All that is said of conditions.
    pub fn all_advice(&self) -> &[Advice] {
        &self.advice
    }

    /// The values that an argument is for, by the argument's name.
    pub fn options(&self, name: &str) -> &[Options] {
        self.options.get(name).map_or(&[], Vec::as_slice)
    }

    /// All arguments with the values that they are for.
    pub fn all_options(&self) -> impl Iterator<Item = &Options> {
        self.options.values().flatten()
    }

    /// The entry for an argument of a callable with that public path.
    pub fn argument(&self, symbol: &str, name: &str) -> Option<&Argument> {
        let mut of_name = self.arguments.get(name)?.iter();
        of_name.find(|entry| entry.symbol == symbol)
    }

    /// Whether any callable has an entry for an argument of that name.
    pub fn knows_argument(&self, name: &str) -> bool {
        self.arguments.contains_key(name)
    }

    /// The entries for arguments that were renamed to `name`.
    pub fn renamed_to(&self, name: &str) -> impl Iterator<Item = &Argument> {
        let places = self.renamed_to.get(name).into_iter().flatten();
        places.filter_map(|(old, place)| self.arguments.get(old)?.get(*place))
    }

    /// All argument entries, in no particular order.
    pub fn arguments(&self) -> impl Iterator<Item = &Argument> {
        self.arguments.values().flatten()
    }

    /// The entry for a symbol.
    pub fn symbol(&self, path: &str) -> Option<&Symbol> {
        self.symbols.get(path)
    }

    /// All symbol entries, in no particular order.
    pub fn symbols(&self) -> impl Iterator<Item = &Symbol> {
        self.symbols.values()
    }

    /// The entry for an attribute of instances of a class.
    pub fn attribute(&self, class: &str, name: &str) -> Option<&Attribute> {
        let mut of_name = self.attributes.get(name)?.iter();
        of_name.find(|entry| entry.class == class)
    }

    /// Whether any class has an entry for an attribute of that name.
    pub fn knows_attribute(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }

    /// All attribute entries, in no particular order.
    pub fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes.values().flatten()
    }

    /// The changes of a default, in no particular order.
    pub fn default_changes(
        &self,
        symbol: &str,
        name: &str,
    ) -> impl Iterator<Item = &DefaultChange> {
        let of_name = self.defaults.get(name).into_iter().flatten();
        of_name.filter(move |entry| entry.symbol == symbol)
    }

    /// All default entries, in no particular order.
    pub fn defaults(&self) -> impl Iterator<Item = &DefaultChange> {
        self.defaults.values().flatten()
    }

    /// Methods that overriding classes must keep up with.
    pub fn overrides(&self) -> &[Override] {
        &self.overrides
    }

    /// What a call of that public path gives.
    pub fn returns(&self, callable: &str) -> Option<&Returns> {
        self.returns
            .iter()
            .find(|entry| matches(&entry.callable, callable))
    }

    /// All entries about results.
    pub fn all_returns(&self) -> &[Returns] {
        &self.returns
    }

    /// Where a callable hands its keywords on to: by public path or by the path of its definition.
    pub fn forwards_to(&self, public: &str, definition: Option<&str>) -> Option<&str> {
        let entry = self.aliases.iter().find(|entry| {
            entry.callable == public || Some(entry.callable.as_str()) == definition
        })?;
        Some(&entry.forwards_to)
    }

    /// Whether that name is there while running.
    pub fn is_present(&self, path: &str) -> bool {
        self.present.iter().any(|entry| entry.path == path)
    }

    /// Whether dropping that value, given as it is written, changes nothing.
    pub fn is_harmless(&self, definition: &str, name: &str, value: &str) -> bool {
        self.harmless.iter().any(|entry| {
            entry.definition == definition && entry.name == name && entry.value == value
        })
    }

    /// The entry for a command that went away, or for the group or program that it belonged to.
    pub fn command(&self, path: &str) -> Option<&CommandChange> {
        let exact = self.commands.iter().find(|entry| entry.name == path);
        exact.or_else(|| {
            self.command(path.rsplit_once(' ')?.0)
                .filter(|it| it.to.is_empty())
        })
    }

    /// All entries about commands.
    pub fn commands(&self) -> &[CommandChange] {
        &self.commands
    }

    /// What took the place of an option, and why.
    pub fn command_option(&self, command: &str, name: &str) -> Option<(&ArgumentFix, &str)> {
        let is_it = |entry: &&OptionChange| {
            entry.name == name && entry.commands.iter().any(|known| known == command)
        };
        let entry = self.command_options.iter().find(is_it)?;
        Some((&entry.fix, &entry.why))
    }

    /// All entries about options of commands.
    pub fn command_options(&self) -> &[OptionChange] {
        &self.command_options
    }

    /// The argument parser of that public path.
    pub fn parser(&self, callable: &str) -> Option<&Parser> {
        self.parsers.iter().find(|entry| entry.callable == callable)
    }
}

/// Whether `text` is `pattern`, where one `*` stands for any run without a dot.
pub fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, tail)) => text
            .strip_prefix(head)
            .and_then(|rest| rest.strip_suffix(tail))
            .is_some_and(|middle| !middle.contains('.')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_overlay_parses() {
        Overlay::parse(include_str!("overlay.toml")).unwrap();
    }

    #[test]
    fn a_star_stands_for_a_part_of_one_name() {
        let pattern = "transformers.AutoModel*.from_pretrained";
        assert!(matches(pattern, "transformers.AutoModel.from_pretrained"));
        assert!(matches(
            pattern,
            "transformers.AutoModelForCausalLM.from_pretrained"
        ));
        assert!(!matches(
            pattern,
            "transformers.AutoModel.x.from_pretrained"
        ));
        assert!(!matches(
            pattern,
            "transformers.AutoTokenizer.from_pretrained"
        ));
    }
}
