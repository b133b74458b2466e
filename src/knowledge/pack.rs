//! A library's text form, taken apart so that little of it has to be decoded: the lines of the owners,
//! and their facts in blocks.
//!
//! Compiled into `build.rs` as well, which compresses the parts.

/// Bytes of facts from which on a block is full. Smaller ones compress worse, larger ones make one
/// look-up decode more: 64 KiB take about a twentieth of a millisecond.
pub const BLOCK: usize = 64 * 1024;

/// See the module documentation.
#[derive(Debug, Default)]
pub struct Parts {
    /// The header's lines, then each owner's line, followed by a tab and its summary, with commas between:
    /// the last names of a class's bases, and [`NOTICES`].
    pub index: String,
    /// The facts.
    pub blocks: Vec<Block>,
}

/// The facts of some owners that follow each other.
#[derive(Debug)]
pub struct Block {
    /// The number of the first of them.
    pub first: u32,
    /// Their facts, a line each, and an empty line behind each owner.
    pub text: String,
}

/// In the summary of what should not be used itself, and of a module with something that should not.
pub const NOTICES: &str = "!";

/// Takes a text apart. What makes no sense in it ends up in the index, for its reader to name.
pub fn split(text: &str) -> Parts {
    let mut parts = Parts::default();
    let mut facts = String::new();
    let mut summary: Vec<&str> = Vec::new();
    let mut owners = 0_u32;
    let mut lines = text.lines().enumerate().peekable();
    while let Some((number, line)) = lines.next() {
        parts.index.push_str(line);
        if number >= HEADER {
            summary.clear();
            while let Some((_, fact)) = lines.next_if(|(_, line)| line.starts_with('\t')) {
                let fact = &fact[1..];
                facts.push_str(fact);
                facts.push('\n');
                let notice = fact.strip_prefix("deprecated\t");
                let is_noted = notice
                    .is_some_and(|about| about.starts_with("-\t") || line.starts_with("module "));
                if is_noted && !summary.contains(&NOTICES) {
                    summary.push(NOTICES);
                }
                summary.extend(base_name(fact));
            }
            facts.push('\n');
            parts.index.push('\t');
            parts.index.push_str(&summary.join(","));
            push(&mut parts.blocks, owners, &facts);
            facts.clear();
            owners += 1;
        }
        parts.index.push('\n');
    }
    parts
}

/// Lines before the first owner.
pub const HEADER: usize = 4;

fn push(blocks: &mut Vec<Block>, owner: u32, facts: &str) {
    match blocks.last_mut() {
        Some(block) if block.text.len() < BLOCK => block.text.push_str(facts),
        _ => blocks.push(Block {
            first: owner,
            text: facts.to_owned(),
        }),
    }
}

/// `B` of `base⇥a.B[c]`.
fn base_name(fact: &str) -> Option<&str> {
    let base = fact.strip_prefix("base\t")?;
    let path = base.split(['\t', '[']).next()?;
    path.rsplit('.').next()
}
