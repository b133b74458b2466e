//! What chooses rules: `HF103`, a prefix (`HF1`), a name (`renamed-argument`) or `ALL`.

/// The codes and names of all rules.
pub type RuleNames<'a> = &'a [(&'a str, &'a str)];

/// Chooses rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// Every rule.
    All,
    /// Rules whose code begins so.
    Prefix(String),
    /// The rule of this name.
    Name(String),
}

impl Selector {
    /// Reads a selector that chooses at least one rule; the error is a sentence.
    pub fn parse(text: &str, rules: RuleNames<'_>) -> Result<Self, String> {
        let text = text.trim();
        if text == "ALL" {
            return Ok(Self::All);
        }
        if rules.iter().any(|(_, name)| *name == text) {
            return Ok(Self::Name(text.to_owned()));
        }
        if !text.is_empty() && rules.iter().any(|(code, _)| code.starts_with(text)) {
            return Ok(Self::Prefix(text.to_owned()));
        }
        let names = rules.iter().flat_map(|(code, name)| [*code, *name]);
        // What is longer than any name by far is near to none, and long to compare.
        let near = names
            .filter(|known| known.len().abs_diff(text.len()) <= 8)
            .map(|known| (strsim::damerau_levenshtein(known, text), known))
            .filter(|(distance, _)| *distance <= 2)
            .min();
        Err(match near {
            Some((_, known)) => format!("`{text}` is not a rule; did you mean `{known}`?"),
            None => format!("`{text}` is not a rule, the beginning of a code, or `ALL`"),
        })
    }

    /// How specific it is about a rule; `None` where it does not choose it.
    pub fn strength(&self, code: &str, name: &str) -> Option<usize> {
        match self {
            Self::All => Some(0),
            Self::Prefix(prefix) => code.starts_with(prefix.as_str()).then_some(prefix.len()),
            Self::Name(own) => (own == name).then_some(code.len()),
        }
    }
}

/// The strength of the most specific selector that chooses a rule.
pub(super) fn strongest(selectors: &[Selector], code: &str, name: &str) -> Option<usize> {
    let strengths = selectors.iter().filter_map(|s| s.strength(code, name));
    strengths.max()
}
