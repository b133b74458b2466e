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
    [
        "ignored",
        "no effect",
        "not supported",
        "safely remove",
        "does nothing",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// A name that a text puts in quotes or backticks.
#[derive(Clone, Debug, PartialEq)]
pub struct Quoted<'t> {
    /// The name, without `self.`, `--`, `()` and what follows `=`.
    pub name: &'t str,
    /// Whether it comes with a value or arguments: `name=1`, `name(x)`.
    pub has_value: bool,
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
        if let Some((name, has_value)) = bare_name(&text[inner..inner + length]) {
            found.push(Quoted {
                name,
                has_value,
                start: at,
                end,
            });
        }
        at = end;
    }
    found
}

/// `--flag`, `self.name`, `name=1`, `name()`, `Class.name` as a plain or dotted name, and whether a
/// value came with it.
fn bare_name(text: &str) -> Option<(&str, bool)> {
    let text = text.trim().trim_start_matches("--");
    let text = text.strip_prefix("self.").unwrap_or(text);
    let text = text.strip_prefix("args.").unwrap_or(text);
    let end = text.find(['=', '(']).unwrap_or(text.len());
    let name = text[..end].trim();
    let value = !matches!(text[end..].trim(), "" | "()" | "=");
    is_dotted_name(name).then_some((name, value))
}

fn is_dotted_name(text: &str) -> bool {
    !text.is_empty()
        && text.split('.').all(|part| {
            part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        })
}

/// Words that only stand before a replacement.
const SURELY_BEFORE: &[&str] = &[
    "in favor of",
    "in favour of",
    "renamed to",
    "replaced by",
    "replaced with",
    "alias of",
    "alias for",
    "switch to",
    "migrate to",
];

/// Words that stand before a replacement, or before what should no longer be used.
const MAYBE_BEFORE: &[&str] = &["using", "use", "pass", "set", "via", "through"];

/// Whether the quoted name at `index` is given as what to use instead.
fn is_replacement(text: &str, names: &[Quoted<'_>], index: usize) -> bool {
    let quoted = &names[index];
    let before = text[..quoted.start].trim_end().to_ascii_lowercase();
    let before = strip_fillers(&before);
    let ends_with = |word: &str| {
        before
            .strip_suffix(word)
            .is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
    };
    if SURELY_BEFORE.iter().any(|word| ends_with(word)) {
        return true;
    }
    let next = names.get(index + 1).map_or(text.len(), |next| next.start);
    let after = &text[quoted.end..next];
    let sentence = &after[..sentence_end(after)];
    MAYBE_BEFORE.iter().any(|word| ends_with(word)) && !speaks_of_deprecation(sentence)
}

/// `use the argument `x`` introduces `x` as `use `x`` does.
fn strip_fillers(text: &str) -> &str {
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
            if let Some(rest) = text.strip_suffix(word)
                && (rest.is_empty() || rest.ends_with(char::is_whitespace))
            {
                text = rest.trim_end();
            }
        }
        if text.len() == before {
            return text;
        }
    }
}

/// Offset of the end of the first sentence.
fn sentence_end(text: &str) -> usize {
    text.char_indices()
        .find(|(at, c)| {
            let next = text[at + c.len_utf8()..].chars().next();
            *c == '\n' || (matches!(c, '.' | '!' | ';') && next.is_none_or(char::is_whitespace))
        })
        .map_or(text.len(), |(at, c)| at + c.len_utf8())
}

/// The sentence around a byte offset.
fn sentence_at(text: &str, offset: usize) -> &str {
    let mut start = 0;
    loop {
        let end = start + sentence_end(&text[start..]);
        if offset < end || end >= text.len() {
            return &text[start..end];
        }
        start = end;
    }
}

/// Whether a text names something as what goes away: in a sentence that says so, or anywhere where no
/// sentence must (`said`), and not as what to use instead.
pub fn is_subject(text: &str, name: &str, said: bool) -> bool {
    let names = quoted(text);
    let mut offsets: Vec<usize> = Vec::new();
    for (index, quoted) in names.iter().enumerate() {
        let same = quoted.name == name || quoted.name.rsplit('.').next() == Some(name);
        if same && !is_replacement(text, &names, index) && !is_place(&text[..quoted.start]) {
            offsets.push(quoted.start);
        }
    }
    if name.contains('_') {
        offsets.extend(unquoted(text, name, &names));
    }
    offsets.into_iter().any(|at| {
        let sentence = sentence_at(text, at);
        said || speaks_of_deprecation(sentence) || speaks_of_no_effect(sentence)
    })
}

