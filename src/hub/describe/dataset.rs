//! The hover of a dataset.

use super::Place;
use super::model::{access, links, missing};
use super::text::{bytes, code, codes, revision, source, thousands};
use crate::hub::answer::Answer;
use crate::hub::dataset::{Config, DatasetFacts, Script};

/// More configurations are counted.
const MOST_CONFIGS: usize = 8;
/// More columns are counted.
const MOST_COLUMNS: usize = 16;
/// More splits are counted.
const MOST_SPLITS: usize = 8;

pub(super) fn describe(answer: &Answer<DatasetFacts>, place: &Place<'_>) -> Option<String> {
    let source = source(answer, place);
    let Some(facts) = answer.facts.as_deref() else {
        let source = source?;
        return Some(format!("**{}**  \n{source}", code(place.id.as_str())));
    };
    let name = facts.common.id.as_deref().unwrap_or(place.id.as_str());
    let mut lines = vec![format!("**{}** · dataset{}", code(name), format(facts))];
    match missing(&facts.common, "dataset", place) {
        Some(missing) => lines.push(missing),
        None => lines.extend(details(facts, place)),
    }
    lines.extend(source);
    lines.retain(|line| !line.is_empty());
    Some(lines.join("  \n"))
}

fn details(facts: &DatasetFacts, place: &Place<'_>) -> Vec<String> {
    let mut lines = vec![size(facts), access(&facts.common), script(facts)];
    match facts.configs.as_deref() {
        Some([only]) => lines.extend(config(only)),
        Some(configs) => lines.extend(several(configs)),
        None => {}
    }
    lines.extend(place.script.iter().cloned());
    lines.extend(revision(place, facts.common.sha.as_deref()));
    lines.push(links(&facts.common, "datasets/", place));
    lines
}

fn format(facts: &DatasetFacts) -> String {
    facts
        .format
        .as_deref()
        .map_or_else(String::new, |format| format!(" · {}", code(format)))
}

fn size(facts: &DatasetFacts) -> String {
    let rows = facts.rows().map(|rows| format!("{} rows", thousands(rows)));
    let download = facts
        .download_bytes
        .map(|size| format!("{} to download", bytes(size)));
    let memory = facts.bytes.map(|size| format!("{} as tables", bytes(size)));
    rows.into_iter()
        .chain(download)
        .chain(memory)
        .collect::<Vec<_>>()
        .join(" · ")
}

fn script(facts: &DatasetFacts) -> String {
    match &facts.script {
        Script::Only(file) => format!(
            "**made by the script** {}, which datasets 4 and newer refuse",
            code(file)
        ),
        _ => String::new(),
    }
}

/// Splits and columns of the only configuration.
fn config(config: &Config) -> Vec<String> {
    let mut lines = vec![format!("splits: {}", splits(config))];
    if config.splits.is_none() {
        lines.clear();
    }
    if config.name != "default" {
        lines.insert(0, format!("configuration: {}", code(&config.name)));
    }
    if let Some(columns) = &config.columns {
        let shown = columns.iter().take(MOST_COLUMNS);
        let shown: Vec<String> = shown
            .map(|column| format!("{}: {}", code(&column.name), code(&column.kind.to_string())))
            .collect();
        lines.push(format!(
            "columns: {}{}",
            shown.join(", "),
            more(columns.len(), MOST_COLUMNS)
        ));
    }
    lines
}

fn splits(config: &Config) -> String {
    let splits = config.splits.as_deref().unwrap_or_default();
    let shown = splits.iter().take(MOST_SPLITS).map(|split| {
        let rows = split
            .rows
            .map_or_else(String::new, |rows| format!(" ({} rows)", thousands(rows)));
        format!("{}{rows}", code(&split.name))
    });
    shown.collect::<Vec<_>>().join(", ") + &more(splits.len(), MOST_SPLITS)
}

fn several(configs: &[Config]) -> Vec<String> {
    let names = codes(
        configs.iter().map(|config| config.name.as_str()),
        MOST_CONFIGS,
    );
    let mut lines = vec![format!("configurations: {names}")];
    // Columns are mostly the same in all of them, and then worth a line.
    let first = configs.first().and_then(|config| config.columns.as_ref());
    if let Some(columns) = first.filter(|_| {
        configs
            .iter()
            .all(|config| config.columns.as_ref() == first)
    }) {
        let names = codes(
            columns.iter().map(|column| column.name.as_str()),
            MOST_COLUMNS,
        );
        lines.push(format!("columns of each: {names}"));
    }
    lines
}

fn more(number: usize, most: usize) -> String {
    match number.saturating_sub(most) {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    }
}
