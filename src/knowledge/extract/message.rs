//! What a deprecation text says: the names it quotes, the replacement, the release it announces.
//!
//! The text itself is never kept.

/// Whether a text says that something goes away or should no longer be used.
pub fn speaks_of_deprecation(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    [
        "deprecat",
        "will be removed",
        "removed in",
        "been removed",
        "renamed",
        "is no longer",
        "no longer supported",
        "will no longer",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// Whether a text says that something has no effect.
pub fn speaks_of_no_effect(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["ignored", "no effect", "not supported", "safely remove"]
        .iter()
        .any(|word| text.contains(word))
}

/// A name that a text puts in quotes or backticks.
#[derive(Clone, Debug, PartialEq)]
pub struct Quoted<'t> {
    /// The name, without `self.`, `--`, `()` and what follows `=`.
    pub name: &'t str,
    /// Byte offset of the opening quote.
    pub start: usize,
    /// Byte offset behind the closing quote.
    pub end: usize,
}

/// The names in quotes, in order.
pub fn quoted(text: &str) -> Vec<Quoted<'_>> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let quote = bytes[at];
        let opens = matches!(quote, b'`' | b'\'' | b'"')
            && !(quote == b'\'' && at > 0 && bytes[at - 1].is_ascii_alphanumeric());
        if !opens {
            at += 1;
            continue;
        }
        let run = bytes[at..]
            .iter()
            .take_while(|byte| **byte == quote)
            .count();
        let inner = at + run;
        let Some(length) = text[inner..].find(char::from(quote)) else {
            at = inner;
            continue;
        };
        let close = bytes[inner + length..]
            .iter()
            .take_while(|byte| **byte == quote)
            .count();
        let end = inner + length + close;
        if let Some(name) = bare_name(&text[inner..inner + length]) {
            found.push(Quoted {
                name,
                start: at,
                end,
            });
        }
        at = end;
    }
    found
}

/// `--flag`, `self.name`, `name=`, `name()`, `[`Name`]`, `Class.name` as one plain or dotted name.
fn bare_name(text: &str) -> Option<&str> {
    let text = text.trim().trim_start_matches("--");
    let text = text.strip_prefix("self.").unwrap_or(text);
    let text = text.strip_prefix("args.").unwrap_or(text);
    let end = text.find(['=', '(']).unwrap_or(text.len());
    let name = text[..end].trim();
    is_dotted_name(name).then_some(name)
}

fn is_dotted_name(text: &str) -> bool {
    !text.is_empty()
        && text.split('.').all(|part| {
            part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        })
}

/// Words that stand before a replacement.
const BEFORE_REPLACEMENT: &[&str] = &[
    "in favor of",
    "in favour of",
    "renamed to",
    "replaced by",
    "replaced with",
    "alias of",
    "alias for",
    "use instead",
    "using",
    "use",
    "pass",
    "set",
    "to",
];

/// The one name that a text says to use instead, `not` being the names it cannot be.
pub fn replacement<'t>(text: &'t str, not: &str) -> Option<&'t str> {
    let names = quoted(text);
    let mut candidates = names
        .iter()
        .enumerate()
        .filter(|(_, quoted)| quoted.name != not && quoted.name.rsplit('.').next() != Some(not));
    let named = |(index, quoted): &(usize, &Quoted<'t>)| {
        let before = text[..quoted.start].trim_end().to_ascii_lowercase();
        let before = strip_articles(&before);
        let introduced = BEFORE_REPLACEMENT.iter().any(|word| {
            before.strip_suffix(word).is_some_and(|rest| {
                !rest.ends_with(|c: char| c.is_alphanumeric())
                    && (*word != "to" || rest.trim_end().ends_with("switch"))
            })
        });
        introduced && !is_one_of_several(text, &names, *index)
    };
    candidates.find(named).map(|(_, quoted)| quoted.name)
}

/// `use the argument `x`` introduces `x` as `use `x`` does.
fn strip_articles(text: &str) -> &str {
    let mut text = text.trim_end();
    loop {
        let before = text.len();
        for word in [
            "the",
            "argument",
            "parameter",
            "new",
            "instead",
            "method",
            "function",
            "class",
            "please",
            "keyword",
            "option",
        ] {
            if let Some(rest) = text.strip_suffix(word) {
                if rest.is_empty() || rest.ends_with(char::is_whitespace) {
                    text = rest.trim_end();
                }
            }
        }
        if text.len() == before {
            return text;
        }
    }
}

/// `use `a` or `b`` does not say which; nor does `use `a` and `b``.
fn is_one_of_several(text: &str, names: &[Quoted<'_>], index: usize) -> bool {
    names.get(index + 1).is_some_and(|next| {
        let between = text[names[index].end..next.start].trim();
        matches!(
            between,
            "or" | "and" | "," | "/" | ", or" | ", and" | "and/or"
        )
    })
}

/// The release in which a text says that something goes away: `5.0`, `4.46.0`, `6`.
pub fn announced(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = [
        "in ", "version ", "from ", "after ", "by ", "until ", "with ",
    ]
    .iter()
    .filter_map(|word| lower[from..].find(word).map(|at| from + at + word.len()))
    .min()
    {
        let rest = lower[at..].trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        let rest = [
            "transformers",
            "diffusers",
            "trl",
            "peft",
            "datasets",
            "huggingface_hub",
            "version",
            "release",
        ]
        .iter()
        .fold(rest, |rest, word| {
            rest.strip_prefix(word).map_or(rest, str::trim_start)
        });
        let rest = rest.trim_start_matches(['`', '\'', '"']);
        if let Some(version) = version(rest) {
            return Some(version);
        }
        from = at;
    }
    None
}

/// A version at the start of `text`: `v5`, `5.0`, `4.46.0`, `1.0.0rc0` cut to its numbers. A bare
/// number counts only behind `v`, or where `version` came before it.
fn version(text: &str) -> Option<String> {
    let (text, marked) = match text.strip_prefix('v') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let number = text[..end].trim_end_matches('.');
    let parts = number.split('.').filter(|part| !part.is_empty()).count();
    let right = number.starts_with(|c: char| c.is_ascii_digit()) && !number.contains("..");
    (right && (parts > 1 || (marked && parts == 1))).then(|| number.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_quotes() {
        let names: Vec<&str> =
            quoted("The `a` and 'b' (or \"--c\") don't equal `self.d=1` or `e f`")
                .into_iter()
                .map(|quoted| quoted.name)
                .collect();
        assert_eq!(names, ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_replacement_is_one_plain_name() {
        for (text, expected) in [
            ("`old` is deprecated, use `new` instead", Some("new")),
            ("`old` is deprecated in favor of 'new'", Some("new")),
            ("`old` was renamed to `new`.", Some("new")),
            (
                "`old` is deprecated. Please use the argument `new`",
                Some("new"),
            ),
            ("`old` is deprecated, use `a` or `b`", None),
            ("`old` is deprecated", None),
            ("`old` is deprecated; `other` stays", None),
            ("use `old`", None),
        ] {
            assert_eq!(replacement(text, "old"), expected, "{text}");
        }
    }

    #[test]
    fn announced_releases_are_numbers() {
        for (text, expected) in [
            ("will be removed in version 4.46 of X", Some("4.46")),
            ("will be removed in v6. Use it", Some("6")),
            ("will be removed in v5.2.", Some("5.2")),
            ("removed in 0.16.0", Some("0.16.0")),
            ("will be removed in a future version", None),
            ("used in 3 places", None),
            ("will be removed in Transformers v5", Some("5")),
        ] {
            assert_eq!(announced(text).as_deref(), expected, "{text}");
        }
    }
}
