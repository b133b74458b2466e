//! The files for coding agents name what there is: tools of the server, commands and options of the program.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

#[path = "common/agent.rs"]
mod agent;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use agent::{Agent, project};
use hf_lsp::journal::kind::Kind;
use serde_json::{Value, json};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// All files of a folder, hidden ones too.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

/// The files for agents, and the pages about them, with what they hold.
fn texts() -> Vec<(String, String)> {
    let mut paths = files(&root().join("editors/claude-code"));
    paths.extend(files(&root().join("editors/agents")));
    paths.extend(
        ["docs/agents.md", "docs/mcp.md", "src/mcp/planner.md"].map(|path| root().join(path)),
    );
    let text = |path: PathBuf| {
        let name = path
            .strip_prefix(root())
            .unwrap()
            .to_string_lossy()
            .into_owned();
        (name, fs::read_to_string(&path).unwrap())
    };
    paths.into_iter().map(text).collect()
}

fn tools() -> BTreeSet<String> {
    let folder = project();
    let mut agent = Agent::new(folder.path(), &[]);
    let answer = agent.ask("tools/list", json!({}));
    let tools = answer["result"]["tools"].as_array().unwrap();
    tools
        .iter()
        .map(|it| it["name"].as_str().unwrap().to_owned())
        .collect()
}

/// The words of a text that begin so.
fn words<'t>(text: &'t str, start: &'t str) -> impl Iterator<Item = &'t str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.match_indices(start).filter_map(move |(at, _)| {
        let before = text[..at].chars().next_back();
        let rest = &text[at..];
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        before
            .is_none_or(|before| !is_word(before))
            .then(|| &rest[..end])
    })
}

#[test]
fn tools_that_are_named_are_there() {
    let tools = tools();
    let mut named = 0;
    for (path, text) in texts() {
        for prefix in ["hf_", "mcp__plugin_hf-lsp_hf-lsp__"] {
            for word in words(&text, prefix) {
                let name = word
                    .strip_prefix("mcp__plugin_hf-lsp_hf-lsp__")
                    .unwrap_or(word);
                assert!(tools.contains(name), "{path} names `{word}`");
                named += 1;
            }
        }
    }
    assert!(named > 60, "{named}");
}

#[test]
fn the_planner_has_all_our_tools_and_none_that_runs_anything() {
    let text = read("editors/claude-code/agents/huggingface-expert-planner.md");
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("tools: "))
        .unwrap();
    let own: BTreeSet<&str> = line.split(", ").collect();
    let ours: BTreeSet<String> = own
        .iter()
        .filter_map(|it| it.strip_prefix("mcp__plugin_hf-lsp_hf-lsp__"))
        .map(str::to_owned)
        .collect();
    assert_eq!(ours, tools());
    let others: Vec<&&str> = own.iter().filter(|it| !it.starts_with("mcp__")).collect();
    assert_eq!(
        others,
        [
            &"AskUserQuestion",
            &"Edit",
            &"Glob",
            &"Grep",
            &"Read",
            &"WebFetch",
            &"WebSearch",
            &"Write"
        ]
    );
    for kind in Kind::ALL {
        assert!(
            text.contains(&format!("`{}`", kind.as_str())),
            "{}",
            kind.as_str()
        );
        assert!(read("src/mcp/planner.md").contains(kind.as_str()));
    }
    for rule in [
        "never implement",
        "`hf_check` on `dev-journal`",
        "hf-lsp plan check",
        "dev-journal/OUR-PLAN.md",
    ] {
        assert!(text.contains(rule), "{rule}");
    }
}

