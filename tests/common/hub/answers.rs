//! What the stand-in says: repositories of a made-up studio, in the shapes of the real answers.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::{Value, json};

use super::{Port, Reply, Seen};

/// The commit of everything.
pub const CONFIG_SHA: &str = "1234567890abcdef1234567890abcdef12345678";
const LIMIT: &str = "\"api\";r=480;t=200";

/// The answer to a request.
pub fn answer(request: &Seen, foreign: &str) -> Reply {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    if request.port == Port::Foreign {
        return viewer(path, query);
    }
    let part = |prefix: &str| path.strip_prefix(prefix).map(ToOwned::to_owned);
    if let Some(rest) = part("/api/models/") {
        return api(&rest, query, request, foreign, model);
    }
    if let Some(rest) = part("/api/datasets/") {
        return api(&rest, query, request, foreign, |name, _| dataset(name));
    }
    if let Some(rest) = part("/docs/") {
        return documentation(&rest, foreign);
    }
    file(path, request)
}

fn api(
    rest: &str,
    query: &str,
    request: &Seen,
    foreign: &str,
    facts: fn(&str, &str) -> Option<Value>,
) -> Reply {
    let (name, revision) = rest.split_once("/revision/").unwrap_or((rest, ""));
    if revision == "nope" {
        return refusal(404, "RevisionNotFound", "Invalid rev id: nope");
    }
    match (name, request.authorization.as_deref()) {
        (_, Some("Bearer hf_wrong")) => {
            refusal(401, "", "Invalid credentials in Authorization header")
        }
        ("studio/stalled", _) => Reply::Stall,
        ("studio/dripping", _) => Reply::Drip,
        ("studio/endless", _) => Reply::Endless,
        ("studio/bomb", _) => bomb(),
        ("studio/broken", _) => Reply::Plain(200, vec![], b"{\"id\": \"studio/bro".to_vec()),
        ("studio/portal", _) => {
            Reply::Plain(200, vec![], b"<!DOCTYPE html><html>Log in</html>".to_vec())
        }
        ("studio/off", _) => refusal(403, "", "Access to this resource is disabled."),
        ("studio/down", _) => Reply::Plain(503, vec![], b"busy".to_vec()),
        ("studio/limited", _) => Reply::Plain(
            429,
            vec![("RateLimit", "\"api\";r=0;t=55".to_owned())],
            vec![],
        ),
        ("studio/intercepted", _) => Reply::Plain(404, vec![], b"Not found".to_vec()),
        ("studio/Chat-Old", _) => redirect("/api/models/studio/chat-1b".to_owned()),
        ("studio/away", _) => redirect(format!("{foreign}/api/models/studio/chat-1b")),
        ("studio/away-and-back", _) => {
            redirect(format!("//{}/x", foreign.trim_start_matches("http://")))
        }
        ("studio/circle", _) => redirect("/api/models/studio/circle".to_owned()),
        ("studio/many-files", _) if !query.contains("expand=") => {
            Reply::Plain(200, vec![], many_files())
        }
        _ => match facts(name, query) {
            Some(facts) => with_etag(request, &facts, foreign),
            None if request.authorization.is_some() => {
                refusal(404, "RepoNotFound", "Repository not found")
            }
            None => refusal(401, "", "Invalid username or password."),
        },
    }
}

fn with_etag(request: &Seen, facts: &Value, foreign: &str) -> Reply {
    let etag = "W/\"studio-1\"".to_owned();
    let headers = vec![
        ("ETag", etag.clone()),
        ("RateLimit", LIMIT.to_owned()),
        (
            "RateLimit-Policy",
            "\"fixed window\";\"api\";q=500;w=300".to_owned(),
        ),
        (
            "Link",
            format!("<{foreign}/api/models?cursor=2>; rel=\"next\""),
        ),
        ("Set-Cookie", "track=me".to_owned()),
    ];
    if request.if_none_match.as_deref() == Some(&etag) {
        return Reply::Plain(304, headers, vec![]);
    }
    Reply::Plain(200, headers, facts.to_string().into_bytes())
}

