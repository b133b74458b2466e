//! A coding agent that talks to the real program, and a project for it.

#![allow(dead_code, reason = "each target uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A script with one error at transformers 5.
pub const SCRIPT: &str = "from transformers import TrainingArguments\n\nargs = TrainingArguments(\n    output_dir=\"out\",\n    evaluation_strategy=\"steps\",\n)\n";
/// A plan of two steps.
pub const PLAN: &str = "# OUR-PLAN: a classifier\n\n## Target\n\n| | |\n| --- | --- |\n| Goal | Classify |\n\n## 1. Environment Setup\n\n- [ ] **1.1** Install the packages\n  - Packages: `transformers==5.23.0`\n  - Run: `pip install transformers==5.23.0`\n  - Verify: `python -c \"import transformers\"`\n- [ ] **1.2** Write the script\n  - Files: `train.py`\n  - Depends: 1.1\n  - Verify: `hf-lsp check train.py`\n";

/// A coding agent, as far as the protocol goes.
pub struct Agent {
    pub child: Child,
    pub input: Option<ChildStdin>,
    pub output: BufReader<ChildStdout>,
    last: i64,
}

impl Agent {
    pub fn new(root: &Path, flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hf-lsp"))
            .args(["mcp", "--network", "off"])
            .args(flags)
            .current_dir(root)
            .env_remove("HF_TOKEN")
            .env_remove("VIRTUAL_ENV")
            .env("XDG_CACHE_HOME", root.join(".cache"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut agent = Self {
            child,
            input,
            output,
            last: 0,
        };
        let client = json!({
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        });
        let begun = agent.ask("initialize", client);
        assert_eq!(begun["result"]["serverInfo"]["name"], "hf-lsp");
        agent.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        agent
    }

    pub fn send(&mut self, message: &Value) {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{message}").unwrap();
        input.flush().unwrap();
    }

    pub fn read(&mut self) -> Value {
        let mut line = String::new();
        assert!(self.output.read_line(&mut line).unwrap() > 0, "it is gone");
        serde_json::from_str(&line).unwrap()
    }

    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let id = self.last;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let answer = self.read();
            if answer["id"] == id {
                return answer;
            }
        }
    }

    /// What a tool gives.
    pub fn call(&mut self, name: &str, arguments: Value) -> Value {
        let answer = self.ask("tools/call", json!({"name": name, "arguments": arguments}));
        let result = &answer["result"];
        assert_ne!(result["isError"], true, "{name}: {answer}");
        result["structuredContent"].clone()
    }

    /// Why a tool does nothing.
    pub fn refused(&mut self, name: &str, arguments: Value) -> String {
        let answer = self.ask("tools/call", json!({"name": name, "arguments": arguments}));
        assert_eq!(answer["result"]["isError"], true, "{name}: {answer}");
        answer["result"]["content"][0]["text"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A project with that script, that plan and pins.
pub fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "pyproject.toml",
        "[project]\nname = \"p\"\nversion = \"1\"\n",
    );
    write("requirements.txt", "transformers==5.23.0\ntrl==1.16.0\n");
    write("train.py", SCRIPT);
    write("dev-journal/OUR-PLAN.md", PLAN);
    write("dev-journal/CHANGELOG.md", "# Changelog\n");
    folder
}
