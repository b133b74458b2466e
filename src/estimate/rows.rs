//! Estimates against public measurements (`tests/fixtures/estimate/measured.toml`).

use serde::Deserialize;

use super::fixtures::model;
use super::model::Known;
use super::outcome::{Part, PeakKind};
use super::run::{
    Adapter, Attention, Dtype, Inference, Loss, Objective, Quantization, Run, Sharding, Stage,
    Targets, Task, Trained, Training,
};
use super::*;

#[derive(Deserialize)]
struct Rows {
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Row {
    id: String,
    model: String,
    bytes: u64,
    kind: String,
    source: String,
    framework: String,
    trained: String,
    objective: String,
    dtype: String,
    quantization: String,
    attention: String,
    rank: u64,
    targets: String,
    adapter: String,
    dropout: bool,
    dora: bool,
    upcasts: bool,
    autocast: bool,
    optim: String,
    batch: u64,
    accumulation: u64,
    length: u64,
    checkpointing: bool,
    loss: u64,
    devices: u64,
    stage: String,
    offload: bool,
    /// What the source says that kernels take alone, in bytes.
    context: u64,
}

impl Default for Row {
    fn default() -> Self {
        let text = String::new;
        Self {
            id: text(),
            model: text(),
            bytes: 0,
            kind: text(),
            source: text(),
            framework: text(),
            trained: text(),
            objective: text(),
            dtype: text(),
            quantization: text(),
            attention: text(),
            rank: 8,
            targets: text(),
            adapter: text(),
            dropout: false,
            dora: false,
            upcasts: false,
            autocast: false,
            optim: text(),
            batch: 1,
            accumulation: 1,
            length: 512,
            checkpointing: false,
            loss: 0,
            devices: 1,
            stage: text(),
            offload: false,
            context: 0,
        }
    }
}

/// A row with what is estimated for it, in bytes.
struct Compared {
    id: String,
    framework: String,
    measured: f64,
    low: f64,
    peak: f64,
    high: f64,
}

impl Compared {
    fn off(&self) -> f64 {
        self.peak / self.measured - 1.0
    }

