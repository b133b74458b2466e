//! What a project says of the versions of its packages: lock files, what is installed, what is declared.

use std::path::Path;
use std::sync::Arc;

use pep440_rs::{Operator, Version, VersionSpecifiers};

use super::surroundings::Surroundings;
use crate::environment::{Environment, Source};
use crate::text::TextRange;
use crate::workspace::document::Document;
use crate::workspace::requirements::{self, Declared, Group, Kind, normalise};

/// What a project says of its packages.
#[derive(Debug)]
pub struct Releases<'a> {
    environment: &'a Environment,
    locks: Vec<Lock>,
    declared: Vec<Declared>,
    /// The document that asks: it does not count for itself.
    own: &'a str,
}

#[derive(Debug)]
struct Lock {
    path: String,
    packages: Vec<(String, TextRange)>,
    document: Arc<Document>,
}

/// What is said of one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The file or the environment that says it, as messages call it.
    pub place: String,
    /// Where in a file of the project.
    pub range: Option<TextRange>,
    /// What.
    pub what: What,
}

/// What is said of the version of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// One of these; more than one where a lock file has forks. Never empty.
    Exactly(Vec<Version>),
    /// One that these admit.
    Within(VersionSpecifiers),
}

impl Said {
    /// The version, where there is only one.
    pub fn version(&self) -> Option<&Version> {
        match &self.what {
            What::Exactly(versions) if versions.len() == 1 => versions.first(),
            _ => None,
        }
    }

    /// Whether some version is both what is said here and what `wanted` admits.
    pub fn agrees(&self, wanted: &VersionSpecifiers) -> bool {
        match &self.what {
            What::Exactly(versions) => versions
                .iter()
                .any(|it| wanted.contains(&it.clone().without_local())),
            // Two ranges may meet; an exact one has to lie within.
            What::Within(limits) => exact(wanted).is_none_or(|version| limits.contains(version)),
        }
    }
}

/// The version of a single `==`.
pub fn exact(specifiers: &VersionSpecifiers) -> Option<&Version> {
    match &specifiers[..] {
        [only] if matches!(only.operator(), Operator::Equal | Operator::ExactEqual) => {
            Some(only.version())
        }
        _ => None,
    }
}

impl<'a> Releases<'a> {
    /// What the files at the top of the project and its environment say.
    pub fn of(surroundings: &Surroundings<'a>) -> Self {
        let project = surroundings.project;
        let mut releases = Self {
            environment: surroundings.environment,
            locks: Vec::new(),
            declared: Vec::new(),
            own: surroundings.path,
        };
        for path in project.manifests() {
            let Some(document) = project.document(&path) else {
                continue;
            };
            match Kind::of(Path::new(&path)) {
                Some(kind) if is_main(&path) => {
                    let text = document.text();
                    let declared = requirements::declared(Path::new(&path), text, kind);
                    releases.declared.extend(declared.requirements);
                }
                Some(_) => {}
                None => releases.locks.push(Lock::read(path, document)),
            }
        }
        releases.locks.retain(|lock| !lock.packages.is_empty());
        releases
    }

    /// What is said of a package, by its normalised name: by a lock file, by an exact pin, by what is installed, by a
    /// range; the first of these.
    pub fn of_package(&self, name: &str) -> Option<Said> {
        let locked = self.locks.iter().find_map(|lock| lock.of_package(name));
        let declared = || self.declared_as(name);
        let pinned = || declared().find_map(pinned);
        let within = || {
            declared().find_map(|it| {
                let what = What::Within(it.specifiers.clone());
                (!it.specifiers.is_empty()).then(|| said(it, what))
            })
        };
        locked
            .or_else(pinned)
            .or_else(|| self.installed(name))
            .or_else(within)
    }

    /// The packages that the project itself always asks for, in the order in which it does.
    pub fn direct(&self) -> impl Iterator<Item = &Declared> {
        self.declared.iter().filter(|it| it.group == Group::Main)
    }

    fn declared_as(&self, name: &str) -> impl Iterator<Item = &Declared> {
        self.declared.iter().filter(move |it| {
            let counts = matches!(it.group, Group::Main | Group::Constraint);
            it.name == name && counts && it.marker.is_none() && !it.by_url && !it.by_conda
        })
    }

