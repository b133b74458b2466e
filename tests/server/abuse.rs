//! The server under abuse: answers stay right or are clear errors, the end is clean, and nothing in
//! the user's files changes.
//!
//! The larger versions run with `cargo test --release --test server -- --ignored abuse`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};
use tempfile::TempDir;
use tower_lsp_server::gen_lsp_types::ShowMessageNotification;

use crate::client::{Client, FINDING_COLUMN, FINDING_LINE, SCRIPT, Setup, codes, frame, pulls};

const URI: &str = "file:///t.py";
const CANCELLED: i64 = -32800;

/// Numbers without pattern, the same at each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        // An xorshift generator.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    fn pick<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }
}

/// A document as the editor has it: characters and line ends only.
struct Model {
    uri: &'static str,
    version: i32,
    lines: Vec<Vec<char>>,
}

const PIECES: &[&str] = &[
    "x",
    "",
    "\n",
    "\r\n",
    " ",
    "    ",
    "(",
    ")",
    "\"",
    "\"\"\"",
    "#",
    "ü",
    "🤗",
    "=",
    ", ",
    "args = TrainingArguments(\"out\", evaluation_strategy=\"epoch\")\n",
    "def f():\n    pass\n",
];

impl Model {
    fn new(uri: &'static str, text: &str) -> Self {
        let mut model = Self {
            uri,
            version: 1,
            lines: Vec::new(),
        };
        model.set(text);
        model
    }

    fn set(&mut self, text: &str) {
        let lines = text
            .split_inclusive('\n')
            .map(|line| line.chars().collect());
        self.lines = lines.collect();
        if text.is_empty() || text.ends_with('\n') {
            self.lines.push(Vec::new());
        }
    }

    fn text(&self) -> String {
        self.lines.iter().flatten().collect()
    }

    /// A place: line and character, the line end left out.
    fn place(&self, random: &mut Random) -> (usize, usize) {
        let line = random.below(self.lines.len());
        let end = self.lines[line]
            .iter()
            .take_while(|it| !matches!(it, '\r' | '\n'));
        (line, random.below(end.count() + 1))
    }

    /// The place in the units of the protocol.
    fn position(&self, (line, column): (usize, usize)) -> (i64, i64) {
        let units: usize = self.lines[line][..column]
            .iter()
            .map(|it| it.len_utf16())
            .sum();
        (line as i64, units as i64)
    }

    /// Makes one edit here and in the server.
    fn edit(&mut self, client: &mut Client, random: &mut Random) {
        let from = self.place(random);
        let near = random.below(4) > 0;
        let to = if near { from } else { self.place(random) };
        let (from, to) = (from.min(to), from.max(to));
        // Long texts would make the edits rare and far from each other.
        let to = (
            to.0.min(from.0 + 3),
            if to.0 > from.0 + 3 { 0 } else { to.1 },
        );
        let piece = random.pick(PIECES);
        let ((line, column), (to_line, to_column)) = (self.position(from), self.position(to));
        self.version += 1;
        client.change(
            self.uri,
            self.version,
            [line, column, to_line, to_column],
            piece,
        );
        let before: String = self.lines[..from.0]
            .iter()
            .flatten()
            .chain(&self.lines[from.0][..from.1])
            .collect();
        let after: String = self.lines[to.0][to.1..]
            .iter()
            .chain(self.lines[to.0 + 1..].iter().flatten())
            .collect();
        self.set(&format!("{before}{piece}{after}"));
        if self.lines.len() > 300 {
            self.version += 1;
            client.changes(self.uri, self.version, json!([{"text": SCRIPT}]));
            self.set(SCRIPT);
        }
    }
}

/// What a server that has never seen another text says.
fn fresh_diagnostics(uri: &str, text: &str) -> Value {
    let mut client = Client::ready(Setup::default());
    client.open(uri, text);
    let found = client.published(uri, Some(1));
    client.finish();
    json!(found)
}