    fn holds(&self) -> bool {
        (self.low..=self.high).contains(&self.measured)
    }
}

fn trained(row: &Row) -> Trained {
    let names = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
    match row.trained.as_str() {
        "full" => Trained::Full,
        "norm" => Trained::Only(names("input_layernorm,post_attention_layernorm,norm")),
        _ => Trained::Adapter(Adapter {
            rank: row.rank,
            targets: match row.targets.as_str() {
                "usual" => Targets::Usual,
                "all" => Targets::AllLinear,
                other => Targets::Named(names(other)),
            },
            dtype: if row.adapter == "bfloat16" {
                Dtype::Bfloat16
            } else {
                Dtype::Float32
            },
            dropout: row.dropout,
            dora: row.dora,
            saved: Vec::new(),
            upcasts: row.upcasts,
        }),
    }
}

fn run(row: &Row) -> Run {
    let training = Training {
        objective: match row.objective.as_str() {
            "classified" => Objective::Classified,
            _ => Objective::Language,
        },
        trained: trained(row),
        autocast: row.autocast.then_some(Dtype::Bfloat16),
        optim: row.optim.clone(),
        batch: row.batch,
        accumulation: row.accumulation,
        length: row.length,
        pixels: None,
        checkpointing: row.checkpointing,
        offloads_activations: false,
        loss: if row.loss > 0 {
            Loss::Chunked(row.loss)
        } else {
            Loss::Whole
        },
        examples: None,
        epochs: 1.0,
        max_steps: None,
    };
    let inference = Inference {
        batch: row.batch,
        length: row.length,
        cache: None,
        reserved: None,
        pixels: None,
    };
    Run {
        task: match row.trained.as_str() {
            "inference" => Task::Inference(inference),
            _ => Task::Training(Box::new(training)),
        },
        dtype: if row.dtype == "float32" {
            Dtype::Float32
        } else {
            Dtype::Bfloat16
        },
        quantization: match row.quantization.as_str() {
            "nf4" => Quantization::Nf4 { double: false },
            "nf4-dq" => Quantization::Nf4 { double: true },
            "int8" => Quantization::Int8,
            "gptq" => Quantization::Groups {
                bits: 4,
                group: 128,
            },
            _ => Quantization::None,
        },
        attention: match row.attention.as_str() {
            "flash" => Attention::Flash,
            "eager" => Attention::Eager,
            _ => Attention::Sdpa,
        },
        devices: row.devices,
        sharding: Sharding {
            stage: if row.stage == "weights" {
                Stage::Weights
            } else {
                Stage::None
            },
            offloads_optimizer: row.offload,
            offloads_weights: row.offload,
            by_layers: false,
        },
    }
}

fn compared() -> Vec<Compared> {
    let text = include_str!("../../tests/fixtures/estimate/measured.toml");
    let rows: Rows = toml_edit::de::from_str(text).unwrap();
    let compare = |row: Row| {
        assert!(!row.source.is_empty(), "{}", row.id);
        let kind = match row.kind.as_str() {
            "allocated" => PeakKind::Allocated,
            "reserved" => PeakKind::Reserved,
            _ => PeakKind::Process,
        };
        let estimate = estimate(&model(&row.model, None), &run(&row), None);
        let (low, peak, high) = match row.context {
            0 => estimate.counted(kind, Known::Exactly),
            context => {
                let (low, peak, high) = estimate.counted(PeakKind::Reserved, Known::Exactly);
                (low + context, peak + context, high + context)
            }
        };
        Compared {
            id: row.id,
            framework: row.framework,
            measured: float(row.bytes),
            low: float(low),
            peak: float(peak),
            high: float(high),
        }
    };
    rows.row.into_iter().map(compare).collect()
}

fn median(mut errors: Vec<f64>) -> f64 {
    errors.sort_by(f64::total_cmp);
    errors[errors.len() / 2]
}

/// The libraries that hf-lsp is for, on one device.
#[test]
fn rows_of_transformers_are_near_and_in_the_range() {
    let all = compared();
    let ours: Vec<&Compared> = all
        .iter()
        .filter(|it| it.framework.starts_with("hf"))
        .collect();
    assert!(ours.len() >= 30);
    let median = median(ours.iter().map(|it| it.off().abs()).collect());
    assert!(median < 0.08, "{median}");
    let far = ours
        .iter()
        .filter(|it| it.framework == "hf" && it.off().abs() > 0.15);
    assert_eq!(
        far.map(|it| it.id.as_str()).collect::<Vec<_>>(),
        Vec::<&str>::new()
    );
    let outside = ours.iter().filter(|it| !it.holds()).count();
    assert!(outside * 10 <= ours.len(), "{outside} of {}", ours.len());
}

/// What the configurations of the fixtures say gives what the real classes give.
#[test]
fn configurations_give_the_peaks_of_the_real_modules() {
    let text = include_str!("../../tests/fixtures/estimate/models.json");
    let all: serde_json::Value = serde_json::from_str(text).unwrap();
    let mut wrong = Vec::new();
    for (name, it) in all.as_object().unwrap() {
        let real = model(name, None);
        let read = match architecture::model(&it["config"], it["class"].as_str()) {
            Ok(read) => read,
            Err(error) => {
                wrong.push(format!("{name}: {error:?}"));
                continue;
            }
        };
        assert_eq!(read.parameters(), real.parameters(), "{name}");
        for (trained, checkpointing) in [
            ("full", false),
            ("lora", false),
            ("full", true),
            ("lora", true),
        ] {
            let row = Row {
                trained: trained.into(),
                targets: "all".into(),
                checkpointing,
                batch: 4,
                attention: "flash".into(),
                optim: "adamw_torch".into(),
                ..Row::default()
            };
            let peak = |model| float(estimate(model, &run(&row), None).peak);
            let off = peak(&read) / peak(&real) - 1.0;
            if off.abs() > 0.05 {
                wrong.push(format!(
                    "{name}, {trained}, {checkpointing}: {:+.1} %",
                    off * 100.0
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where hf-mem and accelerate count the same things, the bytes are the same (`tests/estimate/compare.py`).
#[test]
fn public_estimators_agree_where_they_count_the_same() {
    #[derive(Deserialize)]
    struct Other {
        model: String,
        weights: u64,
        cache: Option<u64>,
        training: u64,
    }
    let text = include_str!("../../tests/fixtures/estimate/compared.json");
    let others: Vec<Other> = serde_json::from_str(text).unwrap();
    assert!(others.len() >= 8);
    let near = |one: u64, other: u64| (float(one) / float(other) - 1.0).abs() < 0.001;
    for it in others {
        let model = model(&it.model, None);
        let of = |trained: &str, dtype: &str, length| {
            let row = Row {
                trained: trained.into(),
                dtype: dtype.into(),
                length,
                optim: "adamw_torch_fused".into(),
                ..Row::default()
            };
            estimate(&model, &run(&row), None)
        };
        let part = |it: &Estimate, part| {
            let all = it.moments.iter().flat_map(|it| &it.parts);
            all.filter(|it| it.0 == part)
                .map(|it| it.1)
                .max()
                .unwrap_or(0)
        };
        let reading = of("inference", "bfloat16", 4096);
        assert!(
            near(part(&reading, Part::Weights), it.weights),
            "{}",
            it.model
        );
        // hf-mem gives BERT a cache, which an encoder has not.
        if let Some(cache) = it.cache.filter(|_| model.stacks[0].causal) {
            assert!(near(part(&reading, Part::Cache), cache), "{}", it.model);
        }
        let training = of("full", "float32", 1);
        let states =
            [Part::Weights, Part::Gradients, Part::Optimizer].map(|it| part(&training, it));
        assert!(near(states.iter().sum(), it.training), "{}", it.model);
        assert!(training.peak > it.training, "activations come on top");
    }
}

/// Writes the picture of docs/estimate-method.md.
#[test]
#[ignore = "writes docs/images/estimate.svg"]
fn picture() {
    use std::fmt::Write as _;
    let (least, most, size) = (2.0_f64, 100.0_f64, 440.0);
    let at = |bytes: f64| ((bytes / number::GIB / least).ln() / (most / least).ln()) * size;
    let (x, y) = (
        |bytes: f64| 60.0 + at(bytes),
        |bytes: f64| 470.0 - at(bytes),
    );
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 700 520\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <style>text{fill:#57606a}.line{stroke:#8b949e;fill:none}.a{fill:#1f77b4}.b{fill:#2ca02c}.c{fill:#d9822b}.d{fill:#a371f7}\
         .bar{stroke:#8b949e;stroke-opacity:.35;stroke-width:3}.card{fill:#fff}\
         @media(prefers-color-scheme:dark){.card{fill:#1f2430}text{fill:#c3c8d2}.a{fill:#58a6ff}.b{fill:#7bd88f}.c{fill:#ffb454}}</style>\n\
         <rect class=\"card\" width=\"700\" height=\"520\" rx=\"8\"/>\n",
    );
    let gib = |it: f64| it * number::GIB;
    for (factor, dash) in [(0.85, "3 4"), (1.0, "none"), (1.15, "3 4")] {
        let (from, to) = (gib(least * 1.2), gib(most * 0.85));
        let _ = writeln!(
            svg,
            "<path class=\"line\" stroke-dasharray=\"{dash}\" d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>",
            x(from),
            y(from * factor),
            x(to),
            y(to * factor)
        );
    }
    for tick in [2.0, 4.0, 8.0, 16.0, 32.0, 64.0] {
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"490\" text-anchor=\"middle\">{tick}</text>",
            x(gib(tick))
        );
        let _ = writeln!(
            svg,
            "<text x=\"50\" y=\"{:.1}\" text-anchor=\"end\">{tick}</text>",
            y(gib(tick)) + 4.0
        );
    }
    for it in compared() {
        let class = match it.framework.as_str() {
            "hf" => "a",
            "hf-old" => "b",
            "litgpt" | "torchtune" => "c",
            _ => "d",
        };
        let across = x(it.measured);
        let _ = writeln!(
            svg,
            "<path class=\"bar\" d=\"M{across:.1} {:.1}V{:.1}\"/><circle class=\"{class}\" cx=\"{across:.1}\" cy=\"{:.1}\" r=\"4\"><title>{}</title></circle>",
            y(it.low),
            y(it.high),
            y(it.peak),
            it.id
        );
    }
    let legend = [
        ("a", "transformers, PEFT, TRL"),
        ("b", "transformers of 2023"),
        ("c", "LitGPT, torchtune"),
        ("d", "sharded"),
    ];
    for (row, (class, text)) in legend.iter().enumerate() {
        let down = 60 + 20 * row;
        let _ = writeln!(
            svg,
            "<circle class=\"{class}\" cx=\"530\" cy=\"{down}\" r=\"4\"/><text x=\"542\" y=\"{}\">{text}</text>",
            down + 4
        );
    }
    svg.push_str(
        "<text x=\"280\" y=\"512\" text-anchor=\"middle\">measured, GiB</text>\n\
         <text x=\"16\" y=\"250\" text-anchor=\"middle\" transform=\"rotate(-90 16 250)\">estimated, GiB (bars: low to high; lines: ±15 %)</text>\n</svg>\n",
    );
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/images/estimate.svg");
    std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/images")).unwrap();
    std::fs::write(path, svg).unwrap();
}

/// Prints the table of docs/estimate-method.md.
#[test]
#[ignore = "prints"]
fn table() {
    for it in compared() {
        let gib = |bytes: f64| bytes / number::GIB;
        println!(
            "| {} | {} | {:.2} | {:.2} | {:+.1} % | {:.2} to {:.2}{} |",
            it.id,
            it.framework,
            gib(it.measured),
            gib(it.peak),
            it.off() * 100.0,
            gib(it.low),
            gib(it.high),
            if it.holds() { "" } else { " (outside)" },
        );
    }
    for framework in [
        "hf",
        "hf-old",
        "litgpt",
        "torchtune",
        "fsdp",
        "deepspeed",
        "",
    ] {
        let all = compared();
        let rows: Vec<_> = all
            .iter()
            .filter(|it| framework.is_empty() || it.framework == framework)
            .collect();
        let held = rows.iter().filter(|it| it.holds()).count();
        let median = median(rows.iter().map(|it| it.off().abs()).collect());
        println!(
            "| {framework}: {} rows, median {:.1} %, {held} in the range |",
            rows.len(),
            median * 100.0
        );
    }
}
