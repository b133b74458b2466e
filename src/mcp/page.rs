//! Long answers in pages.

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use super::tool::Refusal;

/// A page of a list, and where the next one begins.
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// How many there are on all pages.
    pub total: usize,
    /// To be given for the next page; nothing where this is the last.
    pub next: Option<String>,
}

/// The page of a list that a cursor stands for; the first without one.
///
/// # Errors
/// A cursor of another list: what it was made of has changed meanwhile.
pub fn page<T: Serialize>(
    items: Vec<T>,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Page<T>, Refusal> {
    let total = items.len();
    let written = serde_json::to_vec(&items).unwrap_or_default();
    let digest = format!("{:016x}", xxh3_64(&written));
    let start = match cursor {
        None => 0,
        Some(cursor) => {
            let (start, of) = cursor.split_once('-').unwrap_or((cursor, ""));
            let start = start.parse().ok().filter(|start| *start <= total);
            start.filter(|_| of == digest).ok_or_else(|| {
                Refusal::new(
                    "this cursor is not of what is there now: it changed, or other arguments were given; ask again \
                     without a cursor",
                )
            })?
        }
    };
    let limit = limit.max(1);
    let end = start.saturating_add(limit).min(total);
    let next = (end < total).then(|| format!("{end}-{digest}"));
    let items = items.into_iter().skip(start).take(limit).collect();
    Ok(Page { items, total, next })
}

/// The page of a text, cut between lines.
///
/// # Errors
/// As [`page`].
pub fn text_page(
    text: &str,
    cursor: Option<&str>,
    limit: usize,
) -> Result<(String, Option<String>), Refusal> {
    let mut parts: Vec<String> = vec![String::new()];
    for line in text.split_inclusive('\n') {
        let is_full = parts
            .last()
            .is_some_and(|part| !part.is_empty() && part.len() + line.len() > limit);
        if is_full {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push_str(line);
        }
    }
    let mut page = page(parts, cursor, 1)?;
    Ok((page.items.pop().unwrap_or_default(), page.next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_one_another_and_know_their_list() {
        let all: Vec<u32> = (0..7).collect();
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let page = page(all.clone(), cursor.as_deref(), 3).ok().unwrap();
            assert_eq!(page.total, 7);
            seen.extend(page.items);
            match page.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, all);
        let first = page(all, None, 3).ok().unwrap().next;
        let others: Vec<u32> = (1..8).collect();
        assert!(page(others, first.as_deref(), 3).is_err());
        for bad in ["", "x", "3", "99-0", "-"] {
            assert!(page(vec![1, 2, 3, 4], Some(bad), 3).is_err(), "{bad}");
        }
    }

    #[test]
    fn texts_are_cut_between_lines() {
        let text = "one\ntwo\nthree\n";
        let (first, next) = text_page(text, None, 8).ok().unwrap();
        assert_eq!(first, "one\ntwo\n");
        let (second, last) = text_page(text, next.as_deref(), 8).ok().unwrap();
        assert_eq!((second.as_str(), last), ("three\n", None));
    }
}
