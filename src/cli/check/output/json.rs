//! The array of findings that other programs depend on.

use serde::Serialize;

use super::{FileFindings, InFile, Place, Places, There};
use crate::rules::finding::{Finding, Fix};
use crate::text::TextRange;

#[derive(Serialize)]
struct Record<'f> {
    code: &'f str,
    name: &'f str,
    severity: &'f str,
    message: &'f str,
    filename: &'f str,
    cell: Option<usize>,
    location: Location,
    end_location: Location,
    /// For a notebook: the bytes of its file.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_bytes: Option<TextRange>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    elsewhere: Vec<ThereRecord<'f>>,
    fix: Option<FixRecord<'f>>,
    url: Option<String>,
    library: Option<&'f str>,
    symbol: Option<&'f str>,
    argument: Option<&'f str>,
    replacement: Option<&'f str>,
    deprecated_in: Option<&'f str>,
    removed_in: Option<&'f str>,
    version: Option<&'f str>,
    version_source: Option<&'f str>,
}

#[derive(Serialize)]
struct ThereRecord<'f> {
    filename: &'f str,
    location: Location,
    end_location: Location,
    message: &'f str,
}

#[derive(Serialize)]
struct Location {
    row: usize,
    column: usize,
}

#[derive(Serialize)]
struct FixRecord<'f> {
    title: &'f str,
    applicability: &'f str,
    edits: Vec<EditRecord<'f>>,
}

#[derive(Serialize)]
struct EditRecord<'f> {
    content: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<usize>,
    location: Location,
    end_location: Location,
}

impl From<Place> for Location {
    fn from(place: Place) -> Self {
        Self {
            row: place.row,
            column: place.column,
        }
    }
}

/// Renders the findings of all files as one array.
pub fn render(files: &[FileFindings]) -> String {
    let mut records = Vec::new();
    for file in files {
        let places = Places::of(file);
        let of_file = file.with_places().enumerate();
        let record =
            |(number, (finding, at))| record(file, &places, finding, (at, file.there(number)));
        records.extend(of_file.map(record));
    }
    let mut out =
        serde_json::to_string_pretty(&records).expect("records hold strings and numbers only");
    out.push('\n');
    out
}

fn record<'f>(
    file: &'f FileFindings,
    places: &Places<'_>,
    finding: &'f Finding,
    (in_file, there): (Option<InFile>, &'f [There]),
) -> Record<'f> {
    let start = places.place(finding.range.start);
    Record {
        code: finding.code,
        name: finding.name,
        severity: finding.severity.as_str(),
        message: &finding.message,
        filename: &file.path,
        cell: start.cell,
        location: start.into(),
        end_location: places.place(finding.range.end).into(),
        file_bytes: in_file.map(|it| it.range),
        elsewhere: there.iter().map(there_record).collect(),
        fix: finding.fix.as_ref().map(|fix| fix_record(places, fix)),
        url: None,
        library: finding.library.as_deref(),
        symbol: finding.symbol.as_deref(),
        argument: finding.argument.as_deref(),
        replacement: finding.replacement.as_deref(),
        deprecated_in: finding.deprecated_in.as_deref(),
        removed_in: finding.removed_in.as_deref(),
        version: finding.version.as_deref(),
        version_source: finding.version_source.as_deref(),
    }
}

fn there_record(there: &There) -> ThereRecord<'_> {
    ThereRecord {
        filename: &there.path,
        location: there.start.into(),
        end_location: there.end.into(),
        message: &there.message,
    }
}

fn fix_record<'f>(places: &Places<'_>, fix: &'f Fix) -> FixRecord<'f> {
    let edits = fix.edits.iter().map(|edit| EditRecord {
        content: &edit.content,
        cell: places.place(edit.range.start).cell,
        location: places.place(edit.range.start).into(),
        end_location: places.place(edit.range.end).into(),
    });
    FixRecord {
        title: &fix.title,
        applicability: fix.applicability.as_str(),
        edits: edits.collect(),
    }
}
