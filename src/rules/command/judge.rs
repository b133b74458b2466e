//! Every command of a library, read word by word as its parser would; the rules only tell the verdicts.

mod reader;

use super::own;
use crate::budget;
use crate::embedded::Format;
use crate::embedded::command::Word;
use crate::embedded::launched::launched;
use crate::embedded::programs::{self, Started};
use crate::knowledge::command::Known;
use crate::knowledge::store::normalise;
use crate::knowledge::timeline::Timeline;
use crate::rules::context::Context;
use crate::text::TextRange;
pub(super) use reader::{Reader, Seen};

/// One thing that is wrong with a command.
#[derive(Clone, Debug)]
pub struct Judged<'a> {
    /// The distribution that brings the program; empty for a script of the project.
    pub library: &'static str,
    /// The command, `hf repo create`, or the place of the script.
    pub path: String,
    /// How it is written.
    pub started: Started<'a>,
    /// Whether the program surely refuses it.
    pub sure: bool,
    /// What is wrong.
    pub verdict: Verdict,
}

/// What is wrong.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The command was there once.
    Removed {
        /// When.
        timeline: Timeline,
        /// From the program to the last word of the command.
        range: TextRange,
        /// How many words behind the program belong to the command; absent where others stand between.
        words: Option<usize>,
    },
    /// The command was never there, or comes later.
    Unknown {
        /// Its last word.
        range: TextRange,
        /// When the command comes, where that is known.
        timeline: Option<Timeline>,
        /// What was probably meant.
        near: Option<String>,
    },
    /// The command has no such option.
    Option {
        /// The name of the option.
        range: TextRange,
        /// As written.
        name: String,
        /// Whether the range may be written anew.
        plain: bool,
        /// The dataclass that had it as a field, and that field.
        field: Option<(String, String)>,
        /// When it was there.
        timeline: Option<Timeline>,
        /// What was probably meant.
        near: Option<String>,
        /// The words behind it that are its value, where they are told apart.
        value: Option<TextRange>,
    },
    /// Something has to be there that is not.
    Absent {
        /// The words of the command.
        range: TextRange,
        /// Names of options, and of positionals.
        names: Vec<String>,
    },
    /// The option does not take that value.
    Value {
        /// The value.
        range: TextRange,
        /// The option as written.
        option: String,
        /// As written.
        value: String,
        /// Those that it takes.
        choices: Vec<String>,
        /// What was probably meant; absent too where the value is not written as it is.
        near: Option<String>,
    },
}

impl Judged<'_> {
    /// Whether it is a script of the project.
    pub const fn is_own(&self) -> bool {
        self.library.is_empty()
    }
}

/// All that is wrong with the commands of a document.
pub fn judge_all<'a>(ctx: &Context<'a>) -> Vec<Judged<'a>> {
    let mut found = Vec::new();
    for command in &ctx.facts.commands {
        budget::tick();
        if let Some(started) = programs::started(command) {
            judge(ctx, started, &mut found);
        } else if let Some(launched) = launched(command) {
            own::judge(ctx, launched, &mut found);
        }
    }
    if !found.is_empty() {
        found.retain(|judged| judged.is_own() || !installs(ctx, judged.library));
    }
    found
}

/// Whether a script itself says which release of a library it installs: that need not be the project's.
/// What notebooks and Markdown install has decided the versions already.
pub(super) fn installs(ctx: &Context<'_>, library: &str) -> bool {
    if matches!(ctx.facts.format, Format::Python | Format::Markdown) {
        return false;
    }
    let says = |word: &Word| {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let end = word.text.find(|c| !is_name(c)).unwrap_or(word.text.len());
        let (name, rest) = word.text.split_at(end);
        let behind = rest.split_once(']').map_or(rest, |(_, behind)| behind);
        normalise(name) == library
            && (!word.known
                || behind
                    .trim_start()
                    .starts_with(['=', '<', '>', '~', '!', '@']))
    };
    ctx.facts.commands.iter().any(|command| {
        let mut words = command.words.iter();
        words.any(|word| matches!(word.text.as_str(), "install" | "add")) && words.any(says)
    })
}

fn judge<'a>(ctx: &Context<'a>, started: Started<'a>, found: &mut Vec<Judged<'a>>) {
    let Some(library) = programs::distribution(started.program) else {
        return;
    };
    let Some(selected) = ctx.view.library(library) else {
        return;
    };
    let sure = !selected.newer;
    let program = ctx.view.command(library, started.program);
    match program.filter(Known::works) {
        Some(root) => {
            let mut reader = Reader {
                ctx,
                library,
                started,
                sure,
                command: root,
                found,
                seen: Seen::default(),
            };
            reader.read();
        }
        None => absent_program(ctx, library, started, sure, found),
    }
}

/// A program that the selected release does not bring.
fn absent_program<'a>(
    ctx: &Context<'a>,
    library: &'static str,
    started: Started<'a>,
    sure: bool,
    found: &mut Vec<Judged<'a>>,
) {
    let Some(timeline) = ctx.view.program_timeline(library, started.program) else {
        return;
    };
    let word = started.word.range;
    let Some(last) = timeline.present[..timeline.current]
        .iter()
        .rposition(|it| *it)
    else {
        if timeline.comes_in().is_some() {
            found.push(Judged {
                library,
                path: started.program.to_owned(),
                // It may come from another environment, where tools live.
                sure: false,
                verdict: Verdict::Unknown {
                    range: word,
                    timeline: Some(timeline),
                    near: None,
                },
                started,
            });
        }
        return;
    };
    // Which command it was, the last release that had it says.
    let mut path = started.program.to_owned();
    let mut words = 0;
    while let Some(known) = Known::at(&timeline.library, &path, last) {
        let next = started.arguments.get(words).and_then(Word::value);
        let Some(name) = next.and_then(|word| known.sub(word)) else {
            break;
        };
        path = format!("{path} {name}");
        words += 1;
    }
    let end = started.arguments[..words]
        .last()
        .map_or(word.end, |it| it.range.end);
    found.push(Judged {
        library,
        path,
        sure,
        verdict: Verdict::Removed {
            timeline,
            range: TextRange::new(word.start, end),
            words: Some(words),
        },
        started,
    });
}
