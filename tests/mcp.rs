//! Conversations of coding agents with the real program, over its standard input and output.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

#[path = "common/agent.rs"]
mod agent;

use std::io::Write;
use std::process::Command;

use agent::{Agent, PLAN, SCRIPT, project};
use serde_json::{Value, json};

#[test]
fn tools_say_what_they_take_give_and_do() {
    let folder = project();
    let mut agent = Agent::new(folder.path(), &[]);
    let answer = agent.ask("tools/list", json!({}));
    let tools = answer["result"]["tools"].as_array().unwrap().clone();
    let names: Vec<&str> = tools
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "hf_context",
            "hf_check",
            "hf_env_check",
            "hf_signature",
            "hf_docs",
            "hf_changes",
            "hf_model",
            "hf_dataset",
            "hf_estimate",
            "hf_plan_use_cases",
            "hf_plan_generate",
            "hf_plan_status",
            "hf_plan_next",
            "hf_plan_update"
        ]
    );
    for tool in &tools {
        for schema in ["inputSchema", "outputSchema"] {
            assert_eq!(tool[schema]["type"], "object", "{tool}");
        }
        // Nothing that is written wrong is passed over.
        assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{tool}");
        let changes = ["hf_check", "hf_plan_generate", "hf_plan_update"]
            .contains(&tool["name"].as_str().unwrap());
        assert_eq!(tool["annotations"]["readOnlyHint"], !changes, "{tool}");
        assert!(tool["description"].as_str().unwrap().len() > 40);
    }
}

#[test]
fn an_old_script_is_found_fixed_and_clean() {
    let folder = project();
    let mut agent = Agent::new(folder.path(), &[]);
    let context = agent.call("hf_context", json!({}));
    assert!(context.to_string().len() < 2_048, "{context}");
    assert_eq!(context["plan"]["next"], "1.1 Install the packages");
    assert_eq!(context["problems"]["error"], 1, "{context}");
    let found = agent.call("hf_check", json!({"paths": ["train.py"]}));
    assert_eq!(found["total"], 1, "{found}");
    assert_eq!(found["findings"][0]["place"], "train.py:5");
    assert!(
        found["findings"][0]["release"]
            .as_str()
            .unwrap()
            .starts_with("transformers 5.23")
    );
    assert_eq!(
        std::fs::read_to_string(folder.path().join("train.py")).unwrap(),
        SCRIPT
    );
    let fixed = agent.call("hf_check", json!({"paths": ["train.py"], "fix": true}));
    assert_eq!(
        (&fixed["fixed"], &fixed["total"]),
        (&json!(1), &json!(0)),
        "{fixed}"
    );
    let text = std::fs::read_to_string(folder.path().join("train.py")).unwrap();
    assert_eq!(text, SCRIPT.replace("evaluation_strategy", "eval_strategy"));
    // Against an older release the new name is the wrong one.
    let old = agent.call(
        "hf_check",
        json!({"paths": ["train.py"], "targets": ["transformers==4.40.0"]}),
    );
    let is_it = |found: &Value| found["code"] == "HF109" && found["severity"] == "error";
    assert!(
        old["findings"].as_array().unwrap().iter().any(is_it),
        "{old}"
    );
}

