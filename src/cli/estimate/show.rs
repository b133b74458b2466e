//! Estimates for people and for programs.

use std::fmt::Write as _;
use std::io::IsTerminal;

use serde_json::{Value, json as object};

use crate::estimate::gpu::Gpu;
use crate::estimate::outcome::{Estimate, Moment, Part, PeakKind, When};
use crate::estimate::reading::{Origin, Reading, Setting};
use crate::estimate::run::{Attention, Stage};
use crate::estimate::words::{Fits, count, gib, name, summary};
use crate::estimate::{Advice, Change};

/// The letters of the longest bar.
const BAR: usize = 24;
/// More advice than this is no help.
const MOST_ADVICE: usize = 8;

/// What is shown.
pub struct Shown {
    /// What was read.
    pub reading: Reading,
    /// The class of the model.
    pub class: String,
    /// Whether the weights are counted exactly.
    pub is_exact: bool,
    /// Where the model's configuration is from.
    pub from: String,
    /// The estimate.
    pub outcome: Estimate,
    /// What would save memory.
    pub advised: Vec<Advice>,
    /// Whether it fits.
    pub fits: Option<Fits>,
    /// The machine.
    pub gpu: Option<Gpu>,
    /// What an hour costs.
    pub price: Option<f64>,
    /// The releases that apply.
    pub versions: Vec<(String, String)>,
}

/// Parts of a moment, the largest first, without empty ones.
fn parts(moment: &Moment) -> Vec<(Part, u64)> {
    let mut parts: Vec<(Part, u64)> = Vec::new();
    for (part, bytes) in &moment.parts {
        match parts.iter_mut().find(|(known, _)| known == part) {
            Some((_, sum)) => *sum = sum.saturating_add(*bytes),
            None => parts.push((*part, *bytes)),
        }
    }
    parts.retain(|(_, bytes)| *bytes > 0);
    parts.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    parts
}

const fn when(when: When) -> &'static str {
    match when {
        When::Loading => "loading",
        When::Generating => "generating",
        When::Forward => "forward pass",
        When::Backward => "backward pass",
        When::Step => "optimizer step",
    }
}

const fn kind(kind: PeakKind) -> &'static str {
    match kind {
        PeakKind::Allocated => "allocated",
        PeakKind::Reserved => "reserved",
        PeakKind::Process => "process",
    }
}

fn sum(moment: &Moment) -> u64 {
    let bytes = moment.parts.iter().map(|(_, bytes)| *bytes);
    bytes.fold(0, u64::saturating_add)
}

/// Seconds at the good and at the bad end, where they are known.
fn seconds(outcome: &Estimate) -> Option<(f64, f64)> {
    outcome.time.as_ref().and_then(|time| time.total)
}

/// Whether the output is for somebody's eyes.
fn is_drawn() -> bool {
    std::io::stdout().is_terminal()
}

/// For people.
pub fn table(shown: &Shown) -> String {
    let mut out = String::new();
    let Shown {
        outcome, reading, ..
    } = shown;
    let known = if shown.is_exact { "" } else { "about " };
    let model = reading.model.name.as_deref().unwrap_or(&shown.class);
    let trained = match outcome.trainable {
        0 => String::new(),
        some => format!(", {} trained", count(some)),
    };
    let parameters = count(outcome.parameters);
    let _ = writeln!(
        out,
        "{model}: {known}{parameters} parameters{trained} ({})",
        shown.from
    );
    let _ = writeln!(out, "{}\n", summary(outcome, shown.gpu.as_ref()));
    let (low, high) = (gib(outcome.low), gib(outcome.high));
    let peak = gib(outcome.peak);
    let _ = writeln!(
        out,
        "Peak {peak} GiB ({low} to {high} GiB), as `nvidia-smi` counts the process, in the {}",
        outcome
            .moments
            .get(outcome.worst)
            .map_or("run", |it| when(it.when))
    );
    if let Some(moment) = outcome.moments.get(outcome.worst) {
        let all = parts(moment);
        let most = all.first().map_or(1, |(_, bytes)| (*bytes).max(1));
        for (part, bytes) in all {
            let bar = bar(bytes, most);
            let _ = writeln!(out, "  {:<24} {:>8} GiB{bar}", name(part), gib(bytes));
        }
    }
    if outcome.moments.len() > 1 {
        let all = outcome
            .moments
            .iter()
            .map(|it| format!("{} {}", when(it.when), gib(sum(it))));
        let _ = writeln!(
            out,
            "\nMoments, in GiB: {}",
            all.collect::<Vec<_>>().join(", ")
        );
    }
    costs(&mut out, shown);
    settings(&mut out, shown);
    advised(&mut out, shown);
    out
}

