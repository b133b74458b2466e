//! Hovers, diagnostics, links and hints from the Hub and its documentation, against a stand-in on this machine.

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower_lsp_server::gen_lsp_types::{
    DocumentLinkRequest, HoverRequest, InlayHintRequest, PublishDiagnosticsNotification,
};

use crate::client::{Client, LIMIT, Setup, at};
use crate::stand_in::{Port, StandIn};

const URI: &str = "file:///t.py";
const TOKEN: &str = "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH";
const SCRIPT: &str = "from transformers import AutoModelForCausalLM\n\n\
    NAME = \"studio/chat-1b\"\n\
    AutoModelForCausalLM.from_pretrained(NAME)\n\
    AutoModelForCausalLM.from_pretrained(\"studio/stalled\")\n\
    AutoModelForCausalLM.from_pretrained(\"studio/chat-gguf\")\n";

/// A server with a token and a home of its own that knows no Hub but the stand-in.
struct Session {
    client: Client,
    stand_in: StandIn,
    _runtime: Runtime,
    _home: TempDir,
}

fn session(options: Value, settings: Value) -> Session {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let stand_in = runtime.block_on(StandIn::start());
    let home = tempfile::tempdir().unwrap();
    let folder = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let client = Client::ready(Setup {
        capabilities: json!({
            "textDocument": {"hover": {"contentFormat": ["markdown"]}},
            "workspace": {"configuration": true},
        }),
        options,
        settings,
        variables: vec![
            ("HF_HUB_OFFLINE", "0".to_owned()),
            ("HF_ENDPOINT", stand_in.hub.clone()),
            ("HF_HOME", folder("hf")),
            ("HF_TOKEN", TOKEN.to_owned()),
            ("XDG_CACHE_HOME", folder("cache")),
        ],
        ..Setup::default()
    });
    Session {
        client,
        stand_in,
        _runtime: runtime,
        _home: home,
    }
}

