//! Poetry's tables, with its own ranges: `^4.40`, `~4.40`, `4.*`, a bare version for that version.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};
use toml_edit::{Item, TableLike, Value};

use super::requirement::{normalise, specifiers};
use super::{Group, Marker, Requirement, Sheet, brief, toml};
use crate::text::TextRange;

/// Reads Poetry's tables.
pub(super) fn read(sheet: &mut Sheet<'_>, root: &dyn TableLike) {
    let Some(poetry) = toml::table(root, &["tool", "poetry"]) else {
        return;
    };
    table(sheet, toml::table(poetry, &["dependencies"]), &Group::Main);
    let dev = Group::Optional("dev".to_owned());
    table(sheet, toml::table(poetry, &["dev-dependencies"]), &dev);
    let groups = toml::table(poetry, &["group"]);
    for (name, item) in groups.into_iter().flat_map(TableLike::iter) {
        let dependencies = item
            .as_table_like()
            .and_then(|g| toml::table(g, &["dependencies"]));
        table(sheet, dependencies, &Group::Optional(name.to_owned()));
    }
}

fn table(sheet: &mut Sheet<'_>, table: Option<&dyn TableLike>, group: &Group) {
    for (name, item) in table.into_iter().flat_map(TableLike::iter) {
        if name == "python" {
            continue;
        }
        let key = table
            .and_then(|t| t.get_key_value(name))
            .and_then(|(key, _)| key.span());
        // A package may be listed several times, for different Pythons.
        match item.as_array() {
            Some(array) => array.iter().for_each(|value| {
                entry(sheet, name, key.clone(), &Item::Value(value.clone()), group)
            }),
            None => entry(sheet, name, key, item, group),
        }
    }
}

type Span = Option<std::ops::Range<usize>>;

fn entry(sheet: &mut Sheet<'_>, name: &str, key: Span, item: &Item, group: &Group) {
    let field = |field: &str| item.get(field).and_then(Item::as_str);
    let version = item.as_str().or_else(|| field("version"));
    let end = item
        .as_value()
        .and_then(Value::span)
        .or_else(|| item.span());
    let start = key.as_ref().map_or(0, |key| key.start);
    let end = end.or(key).map_or(start, |span| span.end).max(start);
    let written = version.unwrap_or_default().trim();
    let specifiers = match translate(written) {
        Ok(specifiers) => specifiers,
        Err(reason) => {
            let message = format!(
                "`{}` is not a version range of Poetry: {reason}",
                brief(written)
            );
            return sheet.problem(start, message);
        }
    };
    let requirement = Requirement {
        name: normalise(name),
        extras: extras(item),
        specifiers,
        written: written.to_owned(),
        marker: marker(item),
        by_url: version.is_none(),
    };
    let optional = item.get("optional").and_then(Item::as_bool) == Some(true);
    let group = match optional {
        true => &Group::Optional(format!("extras with {name}")),
        false => group,
    };
    sheet.push(requirement, TextRange::from_usize(start, end), group);
}

/// The fields that limit where a requirement applies, as one marker; one that cannot be read may hold or not.
fn marker(item: &Item) -> Option<Marker> {
    let field = |field: &str| item.get(field).and_then(Item::as_str);
    let python = field("python").map(|written| {
        let specifiers = translate(written).unwrap_or_else(|_| VersionSpecifiers::empty());
        let compare = |it: &pep440_rs::VersionSpecifier| {
            let (name, version) = ("python_full_version", it.version());
            let star = if it.operator().is_star() { ".*" } else { "" };
            format!("{name} {} '{version}{star}'", it.operator())
        };
        let parts: Vec<String> = specifiers.iter().map(compare).collect();
        match parts.is_empty() {
            // Alternatives, which are not translated.
            true => "platform_release == 'unknown'".to_owned(),
            false => parts.join(" and "),
        }
    });
    let platform = field("platform").map(|it| format!("sys_platform == '{it}'"));
    let markers = field("markers").map(ToOwned::to_owned);
    let all: Vec<String> = [python, platform, markers].into_iter().flatten().collect();
    if all.is_empty() {
        return None;
    }
    let all: Vec<String> = all.iter().map(|it| format!("({it})")).collect();
    Marker::parse(&all.join(" and "))
        .or_else(|_| Marker::parse("platform_release == 'unknown'"))
        .ok()
}

/// `extras = ["vllm"]`.
fn extras(item: &Item) -> Vec<String> {
    let list = item.get("extras").and_then(Item::as_array);
    let names = list.into_iter().flatten().filter_map(Value::as_str);
    names.map(normalise).collect()
}

/// Poetry's ranges as PEP 440 writes them. Alternatives (`||`) have no such form and admit everything.
fn translate(written: &str) -> Result<VersionSpecifiers, String> {
    if written.contains("||") {
        return Ok(VersionSpecifiers::empty());
    }
    let mut parts = Vec::new();
    for part in written
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        parts.push(clause(part)?);
    }
    specifiers(&parts.join(","))
}

fn clause(part: &str) -> Result<String, String> {
    if part == "*" {
        return Ok(String::new());
    }
    if let Some(version) = part.strip_prefix('^') {
        return between(version, caret);
    }
    match part.strip_prefix('~') {
        Some(version) if !version.starts_with('=') => between(version, tilde),
        None if part.starts_with(|c: char| c.is_ascii_digit()) => Ok(format!("=={part}")),
        _ => Ok(part.to_owned()),
    }
}

fn between(version: &str, upper: fn(&[u64]) -> Vec<u64>) -> Result<String, String> {
    let low = Version::from_str(version.trim()).map_err(|error| error.to_string())?;
    let high = Version::new(upper(low.release()));
    Ok(format!(">={low},<{high}"))
}

/// Up to the next change of the leftmost number that is not zero.
fn caret(release: &[u64]) -> Vec<u64> {
    let first = release.iter().position(|&number| number != 0);
    raise(release, first.unwrap_or(release.len() - 1))
}

/// Up to the next minor release, or major release where only that is written.
fn tilde(release: &[u64]) -> Vec<u64> {
    raise(release, release.len().min(2) - 1)
}

fn raise(release: &[u64], at: usize) -> Vec<u64> {
    let mut out = release[..=at].to_vec();
    out[at] = out[at].saturating_add(1);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn translates_ranges() {
        let read = |written| translate(written).unwrap().to_string();
        assert_eq!(read("^4.40"), ">=4.40, <5");
        assert_eq!(read("^0.3.2"), ">=0.3.2, <0.4");
        assert_eq!(read("^0.0.3"), ">=0.0.3, <0.0.4");
        assert_eq!(read("^0"), ">=0, <1");
        assert_eq!(read("~4.40.1"), ">=4.40.1, <4.41");
        assert_eq!(read("~4"), ">=4, <5");
        assert_eq!(read("~=4.40"), "~=4.40");
        assert_eq!(read("4.40.1"), "==4.40.1");
        assert_eq!(read("4.*"), "==4.*");
        assert_eq!(read("*"), "");
        assert_eq!(read(">=4.40,<5.0"), ">=4.40, <5.0");
        assert_eq!(read("^4 || ^5"), "");
        assert!(translate("^x").is_err());
    }
}
