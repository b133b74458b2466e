//! The hover of a model.

use super::Place;
use super::text::{bytes, code, codes, count, revision, source, thousands};
use crate::hub::answer::Answer;
use crate::hub::facts::{Common, Existence, Gate};
use crate::hub::id::is_revision;
use crate::hub::model::{ModelFacts, Presence, Scans};

pub(super) fn describe(answer: &Answer<ModelFacts>, place: &Place<'_>) -> Option<String> {
    let source = source(answer, place);
    let Some(facts) = answer.facts.as_deref() else {
        let source = source?;
        return Some(format!("**{}**  \n{source}", code(place.id.as_str())));
    };
    let mut lines = vec![title(facts, place)];
    match missing(&facts.common, "model", place) {
        Some(missing) => lines.push(missing),
        None => lines.extend(details(facts, place)),
    }
    lines.extend(source);
    lines.retain(|line| !line.is_empty());
    Some(lines.join("  \n"))
}

fn details(facts: &ModelFacts, place: &Place<'_>) -> Vec<String> {
    let mut lines = vec![
        size(facts),
        access(&facts.common),
        weights(facts),
        relations(facts),
        warnings(facts),
    ];
    lines.extend(place.script.iter().cloned());
    lines.push(origin(facts, place));
    lines.push(links(&facts.common, "", place));
    lines
}

fn title(facts: &ModelFacts, place: &Place<'_>) -> String {
    let name = facts.common.id.as_deref().unwrap_or(place.id.as_str());
    let parts = [facts.task.as_deref(), facts.library.as_deref()];
    let parts = parts
        .into_iter()
        .flatten()
        .map(|part| format!(" · {}", code(part)));
    format!("**{}**{}", code(name), parts.collect::<String>())
}

fn size(facts: &ModelFacts) -> String {
    let mut parts = Vec::new();
    let memory = facts
        .memory()
        .map(|memory| format!("{} of weights", bytes(memory)));
    match &facts.parameters {
        Some(parameters) => {
            let dtypes = codes(parameters.main_dtypes(), 3);
            let inside = [Some(dtypes).filter(|it| !it.is_empty()), memory]
                .into_iter()
                .flatten();
            let inside = inside.collect::<Vec<_>>().join(", ");
            parts.push(format!("{} parameters ({inside})", count(parameters.total)));
        }
        None => parts.extend(memory),
    }
    if let Some(context) = facts
        .context_length
        .or_else(|| facts.gguf.as_ref()?.context_length)
    {
        parts.push(format!("context {} tokens", thousands(context)));
    }
    if let Some(names) = facts
        .architectures
        .as_ref()
        .filter(|names| !names.is_empty())
    {
        parts.push(codes(names.iter().map(String::as_str), 2));
    }
    if let Some(class) = &facts.auto_class {
        parts.push(format!("load with {}", code(class)));
    }
    match facts.chat_template {
        Some(true) => parts.push("has a chat template".to_owned()),
        Some(false) => parts.push("no chat template".to_owned()),
        None => {}
    }
    parts.join(" · ")
}

fn weights(facts: &ModelFacts) -> String {
    let Some(weights) = &facts.weights else {
        return String::new();
    };
    let formats = [
        ("safetensors", weights.safetensors),
        ("pickle", weights.pickle),
        ("GGUF", weights.gguf),
        ("other", weights.other),
    ];
    let formats = formats.iter().filter(|(_, number)| *number > 0);
    let mut parts: Vec<String> = formats
        .map(|(name, number)| format!("{name} ({number})"))
        .collect();
    if weights.pickle_elsewhere > 0 {
        parts.push(format!(
            "pickle in folders ({}), not loaded by default",
            weights.pickle_elsewhere
        ));
    }
    if parts.is_empty() {
        String::new()
    } else {
        format!("weights: {}", parts.join(", "))
    }
}

