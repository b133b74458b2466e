//! Many messages as fast as the pipe takes them: order, freshness, panics.

use std::time::Instant;

use serde_json::{Value, json};

use crate::client::{Client, FINDING_COLUMN, FINDING_LINE, SCRIPT, Setup, codes, pulls};

const URI: &str = "file:///t.py";
const MANY: u32 = 2_000;
const INTERNAL_ERROR: i64 = -32603;

/// Puts one more line on top, so that the finding's line tells the version.
fn push_down(client: &mut Client, changes: u32) {
    let version = i32::try_from(changes + 1).unwrap();
    client.change(URI, version, [0, 0, 0, 0], "\n");
}

#[test]
fn the_last_diagnostics_are_those_of_the_last_version() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, SCRIPT);
    let start = Instant::now();
    for changes in 1..=MANY {
        push_down(&mut client, changes);
    }
    let all = client.publications(URI, Some(i32::try_from(MANY + 1).unwrap()));
    eprintln!(
        "{MANY} changes: {} publications, {:?}",
        all.len(),
        start.elapsed()
    );
    let mut before = 0;
    for publication in &all {
        let version = publication.version.unwrap();
        assert!(version > before, "{version} after {before}");
        before = version;
        let line = u32::try_from(version - 1).unwrap() + FINDING_LINE;
        assert_eq!(codes(&publication.diagnostics), ["HF103"]);
        assert_eq!(
            publication.diagnostics[0].range.start.line, line,
            "of another version"
        );
    }
    let text = format!("{}{SCRIPT}", "\n".repeat(MANY as usize));
    assert_eq!(client.text(URI), text);
    let id = client.ask_hover(URI, MANY + FINDING_LINE, FINDING_COLUMN);
    assert_ne!(client.result::<Value>(id), Value::Null);
    assert_eq!(
        client.unread_publications(),
        0,
        "nothing comes behind the last"
    );
    client.finish();
}

#[test]
fn every_request_sees_exactly_the_version_before_it() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, SCRIPT);
    let start = Instant::now();
    let mut asked = Vec::new();
    let mut panics = Vec::new();
    for changes in 1..=MANY {
        push_down(&mut client, changes);
        if changes % 97 == 7 {
            panics.push(client.ask_command("hf-lsp.test.panic", json!([])));
        } else {
            let line = changes + FINDING_LINE;
            asked.push((client.ask_hover(URI, line, FINDING_COLUMN + 3), line));
        }
    }
    for (id, line) in &asked {
        let hover: Value = client.result(*id);
        assert_eq!(
            hover["range"]["start"]["line"], *line,
            "hover of another version"
        );
    }
    assert_eq!(panics.len(), 21);
    for id in &panics {
        assert_eq!(client.error(*id), INTERNAL_ERROR);
    }
    eprintln!(
        "{} hovers, {} panics: {:?}",
        asked.len(),
        panics.len(),
        start.elapsed()
    );
    let last = client.published(URI, Some(i32::try_from(MANY + 1).unwrap()));
    assert_eq!(last[0].range.start.line, MANY + FINDING_LINE);
    client.finish();
}

#[test]
fn every_pull_sees_exactly_the_version_before_it() {
    let mut client = Client::ready(Setup {
        capabilities: pulls(),
        ..Setup::default()
    });
    client.open(URI, SCRIPT);
    let mut asked = Vec::new();
    for changes in 1..=200 {
        push_down(&mut client, changes);
        let params = json!({"textDocument": {"uri": URI}});
        asked.push((
            client.ask("textDocument/diagnostic", params),
            changes + FINDING_LINE,
        ));
    }
    for (id, line) in asked {
        let report: Value = client.result(id);
        assert_eq!(report["items"][0]["range"]["start"]["line"], line);
    }
    client.finish();
}

#[test]
fn a_panic_among_changes_ends_nothing() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, SCRIPT);
    let mut panicked = None;
    for changes in 1..=200 {
        push_down(&mut client, changes);
        if changes == 5 {
            panicked = Some(client.ask_command("hf-lsp.test.panic", json!([])));
        }
    }
    assert_eq!(client.error(panicked.unwrap()), INTERNAL_ERROR);
    let last = client.published(URI, Some(201));
    assert_eq!(last[0].range.start.line, 200 + FINDING_LINE);
    client.finish();
}

#[test]
fn documents_do_not_wait_for_each_other() {
    let mut client = Client::ready(Setup::default());
    let uris: Vec<String> = (0..100)
        .map(|number| format!("file:///{number}.py"))
        .collect();
    for uri in &uris {
        client.open(uri, SCRIPT);
    }
    for version in 2..=20 {
        for uri in &uris {
            client.change(uri, version, [0, 0, 0, 0], "\n");
        }
    }
    for uri in &uris {
        let last = client.published(uri, Some(20));
        assert_eq!(last[0].range.start.line, 19 + FINDING_LINE);
    }
    client.finish();
}
