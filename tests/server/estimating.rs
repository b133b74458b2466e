//! Estimates of memory through the protocol.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Client, Setup};
use crate::journal::{able, uri};

/// A model whose configuration lies in the project: 8 billion weights, trained in 32 bits as TRL loads them.
const SCRIPT: &str = "from peft import LoraConfig\nfrom trl import SFTConfig, SFTTrainer\n\ntrainer = SFTTrainer(\n    \
                      model=\"decoder\",\n    args=SFTConfig(per_device_train_batch_size=4, max_length=2048),\n    \
                      peft_config=LoraConfig(r=16, target_modules=\"all-linear\"),\n)\n";
const CONFIG: &str = r#"{"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096,
    "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
    "vocab_size": 128256, "max_position_embeddings": 8192, "tie_word_embeddings": false, "dtype": "bfloat16"}"#;

struct Project(TempDir);

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        fs::create_dir(folder.path().join("decoder")).unwrap();
        write("decoder/config.json", CONFIG);
        write("train.py", SCRIPT);
        write(
            "requirements.txt",
            "trl==1.16.0\ntransformers==5.23.0\npeft==0.21.2\n",
        );
        Self(folder)
    }

    fn script(&self) -> String {
        uri(&self.0.path().join("train.py"))
    }

    fn client(&self, settings: Value) -> Client {
        let folder = json!({"uri": uri(self.0.path()), "name": "project"});
        let mut client = Client::ready(Setup {
            capabilities: able(),
            folders: vec![folder],
            options: json!({ "settings": settings }),
            settings,
            ..Setup::default()
        });
        client.open(&self.script(), SCRIPT);
        client
    }
}

/// The page about the script that is open.
fn page(client: &mut Client, script: &str) -> String {
    let id = client.ask_command("hf-lsp.estimate", json!([{ "uri": script }]));
    client.result(id)
}

fn of(client: &mut Client, method: &str, script: &str) -> Vec<Value> {
    let params = json!({"textDocument": {"uri": script}, "range": {"start": {"line": 0, "character": 0}, "end": {"line": 20, "character": 0}}});
    let id = client.ask(method, params);
    client.result(id)
}

const SUMMARY: &str = "effective batch 4 · ";

#[test]
fn a_line_above_the_configuration_says_what_it_takes() {
    let project = Project::new();
    let mut client = project.client(json!({"gpu": "A10G"}));
    let lenses = of(&mut client, "textDocument/codeLens", &project.script());
    let title = lenses[0]["command"]["title"].as_str().unwrap();
    assert!(
        title.starts_with(SUMMARY) && title.contains(" of 24 GiB: does not fit"),
        "{title}"
    );
    assert!(title.ends_with("on one A10G"), "{title}");
    assert_eq!(lenses[0]["range"]["start"]["line"], 5);
    assert_eq!(
        of(&mut client, "textDocument/inlayHint", &project.script()).len(),
        0
    );
    client.finish();
}

#[test]
fn a_click_on_that_line_shows_the_page_where_the_client_can_show_it() {
    let project = Project::new();
    let folder = json!({"uri": uri(project.0.path()), "name": "project"});
    let setup = |commands: Value| Setup {
        capabilities: able(),
        folders: vec![folder.clone()],
        options: json!({ "commands": commands }),
        ..Setup::default()
    };
    for (commands, pressed) in [
        (json!([]), json!({"command": ""})),
        (
            json!(["hf-lsp.showEstimate"]),
            json!({"command": "hf-lsp.showEstimate", "arguments": [project.script()]}),
        ),
    ] {
        let mut client = Client::ready(setup(commands));
        client.open(&project.script(), SCRIPT);
        let lenses = of(&mut client, "textDocument/codeLens", &project.script());
        let mut command = lenses[0]["command"].clone();
        command.as_object_mut().unwrap().remove("title");
        assert_eq!(command, pressed);
        client.finish();
    }
}

#[test]
fn the_page_says_what_the_estimate_is_made_of_and_where_each_setting_is_from() {
    let project = Project::new();
    let mut client = project.client(json!({"gpu": "A10G"}));
    let text = page(&mut client, &project.script());
    for part in [
        "# Memory and time of `train.py`\n",
        "## `trl.SFTTrainer`, line 6\n",
        " of 24 GiB: does not fit",
        "Model `decoder`: 8.03 B parameters, 41.9 M trained; known from `decoder/config.json`.",
        "| weights ",
        "| **In the backward pass** ",
        "A step of 8,192 tokens takes about ",
        "- loading weights in bfloat16 (`model_init_kwargs={\"dtype\": \"bfloat16\"}`): saves **",
        "| `max_length`                  | `2048`              | line 6 |",
        "| default of transformers 5.23.0 |",
        "### Taken for granted\n\n- `",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    client.finish();
}

#[test]
fn the_page_follows_what_is_typed_and_quotes_it_harmlessly() {
    let project = Project::new();
    let mut client = project.client(Value::Null);
    let script = project.script();
    let at =
        |wanted: &str| i64::try_from(SCRIPT.lines().nth(5).unwrap().find(wanted).unwrap()).unwrap();
    let end = at(", max_length");
    client.change(
        &script,
        2,
        [5, end, 5, end],
        ", model_init_kwargs={\"dtype\": \"bfloat16\"}",
    );
    let text = page(&mut client, &script);
    assert!(text.contains("| `bfloat16`"), "{text}");
    assert!(
        text.contains("· about 2") && !text.contains("of 24 GiB"),
        "{text}"
    );
    let name = "![x](https://hub.test/x.png) <b>|`";
    let model = SCRIPT.replace("\"decoder\"", &format!("\"{name}\""));
    client.changes(&script, 3, json!([{ "text": model }]));
    let id = client.ask_command("hf-lsp.estimate", json!([{ "uri": script }]));
    let answer = client.response(id);
    assert_eq!(answer["error"]["code"], -32803, "{answer}");
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("is no model of the Hub") && !message.contains("--config"),
        "{message}"
    );
    client.changes(&script, 4, json!([{ "text": "import trl\n" }]));
    let id = client.ask_command("hf-lsp.estimate", json!([{ "uri": script }]));
    let message = client.response(id)["error"]["message"].to_string();
    assert_eq!(
        message,
        "\"`train.py` trains and runs no model that can be read\""
    );
    client.finish();
}

