//! One release beside the one before it.

use std::fmt::Write as _;

use super::counted;
use crate::environment::Version;
use crate::knowledge::changes::{Change, What, changes};
use crate::knowledge::view::View;

/// Lines of one kind of change; the others are counted. A description of a pull request takes 64 KiB.
const SHOWN: usize = 30;

/// What a release changes.
pub struct Release {
    library: String,
    version: Version,
    before: Version,
    changes: Vec<Change>,
}

/// Changes of one kind.
struct Group {
    title: &'static str,
    /// Counted: a symbol, symbols, an argument, arguments.
    words: [&'static str; 4],
    is: fn(&What) -> bool,
}

const GROUPS: [Group; 5] = [
    Group {
        title: "Removed",
        words: [
            "symbol removed",
            "symbols removed",
            "argument removed",
            "arguments removed",
        ],
        is: |what| matches!(what, What::Removed),
    },
    Group {
        title: "Required now",
        words: [
            "symbol required",
            "symbols required",
            "argument required",
            "arguments required",
        ],
        is: |what| matches!(what, What::Required),
    },
    Group {
        title: "Other default",
        words: [
            "other default",
            "other defaults",
            "other default",
            "other defaults",
        ],
        is: |what| matches!(what, What::Default(..)),
    },
    Group {
        title: "Deprecated",
        words: [
            "symbol deprecated",
            "symbols deprecated",
            "argument deprecated",
            "arguments deprecated",
        ],
        is: |what| matches!(what, What::Deprecated),
    },
    Group {
        title: "Added",
        words: [
            "symbol added",
            "symbols added",
            "argument added",
            "arguments added",
        ],
        is: |what| matches!(what, What::Added),
    },
];

impl Release {
    /// Compares the release of that index with the one before it; `view` may be of any.
    pub fn new(view: &View, library: &str, releases: &[Version], index: usize) -> Self {
        let (before, after) = (view.at(library, index - 1), view.at(library, index));
        Self {
            library: library.to_owned(),
            version: releases[index].clone(),
            before: releases[index - 1].clone(),
            changes: changes(&before, &after, library, &[]),
        }
    }

    fn of(&self, group: &Group) -> Vec<&Change> {
        let changes = self.changes.iter();
        changes.filter(|change| (group.is)(&change.what)).collect()
    }

    /// `trl 1.17.0: 1 argument removed, 3 symbols added`.
    pub fn summary(&self) -> String {
        let mut parts = Vec::new();
        for group in &GROUPS {
            let changes = self.of(group);
            let arguments = changes.iter().filter(|it| it.argument.is_some()).count();
            let [symbol, symbols, argument, many] = group.words;
            for (number, one, more) in [
                (changes.len() - arguments, symbol, symbols),
                (arguments, argument, many),
            ] {
                if number > 0 {
                    parts.push(counted(number, one, more));
                }
            }
        }
        let said = match parts.is_empty() {
            true => "nothing that users import is different".to_owned(),
            false => parts.join(", "),
        };
        format!("{} {}: {said}", self.library, self.version)
    }

    /// All of it, in a section; nothing where there is nothing.
    pub fn details(&self) -> String {
        let mut out = String::new();
        if self.changes.is_empty() {
            return out;
        }
        let Self {
            library,
            version,
            before,
            ..
        } = self;
        writeln!(out, "\n## {library} {version}, after {before}")
            .expect("writing to a string does not fail");
        for group in &GROUPS {
            let changes = self.of(group);
            if changes.is_empty() {
                continue;
            }
            writeln!(out, "\n{}:\n", group.title).expect("writing to a string does not fail");
            for change in changes.iter().take(SHOWN) {
                writeln!(out, "- {}", line(change)).expect("writing to a string does not fail");
            }
            if changes.len() > SHOWN {
                writeln!(out, "- and {} more", changes.len() - SHOWN)
                    .expect("writing to a string does not fail");
            }
        }
        out
    }
}

fn line(change: &Change) -> String {
    let Change {
        symbol,
        argument,
        what,
        instead,
    } = change;
    let mut line = match argument {
        Some(argument) => format!("`{symbol}({argument})`"),
        None => format!("`{symbol}`"),
    };
    if let What::Default(before, after) = what {
        line.push_str(&format!(": {} is now {}", code(before), code(after)));
    }
    if let Some(instead) = instead {
        line.push_str(&format!(", now {}", code(instead)));
    }
    line
}

/// Text of a package in backquotes, on one line and not long.
fn code(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut shown: String = text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('`', "'");
    if shown.chars().count() > LONGEST {
        shown = shown.chars().take(LONGEST).chain(['…']).collect();
    }
    format!("`{shown}`")
}
