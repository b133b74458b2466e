//! One requirement as PEP 508 writes it: `name[extras] versions ; marker` or `name @ url ; marker`.

use std::str::FromStr;

use pep440_rs::{VersionSpecifier, VersionSpecifiers};

use super::Marker;

/// A requirement taken apart.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Normalised distribution name.
    pub name: String,
    /// The extras that are asked for, normalised.
    pub extras: Vec<String>,
    /// The versions it admits.
    pub specifiers: VersionSpecifiers,
    /// The versions as written.
    pub written: String,
    /// Where it applies.
    pub marker: Option<Marker>,
    /// Whether it is fetched from a URL.
    pub by_url: bool,
}

impl Requirement {
    /// Takes a requirement apart; the error is the reason, for the end of a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, rest) = split_name(text.trim())?;
        let (extras, rest) = split_extras(rest)?;
        if let Some(url) = rest.strip_prefix('@') {
            return Ok(Self::by_url(name, extras, url));
        }
        let (versions, marker) = match rest.split_once(';') {
            Some((versions, marker)) => (versions, Some(marker)),
            None => (rest, None),
        };
        let written = without_parentheses(versions.trim());
        Ok(Self {
            name,
            extras,
            specifiers: specifiers(written)?,
            written: written.to_owned(),
            marker: marker.map(Marker::parse).transpose()?,
            by_url: false,
        })
    }

    fn by_url(name: String, extras: Vec<String>, url: &str) -> Self {
        // Behind a URL only a semicolon with a space before it begins a marker.
        let marker = url.split_once(" ;").map(|(_, marker)| marker);
        Self {
            name,
            extras,
            specifiers: VersionSpecifiers::empty(),
            written: String::new(),
            marker: marker.and_then(|marker| Marker::parse(marker).ok()),
            by_url: true,
        }
    }
}

/// Reads versions separated by commas, as PEP 440 writes them; nothing admits everything.
pub fn specifiers(text: &str) -> Result<VersionSpecifiers, String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(specifier)
        .collect()
}

/// One comparison. `>=4.*` is what older tools accept for `>=4`.
fn specifier(part: &str) -> Result<VersionSpecifier, String> {
    let ordered = part.starts_with(['<', '>', '~']);
    let part = match part.strip_suffix(".*") {
        Some(bare) if ordered => bare,
        _ => part,
    };
    VersionSpecifier::from_str(part).map_err(|error| error.to_string().replace('\n', " "))
}

/// The name that PEP 503 makes of a distribution name: `Huggingface_Hub` becomes `huggingface-hub`.
pub fn normalise(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for part in name.trim().split(['-', '_', '.']).filter(|p| !p.is_empty()) {
        if !out.is_empty() {
            out.push('-');
        }
        out.push_str(&part.to_ascii_lowercase());
    }
    out
}

fn split_name(text: &str) -> Result<(String, &str), String> {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let outer = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if name.is_empty() || !outer(name.chars().next()) || !outer(name.chars().last()) {
        return Err("it does not begin with a package name".to_owned());
    }
    let rest = rest.trim_start();
    if rest.is_empty() || rest.starts_with(['[', '@', '(', ';', '<', '>', '=', '!', '~']) {
        return Ok((normalise(name), rest));
    }
    Err(format!("unexpected text behind `{name}`"))
}

/// `[a, b]` taken apart, where there is one, and what stands behind.
fn split_extras(rest: &str) -> Result<(Vec<String>, &str), String> {
    let Some(extras) = rest.strip_prefix('[') else {
        return Ok((Vec::new(), rest));
    };
    let (extras, rest) = extras
        .split_once(']')
        .ok_or_else(|| "`[` is not closed".to_owned())?;
    let extras = extras.split(',').map(normalise);
    let extras = extras.filter(|extra| !extra.is_empty()).collect();
    Ok((extras, rest.trim_start()))
}

fn without_parentheses(text: &str) -> &str {
    text.strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
        .map_or(text, str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_requirements_apart() {
        let read = |text| Requirement::parse(text).unwrap();
        let full = read("Sentence_Transformers [train, dev] >= 3.0 , <4 ; python_version < '3.12'");
        assert_eq!(full.name, "sentence-transformers");
        assert_eq!(full.extras, ["train", "dev"]);
        assert_eq!(full.specifiers.to_string(), ">=3.0, <4");
        assert_eq!(full.written, ">= 3.0 , <4");
        assert_eq!(full.marker.unwrap().text(), "python_version < '3.12'");
        assert_eq!(read("trl (>=0.8,)").specifiers.to_string(), ">=0.8");
        assert_eq!(read("trl>=0.8.*").specifiers.to_string(), ">=0.8");
        assert!(read("peft @ git+https://example.org/peft.git@main").by_url);
        assert!(read("trl").specifiers.is_empty());
    }

    #[test]
    fn says_why_something_is_no_requirement() {
        let reason = |text| Requirement::parse(text).unwrap_err();
        assert_eq!(reason("==4"), "it does not begin with a package name");
        assert_eq!(reason("pip install x"), "unexpected text behind `pip`");
        assert_eq!(reason("x[a==1"), "`[` is not closed");
        assert!(reason("x==").contains("version"), "{}", reason("x=="));
        assert!(reason("x=4").contains('='), "{}", reason("x=4"));
    }

    #[test]
    fn normalises_names() {
        assert_eq!(normalise("Huggingface__Hub"), "huggingface-hub");
        assert_eq!(normalise("zope.interface"), "zope-interface");
    }
}
