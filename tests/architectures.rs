//! Models from their configurations, against the library's own counts.
//!
//! Renewed by hand: `tests/estimate/count.py` with a Python that has transformers writes the counts.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use hf_lsp::estimate::architecture::{self, counted, model};
use hf_lsp::estimate::model::{Kind, Known, Role};
use serde_json::{Value, json};

fn fixture(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/fixtures/estimate").join(name)
}

fn fnv(text: &str) -> u64 {
    let step = |all: u64, byte: u8| (all ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
    text.bytes().fold(0xCBF2_9CE4_8422_2325, step)
}

/// What became of a row of counts: class, configuration, parameters, hash of all parameters' paths and sizes.
#[derive(Default)]
struct Tally {
    exact: usize,
    /// The classes of these rows.
    classes: BTreeSet<String>,
    unknown: usize,
    /// Right numbers under other paths.
    renamed: Vec<String>,
    wrong: Vec<String>,
}

fn tally(file: &str) -> Tally {
    let mut tally = Tally::default();
    for row in std::fs::read_to_string(fixture(file)).unwrap().lines() {
        let [class, config, parameters, hash] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{row}");
        };
        let config: Value = serde_json::from_str(config).unwrap();
        let Ok(model) = model(&config, Some(class)) else {
            tally.unknown += 1;
            continue;
        };
        let listing = architecture::listing(&model).join("\n") + "\n";
        if model.parameters().to_string() != parameters {
            tally.wrong.push(format!("{row}: {}", model.parameters()));
        } else if format!("{:016x}", fnv(&listing)) == hash {
            tally.exact += 1;
            tally.classes.insert(class.to_owned());
        } else {
            tally.renamed.push(class.to_owned());
        }
    }
    tally
}

/// Classes of the library with other sizes, with weights tied and not, with biases, with experts.
#[test]
fn variations_are_counted_as_the_library_counts_them() {
    let tally = tally("varied.txt");
    println!("{} exact, {} unknown", tally.exact, tally.unknown);
    assert_eq!(tally.wrong, Vec::<String>::new());
    assert_eq!(tally.renamed, Vec::<String>::new());
    assert!(tally.exact >= EXACT_VARIED, "{}", tally.exact);
}

/// Every class of what sees, hears and paints, as it is by default and with other sizes. `count.py classes=FAMILIES`,
/// `count.py tests/estimate/perception.tsv` and `count.py tests/estimate/diffusion.tsv` give the rows.
#[test]
fn classes_of_pictures_and_sound_are_counted_as_the_library_counts_them() {
    let tally = tally("perception.txt");
    println!("{} exact, {} unknown", tally.exact, tally.unknown);
    assert_eq!(tally.wrong, Vec::<String>::new());
    assert_eq!(tally.renamed, Vec::<String>::new());
    assert!(tally.exact >= EXACT_PERCEPTION, "{}", tally.exact);
    assert!(tally.unknown <= UNKNOWN_PERCEPTION, "{}", tally.unknown);
}

/// Every class of the families that read text, as its configuration class makes it and with other sizes and switches.
#[test]
fn families_of_text_are_counted_as_the_library_counts_them() {
    let tally = tally("varied-text.txt");
    println!("{} exact, {} unknown", tally.exact, tally.unknown);
    assert_eq!(tally.wrong, Vec::<String>::new());
    assert_eq!(tally.renamed, Vec::<String>::new());
    assert!(tally.exact >= EXACT_TEXT, "{}", tally.exact);
    assert!(tally.classes.len() >= CLASSES, "{}", tally.classes.len());
}

