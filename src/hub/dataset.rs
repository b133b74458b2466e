//! What is known about a dataset.

mod columns;
mod compose;

use serde::{Deserialize, Serialize};

pub use super::facts::Common;
pub use columns::{Column, ColumnType};

/// What is known about a dataset. `None` and `Unknown` mean "not known", never "no".
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DatasetFacts {
    /// Existence, gate, licence and so on.
    pub common: Common,
    /// Its configurations; `None` where they are not known. All of them, where they are.
    pub configs: Option<Vec<Config>>,
    /// The bytes that are downloaded for all of it.
    pub download_bytes: Option<u64>,
    /// The bytes that it takes in memory.
    pub bytes: Option<u64>,
    /// What its files are: `parquet`, `json`.
    pub format: Option<String>,
    /// Whether it is made by a script of its own, which datasets 4 and newer refuse.
    pub script: Script,
    /// Whether the dataset viewer could be asked and has answered.
    pub viewed: bool,
}

impl DatasetFacts {
    /// The configuration of that name; without one the one that is loaded when none is named.
    pub fn config(&self, name: Option<&str>) -> Option<&Config> {
        let configs = self.configs.as_deref()?;
        match (name, configs) {
            (Some(name), _) => configs.iter().find(|config| config.name == name),
            (None, [only]) => Some(only),
            (None, _) => configs
                .iter()
                .find(|config| config.is_default)
                .or_else(|| configs.iter().find(|config| config.name == "default")),
        }
    }

    /// All rows, where all are known.
    pub fn rows(&self) -> Option<u64> {
        let configs = self.configs.as_deref()?;
        configs
            .iter()
            .map(Config::rows)
            .try_fold(0_u64, |sum, rows| sum.checked_add(rows?))
    }
}

/// A configuration ("subset").
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// Its name.
    pub name: String,
    /// Whether the card says that it is the default.
    pub is_default: bool,
    /// Its splits; `None` where they are not known.
    pub splits: Option<Vec<Split>>,
    /// Its columns; `None` where they are not known.
    pub columns: Option<Vec<Column>>,
}

impl Config {
    /// All rows, where all are known.
    pub fn rows(&self) -> Option<u64> {
        let splits = self.splits.as_deref()?;
        splits
            .iter()
            .map(|split| split.rows)
            .try_fold(0_u64, |sum, rows| sum.checked_add(rows?))
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns
            .as_deref()?
            .iter()
            .find(|column| column.name == name)
    }
}

/// A split.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: Option<u64>,
}

/// Whether a dataset is made by a script of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Script {
    /// Not known.
    #[default]
    Unknown,
    /// No script.
    No,
    /// A script, beside data that can be loaded without it.
    Beside(String),
    /// Nothing but a script.
    Only(String),
}