    fn installed(&self, name: &str) -> Option<Said> {
        let mut resolved = self.environment.libraries.get(name)?;
        if resolved.source == Source::Target {
            resolved = resolved.baseline.as_deref()?;
        }
        let place = match &resolved.source {
            Source::Installed(place) | Source::Locked(place) | Source::Pinned(place) => place,
            _ => return None,
        };
        let is_own = self.own.ends_with(place.as_str()) || place.ends_with(self.own);
        (!is_own).then(|| Said {
            place: place.clone(),
            range: None,
            what: What::Exactly(vec![resolved.version.clone()]),
        })
    }
}

/// Whether a file declares what the project itself needs: `requirements-docs.txt` is for something else.
fn is_main(path: &str) -> bool {
    !path.ends_with(".txt") || matches!(path, "requirements.txt" | "constraints.txt")
}

fn pinned(declared: &Declared) -> Option<Said> {
    let version = exact(&declared.specifiers)?.clone();
    Some(said(declared, What::Exactly(vec![version])))
}

fn said(declared: &Declared, what: What) -> Said {
    Said {
        place: declared.file.to_string_lossy().into_owned(),
        range: Some(declared.range),
        what,
    }
}

impl Lock {
    fn read(path: String, document: Arc<Document>) -> Self {
        Self {
            packages: packages(document.text()),
            path,
            document,
        }
    }

    fn of_package(&self, name: &str) -> Option<Said> {
        let text = self.document.text();
        let found = self.packages.iter().filter(|(known, _)| known == name);
        let found: Vec<_> = found
            .filter_map(|(_, range)| Some((*range, range.slice(text).parse::<Version>().ok()?)))
            .collect();
        let first = found.first()?.0;
        Some(Said {
            place: self.path.clone(),
            range: (found.len() == 1).then_some(first),
            what: What::Exactly(found.into_iter().map(|(_, version)| version).collect()),
        })
    }
}

/// The packages of a lock file of uv, Poetry or PDM, or of the common format, by normalised name with the places of
/// their versions. Read line by line: such files are long, and machines write them.
fn packages(text: &str) -> Vec<(String, TextRange)> {
    let mut found = Vec::new();
    for at in memchr::memmem::find_iter(text.as_bytes(), b"[[package") {
        let block = text[at..].split("\n\n").next().unwrap_or_default();
        let mut name = None;
        let mut start = at;
        for line in block.split_inclusive('\n').take(12) {
            let value = |key: &str| {
                let value = line.strip_prefix(key)?.trim_start().strip_prefix('=')?;
                value.trim().strip_prefix('"')?.strip_suffix('"')
            };
            if let Some(written) = value("name") {
                name = Some(normalise(written));
            } else if let (Some(name), Some(version)) = (&name, value("version")) {
                let front = line.find(version).unwrap_or_default();
                let range = TextRange::from_usize(start + front, start + front + version.len());
                found.push((name.clone(), range));
                break;
            }
            start += line.len();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_are_read_line_by_line() {
        let text = "version = 1\n\n[[package]]\nname = \"Torch_Audio\"\nversion = \"2.9.0\"\nsource = { a = \"b\" }\n\
            dependencies = [\n    { name = \"x\" },\n]\n\n[[package]]\nname = \"a\"\nversion = \"1\"\n\n[[packages]]\nname = \"b\"\n";
        let found = packages(text);
        let shown: Vec<_> = found
            .iter()
            .map(|(name, range)| (name.as_str(), range.slice(text)))
            .collect();
        assert_eq!(shown, [("torch-audio", "2.9.0"), ("a", "1")]);
    }

    #[test]
    fn what_is_said_agrees_or_not() {
        let said = |what| Said {
            place: String::new(),
            range: None,
            what,
        };
        let exactly = said(What::Exactly(vec!["2.9.0+cu128".parse().unwrap()]));
        let within = said(What::Within(">=2,<3".parse().unwrap()));
        for (wanted, first, second) in [
            ("==2.9", true, true),
            ("==3.0", false, false),
            ("==2.8", false, true),
            (">=2.8", true, true),
            (">=4", false, true),
        ] {
            let wanted = wanted.parse().unwrap();
            assert_eq!(exactly.agrees(&wanted), first, "{wanted}");
            assert_eq!(within.agrees(&wanted), second, "{wanted}");
        }
    }
}
