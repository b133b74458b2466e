//! What agents do that they should not, and what happens to them: arguments that none of the tools has, paths that lead
//! out, plans that somebody else changes, clients that stop, two servers on one journal.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

#[path = "common/agent.rs"]
mod agent;

use std::fs;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use agent::{Agent, PLAN, SCRIPT, project};
use serde_json::{Map, Value, json};

/// More than a megabyte, where a name is expected.
const HUGE: usize = 1_200_000;
/// Nobody waits longer for nonsense, in a build without optimisation.
const PATIENCE: Duration = Duration::from_secs(5);
/// An agent has to read what it is told.
const READABLE: usize = 4_096;

/// What each tool takes.
fn schemas(agent: &mut Agent) -> Vec<(String, Value)> {
    let answer = agent.ask("tools/list", json!({}));
    let tools = answer["result"]["tools"].as_array().unwrap().iter();
    tools
        .map(|tool| {
            (
                tool["name"].as_str().unwrap().to_owned(),
                tool["inputSchema"].clone(),
            )
        })
        .collect()
}

/// Arguments that a tool takes, as few as there may be.
fn fewest(name: &str) -> Map<String, Value> {
    let value = match name {
        "hf_signature" | "hf_docs" => json!({"symbol": "trl.SFTConfig"}),
        "hf_changes" => json!({"library": "trl"}),
        "hf_model" | "hf_dataset" => json!({"id": "Qwen/Qwen3-8B"}),
        "hf_plan_update" => json!({"id": "1.1", "status": "done"}),
        "hf_plan_generate" => json!({"preview": true, "use_cases": ["llm-sft"]}),
        _ => json!({}),
    };
    value.as_object().unwrap().clone()
}

fn state(folder: &Path) -> (String, String, String) {
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    (
        read("dev-journal/OUR-PLAN.md"),
        read("dev-journal/CHANGELOG.md"),
        read("train.py"),
    )
}

#[test]
fn an_argument_that_no_tool_has_is_named() {
    let folder = project();
    let before = state(folder.path());
    let mut agent = Agent::new(folder.path(), &[]);
    for (name, _) in schemas(&mut agent) {
        let mut arguments = fewest(&name);
        arguments.insert("surprise".to_owned(), json!(1));
        let why = agent.refused(&name, Value::Object(arguments));
        assert!(
            why.contains("unknown field `surprise`") && why.contains(&name),
            "{name}: {why}"
        );
    }
    assert_eq!(state(folder.path()), before);
}

