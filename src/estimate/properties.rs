//! What holds for every run, whatever its numbers.

use proptest::prelude::*;

use super::fixtures::model;
use super::memory::tests::{adapter, run, training};
use super::outcome::{Moment, Part};
use super::run::{
    Adapter, Attention, Dtype, Inference, Loss, Quantization, Sharding, Stage, Trained,
};
use super::*;

fn peak(model: &Model, training: Training) -> u64 {
    estimate(model, &run(training), None).peak
}

fn part(moments: &[Moment], part: Part) -> u64 {
    let of = |it: &Moment| {
        it.parts
            .iter()
            .filter(|it| it.0 == part)
            .map(|it| it.1)
            .sum()
    };
    moments.iter().map(of).max().unwrap_or(0)
}

fn adapted(rank: u64) -> Trained {
    Trained::Adapter(Adapter { rank, ..adapter() })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn more_tokens_and_larger_ranks_never_take_less(
        batch in 1_u64..64, length in 1_u64..8192, rank in 1_u64..256, more in 1_u64..64,
        checkpointing: bool, is_full: bool, at in 0_usize..6,
    ) {
        let model = model(["llama", "gpt2", "bert", "t5", "qwen3_moe", "whisper"][at], None);
        let of = |batch, length, rank| peak(&model, Training {
            batch, length, checkpointing,
            trained: if is_full { Trained::Full } else { adapted(rank) },
            ..training()
        });
        let before = of(batch, length, rank);
        prop_assert!(of(batch + more, length, rank) >= before);
        prop_assert!(of(batch, length + more, rank) >= before);
        prop_assert!(of(batch, length, rank + more) >= before);
    }

    #[test]
    fn what_is_spread_is_never_more(devices in 1_u64..64, at in 0_usize..4, is_full: bool) {
        let model = model(["llama", "gpt2", "bert", "t5"][at], None);
        let of = |stage| {
            let mut run = run(Training {
                trained: if is_full { Trained::Full } else { adapted(8) },
                ..training()
            });
            run.devices = devices;
            run.sharding = Sharding { stage, ..Sharding::default() };
            estimate(&model, &run, None).moments
        };
        let (none, all) = (of(Stage::None), of(Stage::Weights));
        for it in [Part::Weights, Part::Gradients, Part::Optimizer, Part::Adapter] {
            prop_assert!(part(&all, it) <= part(&none, it), "{it:?}");
        }
    }

    #[test]
    fn nothing_breaks_it(
        batch: u64, accumulation: u64, length: u64, rank: u64, devices: u64, chunk: u64, epochs: f64,
        share: f64, weight: u64, count: u64, layers: u64, hidden: u64, heads: u64, group: u32, bits: u8,
    ) {
        let mut model = model("t5", None);
        for module in &mut model.modules {
            (module.weight, module.count) = (weight, count);
        }
        for stack in &mut model.stacks {
            (stack.layers, stack.hidden, stack.heads) = (layers, hidden, heads);
        }
        let mut run = run(Training {
            batch, accumulation, length, epochs, loss: Loss::Chunked(chunk), trained: adapted(rank),
            examples: Some(batch), ..training()
        });
        run.devices = devices;
        run.quantization = Quantization::Groups { bits, group };
        let gpu = Gpu::parse("2xA100").ok();
        let all = estimate(&model, &run, gpu.as_ref());
        prop_assert!(all.low <= all.peak && all.peak <= all.high, "{all:?}");
        advice(&model, &run, gpu.as_ref());
        run.task = Task::Inference(Inference { batch, length, cache: None, reserved: Some(share), pixels: None });
        estimate(&model, &run, gpu.as_ref());
    }
}

#[test]
fn advice_saves_what_it_says_and_the_largest_comes_first() {
    let model = model("Llama-3.1-8B", None);
    let mut run = run(Training {
        batch: 8,
        length: 4096,
        accumulation: 2,
        ..training()
    });
    run.attention = Attention::Eager;
    run.dtype = Dtype::Float32;
    let before = estimate(&model, &run, None).peak;
    let all = advice(&model, &run, None);
    assert!(all.len() >= 6, "{all:?}");
    assert!(all.windows(2).all(|it| it[0].saves >= it[1].saves));
    for it in &all {
        assert_eq!(
            estimate(&model, &it.run, None).peak,
            it.peak,
            "{:?}",
            it.change
        );
        assert_eq!(before - it.peak, it.saves);
    }
}

/// Each value of `optim` of the newest transformers, as its knowledge lists them.
#[test]
fn every_optimizer_is_known() {
    use crate::environment::{Environment, Resolved, Source};
    use crate::knowledge::choose::Knowledge;
    use crate::knowledge::store::store;
    use crate::python::facts::Value;
    let mut environment = Environment::default();
    let newest = store().releases("transformers").pop().unwrap();
    let libraries = &mut environment.libraries;
    libraries.insert(
        "transformers".to_owned(),
        Resolved::new(newest, Source::Newest),
    );
    let view = Knowledge::default().view(&environment);
    let Some(Value::List(values)) = view.enumeration("transformers.training_args.OptimizerNames")
    else {
        panic!("no list of optimizers");
    };
    assert!(values.len() >= 40, "{values:?}");
    let unknown = values.iter().filter(|it| match it {
        Value::Str(name) => optimizer(name).is_none(),
        _ => true,
    });
    assert_eq!(unknown.collect::<Vec<_>>(), Vec::<&Value>::new());
}
