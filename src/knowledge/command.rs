//! Commands at one choice of releases: what they accept, and when something came and went.

use super::fact::{CommandOption, Fact, Flag, OwnerKind, Takes};
use super::library::Library;
use super::timeline::Timeline;
use super::view::View;

/// What one release says of a command.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// The words that call it, by its own names: `hf repos create`.
    pub path: String,
    /// Its options.
    pub options: Vec<CommandOption>,
    /// Its positionals: the name of each, and how many words it takes.
    pub positionals: Vec<(String, Takes)>,
    /// The commands below it, each with its other names.
    pub subs: Vec<(String, Vec<String>)>,
    /// Dataclasses whose fields are options.
    pub fields: Vec<String>,
    /// The command whose options it takes too.
    pub forwards: Option<String>,
    flags: Vec<Flag>,
}

/// What became of the name of an option.
#[derive(Clone, Debug, PartialEq)]
pub enum Named {
    /// The command declares it.
    Option(CommandOption),
    /// It is the field of a dataclass.
    Field,
    /// It is there, but nothing is known of it.
    Other(Takes),
    /// The command may have it.
    Unsure,
    /// The command does not have it.
    Missing,
}

impl Known {
    /// What `library` says of the command at `path` in a release.
    pub fn at(library: &Library, path: &str, release: usize) -> Option<Self> {
        let history = library.history_of(path, OwnerKind::Command)?;
        let is_there = history.presence.contains(release);
        is_there.then(|| Self::of(path, history.at(release)))
    }

    /// What the facts about a command say.
    pub fn of<'f>(path: &str, facts: impl IntoIterator<Item = &'f Fact>) -> Self {
        let mut known = Self {
            path: path.to_owned(),
            ..Self::default()
        };
        for fact in facts {
            match fact {
                Fact::Option(option) => known.options.push(option.clone()),
                Fact::Positional { name, takes, .. } => {
                    known.positionals.push((name.clone(), *takes));
                }
                Fact::Sub { name, aliases } => known.subs.push((name.clone(), aliases.clone())),
                Fact::Fields(class) => known.fields.push(class.clone()),
                Fact::Forwards(command) => known.forwards = Some(command.clone()),
                Fact::Flag(flag) => known.flags.push(*flag),
                _ => {}
            }
        }
        known
    }

    /// Whether it has that property.
    pub fn has(&self, flag: Flag) -> bool {
        self.flags.contains(&flag)
    }

    /// Whether it does what it says, and not merely fail.
    pub fn works(&self) -> bool {
        !self.has(Flag::Placeholder)
    }

    /// The own name of the command below it that a word calls. Parsers of old shorten no names.
    pub fn sub(&self, word: &str) -> Option<&str> {
        let is_called = |names: &&(String, Vec<String>)| {
            names.0 == word || names.1.iter().any(|alias| alias == word)
        };
        self.subs
            .iter()
            .find(is_called)
            .map(|(name, _)| name.as_str())
    }

    /// Whether a positional takes all that follows.
    pub fn takes_rest(&self) -> bool {
        self.positionals
            .iter()
            .any(|(_, takes)| *takes == Takes::Rest)
    }

    /// How many words its positionals need at least, and the names of those that need any.
    pub fn needed(&self) -> (usize, Vec<&str>) {
        let least = |takes: Takes| match takes {
            Takes::Exactly(number) => usize::from(number),
            Takes::Some => 1,
            _ => 0,
        };
        let needed = self.positionals.iter();
        let needed = needed.filter(|(_, takes)| least(*takes) > 0);
        let number = needed.clone().map(|(_, takes)| least(*takes)).sum();
        (number, needed.map(|(name, _)| name.as_str()).collect())
    }

    fn declared(&self, name: &str) -> Option<&CommandOption> {
        let dashes = self.has(Flag::Dashes);
        let same = |known: &String| known == name || (dashes && same_in_dashes(known, name));
        self.options
            .iter()
            .find(|option| option.names.iter().any(same))
    }

    /// An option that a shortened name may mean.
    fn shortened(&self, name: &str) -> Option<&CommandOption> {
        if self.has(Flag::Exact) {
            return None;
        }
        let begins = |known: &String| known.starts_with(name);
        self.options
            .iter()
            .find(|option| option.names.iter().any(begins))
    }

    /// What every command of its kind takes.
    fn common(&self, name: &str) -> Option<Takes> {
        let of_click =
            self.has(Flag::Exact) && matches!(name, "--install-completion" | "--show-completion");
        let of_format = self.has(Flag::Formatted)
            && matches!(name, "--json" | "-q" | "--quiet" | "--no-truncate");
        match name {
            "-h" | "--help" => Some(Takes::Exactly(0)),
            "--format" if self.has(Flag::Formatted) => Some(Takes::Exactly(1)),
            _ if of_click || of_format => Some(Takes::Exactly(0)),
            _ => None,
        }
    }
}