fn refusal(status: u16, code: &str, message: &str) -> Reply {
    let mut headers = vec![("X-Error-Message", message.to_owned())];
    if !code.is_empty() {
        headers.push(("X-Error-Code", code.to_owned()));
    }
    Reply::Plain(
        status,
        headers,
        json!({"error": message}).to_string().into_bytes(),
    )
}

fn redirect(location: String) -> Reply {
    Reply::Plain(307, vec![("Location", location)], vec![])
}

/// 64 MB of blanks in some kilobytes.
fn bomb() -> Reply {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..1024 {
        encoder.write_all(&[b' '; 65_536]).unwrap();
    }
    let body = encoder.finish().unwrap();
    assert!(body.len() < 100_000);
    Reply::Plain(200, vec![("Content-Encoding", "gzip".to_owned())], body)
}

fn many_files() -> Vec<u8> {
    let files: Vec<Value> = (0..60_000)
        .map(|number| json!({"rfilename": format!("part/{number:030}.safetensors")}))
        .collect();
    json!({"id": "studio/many-files", "siblings": files})
        .to_string()
        .into_bytes()
}

fn base(name: &str, more: Value) -> Value {
    let mut facts = json!({
        "_id": "65", "id": name, "sha": CONFIG_SHA, "private": false, "gated": false, "disabled": false,
        "lastModified": "2026-09-01T00:00:00.000Z", "downloads": 4321, "likes": 12, "tags": [],
    });
    for (key, value) in more.as_object().unwrap() {
        facts[key] = value.clone();
    }
    facts
}

fn files(names: &[&str]) -> Value {
    names
        .iter()
        .map(|name| json!({"rfilename": name}))
        .collect()
}