fn edit_two_documents(edits: usize) {
    let mut client = Client::ready(Setup::default());
    let mut models = [
        Model::new("file:///a.py", SCRIPT),
        Model::new("file:///b.py", SCRIPT),
    ];
    for model in &models {
        client.open(model.uri, SCRIPT);
    }
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let start = Instant::now();
    let mut asked = Vec::new();
    for number in 0..edits {
        let model = &mut models[random.below(2)];
        model.edit(&mut client, &mut random);
        if number % 50 == 0 {
            asked.push((
                client.ask_command("hf-lsp.test.version", json!([model.uri])),
                model.text(),
            ));
        }
    }
    for (id, text) in asked {
        assert_eq!(
            client.result::<Value>(id)["text"],
            text,
            "another text than the editor's"
        );
    }
    for model in &models {
        let last = json!(client.published(model.uri, Some(model.version)));
        assert_eq!(client.text(model.uri), model.text());
        assert_eq!(
            last,
            fresh_diagnostics(model.uri, &model.text()),
            "{}",
            model.text()
        );
    }
    eprintln!(
        "{edits} edits of two documents: {:?}, peak {} MB",
        start.elapsed(),
        peak(&client)
    );
    client.finish();
}

/// The most memory that the server has had, in MB; 0 where the system does not say.
fn peak(client: &Client) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", client.process()));
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}

#[test]
fn edits_of_two_documents_interleaved() {
    edit_two_documents(600);
}

#[test]
#[ignore = "10,000 edits"]
fn abuse_edits_of_two_documents_interleaved() {
    edit_two_documents(10_000);
}

fn cancel_at_once(rounds: usize) {
    let mut client = Client::ready(Setup {
        capabilities: pulls(),
        ..Setup::default()
    });
    client.open(URI, SCRIPT);
    let place = json!({"line": FINDING_LINE, "character": FINDING_COLUMN});
    let everything = json!({
        "textDocument": {"uri": URI}, "position": place, "range": {"start": place, "end": place},
        "context": {"diagnostics": []}, "previousResultIds": [],
        "command": "hf-lsp.showVersions", "arguments": [URI],
    });
    let mut asked = Vec::new();
    for round in 0..rounds {
        for method in [
            "textDocument/hover",
            "textDocument/codeAction",
            "textDocument/diagnostic",
            "workspace/diagnostic",
            "workspace/executeCommand",
        ] {
            let id = client.ask(method, everything.clone());
            // Sometimes twice, sometimes what was never asked.
            for extra in 0..=round % 3 {
                client.notify(
                    "$/cancelRequest",
                    json!({"id": id + i64::try_from(extra * 1000).unwrap()}),
                );
            }
            asked.push((method, id));
        }
        let version = i32::try_from(round + 2).unwrap();
        client.change(URI, version, [0, 0, 0, 0], "\n");
    }
    let mut cancelled = 0;
    for (method, id) in &asked {
        let response = client.response(*id);
        match response.get("error") {
            Some(error) => {
                assert_eq!(error["code"], CANCELLED, "{method}: {error}");
                cancelled += 1;
            }
            None => assert!(response.get("result").is_some(), "{method}: {response}"),
        }
    }
    eprintln!(
        "{} requests cancelled at once: {cancelled} were",
        asked.len()
    );
    let line = u32::try_from(rounds).unwrap() + FINDING_LINE;
    let id = client.ask_hover(URI, line, FINDING_COLUMN);
    assert_ne!(client.result::<Value>(id), Value::Null);
    client.finish();
}

#[test]
fn requests_of_all_kinds_cancelled_at_once() {
    cancel_at_once(40);
}

#[test]
#[ignore = "5,000 requests"]
fn abuse_requests_of_all_kinds_cancelled_at_once() {
    cancel_at_once(1_000);
}

fn stop_reading(edits: i32) {
    let mut client = Client::start(Setup {
        paused: true,
        ..Setup::default()
    });
    client.send_initialize();
    client.notify("initialized", json!({}));
    client.open(URI, SCRIPT);
    for version in 2..edits {
        client.change(URI, version, [0, 0, 0, 0], "\n");
        if version % 4 == 0 {
            client.ask_hover(URI, 0, 0);
        }
    }
    eprintln!("{edits} edits, nothing read: peak {} MB", peak(&client));
    assert!(peak(&client) < 400, "what is not read piles up");
    client.close_input();
    // It ends although nobody has read a word.
    let status = client.wait_process();
    assert_eq!(status.code(), Some(1));
}

