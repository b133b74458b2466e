//! Reading a changelog off the blocks of its document.

use jiff::civil::Date;

use super::{Changelog, Dated, Entry, Group, Means, Version};
use crate::journal::id::Id;
use crate::journal::kind::Kind;
use crate::journal::outline::{Heading, Item, Outline};
use crate::journal::span::place_of;
use crate::text::TextRange;

/// Reads a changelog.
pub fn read(text: &str, outline: &Outline) -> Changelog {
    let versions = versions(text, &outline.headings);
    let groups = groups(text, &outline.headings, &versions);
    let mut changelog = Changelog {
        title: outline
            .headings
            .iter()
            .find(|it| it.level == 1)
            .map(|it| it.text)
            .filter(|_| versions.first().is_none_or(|it| it.level > 1)),
        versions,
        groups,
        entries: Vec::new(),
    };
    let top = outline.items.iter().filter(|item| item.parent.is_none());
    changelog.entries = top
        .filter_map(|item| entry(text, &changelog, item))
        .collect();
    changelog
}

/// The headings that name versions: all of the level of the first one that does, but for a title.
fn versions(text: &str, headings: &[Heading]) -> Vec<Version> {
    let named: Vec<Version> = headings.iter().filter_map(|it| version(text, it)).collect();
    let level = named.iter().map(|it| it.level).min();
    let level = level.unwrap_or_default();
    named.into_iter().filter(|it| it.level == level).collect()
}

/// `[1.2.0] - 2026-11-23`, `v1.2.0 (2026-11-23)`, `[Unreleased]`
fn version(text: &str, heading: &Heading) -> Option<Version> {
    let said = heading.text.slice(text);
    let (name, rest, is_bracketed) = match said.strip_prefix('[') {
        Some(inner) => {
            let (name, rest) = inner.split_once(']')?;
            (name, behind_link(rest), true)
        }
        None => {
            let end = said.find([' ', '(', ':', '\t']).unwrap_or(said.len());
            (&said[..end], &said[end..], false)
        }
    };
    let is_unreleased = name.eq_ignore_ascii_case("unreleased");
    let number = name.strip_prefix(['v', 'V']).unwrap_or(name);
    let is_version = number.starts_with(|c: char| c.is_ascii_digit()) && number.contains('.');
    let in_text = |part: &str| place_of(text, heading.text, part);
    (is_unreleased || is_version).then(|| Version {
        heading: heading.range,
        level: heading.level,
        name: in_text(name),
        is_bracketed,
        is_unreleased,
        date: dated(rest, in_text),
        range: heading.section,
    })
}

/// What stands behind the address of a link.
fn behind_link(rest: &str) -> &str {
    let address = rest.strip_prefix('(').and_then(|it| it.split_once(')'));
    match address {
        Some((address, behind)) if address.contains('/') || address.starts_with('#') => behind,
        _ => rest,
    }
}

/// The date in what stands behind a version.
fn dated<'t>(rest: &'t str, in_text: impl Fn(&'t str) -> TextRange) -> Dated {
    let rest = rest.split_once('[').map_or(rest, |(before, _)| before);
    let is_around = |c: char| !c.is_alphanumeric();
    let word = rest.trim_matches(is_around);
    let year = |part: &str| part.len() == 4 && part.bytes().all(|it| it.is_ascii_digit());
    let parts: Vec<&str> = word.split(['-', '/', '.', ' ', ',']).collect();
    if !parts.iter().any(|part| year(part)) {
        return Dated::Missing;
    }
    let range = in_text(word);
    if let (10, Ok(date)) = (word.len(), word.parse::<Date>()) {
        return Dated::On(date, range);
    }
    match other_date(&parts) {
        Some(date) => Dated::Elsewise(date, range),
        None if word.starts_with(|c: char| c.is_ascii_digit()) && parts.len() == 3 => {
            Dated::Wrong(range)
        }
        None => Dated::Missing,
    }
}

