//! An estimate as a page to read, in Markdown: the peak and its parts, moments, time, what would take less, and every setting
//! with where it is from. What comes out of code or configurations is made harmless.

use std::fmt::Write as _;

use super::gpu::Gpu;
use super::outcome::{Estimate, Moment, Part};
use super::reading::{Origin, Reading, Setting};
use super::words::{
    count, duration, gib, grouped, kind, largest, name, rough, summary, told, when,
};
use super::{Advice, Change};
use crate::hub::describe::text::code;
use crate::text::TextRange;

/// The letters of the longest bar.
const BAR: u128 = 12;
/// More advice than this is no help.
const MOST_ADVICE: usize = 8;

/// What a page is made of.
pub struct Reported<'e> {
    /// What was read.
    pub reading: &'e Reading,
    /// What it takes.
    pub estimate: &'e Estimate,
    /// The machine that it is meant for.
    pub gpu: Option<&'e Gpu>,
    /// Where the configuration of the model is from, in words.
    pub from: Option<String>,
    /// What would take less, with the arguments that it is written as.
    pub advice: Vec<(Advice, Option<String>)>,
    /// The line of a place, from 1; nothing where lines have no numbers.
    pub line: &'e dyn Fn(TextRange) -> Option<u32>,
}

/// The part of a page that is about one training, or one use of a model.
pub fn section(it: &Reported<'_>) -> String {
    let mut out = String::new();
    let line = it.reading.place.and_then(it.line);
    let line = line.map_or_else(String::new, |line| format!(", line {line}"));
    let _ = write!(
        out,
        "## {}{line}\n\n**{}**\n\n",
        code(&it.reading.what),
        summary(it.estimate, it.gpu)
    );
    model(&mut out, it);
    memory(&mut out, it.estimate);
    time(&mut out, it.estimate);
    lighter(&mut out, &it.advice);
    settings(&mut out, it);
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn model(out: &mut String, it: &Reported<'_>) {
    let estimate = it.estimate;
    let named = it.reading.model.name.as_deref().map(code);
    let named = named.map_or_else(|| "The model".to_owned(), |name| format!("Model {name}"));
    let _ = write!(out, "{named}: {} parameters", count(estimate.parameters));
    if estimate.trainable > 0 {
        let _ = write!(out, ", {} trained", count(estimate.trainable));
    }
    if let Some(from) = &it.from {
        let _ = write!(out, "; known from {}", prose(from));
    }
    out.push_str(".\n\n");
}

fn memory(out: &mut String, estimate: &Estimate) {
    let Some(worst) = estimate.moments.get(estimate.worst) else {
        return;
    };
    out.push_str("### Memory\n\n");
    let parts = largest(worst);
    let most = parts.first().map_or(1, |(_, bytes)| (*bytes).max(1));
    let row = |(part, bytes): &(Part, u64)| {
        let name = name(*part).to_owned();
        vec![name, gib(*bytes), bar(*bytes, most)]
    };
    let mut rows: Vec<Vec<String>> = parts.iter().map(row).collect();
    rows.push(vec![
        format!("**peak**, {}", kind(estimate.kind)),
        format!("**{}**", gib(estimate.peak)),
        String::new(),
    ]);
    table(out, &[when(worst.when), "GiB:", ""], &rows);
    let (low, high) = (gib(estimate.low), gib(estimate.high));
    let _ = write!(out, "Measured peaks lie between {low} and {high} GiB.\n\n");
    if estimate.moments.len() < 2 {
        return;
    }
    let row = |(at, moment): (usize, &Moment)| {
        let mark = if at == estimate.worst { "**" } else { "" };
        let cells = [when(moment.when).to_owned(), gib(sum(moment))];
        cells.map(|cell| format!("{mark}{cell}{mark}")).to_vec()
    };
    let rows: Vec<Vec<String>> = estimate.moments.iter().enumerate().map(row).collect();
    table(out, &["Moment", "GiB:"], &rows);
}

/// A table that can be read as it is written, too: its columns stand below each other. The heads of columns of numbers
/// end with a colon, which is not shown.
fn table(out: &mut String, head: &[&str], rows: &[Vec<String>]) {
    let named: Vec<String> = head
        .iter()
        .map(|it| it.trim_end_matches(':').to_owned())
        .collect();
    let width = |at: usize| {
        let cells = rows.iter().chain([&named]).filter_map(|row| row.get(at));
        cells
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
            .max(3)
    };
    let mut widths: Vec<usize> = (0..head.len()).map(width).collect();
    if let (Some(last), Some(width)) = (head.last(), widths.last_mut())
        && !last.ends_with(':')
    {
        *width = 3;
    }
    let line = |row: &Vec<String>| {
        let cells = row
            .iter()
            .zip(head)
            .zip(&widths)
            .map(|((cell, head), width)| match head.ends_with(':') {
                true => format!("{cell:>width$}"),
                false => format!("{cell:<width$}"),
            });
        let line = format!("| {}", cells.collect::<Vec<_>>().join(" | "));
        format!("{} |\n", line.trim_end())
    };
    out.push_str(&line(&named));
    let rules = head.iter().zip(&widths).map(|(head, width)| {
        let dashes = "-".repeat(width - 1);
        match head.ends_with(':') {
            true => format!("{dashes}:"),
            false => format!(":{dashes}"),
        }
    });
    let _ = writeln!(out, "| {} |", rules.collect::<Vec<_>>().join(" | "));
    rows.iter().for_each(|row| out.push_str(&line(row)));
    out.push('\n');
}

fn sum(moment: &Moment) -> u64 {
    let bytes = moment.parts.iter().map(|(_, bytes)| *bytes);
    bytes.fold(0, u64::saturating_add)
}

/// A bar in proportion.
fn bar(bytes: u64, most: u64) -> String {
    let length = (u128::from(bytes) * BAR).div_ceil(u128::from(most));
    "█".repeat(usize::try_from(length.min(BAR)).unwrap_or(0))
}

fn time(out: &mut String, estimate: &Estimate) {
    let Some(time) = &estimate.time else {
        return;
    };
    let _ = write!(
        out,
        "### Time\n\nA step of {} tokens takes about {}",
        grouped(estimate.tokens_per_step),
        rough(time.step)
    );
    if time.total.is_some() {
        let _ = write!(out, ", all steps {}", duration(time));
    }
    out.push_str(".\n\n");
}

fn lighter(out: &mut String, advice: &[(Advice, Option<String>)]) {
    if advice.is_empty() {
        return;
    }
    // No table: in a window beside the code its columns would be too narrow for sentences.
    out.push_str("### What takes less\n\nEach alone, from the run as it is:\n\n");
    for (it, written) in advice.iter().take(MOST_ADVICE) {
        let written = written.as_deref().map(|text| format!(" ({})", code(text)));
        let _ = writeln!(
            out,
            "- {}{}: saves **{} GiB**, to {} GiB; costs {}",
            title(&it.change),
            written.unwrap_or_default(),
            gib(it.saves),
            gib(it.peak),
            it.costs
        );
    }
    out.push('\n');
}

/// A change as words that stand alone.
fn title(change: &Change) -> String {
    told(change).trim_end_matches(',').to_owned()
}

fn settings(out: &mut String, it: &Reported<'_>) {
    let line = it.line;
    let all = it.reading.settings.iter();
    let (assumed, known): (Vec<&Setting>, Vec<&Setting>) = all.partition(|it| it.is_assumed());
    if !known.is_empty() {
        out.push_str("### Settings\n\n");
        let row = |it: &&Setting| {
            let from = origin(&it.origin, line);
            vec![cell(&it.name), cell(&it.value), from]
        };
        let rows: Vec<Vec<String>> = known.iter().map(row).collect();
        table(out, &["Setting", "Value", "From"], &rows);
    }
    if assumed.is_empty() && it.estimate.notes.is_empty() {
        return;
    }
    out.push_str("### Taken for granted\n\n");
    for setting in assumed {
        let why = match &setting.origin {
            Origin::Assumed(why) => prose(why),
            _ => String::new(),
        };
        let _ = writeln!(
            out,
            "- {} {}: {why}",
            code(&setting.name),
            code(&setting.value)
        );
    }
    for note in &it.estimate.notes {
        let _ = writeln!(out, "- {}", prose(note));
    }
}

/// Where a setting is from, in a few words.
fn origin(origin: &Origin, line: &dyn Fn(TextRange) -> Option<u32>) -> String {
    match origin {
        Origin::Read(range) => match line(*range) {
            Some(line) => format!("line {line}"),
            None => "the code".to_owned(),
        },
        Origin::Elsewhere(place) => cell(place),
        Origin::Option(option, _) => format!("default of the option {}", cell(option)),
        Origin::Default(release) => format!("default of {}", prose(release)),
        Origin::Does(what, source) => format!("{} ({})", prose(what), prose(source)),
        Origin::Given => "given".to_owned(),
        Origin::Model => "the model's configuration".to_owned(),
        Origin::Assumed(why) => prose(why),
    }
}

/// A foreign text in a cell of a table.
fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// A sentence of ours that may quote foreign names: nothing outside of its code spans is more than text, and
/// nothing ends the cell of a table.
pub fn prose(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    let is_balanced = pieces.len() % 2 == 1;
    let mut out = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        if at % 2 == 1 && is_balanced {
            out.push_str(&cell(piece));
            continue;
        }
        let mut letters = piece.chars().peekable();
        let mut before = ' ';
        while let Some(letter) = letters.next() {
            let is_inside =
                before.is_alphanumeric() && letters.peek().is_some_and(|it| it.is_alphanumeric());
            if r"\[]<>*|&".contains(letter) || (letter == '_' && !is_inside) {
                out.push('\\');
            }
            out.push(if letter.is_control() { ' ' } else { letter });
            before = letter;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_quoted_stay_names() {
        assert_eq!(prose("nothing says how many"), "nothing says how many");
        assert_eq!(prose("`a_b` is <b>"), r"`a_b` is \<b\>");
        assert_eq!(
            prose("![x](y) `![x](y)` | `a|b`"),
            r"!\[x\](y) `![x](y)` \| `a\|b`"
        );
        assert_eq!(
            prose("one ` mark\nand _more_ of_it"),
            r"one  mark and \_more\_ of_it"
        );
    }

    #[test]
    fn a_bar_is_in_proportion_and_never_empty() {
        assert_eq!(bar(10, 10).chars().count(), 12);
        assert_eq!(bar(5, 10).chars().count(), 6);
        assert_eq!(bar(1, u64::MAX).chars().count(), 1);
    }
}
