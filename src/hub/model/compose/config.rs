//! What `config.json` says.

use serde_json::Value;

use crate::hub::json;
use crate::hub::model::{ModelFacts, Presence};

/// Where a model of several parts keeps the configuration of the one that reads text.
const TEXT_PARTS: &[&str] = &[
    "text_config",
    "llm_config",
    "language_config",
    "thinker_config",
];

/// Kinds whose table of positions begins behind the padding token: it is longer than what can be read.
const PADDED_POSITIONS: &[&str] = &[
    "camembert",
    "data2vec-text",
    "esm",
    "ibert",
    "layoutlmv3",
    "longformer",
    "luke",
    "mluke",
    "mpnet",
    "roberta",
    "roberta-prelayernorm",
    "xlm-roberta",
    "xlm-roberta-xl",
    "xmod",
];

/// Kinds that call the length `n_positions` and cannot read more. (For T5 it limits nothing.)
const N_POSITIONS: &[&str] = &[
    "gpt2",
    "gptj",
    "codegen",
    "gpt_bigcode",
    "openai-gpt",
    "ctrl",
];

impl ModelFacts {
    /// What the Hub has taken from the configuration: a part of it, so what is missing says nothing.
    pub(super) fn read_partial_config(&mut self, config: &Value) {
        let architectures = json::texts(config, "architectures");
        if self.architectures.is_none() && !architectures.is_empty() {
            self.architectures = Some(architectures);
        }
        self.model_type = self
            .model_type
            .take()
            .or_else(|| json::text(config, "model_type"));
        if self.custom_classes.is_empty() {
            let map = config.get("auto_map").and_then(Value::as_object);
            self.custom_classes = map
                .into_iter()
                .flat_map(|map| map.keys().take(100).cloned())
                .collect();
        }
        if let Some(found) = json::present(config, "quantization_config") {
            let method =
                json::text(found, "quant_method").unwrap_or_else(|| "quantised".to_owned());
            self.quantised = Presence::Yes(method);
        }
    }

    /// The whole configuration.
    pub(super) fn read_config(&mut self, config: &Value) {
        if !config.is_object() {
            return;
        }
        self.read_partial_config(config);
        self.context_length = self.context_length.or_else(|| context_length(config));
        let dtype = json::text(config, "dtype").or_else(|| json::text(config, "torch_dtype"));
        self.dtype = self.dtype.take().or(dtype);
        let saved_with = json::text(config, "transformers_version");
        self.saved_with = self.saved_with.take().or(saved_with);
        if self.quantised.is_unknown() {
            self.quantised = Presence::No;
        }
        if !self.custom_classes.is_empty() {
            self.custom_code = Some(true);
        }
    }
}

/// The number of tokens that a configuration allows, also where its text part says it. `None` where the
/// architecture is not limited by a number in the configuration.
fn context_length(config: &Value) -> Option<u64> {
    let kind = config
        .get("model_type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let positions = json::number(config, "max_position_embeddings").map(|length| {
        let padding = json::number(config, "pad_token_id").unwrap_or(1) + 1;
        let is_padded = PADDED_POSITIONS.contains(&kind);
        if is_padded {
            length.saturating_sub(padding)
        } else {
            length
        }
    });
    let own = positions
        .or_else(|| {
            N_POSITIONS
                .contains(&kind)
                .then(|| json::number(config, "n_positions"))?
        })
        .or_else(|| (kind == "mpt").then(|| json::number(config, "max_seq_len"))?);
    let inner = || {
        TEXT_PARTS
            .iter()
            .find_map(|part| context_length(config.get(part)?))
    };
    own.or_else(inner).filter(|length| *length > 0)
}
