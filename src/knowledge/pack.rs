//! A library's text form, taken apart so that look-ups read it as it is: the lines of the owners with tables
//! that lead to them, and their facts, those of small owners in blocks that are decompressed one by one.
//!
//! Compiled into `build.rs` as well, which compresses the parts. Numbers in tables have four bytes, little
//! endian.

/// Bytes of facts from which on an owner is large: it is in no block, because a look-up reads little of it.
pub const LARGE: usize = 8 * 1024;

/// Bytes of facts from which on a block is full. Smaller ones compress worse, larger ones make one
/// look-up decode more.
pub const BLOCK: usize = 16 * 1024;

/// Numbers of an owner in [`Parts::owners`].
pub const FIELDS: usize = 4;

/// See the module documentation.
#[derive(Debug, Default)]
pub struct Parts {
    /// The header's lines, then each owner's line, followed by a tab and its summary, with commas between:
    /// the last names of a class's bases, and [`NOTICES`].
    pub index: String,
    /// For each owner where its line begins in `index`; where its facts lie: 0 for `plain`, or the number of
    /// the block counted from 1; where they begin and end there.
    pub owners: Vec<u8>,
    /// A hash table of paths: the numbers of the first owners that have them, counted from 1.
    pub slots: Vec<u8>,
    /// The facts of large owners, a line each.
    pub plain: String,
    /// Those of the others.
    pub blocks: Vec<String>,
}

/// In the summary of what should not be used itself, and of a module with something that should not.
pub const NOTICES: &str = "!";

/// Lines before the first owner.
pub const HEADER: usize = 4;

/// Takes a text apart; owners with at least `large` bytes of facts count as large. What makes no sense
/// in the text ends up in the index, for its reader to name.
pub fn split(text: &str, large: usize) -> Parts {
    let mut parts = Parts::default();
    let mut facts: Vec<&str> = Vec::new();
    let mut summary: Vec<&str> = Vec::new();
    let mut paths: Vec<&str> = Vec::new();
    let mut lines = text.lines().enumerate().peekable();
    while let Some((number, line)) = lines.next() {
        let start = parts.index.len();
        parts.index.push_str(line);
        if number >= HEADER {
            facts.clear();
            summary.clear();
            while let Some((_, fact)) = lines.next_if(|(_, line)| line.starts_with('\t')) {
                let fact = &fact[1..];
                facts.push(fact);
                let notice = fact.strip_prefix("deprecated\t");
                let is_noted = notice
                    .is_some_and(|about| about.starts_with("-\t") || line.starts_with("module "));
                if is_noted && !summary.contains(&NOTICES) {
                    summary.push(NOTICES);
                }
                summary.extend(base_name(fact));
            }
            parts.index.push('\t');
            parts.index.push_str(&summary.join(","));
            parts.add(start, &facts, large);
            paths.push(path(line));
        }
        parts.index.push('\n');
    }
    parts.slots = slots(&paths);
    parts
}

impl Parts {
    /// Adds the facts of an owner whose line begins at `line`.
    fn add(&mut self, line: usize, facts: &[&str], large: usize) {
        let length: usize = facts.iter().map(|fact| fact.len() + 1).sum();
        let (place, text) = if length >= large {
            (0, &mut self.plain)
        } else {
            if self.blocks.last().is_none_or(|block| block.len() >= BLOCK) {
                self.blocks.push(String::new());
            }
            let place = self.blocks.len();
            (place, self.blocks.last_mut().expect("one was added"))
        };
        let start = text.len();
        for fact in facts {
            text.push_str(fact);
            text.push('\n');
        }
        for number in [line, place, start, text.len()] {
            push(&mut self.owners, number);
        }
    }
}

fn push(table: &mut Vec<u8>, number: usize) {
    let number = u32::try_from(number).expect("a library has less than 4 GB of facts");
    table.extend(number.to_le_bytes());
}

/// The number at `index` of a table; 0 behind its end.
pub fn number(table: &[u8], index: usize) -> usize {
    let bytes = table.get(index * 4..index * 4 + 4);
    let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(0, |bytes| u32::from_le_bytes(bytes) as usize)
}

/// A hash table of the numbers of paths, counted from 1; of those that are the same the first counts.
fn slots(paths: &[&str]) -> Vec<u8> {
    let size = (2 * paths.len()).next_power_of_two();
    let mut slots = vec![0; size];
    for (number, path) in paths.iter().enumerate() {
        let mut slot = hash(path) as usize % size;
        while slots[slot] > 0 && paths[slots[slot] - 1] != *path {
            slot = (slot + 1) % size;
        }
        if slots[slot] == 0 {
            slots[slot] = number + 1;
        }
    }
    let mut table = Vec::with_capacity(4 * size);
    slots.iter().for_each(|number| push(&mut table, *number));
    table
}

/// The number of the first owner of a path, counted from 0, in a table made by [`split`]; `is_of` says whether
/// the owner of that number has it.
pub fn find(slots: &[u8], path: &str, is_of: impl Fn(usize) -> bool) -> Option<usize> {
    let size = slots.len() / 4;
    let mut slot = hash(path) as usize % size.max(1);
    // A table is half empty.
    loop {
        let owner = number(slots, slot).checked_sub(1)?;
        if is_of(owner) {
            return Some(owner);
        }
        slot = (slot + 1) % size;
    }
}

/// Eight bytes at a time, as rustc does; the same in every build.
fn hash(path: &str) -> u64 {
    const FACTOR: u64 = 0x517c_c1b7_2722_0a95;
    let add = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    let (words, rest) = path.as_bytes().as_chunks::<8>();
    let hash = words
        .iter()
        .fold(0, |hash, word| add(hash, u64::from_le_bytes(*word)));
    let rest = rest
        .iter()
        .fold(1, |word, byte| word << 8 | u64::from(*byte));
    // The high bits depend on all bytes.
    add(hash, rest) >> 32
}

/// `a.B` of `class a.B⇥4.30..`
fn path(line: &str) -> &str {
    let path = line.split('\t').next().unwrap_or_default();
    path.split_once(' ').map_or(path, |(_, path)| path)
}

/// `B` of `base⇥a.B[c]`.
fn base_name(fact: &str) -> Option<&str> {
    let base = fact.strip_prefix("base\t")?;
    let path = base.split(['\t', '[']).next()?;
    path.rsplit('.').next()
}
