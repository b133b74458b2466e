//! The tech stack: which packages in which versions, as people write that down.
//!
//! Lenient: a table with a column of names and one of versions, cells and items that say `TRL 1.16.0`. Whether a name is
//! that of a package is for others to know.

mod stated;

pub use self::stated::Stated;

use super::outline::{Outline, Table};
use super::span::place_of;
use crate::text::TextRange;
use crate::workspace::requirements::normalise;

/// A tech stack. Ranges are bytes of its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stack {
    /// In the order of the text.
    pub rows: Vec<Row>,
}

/// A row of a table, a cell or an item that names something with its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Normalised, as a distribution of that name would be called: `huggingface-hub`.
    pub name: String,
    /// The name, without what decorates it.
    pub name_range: TextRange,
    /// What it says of the version; `None` where that is not understood, or nothing.
    pub version: Option<Stated>,
    /// Where the version stands: the cell, or the version alone; may be empty.
    pub version_range: TextRange,
    /// The row or the item.
    pub range: TextRange,
    /// The table of the outline that it is in.
    pub table: Option<usize>,
}

impl Stack {
    /// Reads a tech stack. Never fails: what is not understood is not in it.
    pub fn read(text: &str, outline: &Outline) -> Self {
        let mut rows = Vec::new();
        for (number, table) in outline.tables.iter().enumerate() {
            read_table(text, table, number, &mut rows);
        }
        for item in &outline.items {
            let line = item.text.slice(text).lines().next().unwrap_or_default();
            let line = place_of(text, item.text, line);
            rows.extend(phrase(text, line, item.range));
        }
        rows.sort_by_key(|row| row.range.start);
        Self { rows }
    }

    /// The rows of a distribution, by its normalised name.
    pub fn of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().filter(move |row| row.name == name)
    }

    /// The columns of names and of versions of a table, where its first row names them.
    pub fn columns(text: &str, table: &Table) -> Option<(usize, usize)> {
        let head = table.rows.first()?;
        let find = |words: &[&str]| {
            head.iter().position(|cell| {
                let cell = undecorated(cell.slice(text)).to_lowercase();
                let mut parts = cell.split([' ', '/', '(']);
                parts.any(|part| words.contains(&part.trim_end_matches(['s', ')'])))
            })
        };
        // Another column of versions says which were, or may be.
        let is_of_versions = |cell: &TextRange| {
            let said = undecorated(cell.slice(text)).to_lowercase();
            said.split(|c: char| !c.is_alphanumeric())
                .any(|word| matches!(word, "version" | "versions" | "pin" | "pinned" | "release"))
        };
        if head.iter().filter(|cell| is_of_versions(cell)).count() != 1 {
            return None;
        }
        let versions = head.iter().position(is_of_versions)?;
        if !is_of_now(&undecorated(head[versions].slice(text)).to_lowercase()) {
            return None;
        }
        let names = find(&[
            "package",
            "librarie",
            "library",
            "tool",
            "name",
            "technology",
            "technologie",
            "component",
            "dependency",
            "dependencie",
            "framework",
            "distribution",
            "module",
            "software",
        ]);
        let first = if versions == 0 { None } else { Some(0) };
        let names = names.filter(|at| *at != versions).or(first)?;
        Some((names, versions))
    }
}

/// Whether a column of versions, by its name in lower case, says which are there: no least ones, none of before.
fn is_of_now(name: &str) -> bool {
    const WORDS: [&str; 13] = [
        "version",
        "versions",
        "pin",
        "pinned",
        "release",
        "locked",
        "installed",
        "current",
        "exact",
        "used",
        "in",
        "use",
        "our",
    ];
    let words = name.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .all(|word| WORDS.contains(&word))
}

