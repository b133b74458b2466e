//! The rules: their own examples, and the fixtures under `tests/fixtures/rules`.
//!
//! A fixture is a file of any format. Its first lines say what it is checked against:
//! `# targets: transformers==5.23.0`, and, where the targets are an upgrade, `# baseline: ...`.
//! Files whose name begins with `good` must have no finding. All others are compared with a snapshot of
//! their findings and of the text after all fixes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

mod common;

use std::path::Path;

use common::{BESIDE, KNOWLEDGE, environment, findings_for, findings_in, fixtures, format, header};
use hf_lsp::cli::explain;
use hf_lsp::embedded::Format;
use hf_lsp::environment::Environment;
use hf_lsp::python::analyse;
use hf_lsp::python::parse::parse_module;
use hf_lsp::rules;
use hf_lsp::rules::apply::fix_all;
use hf_lsp::rules::context::Context;
use hf_lsp::rules::finding::Finding;
use hf_lsp::rules::rule::{Check, Example, Rule};

fn of_example(rule: &'static Rule, example: &Example) -> Vec<Finding> {
    let owned = |list: &[&str]| {
        list.iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    let environment = environment(&owned(example.targets), &owned(example.baseline));
    let mut baseline = example.baseline.iter();
    let python = baseline.find_map(|text| text.strip_prefix("python=="));
    let python = python.map(|version| version.parse().unwrap());
    let mut found = findings_for(example.format, example.code, &environment, python.as_ref());
    if rules::is_optional(rule.code) {
        let facts = analyse(example.code);
        let only = |run: &'static Rule, ctx: &Context<'_>| {
            if run.code == rule.code {
                run.findings(ctx)
            } else {
                Vec::new()
            }
        };
        found.extend(rules::check_by(
            &KNOWLEDGE,
            example.code,
            &facts,
            &environment,
            BESIDE,
            only,
        ));
    }
    found
}

#[test]
fn every_bad_example_is_reported_and_every_good_one_is_not() {
    let mut failures = Vec::new();
    // Those about the journal have tests of their own.
    let about_code = rules::rules().filter(|rule| !matches!(rule.check, Check::Journal(_)));
    for rule in about_code {
        if !of_example(rule, &rule.bad)
            .iter()
            .any(|finding| finding.code == rule.code)
        {
            failures.push(format!("{}: the bad example is not reported", rule.code));
        }
        for finding in of_example(rule, &rule.good) {
            failures.push(format!(
                "{}: the good example is reported: {}",
                rule.code, finding.message
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn codes_and_names_are_in_order_and_unique() {
    let names: Vec<_> = rules::names().collect();
    for pair in names.windows(2) {
        assert!(pair[0].0 < pair[1].0, "{pair:?}");
    }
    let mut only_names: Vec<_> = names.iter().map(|(_, name)| name).collect();
    only_names.sort();
    only_names.dedup();
    assert_eq!(only_names.len(), names.len());
}

/// A token is one wherever it stands; only Python can read the environment instead.
#[test]
fn tokens_are_found_in_every_format() {
    // Made up; in two parts, so that no scanner takes it for a real one.
    let token = ["hf_QzWxEcRvTbYnUm", "IkOlPaSdFgHjKlZqXwCe"].concat();
    let environment = environment(&[], &[]);
    for (format, text) in [
        (Format::Shell, format!("export HF_TOKEN={token}\n")),
        (
            Format::Dockerfile,
            format!("FROM python:3.12\nENV HF_TOKEN={token}\n"),
        ),
        (
            Format::Makefile,
            format!("train:\n\tHF_TOKEN={token} python train.py\n"),
        ),
        (Format::Yaml, format!("env:\n  HF_TOKEN: {token}\n")),
        (Format::Json, format!("{{\"token\": \"{token}\"}}\n")),
        (
            Format::Markdown,
            format!("# Use\n\n    hf auth login --token {token}\n"),
        ),
    ] {
        let found = findings_in(format, &text, &environment);
        let shown: Vec<_> = found
            .iter()
            .map(|it| (it.code, it.range.slice(&text)))
            .collect();
        assert_eq!(shown, [("HF601", &*token)], "{format:?}");
        assert!(found[0].fix.is_none() && !found[0].message.contains(&token));
    }
    let text = format!("# hf-lsp: ignore[HF601]\nexport HF_TOKEN={token}\n");
    assert_eq!(findings_in(Format::Shell, &text, &environment), []);
}

/// The findings as lines, each with the source text it points at, then the text after all fixes.
fn describe(format: Format, text: &str, environment: &Environment) -> String {
    let mut out = String::new();
    for finding in findings_in(format, text, environment) {
        let line = text[..finding.range.start as usize].matches('\n').count() + 1;
        out.push_str(&format!(
            "{line}: {} {} at `{}`\n    {}\n",
            finding.severity,
            finding.code,
            finding.range.slice(text),
            finding.message
        ));
        for more in finding.help.iter().chain(&finding.notes) {
            out.push_str(&format!("    {more}\n"));
        }
        if let Some(fix) = &finding.fix {
            let how = fix.applicability.as_str();
            out.push_str(&format!("    fix: {} ({how})\n", fix.title));
        }
    }
    let fixed = fix_all(format, text, true, |text| {
        findings_in(format, text, environment)
    });
    let diff = similar::TextDiff::from_lines(text, &fixed.text);
    let diff = diff.unified_diff().context_radius(0).to_string();
    if !diff.is_empty() {
        out.push_str(&format!("--- after all fixes\n{diff}"));
    }
    out
}

#[test]
fn fixtures_are_reported_as_recorded() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rules");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("fixtures/rules/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _guard = settings.bind_to_scope();
    for path in fixtures() {
        let text = std::fs::read_to_string(&path).unwrap();
        let environment = environment(&header(&text, "targets"), &header(&text, "baseline"));
        let described = describe(format(&path), &text, &environment);
        let name = path.strip_prefix(&root).unwrap().to_string_lossy();
        let name = name.trim_end_matches(".py").replace(['/', '\\', '.'], "-");
        if path
            .file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with("good")
        {
            assert_eq!(described, "", "{name} must have no finding");
        } else {
            insta::assert_snapshot!(name, described);
        }
    }
}

#[test]
fn fixes_keep_the_syntax_and_settle() {
    for path in fixtures() {
        let text = std::fs::read_to_string(&path).unwrap();
        let environment = environment(&header(&text, "targets"), &header(&text, "baseline"));
        let format = format(&path);
        let broken = |text: &str| match format {
            Format::Python => parse_module(text).errors.len(),
            _ => 0,
        };
        let before = broken(&text);
        for allow_unsafe in [false, true] {
            let check = |text: &str| findings_in(format, text, &environment);
            let once = fix_all(format, &text, allow_unsafe, check);
            assert!(
                broken(&once.text) <= before,
                "{}: a fix broke the syntax:\n{}",
                path.display(),
                once.text
            );
            let twice = fix_all(format, &once.text, allow_unsafe, check);
            assert_eq!(twice.text, once.text, "{}: a second run", path.display());
        }
    }
}

/// Compares a generated page with what is written; `HF_LSP_UPDATE_DOCS=1` writes it anew.
fn assert_current(name: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("HF_LSP_UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "{name} is not current: HF_LSP_UPDATE_DOCS=1 writes it anew"
    );
}

/// `docs/rules` holds one page for each rule and each family, made from the declarations, and no other.
#[test]
fn rule_pages_are_current() {
    let mut pages: Vec<(String, String)> = rules::rules()
        .map(|rule| (rule.code.to_owned(), explain::page(rule)))
        .collect();
    pages.extend(
        explain::FAMILIES
            .iter()
            .map(|family| (family.slug.to_owned(), family.page())),
    );
    for (name, page) in &pages {
        assert_current(&format!("docs/rules/{name}.md"), page);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let files = std::fs::read_dir(folder).unwrap();
    assert_eq!(files.count(), pages.len(), "a page that nothing makes");
}

#[test]
fn every_rule_is_of_one_family() {
    for rule in rules::rules() {
        let families = explain::FAMILIES
            .iter()
            .filter(|family| family.rules().any(|other| other.code == rule.code));
        assert_eq!(families.count(), 1, "{}", rule.code);
    }
}

#[test]
fn the_lists_of_rules_are_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let verified = std::fs::read_to_string(root.join("tests/oracle/refusals.txt")).unwrap();
    assert_current("docs/rules.md", &explain::overview());
    assert_current("docs/conditions.md", &explain::conditions(&verified));
}

/// The table of contents of the documentation has every rule, by family; the rest of it is written by hand.
#[test]
fn the_table_of_contents_has_every_rule() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let written = std::fs::read_to_string(root.join("docs/SUMMARY.md")).unwrap();
    let (before, rest) = written.split_once("- [Rules](rules.md)\n").unwrap();
    // Its entries are indented; whatever comes behind them stays.
    let own: String = rest
        .split_inclusive('\n')
        .skip_while(|line| line.starts_with(' '))
        .collect();
    let page = format!("{before}- [Rules](rules.md)\n{}{own}", explain::contents());
    assert_current("docs/SUMMARY.md", &page);
}