/// A bar in proportion; nothing where nobody looks.
fn bar(bytes: u64, most: u64) -> String {
    if !is_drawn() {
        return String::new();
    }
    let length = u128::from(bytes) * BAR as u128 / u128::from(most.max(1));
    let length = usize::try_from(length).unwrap_or(BAR).clamp(1, BAR);
    format!("  {}", "█".repeat(length))
}

fn costs(out: &mut String, shown: &Shown) {
    let Some(time) = &shown.outcome.time else {
        return;
    };
    let _ = writeln!(out, "\nOne step takes about {} s", rounded(time.step));
    if let Some((fast, slow)) = seconds(&shown.outcome) {
        let _ = writeln!(
            out,
            "All steps take {} to {} h",
            rounded(fast / 3600.0),
            rounded(slow / 3600.0)
        );
        if let Some(price) = shown.price {
            let (low, high) = (fast / 3600.0 * price, slow / 3600.0 * price);
            let _ = writeln!(out, "They cost {low:.2} to {high:.2}, at {price} an hour");
        }
    }
}

fn rounded(number: f64) -> String {
    match number {
        it if it >= 100.0 => format!("{it:.0}"),
        it if it >= 1.0 => format!("{it:.1}"),
        it => format!("{it:.2}"),
    }
}

fn settings(out: &mut String, shown: &Shown) {
    let (assumed, known): (Vec<&Setting>, Vec<&Setting>) = shown
        .reading
        .settings
        .iter()
        .partition(|it| it.is_assumed());
    let all = [
        ("Taken from the code, the releases and the flags", known),
        ("Assumed (`--set NAME=VALUE` says otherwise)", assumed),
    ];
    for (title, settings) in all {
        if settings.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{title}");
        for setting in settings {
            let _ = writeln!(out, "  {}", setting.told());
        }
    }
    for note in &shown.outcome.notes {
        let _ = writeln!(out, "  {note}");
    }
}

fn advised(out: &mut String, shown: &Shown) {
    let is_tight = !matches!(shown.fits, Some(Fits::Yes));
    if shown.advised.is_empty() || shown.gpu.is_none() || !is_tight {
        return;
    }
    let _ = writeln!(out, "\nWhat saves memory");
    for advice in shown.advised.iter().take(MOST_ADVICE) {
        let (peak, saves) = (gib(advice.peak), gib(advice.saves));
        let _ = writeln!(
            out,
            "  {}: saves {saves} GiB, to {peak} GiB; it costs {}",
            change(&advice.change),
            advice.costs
        );
    }
}

/// A change in words.
fn change(change: &Change) -> String {
    match change {
        Change::Checkpointing => "gradient checkpointing".to_owned(),
        Change::Batch {
            batch,
            accumulation,
        } => {
            format!("a batch of {batch}, with {accumulation} steps of accumulation")
        }
        Change::Length(length) => format!("examples of {length} tokens"),
        Change::ChunkedLoss => "a chunked loss".to_owned(),
        Change::Optimizer(name) => format!("optim={name}"),
        Change::Load(dtype) => format!("weights in {dtype:?}").to_lowercase(),
        Change::Adapter => "an adapter instead of all weights".to_owned(),
        Change::Quantize => "frozen weights in 4 bits".to_owned(),
        Change::Attention(Attention::Flash) => "FlashAttention".to_owned(),
        Change::Attention(_) => "attn_implementation=sdpa".to_owned(),
        Change::OffloadActivations => "activation offloading".to_owned(),
        Change::Shard(Stage::Weights) => "weights spread over the devices".to_owned(),
        Change::Shard(_) => "states spread over the devices".to_owned(),
        Change::Cache => "keys and values cached in 8 bits".to_owned(),
    }
}