fn read_table(text: &str, table: &Table, number: usize, rows: &mut Vec<Row>) {
    let columns = Stack::columns(text, table);
    for cells in table.rows.iter().skip(1) {
        let (Some(first), Some(last)) = (cells.first(), cells.last()) else {
            continue;
        };
        let range = TextRange::new(first.start, last.end);
        let found = match columns {
            Some((names, versions)) => row(text, cells, names, versions, range)
                .into_iter()
                .collect(),
            None => cells
                .iter()
                .filter_map(|cell| phrase(text, *cell, range))
                .collect::<Vec<_>>(),
        };
        rows.extend(found.into_iter().map(|row| Row {
            table: Some(number),
            ..row
        }));
    }
}

fn row(
    text: &str,
    cells: &[TextRange],
    names: usize,
    versions: usize,
    range: TextRange,
) -> Option<Row> {
    let cell = *cells.get(names)?;
    let written = undecorated(cell.slice(text));
    let written = written.split_once('[').map_or(written, |(name, _)| name);
    let version = cells.get(versions).copied();
    let version_range = version.unwrap_or(TextRange::at(range.end));
    Some(Row {
        name: distribution(written)?,
        name_range: place_of(text, cell, written),
        version: Stated::read(text, version_range),
        version_range,
        range,
        table: None,
    })
}