impl Session {
    fn hover(&mut self, line: u32, column: u32) -> String {
        let hover = self.client.request::<HoverRequest>(at(URI, line, column));
        let hover = serde_json::to_value(hover).unwrap();
        hover["contents"]["value"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Hovers until the text is there, as long as a test may wait.
    fn hover_until(&mut self, line: u32, column: u32, wanted: &str) -> String {
        let end = std::time::Instant::now() + LIMIT;
        loop {
            let text = self.hover(line, column);
            if text.contains(wanted) {
                return text;
            }
            assert!(
                std::time::Instant::now() < end,
                "{wanted:?} never came; last: {text}"
            );
        }
    }

    /// Nothing was sent anywhere but to the Hub, and the token is in nothing that was shown.
    fn end(self, shown: &str) {
        assert!(!shown.contains(TOKEN));
        assert_eq!(self.stand_in.paths(Port::Foreign), Vec::<String>::new());
        self.client.finish();
    }
}

#[test]
fn a_hover_answers_at_once_and_knows_more_when_the_answer_is_there() {
    let mut session = session(
        json!({"network": "on-demand", "trusted": true}),
        Value::Null,
    );
    session.client.open(URI, SCRIPT);
    let first = session.hover(2, 10);
    assert!(first.contains("studio/chat-1b"), "{first}");
    // The constant where it is made, and where it is used.
    let text = session.hover_until(2, 10, "40,960");
    for wanted in ["1.00 B", "apache-2.0", "Qwen3ForCausalLM", "model card"] {
        assert!(text.contains(wanted), "no {wanted} in {text}");
    }
    assert_eq!(session.hover(3, 40), text);
    let seen = session.stand_in.seen();
    assert!(
        seen.iter()
            .all(|it| it.port == Port::Hub && it.authorization.is_some())
    );
    session.end(&text);
}

#[test]
fn a_model_is_looked_up_for_an_estimate_when_somebody_asks_for_it_and_not_before() {
    let mut session = session(
        json!({"network": "on-demand", "trusted": true}),
        json!({"gpu": "24GB"}),
    );
    let script = "from trl import SFTConfig, SFTTrainer\n\nSFTTrainer(\n    model=\"studio/chat-1b\",\n    \
                  args=SFTConfig(max_length=512),\n)\n";
    session.client.open(URI, script);
    session.client.published(URI, Some(1));
    let asked_for_it = |session: &Session| {
        let paths = session.stand_in.paths(Port::Hub);
        paths.iter().any(|path| path.contains("chat-1b"))
    };
    let document = json!({"textDocument": {"uri": URI}});
    let id = session.client.ask("textDocument/codeLens", document);
    assert_eq!(session.client.result::<Value>(id), json!([]));
    let call = session.hover(4, 12);
    assert!(!call.contains("Estimate"), "{call}");
    // Documentation is public; which model it is, is not.
    assert!(!asked_for_it(&session));

    let ask = json!([{ "uri": URI }]);
    let id = session.client.ask_command("hf-lsp.estimate", ask);
    let page: String = session.client.result(id);
    assert!(
        page.contains("Model `studio/chat-1b`: 1.00 B parameters"),
        "{page}"
    );
    assert!(asked_for_it(&session));
    // From now on it is known.
    let id = session.client.ask(
        "textDocument/codeLens",
        json!({"textDocument": {"uri": URI}}),
    );
    let lenses: Value = session.client.result(id);
    assert!(
        lenses[0]["command"]["title"]
            .as_str()
            .unwrap()
            .contains(" of 24 GiB"),
        "{lenses}"
    );
    session.end(&page);
}

#[test]
fn a_hub_that_never_answers_holds_nothing_up() {
    let mut session = session(
        json!({"network": "on-demand", "trusted": true}),
        Value::Null,
    );
    session.client.open(URI, SCRIPT);
    let text = session.hover(4, 45);
    assert!(text.contains("studio/stalled"), "{text}");
    // The look-up still waits, and questions are answered.
    let other = session.hover_until(5, 45, "GGUF");
    assert!(session.hover(4, 45).contains("studio/stalled"));
    session.end(&other);
}

#[test]
fn nothing_is_asked_for_a_workspace_that_nobody_trusts() {
    let elsewhere =
        json!({"hf-lsp": {"endpoint": "http://127.0.0.1:9", "network": "on", "trusted": true}});
    for options in [
        json!({"trusted": false, "network": "on"}),
        Value::Null,
        json!({"network": "off"}),
    ] {
        let mut session = session(options, elsewhere["hf-lsp"].clone());
        session.client.open(URI, SCRIPT);
        let text = session.hover(2, 10);
        session.hover(5, 45);
        let asked = session.stand_in.paths(Port::Hub);
        let about_models = asked.iter().filter(|path| path.contains("/api/"));
        assert_eq!(about_models.count(), 0, "{asked:?}");
        session.end(&text);
    }
}

#[test]
fn options_that_make_no_sense_are_told_and_change_nothing() {
    let mut session = session(json!({"network": "sometimes"}), Value::Null);
    session.client.open(URI, SCRIPT);
    session.hover(2, 10);
    assert_eq!(session.stand_in.paths(Port::Hub), Vec::<String>::new());
    session.end("");
}

#[test]
fn what_the_hub_says_becomes_diagnostics_where_everything_is_looked_up() {
    let mut session = session(json!({"network": "on", "trusted": true}), Value::Null);
    let text = "from transformers import AutoModelForCausalLM\n\n\
        AutoModelForCausalLM.from_pretrained(\"studio/nowhere\")\n\
        AutoModelForCausalLM.from_pretrained(\"studio/chat-gguf\")\n";
    session.client.open(URI, text);
    let mut codes = Vec::new();
    while codes.len() < 2 {
        let told = session
            .client
            .notification::<PublishDiagnosticsNotification>(|it| it.uri.0 == URI);
        let told = serde_json::to_value(told.diagnostics).unwrap();
        let of = |it: &Value| it["code"].as_str().unwrap().to_owned();
        codes = told.as_array().unwrap().iter().map(of).collect();
    }
    assert_eq!(codes, ["HF401", "HF414"]);
    session.end("");
}

#[test]
fn names_lead_to_their_pages() {
    let mut session = session(json!({"network": "off"}), Value::Null);
    session.client.open(URI, SCRIPT);
    let params = json!({"textDocument": {"uri": URI}});
    let links = session.client.request::<DocumentLinkRequest>(params);
    let links = serde_json::to_value(links).unwrap();
    let hub = session.stand_in.hub.clone();
    let targets: Vec<&str> = links
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["target"].as_str().unwrap())
        .collect();
    // The constant, the place where it is passed, and the two others.
    assert_eq!(targets[0], format!("{hub}/studio/chat-1b"));
    assert_eq!(targets.len(), 4);
    assert_eq!(
        links[0]["range"]["start"],
        json!({"line": 2, "character": 8})
    );
    session.end("");
}

#[test]
fn hints_stand_beside_names_where_the_user_wants_them() {
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let params = json!({"textDocument": {"uri": URI}, "range": range});
    for wanted in [true, false] {
        let options = json!({"network": "on", "trusted": true});
        let mut session = session(options, json!({"inlayHints": wanted}));
        session.client.open(URI, SCRIPT);
        session.hover_until(2, 10, "40,960");
        let hints = session.client.request::<InlayHintRequest>(params.clone());
        let hints = serde_json::to_value(hints).unwrap();
        let labels: Vec<&str> = hints
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["label"].as_str().unwrap())
            .collect();
        assert_eq!(
            labels.contains(&"1.00 B · apache-2.0"),
            wanted,
            "{labels:?}"
        );
        session.end("");
    }
}

