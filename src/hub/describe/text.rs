//! Texts from the Hub made harmless, and numbers for readers.

use std::time::SystemTime;

use super::Place;
use crate::hub::answer::{Answer, Origin};
use crate::hub::error::Error;
use crate::hub::id::is_commit;
use crate::hub::network::Withheld;

/// Longer texts from the Hub are cut, in characters.
pub const LONGEST: usize = 80;

/// A text from the Hub as code, in which nothing is a link, an image, HTML or emphasis. Characters that
/// steer instead of being seen are left out; nothing for a text of which nothing is left.
pub fn code(text: &str) -> String {
    let seen: String = text
        .chars()
        .filter(|c| !steers(*c))
        .map(|c| if c == '`' { '\'' } else { c })
        .collect();
    let seen = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    if seen.is_empty() {
        return String::new();
    }
    let cut: String = seen.chars().take(LONGEST).collect();
    let dots = if cut.len() < seen.len() { "…" } else { "" };
    format!("`{cut}{dots}`")
}

/// Several texts as code, at most so many.
pub fn codes<'a>(texts: impl IntoIterator<Item = &'a str>, most: usize) -> String {
    let texts: Vec<&str> = texts.into_iter().collect();
    let shown: Vec<String> = texts
        .iter()
        .take(most)
        .map(|text| code(text))
        .filter(|text| !text.is_empty())
        .collect();
    let more = match texts.len().saturating_sub(most) {
        0 => String::new(),
        number => format!(" and {number} more"),
    };
    shown.join(", ") + &more
}

/// Control, direction and invisible characters. Blanks and line ends are none of them: they become blanks.
fn steers(c: char) -> bool {
    let invisible = matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
    invisible || (c.is_control() && !c.is_whitespace())
}

/// 131072 -> "131,072"
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// 8030261248 -> "8.03 B"
pub fn count(number: u64) -> String {
    scaled(
        number,
        &[
            (1_000_000_000_000, "T"),
            (1_000_000_000, "B"),
            (1_000_000, "M"),
            (1_000, "K"),
        ],
        "",
    )
}

/// 16060522496 -> "16.1 GB"
pub fn bytes(number: u64) -> String {
    scaled(
        number,
        &[
            (1_000_000_000_000, "TB"),
            (1_000_000_000, "GB"),
            (1_000_000, "MB"),
            (1_000, "kB"),
        ],
        " bytes",
    )
}

fn scaled(number: u64, units: &[(u64, &str)], without: &str) -> String {
    let Some((unit, name)) = units.iter().find(|(unit, _)| number >= *unit) else {
        return format!("{number}{without}");
    };
    let value = number as f64 / *unit as f64;
    let digits = if value < 10.0 {
        2
    } else {
        usize::from(value < 100.0)
    };
    format!("{value:.digits$} {name}")
}

/// "5 min"
pub fn age(asked: SystemTime, now: SystemTime) -> String {
    let seconds = now.duration_since(asked).unwrap_or_default().as_secs();
    match seconds {
        0..60 => "just now".to_owned(),
        60..3600 => format!("{} min old", seconds / 60),
        3600..172_800 => format!("{} h old", seconds / 3600),
        _ => format!("{} days old", seconds / 86_400),
    }
}

/// What the revision stands for now, and whether that may change.
pub fn revision(place: &Place<'_>, sha: Option<&str>) -> Option<String> {
    let sha = sha.filter(|sha| is_commit(sha)).map(|sha| &sha[..7]);
    match (place.revision, sha) {
        (Some(revision), _) if is_commit(revision) => {
            Some(format!("revision {} (pinned)", code(&revision[..7])))
        }
        (Some(revision), Some(sha)) => Some(format!(
            "revision {}: now `{sha}` (not pinned)",
            code(revision)
        )),
        (None, Some(sha)) => Some(format!("revision `main`: now `{sha}` (not pinned)")),
        (_, None) => None,
    }
}

/// Where the facts come from, how old they are, and whether there will be more.
pub fn source<T>(answer: &Answer<T>, place: &Place<'_>) -> Option<String> {
    let host = place.endpoint.authority();
    let known = match (answer.origin, answer.asked) {
        (Origin::Hub, Some(asked)) => Some(format!("Hub data, {}", age(asked, place.now))),
        (Origin::Downloads, _) => Some("from your downloads".to_owned()),
        _ => None,
    };
    let more = match (&answer.trouble, answer.pending) {
        (_, true) => Some(format!("looking it up on {host} …")),
        (Some(Error::Withheld(Withheld::Off)), _) => None,
        (Some(error), _) if says_more(error) => Some(error.to_string()),
        _ => None,
    };
    let parts: Vec<String> = known.into_iter().chain(more).collect();
    (!parts.is_empty()).then(|| format!("*{}*", parts.join(" · ")))
}

/// Whether an error is more than what the facts show anyway.
const fn says_more(error: &Error) -> bool {
    !matches!(
        error,
        Error::NotFound
            | Error::NotFoundOrPrivate
            | Error::NoRevision
            | Error::Gated
            | Error::Disabled
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_others_are_only_seen() {
        assert_eq!(code("llama3.1"), "`llama3.1`");
        assert_eq!(code("a`b`"), "`a'b'`");
        assert_eq!(code("a\u{202e}b\u{200b}\u{0}\n  c\u{2028}d"), "`ab c d`");
        assert_eq!(code(" \u{feff}\u{1b} "), "");
        assert_eq!(code(&"x".repeat(200)).chars().count(), LONGEST + 3);
        assert_eq!(codes(["a", "b", "c"], 2), "`a`, `b` and 1 more");
    }

    #[test]
    fn numbers_are_readable() {
        assert_eq!(thousands(131_072), "131,072");
        assert_eq!(thousands(12), "12");
        assert_eq!(count(8_030_261_248), "8.03 B");
        assert_eq!(count(494_032_768), "494 M");
        assert_eq!(count(12), "12");
        assert_eq!(bytes(16_060_522_496), "16.1 GB");
        assert_eq!(bytes(12), "12 bytes");
    }
}
