//! From everything that speaks about a library to the one version that applies.

use std::sync::Arc;

use pep440_rs::VersionSpecifiers;

use super::installed::Package;
use super::statement::{Claim, Versions};
use super::{Catalog, InstalledPackage};
use crate::environment::{Resolved, Source};
use crate::workspace::files::Files;
use crate::workspace::problem::Problem;

/// An installed package as evidence.
pub(super) fn installed(files: &Arc<dyn Files>, package: &Package, place: &str) -> Resolved {
    let sources = InstalledPackage::new(Arc::clone(files), package.roots.clone());
    Resolved {
        sources: Some(Arc::new(sources)),
        ..Resolved::new(package.version.clone(), Source::Installed(place.to_owned()))
    }
}

/// Something that speaks about a library.
pub(super) enum Evidence {
    Installed(Resolved),
    Claimed(Claim),
}

/// Weighs evidence, the strongest first. `None` with a problem where a range admits no known release: then
/// nothing is known about the library in use.
pub(super) fn decide(
    catalog: &Catalog,
    library: &str,
    evidence: impl Iterator<Item = Evidence>,
    problems: &mut Vec<Problem>,
) -> Option<Resolved> {
    let mut range: Option<(VersionSpecifiers, Claim)> = None;
    for item in evidence {
        let found = match item {
            Evidence::Installed(resolved) => resolved,
            Evidence::Claimed(claim) => match &claim.versions {
                Versions::Exact(version) => Resolved::new(version.clone(), claim.source.clone()),
                Versions::Range(specifiers) => {
                    range.get_or_insert_with(|| (specifiers.clone(), claim.clone()));
                    continue;
                }
            },
        };
        if range
            .as_ref()
            .is_none_or(|(range, _)| range.contains(&found.version))
        {
            return Some(found);
        }
    }
    match range {
        Some((specifiers, claim)) => {
            newest_admitted(catalog, library, &specifiers, claim, problems)
        }
        None => Some(Resolved::new(
            catalog.newest(library)?.clone(),
            Source::Newest,
        )),
    }
}

fn newest_admitted(
    catalog: &Catalog,
    library: &str,
    range: &VersionSpecifiers,
    claim: Claim,
    problems: &mut Vec<Problem>,
) -> Option<Resolved> {
    let Some((oldest, newest)) = catalog.admitted(library, range) else {
        let message =
            format!("no known release of `{library}` is in `{range}`, so its use is not checked");
        let (path, line) = (claim.path, claim.line);
        problems.push(Problem {
            path,
            line,
            message,
        });
        return None;
    };
    let bounded = range
        .iter()
        .any(pep440_rs::VersionSpecifier::has_lower_bound);
    Some(Resolved {
        oldest: bounded.then_some(oldest),
        ..Resolved::new(newest, claim.source)
    })
}
