//! The dev-journal: the rules' own examples, and the workspaces under `tests/fixtures/journal`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

#[path = "common/repositories.rs"]
mod repositories;
#[path = "common/journal.rs"]
mod workspace;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hf_lsp::journal::surroundings::Surroundings;
use hf_lsp::rules;
use hf_lsp::rules::finding::{Finding, Severity};
use hf_lsp::rules::hub::LookUp;
use hf_lsp::rules::journal::example_files;
use hf_lsp::rules::rule::Check;
use hf_lsp::workspace::document::{Document, Language};
use workspace::{ROOT, all_in_memory, all_on_disk, files_in, in_memory, with_history};

const PLAN: &str = "dev-journal/OUR-PLAN.md";

fn fixtures(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/journal")
        .join(name)
}

#[test]
fn every_bad_example_is_reported_and_every_good_one_is_not() {
    let mut failures = Vec::new();
    for rule in rules::rules().filter(|rule| matches!(rule.check, Check::Journal(_))) {
        let found = match rule.code {
            // What git says is made in a test of its own.
            "HFP305" => continue,
            "HFP505" => with_hub(rule.bad.code),
            _ => all_in_memory(&example_files(rule.bad.code), rule.bad.targets)
                .into_values()
                .flatten()
                .collect(),
        };
        if !found.iter().any(|finding| finding.code == rule.code) {
            failures.push(format!("{}: the bad example is not reported", rule.code));
        }
        let found = all_in_memory(&example_files(rule.good.code), rule.good.targets);
        for finding in found.values().flatten() {
            let (code, message) = (finding.code, &finding.message);
            failures.push(format!(
                "{}: the good example is reported: {code} {message}",
                rule.code
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What HFP505 finds in a plan, with the made-up repositories for the Hub.
fn with_hub(plan: &str) -> Vec<Finding> {
    let checker = in_memory(&[(PLAN, plan.to_owned())], &[]);
    let path = Path::new(ROOT).join(PLAN);
    let document = Document::new(
        PLAN.to_owned(),
        Some(path.clone()),
        Language::from_path(&path),
        None,
        plan.to_owned(),
    );
    let rule = rules::find("HFP505").unwrap();
    let found = checker.with_surroundings(&path, &document, |surroundings| {
        let repositories: Option<&dyn LookUp> = Some(&repositories::Shelf);
        rules::journal::findings(
            rule,
            &Surroundings {
                repositories,
                ..*surroundings
            },
        )
    });
    found.unwrap()
}

#[test]
fn the_hub_is_asked_for_what_a_plan_names() {
    let messages = |plan: &str| {
        let found = with_hub(plan).into_iter();
        found.map(|it| it.message).collect::<Vec<_>>()
    };
    let table = "## Target\n\n| Key | Value |\n| --- | --- |\n| Model | `acme-labs/chat-8bb` |\n| Dataset | `acme-labs/reviews` |\n\n";
    let step = "- [ ] 1.1 Take it\n  - Model: `acme-labs/Chat-7B`\n  - Run: `hf download x`\n";
    assert_eq!(
        messages(&format!("{table}{step}")),
        [
            "there is no model `acme-labs/chat-8bb` on the Hub",
            "the model `acme-labs/Chat-7B` is called `acme-labs/chat-8b` now"
        ]
    );
    let gated = "- [ ] 1.1 Take it\n  - Model: `acme-labs/gated-8b`\n  - Run: `x`\n";
    let asked = "- [ ] 1.2 Accept the licence of `acme-labs/gated-8b`\n  - Run: `x`\n";
    assert_eq!(
        messages(gated),
        ["`acme-labs/gated-8b` is gated, and no step asks for access to it"]
    );
    assert_eq!(messages(&format!("{gated}{asked}")), [""; 0]);
    // What the plan makes need not be there.
    let made = "- [ ] 1.1 Make it\n  - Model: `acme-labs/chat-8bb`\n  - Run: `hf repos create acme-labs/chat-8bb --private`\n";
    assert_eq!(messages(made), [""; 0]);
}

/// However git keeps its objects and branches, the past is read off them.
#[test]
fn the_past_is_read_in_every_form() {
    let (drift, earlier) = (fixtures("defects/drift"), fixtures("earlier"));
    let changed = |git: &[&[&str]]| {
        let copy = with_history(&drift, &earlier, git);
        let found = all_on_disk(copy.path()).into_iter();
        let found = found.filter(|(place, _)| place.ends_with("HFP305"));
        found.map(|(_, message)| message).collect::<Vec<_>>()
    };
    let expected = [
        "`src/prepare_data.py` was changed since step 3.1 was ticked",
        "`config` in `src/train.py` was changed since step 4.1 was ticked",
    ];
    assert_eq!(changed(&[]), expected);
    assert_eq!(
        changed(&[&["gc", "--quiet", "--aggressive"], &["pack-refs", "--all"]]),
        expected
    );
    assert_eq!(changed(&[&["checkout", "--quiet", "--detach"]]), expected);
    // Two commits later it is still the same two files.
    let more: &[&[&str]] = &[
        &["commit", "--quiet", "--allow-empty", "--message", "More"],
        &["repack", "-adq", "--depth=50"],
    ];
    assert_eq!(changed(more), expected);
    // What changed before the step was ticked, or while it is in progress, is no news.
    let unticked = ["commit", "--quiet", "--amend", "--message", "One"];
    let squashed: &[&[&str]] = &[&["reset", "--quiet", "--soft", "HEAD~1"], &unticked];
    assert_eq!(changed(squashed), [""; 0]);
    assert_eq!(
        changed(&[&["update-ref", "--no-deref", "-d", "HEAD"]]),
        [""; 0]
    );
}

#[test]
fn a_sound_journal_has_no_finding() {
    assert_eq!(all_on_disk(&fixtures("sound")), []);
}

/// Every form of the comment that silences findings, above or beside a defect.
#[test]
fn comments_silence_findings() {
    assert_eq!(all_on_disk(&fixtures("silenced")), []);
}

#[test]
fn the_example_of_the_format_has_no_finding() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/plan-format.md");
    let docs = std::fs::read_to_string(docs).unwrap();
    let (_, rest) = docs
        .split_once("\n````markdown\n")
        .expect("the example begins");
    let (example, _) = rest.split_once("\n````\n").expect("the example ends");
    let found = all_in_memory(&[(PLAN, format!("{example}\n"))], &[]);
    // The other documents of the journal are not there, as the reader of the page knows.
    let found: Vec<_> = found[PLAN]
        .iter()
        .filter(|it| it.code != "HFP706")
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}

/// Each defect is found where it is, and nothing else; every code is there at least twice.
#[test]
fn defects_are_found_where_they_are() {
    let mut codes = Vec::new();
    let mut failures = Vec::new();
    for folder in std::fs::read_dir(fixtures("defects")).unwrap() {
        let folder = folder.unwrap().path();
        let expected = std::fs::read_to_string(folder.join("expected.txt")).unwrap();
        let expected: BTreeSet<&str> = expected
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let found = match name.as_str() {
            "drift" => all_on_disk(with_history(&folder, &fixtures("earlier"), &[]).path()),
            _ => all_on_disk(&folder),
        };
        for (place, message) in &found {
            codes.extend(place.split(' ').next_back().map(str::to_owned));
            if !expected.contains(place.as_str()) {
                failures.push(format!("{name}: not expected: {place} {message}"));
            }
        }
        for place in expected {
            if !found.iter().any(|(known, _)| known == place) {
                failures.push(format!("{name}: not found: {place}"));
            }
        }
    }
    for rule in rules::rules().filter(|rule| matches!(rule.check, Check::Journal(_))) {
        // What the Hub says is made in tests of its own.
        let is_elsewhere = rule.code == "HFP505";
        if !is_elsewhere && codes.iter().filter(|code| *code == rule.code).count() < 2 {
            failures.push(format!("{} is not there twice", rule.code));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Documents in other people's formats are read without a complaint.
#[test]
fn foreign_plans_are_left_alone() {
    let all = files_in(&fixtures("foreign"));
    assert!(all.len() >= 30);
    let mut failures = Vec::new();
    for path in all {
        let text = std::fs::read_to_string(&path).unwrap();
        let found = all_in_memory(&[(PLAN, text)], &[]);
        for finding in found[PLAN]
            .iter()
            .filter(|it| it.severity <= Severity::Warning)
        {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            failures.push(format!("{name}: {} {}", finding.code, finding.message));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Whatever a document holds, it is checked to the end.
#[test]
fn nothing_is_too_odd() {
    for path in files_in(&fixtures("abuse")) {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        for name in [
            PLAN,
            "dev-journal/CHANGELOG.md",
            "dev-journal/TECH-STACK.md",
            "dev-journal/PRD.md",
        ] {
            all_in_memory(&[(name, text.clone())], &[]);
        }
    }
}
