//! The way of a planner and of who follows it, without any model: from `hf-lsp init` over the tools and hooks to a plan that
//! is complete, and on to its last step.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

#[path = "common/agent.rs"]
mod agent;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use agent::{Agent, PLAN, project};
use serde_json::{Value, json};

const JOURNAL: &str = "dev-journal/OUR-PLAN.md";

/// What the program says to a text on its standard input: the exit status and both streams.
fn program(folder: &Path, arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hf-lsp"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("VIRTUAL_ENV")
        .env_remove("CLAUDE_PROJECT_DIR")
        .env("XDG_CACHE_HOME", folder.join(".cache"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// What the planner's hook answers to an edit of a file; null for silence.
fn hook(folder: &Path, moment: &str, path: &str) -> Value {
    let event = json!({
        "hook_event_name": moment, "cwd": folder, "agent_type": "hf-lsp:huggingface-expert-planner",
        "tool_name": "Write", "tool_input": {"file_path": folder.join(path), "content": "x"},
    });
    let (status, said, _) = program(folder, &["hook"], &event.to_string());
    assert_eq!(status, Some(0));
    match said.is_empty() {
        true => Value::Null,
        false => serde_json::from_str(&said).unwrap(),
    }
}

/// All pages of what a tool gives under that key, as one text.
fn pages(agent: &mut Agent, tool: &str, mut arguments: Value, key: &str) -> String {
    let mut all = String::new();
    for _ in 0..100 {
        let page = agent.call(tool, arguments.clone());
        all.push_str(page[key].as_str().unwrap());
        match page.get("next_cursor") {
            Some(cursor) => arguments["cursor"] = cursor.clone(),
            None => return all,
        }
    }
    panic!("{tool} has no last page");
}

/// What somebody who follows a plan leaves behind at a place that a step names.
fn make(folder: &Path, name: &str) {
    let path = folder.join(name);
    match (path.exists() || name.contains('*'), name.ends_with('/')) {
        (true, _) => {}
        (false, true) => fs::create_dir_all(path).unwrap(),
        (false, false) => {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
    }
}

#[test]
fn from_init_to_the_last_step_of_a_complete_plan() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(
        here.join("README.md"),
        "# Help desk\n\nAnswers chats of the help desk.\n",
    )
    .unwrap();
    fs::write(
        here.join("pyproject.toml"),
        "[project]\nname = \"desk\"\nversion = \"1\"\n",
    )
    .unwrap();
    // Nothing says yet what is trained: the journal is begun without a plan, and agents find the server.
    let (status, _, said) = program(here, &["init", "--agents", "claude"], "");
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("made .mcp.json") && !here.join(JOURNAL).exists());

    // The planner looks.
    let mut planner = Agent::new(here, &[]);
    let role = planner.ask(
        "prompts/get",
        json!({"name": "plan", "arguments": {"goal": "A model that answers chats"}}),
    );
    assert!(role.to_string().contains("hf_plan_generate"));
    let context = planner.call("hf_context", json!({}));
    assert!(context.get("plan").is_none(), "{context}");
    let why = planner.refused("hf_plan_next", json!({}));
    assert!(why.contains("plan"), "{why}");
    planner.call("hf_env_check", json!({}));
    let cases = planner.call("hf_plan_use_cases", json!({}));
    assert!(cases.to_string().contains("\"llm-sft-qlora\""));
    let signature = planner.call("hf_signature", json!({"symbol": "trl.SFTConfig"}));
    assert!(signature.to_string().contains("max_length"));
    let fits = planner.call(
        "hf_estimate",
        json!({"model": "Qwen/Qwen3-8B", "gpu": "24GB", "set": {"method": "qlora"}}),
    );
    assert!(fits.to_string().contains("peak_bytes"), "{fits}");

    // It plans: first a look, then the file, which are the same.
    let wish = json!({"use_cases": ["llm-sft-qlora"], "gpu": "24GB", "goal": "A model that answers chats"});
    let mut preview = wish.clone();
    preview["preview"] = json!(true);
    let shown = pages(&mut planner, "hf_plan_generate", preview, "text");
    assert!(!here.join(JOURNAL).exists());
    let made = planner.call("hf_plan_generate", wish.clone());
    assert_eq!(
        (&made["written"], &made["path"]),
        (&json!(true), &json!(JOURNAL))
    );
    assert_eq!(fs::read_to_string(here.join(JOURNAL)).unwrap(), shown);
    assert!(
        planner
            .refused("hf_plan_generate", wish)
            .contains("is there already")
    );

    // It edits the plan alone, and hears of a mistake at once.
    let denied = hook(here, "PreToolUse", "src/train.py");
    assert_eq!(
        denied["hookSpecificOutput"]["permissionDecision"], "deny",
        "{denied}"
    );
    assert_eq!(hook(here, "PreToolUse", JOURNAL), Value::Null);
    let first = shown
        .lines()
        .find(|line| line.starts_with("- [ ] 1.1"))
        .unwrap();
    let broken = shown.replace(first, &format!("{first}\n  - Depends: 99.9"));
    fs::write(here.join(JOURNAL), broken).unwrap();
    let told = hook(here, "PostToolUse", JOURNAL).to_string();
    assert!(told.contains("HFP201") && told.contains("99.9"), "{told}");
    fs::write(here.join(JOURNAL), &shown).unwrap();
    assert_eq!(hook(here, "PostToolUse", JOURNAL), Value::Null);

    // It ends with a plan that is complete, and a journal that agrees with it.
    let (status, _, said) = program(here, &["plan", "write"], "");
    assert_eq!(status, Some(0), "{said}");
    let checked = planner.call("hf_check", json!({"paths": ["dev-journal"]}));
    assert_eq!(checked["total"], 0, "{checked}");
    let (status, said, _) = program(here, &["plan", "check"], "");
    assert_eq!(status, Some(0), "{said}");
    let (status, _, said) = program(here, &["init"], "");
    assert!(
        status == Some(0) && said.contains("left dev-journal/OUR-PLAN.md"),
        "{said}"
    );

    // Somebody else follows it, in a conversation of its own.
    drop(planner);
    let mut worker = Agent::new(here, &[]);
    let total = worker.call("hf_plan_status", json!({}))["progress"]["total"].clone();
    let mut done = 0;
    loop {
        let next = worker.call("hf_plan_next", json!({}));
        let step = &next["step"];
        if step.is_null() {
            break;
        }
        for file in step["files"].as_array().into_iter().flatten() {
            make(here, file["path"].as_str().unwrap());
        }
        let update = json!({"id": step["id"], "status": "done", "revision": next["revision"], "note": format!("Did {}", step["id"])});
        worker.call("hf_plan_update", update.clone());
        // The same once more is of a revision that is over.
        assert!(
            worker
                .refused("hf_plan_update", update)
                .contains("changed since revision")
        );
        done += 1;
        assert!(done < 500, "the plan has no end");
    }
    let status = worker.call("hf_plan_status", json!({}));
    assert_eq!(
        (&status["progress"]["done"], &status["progress"]["total"]),
        (&json!(done), &total)
    );
    assert!(done > 10);
    let log = worker.ask("resources/read", json!({"uri": "journal://CHANGELOG.md"}));
    let log = log["result"]["contents"][0]["text"].as_str().unwrap();
    assert_eq!(log.matches("(step ").count(), done, "{log}");
    assert_eq!(worker.call("hf_check", json!({}))["total"], 0);
    let (status, said, _) = program(here, &["plan", "check"], "");
    assert_eq!(status, Some(0), "{said}");
}

#[test]
fn each_of_several_folders_has_its_own_plan() {
    let (one, two, other) = (project(), project(), project());
    fs::remove_file(two.path().join(JOURNAL)).unwrap();
    let before = fs::read_to_string(one.path().join(JOURNAL)).unwrap();
    let [first, second] = [&one, &two].map(|it| it.path().to_str().unwrap().to_owned());
    let mut agent = Agent::new(one.path(), &["--root", &first, "--root", &second]);
    let of = |arguments: Value, folder: &str| {
        let mut arguments = arguments;
        arguments["project"] = json!(folder);
        arguments
    };
    assert!(
        agent
            .refused("hf_plan_status", of(json!({}), &second))
            .contains("plan")
    );
    let wish = json!({"use_cases": ["llm-sft-qlora"], "gpu": "24GB"});
    agent.call("hf_plan_generate", of(wish.clone(), &second));
    let next = agent.call("hf_plan_next", of(json!({}), &second));
    let update =
        json!({"id": next["step"]["id"], "status": "in-progress", "revision": next["revision"]});
    // A revision is that of its own plan.
    assert!(
        agent
            .refused("hf_plan_update", of(update.clone(), &first))
            .contains("nothing was changed")
    );
    agent.call("hf_plan_update", of(update, &second));
    let again = agent.call("hf_plan_next", of(json!({}), &second));
    assert_eq!(again["step"]["id"], next["step"]["id"]);
    assert_ne!(again["revision"], next["revision"]);
    // Without a name it is the first.
    assert_eq!(
        agent.call("hf_plan_status", json!({}))["progress"]["total"],
        2
    );
    assert_eq!(
        fs::read_to_string(one.path().join(JOURNAL)).unwrap(),
        before
    );
    assert_eq!(before, PLAN);
    // Files of both may be checked, of no third one.
    let script = two.path().join("train.py");
    assert_eq!(
        agent.call("hf_check", json!({"paths": [script]}))["total"],
        1
    );
    let third = other.path().to_str().unwrap();
    for (tool, arguments) in [
        ("hf_plan_next", of(json!({}), third)),
        ("hf_plan_generate", of(wish, third)),
        ("hf_check", json!({"paths": [third]})),
    ] {
        assert!(
            agent
                .refused(tool, arguments)
                .contains("leads out of the folders"),
            "{tool}"
        );
    }
    assert_eq!(
        fs::read_to_string(other.path().join(JOURNAL)).unwrap(),
        PLAN
    );
}
