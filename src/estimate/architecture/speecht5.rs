//! SpeechT5: one encoder and one decoder, with parts before and behind them for text or for speech.

use super::Unknown;
use super::blocks::{self, Blocks};
use super::builder::Builder;
use super::config::Config;
use super::wav2vec2;
use crate::estimate::model::{Role, Stack};

/// See [`super::classes`].
pub fn describe(config: &Config<'_>, part: &str, to: &mut Builder) -> Result<(), Unknown> {
    let (reads, writes) = match part {
        "ForTextToSpeech" => (Some(Kind::Text), Some(Kind::Speech)),
        "ForSpeechToText" => (Some(Kind::Speech), Some(Kind::Text)),
        "ForSpeechToSpeech" => (Some(Kind::Speech), Some(Kind::Speech)),
        _ => (None, None),
    };
    let base = if part == "Model" { "" } else { "speecht5" };
    to.below(base, |to| {
        decoder(config, writes, to)?;
        encoder(config, reads, to)
    })?;
    match writes {
        Some(Kind::Text) => {
            let (h, vocab) = (config.size("hidden_size")?, config.size("vocab_size")?);
            let is_tied = config.is("tie_word_embeddings", true)?;
            to.linear("text_decoder_postnet.lm_head", h, vocab, false, 1)
                .tied = is_tied;
        }
        Some(Kind::Speech) => refined(config, to)?,
        None => {}
    }
    Ok(())
}

/// What goes in or comes out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Speech,
}

fn blocks(config: &Config<'_>, side: &str, role: Role) -> Result<Blocks, Unknown> {
    let h = config.size("hidden_size")?;
    let heads = config.size(&format!("{side}_attention_heads"))?;
    Ok(Blocks {
        names: &blocks::WAV2VEC2,
        stack: Stack {
            role,
            path: format!("{side}.wrapped_{side}.layers"),
            layers: config.size(&format!("{side}_layers"))?,
            hidden: h,
            intermediate: config.size(&format!("{side}_ffn_dim"))?,
            heads,
            kv_heads: heads,
            head_dim: h / heads,
            ..Stack::default()
        },
        bias: [true; 4],
        shift: true,
    })
}

fn encoder(config: &Config<'_>, reads: Option<Kind>, to: &mut Builder) -> Result<(), Unknown> {
    let role = match reads {
        Some(Kind::Speech) => Role::Audio,
        _ => Role::Encoder,
    };
    let mut blocks = blocks(config, "encoder", role)?;
    let h = blocks.stack.hidden;
    to.below("encoder.prenet", |to| match reads {
        None => Ok(()),
        Some(Kind::Text) => {
            to.embedding("embed_tokens", config.size("vocab_size")?, h);
            to.other("encode_positions.alpha", 1);
            Ok(())
        }
        Some(Kind::Speech) => {
            let chance = |name: &str| config.fraction(name).unwrap_or(0.0);
            if chance("mask_time_prob") > 0.0 || chance("mask_feature_prob") > 0.0 {
                to.other("masked_spec_embed", h);
            }
            let heard = wav2vec2::heard(config, "feature_encoder", to)?;
            wav2vec2::projection(config, heard, to)?;
            wav2vec2::position(config, "pos_conv_embed", to)
        }
    })?;
    to.norm("encoder.wrapped_encoder.layer_norm", h, true, 1);
    let far = config.size("encoder_max_relative_position")?;
    let path = "encoder.wrapped_encoder.embed_positions.pe_k";
    to.embedding(path, 2 * far, blocks.stack.head_dim);
    blocks.add(to);
    if role == Role::Encoder {
        blocks.stack.context = config.maybe("max_text_positions");
    }
    to.stack(blocks.stack);
    Ok(())
}

fn decoder(config: &Config<'_>, writes: Option<Kind>, to: &mut Builder) -> Result<(), Unknown> {
    let mut blocks = blocks(config, "decoder", Role::Decoder)?;
    let (h, layers, m) = (
        blocks.stack.hidden,
        blocks.stack.layers,
        blocks.stack.intermediate,
    );
    let vocab = config.size("vocab_size")?;
    to.below("decoder.prenet", |to| match writes {
        None => Ok(()),
        Some(Kind::Text) => {
            to.embedding("embed_tokens", vocab, h);
            Ok(())
        }
        Some(Kind::Speech) => {
            let units = config.size("speech_decoder_prenet_units")?;
            let mut from = config.size("num_mel_bins")?;
            let steps = config.size("speech_decoder_prenet_layers")?;
            to.linear("layers.0", from, units, true, 1);
            from = units;
            if steps > 1 {
                to.linear("layers.*", from, units, true, steps - 1);
            }
            to.linear("final_layer", units, h, true, 1);
            to.other("encode_positions.alpha", 1);
            let speaker = config.size("speaker_embedding_dim")?;
            to.linear("speaker_embeds_layer", speaker + h, h, true, 1);
            Ok(())
        }
    })?;
    for attention in ["self_attn", "encoder_attn"] {
        for name in ["k_proj", "v_proj", "q_proj", "out_proj"] {
            let path = blocks.at(&format!("{attention}.{name}"));
            to.linear(&path, h, h, true, layers);
        }
        let path = blocks.at(&format!("{attention}_layer_norm"));
        to.norm(&path, h, true, layers);
    }
    let [up, down] = blocks.names.feed;
    to.linear(&blocks.at(up), h, m, true, layers);
    to.linear(&blocks.at(down), m, h, true, layers);
    to.norm(&blocks.at("final_layer_norm"), h, true, layers);
    let stack = &mut blocks.stack;
    (stack.causal, stack.cross) = (true, true);
    if writes == Some(Kind::Text) {
        stack.vocab = vocab;
        stack.context = config.maybe("max_text_positions");
    }
    to.stack(blocks.stack);
    Ok(())
}

/// From features to a spectrogram, and convolutions that make it better.
fn refined(config: &Config<'_>, to: &mut Builder) -> Result<(), Unknown> {
    let h = config.size("hidden_size")?;
    let (mels, steps) = (
        config.size("num_mel_bins")?,
        config.size("reduction_factor")?,
    );
    let at = |name: &str| format!("speech_decoder_postnet.{name}");
    to.linear(&at("feat_out"), h, mels * steps, true, 1);
    to.linear(&at("prob_out"), h, steps, true, 1);
    let units = config.size("speech_decoder_postnet_units")?;
    let kernel = config.size("speech_decoder_postnet_kernel")?;
    let layers = config.size("speech_decoder_postnet_layers")?;
    let mut layer = |from: u64, into: u64, count: u64| {
        let weight = (from * into).saturating_mul(kernel);
        to.convolutions(&at("layers.*.conv"), weight, 0, count);
        to.norm(&at("layers.*.batch_norm"), into, true, count);
    };
    match layers {
        1 => layer(mels, mels, 1),
        _ => {
            layer(mels, units, 1);
            layer(units, mels, 1);
            if layers > 2 {
                layer(units, units, layers - 2);
            }
        }
    }
    Ok(())
}
