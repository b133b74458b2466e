//! Facts in blocks, decompressed when first asked for.

use std::sync::OnceLock;

/// Some owners' facts.
#[derive(Debug)]
pub(super) struct Block {
    /// The number of the first owner in it.
    pub first: u32,
    packed: Option<Packed>,
    facts: OnceLock<Facts>,
}

/// A compressed block of the store in the program.
#[derive(Clone, Copy, Debug)]
pub struct Packed {
    /// The number of the first owner in it.
    pub first: u32,
    /// Compressed.
    pub bytes: &'static [u8],
    /// Length before, in bytes.
    pub length: usize,
}

#[derive(Debug)]
struct Facts {
    text: String,
    /// Where the facts of each owner begin.
    starts: Vec<u32>,
}

impl Facts {
    fn new(text: String) -> Self {
        let mut starts = vec![0];
        let mut line = 0;
        for end in memchr::memchr_iter(b'\n', text.as_bytes()) {
            if end == line {
                starts.push(u32::try_from(end + 1).unwrap_or(u32::MAX));
            }
            line = end + 1;
        }
        Self { text, starts }
    }

    /// The lines of the owner of that number in the block.
    fn of(&self, owner: usize) -> &str {
        let start = self.starts.get(owner).copied().unwrap_or_default() as usize;
        let end = self.starts.get(owner + 1).copied();
        let end = end.map_or(self.text.len(), |end| end as usize);
        &self.text[start..end]
    }
}

impl Block {
    /// One that is at hand: the facts of the owners from `first` on.
    pub fn ready(first: u32, text: String) -> Self {
        Self {
            first,
            packed: None,
            facts: OnceLock::from(Facts::new(text)),
        }
    }

    /// One of the store in the program.
    pub fn packed(packed: Packed) -> Self {
        Self {
            first: packed.first,
            packed: Some(packed),
            facts: OnceLock::new(),
        }
    }

    /// The facts of the owner of that number, a line each.
    pub fn facts(&self, owner: usize, library: &str) -> &str {
        let facts = self.facts.get_or_init(|| {
            let text = self.packed.and_then(|packed| packed.unpack(library));
            Facts::new(text.unwrap_or_default())
        });
        facts.of(owner - self.first as usize).trim_end_matches('\n')
    }
}

impl Packed {
    /// The facts; a block that cannot be decompressed is logged and counts as empty.
    fn unpack(&self, library: &str) -> Option<String> {
        let bytes =
            zstd::bulk::decompress(self.bytes, self.length).map_err(|error| error.to_string());
        let text = bytes.and_then(|it| String::from_utf8(it).map_err(|error| error.to_string()));
        text.inspect_err(|error| {
            tracing::error!(library, first = self.first, %error, "a block of knowledge cannot be decoded");
        })
        .ok()
    }
}
