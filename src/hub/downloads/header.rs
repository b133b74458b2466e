//! The headers of safetensors files: numbers of parameters without opening the weights.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::{Downloads, json};
use crate::hub::model::Parameters;

/// More bytes of headers than these are not read for one model: somebody waits for the answer.
const HEADERS_LIMIT: u64 = 4 * 1024 * 1024;

#[derive(Deserialize)]
struct Tensor {
    dtype: String,
    shape: Vec<u64>,
}

impl Downloads {
    /// The numbers of parameters, from `model.safetensors` or from all the files that its index names.
    pub(super) fn parameters(&self, top: &Path, files: &[String]) -> Option<Parameters> {
        let mut budget = HEADERS_LIMIT;
        let mut counted = BTreeMap::new();
        for shard in self.shards(top, files)? {
            self.count(&top.join(shard), &mut budget, &mut counted)?;
        }
        let parameters = Parameters::new(counted);
        (parameters.total > 0).then_some(parameters)
    }

    fn shards(&self, top: &Path, files: &[String]) -> Option<Vec<String>> {
        if files.iter().any(|file| file == "model.safetensors") {
            return Some(vec!["model.safetensors".to_owned()]);
        }
        let index = json::parse(&self.read(&top.join("model.safetensors.index.json"))?)?;
        let map = index.get("weight_map")?.as_object()?;
        let mut shards: Vec<String> = map
            .values()
            .filter_map(Value::as_str)
            .map(ToOwned::to_owned)
            .collect();
        shards.sort_unstable();
        shards.dedup();
        // Only what lies beside the index: a name from a file is no path to follow.
        shards
            .iter()
            .all(|shard| files.contains(shard))
            .then_some(shards)
    }

    fn count(
        &self,
        path: &Path,
        budget: &mut u64,
        counted: &mut BTreeMap<String, u64>,
    ) -> Option<()> {
        let path = self.inside(path)?;
        let length = self.files.head(&path, 8).ok()?;
        let length = u64::from_le_bytes(length.try_into().ok()?);
        *budget = budget.checked_sub(length)?;
        let header = self.files.head(&path, length + 8).ok()?;
        let header = header.get(8..)?;
        if header.len() as u64 != length {
            return None;
        }
        let tensors: BTreeMap<String, Value> = serde_json::from_slice(header).ok()?;
        for (name, tensor) in tensors {
            if name == "__metadata__" {
                continue;
            }
            let tensor: Tensor = serde_json::from_value(tensor).ok()?;
            let number = tensor
                .shape
                .iter()
                .try_fold(1_u64, |product, side| product.checked_mul(*side))?;
            let sum = counted.entry(tensor.dtype).or_default();
            *sum = sum.checked_add(number)?;
        }
        Some(())
    }
}
