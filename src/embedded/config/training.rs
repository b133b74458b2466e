//! Files whose keys are training arguments: `trl sft --config`, `HfArgumentParser.parse_yaml_file` and
//! `parse_json_file`, LLaMA-Factory. Other classes take keys from the same file, and some of them are the
//! user's own, so a key that no release ever knew is somebody else's.

use super::call::{Callee, File, call};
use crate::embedded::tree::{Kind, Node, Pair};
use crate::python::facts::{Call, Facts};

/// Every such file has a key with this in it: `output_dir`, or the name of the argument.
pub const MARK: &str = "per_device_";

/// The marks of training arguments: names that every release takes and hardly anything else does.
const MARKS: [&str; 24] = [
    "output_dir",
    "per_device_train_batch_size",
    "per_device_eval_batch_size",
    "gradient_accumulation_steps",
    "num_train_epochs",
    "learning_rate",
    "lr_scheduler_type",
    "weight_decay",
    "max_grad_norm",
    "logging_steps",
    "save_steps",
    "save_strategy",
    "save_total_limit",
    "load_best_model_at_end",
    "metric_for_best_model",
    "gradient_checkpointing",
    "remove_unused_columns",
    "dataloader_num_workers",
    "max_steps",
    "eval_strategy",
    "push_to_hub",
    // Of the classes that stand beside training arguments in the libraries' own scripts.
    "model_name_or_path",
    "dataset_name",
    "use_peft",
];

/// One of these has to be among them.
const NEEDED: [&str; 2] = ["per_device_train_batch_size", "per_device_eval_batch_size"];

/// How many of the marks make it sure.
const ENOUGH: usize = 4;

/// Keys of programs that take training arguments under their own rules, and of records that nobody reads
/// back.
const OTHERS: [&str; 15] = [
    // axolotl
    "micro_batch_size",
    "sequence_len",
    // ms-swift
    "train_type",
    "tuner_type",
    "sft_type",
    "swift_version",
    // records
    "_n_gpu",
    "n_gpu",
    "__cached__setup_devices",
    "distributed_state",
    "deepspeed_plugin",
    "log_history",
    "global_step",
    "_wandb",
    "transformers_version",
];

/// Mappings that are passed on as a whole.
const NESTED: [&str; 4] = [
    "training_args",
    "training_arguments",
    "TrainingArguments",
    "trainer_args",
];

/// A configuration of trl.
struct Own {
    class: &'static str,
    /// Names that no other configuration has, but for those that build on this one.
    sure: &'static [&'static str],
    /// Names that few others have: two of them have to be there.
    likely: &'static [&'static str],
}

const TRL: [Own; 3] = [
    Own {
        class: "trl.GRPOConfig",
        sure: &[],
        likely: &[
            "num_generations",
            "max_completion_length",
            "reward_funcs",
            "reward_weights",
            "scale_rewards",
            "vllm_mode",
            "num_iterations",
            "steps_per_generation",
        ],
    },
    Own {
        class: "trl.SFTConfig",
        sure: &[
            "assistant_only_loss",
            "completion_only_loss",
            "packing_strategy",
        ],
        likely: &[
            "padding_free",
            "eval_packing",
            "dataset_text_field",
            "packing",
        ],
    },
    Own {
        class: "trl.DPOConfig",
        sure: &["f_divergence_type", "discopo_tau", "ld_alpha"],
        likely: &[
            "precompute_ref_log_probs",
            "ref_model_sync_steps",
            "reference_free",
            "rpo_alpha",
        ],
    },
];

impl Own {
    fn is_meant(&self, has: impl Fn(&str) -> bool) -> bool {
        let count = |names: &[&str]| names.iter().filter(|name| has(name)).count();
        let sure = count(self.sure);
        sure > 0 || count(self.likely) >= 2
    }
}

pub fn add(file: &File<'_>, document: &Node, facts: &mut Facts) {
    let nested = NESTED.iter().filter_map(|name| document.get(name));
    for map in std::iter::once(document).chain(nested) {
        // What an alias stands for is looked at where it stands.
        if matches!(map.kind, Kind::Map(_)) {
            facts.calls.extend(arguments(file, map));
        }
    }
}

/// The keys of LLaMA-Factory, and one that it declares itself since transformers does not
/// (`hparams/training_args.py`).
const LLAMA_FACTORY: [&str; 2] = ["finetuning_type", "cutoff_len"];
const REDECLARED: &str = "overwrite_output_dir";

/// The call that a mapping stands for, where it surely holds training arguments.
fn arguments(file: &File<'_>, map: &Node) -> Option<Call> {
    let pairs = map.pairs()?;
    let find = |name: &str| pairs.iter().find(|pair| pair.name == name);
    let is_scalar = |name: &&&str| find(name).is_some_and(|pair| pair.value.scalar().is_some());
    let named = NEEDED.iter().find(is_scalar).and_then(|name| find(name))?;
    let is_one = MARKS.iter().filter(is_scalar).count() >= ENOUGH
        && OTHERS.iter().all(|name| find(name).is_none());
    let callee = Callee {
        path: class(&pairs),
        range: named.key.range,
        shared: true,
    };
    let of_factory = LLAMA_FACTORY.iter().any(|name| find(name).is_some());
    // `env:` of a file for trl holds variables of the environment.
    let is_other = |name: &str| name == "env" || of_factory && name == REDECLARED;
    is_one.then(|| call(file, map, &callee, is_other))?
}

/// The class that surely takes the arguments: one of trl's where its own are there, else their base.
fn class(pairs: &[Pair<'_>]) -> &'static str {
    let has = |name: &str| pairs.iter().any(|pair| pair.name == name);
    let of_trl = TRL.iter().filter(|own| own.is_meant(has));
    let found: Vec<&str> = of_trl.map(|own| own.class).collect();
    match found.as_slice() {
        _ if LLAMA_FACTORY.iter().any(|name| has(name)) => "transformers.Seq2SeqTrainingArguments",
        [class] => class,
        _ => "transformers.TrainingArguments",
    }
}
