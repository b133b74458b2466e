//! What several test targets share: environments, findings, fixtures.

#![allow(dead_code, reason = "each target uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

pub mod machine;
pub mod repositories;

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use hf_lsp::embedded::{Format, analyse};
use hf_lsp::environment::{Distributions, Environment, Resolved, Source, Version};
use hf_lsp::knowledge::choose::Knowledge;
use hf_lsp::knowledge::store::store;
use hf_lsp::rules::context::Context;
use hf_lsp::rules::finding::Finding;
use hf_lsp::rules::rule::Rule;
use hf_lsp::rules::{self, Beside};
use hf_lsp::workspace::requirements::{Kind, declared};

pub static KNOWLEDGE: LazyLock<Arc<Knowledge>> = LazyLock::new(Arc::default);

/// The made-up repositories, and the machine that everything is meant for.
pub const BESIDE: Beside<'static> = Beside {
    modules: None,
    repositories: Some(&repositories::Shelf),
    machine: Some(&machine::OneCard),
};

/// Everything at its newest release, but for what is named.
pub fn environment(targets: &[String], baseline: &[String]) -> Environment {
    let mut environment = Environment::default();
    let resolved = |version: &str, source| Resolved::new(version.parse().unwrap(), source);
    for name in store().names() {
        let newest = store().releases(name).pop().unwrap().to_string();
        let newest = resolved(&newest, Source::Newest);
        environment.libraries.insert(name.to_owned(), newest);
    }
    let pinned = |text: &String, source| {
        let (name, version) = text.split_once("==").unwrap();
        assert!(
            environment.libraries.contains_key(name),
            "{name} is not known"
        );
        (name.to_owned(), resolved(version, source))
    };
    let installed = baseline
        .iter()
        .find_map(|text| text.strip_prefix("installed=="));
    let installed = installed.map(|names| Distributions {
        place: ".venv".to_owned(),
        names: names.split(',').map(ToOwned::to_owned).collect(),
    });
    let is_library = |text: &&String| {
        !["installed==", "python=="]
            .iter()
            .any(|it| text.starts_with(it))
    };
    let before: Vec<_> = baseline
        .iter()
        .filter(is_library)
        .map(|text| pinned(text, Source::Pinned("requirements.txt".into())))
        .collect();
    let now: Vec<_> = targets
        .iter()
        .map(|text| pinned(text, Source::Target))
        .collect();
    environment.libraries.extend(now);
    environment.installed = installed.map(Arc::new);
    for (name, version) in before {
        let target = environment.libraries.get_mut(&name).unwrap();
        target.baseline = Some(Box::new(version));
    }
    environment
}

/// The findings of a script, its script block included.
pub fn findings(text: &str, environment: &Environment) -> Vec<Finding> {
    findings_in(Format::Python, text, environment)
}

/// The findings of a text, a script block in it included.
pub fn findings_in(format: Format, text: &str, environment: &Environment) -> Vec<Finding> {
    findings_for(format, text, environment, None)
}

/// The same for an interpreter of that version.
pub fn findings_for(
    format: Format,
    text: &str,
    environment: &Environment,
    python: Option<&Version>,
) -> Vec<Finding> {
    let facts = analyse(format, text);
    let run = |rule: &'static Rule, ctx: &Context<'_>| match rules::is_optional(rule.code) {
        true => Vec::new(),
        false => rule.findings(ctx),
    };
    let mut findings = rules::check_by(&KNOWLEDGE, text, &facts, environment, BESIDE, run);
    let declared = declared(Path::new("script.py"), text, Kind::Script);
    findings.extend(rules::check_requirements(&declared.requirements, python));
    findings
}

/// What a fixture is written in.
pub fn format(path: &Path) -> Format {
    Format::of(path).unwrap_or_default()
}

/// All fixtures of the rules, sorted.
pub fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rules");
    let mut files = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.extend((!path.ends_with("snapshots")).then_some(path));
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(files.len() > 10, "the fixtures were not found");
    files
}

/// The words behind `# key:` (or `<!-- key:`, or `"// key:`) in the first lines.
pub fn header(text: &str, key: &str) -> Vec<String> {
    let words = |line: &str| -> Option<Vec<String>> {
        let (sign, words) = line.split_once(&format!(" {key}:"))?;
        let is_comment = ["#", "<!--", "//"].contains(&sign.trim_matches([' ', '"', '{']));
        let words = words.split_whitespace().filter(|word| word.contains("=="));
        is_comment.then(|| {
            words
                .map(|word| word.trim_matches([',', '"']).to_owned())
                .collect()
        })
    };
    text.lines().take(3).filter_map(words).flatten().collect()
}
