//! Models that read text with pictures or sound: a tower for each, what leads from one to the other, and a head.

use super::builder::Builder;
use super::config::Config;
use super::{FAMILIES, Head, Unknown, clip, defaults, qwen_vl, text, towers, whisper};
use crate::estimate::model::Role;

/// Where a family keeps its parts, and whether its text's configuration decides on a shared head too.
struct Places {
    text: &'static str,
    tower: &'static str,
    tied_by_text: bool,
}

fn places(family: &str) -> Places {
    let (text, tower) = match family {
        "idefics3" | "smolvlm" => ("text_model", "vision_model"),
        "qwen2_vl" | "qwen2_5_vl" | "qwen3_vl" => ("language_model", "visual"),
        "qwen2_audio" => ("language_model", "audio_tower"),
        _ => ("language_model", "vision_tower"),
    };
    Places {
        text,
        tower,
        tied_by_text: matches!(family, "llava" | "qwen2_vl" | "qwen2_5_vl"),
    }
}

/// See [`super::classes`].
pub fn describe(config: &Config<'_>, part: &str, to: &mut Builder) -> Result<(), Unknown> {
    let family = config.family()?;
    let places = places(family);
    let text = text_of(config, family)?;
    let (seen, own) = match family {
        "qwen2_audio" => ("audio_config", None),
        "qwen2_vl" => ("vision_config", Some("qwen2_vl_vision")),
        "qwen2_5_vl" => ("vision_config", Some("qwen2_5_vl_vision")),
        "qwen3_vl" => ("vision_config", Some("qwen3_vl_vision")),
        "idefics3" => ("vision_config", Some("idefics3_vision")),
        "smolvlm" => ("vision_config", Some("smolvlm_vision")),
        _ => ("vision_config", None),
    };
    let seen = config.part(seen, own)?;
    to.below(if part == "Model" { "" } else { "model" }, |to| {
        words(&text, places.text, to)?;
        to.below(places.tower, |to| tower(&seen, to))?;
        towers::lead(config, &text, &seen, to)
    })?;
    let h = text.size("hidden_size")?;
    match part {
        "ForConditionalGeneration" => {
            let vocab = text.size("vocab_size")?;
            let by_text = places.tied_by_text && text.is("tie_word_embeddings", false)?;
            // Without a word on it, Qwen2-Audio has a head of its own.
            let is_tied = config.is("tie_word_embeddings", false)? || by_text;
            to.linear("lm_head", h, vocab, false, 1).tied = is_tied && family != "qwen2_audio";
            let writes = to.stacks.iter_mut().find(|it| it.role == Role::Decoder);
            if let Some(stack) = writes {
                stack.vocab = vocab;
            }
        }
        "ForSequenceClassification" => {
            to.linear("score", h, config.labels()?, false, 1);
        }
        _ => {}
    }
    Ok(())
}

/// The configuration of the text; Qwen2-VL's older ones have it among their own fields.
fn text_of<'a>(config: &Config<'a>, family: &str) -> Result<Config<'a>, Unknown> {
    let flat = match family {
        "qwen2_vl" => Some("qwen2_vl_text"),
        "qwen2_5_vl" => Some("qwen2_5_vl_text"),
        _ => None,
    };
    match flat {
        Some(family) if !config.says("text_config") => Ok(config.read_as(family)),
        Some(family) => config.part("text_config", Some(family)),
        None if family == "qwen3_vl" => config.part("text_config", Some("qwen3_vl_text")),
        None => config.part("text_config", None),
    }
}

/// Layers that read and write text, by the family that describes them.
fn words(config: &Config<'_>, path: &str, to: &mut Builder) -> Result<(), Unknown> {
    let name = config.family()?;
    let like = match name {
        "qwen2_vl_text" | "qwen2_5_vl_text" => "qwen2",
        "qwen3_vl_text" => "qwen3",
        name => name,
    };
    let mut all = FAMILIES.iter().chain(text::FAMILIES);
    let family = all.find(|it| it.name == like);
    let family =
        family.ok_or_else(|| Unknown(format!("the architecture `{name}` is not known here")))?;
    let mut inner = Builder::default();
    let whole = defaults::complete(&config.written(family.name));
    (family.describe)(&Config::new(&whole)?, Head::None, &mut inner)?;
    inner.without_base();
    to.adopt(inner, path);
    Ok(())
}

/// What sees or hears.
pub fn tower(config: &Config<'_>, to: &mut Builder) -> Result<(), Unknown> {
    match config.family()? {
        "clip_vision_model" | "siglip_vision_model" | "idefics3_vision" | "smolvlm_vision" => {
            clip::vision(config, to)
        }
        "pixtral" => towers::pixtral(config, to),
        "internvl_vision" => towers::internvl(config, to),
        "qwen2_audio_encoder" => whisper::encoder(config, to),
        "qwen2_vl_vision" | "qwen2_5_vl_vision" | "qwen3_vl_vision" => qwen_vl::vision(config, to),
        other => Err(Unknown(format!(
            "the architecture `{other}` as a part is not known here"
        ))),
    }
}

/// A tower as a model of its own.
pub fn tower_alone(config: &Config<'_>, _: &str, to: &mut Builder) -> Result<(), Unknown> {
    tower(config, to)
}