#[test]
fn where_hints_are_wanted_the_same_words_stand_behind_the_bracket() {
    let project = Project::new();
    let mut client = project.client(json!({"inlayHints": true}));
    let hints = of(&mut client, "textDocument/inlayHint", &project.script());
    let label = hints[0]["label"].as_str().unwrap();
    assert!(
        label.starts_with(SUMMARY) && label.contains("about ") && label.ends_with(" GiB"),
        "{label}"
    );
    let place = &hints[0]["position"];
    assert_eq!(
        (&place["line"], &place["character"]),
        (&json!(5), &json!(19))
    );
    assert_eq!(
        of(&mut client, "textDocument/codeLens", &project.script()).len(),
        0
    );
    client.finish();
}

#[test]
fn under_the_cursor_stands_what_it_is_made_of() {
    let project = Project::new();
    let mut client = project.client(Value::Null);
    let id = client.ask(
        "textDocument/hover",
        json!({"textDocument": {"uri": project.script()}, "position": {"line": 5, "character": 12}}),
    );
    let hover: Value = client.result(id);
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("SFTConfig"), "{text}");
    for part in [
        "**Estimate**: effective batch 4",
        "| weights | 29.9 |",
        "8.03 B parameters",
        "Taken for granted:",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    client.finish();
}

#[test]
fn what_does_not_fit_is_reported_and_made_lighter() {
    let project = Project::new();
    let mut client = project.client(json!({"gpu": "24GB"}));
    let is_it = |found: &Value| found["code"] == "HF505";
    let found: Vec<Value> = client
        .published(&project.script(), Some(1))
        .into_iter()
        .map(|it| serde_json::to_value(it).unwrap())
        .collect();
    let found = found
        .iter()
        .find(|it| is_it(it))
        .unwrap_or_else(|| panic!("{found:#?}"))
        .clone();
    assert_eq!(found["severity"], 2);
    let message = found["message"].as_str().unwrap();
    assert!(
        message.contains("the GPU it is meant for has 24"),
        "{message}"
    );
    let id = client.ask(
        "textDocument/codeAction",
        json!({"textDocument": {"uri": project.script()}, "range": found["range"], "context": {"diagnostics": [found]}}),
    );
    let actions: Vec<Value> = client.result(id);
    let title = "Set `per_device_train_batch_size=2, gradient_accumulation_steps=2`: saves ";
    let is_wanted = |it: &&Value| it["title"].as_str().is_some_and(|it| it.starts_with(title));
    let action = actions
        .iter()
        .find(is_wanted)
        .unwrap_or_else(|| panic!("{actions:#?}"))
        .clone();
    assert_eq!(action["kind"], "quickfix");
    let edits = action["edit"]["documentChanges"][0]["edits"]
        .as_array()
        .unwrap()
        .clone();
    let texts: Vec<&str> = edits
        .iter()
        .map(|it| it["newText"].as_str().unwrap())
        .collect();
    assert_eq!(texts, ["2", ", gradient_accumulation_steps=2"]);
    client.finish();
}

#[test]
fn the_type_of_the_weights_is_offered_where_the_trainer_loads_them_and_nobody_says_how() {
    let project = Project::new();
    let mut client = project.client(json!({"gpu": "24GB"}));
    let script = project.script();
    let title = "Set `model_init_kwargs={\"dtype\": \"bfloat16\"}`: saves ";
    let is_offered = |client: &mut Client| {
        let place = json!({"line": 5, "character": 12});
        let params = json!({"textDocument": {"uri": script}, "range": {"start": place, "end": place}, "context": {"diagnostics": []}});
        let id = client.ask("textDocument/codeAction", params);
        let actions: Vec<Value> = client.result(id);
        assert!(
            actions
                .iter()
                .any(|it| it["title"].as_str().unwrap().starts_with("Set `")),
            "{actions:#?}"
        );
        actions
            .iter()
            .any(|it| it["title"].as_str().unwrap().starts_with(title))
    };
    assert!(is_offered(&mut client));
    let given = SCRIPT.replace(
        "max_length",
        "model_init_kwargs={\"revision\": \"main\"}, max_length",
    );
    let loaded = SCRIPT
        .replace(
            "from trl",
            "from transformers import AutoModelForCausalLM\nfrom trl",
        )
        .replace("trainer = SFTTrainer(\n", "trainer = SFTTrainer(")
        .replace(
            "\"decoder\"",
            "AutoModelForCausalLM.from_pretrained(\"decoder\", dtype=\"float32\")",
        );
    for (version, text) in [(2, given), (3, loaded)] {
        client.changes(&script, version, json!([{ "text": text }]));
        assert!(!is_offered(&mut client), "{text}");
    }
    client.finish();
}
