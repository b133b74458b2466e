//! The server with engines that are slow, or fail.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use hf_lsp::engine::{Cancel, Engine, HoverText, LibraryVersion, Step};
use hf_lsp::rules::finding::Finding;
use hf_lsp::server::{Connection, Options, serve};
use hf_lsp::workspace::document::Document;
use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::ShowMessageNotification;

use crate::client::{Client, LIMIT, Setup, frame, pulls};

const URI: &str = "file:///t.py";
const INTERNAL_ERROR: i64 = -32603;
const CANCELLED: i64 = -32800;

/// Panics at texts with "panic"; at texts with "slow" works until nobody waits any more.
struct Difficult(Mutex<Sender<String>>);

impl Difficult {
    fn tell(&self, what: String) {
        self.0.lock().unwrap().send(what).unwrap();
    }
}

impl Engine for Difficult {
    fn check(&self, document: &Document, cancel: &Cancel<'_>) -> Vec<Finding> {
        assert!(!document.text().contains("panic"), "asked to");
        if document.text().contains("slow") {
            self.tell(format!("began {}", document.version().unwrap()));
            while !cancel() {
                std::thread::yield_now();
            }
            self.tell(format!("stopped {}", document.version().unwrap()));
        }
        Vec::new()
    }

    fn hover(&self, document: &Document, _: u32) -> Option<HoverText> {
        assert!(!document.text().contains("panic"), "asked to");
        None
    }

    fn versions(&self, _: Option<&Path>) -> Vec<LibraryVersion> {
        panic!("asked to")
    }

    fn files(&self, _: &Cancel<'_>) -> Vec<PathBuf> {
        Vec::new()
    }

    fn read(&self, _: &Path) -> Option<String> {
        None
    }

    fn set_folders(&self, _: &[PathBuf]) {}

    fn configure(&self, _: &Value) {
        panic!("asked to")
    }

    fn prepare(&self, _: &dyn Fn(Step)) {
        panic!("asked to")
    }

    fn reload(&self, _: &[PathBuf]) -> bool {
        panic!("asked to")
    }

    fn notices(&self) -> Vec<String> {
        vec!["look at this".to_owned()]
    }
}

/// A server in a thread of its own, and what its engine tells.
fn serve_over(
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
) -> (Receiver<String>, JoinHandle<u8>) {
    let (sender, told) = channel();
    let server = std::thread::spawn(move || {
        let engine = Arc::new(Difficult(Mutex::new(sender)));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_time()
            .build()
            .unwrap();
        let connection = Connection::new(input, output);
        let status = runtime.block_on(serve(engine, connection, Options::default()));
        runtime.shutdown_background();
        status
    });
    (told, server)
}

/// A client, what its engine tells, and the server's thread.
fn start(setup: Setup) -> (Client, Receiver<String>, JoinHandle<u8>) {
    let (server_input, input) = std::io::pipe().unwrap();
    let (output, server_output) = std::io::pipe().unwrap();
    let (told, server) = serve_over(server_input, server_output);
    let mut client = Client::over(output, input, setup);
    client.initialize();
    (client, told, server)
}

#[test]
fn a_client_that_closed_its_ears_ends_the_session() {
    let (server_input, mut input) = std::io::pipe().unwrap();
    let (output, server_output) = std::io::pipe().unwrap();
    let (_told, server) = serve_over(server_input, server_output);
    drop(output);
    let initialize =
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}});
    input.write_all(&frame(&initialize)).unwrap();
    assert_eq!(server.join().unwrap(), 1);
}

fn end(mut client: Client, server: JoinHandle<u8>) {
    let id = client.ask("shutdown", Value::Null);
    client.result::<Value>(id);
    client.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
    assert_eq!(server.join().unwrap(), 0);
}

#[test]
fn a_cancelled_request_stops_its_work() {
    let (mut client, told, server) = start(Setup {
        capabilities: pulls(),
        ..Setup::default()
    });
    client.open(URI, "slow");
    let id = client.ask(
        "textDocument/diagnostic",
        json!({"textDocument": {"uri": URI}}),
    );
    assert_eq!(told.recv_timeout(LIMIT).unwrap(), "began 1");
    client.notify("$/cancelRequest", json!({"id": id}));
    assert_eq!(client.error(id), CANCELLED);
    assert_eq!(told.recv_timeout(LIMIT).unwrap(), "stopped 1");
    end(client, server);
}

#[test]
fn a_change_stops_the_analysis_of_the_version_before() {
    let (mut client, told, server) = start(Setup::default());
    client.open(URI, "slow");
    assert_eq!(told.recv_timeout(LIMIT).unwrap(), "began 1");
    client.change(URI, 2, [0, 4, 0, 4], "er");
    assert_eq!(told.recv_timeout(LIMIT).unwrap(), "stopped 1");
    assert_eq!(told.recv_timeout(LIMIT).unwrap(), "began 2");
    client.close(URI);
    assert_eq!(told.recv_timeout(LIMIT).unwrap(), "stopped 2");
    let all = client.publications(URI, None);
    assert_eq!(
        all.len(),
        1,
        "nothing for versions that were overtaken: {all:?}"
    );
    end(client, server);
}

#[test]
fn of_many_changes_only_the_newest_is_analysed() {
    let (mut client, told, server) = start(Setup::default());
    client.open(URI, "slow");
    assert_eq!(told.recv_timeout(LIMIT).unwrap(), "began 1");
    for version in 2..=200 {
        client.change(URI, version, [0, 0, 0, 0], "\n");
    }
    client.changes(URI, 201, json!([{"text": "quick"}]));
    assert_eq!(client.published(URI, Some(201)), []);
    let analysed = told.try_iter().filter(|it| it.starts_with("began")).count();
    eprintln!("200 changes: {analysed} more analyses begun");
    assert!(analysed < 200);
    end(client, server);
}

#[test]
fn panics_of_the_engine_end_nothing() {
    let (mut client, _told, server) = start(Setup::default());
    client.open(URI, "fine");
    assert_eq!(client.published(URI, Some(1)), []);
    for version in 2..=200 {
        let text = if version == 5 { "panic" } else { "fine" };
        client.changes(URI, version, json!([{"text": text}]));
        if version == 5 {
            assert_eq!(client.published(URI, Some(5)), []);
            let id = client.ask_hover(URI, 0, 0);
            assert_eq!(client.error(id), INTERNAL_ERROR);
            let params = json!({"textDocument": {"uri": URI}, "context": {"diagnostics": []},
                "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}});
            let id = client.ask("textDocument/codeAction", params);
            assert_eq!(client.error(id), INTERNAL_ERROR);
        }
    }
    assert_eq!(client.published(URI, Some(200)), []);
    let id = client.ask_command("hf-lsp.showVersions", json!([]));
    assert_eq!(client.error(id), INTERNAL_ERROR);
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"a": 1}}),
    );
    assert_eq!(
        client.published(URI, Some(200)),
        [],
        "settings that failed still count as new"
    );
    end(client, server);
}

#[test]
fn tells_the_user_what_the_engine_has_to_say() {
    let (mut client, _told, server) = start(Setup::default());
    let shown = client.notification::<ShowMessageNotification>(|_| true);
    assert_eq!(shown.message, "look at this");
    end(client, server);
}
