//! Schemas that every client understands: many know a dialect alone, in which a value has one type.

use std::sync::Arc;

use rmcp::model::JsonObject;
use serde_json::Value;

/// The schema of arguments. An argument that may be left out need not be allowed to be null, though it is.
pub fn of_input(schema: &JsonObject) -> Arc<JsonObject> {
    changed(schema, &|it| {
        plain(it);
        one_type(it);
    })
}

/// The schema of results.
pub fn of_output(schema: &JsonObject) -> Arc<JsonObject> {
    changed(schema, &plain)
}

fn changed(schema: &JsonObject, change: &dyn Fn(&mut JsonObject)) -> Arc<JsonObject> {
    let mut value = Value::Object(schema.clone());
    walk(&mut value, change);
    match value {
        Value::Object(schema) => Arc::new(schema),
        _ => Arc::default(),
    }
}

fn walk(value: &mut Value, change: &dyn Fn(&mut JsonObject)) {
    match value {
        Value::Object(object) => {
            change(object);
            object.values_mut().for_each(|it| walk(it, change));
        }
        Value::Array(items) => items.iter_mut().for_each(|it| walk(it, change)),
        _ => {}
    }
}

/// How many bits a number has is no format that validators know.
fn plain(schema: &mut JsonObject) {
    let is_number = schema
        .get("format")
        .and_then(Value::as_str)
        .is_some_and(|it| {
            it.starts_with("uint") || it.starts_with("int") || matches!(it, "double" | "float")
        });
    if is_number {
        schema.remove("format");
    }
}

fn one_type(schema: &mut JsonObject) {
    let is_null = |it: &Value| *it == "null" || it.get("type").is_some_and(|it| it == "null");
    for key in ["type", "anyOf"] {
        let Some(Value::Array(choices)) = schema.get_mut(key) else {
            continue;
        };
        choices.retain(|it| !is_null(it));
        if choices.len() != 1 {
            continue;
        }
        match (key, choices.remove(0)) {
            ("anyOf", Value::Object(only)) => {
                schema.remove(key);
                schema.extend(only);
            }
            (_, only) => {
                schema.insert(key.to_owned(), only);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_may_be_left_out_has_one_type() {
        let schema = json!({
            "type": "object",
            "properties": {
                "id": {"type": ["string", "null"], "description": "a"},
                "limit": {"type": ["integer", "null"], "format": "uint", "minimum": 0},
                "status": {"anyOf": [{"$ref": "#/$defs/Status"}, {"type": "null"}], "description": "b"},
                "any": {"anyOf": [{"type": "string"}, {"type": "number", "format": "double"}]},
            },
        });
        let of = |make: fn(&JsonObject) -> Arc<JsonObject>| make(schema.as_object().unwrap());
        assert_eq!(
            Value::Object((*of(of_input)).clone())["properties"],
            json!({
                "id": {"type": "string", "description": "a"},
                "limit": {"type": "integer", "minimum": 0},
                "status": {"$ref": "#/$defs/Status", "description": "b"},
                "any": {"anyOf": [{"type": "string"}, {"type": "number"}]},
            })
        );
        let output = of(of_output);
        assert_eq!(output["properties"]["id"], schema["properties"]["id"]);
        assert!(output["properties"]["limit"].get("format").is_none());
    }
}