/// `TRL 1.16.0`, `` `trl==1.16.0` ``, `**Transformers**: 5.23.0 for training`.
fn phrase(text: &str, place: TextRange, range: TextRange) -> Option<Row> {
    let said = place.slice(text);
    let is_digit = |c: char| c.is_ascii_digit();
    // The version begins with the first number that stands apart.
    let starts = said.match_indices(is_digit).map(|(at, _)| at);
    let mut starts = starts.filter(|at| {
        let before = said[..*at].trim_end_matches(['v', 'V']);
        before.ends_with(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-'))
            || (before.len() == *at && before.ends_with("~-"))
    });
    let at = starts.next()?;
    let is_sign = |c: char| "=<>!~^ vV`*_:([—–-".contains(c);
    let name = said[..at].trim_end_matches(is_sign);
    let signs = &said[name.len()..at];
    let name = undecorated(name);
    let written = signs.trim_start_matches(|c: char| !"=<>!~^".contains(c));
    let start = at - written.len();
    let behind = &said[at..];
    let length = behind
        .find(|c: char| !(c.is_ascii_alphanumeric() || ".*+!<>=, ".contains(c)))
        .unwrap_or(behind.len());
    // A list of limits may hold spaces, a sentence behind a version is none of it.
    let limits = behind[..length]
        .split_inclusive(',')
        .enumerate()
        .take_while(|(at, part)| {
            *at == 0 || part.trim_start().starts_with(['<', '>', '=', '!', '~'])
        });
    let limits: usize = limits.map(|(_, part)| part.len()).sum();
    let spoken = behind[..limits].trim_end_matches([',', ' ', '.']);
    let word = match spoken.contains(',') {
        true => spoken,
        false => spoken.split(' ').next().unwrap_or_default(),
    };
    let word = word.trim_end_matches('.');
    let rest = behind[word.len()..].trim_start_matches(['`', '*', '_']);
    let is_sure = word.matches('.').count() > 1 || !written.is_empty();
    let is_end =
        rest.trim().is_empty() || rest.trim_start().starts_with(|c| !char::is_alphanumeric(c));
    if !is_end && !is_sure || !word.contains('.') && written.is_empty() {
        return None;
    }
    let version_range = place_of(text, place, &said[start..at + word.len()]);
    let bare = name.split_once('[').map_or(name, |(name, _)| name);
    Some(Row {
        name: distribution(bare)?,
        name_range: place_of(text, place, bare),
        version: Stated::read(text, version_range),
        version_range,
        range,
        table: None,
    })
}

/// A name without backticks, stars, an address, and the name of the house in front.
fn undecorated(said: &str) -> &str {
    let signs = |c: char| c.is_whitespace() || "`*_:🤗".contains(c);
    let mut name = said.trim_matches(signs);
    if let Some((inner, _)) = name.strip_prefix('[').and_then(|it| it.split_once("](")) {
        name = inner.trim_matches(signs);
    }
    for house in ["Hugging Face ", "HuggingFace ", "HF "] {
        let rest = name.strip_prefix(house);
        name = rest.filter(|it| *it != "Hub").unwrap_or(name);
    }
    name
}

/// The distribution that a name is that of; `None` where it can be none.
fn distribution(name: &str) -> Option<String> {
    const OTHERS: [(&str, &str); 4] = [
        ("pytorch", "torch"),
        ("hugging-face-hub", "huggingface-hub"),
        ("scikit-learn", "scikit-learn"),
        ("weights-&-biases", "wandb"),
    ];
    let joined = normalise(&name.trim().replace(' ', "-"));
    let other = OTHERS.iter().find(|(spoken, _)| *spoken == joined);
    if let Some((_, name)) = other {
        return Some((*name).to_owned());
    }
    let is_name = joined
        .bytes()
        .all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'.');
    (is_name && joined.starts_with(|c: char| c.is_ascii_alphanumeric())).then_some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::markdown::Syntax;

    fn rows(text: &str) -> Vec<(String, String)> {
        let stack = Stack::read(text, &Syntax::parse(text).outline(text));
        let row = |row: &Row| {
            let version = row.version_range.slice(text).to_owned();
            let understood = if row.version.is_some() { "" } else { "?" };
            (row.name.clone(), version + understood)
        };
        stack.rows.iter().map(row).collect()
    }

    fn expect(text: &str, expected: &[(&str, &str)]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, version)| ((*name).to_owned(), (*version).to_owned()))
            .collect();
        assert_eq!(rows(text), expected, "{text}");
    }

    #[test]
    fn tables_name_packages_and_versions() {
        let text = "| Package | Why | Version |\n| - | - | - |\n| `trl[peft]` | a | 1.16.0 |\n\
            | [PyTorch](https://a/b) | b | `2.9` |\n| **Hugging Face Hub** | | latest |\n";
        let expected = [
            ("trl", "1.16.0"),
            ("torch", "`2.9`"),
            ("huggingface-hub", "latest?"),
        ];
        expect(text, &expected);
        for head in ["Minimum version", "Version | New version", "Latest release"] {
            let text = format!("| Package | {head} |\n| - | - | - |\n| trl | 1.16.0 | 1.17.0 |\n");
            expect(&text, &[]);
        }
        let text =
            "| Layer | Choice |\n| - | - |\n| Training | TRL 1.16.0 |\n| GPU | 2 x 24 GB |\n";
        expect(text, &[("trl", "1.16.0")]);
    }

    #[test]
    fn items_name_packages_and_versions() {
        for (text, name, version) in [
            ("- transformers==5.23.0\n", "transformers", "==5.23.0"),
            ("- `trl[peft]>=1.15,<2`: training\n", "trl", ">=1.15,<2"),
            ("- **Transformers**: 5.23.0\n", "transformers", "5.23.0"),
            ("- 🤗 Datasets 5.2\n", "datasets", "5.2"),
            (
                "- Hugging Face Accelerate v1.15.0 for many GPUs\n",
                "accelerate",
                "1.15.0",
            ),
            ("- `peft` — 0.21.2, adapters\n", "peft", "0.21.2"),
            ("- Python (3.11)\n", "python", "3.11"),
            (
                "- sentence-transformers 6.2.0.\n",
                "sentence-transformers",
                "6.2.0",
            ),
            ("- torch ^2.9\n", "torch", "^2.9"),
        ] {
            expect(text, &[(name, version)]);
        }
    }

    #[test]
    fn other_items_name_none() {
        for text in [
            "- Accelerate 2 GPUs\n",
            "- Datasets 5.2 million rows\n",
            "- 24 GB\n",
            "- Llama-3.1-8B\n",
            "- transformers\n",
            "- uses CUDA\n",
        ] {
            expect(text, &[]);
        }
    }
}
