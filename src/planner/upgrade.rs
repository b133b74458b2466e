//! What an upgrade is made of: what is found in scripts at the newest releases.

use serde_json::{Map, Value};

use super::inventory::Inventory;
use super::library;

/// The use case whose plan is made of what is found at the newest releases.
pub const MIGRATION: &str = "migration";

/// The libraries that the scripts import, as far as a release is recommended for them.
pub fn used(inventory: &Inventory) -> Vec<&str> {
    let imports = inventory.scripts.iter().flat_map(|script| &script.imports);
    let mut names: Vec<&str> = imports.map(String::as_str).collect();
    names.retain(|name| {
        library::release(&crate::workspace::requirements::normalise(name)).is_some()
    });
    names.sort_unstable();
    names.dedup();
    names
}

/// What templates say of an upgrade.
pub fn facts(inventory: &Inventory) -> Map<String, Value> {
    let scripts = inventory.upgrades.iter().map(|script| {
        let mut told: Vec<String> = Vec::new();
        for (line, message) in &script.found {
            // The same in several lines is said once.
            match told
                .iter_mut()
                .find(|it| it.ends_with(&format!(": {message}")))
            {
                Some(known) => *known = known.replacen(": ", &format!(", {line}: "), 1),
                None => told.push(format!("line {line}: {message}")),
            }
        }
        let more = told.len().saturating_sub(8);
        told.truncate(8);
        let rest = if more > 0 {
            format!("; and {more} more")
        } else {
            String::new()
        };
        serde_json::json!({
            "path": script.path,
            "count": script.found.len(),
            "fixable": script.fixable,
            "told": format!("{}{rest}", told.join("; ")),
        })
    });
    let scripts: Vec<Value> = scripts.collect();
    let before: Vec<String> = inventory
        .pins
        .iter()
        .map(|(name, version)| format!("`{name}` {version}"))
        .collect();
    let before = match before.is_empty() {
        true => "the libraries with their releases".to_owned(),
        false => before.join(", "),
    };
    [
        ("upgrades".to_owned(), Value::Array(scripts)),
        ("before".to_owned(), Value::from(before)),
    ]
    .into_iter()
    .collect()
}
