//! Fixes in files of configuration: what a rule would write in Python is written in YAML or JSON, and tried
//! out. A fix that changes anything but what it speaks of is no fix.

use crate::embedded::config::read;
use crate::embedded::tree::{Kind, Node, Scalar, Style};
use crate::embedded::{Format, json, yaml};
use crate::python::facts::{Call, Facts, Keyword, Value};
use crate::python::literal::{parsed, quoted};
use crate::rules::finding::{Applicability, Edit, Finding, Fix};
use crate::text::TextRange;

/// More fixes than these in one file are not tried, and of a large file fewer: each reads it as a whole.
const MAX_FIXES: usize = 200;
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Fits the fixes of the findings to the file's format; those that it cannot take are dropped.
pub fn fit(text: &str, facts: &Facts, findings: &mut [Finding]) {
    let mut tries = MAX_FIXES.min(MAX_BYTES / text.len().max(1));
    let Ok(documents) = read(facts.format, text) else {
        findings.iter_mut().for_each(|finding| finding.fix = None);
        return;
    };
    let file = File {
        text,
        facts,
        leaves: leaves(&documents),
    };
    for finding in findings {
        if is_in_command(facts, finding) {
            continue;
        }
        quote_word(&file, finding);
        finding.fix = match finding.fix.take() {
            Some(fix) if tries > 0 => {
                tries -= 1;
                file.fitted(fix)
            }
            _ => None,
        };
    }
}

/// Whether a fix writes words of a command, which are no value of the file.
fn is_in_command(facts: &Facts, finding: &Finding) -> bool {
    let Some(fix) = &finding.fix else {
        return false;
    };
    fix.edits.iter().all(|edit| {
        let mut commands = facts.commands.iter();
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b' ');
        commands.any(|command| command.range().contains_range(edit.range))
            && edit.content.bytes().all(is_plain)
    })
}

struct File<'f> {
    text: &'f str,
    facts: &'f Facts,
    leaves: Vec<Leaf>,
}

/// A key with its value, or an element of a list.
#[derive(Clone, Debug)]
struct Leaf {
    /// Keys and indices from the root.
    path: Vec<String>,
    /// Where the key stands; empty for an element.
    key: TextRange,
    /// Where the value stands.
    range: TextRange,
    /// The value, unless it is a list or mapping.
    value: Option<Value>,
    /// How a scalar is written.
    style: Style,
}

/// What an edit does.
enum Change<'f> {
    Name(String),
    Value(Value, &'f Leaf),
    Removal(&'f Keyword, &'f Call),
}

impl File<'_> {
    fn fitted(&self, fix: Fix) -> Option<Fix> {
        let changes: Option<Vec<(Change<'_>, &Edit)>> = fix
            .edits
            .iter()
            .map(|edit| Some((self.change(edit)?, edit)))
            .collect();
        let changes = changes?;
        let mut expected = self.leaves.clone();
        let mut edits = Vec::new();
        let (mut name, mut written) = (None, None);
        for (change, edit) in &changes {
            let range = match change {
                Change::Name(to) => {
                    rename(&mut expected, edit.range, to);
                    name = Some(to.as_str());
                    edits.push(Edit::clone(edit));
                    continue;
                }
                Change::Value(value, leaf) => {
                    let leaf_of = |other: &&mut Leaf| other.range == leaf.range;
                    expected.iter_mut().find(leaf_of)?.value = Some(value.clone());
                    let content = self.written(value, leaf)?;
                    written = Some(content.clone());
                    edits.push(Edit {
                        range: leaf.range,
                        content,
                    });
                    continue;
                }
                Change::Removal(keyword, call) => {
                    remove(&mut expected, keyword.range);
                    self.removal(keyword, call, edit.range)?
                }
            };
            edits.push(Edit {
                range,
                content: String::new(),
            });
        }
        let title = match (name, written) {
            (Some(name), Some(value)) => format!("Replace by `{name}: {value}`"),
            (None, Some(value)) => format!("Replace by `{value}`"),
            _ => fix.title.clone(),
        };
        let fixed = Fix {
            title,
            edits,
            applicability: fix.applicability,
        };
        self.gives(&fixed, &expected).then_some(fixed)
    }

    /// What an edit that was made for Python means here.
    fn change(&self, edit: &Edit) -> Option<Change<'_>> {
        let calls = self.facts.calls.iter();
        let mut own = calls.filter(|call| call.range.intersects(edit.range));
        own.find_map(|call| {
            call.keywords.iter().find_map(|keyword| {
                if edit.range.is_empty() {
                    None
                } else if edit.range == keyword.name.range {
                    is_name(&edit.content).then(|| Change::Name(edit.content.clone()))
                } else if edit.range == keyword.value_range {
                    let leaf = self.leaves.iter().find(|leaf| leaf.range == edit.range)?;
                    Some(Change::Value(parsed(&edit.content)?, leaf))
                } else if edit.content.is_empty() && edit.range.contains_range(keyword.name.range) {
                    Some(Change::Removal(keyword, call))
                } else {
                    None
                }
            })
        })
    }

    /// A value as the file writes it: in the quotes that the old one has.
    fn written(&self, value: &Value, old: &Leaf) -> Option<String> {
        let (Format::Yaml, Value::Str(text)) = (self.facts.format, value) else {
            return json::written(value);
        };
        match old.style {
            Style::Single if !text.contains(['\'', '\n']) => Some(format!("'{text}'")),
            Style::Plain if yaml::is_plain(text) => Some(text.clone()),
            Style::Literal | Style::Folded => None,
            _ => json::written(value),
        }
    }

    /// The bytes that go with an entry. Where a comma parts the entries of a JSON text, the one in front of
    /// the last goes too.
    fn removal(&self, keyword: &Keyword, call: &Call, range: TextRange) -> Option<TextRange> {
        if self.facts.format != Format::Json {
            return Some(range);
        }
        let index = call.keywords.iter().position(|other| other == keyword)?;
        let (before, behind) = (index.checked_sub(1), call.keywords.get(index + 1));
        Some(match (before, behind) {
            (Some(before), _) => TextRange::new(call.keywords[before].range.end, keyword.range.end),
            (None, Some(behind)) => TextRange::new(keyword.range.start, behind.range.start),
            (None, None) => keyword.range,
        })
    }

    /// Whether a fix gives exactly what is expected.
    fn gives(&self, fix: &Fix, expected: &[Leaf]) -> bool {
        let mut text = self.text.to_owned();
        for edit in fix.edits.iter().rev() {
            let (start, end) = (edit.range.start as usize, edit.range.end as usize);
            if text.get(start..end).is_none() {
                return false;
            }
            text.replace_range(start..end, &edit.content);
        }
        let plain = |leaves: &[Leaf]| -> Vec<(Vec<String>, Option<Value>)> {
            let leaf = |leaf: &Leaf| (leaf.path.clone(), leaf.value.clone());
            leaves.iter().map(leaf).collect()
        };
        read(self.facts.format, &text)
            .is_ok_and(|documents| plain(&leaves(&documents)) == plain(expected))
    }
}