/// A part as a key.
const fn key(part: Part) -> &'static str {
    match part {
        Part::Weights => "weights",
        Part::Reference => "reference",
        Part::Adapter => "adapter",
        Part::Gradients => "gradients",
        Part::Optimizer => "optimizer",
        Part::Activations => "activations",
        Part::Loss => "loss",
        Part::Cache => "cache",
        Part::Server => "server",
        Part::Gathered => "gathered",
        Part::Temporary => "temporary",
        Part::Fragments => "fragments",
        Part::Context => "context",
    }
}

fn moment(moment: &Moment) -> Value {
    let parts = parts(moment);
    let parts = parts
        .iter()
        .map(|(part, bytes)| (key(*part).to_owned(), Value::from(*bytes)));
    Value::Object(parts.collect())
}

/// One object for programs.
pub fn json(shown: &Shown) -> Value {
    let Shown {
        outcome, reading, ..
    } = shown;
    let setting = |setting: &Setting| {
        let (origin, detail) = match &setting.origin {
            Origin::Read(range) => ("code", format!("{}..{}", range.start, range.end)),
            Origin::Elsewhere(place) => ("code", place.clone()),
            Origin::Option(option, _) => ("option", option.clone()),
            Origin::Default(release) => ("default", release.clone()),
            Origin::Does(what, source) => ("behaviour", format!("{what} ({source})")),
            Origin::Given => ("given", String::new()),
            Origin::Model => ("model", String::new()),
            Origin::Assumed(why) => ("assumed", why.clone()),
        };
        object!({"name": setting.name, "value": setting.value, "origin": origin, "detail": detail})
    };
    let assumed = reading.settings.iter().filter(|it| it.is_assumed());
    let assumptions: Vec<String> = assumed
        .map(Setting::told)
        .chain(outcome.notes.iter().cloned())
        .collect();
    let moments = outcome
        .moments
        .iter()
        .map(|it| object!({"when": when(it.when), "bytes": sum(it), "parts": moment(it)}));
    let advice = shown.advised.iter().map(|it| {
        object!({"change": change(&it.change), "peak_bytes": it.peak, "saves_bytes": it.saves, "costs": it.costs})
    });
    let total = seconds(outcome);
    let hours = |seconds: f64| seconds / 3600.0;
    let cost = total
        .zip(shown.price)
        .map(|((fast, slow), price)| object!([hours(fast) * price, hours(slow) * price]));
    let time = outcome.time.as_ref().map(|time| {
        object!({
            "step_seconds": time.step,
            "total_seconds": total.map(|(fast, slow)| [fast, slow]),
            "flops": time.flops,
        })
    });
    let gpu = shown
        .gpu
        .as_ref()
        .map(|gpu| object!({"name": gpu.name, "count": gpu.count, "memory_gib": gpu.memory}));
    let fits = shown.fits.map(|fits| match fits {
        Fits::Yes => "yes",
        Fits::Perhaps => "perhaps",
        Fits::No => "no",
    });
    let versions: serde_json::Map<String, Value> = shown
        .versions
        .iter()
        .map(|(name, version)| (name.clone(), Value::from(version.as_str())))
        .collect();
    object!({
        "schema": 1,
        "what": reading.what,
        "model": reading.model.name,
        "class": shown.class,
        "configuration": shown.from,
        "peak_bytes": outcome.peak,
        "peak_kind": kind(outcome.kind),
        "low_bytes": outcome.low,
        "high_bytes": outcome.high,
        "breakdown": outcome.moments.get(outcome.worst).map(moment),
        "moments": moments.collect::<Vec<_>>(),
        "parameters": outcome.parameters,
        "parameters_exact": shown.is_exact,
        "trainable_parameters": outcome.trainable,
        "tokens_per_step": outcome.tokens_per_step,
        "effective_batch": outcome.effective_batch,
        "time": time,
        "cost": cost,
        "gpu": gpu,
        "fits": fits,
        "assumptions": assumptions,
        "settings": reading.settings.iter().map(setting).collect::<Vec<_>>(),
        "advice": advice.collect::<Vec<_>>(),
        "versions": versions,
    })
}
