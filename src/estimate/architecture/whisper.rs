//! Whisper, and the encoder that Qwen2-Audio took from it.

use super::Unknown;
use super::blocks::{self, Blocks};
use super::builder::Builder;
use super::config::Config;
use crate::estimate::model::{Role, Stack};

/// See [`super::classes`].
pub fn describe(config: &Config<'_>, part: &str, to: &mut Builder) -> Result<(), Unknown> {
    if part == "ForAudioClassification" {
        return judged(config, to);
    }
    let base = if part == "Model" { "" } else { "model" };
    to.below(base, |to| {
        decoder(config, part, to)?;
        to.below("encoder", |to| encoder(config, to))
    })?;
    if part == "ForConditionalGeneration" {
        let (h, vocab) = (config.size("d_model")?, config.size("vocab_size")?);
        let is_tied = config.is("tie_word_embeddings", true)?;
        to.linear("proj_out", h, vocab, false, 1).tied = is_tied;
    }
    Ok(())
}

/// The encoder alone, with labels.
fn judged(config: &Config<'_>, to: &mut Builder) -> Result<(), Unknown> {
    to.below("encoder", |to| encoder(config, to))?;
    if config.is("use_weighted_layer_sum", false)? {
        to.other("layer_weights", config.size("encoder_layers")? + 1);
    }
    let features = config.size("classifier_proj_size")?;
    to.linear("projector", config.size("d_model")?, features, true, 1);
    to.linear("classifier", features, config.labels()?, true, 1);
    Ok(())
}

fn blocks(config: &Config<'_>, side: &str, path: &str, role: Role) -> Result<Blocks, Unknown> {
    let h = config.size("d_model")?;
    let heads = config.size(&format!("{side}_attention_heads"))?;
    Ok(Blocks {
        names: &blocks::BART,
        stack: Stack {
            role,
            path: path.to_owned(),
            layers: config.size(&format!("{side}_layers"))?,
            hidden: h,
            intermediate: config.size(&format!("{side}_ffn_dim"))?,
            heads,
            kv_heads: heads,
            head_dim: h / heads,
            ..Stack::default()
        },
        bias: [true, false, true, true],
        shift: true,
    })
}

/// What hears; see [`super::classes`] for the family that has nothing else.
pub fn encoder(config: &Config<'_>, to: &mut Builder) -> Result<(), Unknown> {
    let mut blocks = blocks(config, "encoder", "layers", Role::Audio)?;
    let h = blocks.stack.hidden;
    let heard = config.size("max_source_positions")?;
    to.convolution("conv1", config.size("num_mel_bins")? * h * 3, h);
    to.convolution("conv2", (h * h).saturating_mul(3), h);
    to.embedding("embed_positions", heard, h);
    blocks.add(to);
    to.norm("layer_norm", h, true, 1);
    blocks.stack.tokens = Some(heard);
    to.stack(blocks.stack);
    Ok(())
}

fn decoder(config: &Config<'_>, part: &str, to: &mut Builder) -> Result<(), Unknown> {
    let mut blocks = blocks(config, "decoder", "decoder.layers", Role::Decoder)?;
    let (h, layers) = (blocks.stack.hidden, blocks.stack.layers);
    let (vocab, written) = (
        config.size("vocab_size")?,
        config.size("max_target_positions")?,
    );
    to.embedding("decoder.embed_tokens", vocab, h);
    to.embedding("decoder.embed_positions", written, h);
    blocks.add(to);
    for name in ["k_proj", "v_proj", "q_proj", "out_proj"] {
        let path = blocks.at(&format!("encoder_attn.{name}"));
        to.linear(&path, h, h, name != "k_proj", layers);
    }
    to.norm(&blocks.at("encoder_attn_layer_norm"), h, true, layers);
    to.norm("decoder.layer_norm", h, true, 1);
    let stack = &mut blocks.stack;
    (stack.causal, stack.cross) = (true, true);
    stack.context = Some(written);
    stack.vocab = if part == "Model" { 0 } else { vocab };
    to.stack(blocks.stack);
    Ok(())
}
