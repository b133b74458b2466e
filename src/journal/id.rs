//! The ids of steps.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The id of a step as it is written: `1.2`, `1.2.1`, `T001`. Two ids are the same where their numbers are, so
/// `1.10` is not `1.1`, and `T01` is `T1`.
#[derive(Clone, Debug)]
pub struct Id {
    text: String,
    letter: Option<char>,
    parts: Vec<u32>,
}

impl Id {
    /// Reads an id; `None` where a text is none.
    pub fn parse(text: &str) -> Option<Self> {
        let letter = text.chars().next().filter(char::is_ascii_uppercase);
        let digits = &text[letter.map_or(0, char::len_utf8)..];
        let number = |part: &str| {
            let is_number = !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
            part.parse().ok().filter(|_| is_number)
        };
        let parts: Vec<u32> = digits.split('.').map(number).collect::<Option<_>>()?;
        (parts.len() <= 8).then(|| Self {
            text: text.to_owned(),
            letter,
            parts,
        })
    }

    /// The id of these numbers.
    pub fn of(parts: &[u32]) -> Self {
        let text: Vec<String> = parts.iter().map(u32::to_string).collect();
        Self {
            text: text.join("."),
            letter: None,
            parts: parts.to_vec(),
        }
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its numbers.
    pub fn parts(&self) -> &[u32] {
        &self.parts
    }

    /// Whether it has numbers of at least a section and a step, as this program writes them.
    pub const fn is_dotted(&self) -> bool {
        self.letter.is_none() && self.parts.len() > 1
    }

    /// The id of the step that this one is a part of: `1.2` of `1.2.1`.
    pub fn parent(&self) -> Option<Self> {
        let above = self.parts.split_last()?.1;
        (above.len() > 1).then(|| Self::of(above))
    }

    fn key(&self) -> (Option<char>, &[u32]) {
        (self.letter, &self.parts)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl PartialEq for Id {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Id {}

impl Hash for Id {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Id {
        Id::parse(text).unwrap()
    }

    #[test]
    fn ids_are_compared_by_their_numbers() {
        assert!(id("1.10") > id("1.9"));
        assert_ne!(id("1.10"), id("1.1"));
        assert_eq!(id("T001"), id("T1"));
        assert!(id("1.2") < id("1.2.1"));
        assert_eq!(id("1.2.1").parent(), Some(id("1.2")));
        assert_eq!(id("1.2").parent(), None);
        for no in [
            "",
            "1.",
            ".1",
            "a",
            "1.x",
            "99999999999999999999.1",
            "T",
            "1..2",
            "+1.2",
        ] {
            assert!(Id::parse(no).is_none(), "{no}");
        }
    }
}
