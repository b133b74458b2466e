//! What the configuration classes of transformers take where a `config.json` does not say.

use serde_json::{Map, Value};

/// `defaults.txt`: a line for each family, with `name=value` and, for names that mean another, `name>other`.
const TABLE: &str = include_str!("defaults.txt");

/// A configuration with the defaults of its class, and with each size under all names that it has.
///
/// A configuration that names its classes and no size is a part of one, as listings of models have it: nothing is added.
pub fn complete(config: &Value) -> Value {
    let Some(fields) = config.as_object() else {
        return config.clone();
    };
    let family = fields.get("model_type").and_then(Value::as_str);
    let of_family = |line: &&str| line.split(' ').next() == family;
    let Some(line) = TABLE.lines().find(of_family) else {
        return config.clone();
    };
    let words = || line.split(' ').skip(1);
    let defaults: Vec<(&str, &str)> = words().filter_map(|word| word.split_once('=')).collect();
    let others: Vec<(&str, &str)> = words().filter_map(|word| word.split_once('>')).collect();
    let mut names = defaults.iter().chain(&others).map(|(name, _)| *name);
    if fields.contains_key("architectures") && !names.any(|name| fields.contains_key(name)) {
        return config.clone();
    }
    let mut fields = fields.clone();
    for (name, meant) in &others {
        if !fields.contains_key(*meant) {
            copy(&mut fields, name, meant);
        }
    }
    for (name, value) in defaults {
        let is_known = name == "num_labels" && fields.contains_key("id2label");
        if !is_known && !fields.contains_key(name) {
            let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
            fields.insert(name.to_owned(), value);
        }
    }
    for (name, meant) in &others {
        copy(&mut fields, meant, name);
    }
    Value::Object(fields)
}

fn copy(fields: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = fields.get(from).cloned() {
        fields.insert(to.to_owned(), value);
    }
}
