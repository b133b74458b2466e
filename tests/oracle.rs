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

use compare::Comparison;
use report::Pair;

/// Every difference is listed in `known.toml`, and every entry there explains one.
#[test]
#[ignore = "needs the answers of the real packages"]
fn the_real_packages_agree() {
    let literals = literals::Literals::of_store();
    let mut pairs = Vec::new();
    for era in eras::all() {
        let environment = era.environment();
        let view = common::KNOWLEDGE.view(&environment);
        for library in &era.first {
            let answer = match answer::read(library, &era.pins[library]) {
                Ok(answer) => answer,
                Err(reason) if std::env::var_os("HF_LSP_PARTIAL").is_some() => {
                    println!("left out: {reason}");
                    continue;
                }
                Err(reason) => panic!("{reason}: run tests/oracle/make.py first"),
            };
            let mut comparison = Comparison::new(&view, &answer, &literals);
            comparison.run();
            let (lines, errors) = usage::errors(&answer, &environment);
            comparison.take_errors(lines, errors);
            pairs.push(Pair {
                library: answer.library.clone(),
                release: answer.release.clone(),
                tally: comparison.tally,
                differences: comparison.differences,
            });
        }
    }
    let known = known::list();
    let text = report::write(&pairs, &known);
    println!("{text}");
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
