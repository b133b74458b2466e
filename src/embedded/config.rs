//! Configuration files as calls: whoever reads such a file passes its keys on as arguments, so the rules
//! about arguments hold for keys. What a file is, is told from what stands in it; where that is not sure,
//! nothing is said.

mod accelerate;
mod call;
mod target;
mod training;

pub use self::call::entries;

use self::call::File;

use std::sync::{Arc, LazyLock};

use aho_corasick::AhoCorasick;

use super::tree::{Fault, Kind, Node};
use super::{Format, json, yaml};
use crate::budget;
use crate::python::facts::Facts;

/// Mappings below this depth are not looked at.
const DEEPEST: usize = 12;

/// Adds the calls that a configuration stands for; for a text that is none, nothing.
pub fn add(format: Format, text: &str, facts: &mut Facts) {
    if !may_be_one(text) {
        return;
    }
    let Ok(documents) = read(format, text) else {
        return;
    };
    let file = File::new(text);
    // The second of two documents is read by no reader that takes one.
    if let [document] = documents.as_slice() {
        accelerate::add(&file, document, facts);
        training::add(&file, document, facts);
    }
    let mut left = MAX_MAPPINGS;
    for document in &documents {
        walk(document, 0, &mut left, &mut |map| {
            target::add(&file, map, facts)
        });
    }
}

/// More mappings than these are not looked at.
const MAX_MAPPINGS: usize = 20_000;

/// The documents of a text in YAML or JSON.
///
/// # Errors
/// What is wrong, and where.
pub fn read(format: Format, text: &str) -> Result<Vec<Arc<Node>>, Fault> {
    match format {
        Format::Json => Ok(vec![json::read(text)?]),
        _ => yaml::read(text),
    }
}

/// Whether a text holds a word without which it is no configuration that is known here. Most are none, and
/// then nothing is read.
pub fn may_be_one(text: &str) -> bool {
    static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let words = [
            accelerate::MARK,
            training::MARK,
            target::MARKS[0],
            target::MARKS[1],
        ];
        AhoCorasick::new(words).expect("words are few and short")
    });
    WORDS.is_match(text)
}

/// Calls `each` for every mapping as it is written, outer ones first.
fn walk(node: &Node, depth: usize, left: &mut usize, each: &mut impl FnMut(&Node)) {
    budget::tick();
    match &node.kind {
        _ if depth > DEEPEST || *left == 0 => {}
        Kind::Map(entries) => {
            *left -= 1;
            each(node);
            for entry in entries {
                walk(&entry.value, depth + 1, left, each);
            }
        }
        Kind::List(items) => items
            .iter()
            .for_each(|item| walk(item, depth + 1, left, each)),
        Kind::Scalar(_) | Kind::Alias(_) => {}
    }
}

#[cfg(test)]
mod tests;
