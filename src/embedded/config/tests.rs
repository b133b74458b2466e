use super::*;
use crate::embedded::analyse;

/// The calls as Python would write them.
fn calls(format: Format, text: &str) -> Vec<String> {
    let facts = analyse(format, text);
    let call = |call: &crate::python::facts::Call| {
        let keywords: Vec<String> = call
            .keywords
            .iter()
            .map(|it| format!("{}={}", it.name.name, it.value_range.slice(text)))
            .collect();
        format!("{}({})", call.callee, keywords.join(", "))
    };
    facts.calls.iter().map(call).collect()
}

fn yaml(text: &str) -> Vec<String> {
    calls(Format::Yaml, text)
}

const TRAINING: &str =
    "output_dir: out\nper_device_train_batch_size: 8\nlearning_rate: 2e-5\nsave_steps: 5\n";

#[test]
fn configurations_are_told_from_what_stands_in_them() {
    assert_eq!(
        yaml("compute_environment: LOCAL_MACHINE\ndistributed_type: 'NO'\nfp16: true\n"),
        [
            "accelerate.commands.config.config_args.ClusterConfig(compute_environment=LOCAL_MACHINE, distributed_type='NO')"
        ]
    );
    assert_eq!(
        yaml(
            "a:\n  - _target_: transformers.TrainingArguments\n    _convert_: all\n    output_dir: ${dir}\n"
        ),
        ["transformers.TrainingArguments(output_dir=${dir})"]
    );
    assert_eq!(
        calls(
            Format::Json,
            "{\"class_path\": \"peft.LoraConfig\", \"init_args\": {\"r\": 8}}"
        ),
        ["peft.LoraConfig(r=8)"]
    );
    assert_eq!(
        yaml(&format!("{TRAINING}mine: 1\nenv: {{A: b}}\n")),
        [
            "transformers.TrainingArguments(output_dir=out, per_device_train_batch_size=8, learning_rate=2e-5, save_steps=5, mine=1)"
        ]
    );
    let of = |more: &str| {
        yaml(&format!("{TRAINING}{more}\n"))[0]
            .split('(')
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        of("num_generations: 8\nmax_completion_length: 256"),
        "trl.GRPOConfig"
    );
    assert_eq!(of("packing: true\npadding_free: true"), "trl.SFTConfig");
    assert_eq!(
        of("finetuning_type: lora"),
        "transformers.Seq2SeqTrainingArguments"
    );
    assert_eq!(
        of("packing: true\npadding_free: true\nrpo_alpha: 0.1\nld_alpha: 1"),
        "transformers.TrainingArguments"
    );
}

#[test]
fn what_is_not_sure_is_left_alone() {
    for text in [
        "compute_environment: LOCAL_MACHINE\n",
        "compute_environment: {image: x}\ndistributed_type: a\n",
        "_target_: [a.b]\n",
        "_target_: transformers\n",
        "_target_: 'a.b c'\n",
        "class_path: peft.LoraConfig\nother: {r: 8}\n",
        "per_device_train_batch_size: 8\noutput_dir: a\n",
        "output_dir: {value: 1}\nper_device_train_batch_size: {value: 8}\nlearning_rate: {value: 1}\nsave_steps: {value: 2}\n",
        "a: per_device_train_batch_size\n",
        "- per_device_train_batch_size\n",
        "per_device_train_batch_size: [\n",
    ] {
        assert_eq!(yaml(text), [""; 0], "{text}");
    }
    for more in ["micro_batch_size: 1", "_n_gpu: 1", "---\na: 1"] {
        assert_eq!(yaml(&format!("{TRAINING}{more}\n")), [""; 0], "{more}");
    }
}

#[test]
fn merged_keys_cannot_be_renamed_in_place() {
    let text = format!("base: &b\n  evaluation_strategy: steps\n{TRAINING}<<: *b\n");
    let facts = analyse(Format::Yaml, &text);
    let names: Vec<(&str, &str)> = facts.calls[0]
        .keywords
        .iter()
        .map(|it| (it.name.name.as_str(), it.name.range.slice(&text)))
        .collect();
    assert!(names.contains(&("evaluation_strategy", "")), "{names:?}");
    assert!(names.contains(&("output_dir", "output_dir")), "{names:?}");
}