fn relations(facts: &ModelFacts) -> String {
    let mut parts = Vec::new();
    if let Presence::Yes(adapter) = &facts.adapter {
        let kind = adapter
            .kind
            .as_deref()
            .map_or_else(String::new, |kind| format!("{} ", code(kind)));
        let base = adapter
            .base
            .as_deref()
            .map_or_else(String::new, |base| format!(" of {}", code(base)));
        parts.push(format!("**{kind}adapter**{base}"));
    } else if !facts.base_models.is_empty() {
        let relation = match facts.base_relation.as_deref() {
            Some("finetune") => "fine-tuned from",
            Some("quantized") => "quantised from",
            Some("merge") => "merged from",
            _ => "made from",
        };
        parts.push(format!(
            "{relation} {}",
            codes(facts.base_models.iter().map(String::as_str), 2)
        ));
    }
    if let Presence::Yes(method) = &facts.quantised {
        parts.push(format!("already quantised ({})", code(method)));
    }
    parts.join(" · ")
}

fn warnings(facts: &ModelFacts) -> String {
    let mut parts = Vec::new();
    if facts.custom_code == Some(true) {
        parts.push("**runs code of its own**: needs `trust_remote_code=True`".to_owned());
    }
    if facts.is_gguf_only() {
        parts.push("**GGUF only**".to_owned());
    }
    if facts.is_pickle_only() {
        parts.push("**pickle only**: no safetensors".to_owned());
    }
    if let Scans::Issues(issues) = &facts.scans {
        let files = codes(issues.iter().map(|(path, _)| path.as_str()), 3);
        let level = codes(issues.iter().take(1).map(|(_, level)| level.as_str()), 1);
        parts.push(format!("**scanners report** {files} ({level})"));
    }
    parts.join(" · ")
}

fn origin(facts: &ModelFacts, place: &Place<'_>) -> String {
    let saved = facts
        .saved_with
        .as_deref()
        .map(|version| format!("saved with transformers {}", code(version)));
    let revision = revision(place, facts.common.sha.as_deref());
    saved
        .into_iter()
        .chain(revision)
        .collect::<Vec<_>>()
        .join(" · ")
}

/// Licence, gate and visibility. What a licence allows is not said.
pub(super) fn access(common: &Common) -> String {
    let mut parts = Vec::new();
    if let Some(licence) = &common.licence {
        let name = licence
            .name
            .as_deref()
            .map_or_else(String::new, |name| format!(" ({})", code(name)));
        parts.push(format!("licence {}{name}", code(&licence.id)));
    }
    match common.gate {
        Gate::Automatic => parts.push("**gated**: needs a request and a token".to_owned()),
        Gate::Manual => {
            parts.push("**gated**: needs a request that its owners accept, and a token".to_owned())
        }
        Gate::Open | Gate::Unknown => {}
    }
    if common.refused {
        parts.push("your account has no access to its files as yet".to_owned());
    }
    if common.private == Some(true) {
        parts.push("private".to_owned());
    }
    if common.disabled == Some(true) {
        parts.push("**disabled by the Hub**".to_owned());
    }
    parts.join(" · ")
}

/// That it is not there.
pub(super) fn missing(common: &Common, kind: &str, place: &Place<'_>) -> Option<String> {
    let host = place.endpoint.authority();
    match common.existence {
        Existence::NotFound => Some(format!(
            "**no such {kind}** on {host} that your token may see"
        )),
        Existence::NotFoundOrPrivate => {
            Some(format!("**no such {kind}** on {host}, or a private one"))
        }
        Existence::NoRevision => {
            let revision = place.revision.map(code).unwrap_or_default();
            Some(format!("**no revision** {revision}"))
        }
        Existence::Exists | Existence::Unknown => None,
    }
}

/// Links to the endpoint, and nowhere else. `folder` stands before the name ("datasets/").
pub(super) fn links(common: &Common, folder: &str, place: &Place<'_>) -> String {
    let name = common.id.as_deref().unwrap_or(place.id.as_str());
    let base = place.endpoint.as_str().trim_end_matches('/');
    let page = format!("{base}/{folder}{name}");
    // What stands in the file may be anything.
    let revision = place.revision.filter(|revision| is_revision(revision));
    let revision = revision.unwrap_or("main").replace('/', "%2F");
    let card = if folder.is_empty() {
        "model card"
    } else {
        "dataset card"
    };
    format!("[{card}]({page}) · [files]({page}/tree/{revision})")
}