/// A day in another form that has one meaning only: the year first, the day above 12, or the month as a word.
fn other_date(parts: &[&str]) -> Option<Date> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let parts: Vec<&str> = parts.iter().copied().filter(|it| !it.is_empty()).collect();
    let [first, second, third] = parts[..] else {
        return None;
    };
    let number = |part: &str| part.parse::<i8>().ok();
    let month = |part: &str| {
        let name = part.get(..3)?.to_lowercase();
        let at = MONTHS.iter().position(|month| *month == name)?;
        i8::try_from(at + 1).ok()
    };
    let (year, month, day) = match (first.len(), number(second)) {
        (4, Some(month)) => (first, month, number(third)?),
        (4, None) => (first, month(second)?, number(third)?),
        (_, Some(second)) => match number(first) {
            Some(day) if day > 12 => (third, second, day),
            Some(month) if second > 12 => (third, month, second),
            Some(_) => return None,
            None => (third, month(first)?, second),
        },
        (_, None) => (third, month(second)?, number(first)?),
    };
    Date::new(year.parse().ok().filter(|it| *it > 999)?, month, day).ok()
}

/// The headings below versions, one level further down.
fn groups(text: &str, headings: &[Heading], versions: &[Version]) -> Vec<Group> {
    let group = |heading: &Heading| {
        let at = holder(versions, heading.range)?;
        (heading.level == versions[at].level + 1).then(|| Group {
            heading: heading.range,
            name: heading.text,
            means: Means::find(heading.text.slice(text)),
            version: at,
            range: heading.section,
        })
    };
    headings.iter().filter_map(group).collect()
}

/// The version that a place is in.
fn holder(versions: &[Version], place: TextRange) -> Option<usize> {
    let after = versions.partition_point(|it| it.range.start <= place.start);
    let at = after.checked_sub(1)?;
    versions[at].range.contains_range(place).then_some(at)
}

fn entry(text: &str, changelog: &Changelog, item: &Item) -> Option<Entry> {
    let version = holder(&changelog.versions, item.range)?;
    let after = changelog
        .groups
        .partition_point(|it| it.range.start <= item.range.start);
    let group = after
        .checked_sub(1)
        .filter(|&at| changelog.groups[at].range.contains_range(item.range));
    let of_group = match group.and_then(|at| changelog.groups[at].means) {
        Some(Means::Kind(kind)) => Some(kind),
        _ => None,
    };
    Some(Entry {
        range: item.range,
        text: item.text,
        steps: steps(text, item.range),
        kind: tag(item.text.slice(text)).or(of_group),
        version,
        group,
    })
}

/// The kind in front of an entry: `model: ...`, `**model:** ...`, `[model] ...`.
fn tag(said: &str) -> Option<Kind> {
    let word = match said.strip_prefix('[') {
        Some(inner) => inner.split_once(']')?.0,
        None => said.lines().next()?.split_once(':')?.0,
    };
    Kind::find(word)
}

/// The steps that a text names: `step 1.2`, `(steps 1.2, 1.3)`, `[1.2]`.
pub fn steps(text: &str, range: TextRange) -> Vec<(Id, TextRange)> {
    let said = range.slice(text);
    let mut found = Vec::new();
    // Whether what stands in front lets an id be one.
    let mut is_announced = false;
    for word in said.split_inclusive(|c: char| c.is_whitespace() || c == ',') {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '.');
        let bare = bare.trim_matches('.');
        if bare.is_empty() {
            continue;
        }
        let is_bracketed = bare.contains('.')
            && word.split_once(bare).is_some_and(|(before, behind)| {
                before.ends_with('[') && behind.starts_with(']') && !behind.starts_with("](")
            });
        match Id::parse(bare) {
            Some(id) if is_announced || is_bracketed => {
                found.push((id, place_of(text, range, bare)));
            }
            _ => {
                let word = bare.to_lowercase();
                let goes_on = is_announced && matches!(word.as_str(), "and" | "to");
                is_announced = goes_on || matches!(word.as_str(), "step" | "steps");
            }
        }
    }
    found
}