fn is_name(text: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.chars().all(is_letter) && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// Everything that stands in the documents, as it is written.
fn leaves<N: AsRef<Node>>(documents: &[N]) -> Vec<Leaf> {
    let mut found = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        let mut path = vec![index.to_string()];
        add(
            document.as_ref(),
            TextRange::default(),
            &mut path,
            &mut found,
        );
    }
    found
}

fn add(node: &Node, key: TextRange, path: &mut Vec<String>, found: &mut Vec<Leaf>) {
    let (value, style) = match &node.kind {
        Kind::Scalar(Scalar { text, style, value }) => {
            // What is not known still has to stay as it is.
            let shown = match value {
                Value::Unknown => Value::Str(text.clone()),
                value => value.clone(),
            };
            (Some(shown), *style)
        }
        _ => (None, Style::Plain),
    };
    found.push(Leaf {
        path: path.clone(),
        key,
        range: node.range,
        value,
        style,
    });
    match &node.kind {
        Kind::Map(entries) => {
            for entry in entries {
                let name = entry.key.scalar().map_or("", |key| key.text.as_str());
                path.push(name.to_owned());
                add(&entry.value, entry.key.range, path, found);
                path.pop();
            }
        }
        Kind::List(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string());
                add(item, TextRange::default(), path, found);
                path.pop();
            }
        }
        Kind::Scalar(_) | Kind::Alias(_) => {}
    }
}

/// Gives the key that stands in `range`, quotes or not, another name.
fn rename(leaves: &mut [Leaf], range: TextRange, to: &str) {
    let renamed = leaves.iter().find(|leaf| leaf.key.contains_range(range));
    let Some(old) = renamed.map(|leaf| leaf.path.clone()) else {
        return;
    };
    for leaf in leaves.iter_mut().filter(|leaf| leaf.path.starts_with(&old)) {
        leaf.path[old.len() - 1] = to.to_owned();
    }
}

/// Takes out the entry that stands in `range`, with what is inside.
fn remove(leaves: &mut Vec<Leaf>, range: TextRange) {
    let inside = |part: TextRange| !part.is_empty() && range.contains_range(part);
    leaves.retain(|leaf| !inside(leaf.key) && !inside(leaf.range));
}

/// A word that YAML reads as a boolean, where a string is expected: quotes make it one.
fn quote_word(file: &File<'_>, finding: &mut Finding) {
    let written = finding.range.slice(file.text);
    let is_word = ["yes", "no", "on", "off"].contains(&written.to_ascii_lowercase().as_str());
    let expected = finding
        .help
        .as_deref()
        .is_some_and(|help| help.contains(&quoted(written)));
    if !is_word || !expected || file.facts.format != Format::Yaml {
        return;
    }
    finding.help = Some(format!(
        "YAML reads `{written}` as a boolean; write `{}`",
        quoted(written)
    ));
    finding.fix = Some(Fix {
        title: String::new(),
        applicability: Applicability::Safe,
        edits: vec![Edit {
            range: finding.range,
            content: quoted(written),
        }],
    });
}
