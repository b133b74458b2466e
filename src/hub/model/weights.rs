//! Weights: formats, numbers of parameters, bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How many weight files of each format there are, in the folder that is loaded by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights {
    /// `*.safetensors`
    pub safetensors: usize,
    /// PyTorch's pickle files (`*.bin`, `*.pt`, `*.pth`, `*.ckpt`).
    pub pickle: usize,
    /// `*.gguf`
    pub gguf: usize,
    /// Formats of other frameworks (`*.h5`, `*.msgpack`, `*.onnx`).
    pub other: usize,
    /// Pickle files in folders below.
    pub pickle_elsewhere: usize,
}

impl Weights {
    /// Counts files.
    pub fn of<'a>(files: impl IntoIterator<Item = &'a str>) -> Self {
        let mut weights = Self::default();
        for file in files {
            let below = file.contains('/');
            let name = file.rsplit('/').next().unwrap_or(file);
            let Some((stem, extension)) = name.rsplit_once('.') else {
                continue;
            };
            match extension {
                "safetensors" => weights.safetensors += 1,
                "gguf" => weights.gguf += 1,
                "bin" | "pt" | "pth" | "ckpt" | "pkl" if is_state(stem) => {}
                "bin" | "pt" | "pth" | "ckpt" | "pkl" if below => weights.pickle_elsewhere += 1,
                "bin" | "pt" | "pth" | "ckpt" | "pkl" => weights.pickle += 1,
                "h5" | "msgpack" | "onnx" | "tflite" => weights.other += 1,
                _ => {}
            }
        }
        weights
    }

    /// All files in the folder that is loaded by default.
    pub const fn all(&self) -> usize {
        self.safetensors + self.pickle + self.gguf + self.other
    }
}

/// Pickle files of a training that hold no weights.
fn is_state(stem: &str) -> bool {
    [
        "training_args",
        "optimizer",
        "scheduler",
        "rng_state",
        "scaler",
        "spiece",
        "sentencepiece.bpe",
    ]
    .iter()
    .any(|name| stem.starts_with(name))
}

/// Numbers of parameters by data type, as safetensors name them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameters {
    /// `BF16` -> number.
    pub by_dtype: BTreeMap<String, u64>,
    /// All of them.
    pub total: u64,
}

impl Parameters {
    /// The same, the total counted.
    pub fn new(by_dtype: BTreeMap<String, u64>) -> Self {
        let total = by_dtype
            .values()
            .fold(0_u64, |sum, number| sum.saturating_add(*number));
        Self { by_dtype, total }
    }

    /// The bytes they take as they are stored; `None` where a data type is not known.
    pub fn bytes(&self) -> Option<u64> {
        if self.by_dtype.is_empty() {
            return None;
        }
        let bits = self
            .by_dtype
            .iter()
            .try_fold(0_u128, |sum, (dtype, number)| {
                sum.checked_add(u128::from(bits(dtype)?) * u128::from(*number))
            })?;
        u64::try_from(bits.div_ceil(8)).ok()
    }

    /// The data types that at least a hundredth is stored in, the most frequent first.
    pub fn main_dtypes(&self) -> Vec<&str> {
        let mut dtypes: Vec<_> = self
            .by_dtype
            .iter()
            .filter(|it| *it.1 > self.total / 100)
            .collect();
        dtypes.sort_by_key(|(_, number)| std::cmp::Reverse(**number));
        dtypes
            .into_iter()
            .map(|(dtype, _)| dtype.as_str())
            .collect()
    }
}

/// The bits of one value of a safetensors data type.
fn bits(dtype: &str) -> Option<u32> {
    Some(match dtype {
        "F64" | "I64" | "U64" | "C64" => 64,
        "F32" | "I32" | "U32" => 32,
        "BF16" | "F16" | "I16" | "U16" => 16,
        "BOOL" | "I8" | "U8" => 8,
        "F6_E2M3" | "F6_E3M2" => 6,
        "F4" => 4,
        _ if dtype.starts_with("F8_") => 8,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_counted_by_format() {
        let weights = Weights::of([
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json",
            "original/consolidated.00.pth",
            "training_args.bin",
            "optimizer.pt",
            "pytorch_model.bin",
            "README.md",
            "x.gguf",
            "LICENSE",
        ]);
        let expected = Weights {
            safetensors: 2,
            pickle: 1,
            gguf: 1,
            other: 0,
            pickle_elsewhere: 1,
        };
        assert_eq!(weights, expected);
    }

    #[test]
    fn bytes_follow_the_data_types() {
        let of = |pairs: &[(&str, u64)]| {
            Parameters::new(
                pairs
                    .iter()
                    .map(|(name, number)| ((*name).to_owned(), *number))
                    .collect(),
            )
        };
        assert_eq!(of(&[("BF16", 8_030_261_248)]).bytes(), Some(16_060_522_496));
        assert_eq!(of(&[("F4", 3), ("F32", 1)]).bytes(), Some(6));
        assert_eq!(of(&[("F8_E4M3", 5)]).bytes(), Some(5));
        assert_eq!(of(&[("NEW", 5)]).bytes(), None);
        assert_eq!(of(&[]).bytes(), None);
        assert_eq!(of(&[("F64", u64::MAX)]).bytes(), None);
        assert_eq!(
            of(&[("A", 5), ("BF16", 1000), ("F32", 400)]).main_dtypes(),
            ["BF16", "F32"]
        );
    }
}