#[test]
fn facts_are_those_of_the_project_s_releases() {
    let folder = project();
    let mut agent = Agent::new(folder.path(), &[]);
    let signature = agent.call("hf_signature", json!({"symbol": "trl.SFTConfig"}));
    assert_eq!(signature["version"], "1.16.0");
    let names: Vec<&str> = signature["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"max_length") && names.contains(&"output_dir"));
    let old = agent.call(
        "hf_signature",
        json!({"symbol": "trl.SFTConfig", "version": "0.12.0"}),
    );
    assert_eq!(old["version"], "0.12.0");
    assert!(old["parameters"].to_string().contains("max_seq_length"));
    let docs = agent.call(
        "hf_docs",
        json!({"symbol": "transformers.TrainingArguments.eval_strategy"}),
    );
    assert!(docs["text"].as_str().unwrap().contains("eval_strategy"));
    let changes = agent.call(
        "hf_changes",
        json!({"library": "transformers", "from": "4.40.0", "to": "5.23.0", "symbols": ["transformers.TrainingArguments"]}),
    );
    let gone = changes["changes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["argument"] == "evaluation_strategy")
        .unwrap();
    assert_eq!(
        (&gone["what"], &gone["instead"]),
        (&json!("removed"), &json!("eval_strategy"))
    );
    let all = json!({"library": "trl", "from": "1.0.0", "limit": 5});
    let first = agent.call("hf_changes", all.clone());
    let mut more = all;
    more["cursor"] = first["next_cursor"].clone();
    let second = agent.call("hf_changes", more);
    assert_ne!(first["changes"], second["changes"]);
    let estimate = agent.call(
        "hf_estimate",
        json!({"model": "Qwen/Qwen3-8B", "gpu": "24GB", "set": {"method": "qlora", "per_device_train_batch_size": 1}}),
    );
    assert!(
        estimate["peak_bytes"].as_u64().unwrap() > 6 << 30,
        "{estimate}"
    );
    let model = agent.call("hf_model", json!({"id": "Qwen/Qwen3-8B"}));
    assert_eq!(
        (&model["known"], &model["origin"]),
        (&json!(false), &json!("nowhere"))
    );
    assert!(model["note"].as_str().unwrap().contains("--network"));
    agent.call("hf_dataset", json!({"id": "trl-lib/Capybara"}));
    let environment = agent.call("hf_env_check", json!({}));
    assert!(
        environment["versions"].to_string().contains("1.16.0"),
        "{environment}"
    );
}

#[test]
fn a_plan_is_followed_to_its_end() {
    let folder = project();
    let mut agent = Agent::new(folder.path(), &[]);
    assert_eq!(
        agent.call("hf_plan_status", json!({}))["progress"]["total"],
        2
    );
    let next = agent.call("hf_plan_next", json!({}));
    assert_eq!(next["step"]["id"], "1.1");
    let stale = next["revision"].clone();
    agent.call(
        "hf_plan_update",
        json!({"id": "1.1", "status": "in-progress", "revision": stale}),
    );
    let why = agent.refused(
        "hf_plan_update",
        json!({"id": "1.1", "status": "done", "revision": stale}),
    );
    assert!(why.contains("changed since revision"), "{why}");
    let done = agent.call(
        "hf_plan_update",
        json!({"id": "1.1", "status": "done", "note": "Installed into .venv"}),
    );
    assert_eq!(done["next"], "1.2");
    let log = std::fs::read_to_string(folder.path().join("dev-journal/CHANGELOG.md")).unwrap();
    assert!(log.contains("Installed into .venv"), "{log}");
    let why = agent.refused("hf_plan_update", json!({"id": "1.2", "status": "blocked"}));
    assert!(why.contains("`note`"), "{why}");
    let last = agent.call("hf_plan_update", json!({"id": "1.2", "status": "done"}));
    assert_eq!(last["next"], Value::Null);
    let over = agent.call("hf_plan_next", json!({}));
    assert_eq!(
        (&over["step"], &over["note"]),
        (&Value::Null, &json!("nothing is left to do"))
    );
}

#[test]
fn a_plan_is_made_and_never_written_over() {
    let folder = project();
    let mut agent = Agent::new(folder.path(), &[]);
    let plan = folder.path().join("dev-journal/OUR-PLAN.md");
    let wanted = json!({"use_cases": ["llm-sft-qlora"], "gpu": "24GB"});
    let why = agent.refused("hf_plan_generate", wanted.clone());
    assert!(why.contains("is there already"), "{why}");
    assert_eq!(std::fs::read_to_string(&plan).unwrap(), PLAN);
    let mut preview = wanted.clone();
    preview["preview"] = json!(true);
    let shown = agent.call("hf_plan_generate", preview);
    assert_eq!(shown["written"], false);
    assert!(shown["next_cursor"].is_string());
    std::fs::remove_file(&plan).unwrap();
    let made = agent.call("hf_plan_generate", wanted);
    assert_eq!(made["path"], "dev-journal/OUR-PLAN.md");
    let text = std::fs::read_to_string(&plan).unwrap();
    assert!(text.starts_with(shown["text"].as_str().unwrap()));
    let ids = agent.call("hf_plan_use_cases", json!({}));
    assert!(ids["use_cases"].as_array().unwrap().len() >= 40);
}

#[test]
fn nothing_leads_out_of_the_folders_and_nonsense_is_named() {
    let folder = project();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("train.py"), SCRIPT).unwrap();
    let elsewhere = outside.path().join("train.py");
    let mut agent = Agent::new(folder.path(), &[]);
    for path in [
        "..",
        "/etc",
        elsewhere.to_str().unwrap(),
        "src/../../x",
        "a\0b",
    ] {
        for (tool, arguments) in [
            ("hf_check", json!({"paths": [path], "fix": true})),
            ("hf_estimate", json!({"script": path})),
            ("hf_plan_status", json!({"project": path})),
            ("hf_plan_generate", json!({"script": path, "preview": true})),
        ] {
            let why = agent.refused(tool, arguments);
            assert!(
                why.contains("leads out of the folders"),
                "{tool} {path}: {why}"
            );
        }
    }
    assert_eq!(std::fs::read_to_string(&elsewhere).unwrap(), SCRIPT);
    let hostile = [
        (
            "hf_check",
            json!({"path": "train.py"}),
            "unknown field `path`",
        ),
        (
            "hf_check",
            json!({"paths": "train.py"}),
            "expected a sequence",
        ),
        ("hf_check", json!({"targets": ["nonsense"]}), "nonsense"),
        ("hf_check", json!({"cursor": "7"}), "without a cursor"),
        ("hf_check", json!({"select": ["NOPE"]}), "NOPE"),
        (
            "hf_signature",
            json!({"symbol": "os.path"}),
            "nothing is known",
        ),
        (
            "hf_signature",
            json!({"symbol": "transformers.Nope"}),
            "Nope",
        ),
        (
            "hf_signature",
            json!({"symbol": "trl.SFTConfig", "version": "banana"}),
            "banana",
        ),
        ("hf_docs", json!({"symbol": ""}), ""),
        (
            "hf_changes",
            json!({"library": "numpy"}),
            "nothing is known",
        ),
        (
            "hf_changes",
            json!({"library": "trl", "from": "0.0.1"}),
            "nothing is known of trl 0.0.1",
        ),
        ("hf_model", json!({"id": "../../etc/passwd"}), "no id"),
        ("hf_estimate", json!({"script": "none.py"}), "none.py"),
        (
            "hf_estimate",
            json!({"model": "m", "set": {"lora_r": []}}),
            "lora_r",
        ),
        ("hf_plan_next", json!({"id": "9.9"}), "9.9"),
        (
            "hf_plan_update",
            json!({"id": "1.1", "status": "finished"}),
            "unknown variant",
        ),
        (
            "hf_plan_update",
            json!({"id": "1.1", "status": "done", "note": "<!-- x"}),
            "change the document",
        ),
        (
            "hf_plan_generate",
            json!({"use_cases": ["nope"], "preview": true}),
            "nope",
        ),
        (
            "hf_plan_generate",
            json!({"gpu": "toaster", "preview": true}),
            "toaster",
        ),
    ];
    for (tool, arguments, wanted) in hostile {
        let why = agent.refused(tool, arguments);
        assert!(why.contains(wanted), "{tool}: {why}");
    }
    let answer = agent.ask("tools/call", json!({"name": "rm", "arguments": {}}));
    assert!(
        answer["error"]["message"]
            .as_str()
            .unwrap()
            .contains("hf_check"),
        "{answer}"
    );
    assert_eq!(
        std::fs::read_to_string(folder.path().join("dev-journal/OUR-PLAN.md")).unwrap(),
        PLAN
    );
}

#[test]
fn resources_and_the_prompt_are_there() {
    let folder = project();
    let mut agent = Agent::new(folder.path(), &[]);
    let listed = agent.ask("resources/list", json!({}));
    let all = listed["result"]["resources"].to_string();
    assert!(
        all.contains("plan://current") && all.contains("journal://CHANGELOG.md"),
        "{all}"
    );
    let mut read = |uri: &str| agent.ask("resources/read", json!({"uri": uri}));
    assert_eq!(
        read("plan://current")["result"]["contents"][0]["text"],
        PLAN
    );
    let rule = read("rules://HF103");
    assert!(
        rule["result"]["contents"][0]["text"]
            .as_str()
            .unwrap()
            .starts_with("# HF103")
    );
    for uri in [
        "journal://../train.py",
        "rules://../x",
        "file:///etc/passwd",
        "plan://",
        "",
    ] {
        assert!(read(uri)["error"].is_object(), "{uri}");
    }
    let prompt = agent.ask(
        "prompts/get",
        json!({"name": "plan", "arguments": {"goal": "a chat model"}}),
    );
    let text = prompt["result"]["messages"][0]["content"]["text"]
        .as_str()
        .unwrap();
    assert!(text.contains("The goal: a chat model"));
    for name in [
        "hf_context",
        "hf_env_check",
        "hf_signature",
        "hf_docs",
        "hf_plan_generate",
        "hf_check",
    ] {
        assert!(text.contains(name), "{name}");
    }
    assert!(agent.ask("prompts/get", json!({"name": "x"}))["error"].is_object());
}

#[test]
fn progress_is_told_and_a_cancelled_call_ends() {
    let folder = project();
    for number in 0..400 {
        std::fs::write(folder.path().join(format!("t{number}.py")), SCRIPT).unwrap();
    }
    let mut agent = Agent::new(folder.path(), &[]);
    let params = json!({"name": "hf_check", "arguments": {}, "_meta": {"progressToken": "p"}});
    agent.send(&json!({"jsonrpc": "2.0", "id": 100, "method": "tools/call", "params": params}));
    let mut told = Vec::new();
    loop {
        let message = agent.read();
        if message["method"] == "notifications/progress" {
            told.push(message["params"]["progress"].as_f64().unwrap());
        }
        if message["id"] == 100 {
            assert_eq!(message["result"]["structuredContent"]["total"], 401);
            break;
        }
    }
    assert!(!told.is_empty());
    let params = json!({"name": "hf_check", "arguments": {"targets": ["trl==1.0.0"]}});
    agent.send(&json!({"jsonrpc": "2.0", "id": 101, "method": "tools/call", "params": params}));
    agent.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 101}}));
    // Whatever became of that one, the next is served.
    assert_eq!(
        agent.call("hf_plan_status", json!({}))["progress"]["total"],
        2
    );
}

#[test]
fn garbage_does_not_end_the_conversation() {
    let folder = project();
    let mut agent = Agent::new(folder.path(), &[]);
    for line in ["{", "[]", "null", "{\"jsonrpc\": \"2.0\"}", "\u{0}"] {
        writeln!(agent.input.as_mut().unwrap(), "{line}").unwrap();
    }
    assert_eq!(
        agent.call("hf_plan_status", json!({}))["progress"]["total"],
        2
    );
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let folder = project();
    let output = Command::new(env!("CARGO_BIN_EXE_hf-lsp"))
        .args(["mcp", "--root", "nowhere"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("`nowhere` is no folder"), "{said}");
}
