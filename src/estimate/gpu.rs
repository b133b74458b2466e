//! The machine that something is estimated or planned for.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// GPUs of one kind, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gpu {
    /// How many; none is a machine without one.
    pub count: u64,
    /// Memory of one, in GiB, as it is sold.
    pub memory: u64,
    /// What it is called, where that was said.
    pub name: String,
    /// Whether it computes in bfloat16, which also says whether FlashAttention runs on it.
    pub bf16: bool,
    /// How fast one is; none where only its memory is known.
    pub speed: Option<Speed>,
}

/// What a card does at most, by its maker: dense, without sparsity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speed {
    /// In 16 bits, accumulated in 32: 10^9 operations a second.
    pub half: u64,
    /// In 32 bits without TensorFloat-32: 10^9 operations a second.
    pub single: u64,
    /// Of its memory: 10^9 bytes a second.
    pub bandwidth: u64,
}

/// A card that has a name.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Card {
    memory: u64,
    bf16: bool,
    #[serde(flatten)]
    speed: Speed,
}

#[derive(Debug, Deserialize)]
struct Cards {
    gpus: BTreeMap<String, Card>,
}

/// The cards that have a name; a test reads them.
static CARDS: LazyLock<BTreeMap<String, Card>> = LazyLock::new(|| {
    toml_edit::de::from_str::<Cards>(include_str!("gpus.toml"))
        .expect("a test reads it")
        .gpus
});

impl Gpu {
    /// A machine without one.
    pub const fn none() -> Self {
        Self {
            count: 0,
            memory: 0,
            name: String::new(),
            bf16: false,
            speed: None,
        }
    }

    /// What a plan takes when nobody says: the smallest card on which adapters of models of 8 billion weights are
    /// trained with comfort.
    pub const fn usual() -> Self {
        Self {
            count: 1,
            memory: 24,
            name: String::new(),
            bf16: true,
            speed: None,
        }
    }

    /// Reads `24GB`, `2x24GB`, `A100-80GB:2`, `RTX 4090`, `cpu`. A size without a name is taken for a card that
    /// computes in bfloat16, as those since 2020 do.
    ///
    /// # Errors
    /// What can be written.
    pub fn parse(text: &str) -> Result<Self, String> {
        let trimmed = text.trim();
        if trimmed.eq_ignore_ascii_case("cpu") || trimmed.eq_ignore_ascii_case("none") {
            return Ok(Self::none());
        }
        let (count, name) = counted(trimmed).ok_or_else(|| unreadable(text))?;
        let key: String = name.to_lowercase().replace(' ', "");
        let plain = key.strip_suffix("gib").or_else(|| key.strip_suffix("gb"));
        let size = plain.and_then(|size| size.parse::<u64>().ok());
        if let Some(memory) = size.filter(|size| (2..=1024).contains(size)) {
            return Ok(Self {
                count,
                memory,
                name: String::new(),
                bf16: true,
                speed: None,
            });
        }
        let card = CARDS.get(&key).or_else(|| CARDS.get(&key.replace('-', "")));
        let of = |card: &Card| Self {
            count,
            memory: card.memory,
            name: name.to_owned(),
            bf16: card.bf16,
            speed: Some(card.speed),
        };
        card.map(of).ok_or_else(|| unreadable(text))
    }

    /// Whether there is none.
    pub const fn is_cpu(&self) -> bool {
        self.count == 0
    }

    /// As the target's table writes it: `2x24GB`.
    pub fn label(&self) -> String {
        match self.count {
            0 => "cpu".to_owned(),
            count => format!("{count}x{}GB", self.memory),
        }
    }
}

/// `2x...` and `...:2`.
fn counted(text: &str) -> Option<(u64, &str)> {
    let number = |text: &str| {
        text.trim()
            .parse::<u64>()
            .ok()
            .filter(|it| (1..=4096).contains(it))
    };
    if let Some((name, count)) = text.rsplit_once(':') {
        return Some((number(count)?, name.trim()));
    }
    match text.split_once(['x', 'X']) {
        Some((count, name))
            if count.trim().bytes().all(|it| it.is_ascii_digit()) && !count.trim().is_empty() =>
        {
            Some((number(count)?, name.trim()))
        }
        _ => Some((1, text)),
    }
}

fn unreadable(text: &str) -> String {
    let names: Vec<&str> = CARDS.keys().map(String::as_str).collect();
    format!(
        "`{text}` is no GPU that is known; write its memory (`24GB`, `2x80GB`), `cpu`, or one of {}, with `:2` behind \
         it for two",
        names.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_names_and_numbers_are_read() {
        let label = |text: &str| Gpu::parse(text).map(|gpu| (gpu.label(), gpu.bf16)).ok();
        assert_eq!(label("24GB"), Some(("1x24GB".to_owned(), true)));
        assert_eq!(label("2x24GB"), Some(("2x24GB".to_owned(), true)));
        assert_eq!(label("A100-80GB:2"), Some(("2x80GB".to_owned(), true)));
        assert_eq!(label("rtx 4090"), Some(("1x24GB".to_owned(), true)));
        assert_eq!(label("T4"), Some(("1x16GB".to_owned(), false)));
        assert_eq!(label("cpu"), Some(("cpu".to_owned(), false)));
        for bad in [
            "",
            "0x24GB",
            "A100:0",
            "banana",
            "99999999999999999999GB",
            "x24GB",
            "1GB",
        ] {
            assert_eq!(label(bad), None, "{bad}");
        }
    }
}
