//! Our answers beside those of the real packages. `python3 tests/oracle/make.py` installs and asks them;
//! `cargo test --test oracle -- --ignored` compares, and writes `report.txt` and `differences.tsv` beside
//! the answers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

mod common;

#[path = "oracle/answer.rs"]
mod answer;
#[path = "oracle/compare.rs"]
mod compare;
#[path = "oracle/eras.rs"]
mod eras;
#[path = "oracle/known.rs"]
mod known;
#[path = "oracle/literals.rs"]
mod literals;
#[path = "oracle/report.rs"]
mod report;
#[path = "oracle/signature.rs"]
mod signature;
#[path = "oracle/usage.rs"]
mod usage;

use answer::Answer;
use compare::Comparison;
use hf_lsp::environment::Environment;
use report::Pair;

/// The table's pairs whose answers are at hand, each with the environment of its era. With
/// `HF_LSP_PARTIAL` set, those that are not may be missing.
fn answers() -> impl Iterator<Item = (Environment, Answer)> {
    let is_partial = std::env::var_os("HF_LSP_PARTIAL").is_some();
    eras::all().into_iter().flat_map(move |era| {
        let environment = era.environment();
        let read = |library: &String| match answer::read(library, &era.pins[library]) {
            Ok(answer) => Some((environment.clone(), answer)),
            Err(reason) if is_partial => {
                eprintln!("left out: {reason}");
                None
            }
            Err(reason) => panic!("{reason}: run tests/oracle/make.py first"),
        };
        era.first.iter().filter_map(read).collect::<Vec<_>>()
    })
}

/// Every difference is listed in `known.toml`, and every entry there explains one.
#[test]
#[ignore = "needs the answers of the real packages"]
fn the_real_packages_agree() {
    let literals = literals::Literals::of_store();
    let mut pairs = Vec::new();
    for (environment, answer) in answers() {
        let view = common::KNOWLEDGE.view(&environment);
        let mut comparison = Comparison::new(&view, &answer, &literals);
        comparison.run();
        pairs.push(Pair {
            library: answer.library.clone(),
            release: answer.release.clone(),
            tally: comparison.tally,
            differences: comparison.differences,
        });
    }
    let known = known::list();
    println!("{}", report::write(&pairs, &known));
    let all = || pairs.iter().flat_map(|pair| &pair.differences);
    let unlisted: Vec<_> = all()
        .filter(|difference| !known.iter().any(|known| known.explains(difference)))
        .collect();
    let rotten: Vec<_> = known
        .iter()
        .filter(|known| !all().any(|difference| known.explains(difference)))
        .collect();
    assert!(
        unlisted.is_empty(),
        "{} differences are not listed, the first: {:#?}",
        unlisted.len(),
        &unlisted[..unlisted.len().min(20)]
    );
    assert!(rotten.is_empty(), "these explain nothing: {rotten:#?}");
}

/// What is there is never called an error, however it differs from what the store says.
#[test]
#[ignore = "needs the answers of the real packages, and long"]
fn what_is_there_is_no_error() {
    let (mut pairs, mut lines, mut errors) = (0, 0, Vec::new());
    let wanted = std::env::var("HF_LSP_LIBRARIES").unwrap_or_default();
    let known = known::list();
    for (environment, answer) in answers() {
        let names: Vec<&str> = wanted.split_whitespace().collect();
        if !names.is_empty() && !names.contains(&answer.library.as_str()) {
            continue;
        }
        let (used, mut wrong) = usage::errors(&answer, &environment);
        wrong.retain(|(path, _)| {
            let excuses =
                |known: &known::Known| known.excuses(&answer.library, &answer.release, path);
            !known.iter().any(excuses)
        });
        println!(
            "{} {}: {used} lines, {} errors",
            answer.library,
            answer.release,
            wrong.len()
        );
        let wrong = wrong.into_iter().map(|(path, message)| {
            format!("{}\t{}\t{path}\t{message}", answer.library, answer.release)
        });
        errors.extend(wrong);
        pairs += 1;
        lines += used;
        std::fs::write(answer::folder().join("errors.tsv"), errors.join("\n")).unwrap();
    }
    println!("{pairs} pairs, {lines} lines, {} errors", errors.len());
    assert!(errors.is_empty(), "{:#?}", &errors[..errors.len().min(20)]);
}
