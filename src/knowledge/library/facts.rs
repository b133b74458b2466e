//! Where facts lie: in blocks that are decompressed when first asked for.

use std::cell::RefCell;
use std::sync::OnceLock;

use zstd::zstd_safe::{DCtx, DDict, get_error_name};

/// All facts of a library.
#[derive(Debug)]
pub(super) struct Facts {
    /// Those of large owners, and behind them the blocks of the others.
    blocks: Vec<Block>,
    /// What the blocks of small owners have in common.
    dictionary: Option<Dictionary>,
}

#[derive(Debug)]
struct Block {
    packed: Packed,
    text: OnceLock<String>,
}

/// A compressed part of the store in the program.
#[derive(Clone, Copy, Debug)]
pub struct Packed {
    /// Compressed.
    pub bytes: &'static [u8],
    /// Length before, in bytes.
    pub length: usize,
}

impl Block {
    const fn new(packed: Packed) -> Self {
        Self {
            packed,
            text: OnceLock::new(),
        }
    }
}

impl Facts {
    /// Facts that are at hand, in no block.
    pub fn plain(text: String) -> Self {
        let nothing = Packed {
            bytes: &[],
            length: 0,
        };
        let block = Block::new(nothing);
        block.text.get_or_init(|| text);
        Self {
            blocks: vec![block],
            dictionary: None,
        }
    }

    /// Facts in the program.
    pub fn packed(plain: Packed, blocks: &[Packed], dictionary: Packed) -> Self {
        let all = std::iter::once(&plain).chain(blocks);
        Self {
            blocks: all.copied().map(Block::new).collect(),
            dictionary: (dictionary.length > 0).then(|| Dictionary::new(dictionary)),
        }
    }

    /// What lies at `place`: 0 for those in no block, or the number of a block, counted from 1.
    pub fn at(&self, place: usize, library: &str) -> &str {
        let Some(block) = self.blocks.get(place) else {
            return "";
        };
        block.text.get_or_init(|| {
            let dictionary = self.dictionary.as_ref().filter(|_| place > 0);
            let dictionary = dictionary.and_then(|it| it.prepared(library));
            block.packed.text(library, dictionary).unwrap_or_default()
        })
    }
}

/// A dictionary, decompressed and prepared when first asked for.
struct Dictionary {
    packed: Packed,
    prepared: OnceLock<Option<DDict<'static>>>,
}

impl std::fmt::Debug for Dictionary {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Dictionary({} bytes)", self.packed.length)
    }
}

impl Dictionary {
    const fn new(packed: Packed) -> Self {
        Self {
            packed,
            prepared: OnceLock::new(),
        }
    }

    fn prepared(&self, library: &str) -> Option<&DDict<'static>> {
        let prepare = || DDict::try_create(&self.packed.unpack(library)?);
        self.prepared.get_or_init(prepare).as_ref()
    }
}

thread_local! {
    /// Making one takes longer than decompressing a block.
    static DECOMPRESSOR: RefCell<DCtx<'static>> = RefCell::new(DCtx::create());
}

impl Packed {
    /// The bytes; what cannot be decompressed is logged.
    pub(super) fn unpack(&self, library: &str) -> Option<Vec<u8>> {
        self.inflate(None)
            .inspect_err(|error| log(library, error))
            .ok()
    }

    /// The text; what cannot be decompressed is logged.
    pub(in crate::knowledge) fn unpack_text(&self, library: &str) -> Option<String> {
        self.text(library, None)
    }

    fn text(&self, library: &str, dictionary: Option<&DDict<'static>>) -> Option<String> {
        self.inflate(dictionary)
            .and_then(|it| String::from_utf8(it).map_err(|error| error.to_string()))
            .inspect_err(|error| log(library, error))
            .ok()
    }

    fn inflate(&self, dictionary: Option<&DDict<'static>>) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::with_capacity(self.length);
        let done = DECOMPRESSOR.with_borrow_mut(|it| match dictionary {
            Some(dictionary) => it.decompress_using_ddict(&mut bytes, self.bytes, dictionary),
            None => it.decompress(&mut bytes, self.bytes),
        });
        done.map_err(|code| get_error_name(code).to_owned())?;
        Ok(bytes)
    }
}

fn log(library: &str, error: &String) {
    tracing::error!(library, %error, "a part of the knowledge cannot be decoded");
}
