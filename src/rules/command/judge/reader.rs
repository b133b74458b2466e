//! Reads the words of one command, as the program's own parser would.

use super::super::own;
use super::{Judged, Verdict};
use crate::embedded::command::Word;
use crate::embedded::launched::script;
use crate::embedded::programs::Started;
use crate::knowledge::command::{Known, Named, field_of};
use crate::knowledge::fact::{Flag, Takes};
use crate::knowledge::timeline::Timeline;
use crate::rules::arguments::nearest;
use crate::rules::context::Context;
use crate::text::TextRange;

/// Reads the words of one command.
pub(in crate::rules::command) struct Reader<'r, 'a> {
    pub ctx: &'r Context<'a>,
    /// See [`Judged::library`].
    pub library: &'static str,
    pub started: Started<'a>,
    pub sure: bool,
    pub command: Known,
    pub found: &'r mut Vec<Judged<'a>>,
    pub seen: Seen,
}

/// What a command was given, as far as it was read.
#[derive(Debug, Default)]
pub(in crate::rules::command) struct Seen {
    /// The options, each by its first name.
    options: Vec<String>,
    /// Words that may be positionals: there are no more.
    positionals: usize,
    /// Whether there may be more than is seen.
    is_open: bool,
    /// Where the words of the command end.
    end: Option<u32>,
}

