//! environment.yml: conda's packages and the pip list among them.

use saphyr::{LoadableYamlNode, MarkedYaml, SafelyIndex};

use super::requirement::{normalise, specifiers};
use super::{Group, Requirement, Sheet, brief};
use crate::text::TextRange;

/// The deepest indentation that is read, in bytes: the YAML parser descends once per level, without a limit
/// of its own for blocks. Real files use ten.
const DEEPEST: usize = 64;

/// Reads `dependencies`.
pub(super) fn read(sheet: &mut Sheet<'_>) {
    if let Some(offset) = too_deep(sheet.text) {
        return sheet.problem(offset, "nests too deep, so it is ignored".to_owned());
    }
    let documents = match MarkedYaml::load_from_str(sheet.text) {
        Ok(documents) => documents,
        Err(error) => {
            let message = format!("not valid YAML, so it is ignored: {}", error.info());
            let offset = Offsets::new(sheet.text).byte(error.marker().index());
            return sheet.problem(offset, message);
        }
    };
    let offsets = Offsets::new(sheet.text);
    let list = documents.first().and_then(|root| root.get("dependencies"));
    for node in list
        .and_then(|list| list.data.as_vec())
        .into_iter()
        .flatten()
    {
        match (
            node.data.as_str(),
            node.get("pip").and_then(|pip| pip.data.as_vec()),
        ) {
            (Some(package), _) => conda(sheet, package, offsets.range(node)),
            (None, Some(packages)) => packages.iter().for_each(|node| pip(sheet, node, &offsets)),
            _ => {}
        }
    }
}

/// The offset of the first line whose structure could nest beyond [`DEEPEST`].
fn too_deep(text: &str) -> Option<usize> {
    let mut offset = 0;
    text.split_inclusive(['\n', '\r']).find_map(|line| {
        let start = offset;
        offset += line.len();
        let lead = line.find(|c| !matches!(c, ' ' | '\t' | '-' | '?' | ':'));
        let deep = lead.unwrap_or(line.len()) > DEEPEST && !line.trim().is_empty();
        deep.then_some(start)
    })
}

fn pip(sheet: &mut Sheet<'_>, node: &MarkedYaml<'_>, offsets: &Offsets) {
    let Some(requirement) = node.data.as_str() else {
        return;
    };
    let location = requirement.starts_with(['-', '.', '/']) || requirement.contains("://");
    if !location {
        sheet.requirement(requirement, offsets.range(node), &Group::Main);
    }
}

/// `channel::name=version=build`, `name>=1,<2` or `name 1.*`.
fn conda(sheet: &mut Sheet<'_>, package: &str, range: TextRange) {
    let package = package.rsplit("::").next().unwrap_or(package);
    let package = package.split(" #").next().unwrap_or_default().trim();
    let end = package
        .find(['=', '<', '>', '!', '~', ' ', '['])
        .unwrap_or(package.len());
    let (name, written) = package.split_at(end);
    match translate(written.trim()) {
        Ok(specifiers) => {
            let requirement = Requirement {
                name: normalise(name),
                extras: Vec::new(),
                specifiers,
                written: written.trim().to_owned(),
                marker: None,
                by_url: false,
            };
            sheet.push(requirement, range, &Group::Main);
            if let Some(declared) = sheet.out.requirements.last_mut() {
                declared.by_conda = true;
            }
        }
        Err(reason) => sheet.problem(
            range.start as usize,
            format!("`{}` is not a conda package: {reason}", brief(package)),
        ),
    }
}

/// Conda's versions as PEP 440 writes them: one `=` is a prefix. Alternatives (`|`) and bracketed
/// conditions have no such form and admit everything.
fn translate(written: &str) -> Result<pep440_rs::VersionSpecifiers, String> {
    if written.contains(['|', '[']) {
        return specifiers("");
    }
    if let Some(exact) = written.strip_prefix("==") {
        return specifiers(&format!("=={}", version_only(exact)));
    }
    if let Some(prefix) = written.strip_prefix('=') {
        return specifiers(&format!(
            "=={}.*",
            version_only(prefix).trim_end_matches(".*")
        ));
    }
    if written.starts_with(|c: char| c.is_ascii_digit()) {
        return specifiers(&format!("=={}", version_only(written)));
    }
    match written {
        "*" => specifiers(""),
        _ => specifiers(written),
    }
}

/// Cuts the build (`4.40=pyhd_0`, `4.40 pyhd_0`).
fn version_only(text: &str) -> &str {
    text.trim().split(['=', ' ']).next().unwrap_or_default()
}

/// The byte offset of each character, as the YAML parser counts in characters.
struct Offsets(Vec<usize>);

impl Offsets {
    fn new(text: &str) -> Self {
        let starts = text.char_indices().map(|(at, _)| at);
        Self(starts.chain([text.len()]).collect())
    }

    fn byte(&self, character: usize) -> usize {
        self.0[character.min(self.0.len() - 1)]
    }

    fn range(&self, node: &MarkedYaml<'_>) -> TextRange {
        let (start, end) = (node.span.start.index(), node.span.end.index());
        TextRange::from_usize(self.byte(start), self.byte(end))
    }
}