#[test]
fn values_of_other_types_are_refused_by_every_tool() {
    let folder = project();
    let before = state(folder.path());
    let mut agent = Agent::new(folder.path(), &[]);
    let mut tried = 0;
    for (name, schema) in schemas(&mut agent) {
        for (property, wanted) in schema["properties"].as_object().into_iter().flatten() {
            for wrong in [
                json!(7.5),
                json!([[1]]),
                json!({"a": {"b": []}}),
                json!(true),
                json!("\u{0}"),
            ] {
                let kind = match &wrong {
                    Value::Number(_) => "number",
                    Value::Array(_) => "array",
                    Value::Object(_) => "object",
                    Value::Bool(_) => "boolean",
                    _ => "string",
                };
                let said = wanted.to_string();
                if said.contains(&format!("\"{kind}\""))
                    || said.contains("$ref") && kind == "string"
                {
                    continue;
                }
                let mut arguments = fewest(&name);
                arguments.insert(property.clone(), wrong.clone());
                let why = agent.refused(&name, Value::Object(arguments));
                assert!(why.len() < READABLE, "{name} {property}: {why}");
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried}");
    assert_eq!(state(folder.path()), before);
}

#[test]
fn huge_texts_are_answered_in_few_words() {
    let folder = project();
    let before = state(folder.path());
    let mut agent = Agent::new(folder.path(), &[]);
    let huge = "a".repeat(HUGE);
    let mut tried = 0;
    for (name, schema) in schemas(&mut agent) {
        for (property, wanted) in schema["properties"].as_object().into_iter().flatten() {
            let said = wanted.to_string();
            let value = match said.contains("\"array\"") {
                true => json!([huge]),
                false if said.contains("\"string\"") => json!(huge),
                false => continue,
            };
            let mut arguments = fewest(&name);
            arguments.insert(property.clone(), value);
            let began = std::time::Instant::now();
            let answer = agent.ask("tools/call", json!({"name": name, "arguments": arguments}));
            assert!(
                began.elapsed() < PATIENCE,
                "{name} {property}: {:?}",
                began.elapsed()
            );
            let told = answer["result"]["content"][0]["text"]
                .as_str()
                .unwrap_or_default();
            let error = answer["error"]["message"].as_str().unwrap_or_default();
            if answer["result"]["isError"] == true || !error.is_empty() {
                assert!(
                    told.len() + error.len() < READABLE,
                    "{name} {property}: {}",
                    told.len()
                );
            }
            tried += 1;
        }
    }
    assert!(tried > 25, "{tried}");
    let wild = agent.ask("tools/call", json!({"name": huge, "arguments": {}}));
    assert!(wild["error"]["message"].as_str().unwrap().len() < READABLE);
    assert_eq!(state(folder.path()), before);
}

#[cfg(unix)]
#[test]
fn links_lead_no_tool_out() {
    use std::os::unix::fs::symlink;
    let folder = project();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("train.py"), SCRIPT).unwrap();
    fs::create_dir(outside.path().join("dev-journal")).unwrap();
    fs::write(outside.path().join("dev-journal/OUR-PLAN.md"), PLAN).unwrap();
    symlink(outside.path(), folder.path().join("link")).unwrap();
    symlink(
        outside.path().join("train.py"),
        folder.path().join("other.py"),
    )
    .unwrap();
    symlink(
        outside.path().join("new.py"),
        folder.path().join("dangling.py"),
    )
    .unwrap();
    let mut agent = Agent::new(folder.path(), &[]);
    for (tool, arguments) in [
        ("hf_check", json!({"paths": ["link"], "fix": true})),
        ("hf_check", json!({"paths": ["link/train.py"], "fix": true})),
        (
            "hf_check",
            json!({"paths": ["train.py", "other.py"], "fix": true}),
        ),
        ("hf_check", json!({"paths": ["dangling.py"], "fix": true})),
        ("hf_estimate", json!({"script": "other.py"})),
        ("hf_plan_status", json!({"project": "link"})),
        ("hf_plan_next", json!({"project": "link"})),
        (
            "hf_plan_update",
            json!({"project": "link", "id": "1.1", "status": "done"}),
        ),
        (
            "hf_plan_generate",
            json!({"project": "link", "use_cases": ["llm-sft"]}),
        ),
        (
            "hf_plan_generate",
            json!({"script": "other.py", "preview": true}),
        ),
    ] {
        let why = agent.refused(tool, arguments);
        assert!(why.contains("leads out of the folders"), "{tool}: {why}");
    }
    assert_eq!(
        fs::read_to_string(outside.path().join("train.py")).unwrap(),
        SCRIPT
    );
    assert_eq!(
        fs::read_to_string(outside.path().join("dev-journal/OUR-PLAN.md")).unwrap(),
        PLAN
    );
    // A whole folder is walked past its links.
    let all = agent.call("hf_check", json!({}));
    assert!(!all["findings"].to_string().contains("link/"), "{all}");
}

#[test]
fn a_plan_that_was_changed_meanwhile_is_not_changed_again() {
    let folder = project();
    let path = folder.path().join("dev-journal/OUR-PLAN.md");
    let mut agent = Agent::new(folder.path(), &[]);
    let next = agent.call("hf_plan_next", json!({}));
    let theirs = PLAN.replace("Write the script", "Write another script");
    fs::write(&path, &theirs).unwrap();
    let update = json!({"id": "1.1", "status": "done", "revision": next["revision"]});
    let why = agent.refused("hf_plan_update", update.clone());
    assert!(
        why.contains("changed since revision") && why.contains("nothing was changed"),
        "{why}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), theirs);
    fs::remove_file(&path).unwrap();
    let why = agent.refused("hf_plan_update", update);
    assert!(why.contains("there is no plan"), "{why}");
    assert!(!path.exists());
    // What is read anew is changed.
    fs::write(&path, &theirs).unwrap();
    let next = agent.call("hf_plan_next", json!({}));
    agent.call(
        "hf_plan_update",
        json!({"id": "1.1", "status": "done", "revision": next["revision"]}),
    );
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("- [x] **1.1**") && text.contains("Write another script"),
        "{text}"
    );
}

/// A plan of so many steps.
fn long_plan(steps: usize) -> String {
    let mut text = "# OUR-PLAN: many steps\n\n## 1. Environment Setup\n\n".to_owned();
    for number in 1..=steps {
        text.push_str(&format!(
            "- [ ] 1.{number} Do the work of number {number}\n  - Verify: `true`\n"
        ));
    }
    text
}

#[test]
fn two_servers_on_one_journal_lose_nothing() {
    const EACH: usize = 20;
    let folder = project();
    fs::write(
        folder.path().join("dev-journal/OUR-PLAN.md"),
        long_plan(2 * EACH),
    )
    .unwrap();
    let work = |first: usize| {
        let mut agent = Agent::new(folder.path(), &[]);
        let mut again = 0;
        for number in (first..=2 * EACH).step_by(2) {
            let arguments = json!({"id": format!("1.{number}"), "status": "done", "note": format!("did {number}")});
            loop {
                let answer = agent.ask(
                    "tools/call",
                    json!({"name": "hf_plan_update", "arguments": arguments}),
                );
                if answer["result"]["isError"] != true {
                    break;
                }
                let why = answer["result"]["content"][0]["text"]
                    .as_str()
                    .unwrap()
                    .to_owned();
                assert!(
                    why.contains("changed since it was read, so nothing was changed; try again"),
                    "{why}"
                );
                again += 1;
                assert!(again < 2_000, "nobody gets on");
            }
        }
    };
    std::thread::scope(|scope| {
        let others = [scope.spawn(|| work(1)), scope.spawn(|| work(2))];
        others.into_iter().for_each(|it| it.join().unwrap());
    });
    let (plan, log, _) = state(folder.path());
    assert_eq!(plan.matches("- [x] 1.").count(), 2 * EACH, "{plan}");
    for number in 1..=2 * EACH {
        assert_eq!(
            log.matches(&format!("did {number} (step 1.{number})"))
                .count(),
            1,
            "{number}: {log}"
        );
    }
    let left: Vec<_> = fs::read_dir(folder.path().join("dev-journal"))
        .unwrap()
        .collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_client_that_stops_leaves_whole_files_and_no_server() {
    for round in 0..12 {
        let folder = project();
        for number in 0..40 {
            fs::write(folder.path().join(format!("t{number}.py")), SCRIPT).unwrap();
        }
        let mut agent = Agent::new(folder.path(), &[]);
        let call = |id: i64, name: &str, arguments: Value| json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": name, "arguments": arguments}});
        agent.send(&call(
            100,
            "hf_plan_update",
            json!({"id": "1.1", "status": "done", "note": "did it"}),
        ));
        agent.send(&call(101, "hf_check", json!({"fix": true})));
        if round % 2 == 0 {
            // It goes on reading for a while, so that files are being written when it stops.
            while agent.read()["id"] != 100 {}
        }
        drop(agent.input.take());
        let (ended, heard) = mpsc::channel();
        let limit = Duration::from_secs(30);
        std::thread::scope(|scope| {
            let child = &mut agent.child;
            scope.spawn(move || ended.send(child.wait().unwrap()).unwrap());
            let status = heard
                .recv_timeout(limit)
                .expect("the server outlives its client");
            assert!(status.success(), "{status}");
        });
        let (plan, log, _) = state(folder.path());
        // Both or none.
        assert_eq!(
            plan.contains("[x] **1.1**"),
            log.contains("did it"),
            "{plan}\n{log}"
        );
        for number in 0..40 {
            let text = fs::read_to_string(folder.path().join(format!("t{number}.py"))).unwrap();
            assert!(
                text == SCRIPT || text == SCRIPT.replace("evaluation_strategy", "eval_strategy"),
                "{text}"
            );
        }
        for folder in [
            folder.path().to_path_buf(),
            folder.path().join("dev-journal"),
        ] {
            for entry in fs::read_dir(folder).unwrap() {
                let name = entry.unwrap().file_name().to_string_lossy().into_owned();
                assert!(!name.contains(".hf-lsp-"), "{name} was left");
            }
        }
    }
}
