//! What releases do that no default of an argument shows, read in their sources.

use super::Origin;
use super::code::Code;
use crate::environment::Version;

/// What one range of releases does.
#[derive(Clone, Copy, Debug)]
pub struct Behaviour {
    /// What it is about.
    pub about: About,
    /// The library.
    pub library: &'static str,
    /// The first release that does it.
    pub since: &'static str,
    /// The first one that does it no longer.
    pub until: Option<&'static str>,
    /// What is done: a value, in the words of the settings.
    pub value: &'static str,
    /// The same for people.
    pub said: &'static str,
    /// Where it stands.
    pub source: &'static str,
}

/// What a behaviour is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The type in which `from_pretrained` loads weights where none is named.
    LoadedDtype,
    /// The same where bitsandbytes quantises them.
    QuantisedDtype,
    /// The type in which a trainer of trl loads a model that is given by name.
    NamedDtype,
    /// The optimizer where none is named.
    Optimizer,
    /// How attention is computed where nothing is said.
    Attention,
    /// The type of an adapter's weights beside half-precision ones.
    AdapterDtype,
    /// The loss of `SFTTrainer`.
    SftLoss,
    /// The loss of trl's other trainers of language models.
    OtherLoss,
    /// What a trainer of that name makes of a quantised model: `upcasts`, or adapters in `bfloat16`.
    Quantised(&'static str),
}

const fn row(
    about: About,
    library: &'static str,
    (since, until): (&'static str, Option<&'static str>),
    value: &'static str,
    said: &'static str,
    source: &'static str,
) -> Behaviour {
    Behaviour {
        about,
        library,
        since,
        until,
        value,
        said,
        source,
    }
}

const UPCAST: &str = "the trainer calls prepare_model_for_kbit_training, which casts what is not quantised to float32";
const CAST: &str = "the trainer casts adapters of quantised models to bfloat16";
/// That a trainer of trl loads the model, and nobody names a type.
pub const BY_NAME: &str = "trl loads models that are given by name in this type";