impl<'a> Reader<'_, 'a> {
    pub fn read(&mut self) {
        if self.words().is_some() {
            self.absent();
        }
    }

    /// What has to be there, but is not.
    fn absent(&mut self) {
        let says_version = |name: &String| matches!(name.as_str(), "--version" | "-V");
        // A file of configuration may hold what is needed.
        let is_config = |name: &String| name.starts_with("--config");
        let given = &self.seen.options;
        if self.seen.is_open
            || self.started.open
            || !self.command.subs.is_empty()
            || given
                .iter()
                .any(|name| says_version(name) || is_config(name))
        {
            return;
        }
        let (number, positionals) = self.command.needed();
        let options = self.command.options.iter();
        let needed =
            options.filter(|it| it.required && !it.names.iter().any(|it| given.contains(it)));
        let mut names: Vec<String> = needed.filter_map(|it| it.names.last().cloned()).collect();
        if self.seen.positionals < number {
            names.extend(positionals.iter().map(|name| (*name).to_owned()));
        }
        if names.is_empty() {
            return;
        }
        let word = self.started.word.range;
        let range = TextRange::new(word.start, self.seen.end.unwrap_or(word.end));
        let path = self.command.path.clone();
        self.judged(path, true, Verdict::Absent { range, names });
    }

    /// Reads all words; `None` where what follows is not the command's own, or nobody knows what it is.
    fn words(&mut self) -> Option<()> {
        let words = self.started.arguments;
        // What stands behind a word that nobody knows may be its value.
        let mut at = 0;
        let mut positionals = 0;
        let mut depth = Some(0);
        while let Some(word) = words.get(at) {
            at += 1;
            if word.splits && word.text.is_empty() {
                // Any number of words, a command among them.
                if !self.command.subs.is_empty() || self.command.takes_rest() {
                    return None;
                }
                self.seen.is_open = true;
                depth = None;
                continue;
            }
            match word.text.as_str() {
                "--" | "-h" | "--help" => return None,
                text if is_option(text) => {
                    depth = None;
                    at += self.option(word, &words[at..])?;
                }
                _ if !self.command.subs.is_empty() => {
                    depth = depth.map(|depth| depth + 1);
                    if !self.enter(word, depth) {
                        return None;
                    }
                }
                _ => {
                    positionals += 1;
                    self.seen.positionals += 1;
                    self.seen.is_open |= word.splits || word.text.contains("{{");
                    if self.is_rest(positionals) {
                        self.follow(at);
                        return None;
                    }
                    if !word.known && self.command.takes_rest() {
                        return None;
                    }
                }
            }
        }
        Some(())
    }

    /// Goes on behind the script that `accelerate launch` starts; `at` is the number of words up to it.
    fn follow(&mut self, at: usize) {
        let (before, arguments) = self.started.arguments.split_at(at);
        let Some((word, options)) = before.split_last() else {
            return;
        };
        let has = |names: [&str; 2]| {
            let mut options = options.iter();
            options.any(|option| names.contains(&option.text.as_str()))
        };
        if has(["--no_python", "--no-python"]) || self.library != "accelerate" {
            return;
        }
        if let Some(mut found) = script(word, arguments, has(["-m", "--module"])) {
            found.open = self.started.open;
            own::judge(self.ctx, found, self.found);
        }
    }

    /// Whether the positional of that number, from 1, is followed by words that are not the program's own.
    fn is_rest(&self, number: usize) -> bool {
        let rest = self
            .command
            .positionals
            .iter()
            .position(|(_, takes)| *takes == Takes::Rest);
        rest.is_some_and(|rest| number >= rest.max(1))
    }

    fn judged(&mut self, path: String, sure: bool, verdict: Verdict) {
        self.found.push(Judged {
            library: self.library,
            path,
            started: self.started.clone(),
            sure: self.sure && sure,
            verdict,
        });
    }

    /// Goes on with the command below that a word names; `false` where there is none.
    fn enter(&mut self, word: &Word, depth: Option<usize>) -> bool {
        let Some(name) = word.value() else {
            return false;
        };
        if let Some(own) = self.command.sub(name) {
            let path = format!("{} {own}", self.command.path);
            let next = self.ctx.view.command(self.library, &path);
            let inherits = self.command.has(Flag::Open);
            return match next {
                Some(next) if !inherits => {
                    self.command = next;
                    self.seen.end = Some(word.range.end);
                    true
                }
                // Its options are read by whoever reads those of the group.
                _ => false,
            };
        }
        let parent = self.command.path.clone();
        let path = format!("{parent} {name}");
        let timeline = self.ctx.view.sub_timeline(self.library, &parent, name);
        let timeline = timeline.filter(Timeline::was_ever);
        let open = self.command.has(Flag::OpenCommands);
        let was_there = timeline.as_ref().is_some_and(Timeline::was_there);
        if let Some(timeline) = timeline.clone().filter(|_| was_there) {
            let start = self.started.word.range.start;
            let verdict = Verdict::Removed {
                timeline,
                range: TextRange::new(start, word.range.end),
                words: depth,
            };
            self.judged(path, !open, verdict);
            return false;
        }
        let names = self.command.subs.iter().map(|(name, _)| name.as_str());
        let near = nearest(name, names).map(str::to_owned);
        // A placeholder, or what an extension may bring.
        let is_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let is_name = name.bytes().all(is_part) && name.contains(|c: char| c.is_alphanumeric());
        if !is_name || (open && near.is_none() && timeline.is_none()) {
            return false;
        }
        let near = near.filter(|_| word.plain);
        let verdict = Verdict::Unknown {
            range: word.range,
            timeline,
            near,
        };
        self.judged(path, !open, verdict);
        false
    }

    /// Reads an option; gives how many of the words behind it are its values, `None` to read no further.
    fn option(&mut self, word: &Word, behind: &[Word]) -> Option<usize> {
        let (name, value) = match word.text.split_once('=') {
            Some((name, value)) if word.text.starts_with("--") => (name, Some(value)),
            // `--$NAME`: nobody knows which.
            _ if !word.known => return None,
            _ => (word.text.as_str(), None),
        };
        let mut named = self.ctx.view.option(&self.command, name);
        if named == Named::Missing && !name.starts_with("--") {
            named = self.short(name)?;
        }
        // Whatever is not told apart may be a positional too.
        match &named {
            Named::Option(option) => self.seen.options.extend(option.names.first().cloned()),
            Named::Other(Takes::Exactly(_)) => {}
            _ => self.seen.is_open = true,
        }
        let takes = match &named {
            Named::Option(option) => option.takes,
            Named::Other(takes) => *takes,
            Named::Field | Named::Unsure => Takes::Unknown,
            Named::Missing => {
                self.missing(word, name, behind);
                Takes::Unknown
            }
        };
        if let (Named::Option(option), false) = (&named, self.started.open) {
            self.values(word, name, value, &option.choices, takes, behind);
        }
        if value.is_some() {
            return Some(0);
        }
        self.taken(takes, behind)
    }

    /// `-vq` are several options, `-n4` has its value in it.
    fn short(&mut self, name: &str) -> Option<Named> {
        let first: String = name.chars().take(2).collect();
        if first.len() == name.len() {
            return Some(Named::Missing);
        }
        match self.ctx.view.option(&self.command, &first) {
            Named::Missing => None,
            _ => Some(Named::Other(Takes::Exactly(0))),
        }
    }

    /// How many words behind an option are its values, as far as that can be told.
    fn taken(&mut self, takes: Takes, behind: &[Word]) -> Option<usize> {
        let plain = behind
            .iter()
            .take_while(|word| !is_option(&word.text))
            .count();
        match takes {
            Takes::Exactly(number) => {
                let number = usize::from(number);
                let values = behind.get(..number.min(behind.len()))?;
                // One that becomes several words is more than a value.
                match values
                    .iter()
                    .any(|word| word.splits && word.text.is_empty() && !word.known)
                {
                    true if self.command.takes_rest() => None,
                    is_many => {
                        self.seen.is_open |= is_many;
                        Some(number.min(plain))
                    }
                }
            }
            Takes::Rest => None,
            _ if self.command.takes_rest() || !self.command.subs.is_empty() => None,
            _ => {
                self.seen.positionals += plain;
                Some(plain)
            }
        }
    }

    /// Looks at the values of an option that has few.
    fn values(
        &mut self,
        word: &Word,
        option: &str,
        attached: Option<&str>,
        choices: &[String],
        takes: Takes,
        behind: &[Word],
    ) {
        if choices.is_empty() || takes == Takes::Exactly(0) {
            return;
        }
        let mut wrong = Vec::new();
        if let Some(value) = attached {
            if word.known && !choices.iter().any(|choice| choice == value) {
                let length = word.text.len();
                let range = word
                    .prefix(length)
                    .map(|range| TextRange::new(range.start + option.len() as u32 + 1, range.end));
                wrong.push((
                    range.unwrap_or(word.range),
                    value.to_owned(),
                    range.is_some(),
                ));
            }
        } else {
            let many = match takes {
                Takes::Exactly(number) => usize::from(number),
                Takes::Optional => 1,
                _ => behind.len(),
            };
            let values = behind.iter().take(many);
            for value in values.take_while(|word| !is_option(&word.text)) {
                let Some(text) = value.value() else { break };
                // `...` and `{dtype}` stand for values.
                let is_word = !text.contains(['<', '{', '[', '|']);
                let is_word = is_word && text.contains(|c: char| c.is_alphanumeric());
                if is_word && !choices.iter().any(|choice| choice == text) {
                    wrong.push((value.range, text.to_owned(), value.plain));
                }
            }
            // Behind a list may stand words that are none of it.
            if !matches!(takes, Takes::Exactly(_)) && wrong.len() > 1 {
                wrong.clear();
            }
        }
        for (range, value, plain) in wrong {
            let near = nearest(&value, choices.iter().map(String::as_str)).filter(|_| plain);
            let verdict = Verdict::Value {
                range,
                option: option.to_owned(),
                near: near.map(str::to_owned),
                choices: choices.to_vec(),
                value,
            };
            let path = self.command.path.clone();
            let sure = matches!(takes, Takes::Exactly(_));
            self.judged(path, sure, verdict);
        }
    }

    /// An option that the command does not have.
    fn missing(&mut self, word: &Word, name: &str, behind: &[Word]) {
        // Behind a blank it may be the text of a value.
        if word.text.contains(' ') {
            return;
        }
        // A placeholder: `-...`, `--<name>`.
        let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if !name.bytes().all(is_name) || name.trim_start_matches('-').is_empty() {
            return;
        }
        let path = self.command.path.clone();
        let view = self.ctx.view;
        let declared = view.option_timeline(self.library, &path, name);
        let mut timeline = declared.filter(Timeline::was_ever);
        let mut field = None;
        if let (None, Some(name)) = (&timeline, field_of(name)) {
            for class in &self.command.fields {
                let known = view
                    .argument_timeline(class, &name)
                    .filter(Timeline::was_ever);
                if let Some(known) = known {
                    field = Some((class.clone(), name.clone()));
                    timeline = Some(known);
                    break;
                }
            }
        }
        let near = match timeline {
            Some(_) => None,
            None => self.near(name),
        };
        // Words behind it that are no option are its value, unless the command takes words itself.
        let is_alone = behind.first().is_none_or(|word| is_option(&word.text));
        let takes_words = !self.command.positionals.is_empty();
        let value = match (is_alone, behind.first()) {
            (true, _) => Some(TextRange::at(word.range.end)),
            (false, Some(value)) if !takes_words => Some(value.range),
            _ => None,
        };
        let range = word.prefix(name.len());
        let verdict = Verdict::Option {
            range: range.unwrap_or(word.range),
            name: name.to_owned(),
            plain: range.is_some(),
            field,
            timeline,
            near,
            value,
        };
        self.judged(path, true, verdict);
    }

    /// The option that was probably meant.
    fn near(&self, name: &str) -> Option<String> {
        let written = name.strip_prefix("--")?;
        let plain = |name: &str| name.replace('-', "_");
        let mut known: Vec<String> = Vec::new();
        let options = self.command.options.iter().filter(|option| !option.hidden);
        let names = options.flat_map(|option| &option.names);
        known.extend(
            names
                .filter_map(|name| name.strip_prefix("--"))
                .map(str::to_owned),
        );
        for class in &self.command.fields {
            if let Some(signature) = self.ctx.view.signature(&self.ctx.view.resolve(class)) {
                known.extend(signature.keywords().map(str::to_owned));
            }
        }
        // `--repo_type` for `--repo-type`
        let same = known.iter().find(|known| plain(known) == plain(written));
        let near = same.map(String::as_str);
        let near = near.or_else(|| nearest(written, known.iter().map(String::as_str)));
        near.map(|near| format!("--{near}"))
    }
}

/// Whether a word is an option, not a number and not the sign for standard input.
fn is_option(text: &str) -> bool {
    let rest = text.strip_prefix('-').unwrap_or_default();
    !rest.is_empty() && !rest.starts_with(|c: char| c.is_ascii_digit() || c == '.')
}