/// `--a-b` for `--a_b`
fn same_in_dashes(known: &str, name: &str) -> bool {
    known.len() == name.len()
        && known
            .bytes()
            .zip(name.bytes())
            .all(|(a, b)| a == b || (a == b'_' && b == b'-'))
}

/// The field that an option of a dataclass stands for.
pub fn field_of(option: &str) -> Option<String> {
    let name = option.strip_prefix("--")?;
    (!name.is_empty()).then(|| name.replace('-', "_"))
}

impl View {
    /// The command at `path` in the selected release of a library.
    pub fn command(&self, library: &str, path: &str) -> Option<Known> {
        let selected = self.library(library)?;
        Known::at(&selected.library, path, selected.release)
    }

    /// What the name of an option means to a command.
    pub fn option(&self, command: &Known, name: &str) -> Named {
        if let Some(option) = command.declared(name) {
            return Named::Option(option.clone());
        }
        if let Some(takes) = command.common(name) {
            return Named::Other(takes);
        }
        let mut unsure = command.has(Flag::Open);
        if let Some(field) = field_of(name) {
            for class in &command.fields {
                match self.signature(&self.resolve(class)) {
                    Some(signature) if signature.takes(&field) => return Named::Field,
                    Some(signature) => {
                        unsure |= signature.open || !signature.certain;
                        let positive = field.strip_prefix("no_");
                        if positive.is_some_and(|field| signature.takes(field)) {
                            return Named::Other(Takes::Exactly(0));
                        }
                        let mut known = signature.keywords();
                        if !command.has(Flag::Exact) && known.any(|it| it.starts_with(&field)) {
                            return Named::Field;
                        }
                    }
                    None => unsure = true,
                }
            }
        }
        if let Some(option) = command.shortened(name) {
            return Named::Option(option.clone());
        }
        if let Some(other) = &command.forwards {
            let library = other.split(' ').next().unwrap_or_default();
            match self.command(library, other) {
                Some(other) => match self.option(&other, name) {
                    Named::Missing => {}
                    found => return found,
                },
                None => unsure = true,
            }
        }
        match unsure {
            true => Named::Unsure,
            false => Named::Missing,
        }
    }

    /// In which releases `there` holds.
    fn command_timeline(
        &self,
        library: &str,
        path: &str,
        there: impl Fn(&View, &Library, usize) -> bool,
    ) -> Option<Timeline> {
        let selected = self.library(library)?;
        let releases = selected.library.releases().len();
        let present = (0..releases)
            .map(|release| there(self, &selected.library, release))
            .collect();
        Some(Timeline {
            library: selected.library.clone(),
            present,
            deprecated: vec![false; releases],
            current: selected.release,
            owner: path.to_owned(),
        })
    }

    /// In which releases a program did something.
    pub fn program_timeline(&self, library: &str, program: &str) -> Option<Timeline> {
        self.command_timeline(library, program, |_, library, release| {
            Known::at(library, program, release).is_some_and(|known| known.works())
        })
    }

    /// In which releases a command had one of that name below it.
    pub fn sub_timeline(&self, library: &str, parent: &str, name: &str) -> Option<Timeline> {
        let path = format!("{parent} {name}");
        self.command_timeline(library, &path, |_, library, release| {
            let known = Known::at(library, parent, release);
            known.is_some_and(|known| known.sub(name).is_some())
        })
    }

    /// In which releases a command itself declared that option. Fields have histories of their own.
    pub fn option_timeline(&self, library: &str, path: &str, name: &str) -> Option<Timeline> {
        self.command_timeline(library, path, |_, library, release| {
            let known = Known::at(library, path, release);
            known.is_some_and(|known| known.declared(name).is_some())
        })
    }
}
