//! Families whose classes differ by more than a head: of pictures, sound, several senses, and diffusion.

use super::builder::Builder;
use super::config::Config;
use super::{
    Unknown, autoencoder, clip, convolutional, detr, dit, dpt, joined, moonshine, segformer,
    spectrogram, speecht5, swin, unet, upernet, vit, wav2vec2, whisper,
};

/// Models of one `model_type`.
pub struct Sort {
    /// `model_type`, or the class that diffusers writes into a configuration.
    pub family: &'static str,
    /// What the names of its classes begin with.
    prefix: &'static str,
    /// How they end, what is usually loaded first.
    parts: &'static [&'static str],
    /// Adds the modules of the class with such an end.
    pub describe: fn(&Config<'_>, &str, &mut Builder) -> Result<(), Unknown>,
}

const fn sort(
    family: &'static str,
    prefix: &'static str,
    parts: &'static [&'static str],
    describe: fn(&Config<'_>, &str, &mut Builder) -> Result<(), Unknown>,
) -> Sort {
    Sort {
        family,
        prefix,
        parts,
        describe,
    }
}

const MODEL: &str = "Model";
const IMAGES: &str = "ForImageClassification";
const MASKED: &str = "ForMaskedImageModeling";
const WRITES: &str = "ForConditionalGeneration";
const JOINED: &[&str] = &[WRITES, MODEL];
/// Families of diffusers are classes.
const ONE: &[&str] = &[""];
const TOWER: &[&str] = &[MODEL, "ModelWithProjection"];
const SIGLIP: &[&str] = &[MODEL, IMAGES, "TextModel", "VisionModel"];
const SPEECH: &[&str] = &[
    MODEL,
    "ForCTC",
    "ForSequenceClassification",
    "ForAudioFrameClassification",
];

