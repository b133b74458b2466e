//! A small client: sends, matches answers to questions, and waits for what it is told to, never longer
//! than a limit.

use std::collections::{HashMap, VecDeque};
use std::fmt::Debug;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower_lsp_server::gen_lsp_types::{
    Diagnostic, InitializeResult, Notification, PublishDiagnosticsParams, Request,
};

/// No test waits longer for one message.
pub const LIMIT: Duration = Duration::from_secs(60);

/// A script with one finding: `evaluation_strategy` on line 2.
pub const SCRIPT: &str = "from transformers import TrainingArguments\n\n\
    args = TrainingArguments(\"out\", evaluation_strategy=\"epoch\")\n";
/// Where the finding of [`SCRIPT`] is.
pub const FINDING_LINE: u32 = 2;
pub const FINDING_COLUMN: u32 = 32;

/// How the client answers what the server asks.
pub enum Answers {
    /// At once, with the settings it has.
    Prompt,
    /// Never.
    Never,
}

/// What a client is made of.
pub struct Setup {
    pub capabilities: Value,
    pub options: Value,
    pub folders: Vec<Value>,
    pub process_id: Option<u32>,
    pub settings: Value,
    pub answers: Answers,
    /// Reading begins only with [`Client::resume`].
    pub paused: bool,
    /// Environment variables of the server.
    pub variables: Vec<(&'static str, String)>,
    /// Takes code actions as literals, as all but very old clients do.
    pub literals: bool,
}

impl Setup {
    /// The capabilities that are announced.
    fn announced(&self) -> Value {
        let mut announced = self.capabilities.clone();
        if self.literals {
            let actions = &mut announced["textDocument"]["codeAction"];
            actions["codeActionLiteralSupport"] = json!({"codeActionKind": {"valueSet": [""]}});
            actions["isPreferredSupport"] = json!(true);
        }
        announced
    }
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            capabilities: json!({}),
            options: Value::Null,
            folders: Vec::new(),
            process_id: None,
            settings: Value::Null,
            answers: Answers::Prompt,
            paused: false,
            variables: Vec::new(),
            literals: true,
        }
    }
}

/// A conversation with a server.
pub struct Client {
    child: Option<Child>,
    /// Where the server keeps its log.
    state: Option<TempDir>,
    input: Option<Box<dyn Write + Send>>,
    messages: Receiver<Value>,
    resume: Sender<()>,
    setup: Setup,
    next_id: i64,
    responses: HashMap<i64, Value>,
    notifications: VecDeque<Value>,
    /// What the server asked.
    pub asked: Vec<Value>,
    /// Responses without an identifier: to what was no message.
    pub anonymous: Vec<Value>,
}

