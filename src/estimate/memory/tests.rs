use serde_json::Value;

use super::*;
use crate::estimate::fixtures::model;
use crate::estimate::run::{
    Adapter, Dtype, Loss, Quantization, Sharding, Targets, Trained, Training,
};

/// A plain run of training.
pub fn run(training: Training) -> Run {
    Run {
        task: Task::Training(Box::new(training)),
        dtype: Dtype::Bfloat16,
        quantization: Quantization::None,
        attention: Attention::Flash,
        devices: 1,
        sharding: Sharding::default(),
    }
}

pub fn training() -> Training {
    Training {
        objective: Objective::Language,
        trained: Trained::Full,
        autocast: None,
        optim: "adamw_torch_fused".into(),
        batch: 2,
        accumulation: 1,
        length: 512,
        pixels: None,
        checkpointing: false,
        offloads_activations: false,
        loss: Loss::Whole,
        examples: None,
        epochs: 1.0,
        max_steps: None,
    }
}

pub fn adapter() -> Adapter {
    Adapter {
        rank: 16,
        targets: Targets::Usual,
        dtype: Dtype::Float32,
        dropout: false,
        dora: false,
        saved: Vec::new(),
        upcasts: false,
    }
}

fn asked(case: &Value) -> Run {
    let text = |key: &str| case[key].as_str();
    let is = |key: &str| case[key].as_bool().unwrap_or(false);
    let single = |key: &str| text(key) == Some("float32");
    let with = |targets| {
        Trained::Adapter(Adapter {
            targets,
            dtype: match text("adapter") {
                Some("bfloat16") => Dtype::Bfloat16,
                _ => Dtype::Float32,
            },
            dropout: case["dropout"].as_f64().is_some_and(|it| it > 0.0),
            dora: is("dora"),
            ..adapter()
        })
    };
    let mut run = run(Training {
        trained: match text("method") {
            Some("qv") => with(Targets::Usual),
            Some("all") => with(Targets::AllLinear),
            _ => Trained::Full,
        },
        autocast: is("autocast").then_some(Dtype::Bfloat16),
        batch: case["batch"].as_u64().unwrap(),
        length: case["length"].as_u64().unwrap(),
        checkpointing: is("checkpointing"),
        ..training()
    });
    if single("dtype") {
        run.dtype = Dtype::Float32;
    }
    if text("attention") == Some("eager") {
        run.attention = Attention::Eager;
    }
    run
}

/// What autograd really keeps of a layer (`tests/estimate/measure.py`), operation by operation.
#[test]
fn layers_keep_what_autograd_keeps() {
    let text = include_str!("../../../tests/fixtures/estimate/autograd.json");
    let cases: Vec<Value> = serde_json::from_str(text).unwrap();
    assert!(cases.len() >= 40, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let run = asked(case);
        let Task::Training(training) = &run.task else {
            unreachable!()
        };
        let kept = |layers| {
            let model = model(case["family"].as_str().unwrap(), Some(layers));
            let step = Step::new(&model, &run, training, None);
            let casts = if training.checkpointing {
                0.0
            } else {
                step.states.casts
            };
            step.kept.all + casts
        };
        let estimated = kept(3) - kept(2);
        let measured = case["layer"].as_f64().unwrap();
        let off = estimated / measured - 1.0;
        if off.abs() > 0.03 {
            wrong.push(format!("{:+.1} %: {case}", off * 100.0));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
