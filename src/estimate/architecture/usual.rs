//! What configuration classes take where a configuration does not say: of transformers 5.23, written by
//! `tests/estimate/count.py`. Parts of a configuration (`text_config`) that are not there at all are as their whole
//! makes them, which may differ from what their own class takes.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::{Map, Value};

type Values = Map<String, Value>;

static DEFAULTS: LazyLock<HashMap<&str, Values>> = LazyLock::new(|| {
    let rows = include_str!("usual.tsv").lines();
    let rows = rows.filter_map(|row| {
        let (family, values) = row.split_once('\t')?;
        Some((family, serde_json::from_str(values).ok()?))
    });
    rows.collect()
});

/// The defaults of a family.
pub fn of(family: &str) -> Option<&'static Values> {
    DEFAULTS.get(family)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let rows = include_str!("usual.tsv").lines().count();
        assert_eq!(DEFAULTS.len(), rows);
        assert_eq!(of("clip_vision_model").unwrap()["patch_size"], 32);
        assert!(of("no such family").is_none());
    }
}