/// Whether `before` ends in a word after which a name says where something else is: "passing `x` to `Y`
/// is deprecated" is not about `Y`.
fn is_place(before: &str) -> bool {
    let last = before.split_whitespace().next_back().unwrap_or_default();
    matches!(
        last,
        "to" | "in" | "into" | "inside" | "with" | "by" | "for" | "via"
    )
}

/// Where a name with an underscore stands as a word outside of quotes, unless it is to be used instead.
fn unquoted(text: &str, name: &str, names: &[Quoted<'_>]) -> Vec<usize> {
    let boundary = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(name)
        .map(|(at, _)| at)
        .filter(|at| {
            boundary(text[..*at].chars().next_back())
                && boundary(text[at + name.len()..].chars().next())
                && names
                    .iter()
                    .all(|quoted| *at < quoted.start || quoted.end <= *at)
                && unquoted_replacement(text) != Some(name)
        })
        .collect()
}

/// Whether a text names something at all.
pub fn names(text: &str, name: &str) -> bool {
    let all = quoted(text);
    all.iter()
        .any(|quoted| quoted.name == name || quoted.name.rsplit('.').next() == Some(name))
        || (name.contains(['_', '.']) && text.contains(name))
}

/// The one name that a text says to use instead, `not` being the name it cannot be.
pub fn replacement<'t>(text: &'t str, not: &str) -> Option<&'t str> {
    let names = quoted(text);
    let same = |name: &str| name == not || name.rsplit('.').next() == Some(not);
    let found = (0..names.len())
        .find(|index| !same(names[*index].name) && is_replacement(text, &names, *index));
    match found {
        Some(index) if is_one_of_several(text, &names, index) || names[index].has_value => None,
        Some(index) => Some(names[index].name),
        None => unquoted_replacement(text).filter(|name| *name != not),
    }
}

/// `use new_name instead` without quotes; only a name with an underscore is surely one.
fn unquoted_replacement(text: &str) -> Option<&str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(2).find_map(|pair| {
        let word = pair[1].trim_end_matches(['.', ',', '!', ';']);
        let name = word.trim_start_matches("--");
        let introduced = pair[0].eq_ignore_ascii_case("use");
        (introduced && name.contains('_') && is_dotted_name(name)).then_some(name)
    })
}

/// `use `a` or `b`` does not say which; nor does `use `a` and `b``.
fn is_one_of_several(text: &str, names: &[Quoted<'_>], index: usize) -> bool {
    names.get(index + 1).is_some_and(|next| {
        let between = text[names[index].end..next.start].trim();
        matches!(
            between,
            "or" | "and" | "," | "/" | ", or" | ", and" | "and/or" | "and pass" | "and set"
        )
    })
}

/// The release in which a text says that something goes away: `5.0`, `4.46.0`, `6`.
pub fn announced(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    // What stands before may be the release since which it is deprecated.
    let mut from = lower.find("remov").unwrap_or(0);
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
            ("using `old` is deprecated, use `new`", Some("new")),
            ("`old` is deprecated, use `new=True`", None),
            ("Deprecated, use new_name instead", Some("new_name")),
            (
                "`old` is deprecated in favor of `new` and will be removed in 2.0",
                Some("new"),
            ),
        ] {
            assert_eq!(replacement(text, "old"), expected, "{text}");
        }
    }

    #[test]
    fn the_subject_is_what_goes_away() {
        for (text, name, expected) in [
            ("`old` is deprecated, use `new` instead", "old", true),
            ("`old` is deprecated, use `new` instead", "new", false),
            ("using `old` is deprecated, use `new`", "old", true),
            (
                "`old` is deprecated. You only need to pass `dir`.",
                "dir",
                false,
            ),
            (
                "`old` is deprecated. It was stored beside `dir`.",
                "dir",
                false,
            ),
            ("old_name is deprecated, use `new`", "old_name", true),
            ("`a` and `b` are deprecated", "a", true),
            ("Passing `a` to `b` is deprecated", "b", false),
        ] {
            assert_eq!(is_subject(text, name, false), expected, "{text} {name}");
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
            (
                "deprecated in version 2.14.0 and will be removed in 3.0.0.",
                Some("3.0.0"),
            ),
            ("will be removed in Transformers v5", Some("5")),
        ] {
            assert_eq!(announced(text).as_deref(), expected, "{text}");
        }
    }
}
