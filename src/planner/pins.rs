//! The releases that a plan pins.

use std::collections::BTreeMap;

use pep440_rs::{Version, VersionSpecifier, VersionSpecifiers};

use super::library;
use crate::knowledge::packages::{Pin, Wanted, packages};
use crate::workspace::requirements::normalise;

/// A package of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// As it is written: `huggingface_hub`.
    pub name: String,
    /// `[peft]`, or nothing.
    pub extras: String,
    /// Its release.
    pub version: String,
}

impl Package {
    /// As installers read it.
    pub fn spec(&self) -> String {
        format!("{}{}=={}", self.name, self.extras, self.version)
    }

    /// As `Packages:` holds it.
    pub fn span(&self) -> String {
        format!("`{}=={}`", self.name, self.version)
    }

    fn pin(&self) -> Option<Pin> {
        let version: Version = self.version.parse().ok()?;
        let extras = self
            .extras
            .trim_matches(['[', ']'])
            .split(',')
            .filter(|it| !it.is_empty());
        Some(Pin {
            name: normalise(&self.name),
            extras: extras.map(normalise).collect(),
            wanted: Wanted::Versions(VersionSpecifiers::from(VersionSpecifier::equals_version(
                version,
            ))),
        })
    }
}

/// Where the releases of an environment come from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// What the project fixes; empty where its pins are not to be kept.
    pub project: &'a BTreeMap<String, String>,
    /// What the use cases ask for.
    pub own: &'a BTreeMap<String, String>,
}

/// The packages of some names, each once, with their releases: those of the project, of the use case, recommended.
///
/// # Errors
/// A package without a release: a mistake in the library.
pub fn packages_of<'a>(
    names: impl IntoIterator<Item = &'a str>,
    sources: Sources<'_>,
) -> Result<Vec<Package>, String> {
    let mut all: Vec<Package> = Vec::new();
    for written in names {
        let (name, extras) = match written.find('[') {
            Some(at) => written.split_at(at),
            None => (written, ""),
        };
        if let Some(known) = all.iter_mut().find(|it| it.name == name) {
            if known.extras.is_empty() {
                extras.clone_into(&mut known.extras);
            }
            continue;
        }
        let normal = normalise(name);
        let of_case = || {
            sources
                .own
                .iter()
                .find(|(known, _)| normalise(known) == normal)
                .map(|(_, it)| it.as_str())
        };
        let version = of_case().or_else(|| sources.project.get(&normal).map(String::as_str));
        let version = version
            .or_else(|| library::release(&normal))
            .ok_or_else(|| format!("`{name}` has no release in packages.toml"))?;
        all.push(Package {
            name: name.to_owned(),
            extras: extras.to_owned(),
            version: version.to_owned(),
        });
    }
    Ok(all)
}

/// The packages that cannot be installed together, where that can be proved.
pub fn conflict(all: &[Package]) -> Option<String> {
    let pins: Vec<Pin> = all.iter().filter_map(Package::pin).collect();
    let conflicts = packages().conflicts(&pins, None);
    let names = conflicts
        .first()?
        .pins
        .iter()
        .map(|at| format!("{}=={}", all[*at].name, all[*at].version));
    Some(names.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::packages::Existence;

    #[test]
    fn the_projects_pins_come_first_and_names_only_once() {
        let project = BTreeMap::from([("trl".to_owned(), "1.15.0".to_owned())]);
        let none = BTreeMap::new();
        let sources = Sources {
            project: &project,
            own: &none,
        };
        let all = packages_of(["trl", "trl[peft]", "huggingface_hub"], sources).unwrap();
        let specs: Vec<String> = all.iter().map(Package::spec).collect();
        assert_eq!(specs[0], "trl[peft]==1.15.0");
        assert!(specs[1].starts_with("huggingface_hub=="));
        assert!(packages_of(["no-such-package"], sources).is_err());
    }

    #[test]
    fn recommended_releases_exist() {
        let text = library::text("packages.toml").unwrap();
        let text = text.split("[missing]").next().unwrap();
        let lines = text.lines().filter_map(|line| line.split_once(" = "));
        for (name, version) in lines.filter(|(name, _)| *name != "date") {
            let version: Version = version.trim_matches('"').parse().unwrap();
            let found = packages().existence(&normalise(name), &version);
            assert!(
                matches!(found, None | Some(Existence::Known)),
                "{name}=={version}: {found:?}"
            );
        }
    }
}
