//! What one edit costs, step by step, and what the store costs once.
//!
//! `cargo bench` compares with the run before; `docs/performance.md` holds the figures of a release.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use hf_lsp::assist::complete::complete;
use hf_lsp::assist::signature_help::signature_help;
use hf_lsp::assist::source::Source;
use hf_lsp::environment::{Environment, Resolved, Source as Found};
use hf_lsp::estimate::gpu::Gpu;
use hf_lsp::estimate::reading::{self, Given, readings};
use hf_lsp::estimate::run::{
    Attention, Dtype, Loss, Objective, Quantization, Run, Sharding, Task, Trained, Training,
};
use hf_lsp::estimate::{self, architecture};
use hf_lsp::knowledge::choose::Knowledge;
use hf_lsp::knowledge::overlay::overlay;
use hf_lsp::knowledge::store::{Store, store};
use hf_lsp::notebook::Notebook;
use hf_lsp::planner;
use hf_lsp::planner::compose::Taken;
use hf_lsp::planner::inventory::Inventory;
use hf_lsp::planner::wish::Wish;
use hf_lsp::python::{analyse, pieces::Syntax};
use hf_lsp::rules::context::Context;
use hf_lsp::rules::{self, Beside};
use hf_lsp::workspace::document::{Change, Document, Language};
use hf_lsp::workspace::encoding::{Encoding, Position};

/// A script of some 1,500 lines: the functions of the playground's scripts, many times over.
fn script() -> String {
    let source = include_str!("../tests/playground/train_sft.py");
    let (head, body) = source
        .split_once("def main():")
        .expect("the script has a main");
    let body = body
        .split("\n\n\nif __name__")
        .next()
        .expect("a split has a first part");
    let mut text = head.to_owned();
    for number in 0..32 {
        text.push_str(&format!("def main_{number}():{body}\n\n\n"));
    }
    text
}

fn newest() -> Environment {
    let mut environment = Environment::default();
    for name in store().names() {
        let version = store()
            .releases(name)
            .pop()
            .expect("every library has releases");
        environment
            .libraries
            .insert(name.to_owned(), Resolved::new(version, Found::Newest));
    }
    environment
}

fn document(text: &str) -> Document {
    Document::new(
        "file:///train.py".to_owned(),
        None,
        Language::Python,
        Some(1),
        text.to_owned(),
    )
}