fn config(name: &str) -> Value {
    let text = std::fs::read_to_string(fixture(&format!("configs/{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Models whose number of parameters is published.
#[test]
fn published_counts_are_met() {
    let known = std::fs::read_to_string(fixture("known.txt")).unwrap();
    let mut wrong = BTreeMap::new();
    for row in known.lines() {
        let (name, parameters) = row.split_once('\t').unwrap();
        let found = model(&config(name), None).map(|model| model.parameters().to_string());
        if found.as_deref() != Ok(parameters) {
            wrong.insert(name.to_owned(), (parameters.to_owned(), found));
        }
    }
    assert_eq!(wrong, BTreeMap::new());
    assert_eq!(known.lines().count(), 71);
}

#[test]
fn a_decoder_has_one_stack() {
    let model = model(&config("llama-3.1-8b"), None).unwrap();
    assert_eq!(model.class, "LlamaForCausalLM");
    assert_eq!(model.known, Known::Exactly);
    let [stack] = &model.stacks[..] else {
        panic!("{:?}", model.stacks)
    };
    assert_eq!(
        (stack.layers, stack.hidden, stack.intermediate),
        (32, 4096, 14336)
    );
    assert_eq!((stack.heads, stack.kv_heads, stack.head_dim), (32, 8, 128));
    assert_eq!(
        (stack.vocab, stack.path.as_str()),
        (128_256, "model.layers")
    );
    assert!(stack.gated && stack.causal && !stack.cross);
    let up = model
        .modules
        .iter()
        .find(|it| it.path == "model.layers.*.mlp.up_proj")
        .unwrap();
    assert_eq!(
        (up.kind, up.inputs, up.outputs, up.count),
        (Kind::Linear, 4096, 14336, 32)
    );
    assert_eq!((up.stack, up.tied), (Some(0), false));
}

#[test]
fn a_shared_head_is_computed_with_and_not_counted() {
    let model = model(&config("llama-3.2-1b"), None).unwrap();
    let head = model
        .modules
        .iter()
        .find(|it| it.path == "lm_head")
        .unwrap();
    assert!(head.tied);
    assert_eq!((head.parameters(), head.outputs), (0, 128_256));
}

/// What a listing says of a model names its classes and no sizes.
#[test]
fn a_part_of_a_configuration_gets_no_defaults() {
    let part = json!({"model_type": "opt", "architectures": ["OPTForCausalLM"]});
    assert!(model(&part, None).is_err());
    let whole =
        json!({"model_type": "opt", "architectures": ["OPTForCausalLM"], "hidden_size": 768});
    assert_eq!(model(&whole, None).unwrap().parameters(), 125_239_296);
    let other = json!({"model_type": "distilbert", "n_layers": 2, "hidden_size": 240});
    let other = model(&other, Some("DistilBertModel")).unwrap();
    let stack = &other.stacks[0];
    assert_eq!((stack.layers, stack.hidden, stack.heads), (2, 240, 12));
    assert_eq!(stack.path, "transformer.layer");
}

#[test]
fn what_a_token_leaves_behind_is_known() {
    let of = |family: &str| model(&json!({"model_type": family}), None).unwrap();
    let deepseek = of("deepseek_v3");
    assert_eq!(deepseek.stacks[0].latent, Some(576));
    assert!((37_000_000_000..38_000_000_000).contains(&deepseek.active()));
    let mamba = of("mamba");
    assert_eq!((mamba.stacks[0].heads, mamba.stacks[0].recurrent), (0, 32));
    let next = of("qwen3_next");
    assert_eq!((next.stacks[0].layers, next.stacks[0].recurrent), (48, 36));
    let bart = of("bart");
    let roles: Vec<Role> = bart.stacks.iter().map(|stack| stack.role).collect();
    assert_eq!(roles, [Role::Decoder, Role::Encoder]);
    assert!(bart.stacks[0].cross && !bart.stacks[1].causal);
}

#[test]
fn few_experts_see_a_token() {
    let mixture = model(&config("qwen3-30b-a3b"), None).unwrap();
    let experts = mixture
        .modules
        .iter()
        .find(|it| it.kind == Kind::Experts)
        .unwrap();
    let experts = experts.experts.unwrap();
    assert_eq!((experts.all, experts.used), (128, 8));
    assert!(
        (3_300_000_000..3_400_000_000).contains(&mixture.active()),
        "{}",
        mixture.active()
    );
}

#[test]
fn an_encoder_and_a_decoder_are_two_stacks() {
    let model = model(&config("whisper-small"), None).unwrap();
    let roles: Vec<Role> = model.stacks.iter().map(|stack| stack.role).collect();
    assert_eq!(roles, [Role::Decoder, Role::Audio]);
    assert!(model.stacks[0].cross && model.stacks[0].causal);
    assert_eq!(model.stacks[1].tokens, Some(1500));
}

/// The text first, then what it reads beside it, each with its own layers and tokens.
#[test]
fn senses_are_stacks_of_their_own() {
    let model = model(&config("gemma-3-4b"), None).unwrap();
    let [text, seen] = &model.stacks[..] else {
        panic!("{:?}", model.stacks)
    };
    assert_eq!((text.role, seen.role), (Role::Decoder, Role::Vision));
    assert_eq!(
        (text.path.as_str(), seen.path.as_str()),
        (
            "model.language_model.layers",
            "model.vision_tower.encoder.layers"
        )
    );
    assert_eq!((text.vocab, seen.vocab), (262_208, 0));
    assert_eq!((seen.tokens, seen.patch), (Some(64 * 64), Some(14)));
    let inside = |stack: usize| {
        let all = model.modules.iter().filter(|it| it.stack == Some(stack));
        all.map(|it| it.count).max()
    };
    assert_eq!((inside(0), inside(1)), (Some(34), Some(27)));
}

/// A part that a configuration does not write is as the library makes it.
#[test]
fn parts_that_are_not_written_are_the_usual_ones() {
    let short =
        json!({"model_type": "llava", "text_config": {"model_type": "llama", "vocab_size": 32064}});
    let whole = model(&config("llava-1.5-7b"), None).unwrap();
    assert_eq!(
        model(&short, None).unwrap().parameters(),
        whole.parameters()
    );
    for wrong in [
        // As listings of models have it: nothing is said of its sizes.
        json!({"model_type": "clip", "architectures": ["CLIPModel"]}),
        json!({"model_type": "llava", "text_config": 5}),
        json!({"model_type": "llava", "text_config": {"model_type": "no such"}}),
        json!({"_class_name": "UNet2DConditionModel", "class_embed_type": "timestep"}),
        json!({"_class_name": "UNet2DConditionModel", "block_out_channels": [1_u64 << 20, 1 << 20]}),
        json!({"model_type": "swin", "depths": [2, 0], "num_heads": [3, 6]}),
        json!({"model_type": "clip", "vision_config": {"patch_size": 0}}),
    ] {
        assert!(model(&wrong, None).is_err(), "{wrong}");
    }
}

#[test]
fn a_class_can_be_asked_for() {
    let mut bert = config("bert-base-uncased");
    bert["num_labels"] = json!(5);
    let auto = model(&bert, Some("AutoModelForSequenceClassification")).unwrap();
    assert_eq!(auto.class, "AutoModelForSequenceClassification");
    let head = auto
        .modules
        .iter()
        .find(|it| it.path == "classifier")
        .unwrap();
    assert_eq!((head.outputs, head.bias), (5, 5));
    assert!(model(&bert, Some("NoSuchClass")).is_err());
}

#[test]
fn what_is_only_counted_says_so() {
    let model = counted(7_000_000_000, Some(&config("mistral-7b-v0.1")));
    assert_eq!(
        (model.known, model.parameters()),
        (Known::Counted, 7_000_000_000)
    );
    assert_eq!(model.stacks.len(), 1);
    assert_eq!(counted(5, None).parameters(), 5);
}

/// Absurd values give an error, soon, and never a count.
#[test]
fn hostile_configurations_are_refused_quickly() {
    let start = std::time::Instant::now();
    let large = 1_000_000_000_000_000_000_i64;
    let values = [
        json!(large),
        json!(-1),
        json!(-large),
        json!("many"),
        json!(1e300),
        json!([[[1]]]),
        json!({"a": 1}),
        json!(true),
        json!(0.5),
    ];
    let base = config("qwen3-30b-a3b");
    let names: Vec<String> = base.as_object().unwrap().keys().cloned().collect();
    for name in names {
        for value in &values {
            let mut config = base.clone();
            config[name.as_str()] = value.clone();
            if let Ok(model) = model(&config, None) {
                assert!(model.parameters() < u64::MAX, "{name} = {value}");
            }
        }
    }
    for value in [json!(large), json!(-5), json!("x"), json!([1, 2])] {
        let config = json!({"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": value});
        assert!(model(&config, None).is_err(), "{value}");
    }
    let layers =
        json!({"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "n_layer": large});
    assert!(model(&layers, None).is_err());
    let mut nested = json!({});
    for _ in 0..100 {
        nested = json!({"text_config": nested, "model_type": "llava"});
    }
    assert!(model(&nested, None).is_err());
    let labels = json!({"model_type": "bert", "architectures": ["BertForSequenceClassification"], "num_labels": large});
    assert!(model(&labels, None).is_err());
    let many: Vec<u64> = (0..200_000).collect();
    let lists = json!({"model_type": "swin", "depths": many});
    assert!(model(&lists, Some("SwinModel")).is_err());
    for config in [
        json!(null),
        json!([]),
        json!({}),
        json!({"model_type": 5}),
        json!({"model_type": "no such"}),
    ] {
        assert!(model(&config, None).is_err());
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

/// Classes and variations of the families in `perception.txt`.
const EXACT_PERCEPTION: usize = 276;

/// Classes of these families that are not described.
const UNKNOWN_PERCEPTION: usize = 6;

/// The others are of families that are not described.
const EXACT_VARIED: usize = 191;

/// The others are of forms that are not described, and heads for classes of T5.
const CLASSES: usize = 307;
const EXACT_TEXT: usize = 761;
