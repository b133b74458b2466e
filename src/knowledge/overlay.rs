//! The curated overlay: what no source states about a change that the facts show.
//!
//! `overlay.toml` is readable text with evidence. Entries only annotate facts; a test compares each
//! one with the store and fails where they disagree.

mod change;
mod command;
mod guidance;

pub use change::{
    Alias, Argument, ArgumentFix, Attribute, AttributeFix, DefaultChange, Effect, Harmless,
    Override, Parser, Present, Returns, Symbol, SymbolFix,
};
pub use command::{CommandChange, OptionChange};
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
