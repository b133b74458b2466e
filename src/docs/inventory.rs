//! `objects.inv`: which page a symbol is on, and where.

use std::io::Read;

use flate2::read::ZlibDecoder;
use rustc_hash::FxHashMap;

/// The decompressed list may have so many bytes; that of transformers has about 2 MB.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// So many lines of a header stand before the compressed list.
const HEADER_LINES: usize = 4;

/// What the first line says.
const MAGIC: &[u8] = b"# Sphinx inventory version 2";

/// The symbols that a documentation explains.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    entries: FxHashMap<Box<str>, Entry>,
}

/// Where a symbol is explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `main_classes/trainer`
    pub page: Box<str>,
    /// `transformers.TrainingArguments`
    pub anchor: Box<str>,
}

/// Why an inventory cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not the header of an inventory.
    #[error("is no inventory of version 2")]
    Header,
    /// The compressed part is damaged.
    #[error("is damaged: its list cannot be decompressed")]
    Damaged,
    /// More bytes than any documentation has.
    #[error("is larger than {} MB when decompressed", MAX_BYTES / (1024 * 1024))]
    TooLarge,
}

impl Inventory {
    /// Reads the bytes of an `objects.inv`. Lines that make no sense are left out.
    ///
    /// # Errors
    /// Where it is no inventory, is damaged, or decompresses to too much.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        if !bytes.starts_with(MAGIC) {
            return Err(Error::Header);
        }
        let ends = memchr::memchr_iter(b'\n', bytes).nth(HEADER_LINES - 1);
        let list = &bytes[ends.ok_or(Error::Header)? + 1..];
        let mut text = Vec::new();
        let mut limited = ZlibDecoder::new(list).take(MAX_BYTES + 1);
        limited.read_to_end(&mut text).map_err(|_| Error::Damaged)?;
        if text.len() as u64 > MAX_BYTES {
            return Err(Error::TooLarge);
        }
        Ok(Self::of_lines(&String::from_utf8_lossy(&text)))
    }

    fn of_lines(text: &str) -> Self {
        let lines = text.lines().filter_map(entry);
        Self {
            entries: lines.collect(),
        }
    }

    /// Where a symbol is explained, by the path under which it is imported.
    pub fn find(&self, symbol: &str) -> Option<&Entry> {
        self.entries.get(symbol)
    }

    /// How many symbols there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// `a.B py:class 1 page#$ -`, where `$` stands for the name. Pages as such are left out.
fn entry(line: &str) -> Option<(Box<str>, Entry)> {
    let mut fields = line.split(' ');
    let (name, kind, _, place) = (
        fields.next()?,
        fields.next()?,
        fields.next()?,
        fields.next()?,
    );
    let (page, anchor) = place.split_once('#')?;
    let anchor = match anchor.strip_suffix('$') {
        Some(before) => format!("{before}{name}"),
        None => anchor.to_owned(),
    };
    let is_page = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let fits = kind.starts_with("py:") && !anchor.is_empty() && page.chars().all(is_page);
    let page = page.strip_suffix(".html").unwrap_or(page);
    fits.then(|| {
        (
            name.into(),
            Entry {
                page: page.into(),
                anchor: anchor.into(),
            },
        )
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use flate2::{Compression, write::ZlibEncoder};
    use proptest::prelude::*;
    use std::io::Write;

    /// An inventory with these lines.
    pub fn inventory(lines: &str) -> Vec<u8> {
        let mut bytes = b"# Sphinx inventory version 2\n# Project: mill\n# Version: 1.0\n# The remainder of this file is compressed using zlib.\n".to_vec();
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(lines.as_bytes()).unwrap();
        bytes.extend(encoder.finish().unwrap());
        bytes
    }

    #[test]
    fn symbols_have_places() {
        let bytes = inventory(
            "mill.Mill py:class 1 reference/mill#$ -\nmill.core.Mill.run py:method 1 reference/mill#mill.Mill.run -\nindex std:doc -1 index Title\nbroken\nx py:class 1 ../../evil?#$ -\n",
        );
        let found = Inventory::parse(&bytes).unwrap();
        assert_eq!(found.len(), 2);
        let mill = found.find("mill.Mill").unwrap();
        assert_eq!(
            (&*mill.page, &*mill.anchor),
            ("reference/mill", "mill.Mill")
        );
        assert_eq!(
            &*found.find("mill.core.Mill.run").unwrap().anchor,
            "mill.Mill.run"
        );
    }

    #[test]
    fn a_bomb_is_refused() {
        let bytes = inventory(&"a".repeat(40 * 1024 * 1024));
        assert!(bytes.len() < 100_000);
        assert_eq!(Inventory::parse(&bytes).unwrap_err(), Error::TooLarge);
        let mut damaged = inventory("a py:class 1 b#$ -\n");
        let end = damaged.len() - 6;
        damaged.truncate(end);
        assert_eq!(Inventory::parse(&damaged).unwrap_err(), Error::Damaged);
        assert_eq!(Inventory::parse(b"<html>").unwrap_err(), Error::Header);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut text = inventory("").split_off(0);
            text.extend(&bytes);
            let _ = Inventory::parse(&text);
            let _ = Inventory::parse(&bytes);
        }
    }
}
