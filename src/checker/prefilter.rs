//! Which files cannot concern us: told from their bytes, before anything is parsed.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::knowledge::store::store;

/// Whether a statement of `text` may import a known library. Strings and comments may look like
/// statements; a statement is never overlooked.
pub fn imports_a_library(text: &str) -> bool {
    static PACKAGES: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let packages = store().packages().flat_map(|(_, packages)| packages);
        // `sentence_transformers`, not the `transformers` in it.
        let mut builder = AhoCorasick::builder();
        let builder = builder.match_kind(MatchKind::LeftmostLongest);
        builder
            .build(packages)
            .expect("package names are few and short")
    });
    let bytes = text.as_bytes();
    PACKAGES
        .find_iter(bytes)
        .any(|found| is_imported(&bytes[..found.start()], bytes.get(found.end())))
}

/// Whether a name that stands behind `before` may be imported there. In `import a, b` other names come
/// between, and a backslash may join lines.
fn is_imported(before: &[u8], next: Option<&u8>) -> bool {
    if next.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
        return false;
    }
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'\\';
    let end = before.iter().rposition(|byte| !is_blank(byte));
    let before = &before[..end.map_or(0, |at| at + 1)];
    if before.ends_with(b"from") || before.ends_with(b"import") {
        let line = memchr::memrchr2(b'\n', b'\r', before).map_or(before, |at| &before[at + 1..]);
        // An example in a docstring, or a comment.
        return !matches!(line.trim_ascii_start().first(), Some(b'>' | b'#'));
    }
    before.ends_with(b",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_never_overlooked() {
        for text in [
            "import transformers",
            "import os, transformers as t",
            "from  transformers.trainer import Trainer",
            "import sentence_transformers",
            "if a: import trl",
            "try:\n    from peft import *",
            "from \\\n  datasets import a",
            "x = 1;from datasets import a",
        ] {
            assert!(imports_a_library(text), "{text}");
        }
    }

    #[test]
    fn other_files_are_left_out() {
        for text in [
            "",
            "import transformers_stream",
            ">>> from transformers import pipeline",
            "# from transformers import pipeline",
            "'''transformers is a library'''",
            "from .transformers import a",
            "from ...utils import a  # as in transformers",
        ] {
            assert!(!imports_a_library(text), "{text}");
        }
    }
}