fn pipeline(criterion: &mut Criterion) {
    let text = script();
    let knowledge = Arc::new(Knowledge::default());
    let environment = newest();
    let mut group = criterion.benchmark_group("script");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("parse", |bench| {
        bench.iter(|| Syntax::parse(black_box(&text)));
    });
    let syntax = Syntax::parse(&text);
    group.bench_function("facts", |bench| {
        bench.iter(|| syntax.facts(black_box(&text)))
    });
    let facts = analyse(&text);
    group.bench_function("rules", |bench| {
        bench.iter(|| rules::check(&knowledge, black_box(&text), &facts, &environment));
    });
    group.bench_function("whole check", |bench| {
        bench.iter(|| rules::check(&knowledge, &text, &analyse(black_box(&text)), &environment));
    });
    let opened = document(&text);
    let _ = opened.facts();
    let line = u32::try_from(text.lines().count() / 2).expect("the script is short");
    let place = Position { line, column: 0 };
    let change = Change {
        range: Some((place, place)),
        text: "seed = 1\n".to_owned(),
    };
    group.bench_function("edit to findings", |bench| {
        bench.iter_batched(
            || std::slice::from_ref(&change),
            |changes| {
                let next = opened.changed(Some(2), changes, Encoding::Utf16);
                rules::check(&knowledge, next.text(), next.facts(), &environment)
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

/// Where the arguments of a call in the middle of the script end.
fn in_a_call(text: &str) -> u32 {
    let middle = text.len() / 2;
    let call = text[middle..].find("SFTConfig(").expect("it is called");
    let open = middle + call + "SFTConfig(".len();
    u32::try_from(open).expect("the script is short")
}

fn assistance(criterion: &mut Criterion) {
    let text = script();
    let offset = in_a_call(&text);
    let source = Source::Python(&text);
    let environment = newest();
    let mut group = criterion.benchmark_group("assist");
    let first = |knowledge: &Knowledge| {
        let found = complete(
            knowledge,
            &source,
            &environment,
            Beside::default(),
            offset,
            &|| false,
        );
        assert!(found.items.len() > 50, "the arguments of the call");
        found
    };
    group.bench_function("first completion", |bench| {
        bench.iter_batched(
            Knowledge::default,
            |knowledge| first(&knowledge),
            BatchSize::SmallInput,
        );
    });
    let knowledge = Knowledge::default();
    group.bench_function("completion", |bench| bench.iter(|| first(&knowledge)));
    let plain = format!("{text}\nTrain");
    let end = u32::try_from(plain.len()).expect("the script is short");
    group.bench_function("names to import", |bench| {
        let source = Source::Python(&plain);
        bench.iter(|| {
            complete(
                &knowledge,
                &source,
                &environment,
                Beside::default(),
                end,
                &|| false,
            )
        });
    });
    group.bench_function("signature help", |bench| {
        bench.iter(|| signature_help(&knowledge, &source, &environment, offset));
    });
    group.finish();
}

/// A notebook of 150 cells, some with magics, and 10 MB of outputs.
fn notebook() -> String {
    let image = "iVBORw0KGgo".repeat(1 << 20);
    let script = script();
    let lines: Vec<&str> = script.split_inclusive('\n').collect();
    let cells = lines.chunks(10).enumerate().map(|(number, lines)| {
        let magic = if number % 5 == 0 {
            "!pip install -q trl\n"
        } else {
            ""
        };
        let data = if number == 0 { image.as_str() } else { "" };
        let source: Vec<&str> = std::iter::once(magic)
            .chain(lines.iter().copied())
            .collect();
        serde_json::json!({"cell_type": "code", "outputs": [{"data": data}], "source": source})
    });
    serde_json::json!({"cells": cells.collect::<Vec<_>>()}).to_string()
}

fn notebooks(criterion: &mut Criterion) {
    let text = notebook();
    let mut group = criterion.benchmark_group("notebook");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("read", |bench| {
        bench.iter(|| Notebook::parse(black_box(&text)).is_ok());
    });
    let read = Notebook::parse(&text).expect("it is one");
    group.bench_function("join", |bench| bench.iter(|| black_box(&read).join()));
    group.finish();
}

fn knowledge(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("knowledge");
    for name in ["transformers", "trl", "huggingface-hub"] {
        group.bench_function(format!("decode {name}"), |bench| {
            bench.iter(|| Store::built_in().library(black_box(name)).is_some());
        });
    }
    group.bench_function("look up a class", |bench| {
        let environment = newest();
        bench.iter_batched(
            || Knowledge::default().view(&environment),
            |view| view.resolve("transformers.TrainingArguments"),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

/// A plan from nothing but a use case: facts, templates, joining, numbering.
fn plans(criterion: &mut Criterion) {
    let inventory = Inventory::default();
    let wish = |ids: &str| Wish {
        use_cases: ids.split(',').map(str::to_owned).collect(),
        ..Wish::default()
    };
    let mut group = criterion.benchmark_group("plan");
    for ids in ["llm-sft-qlora", "llm-sft-qlora,dpo,serve-vllm"] {
        let wish = wish(ids);
        group.bench_function(ids, |bencher| {
            bencher.iter(|| planner::make(&wish, &inventory, true, &Taken::default()));
        });
    }
    group.finish();
}

/// Memory and time of a run: from a configuration, and of a model that is known.
fn estimates(criterion: &mut Criterion) {
    let config = serde_json::json!({
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336,
        "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128_256,
    });
    let training = Training {
        objective: Objective::Language,
        trained: Trained::Full,
        autocast: Some(Dtype::Bfloat16),
        optim: "adamw_torch_fused".to_owned(),
        batch: 4,
        accumulation: 4,
        length: 2048,
        pixels: None,
        checkpointing: false,
        offloads_activations: false,
        loss: Loss::Whole,
        examples: Some(10_000),
        epochs: 1.0,
        max_steps: None,
    };
    let run = Run {
        task: Task::Training(Box::new(training)),
        dtype: Dtype::Bfloat16,
        quantization: Quantization::None,
        attention: Attention::Sdpa,
        devices: 1,
        sharding: Sharding::default(),
    };
    let gpu = Gpu::parse("A100").ok();
    let model = architecture::model(&config, None).expect("it is complete");
    let mut group = criterion.benchmark_group("estimate");
    group.bench_function("model of a configuration", |bencher| {
        bencher.iter(|| architecture::model(black_box(&config), None));
    });
    group.bench_function("run", |bencher| {
        bencher.iter(|| estimate::estimate(black_box(&model), &run, gpu.as_ref()));
    });
    let script = include_str!("../tests/fixtures/estimate/scripts/sft_qlora.py");
    let (knowledge, environment) = (Knowledge::default(), newest());
    let view = knowledge.view(&environment);
    // What a lens costs behind an edit: the facts are there already, as rules need them too.
    let facts = analyse(script);
    group.bench_function("what a script trains", |bencher| {
        bencher.iter(|| {
            let ctx = Context::new(
                black_box(script),
                &facts,
                &view,
                None,
                &environment,
                overlay(),
            );
            readings(&ctx, &Given::default(), &reading::Beside::default())
        });
    });
    group.bench_function("script, from its text", |bencher| {
        bencher.iter(|| {
            let facts = analyse(black_box(script));
            let ctx = Context::new(script, &facts, &view, None, &environment, overlay());
            let found = readings(&ctx, &Given::default(), &reading::Beside::default());
            estimate::estimate(&model, &found[0].run, gpu.as_ref())
        });
    });
    group.bench_function("advice", |bencher| {
        bencher.iter(|| estimate::advice(black_box(&model), &run, gpu.as_ref()));
    });
    group.finish();
}

criterion_group!(
    benches, pipeline, assistance, notebooks, knowledge, plans, estimates
);
criterion_main!(benches);
