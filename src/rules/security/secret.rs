//! Secrets by their shape.

use std::ops::RangeInclusive;

use crate::text::TextRange;

/// A kind of secret.
#[derive(Clone, Debug)]
struct Shape {
    /// What it is: "a Hugging Face token".
    what: &'static str,
    prefix: &'static str,
    /// How many characters follow.
    length: RangeInclusive<usize>,
    /// Whether a character may be one of them.
    allows: fn(u8) -> bool,
}

/// A secret in a text.
#[derive(Clone, Copy, Debug)]
pub struct Secret {
    /// What it is.
    pub what: &'static str,
    /// Where.
    pub range: TextRange,
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

const fn is_dashed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

const fn is_upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

const fn shape(
    what: &'static str,
    prefix: &'static str,
    length: RangeInclusive<usize>,
    allows: fn(u8) -> bool,
) -> Shape {
    Shape {
        what,
        prefix,
        length,
        allows,
    }
}

/// The shapes, as the services document them.
const SHAPES: &[Shape] = &[
    shape("a Hugging Face token", "hf_", 34..=34, is_word),
    shape("a Hugging Face token", "api_org_", 34..=34, is_word),
    shape("a GitHub token", "ghp_", 36..=36, is_word),
    shape("a GitHub token", "github_pat_", 82..=82, is_dashed),
    shape("an OpenAI key", "sk-proj-", 40..=200, is_dashed),
    shape("an Anthropic key", "sk-ant-", 80..=120, is_dashed),
    shape("an AWS access key", "AKIA", 16..=16, is_upper),
];

/// A placeholder repeats itself: `hf_xxxxxxxx`, `hf_abcabcabc`.
const MIN_DISTINCT: usize = 11;

/// The secrets in a text, in order of their places.
pub fn secrets(text: &str) -> Vec<Secret> {
    let mut found: Vec<Secret> = SHAPES.iter().flat_map(|shape| shape.find(text)).collect();
    found.sort_by_key(|secret| secret.range.start);
    found
}

/// The text without its secrets, but for the beginning of each; every place stays where it is.
pub fn masked(text: &str) -> String {
    let mut shown = text.to_owned();
    for secret in secrets(text) {
        let (start, end) = (secret.range.start as usize, secret.range.end as usize);
        let from = (start + 6).min(end);
        shown.replace_range(from..end, &"*".repeat(end - from));
    }
    shown
}

impl Shape {
    fn find<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Secret> + 't {
        let bytes = text.as_bytes();
        memchr::memmem::find_iter(bytes, self.prefix).filter_map(move |start| {
            let begins = start == 0 || !is_dashed(bytes[start - 1]);
            let rest = &bytes[start + self.prefix.len()..];
            let length = rest.iter().take_while(|byte| is_dashed(**byte)).count();
            let body = &rest[..length];
            let fits =
                self.length.contains(&length) && body.iter().all(|byte| (self.allows)(*byte));
            let end = start + self.prefix.len() + length;
            (begins && fits && is_random(body)).then(|| Secret {
                what: self.what,
                range: TextRange::new(
                    u32::try_from(start).unwrap_or(u32::MAX),
                    u32::try_from(end).unwrap_or(u32::MAX),
                ),
            })
        })
    }
}

/// Whether a text looks thrown by dice: many characters, of which neighbours seldom follow each other.
fn is_random(body: &[u8]) -> bool {
    let mut seen = [false; 256];
    body.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    let distinct = seen.iter().filter(|seen| **seen).count();
    let steps = body
        .windows(2)
        .filter(|pair| pair[1].wrapping_sub(pair[0]) == 1)
        .count();
    distinct >= MIN_DISTINCT.min(body.len()) && steps * 3 < body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made for this test from letters that no service gave out.
    fn token() -> String {
        ["hf_", "QzWxEcRvTbYnUmIkOlPa", "SdFgHjKlZqXwCe"].concat()
    }

    fn found(text: &str) -> Vec<&str> {
        let range = |secret: &Secret| secret.range.slice(text);
        secrets(text).iter().map(range).collect()
    }

    #[test]
    fn secrets_are_known_by_their_shape() {
        let token = token();
        assert_eq!(
            found(&format!("login(\"{token}\") # {token}")),
            [&token, &token]
        );
        let github = ["ghp_", "a8F3kL0pQ7rT2vX9zB4nM6cD1eG5hJ8wY2uS"].concat();
        assert_eq!(found(&format!("x='{github}'")), [github]);
    }

    #[test]
    fn what_is_shown_gives_nothing_away() {
        let text = format!("login(\"{}\")", token());
        let shown = masked(&text);
        assert_eq!(shown.len(), text.len());
        assert_eq!(shown, format!("login(\"hf_QzW{}\")", "*".repeat(31)));
    }

    #[test]
    fn placeholders_and_longer_words_are_none() {
        for text in [
            "hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx".to_owned(),
            "hf_abcdefghijklmnopqrstuvwxyzabcdefgh".to_owned(),
            format!("{}more", token()),
            format!("my{}", token()),
            format!("{}_x", token()),
            "hf_hub_download".to_owned(),
            "AKIAIOSFODNN7EXAMPLEX".to_owned(),
        ] {
            assert_eq!(found(&text), [""; 0], "{text}");
        }
    }
}