#[test]
fn a_client_that_never_reads_is_left() {
    stop_reading(500);
}

#[test]
#[ignore = "20,000 edits"]
fn abuse_a_client_that_never_reads_is_left() {
    stop_reading(20_000);
}

fn junk(frames: usize) {
    let mut client = Client::ready(Setup::default());
    client.open(URI, SCRIPT);
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let hover = json!({"jsonrpc": "2.0", "id": 1, "method": "textDocument/hover", "params": {}});
    for _ in 0..frames {
        let mut bytes = match random.below(5) {
            0 => {
                let mut body = hover.to_string().into_bytes();
                let at = random.below(body.len());
                body[at] |= 0x80;
                [
                    format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(),
                    &body,
                ]
                .concat()
            }
            1 => b"Content-Length: -1\r\n\r\n".to_vec(),
            2 => b"Content-Length: 99999999999999999999\r\n\r\n".to_vec(),
            3 => frame(&json!({"jsonrpc": "2.0", "id": {"no": "id"}, "method": "x"})),
            _ => (0..random.below(200))
                .map(|_| random.below(256) as u8)
                .filter(|it| *it != b':')
                .collect(),
        };
        bytes.extend(b"\r\n");
        client.write(&bytes);
    }
    let id = client.ask_hover(URI, FINDING_LINE, FINDING_COLUMN);
    assert_ne!(client.result::<Value>(id), Value::Null);
    assert_eq!(client.text(URI), SCRIPT);
    eprintln!(
        "{frames} malformed frames: {} error responses",
        client.anonymous.len()
    );
    assert!(!client.anonymous.is_empty());
    client.finish();
}

#[test]
fn malformed_frames_cost_nothing_but_an_error() {
    junk(200);
}

#[test]
#[ignore = "10,000 frames"]
fn abuse_malformed_frames_cost_nothing_but_an_error() {
    junk(10_000);
}

fn huge_document(megabytes: usize) {
    let mut client = Client::ready(Setup::default());
    let text = SCRIPT.repeat(megabytes * (1 << 20) / SCRIPT.len() + 1);
    let start = Instant::now();
    client.open(URI, &text);
    let shown = client.notification::<ShowMessageNotification>(|_| true);
    assert!(
        shown.message.contains("files over 10 MB are not analysed"),
        "{}",
        shown.message
    );
    assert_eq!(client.published(URI, Some(1)), []);
    for version in 2..=100 {
        client.change(URI, version, [0, 0, 0, 0], "\n");
    }
    let id = client.ask_hover(URI, 99 + FINDING_LINE, FINDING_COLUMN);
    assert_eq!(client.result::<Value>(id), Value::Null);
    assert_eq!(client.published(URI, Some(100)), []);
    client.changes(URI, 101, json!([{"text": SCRIPT}]));
    assert_eq!(
        codes(&client.published(URI, Some(101))),
        ["HF103"],
        "small again"
    );
    assert_eq!(client.unread::<ShowMessageNotification>(), 0, "told once");
    eprintln!(
        "{megabytes} MB: {:?}, peak {} MB",
        start.elapsed(),
        peak(&client)
    );
    client.finish();
}

#[test]
fn a_document_that_is_too_large() {
    huge_document(11);
}

#[test]
#[ignore = "50 MB"]
fn abuse_a_document_that_is_too_large() {
    huge_document(50);
}

/// Just under the limit: analysed, within its budget, or told of.
#[test]
#[ignore = "a long analysis"]
fn abuse_a_document_just_small_enough() {
    let mut client = Client::ready(Setup::default());
    let text = SCRIPT.repeat((10 << 20) / SCRIPT.len() - 1);
    let start = Instant::now();
    client.open(URI, &text);
    let found = client.published(URI, Some(1)).len();
    eprintln!(
        "10 MB: {found} findings, {:?}, peak {} MB",
        start.elapsed(),
        peak(&client)
    );
    assert!(found > 0 || client.unread::<ShowMessageNotification>() > 0);
    client.finish();
}

