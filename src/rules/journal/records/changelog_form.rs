//! HFP704

use crate::embedded::Format;
use crate::journal::changelog::{Category, Changelog, Dated, Group, Version};
use crate::journal::kind::Kind;
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Applicability, Edit, Finding, Fix, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP704",
    name: "changelog-form",
    severity: Severity::Warning,
    summary: "a changelog that begins in the form of \"keep a changelog\", and does not keep it",
    explanation: "The form is what lets tools, and actions such as \"Mark step done\", find the place for an entry: `## [Unreleased]` at \
the top, dates as `2026-11-23`, and below versions the headings Added, Changed, Deprecated, Removed, Fixed, Security. The eight kinds \
of work that a plan tracks are headings too: Models, Experiments, Datasets, Code, Environment, Hub, Performance, Evaluation. \
Changelogs without a heading such as `## [1.0.0]` have another form, and are left alone.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> dev-journal/CHANGELOG.md <==\n# Changelog\n\n## [0.2.0] - 2026/11/20\n\n### New\n\n- The plan\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> dev-journal/CHANGELOG.md <==\n# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-11-20\n\n### Added\n\n- The plan\n\n### Datasets\n\n- The chats\n",
    },
    check: Check::Journal(check),
};

/// Headings that people use for a category.
const MEANT: [(&str, Category); 18] = [
    ("new", Category::Added),
    ("new features", Category::Added),
    ("features", Category::Added),
    ("feature", Category::Added),
    ("add", Category::Added),
    ("additions", Category::Added),
    ("change", Category::Changed),
    ("changes", Category::Changed),
    ("improved", Category::Changed),
    ("improvements", Category::Changed),
    ("updated", Category::Changed),
    ("updates", Category::Changed),
    ("fixes", Category::Fixed),
    ("fix", Category::Fixed),
    ("bug fixes", Category::Fixed),
    ("bugfixes", Category::Fixed),
    ("deprecations", Category::Deprecated),
    ("removals", Category::Removed),
];

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    if surroundings.role != Some(Role::Changelog) {
        return;
    }
    let text = surroundings.text();
    let changelog = Changelog::read(text, surroundings.document.outline());
    if !changelog.keeps_form() {
        return;
    }
    if changelog.unreleased().is_none() {
        findings.extend(unreleased(text, &changelog));
    }
    findings.extend(changelog.versions.iter().filter_map(|it| date(text, it)));
    let unknown = changelog
        .groups
        .iter()
        .filter(|group| group.means.is_none());
    findings.extend(unknown.map(|group| category(text, group)));
}

fn unreleased(text: &str, changelog: &Changelog) -> Option<Finding> {
    let first = changelog.versions.first()?;
    let place = changelog.title.unwrap_or(first.name);
    let message = "there is no place for what is not released: `## [Unreleased]`";
    let mut finding = RULE.plain_finding(place, message.to_owned());
    let line = if text.contains("\r\n") { "\r\n" } else { "\n" };
    finding.fix = Some(Fix {
        title: "Add `## [Unreleased]`".to_owned(),
        applicability: Applicability::Safe,
        edits: vec![Edit {
            range: TextRange::at(first.heading.start),
            content: format!("## [Unreleased]{line}{line}"),
        }],
    });
    Some(finding)
}

fn date(text: &str, version: &Version) -> Option<Finding> {
    let date = version.date;
    let (Dated::Elsewise(_, range) | Dated::Wrong(range)) = date else {
        return dateless(text, version);
    };
    let written = range.slice(text);
    let Dated::Elsewise(day, _) = date else {
        let message = format!("`{written}` is no date");
        let mut finding = RULE.plain_finding(range, message);
        finding.help = Some("dates are written as `2026-11-23`".to_owned());
        return Some(finding);
    };
    let message = format!("`{written}` is written `{day}` in a changelog");
    let mut finding = RULE.plain_finding(range, message);
    finding.replacement = Some(day.to_string());
    finding.fix = Some(Fix {
        title: format!("Write `{day}`"),
        applicability: Applicability::Safe,
        edits: vec![Edit {
            range,
            content: day.to_string(),
        }],
    });
    Some(finding)
}

/// A release that does not say when it was.
fn dateless(text: &str, version: &Version) -> Option<Finding> {
    let is_told = version.is_unreleased || !version.is_bracketed || version.date != Dated::Missing;
    (!is_told).then(|| {
        let message = format!("{} has no date", version.name.slice(text));
        let mut finding = RULE.plain_finding(version.name, message);
        finding.severity = Severity::Information;
        finding
    })
}

fn category(text: &str, group: &Group) -> Finding {
    let written = group.name.slice(text);
    let message = format!("`{written}` is no category of a changelog");
    let mut finding = RULE.plain_finding(group.name, message);
    let lower = written.trim_end_matches(':').to_lowercase();
    match MEANT.iter().find(|(word, _)| *word == lower) {
        Some((_, category)) => {
            let content = category.as_str().to_owned();
            finding.replacement = Some(content.clone());
            finding.fix = Some(Fix {
                title: format!("Change to `{content}`"),
                applicability: Applicability::Unsafe,
                edits: vec![Edit {
                    range: group.name,
                    content,
                }],
            });
        }
        None => {
            let categories = Category::ALL.map(Category::as_str).join(", ");
            let kinds = Kind::ALL.map(Kind::title).join(", ");
            finding.help = Some(format!("use one of {categories}, or {kinds}"));
        }
    }
    finding
}