fn model(name: &str, _query: &str) -> Option<Value> {
    let transformers = json!({"auto_model": "AutoModelForCausalLM", "processor": "AutoTokenizer", "pipeline_tag": "text-generation"});
    let more = match name {
        "studio/chat-1b" => json!({
            "pipeline_tag": "text-generation", "library_name": "transformers",
            "tags": ["transformers", "license:apache-2.0", "base_model:studio/base-1b", "base_model:finetune:studio/base-1b"],
            "config": {"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "tokenizer_config": {"chat_template": "{{ messages }}"}},
            "cardData": {"license": "apache-2.0", "base_model": "studio/base-1b"},
            "transformersInfo": transformers,
            "safetensors": {"parameters": {"BF16": 1_000_000_000, "F32": 1_000}, "total": 1_000_001_000},
            "siblings": files(&["README.md", "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]),
            "securityRepoStatus": {"scansDone": true, "filesWithIssues": []},
        }),
        "studio/closed-8b" => json!({
            "gated": "manual", "pipeline_tag": "text-generation",
            "cardData": {"license": "other", "license_name": "studio-licence", "license_link": "https://evil.test/licence"},
            "config": {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "tokenizer_config": {}},
            "safetensors": {"parameters": {"BF16": 8_000_000_000_u64}, "total": 8_000_000_000_u64},
            "siblings": files(&["config.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "original/consolidated.00.pth"]),
            "securityRepoStatus": {"scansDone": false, "filesWithIssues": []},
        }),
        "studio/old-pickle" => json!({
            "config": {"architectures": ["BertForSequenceClassification"], "model_type": "bert"},
            "siblings": files(&["config.json", "pytorch_model.bin", "training_args.bin", "vocab.txt"]),
            "securityRepoStatus": {"scansDone": true, "filesWithIssues": [{"path": "pytorch_model.bin", "level": "unsafe"}]},
        }),
        "studio/own-code" => json!({
            "tags": ["custom_code"],
            "config": {"model_type": "studio", "auto_map": {"AutoModelForCausalLM": "modeling_studio.StudioForCausalLM"}},
            "siblings": files(&["config.json", "modeling_studio.py", "model.safetensors"]),
        }),
        "studio/chat-lora" => json!({
            "library_name": "peft", "tags": ["base_model:adapter:studio/base-1b"],
            "config": {"peft": {"base_model_name_or_path": "studio/base-1b", "task_type": "CAUSAL_LM"}},
            "cardData": {"base_model": ["studio/base-1b"]},
            "siblings": files(&["adapter_config.json", "adapter_model.safetensors"]),
        }),
        "studio/chat-gguf" => json!({
            "config": {},
            "gguf": {"total": 1_000_000_000, "architecture": "qwen3", "context_length": 32_768, "totalFileSize": 600_000_000, "chat_template": "{{ messages }}"},
            "siblings": files(&["chat-Q4_K_M.gguf", "README.md"]),
        }),
        "studio/chat-4bit" => json!({
            "config": {"model_type": "qwen3", "quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": true}},
            "siblings": files(&["config.json", "model.safetensors"]),
        }),
        "studio/vision" => json!({
            "config": {"architectures": ["StudioVLForConditionalGeneration"], "model_type": "studio_vl"},
            "siblings": files(&["config.json", "chat_template.jinja", "model.safetensors"]),
        }),
        "studio/many-files" => {
            json!({"config": {"model_type": "llama"}, "safetensors": {"parameters": {"F32": 10}, "total": 10}})
        }
        _ => return None,
    };
    Some(base(name, more))
}

fn dataset(name: &str) -> Option<Value> {
    let message =
        json!([{"name": "role", "dtype": "string"}, {"name": "content", "dtype": "string"}]);
    let more = match name {
        "studio/talks" => json!({
            "tags": ["license:cc-by-4.0", "format:parquet"],
            "cardData": {
                "license": "cc-by-4.0",
                "configs": [{"config_name": "default", "data_files": [{"split": "train", "path": "data/train-*"}, {"split": "test", "path": "data/test-*"}]}],
                "dataset_info": {
                    "features": [{"name": "messages", "list": message}, {"name": "source", "dtype": "string"}],
                    "splits": [{"name": "train", "num_examples": 900}, {"name": "test", "num_examples": 100}],
                    "download_size": 5000, "dataset_size": 20000,
                },
            },
            "siblings": files(&["README.md", "data/train-0.parquet", "data/test-0.parquet"]),
        }),
        "studio/two-configs" => json!({
            "cardData": {"dataset_info": [
                {"config_name": "en", "features": [{"name": "text", "dtype": "string"}], "splits": [{"name": "train", "num_examples": 3}]},
                {"config_name": "de", "features": [{"name": "text", "dtype": "string"}], "splits": [{"name": "train", "num_examples": 4}]},
            ]},
            "siblings": files(&["en/train.parquet", "de/train.parquet"]),
        }),
        "studio/plain" | "studio/unready" => {
            json!({"cardData": null, "siblings": files(&["train.csv"])})
        }
        "studio/secret-talks" => json!({"private": true, "siblings": files(&["train.csv"])}),
        "studio/closed-talks" => json!({"gated": "auto", "siblings": files(&["train.csv"])}),
        "studio/scripted" => {
            json!({"cardData": null, "siblings": files(&["README.md", "scripted.py"])})
        }
        _ => return None,
    };
    Some(base(name, more))
}

fn viewer(path: &str, query: &str) -> Reply {
    match (path, query) {
        ("/viewer/info", "dataset=studio%2Fplain") => {
            let info = json!({
                "features": {"prompt": {"dtype": "string", "_type": "Value"}, "label": {"names": ["no", "yes"], "_type": "ClassLabel"}},
                "splits": {"train": {"name": "train", "num_examples": 70}},
                "download_size": 700, "dataset_size": 7000,
            });
            let answer = json!({"dataset_info": {"default": info}, "pending": [], "failed": [], "partial": false});
            Reply::Plain(200, vec![], answer.to_string().into_bytes())
        }
        ("/viewer/info", "dataset=studio%2Funready") => Reply::Plain(
            500,
            vec![("X-Error-Code", "ResponseNotReadyError".to_owned())],
            b"{\"error\": \"later\"}".to_vec(),
        ),
        _ => Reply::Plain(404, vec![], vec![]),
    }
}

fn documentation(path: &str, foreign: &str) -> Reply {
    match path {
        "trl/v1.16.0/en/sft_trainer.md" => Reply::Plain(200, vec![], b"# SFT Trainer\n".to_vec()),
        "trl/v1.16.0/en/login.md" => Reply::Plain(200, vec![], b"\n<html>Log in</html>".to_vec()),
        "trl/v1.16.0/en/away.md" => redirect(format!("{foreign}/docs/away.md")),
        "trl/v1.16.0/en/endless.md" => Reply::Endless,
        "trl/v1.16.0/en/objects.inv" => inventory("trl.SFTConfig py:class 1 sft_config#$ -\n"),
        "trl/v1.16.0/en/sft_config.md" => page(
            "trl.SFTConfig",
            "packing (`bool`, *optional*) : Whether sequences share a row. ![x](https://evil.test/x.png)",
        ),
        "transformers/_versions.yml" => Reply::Plain(
            200,
            vec![],
            b"- version: main\n- version: v5.22.0\n".to_vec(),
        ),
        "transformers/v5.22.0/en/objects.inv" => {
            inventory("transformers.TrainingArguments py:class 1 main_classes/trainer#$ -\n")
        }
        "transformers/v5.22.0/en/main_classes/trainer.md" => page(
            "transformers.TrainingArguments",
            "learning_rate (`float`, *optional*) : The size of the first step.",
        ),
        _ => Reply::Plain(404, vec![], b"Not found".to_vec()),
    }
}

/// A list of symbols as the builder of the documentation writes it.
fn inventory(lines: &str) -> Reply {
    let head = "# Sphinx inventory version 2\n# Project: x\n# Version: 1\n# The remainder of this file is compressed using zlib.\n";
    let mut encoder = ZlibEncoder::new(head.as_bytes().to_vec(), Compression::default());
    encoder.write_all(lines.as_bytes()).unwrap();
    Reply::Plain(200, vec![], encoder.finish().unwrap())
}

/// A page about one class with one parameter.
fn page(class: &str, parameter: &str) -> Reply {
    let name = class.rsplit('.').next().unwrap();
    let text = format!(
        "## {name}[[{class}]]\n\n#### {class}[[{class}]]\n\n```python\n{class}(...)\n```\n\n**Parameters:**\n\n{parameter}\n"
    );
    Reply::Plain(200, vec![], text.into_bytes())
}

/// `/NAME/resolve/REVISION/FILE`
fn file(path: &str, request: &Seen) -> Reply {
    let Some((name, rest)) = path.trim_start_matches('/').split_once("/resolve/") else {
        return Reply::Plain(404, vec![], vec![]);
    };
    let config = match (name, rest.split_once('/')) {
        ("studio/closed-8b", _) if request.authorization.is_none() => {
            return refusal(401, "GatedRepo", "Access is restricted.");
        }
        ("studio/closed-8b", _) => {
            return refusal(403, "GatedRepo", "You are not in the authorized list.");
        }
        ("studio/chat-1b", Some((CONFIG_SHA, "config.json"))) => json!({
            "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "dtype": "bfloat16", "max_position_embeddings": 40_960, "transformers_version": "5.10.0",
        }),
        ("studio/chat-4bit", Some((CONFIG_SHA, "config.json"))) => json!({
            "model_type": "qwen3", "max_position_embeddings": 2048, "quantization_config": {"quant_method": "bitsandbytes"},
        }),
        ("studio/vision", Some((CONFIG_SHA, "config.json"))) => json!({
            "model_type": "studio_vl", "text_config": {"model_type": "qwen3", "max_position_embeddings": 131_072}, "torch_dtype": "float16",
        }),
        ("studio/old-pickle", Some((CONFIG_SHA, "config.json"))) => {
            json!({"model_type": "bert", "max_position_embeddings": 512})
        }
        _ => return refusal(404, "EntryNotFound", "Entry not found"),
    };
    Reply::Plain(200, vec![], config.to_string().into_bytes())
}