#[test]
fn commands_that_are_named_are_there_with_their_options() {
    let mut checked = BTreeSet::new();
    for (path, text) in texts() {
        for (at, _) in text.match_indices("hf-lsp ") {
            if text[at..].starts_with("hf-lsp for coding agents") {
                continue;
            }
            let before = text[..at].chars().next_back().unwrap_or('\n');
            // In code, and not in the middle of a sentence.
            if !matches!(before, '`' | '"' | '\n' | ' ')
                || before == ' ' && !text[..at].ends_with("$ ")
            {
                continue;
            }
            let rest = &text[at + "hf-lsp ".len()..];
            let line = rest.split(['`', '\n', '"', '#', '|']).next().unwrap();
            let words: Vec<&str> = line.split_whitespace().collect();
            let known = |words: &[&str]| {
                let output = Command::new(env!("CARGO_BIN_EXE_hf-lsp"))
                    .args(words)
                    .arg("--help")
                    .output()
                    .unwrap();
                output
                    .status
                    .success()
                    .then(|| String::from_utf8(output.stdout).unwrap())
            };
            let is_command = |word: &&str| {
                word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-')
            };
            let Some(first) = words.first().filter(|it| is_command(it)) else {
                continue;
            };
            let mut command = vec![*first];
            if let ("plan" | "knowledge", Some(second)) =
                (*first, words.get(1).filter(|it| is_command(it)))
            {
                command.push(second);
            }
            let help = known(&command).unwrap_or_else(|| panic!("{path} names `hf-lsp {line}`"));
            for option in words.iter().filter(|it| it.starts_with("--")) {
                assert!(
                    help.contains(option),
                    "{path} names `{option}` in `hf-lsp {line}`"
                );
            }
            checked.insert(command.join(" "));
        }
    }
    let wanted = [
        "check",
        "docs",
        "estimate",
        "hook",
        "init",
        "mcp",
        "plan check",
        "plan done",
        "plan next",
    ];
    assert!(wanted.iter().all(|it| checked.contains(*it)), "{checked:?}");
}

#[test]
fn every_file_of_data_can_be_read_and_starts_the_program() {
    let mut servers = 0;
    let mut hooks = 0;
    for (path, text) in texts()
        .into_iter()
        .filter(|(path, _)| path.ends_with(".json"))
    {
        let value: Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        for server in [&value["mcpServers"]["hf-lsp"], &value["servers"]["hf-lsp"]] {
            if server.is_object() {
                assert_eq!(
                    (&server["command"], &server["args"][0]),
                    (&json!("hf-lsp"), &json!("mcp")),
                    "{path}"
                );
                servers += 1;
            }
        }
        let events = value["hooks"].as_object().into_iter().flatten();
        for hook in events.flat_map(|(_, all)| all.as_array().unwrap()) {
            assert_eq!(hook["hooks"][0]["command"], "hf-lsp hook", "{path}");
            assert_eq!(hook["matcher"], "Edit|Write|MultiEdit|NotebookEdit");
            hooks += 1;
        }
    }
    assert_eq!((servers, hooks), (4, 2));
    let plugin: Value =
        serde_json::from_str(&read("editors/claude-code/.claude-plugin/plugin.json")).unwrap();
    assert_eq!(plugin["version"], env!("CARGO_PKG_VERSION"));
    let shop: Value =
        serde_json::from_str(&read("editors/claude-code/.claude-plugin/marketplace.json")).unwrap();
    assert_eq!(shop["plugins"][0]["name"], plugin["name"]);
}

#[test]
fn skills_and_agents_say_what_they_are() {
    for (path, name) in [
        (
            "editors/claude-code/skills/huggingface/SKILL.md",
            "huggingface",
        ),
        (
            "editors/claude-code/agents/huggingface-expert-planner.md",
            "huggingface-expert-planner",
        ),
    ] {
        let text = read(path);
        let head = text
            .strip_prefix("---\n")
            .and_then(|rest| rest.split_once("\n---\n"))
            .unwrap()
            .0;
        let said = |key: &str| {
            head.lines()
                .find_map(|line| line.strip_prefix(key))
                .unwrap()
        };
        assert_eq!(said("name: "), name);
        let about = said("description: ");
        assert!(
            (100..1024).contains(&about.len()) && !about.contains(": "),
            "{path}"
        );
    }
    // What is read in every session is short.
    assert!(read("editors/agents/AGENTS.md").len() < 2_048);
}
