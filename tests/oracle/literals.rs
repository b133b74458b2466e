//! Default values of the store in the normal form of `literal.py`.

use std::collections::{BTreeSet, HashMap};
use std::io::Write as _;
use std::process::{Command, Stdio};

use hf_lsp::knowledge::fact::Fact;
use hf_lsp::knowledge::store::store;

/// By source text; `None` where the expression is no literal.
pub struct Literals(HashMap<String, Option<String>>);

impl Literals {
    /// Of every default that the store has.
    pub fn of_store() -> Self {
        let mut texts = BTreeSet::new();
        for library in store().names().filter_map(|name| store().library(name)) {
            for owner in library.owners() {
                for history in library.histories(owner.path) {
                    for (fact, _) in &history.facts {
                        if let Fact::Param(param) = fact {
                            texts.extend(param.default.clone());
                        }
                    }
                }
            }
        }
        let texts: Vec<String> = texts.into_iter().collect();
        let forms = normalise(&texts);
        assert_eq!(texts.len(), forms.len(), "one form for each text");
        Self(texts.into_iter().zip(forms).collect())
    }

    pub fn get(&self, text: &str) -> Option<&str> {
        self.0.get(text)?.as_deref()
    }
}

fn normalise(texts: &[String]) -> Vec<Option<String>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/literal.py");
    let mut python = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    let mut input = python.stdin.take().unwrap();
    input
        .write_all(&serde_json::to_vec(texts).unwrap())
        .unwrap();
    drop(input);
    let output = python.wait_with_output().unwrap();
    serde_json::from_slice(&output.stdout).expect("literal.py answers")
}