/// A project, and what all its files hold.
struct Project(TempDir);

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("t.py"), SCRIPT).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn uri(&self, name: &str) -> String {
        url::Url::from_file_path(self.path(name)).unwrap().into()
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    fn client(&self) -> Client {
        let mut client = Client::ready(Setup {
            folders: vec![json!({"uri": self.uri(""), "name": "project"})],
            ..Setup::default()
        });
        client.open(&self.uri("t.py"), SCRIPT);
        client
    }

    /// Tells the server that files changed, and gives the codes it then shows.
    fn changed(&self, client: &mut Client, names: &[(&str, u8)]) -> Vec<String> {
        let changes: Vec<Value> = names
            .iter()
            .map(|(name, kind)| json!({"uri": self.uri(name), "type": kind}))
            .collect();
        client.notify(
            "workspace/didChangeWatchedFiles",
            json!({"changes": changes}),
        );
        codes(&client.published(&self.uri("t.py"), Some(1)))
    }

    /// Installs a release into an environment of the project.
    fn install(&self, environment: &str, version: &str) {
        let site = format!("{environment}/lib/python3.11/site-packages");
        self.write(
            &format!("{environment}/pyvenv.cfg"),
            "home = /usr/bin\nversion = 3.11.7\n",
        );
        self.write(
            &format!("{site}/transformers-{version}.dist-info/METADATA"),
            &format!("Metadata-Version: 2.1\nName: transformers\nVersion: {version}\n\n"),
        );
        self.write(&format!("{site}/transformers/__init__.py"), "");
    }

    /// Everything below, with its bytes and times.
    fn content(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.0.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let modified = fs::symlink_metadata(&path).unwrap().modified().unwrap();
                    found.insert(
                        path.clone(),
                        (fs::read(&path).unwrap_or_default(), modified),
                    );
                }
            }
        }
        found
    }
}

const NONE: [&str; 0] = [];
const FOUND: [&str; 1] = ["HF103"];
const CREATED: u8 = 1;
const CHANGED: u8 = 2;
const DELETED: u8 = 3;

#[test]
fn files_that_are_deleted_and_renamed_under_watch() {
    let project = Project::new();
    project.write("requirements.txt", "transformers==4.38.0\n");
    let mut client = project.client();
    assert_eq!(
        codes(&client.published(&project.uri("t.py"), Some(1))),
        NONE
    );
    fs::rename(project.path("requirements.txt"), project.path("other.txt")).unwrap();
    let moved = [("requirements.txt", DELETED), ("other.txt", CREATED)];
    assert_eq!(
        project.changed(&mut client, &moved),
        FOUND,
        "nothing pins any more"
    );
    fs::rename(project.path("other.txt"), project.path("requirements.txt")).unwrap();
    assert_eq!(
        project.changed(&mut client, &[("requirements.txt", CREATED)]),
        NONE
    );
    // Gone before it is read; a folder in its place; something that nobody can read.
    fs::remove_file(project.path("requirements.txt")).unwrap();
    assert_eq!(
        project.changed(&mut client, &[("requirements.txt", CHANGED)]),
        FOUND
    );
    fs::create_dir(project.path("requirements.txt")).unwrap();
    assert_eq!(
        project.changed(&mut client, &[("requirements.txt", CREATED)]),
        FOUND
    );
    fs::remove_dir(project.path("requirements.txt")).unwrap();
    fs::write(project.path("pyproject.toml"), b"[project\n\xff").unwrap();
    assert_eq!(
        project.changed(&mut client, &[("pyproject.toml", CREATED)]),
        FOUND
    );
    let shown =
        client.notification::<ShowMessageNotification>(|it| it.message.contains("pyproject.toml"));
    assert!(
        shown.message.contains("is not UTF-8 text"),
        "{}",
        shown.message
    );
    // The document itself goes, and the whole folder.
    let before = project.content();
    fs::remove_file(project.path("t.py")).unwrap();
    // Nothing imports the document, so that it went renews nothing by itself.
    let gone = [("t.py", DELETED), ("pyproject.toml", CHANGED)];
    assert_eq!(
        project.changed(&mut client, &gone),
        FOUND,
        "the editor's text counts"
    );
    assert_eq!(
        project.content().len() + 1,
        before.len(),
        "nothing else came or went"
    );
    fs::remove_dir_all(project.0.path()).unwrap();
    assert_eq!(
        project.changed(&mut client, &[("pyproject.toml", DELETED)]),
        FOUND
    );
    let id = client.ask_hover(&project.uri("t.py"), FINDING_LINE, FINDING_COLUMN);
    assert_ne!(client.result::<Value>(id), Value::Null);
    client.finish();
    assert!(!project.0.path().exists(), "nothing is made anew");
}