/// Newer rows of the same matter stand behind older ones.
pub const TABLE: &[Behaviour] = &[
    row(
        About::LoadedDtype,
        "transformers",
        ("4.30", Some("5.0")),
        "float32",
        "from_pretrained loads in float32 where no dtype is given",
        "transformers 4.57 `modeling_utils.py:1279`",
    ),
    row(
        About::LoadedDtype,
        "transformers",
        ("5.0", None),
        "auto",
        "from_pretrained loads in the type of the checkpoint where no dtype is given",
        "transformers 5.23 `modeling_utils.py:4177`",
    ),
    row(
        About::QuantisedDtype,
        "transformers",
        ("4.30", Some("5.0")),
        "float16",
        "what bitsandbytes does not quantise is loaded in float16 where no dtype is given",
        "transformers 4.57 `quantizers/quantizer_bnb_4bit.py:244`",
    ),
    row(
        About::NamedDtype,
        "trl",
        ("0.26", Some("0.27")),
        "auto",
        BY_NAME,
        "trl 0.26 `trainer/utils.py:2007`",
    ),
    row(
        About::NamedDtype,
        "trl",
        ("0.27", None),
        "float32",
        BY_NAME,
        "trl 1.16 `trainer/utils.py:1332`",
    ),
    row(
        About::Optimizer,
        "transformers",
        ("4.30", Some("4.46")),
        "adamw_torch",
        "the default, adamw_hf before it, which takes as much",
        "transformers 4.30 `training_args.py:1003`",
    ),
    row(
        About::Optimizer,
        "transformers",
        ("4.46", Some("4.54")),
        "adamw_torch",
        "the default",
        "transformers 4.46 `training_args.py:1271`",
    ),
    row(
        About::Optimizer,
        "transformers",
        ("4.54", None),
        "adamw_torch_fused",
        "the default with torch 2.8 and later",
        "transformers 5.23 `training_args.py:811`",
    ),
    row(
        About::Attention,
        "transformers",
        ("4.30", Some("4.36")),
        "eager",
        "before 4.36 there is nothing else by default",
        "transformers 4.35 `modeling_utils.py`",
    ),
    row(
        About::Attention,
        "transformers",
        ("4.36", None),
        "sdpa",
        "the default where the model supports it",
        "transformers 4.36 `modeling_utils.py`, `_autoset_attn_implementation`",
    ),
    row(
        About::AdapterDtype,
        "peft",
        ("0.3", Some("0.12")),
        "model",
        "adapters take the type of the weights beside them",
        "peft 0.11 `tuners/lora/layer.py:129`",
    ),
    row(
        About::AdapterDtype,
        "peft",
        ("0.12", None),
        "float32",
        "autocast_adapter_dtype keeps adapters of half-precision models in float32",
        "peft 0.21 `tuners/tuners_utils.py:628`",
    ),
    row(
        About::SftLoss,
        "trl",
        ("1.7", Some("1.15")),
        "chunked",
        "the loss is computed in chunks of 256 tokens where no loss_type is given",
        "trl 1.8 `trainer/sft_config.py`, `__post_init__`",
    ),
    row(
        About::SftLoss,
        "trl",
        ("1.15", None),
        "chunked",
        "log-probabilities are computed in chunks, without all logits",
        "trl 1.16 `trainer/sft_trainer.py:1144`",
    ),
    row(
        About::OtherLoss,
        "trl",
        ("1.15", None),
        "chunked",
        "log-probabilities are computed in chunks, without all logits",
        "trl 1.16 `trainer/dpo_trainer.py:960`, `grpo_trainer.py:1068`",
    ),
    row(
        About::Quantised("SFTTrainer"),
        "trl",
        ("0.7", Some("0.26")),
        "upcasts",
        UPCAST,
        "trl 0.25 `models/utils.py:584`",
    ),
    row(
        About::Quantised("SFTTrainer"),
        "trl",
        ("0.26", None),
        "bfloat16",
        CAST,
        "trl 1.16 `trainer/sft_trainer.py:911`",
    ),
    row(
        About::Quantised("DPOTrainer"),
        "trl",
        ("0.4", Some("0.29")),
        "upcasts",
        UPCAST,
        "trl 0.28 `trainer/dpo_trainer.py:579`",
    ),
    row(
        About::Quantised("DPOTrainer"),
        "trl",
        ("0.29", None),
        "bfloat16",
        CAST,
        "trl 1.16 `trainer/dpo_trainer.py:729`",
    ),
    row(
        About::Quantised("KTOTrainer"),
        "trl",
        ("0.8", Some("0.26")),
        "upcasts",
        UPCAST,
        "trl 0.25 `trainer/kto_trainer.py:438`",
    ),
    row(
        About::Quantised("KTOTrainer"),
        "trl",
        ("1.8", None),
        "bfloat16",
        CAST,
        "trl 1.16 `trainer/kto_trainer.py:780`",
    ),
    row(
        About::Quantised("GRPOTrainer"),
        "trl",
        ("0.22", Some("0.26")),
        "upcasts",
        UPCAST,
        "trl 0.25 `trainer/grpo_trainer.py:296`",
    ),
    row(
        About::Quantised("GRPOTrainer"),
        "trl",
        ("0.26", None),
        "bfloat16",
        CAST,
        "trl 1.16 `trainer/grpo_trainer.py:541`",
    ),
    row(
        About::Quantised("RLOOTrainer"),
        "trl",
        ("0.22", Some("0.27")),
        "upcasts",
        UPCAST,
        "trl 0.26 `trainer/rloo_trainer.py:288`",
    ),
    row(
        About::Quantised("RLOOTrainer"),
        "trl",
        ("0.27", None),
        "bfloat16",
        CAST,
        "trl 1.16 `trainer/rloo_trainer.py:461`",
    ),
    row(
        About::Quantised("RewardTrainer"),
        "trl",
        ("0.7", Some("0.26")),
        "upcasts",
        UPCAST,
        "trl 0.25 `trainer/reward_trainer.py:359`",
    ),
    row(
        About::Quantised("RewardTrainer"),
        "trl",
        ("0.26", None),
        "bfloat16",
        CAST,
        "trl 1.16 `trainer/reward_trainer.py:554`",
    ),
    row(
        About::Quantised("DistillationTrainer"),
        "trl",
        ("1.10", None),
        "bfloat16",
        CAST,
        "trl 1.16 `trainer/distillation_trainer.py:576`",
    ),
];

impl Behaviour {
    /// As the origin of a setting.
    pub fn origin(&self) -> Origin {
        Origin::Does(self.said.to_owned(), self.source)
    }
}

/// What the release does that applies; nothing where no row is about it.
pub fn behaviour(code: &Code<'_, '_>, about: About) -> Option<&'static Behaviour> {
    let of_this = TABLE.iter().filter(|row| row.about == about);
    let mut applies = of_this.filter(|row| {
        let Some(selected) = code.ctx.view.library(row.library) else {
            return false;
        };
        let release = &selected.library.releases()[selected.release];
        contains(row, release)
    });
    applies.next_back()
}

/// Whether a row is about a release.
fn contains(row: &Behaviour, release: &Version) -> bool {
    let at = |text: &str| text.parse::<Version>().ok();
    let is_since = at(row.since).is_some_and(|since| *release >= since);
    let is_over = row
        .until
        .and_then(at)
        .is_some_and(|until| *release >= until);
    is_since && !is_over
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_matter_do_not_overlap_and_have_sources() {
        for (at, row) in TABLE.iter().enumerate() {
            let since = row.since.parse::<Version>().expect("a version");
            if let Some(until) = row.until {
                assert!(
                    since < until.parse::<Version>().expect("a version"),
                    "{row:?}"
                );
            }
            assert!(row.source.starts_with(row.library), "{row:?}");
            let before = TABLE[..at]
                .iter()
                .filter(|it| it.about == row.about && it.library == row.library);
            for other in before {
                assert!(!contains(other, &since), "{other:?} and {row:?}");
            }
        }
    }
}
