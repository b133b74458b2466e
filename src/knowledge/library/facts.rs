//! Where facts lie: plain, or in blocks that are decompressed when first asked for.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::OnceLock;

use zstd::bulk::Decompressor;

/// All facts of a library.
#[derive(Debug)]
pub(super) struct Facts {
    /// Those of large owners.
    plain: Cow<'static, str>,
    /// Those of the others.
    blocks: Vec<Block>,
}

#[derive(Debug)]
struct Block {
    packed: Packed,
    text: OnceLock<String>,
}

/// A compressed block of the store in the program.
#[derive(Clone, Copy, Debug)]
pub struct Packed {
    /// Compressed.
    pub bytes: &'static [u8],
    /// Length before, in bytes.
    pub length: usize,
}

impl Facts {
    pub fn new(plain: Cow<'static, str>, blocks: &[Packed]) -> Self {
        let block = |packed: &Packed| Block {
            packed: *packed,
            text: OnceLock::new(),
        };
        Self {
            plain,
            blocks: blocks.iter().map(block).collect(),
        }
    }

    /// What lies at `place`: 0 for the plain ones, or the number of a block, counted from 1.
    pub fn at(&self, place: usize, library: &str) -> &str {
        let Some(block) = place.checked_sub(1) else {
            return &self.plain;
        };
        self.blocks.get(block).map_or("", |block| {
            let unpack = || block.packed.unpack(library).unwrap_or_default();
            block.text.get_or_init(unpack)
        })
    }
}

thread_local! {
    /// Making one takes longer than decompressing a block.
    static DECOMPRESSOR: RefCell<Decompressor<'static>> = RefCell::new(
        Decompressor::new().expect("there is memory for a decompressor"),
    );
}

impl Packed {
    /// The text; a block that cannot be decompressed is logged and counts as empty.
    pub(in crate::knowledge) fn unpack(&self, library: &str) -> Option<String> {
        let bytes = DECOMPRESSOR
            .with_borrow_mut(|it| it.decompress(self.bytes, self.length))
            .map_err(|error| error.to_string());
        let text = bytes.and_then(|it| String::from_utf8(it).map_err(|error| error.to_string()));
        text.inspect_err(|error| {
            tracing::error!(library, %error, "a block of knowledge cannot be decoded");
        })
        .ok()
    }
}
