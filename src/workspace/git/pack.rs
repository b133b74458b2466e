//! Packs: many objects in one file, some as changes of others, with an index beside.

use std::path::{Path, PathBuf};

use super::ObjectId;
use super::object::{Kind, LARGEST, Object, inflated};
use crate::workspace::files::Files;

/// An index of version 2 begins so.
const MAGIC: [u8; 8] = [0xff, b't', b'O', b'c', 0, 0, 0, 2];

/// The numbers of objects by first bytes lie behind that.
const FANOUT: u64 = 8;

/// The names begin here.
const NAMES: u64 = FANOUT + 256 * 4;

/// Longer chains of changes are not followed; git makes none of more than 4,095.
const DEEPEST: u32 = 4096;

/// A pack with its index.
#[derive(Debug)]
pub struct Pack<'f> {
    files: &'f dyn Files,
    index: PathBuf,
    pack: PathBuf,
    /// For each first byte how many names begin with it or one below.
    fanout: Vec<u32>,
}

impl<'f> Pack<'f> {
    /// The pack of an index.
    pub fn open(files: &'f dyn Files, index: &Path) -> Option<Self> {
        let head = files.head(index, NAMES).ok()?;
        let counts = head.strip_prefix(&MAGIC)?;
        let fanout: Vec<u32> = counts.chunks_exact(4).map(number).collect();
        (fanout.len() == 256 && fanout.is_sorted()).then(|| Self {
            files,
            index: index.to_path_buf(),
            pack: index.with_extension("pack"),
            fanout,
        })
    }

    /// An object of the pack.
    pub fn read(&self, id: &ObjectId) -> Option<Object> {
        self.at(self.offset(id)?, DEEPEST)
    }

    /// Where an object begins in the pack.
    fn offset(&self, id: &ObjectId) -> Option<u64> {
        let first = usize::from(id[0]);
        let mut low = u64::from(if first == 0 {
            0
        } else {
            self.fanout[first - 1]
        });
        let mut high = u64::from(self.fanout[first]);
        let count = u64::from(self.fanout[255]);
        while low < high {
            let middle = u64::midpoint(low, high);
            let name = self.files.part(&self.index, NAMES + middle * 20, 20).ok()?;
            match name.as_slice().cmp(id.as_slice()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return self.offset_of(middle, count),
            }
        }
        None
    }

    /// Behind the names stand checksums, then offsets, then those offsets that need eight bytes.
    fn offset_of(&self, place: u64, count: u64) -> Option<u64> {
        let offsets = NAMES + count * 24;
        let offset = self.files.part(&self.index, offsets + place * 4, 4).ok()?;
        let offset = (offset.len() == 4).then(|| number(&offset))?;
        if offset >> 31 == 0 {
            return Some(u64::from(offset));
        }
        let far = offsets + count * 4 + u64::from(offset & 0x7fff_ffff) * 8;
        let far: [u8; 8] = self.files.part(&self.index, far, 8).ok()?.try_into().ok()?;
        Some(u64::from_be_bytes(far))
    }

    fn at(&self, offset: u64, depth: u32) -> Option<Object> {
        let depth = depth.checked_sub(1)?;
        let head = self.files.part(&self.pack, offset, 64).ok()?;
        let mut bytes = Bytes(&head);
        let (kind, size) = bytes.kind_and_size()?;
        let base = match kind {
            6 => Some(self.at(offset.checked_sub(bytes.distance()?)?, depth)?),
            7 => {
                let id: ObjectId = bytes.take(20)?.try_into().ok()?;
                Some(self.at(self.offset(&id)?, depth)?)
            }
            _ => None,
        };
        let start = offset + (head.len() - bytes.0.len()) as u64;
        let data = self.inflated(start, size)?;
        match base {
            Some(base) => Some(Object {
                data: changed(&base.data, &data)?,
                kind: base.kind,
            }),
            None => Some(Object {
                kind: match kind {
                    1 => Kind::Commit,
                    2 => Kind::Tree,
                    3 => Kind::Blob,
                    _ => Kind::Other,
                },
                data,
            }),
        }
    }

    /// What is packed from there on, which is so long when it is unpacked.
    fn inflated(&self, start: u64, size: u64) -> Option<Vec<u8>> {
        if size > LARGEST {
            return None;
        }
        // What does not get smaller gets a little longer.
        let most = size + size / 1000 + 128;
        let packed = self.files.part(&self.pack, start, most).ok()?;
        let data = inflated(&packed, size)?;
        (data.len() as u64 == size).then_some(data)
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// Bytes that are read from the front.
struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// Seven bits a byte, the lowest first, after `bits` bits that are there.
    fn small_first(&mut self, mut byte: u8, mut value: u64, mut bits: u32) -> Option<u64> {
        while byte & 0x80 != 0 {
            byte = self.next()?;
            value |= u64::from(byte & 0x7f)
                .checked_shl(bits)
                .filter(|_| bits < 57)?;
            bits += 7;
        }
        Some(value)
    }

    fn kind_and_size(&mut self) -> Option<(u8, u64)> {
        let first = self.next()?;
        let size = self.small_first(first, u64::from(first & 0x0f), 4)?;
        Some((first >> 4 & 7, size))
    }

    /// How far in front the base of a change begins.
    fn distance(&mut self) -> Option<u64> {
        let mut byte = self.next()?;
        let mut value = u64::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = self.next()?;
            value = value.checked_add(1)?.checked_mul(128)? | u64::from(byte & 0x7f);
        }
        Some(value)
    }

    fn length(&mut self) -> Option<u64> {
        let first = self.next()?;
        self.small_first(first, u64::from(first & 0x7f), 7)
    }
}

/// Makes an object of another one and what changed: copies of parts, and what is new.
fn changed(base: &[u8], change: &[u8]) -> Option<Vec<u8>> {
    let mut change = Bytes(change);
    let before = change.length()?;
    let after = change.length().filter(|length| *length <= LARGEST)?;
    if before != base.len() as u64 {
        return None;
    }
    let after = usize::try_from(after).ok()?;
    let mut data = Vec::with_capacity(after);
    while let Some(step) = change.next() {
        if step & 0x80 == 0 {
            data.extend_from_slice(change.take(usize::from(step)).filter(|it| !it.is_empty())?);
        } else {
            let mut part = |bits: std::ops::Range<u32>| {
                let mut value = 0_usize;
                for (place, bit) in bits.enumerate() {
                    if step >> bit & 1 == 1 {
                        value |= usize::from(change.next()?) << (8 * place);
                    }
                }
                Some(value)
            };
            let start = part(0..4)?;
            let count = match part(4..7)? {
                0 => 0x10000,
                count => count,
            };
            data.extend_from_slice(base.get(start..start.checked_add(count)?)?);
        }
        if data.len() > after {
            return None;
        }
    }
    (data.len() == after).then_some(data)
}