/// All of them; the classes are those of transformers 5.23 and diffusers 0.42.
const SORTS: &[Sort] = &[
    sort(
        "clip",
        "CLIP",
        &[
            MODEL,
            IMAGES,
            "TextModel",
            "VisionModel",
            "TextModelWithProjection",
            "VisionModelWithProjection",
        ],
        clip::describe,
    ),
    sort("clip_text_model", "CLIPText", TOWER, clip::describe),
    sort("clip_vision_model", "CLIPVision", TOWER, clip::describe),
    sort("siglip", "Siglip", SIGLIP, clip::describe),
    sort("siglip_text_model", "SiglipText", &[MODEL], clip::describe),
    sort(
        "siglip_vision_model",
        "SiglipVision",
        &[MODEL],
        clip::describe,
    ),
    sort("siglip2", "Siglip2", SIGLIP, clip::describe),
    sort(
        "siglip2_text_model",
        "Siglip2Text",
        &[MODEL],
        clip::describe,
    ),
    sort(
        "siglip2_vision_model",
        "Siglip2Vision",
        &[MODEL],
        clip::describe,
    ),
    sort("vit", "ViT", &[MODEL, IMAGES, MASKED], vit::describe),
    sort(
        "deit",
        "DeiT",
        &[MODEL, IMAGES, "ForImageClassificationWithTeacher", MASKED],
        vit::describe,
    ),
    sort("ijepa", "IJepa", &[MODEL, IMAGES], vit::describe),
    sort("vit_msn", "ViTMSN", &[MODEL, IMAGES], vit::describe),
    sort(
        "vit_mae",
        "ViTMAE",
        &[MODEL, "ForPreTraining"],
        vit::describe,
    ),
    sort("beit", "Beit", &[MODEL, IMAGES, MASKED], vit::describe),
    sort(
        "dinov2",
        "Dinov2",
        &[MODEL, IMAGES, "Backbone"],
        vit::describe,
    ),
    sort(
        "dinov2_with_registers",
        "Dinov2WithRegisters",
        &[MODEL, IMAGES, "Backbone"],
        vit::describe,
    ),
    sort(
        "yolos",
        "Yolos",
        &[MODEL, "ForObjectDetection"],
        vit::describe,
    ),
    sort(
        "swin",
        "Swin",
        &[MODEL, IMAGES, MASKED, "Backbone"],
        swin::describe,
    ),
    sort(
        "swinv2",
        "Swinv2",
        &[MODEL, IMAGES, MASKED, "Backbone"],
        swin::describe,
    ),
    sort(
        "convnext",
        "ConvNext",
        &[MODEL, IMAGES, "Backbone"],
        convolutional::convnext,
    ),
    sort(
        "convnextv2",
        "ConvNextV2",
        &[MODEL, IMAGES, "Backbone"],
        convolutional::convnext,
    ),
    sort(
        "resnet",
        "ResNet",
        &[MODEL, IMAGES, "Backbone"],
        convolutional::resnet,
    ),
    sort(
        "segformer",
        "Segformer",
        &[MODEL, IMAGES, "ForSemanticSegmentation"],
        segformer::describe,
    ),
    sort(
        "audio-spectrogram-transformer",
        "AST",
        &[MODEL, "ForAudioClassification"],
        spectrogram::describe,
    ),
    sort("wav2vec2", "Wav2Vec2", SPEECH, wav2vec2::describe),
    sort(
        "hubert",
        "Hubert",
        &[MODEL, "ForCTC", "ForSequenceClassification"],
        wav2vec2::describe,
    ),
    sort("wavlm", "WavLM", SPEECH, wav2vec2::describe),
    sort(
        "whisper",
        "Whisper",
        &[WRITES, MODEL, "ForAudioClassification"],
        whisper::describe,
    ),
    sort(
        "speecht5",
        "SpeechT5",
        &[
            "ForTextToSpeech",
            "ForSpeechToText",
            "ForSpeechToSpeech",
            MODEL,
        ],
        speecht5::describe,
    ),
    sort("moonshine", "Moonshine", JOINED, moonshine::describe),
    sort("qwen2_audio", "Qwen2Audio", JOINED, joined::describe),
    sort(
        "qwen2_audio_encoder",
        "Qwen2Audio",
        &["Encoder"],
        joined::tower_alone,
    ),
    sort(
        "gemma3",
        "Gemma3",
        &[WRITES, MODEL, "ForSequenceClassification"],
        joined::describe,
    ),
    sort("llava", "Llava", JOINED, joined::describe),
    sort("llava_next", "LlavaNext", JOINED, joined::describe),
    sort("paligemma", "PaliGemma", JOINED, joined::describe),
    sort("idefics3", "Idefics3", JOINED, joined::describe),
    sort(
        "idefics3_vision",
        "Idefics3Vision",
        &["Transformer"],
        joined::tower_alone,
    ),
    sort("smolvlm", "SmolVLM", JOINED, joined::describe),
    sort(
        "smolvlm_vision",
        "SmolVLMVision",
        &["Transformer"],
        joined::tower_alone,
    ),
    sort("mistral3", "Mistral3", JOINED, joined::describe),
    sort("pixtral", "PixtralVision", &[MODEL], joined::tower_alone),
    sort("internvl", "InternVL", JOINED, joined::describe),
    sort(
        "internvl_vision",
        "InternVLVision",
        &[MODEL],
        joined::tower_alone,
    ),
    sort("qwen2_vl", "Qwen2VL", JOINED, joined::describe),
    sort("qwen2_5_vl", "Qwen2_5_VL", JOINED, joined::describe),
    sort("qwen3_vl", "Qwen3VL", JOINED, joined::describe),
    sort(
        "UNet2DConditionModel",
        "UNet2DConditionModel",
        ONE,
        unet::describe,
    ),
    sort(
        "FluxTransformer2DModel",
        "FluxTransformer2DModel",
        ONE,
        dit::flux,
    ),
    sort(
        "SD3Transformer2DModel",
        "SD3Transformer2DModel",
        ONE,
        dit::sd3,
    ),
    sort(
        "PixArtTransformer2DModel",
        "PixArtTransformer2DModel",
        ONE,
        dit::pixart,
    ),
    sort("AutoencoderKL", "AutoencoderKL", ONE, autoencoder::describe),
    sort(
        "detr",
        "Detr",
        &["ForObjectDetection", MODEL],
        detr::describe,
    ),
    sort(
        "dpt",
        "DPT",
        &["ForDepthEstimation", "ForSemanticSegmentation", MODEL],
        dpt::describe,
    ),
    sort(
        "upernet",
        "UperNet",
        &["ForSemanticSegmentation"],
        upernet::describe,
    ),
];

/// What auto classes load, where a family has it.
const AUTO: &[(&str, &[&str])] = &[
    ("", &[MODEL, ""]),
    ("ForImageTextToText", &[WRITES]),
    ("ForMultimodalLM", &[WRITES]),
    ("ForVision2Seq", &[WRITES]),
    (
        "ForSpeechSeq2Seq",
        &["ForConditionalGeneration", "ForSpeechToText"],
    ),
    ("ForSeq2SeqLM", &[WRITES]),
    ("ForTextToSpectrogram", &["ForTextToSpeech"]),
    ("ForTextToWaveform", &["ForTextToSpeech"]),
    (
        "ForAudioClassification",
        &["ForAudioClassification", "ForSequenceClassification"],
    ),
    ("ForZeroShotImageClassification", &[MODEL]),
];

/// The family of this name.
pub fn find(family: &str) -> Option<&'static Sort> {
    SORTS.iter().find(|it| it.family == family)
}

impl Sort {
    /// The end of a class's name, where the class is described; of what is usually loaded where none is named.
    pub fn part(&self, class: Option<&str>) -> Option<&'static str> {
        let Some(class) = class else {
            return self.parts.first().copied();
        };
        let known = |end: &str| self.parts.iter().find(|it| **it == end).copied();
        if let Some(end) = class.strip_prefix("AutoModel") {
            let loads = AUTO.iter().find(|(auto, _)| *auto == end);
            return match loads {
                Some((_, ends)) => ends.iter().find_map(|end| known(end)),
                None => known(end),
            };
        }
        if class == "AutoBackbone" {
            return known("Backbone");
        }
        known(class.strip_prefix(self.prefix)?)
    }
}