#[test]
fn an_environment_that_is_replaced_while_running() {
    let metadata = |version: &str| {
        format!(".venv/lib/python3.11/site-packages/transformers-{version}.dist-info/METADATA")
    };
    let project = Project::new();
    project.install(".venv", "4.38.2");
    let mut client = project.client();
    assert_eq!(
        codes(&client.published(&project.uri("t.py"), Some(1))),
        NONE
    );
    for _ in 0..3 {
        // As installers do: the old is gone, the new comes in pieces.
        fs::remove_dir_all(project.path(".venv")).unwrap();
        assert_eq!(
            project.changed(&mut client, &[(&metadata("4.38.2"), DELETED)]),
            FOUND
        );
        project.write(".venv/pyvenv.cfg", "home = /usr/bin\n");
        assert_eq!(
            project.changed(&mut client, &[(".venv/pyvenv.cfg", CREATED)]),
            FOUND
        );
        project.install(".venv", "4.38.2");
        assert_eq!(
            project.changed(&mut client, &[(&metadata("4.38.2"), CREATED)]),
            NONE
        );
    }
    // Another environment in one step.
    project.install("new", "5.0.0");
    fs::rename(project.path(".venv"), project.path("old")).unwrap();
    fs::rename(project.path("new"), project.path(".venv")).unwrap();
    let swapped = [(".venv/pyvenv.cfg", CHANGED)];
    assert_eq!(project.changed(&mut client, &swapped), FOUND);
    // A file, and a link in a circle, where the environment was.
    fs::rename(project.path(".venv"), project.path("new")).unwrap();
    fs::write(project.path(".venv"), "").unwrap();
    assert_eq!(project.changed(&mut client, &swapped), FOUND);
    #[cfg(unix)]
    {
        fs::remove_file(project.path(".venv")).unwrap();
        std::os::unix::fs::symlink(".venv", project.path(".venv")).unwrap();
        assert_eq!(project.changed(&mut client, &swapped), FOUND);
        fs::remove_file(project.path(".venv")).unwrap();
        std::os::unix::fs::symlink("old", project.path(".venv")).unwrap();
        assert_eq!(
            project.changed(&mut client, &swapped),
            NONE,
            "4.38 again, through a link"
        );
    }
    let before = project.content();
    client.finish();
    assert_eq!(project.content(), before);
}

#[test]
fn times_that_lie_in_the_future_and_run_backwards() {
    let project = Project::new();
    let requirements = project.path("requirements.txt");
    let at = |seconds: i64| {
        let now = SystemTime::now();
        let far = Duration::from_secs(seconds.unsigned_abs());
        if seconds < 0 { now - far } else { now + far }
    };
    let write = |text: &str, seconds: i64| {
        fs::write(&requirements, text).unwrap();
        let file = fs::File::options().write(true).open(&requirements).unwrap();
        file.set_modified(at(seconds)).unwrap();
    };
    write("transformers==4.38.0\n", 86_400 * 365);
    let mut client = project.client();
    assert_eq!(
        codes(&client.published(&project.uri("t.py"), Some(1))),
        NONE
    );
    let changed = [("requirements.txt", CHANGED)];
    for (text, seconds, expected) in [
        ("transformers==5.0.0\n", -86_400, &FOUND[..]),
        ("transformers==4.38.0\n", -2 * 86_400, &NONE[..]),
        ("transformers==5.0.0\n", -2 * 86_400, &FOUND[..]),
        ("transformers==4.38.0\n", -86_400 * 365 * 40, &NONE[..]),
    ] {
        write(text, seconds);
        assert_eq!(project.changed(&mut client, &changed), expected, "{text}");
    }
    client.finish();
}