impl Client {
    /// Starts the program; nothing is said yet.
    pub fn start(setup: Setup) -> Self {
        let state = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_hf-lsp"))
            .arg("server")
            .env("HF_LSP_TEST", "1")
            .env("HF_HUB_OFFLINE", "1")
            .env("XDG_STATE_HOME", state.path())
            .envs(setup.variables.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = child.stdout.take().unwrap();
        let mut client = Self::over(output, input, setup);
        client.child = Some(child);
        client.state = Some(state);
        client
    }

    /// The number of the server's process.
    pub fn process(&self) -> u32 {
        self.child.as_ref().expect("a process serves").id()
    }

    /// The folder in which the server keeps its log.
    pub fn state(&self) -> &Path {
        self.state.as_ref().expect("a process serves").path()
    }

    /// Speaks over two streams.
    pub fn over(
        output: impl Read + Send + 'static,
        input: impl Write + Send + 'static,
        setup: Setup,
    ) -> Self {
        let (sender, messages) = channel();
        let (resume, resumed) = channel();
        if !setup.paused {
            resume.send(()).unwrap();
        }
        std::thread::spawn(move || {
            let _ = resumed.recv();
            read_all(BufReader::new(output), &sender);
        });
        Self {
            child: None,
            state: None,
            input: Some(Box::new(input)),
            messages,
            resume,
            setup,
            next_id: 0,
            responses: HashMap::new(),
            notifications: VecDeque::new(),
            asked: Vec::new(),
            anonymous: Vec::new(),
        }
    }

    /// Starts the program and says `initialize` and `initialized`.
    pub fn ready(setup: Setup) -> Self {
        let mut client = Self::start(setup);
        client.initialize();
        client
    }

    pub fn initialize(&mut self) -> InitializeResult {
        let id = self.send_initialize();
        let result = self.result(id);
        self.notify("initialized", json!({}));
        result
    }

    pub fn send_initialize(&mut self) -> i64 {
        let params = json!({
            "processId": self.setup.process_id,
            "rootUri": null,
            "capabilities": self.setup.announced(),
            "initializationOptions": self.setup.options,
            "workspaceFolders": self.setup.folders,
        });
        self.ask("initialize", params)
    }

    /// Begins to read.
    pub fn resume(&self) {
        self.resume.send(()).unwrap();
    }

    /// Writes raw bytes.
    pub fn write(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the input is open");
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    pub fn send(&mut self, message: &Value) {
        self.write(&frame(message));
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request; the identifier is for [`Client::response`].
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        self.send(
            &json!({"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params}),
        );
        self.next_id
    }

    /// Sends a request and waits for its result.
    pub fn request<R: Request>(&mut self, params: Value) -> R::Result {
        let id = self.ask(R::METHOD.as_str(), params);
        self.result(id)
    }

    /// Closes the server's input.
    pub fn close_input(&mut self) {
        self.input = None;
    }

    /// The whole response.
    pub fn response(&mut self, id: i64) -> Value {
        self.pump(
            |client| client.responses.remove(&id),
            &format!("the response to {id}"),
        )
    }

    /// The result; an error response fails the test.
    pub fn result<T: DeserializeOwned>(&mut self, id: i64) -> T {
        let mut response = self.response(id);
        assert_eq!(response.get("error"), None);
        serde_json::from_value(response["result"].take()).unwrap()
    }

    /// The code of an error response; a result fails the test.
    pub fn error(&mut self, id: i64) -> i64 {
        let response = self.response(id);
        let code = response["error"]["code"].as_i64();
        code.unwrap_or_else(|| panic!("no error: {response}"))
    }

    /// The next notification of this kind that `wanted` takes.
    pub fn notification<N: Notification>(
        &mut self,
        wanted: impl Fn(&N::Params) -> bool,
    ) -> N::Params
    where
        N::Params: Debug,
    {
        let method = N::METHOD.as_str();
        let take = |client: &mut Self| {
            let all = client.notifications.iter().enumerate();
            let found = all
                .filter(|(_, it)| it["method"] == method)
                .find_map(|(at, it)| {
                    let params: N::Params = serde_json::from_value(it["params"].clone()).unwrap();
                    wanted(&params).then_some((at, params))
                });
            found.map(|(at, params)| {
                client.notifications.remove(at);
                params
            })
        };
        self.pump(take, method)
    }

    /// The diagnostics published for this version; everything published before is dropped.
    pub fn published(&mut self, uri: &str, version: Option<i32>) -> Vec<Diagnostic> {
        let all = self.publications(uri, version);
        all.into_iter().next_back().unwrap().diagnostics
    }

    /// Everything published for a document up to and with this version.
    pub fn publications(&mut self, uri: &str, last: Option<i32>) -> Vec<PublishDiagnosticsParams> {
        let mut all = Vec::new();
        loop {
            let next = self.notification::<Published>(|it| it.uri.0 == uri);
            let is_last = next.version == last;
            all.push(next);
            if is_last {
                return all;
            }
        }
    }

    /// What has been published and not been looked at.
    pub fn unread_publications(&self) -> usize {
        self.unread::<Published>()
    }

    /// How many notifications of this kind have come and not been looked at.
    pub fn unread<N: Notification>(&self) -> usize {
        let is_one = |it: &&Value| it["method"] == N::METHOD.as_str();
        self.notifications.iter().filter(is_one).count()
    }

    /// Waits until the server has asked this.
    pub fn wait_asked(&mut self, method: &str) -> Value {
        let take = |client: &mut Self| {
            let at = client.asked.iter().position(|it| it["method"] == method)?;
            Some(client.asked.remove(at))
        };
        self.pump(take, method)
    }

    /// Waits until the server has answered something that was no message.
    pub fn wait_anonymous(&mut self) -> Value {
        self.pump(
            |client| client.anonymous.pop(),
            "a response without an identifier",
        )
    }

    /// Takes messages until `take` finds what it looks for.
    fn pump<T>(&mut self, mut take: impl FnMut(&mut Self) -> Option<T>, what: &str) -> T {
        let deadline = Instant::now() + LIMIT;
        loop {
            if let Some(found) = take(self) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.messages.recv_timeout(left) {
                Ok(message) => self.sort(message),
                Err(RecvTimeoutError::Timeout) => panic!("waited {LIMIT:?} for {what}"),
                Err(RecvTimeoutError::Disconnected) => panic!("the server ended before {what}"),
            }
        }
    }

    fn sort(&mut self, message: Value) {
        assert!(message.is_object(), "{message}");
        match (message.get("method"), message.get("id")) {
            (Some(_), Some(_)) => {
                self.answer(&message);
                self.asked.push(message);
            }
            (Some(_), None) => self.notifications.push_back(message),
            (None, _) => match message["id"].as_i64() {
                Some(id) => {
                    let twice = self.responses.insert(id, message);
                    assert_eq!(twice, None, "a second response");
                }
                None => self.anonymous.push(message),
            },
        }
    }

    fn answer(&mut self, message: &Value) {
        if matches!(self.setup.answers, Answers::Never) {
            return;
        }
        let result = match message["method"].as_str() {
            Some("workspace/configuration") => json!([self.setup.settings]),
            Some("workspace/applyEdit") => json!({"applied": true}),
            _ => Value::Null,
        };
        self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": result}));
    }

    /// Changes what `workspace/configuration` is answered with.
    pub fn set_settings(&mut self, settings: Value) {
        self.setup.settings = settings;
    }

    pub fn open(&mut self, uri: &str, text: &str) {
        self.open_as(uri, "python", text);
    }

    pub fn open_as(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Replaces from line and column to line and column.
    pub fn change(&mut self, uri: &str, version: i32, range: [i64; 4], text: &str) {
        let [line, column, to_line, to_column] = range;
        let range = json!({
            "start": {"line": line, "character": column},
            "end": {"line": to_line, "character": to_column},
        });
        self.changes(uri, version, json!([{"range": range, "text": text}]));
    }

    pub fn changes(&mut self, uri: &str, version: i32, changes: Value) {
        let document = json!({"uri": uri, "version": version});
        let params = json!({"textDocument": document, "contentChanges": changes});
        self.notify("textDocument/didChange", params);
    }

    pub fn close(&mut self, uri: &str) {
        self.notify(
            "textDocument/didClose",
            json!({"textDocument": {"uri": uri}}),
        );
    }

    pub fn ask_hover(&mut self, uri: &str, line: u32, column: u32) -> i64 {
        self.ask("textDocument/hover", at(uri, line, column))
    }

    /// The text that a request sees now.
    pub fn text(&mut self, uri: &str) -> String {
        let id = self.ask_command("hf-lsp.test.version", json!([uri]));
        let seen: Value = self.result(id);
        seen["text"].as_str().unwrap().to_owned()
    }

    pub fn ask_command(&mut self, command: &str, arguments: Value) -> i64 {
        let params = json!({"command": command, "arguments": arguments});
        self.ask("workspace/executeCommand", params)
    }

    /// Says `shutdown` and `exit`; the program must end with 0.
    pub fn finish(mut self) {
        let id = self.ask("shutdown", Value::Null);
        let nothing: Value = self.result(id);
        assert_eq!(nothing, Value::Null);
        self.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
        assert_eq!(self.wait_exit().map(|status| status.code()), Some(Some(0)));
    }

    /// Waits for the end of the program; `None` where the server runs in this process.
    pub fn wait_exit(&mut self) -> Option<ExitStatus> {
        let deadline = Instant::now() + LIMIT;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.messages.recv_timeout(left) {
                Ok(message) => self.sort(message),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("waited {LIMIT:?} for the end"),
            }
        }
        self.child.take().map(|mut child| child.wait().unwrap())
    }
}

impl Client {
    /// Waits for the end of the program without reading what it says.
    pub fn wait_process(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("a process serves");
        let (sender, ended) = channel();
        std::thread::spawn(move || sender.send(child.wait().unwrap()));
        ended.recv_timeout(LIMIT).expect("the program ends")
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.input = None;
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        while let Ok(message) = self.messages.try_recv() {
            if message.get("method").is_none() {
                self.responses
                    .insert(message["id"].as_i64().unwrap_or(-1), message);
            }
        }
        if !std::thread::panicking() {
            let unread = self
                .responses
                .values()
                .filter(|response| response.get("error").is_some());
            assert_eq!(
                unread.collect::<Vec<_>>(),
                Vec::<&Value>::new(),
                "unread errors"
            );
        }
    }
}

type Published = tower_lsp_server::gen_lsp_types::PublishDiagnosticsNotification;

/// A message with its header.
pub fn frame(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// The parameters of a request about a place.
pub fn at(uri: &str, line: u32, column: u32) -> Value {
    json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": column}})
}

/// The capability to pull diagnostics.
pub fn pulls() -> Value {
    json!({
        "textDocument": {"diagnostic": {"relatedInformation": true, "dataSupport": true}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    })
}

/// The codes of diagnostics.
pub fn codes(diagnostics: &[Diagnostic]) -> Vec<String> {
    let code = |diagnostic: &Diagnostic| {
        let code = serde_json::to_value(&diagnostic.code).unwrap();
        code.as_str().unwrap_or_default().to_owned()
    };
    diagnostics.iter().map(code).collect()
}

fn read_all(mut output: impl BufRead, messages: &Sender<Value>) {
    while let Some(message) = read_message(&mut output) {
        if messages.send(message).is_err() {
            return;
        }
    }
}

fn read_message(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", number)) => length = number.parse().unwrap(),
            Some(other) => panic!("an unknown header {other:?}"),
            None => break,
        }
    }
    let mut body = vec![0; length];
    if output.read_exact(&mut body).is_err() {
        return Some(json!("half a message"));
    }
    Some(serde_json::from_slice(&body).unwrap())
}