#[test]
fn documentation_comes_from_the_pages_of_the_release_or_of_the_nearest_one() {
    let mut session = session(
        json!({"network": "on-demand"}),
        json!({"targets": ["trl==1.16.0", "transformers==5.23.0"]}),
    );
    let text = "from trl import SFTConfig\n\nSFTConfig(packing=True, learning_rate=1)\n";
    session.client.open(URI, text);
    let first = session.hover(2, 12);
    assert!(first.contains("packing: bool"), "{first}");
    let found = session.hover_until(2, 12, "Whether sequences share a row.");
    assert!(!found.contains("evil.test"), "{found}");
    assert!(
        found.contains("/docs/trl/v1.16.0/en/sft_config#trl.SFTConfig.packing"),
        "{found}"
    );
    let inherited = session.hover_until(2, 28, "The size of the first step.");
    let page = session.client.ask_command(
        "hf-lsp.showDocumentation",
        json!([URI, {"line": 2, "character": 12}]),
    );
    let page: String = session.client.result(page);
    assert_eq!(page, "hf-lsp-docs:/page/trl/v1.16.0/en/sft_config.md");
    let id = session
        .client
        .ask("workspace/textDocumentContent", json!({"uri": page}));
    let read: Value = session.client.result(id);
    let text = read["text"].as_str().unwrap();
    assert!(text.contains("Whether sequences share a row."), "{text}");
    assert!(!text.contains("evil.test"), "{text}");
    for wrong in [
        "hf-lsp-docs:/page/../../secret.md",
        "hf-lsp-docs:/symbol/trl.Nothing.md",
        "file:///etc/passwd",
    ] {
        let id = session
            .client
            .ask("workspace/textDocumentContent", json!({"uri": wrong}));
        let response = session.client.response(id);
        let told = response.to_string();
        let refused = response.get("error").is_some() || told.contains("cannot be shown");
        assert!(refused && !told.contains("root:"), "{told}");
    }
    assert!(
        inherited.contains("docs for transformers 5.22.0, you have 5.23.0"),
        "{inherited}"
    );
    let seen = session.stand_in.seen();
    assert!(
        seen.iter().all(|it| it.authorization.is_none()),
        "the token went to the documentation"
    );
    session.end(&found);
}