/// Runs `hf-lsp check` in a project through a shell that sets limits first.
#[cfg(unix)]
fn check_under(project: &Project, limits: &str, arguments: &str) -> std::process::Output {
    Command::new("sh")
        .arg("-c")
        .arg(format!("{limits}; exec \"$0\" check {arguments}"))
        .arg(env!("CARGO_BIN_EXE_hf-lsp"))
        .current_dir(project.0.path())
        .env("XDG_CACHE_HOME", project.path("cache"))
        .env("HF_HUB_OFFLINE", "1")
        .output()
        .unwrap()
}

#[cfg(unix)]
#[test]
fn fixing_on_a_full_disk_loses_nothing() {
    let project = Project::new();
    let before = project.content();
    // No file may grow: what a full disk does, without one.
    let output = check_under(&project, "trap '' XFSZ; ulimit -f 0", "--fix --no-cache .");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("t.py cannot be written: File too large"),
        "{said}"
    );
    assert_eq!(
        project.content(),
        before,
        "no byte and no file more or less"
    );
    // With place, it works.
    let output = check_under(&project, ":", "--fix --no-cache .");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        project.content().len(),
        before.len(),
        "nothing is left beside it"
    );
    assert!(
        fs::read_to_string(project.path("t.py"))
            .unwrap()
            .contains("eval_strategy")
    );
}

#[cfg(unix)]
#[test]
fn a_cache_that_cannot_be_used_changes_no_answer() {
    let project = Project::new();
    let expected = check_under(&project, ":", "--no-cache --output-format concise t.py");
    assert_eq!(expected.status.code(), Some(1));
    let same = |limits: &str| {
        let output = check_under(&project, limits, "--output-format concise t.py");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.stdout, expected.stdout, "{limits}: {said}");
        assert_eq!(output.status, expected.status, "{limits}: {said}");
    };
    // A disk that is full, a file where the folder should be, folders where files should be, junk.
    same("trap '' XFSZ; ulimit -f 0");
    let _ = fs::remove_dir_all(project.path("cache"));
    fs::write(project.path("cache"), "not a folder").unwrap();
    same(":");
    fs::remove_file(project.path("cache")).unwrap();
    same(":");
    for damage in ["a folder", "junk", "nothing"] {
        for file in files_below(&project.path("cache")) {
            fs::remove_file(&file).unwrap();
            match damage {
                "a folder" => fs::create_dir(&file).unwrap(),
                "junk" => fs::write(&file, b"\xff\x00junk").unwrap(),
                _ => fs::write(&file, b"").unwrap(),
            }
        }
        same(":");
        let _ = fs::remove_dir_all(project.path("cache"));
        same(":");
    }
}

#[cfg(unix)]
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found
}

#[cfg(unix)]
#[test]
fn a_termination_during_work_ends_cleanly() {
    for signal in ["TERM", "INT", "HUP"] {
        let project = Project::new();
        project.write("requirements.txt", "transformers==5.0.0\n");
        let mut client = project.client();
        let before = project.content();
        let id = client.ask_hover(&project.uri("t.py"), FINDING_LINE, FINDING_COLUMN);
        assert_ne!(client.result::<Value>(id), Value::Null);
        for version in 2..500 {
            client.change(&project.uri("t.py"), version, [0, 0, 0, 0], "\n");
            client.ask_hover(&project.uri("t.py"), FINDING_LINE, FINDING_COLUMN);
        }
        let sent = Command::new("kill")
            .args([format!("-{signal}"), client.process().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
        // The client's reader fails at half a message.
        let status = client.wait_exit().unwrap();
        assert_eq!(status.code(), Some(1), "an end of its own, not {status:?}");
        assert_eq!(project.content(), before);
        assert_eq!(
            fs::read_dir(client.state()).unwrap().count(),
            0,
            "nothing went wrong"
        );
    }
}
