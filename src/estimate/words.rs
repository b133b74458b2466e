//! Estimates in words: one line above a call, what it is made of under the cursor, and what would take less.

use std::fmt::Write as _;

use super::Change;
use super::gpu::Gpu;
use super::outcome::{Estimate, Moment, Part, PeakKind, Time, When};
use super::report::prose;
use super::run::{Attention, Dtype};

const GIB: u64 = 1 << 30;
/// A hover has room for so many parts.
const ROWS: usize = 4;

/// Whether something goes into the memory of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fits {
    /// Even the highest peak does.
    Yes,
    /// The estimate does, the highest peak does not, or the other way round.
    Perhaps,
    /// Not even the lowest peak does.
    No,
}

/// Whether a run goes into the memory of a card; nothing where there is none.
pub fn fits(estimate: &Estimate, gpu: &Gpu) -> Option<Fits> {
    let room = gpu.memory.checked_mul(GIB).filter(|_| !gpu.is_cpu())?;
    Some(match (estimate.low > room, estimate.high > room) {
        (true, _) => Fits::No,
        (false, true) => Fits::Perhaps,
        (false, false) => Fits::Yes,
    })
}

/// "effective batch 16 · 9.2 of 24 GiB · about 3 h on one A10G"; the batch only where something is trained.
pub fn summary(estimate: &Estimate, gpu: Option<&Gpu>) -> String {
    let gpu = gpu.filter(|gpu| !gpu.is_cpu());
    let mut parts = Vec::new();
    if estimate.trainable > 0 {
        parts.push(format!("effective batch {}", estimate.effective_batch));
    }
    parts.push(match gpu {
        Some(gpu) => of_card(estimate, gpu),
        None => format!("about {} GiB", gib(estimate.peak)),
    });
    let duration = estimate.time.as_ref().map(duration);
    parts.extend(duration.map(|text| format!("{text}{}", gpu.map_or_else(String::new, on))));
    parts.join(" · ")
}

fn of_card(estimate: &Estimate, gpu: &Gpu) -> String {
    let sizes = format!("{} of {} GiB", gib(estimate.peak), gpu.memory);
    match fits(estimate, gpu) {
        Some(Fits::No) => format!("{sizes}: does not fit"),
        Some(Fits::Perhaps) => format!("{sizes}: may not fit"),
        _ => sizes,
    }
}

/// " on one A10G"
fn on(gpu: &Gpu) -> String {
    match (gpu.name.as_str(), gpu.count) {
        ("", _) => String::new(),
        (name, 1) => format!(" on one {name}"),
        (name, count) => format!(" on {count} {name}"),
    }
}

/// What an estimate is made of, in Markdown: the peak and its parts, sizes, time, and `assumed`, each a line of words.
pub fn breakdown(estimate: &Estimate, gpu: Option<&Gpu>, assumed: &[String]) -> String {
    let mut text = format!("**Estimate**: {}\n\n", summary(estimate, gpu));
    if let Some(worst) = estimate.moments.get(estimate.worst) {
        let _ = write!(text, "| {} | GiB |\n| :--- | ---: |\n", when(worst.when));
        let parts = largest(worst);
        // One more is not worth a row that says less.
        let shown = if parts.len() <= ROWS + 1 {
            parts.len()
        } else {
            ROWS
        };
        for (part, bytes) in &parts[..shown] {
            let _ = writeln!(text, "| {} | {} |", name(*part), gib(*bytes));
        }
        if shown < parts.len() {
            let rest = parts[shown..].iter().map(|(_, bytes)| *bytes);
            let rest = rest.fold(0, u64::saturating_add);
            let _ = writeln!(text, "| the rest | {} |", gib(rest));
        }
        let _ = writeln!(
            text,
            "| **peak**, {} | **{}** |\n\nBetween {} and {} GiB.\n",
            kind(estimate.kind),
            gib(estimate.peak),
            gib(estimate.low),
            gib(estimate.high)
        );
    }
    let _ = write!(text, "{} parameters", count(estimate.parameters));
    if estimate.trainable > 0 {
        let _ = write!(
            text,
            ", {} trained; {} tokens a step",
            count(estimate.trainable),
            grouped(estimate.tokens_per_step)
        );
    }
    text.push_str(".\n");
    let told = assumed.iter().chain(&estimate.notes);
    for (at, line) in told.enumerate() {
        let lead = if at == 0 {
            "\nTaken for granted:\n"
        } else {
            ""
        };
        let _ = write!(text, "{lead}\n- {}", prose(line));
    }
    text.trim_end().to_owned()
}

/// The parts of a moment, the largest first, without empty ones.
pub(super) fn largest(moment: &Moment) -> Vec<(Part, u64)> {
    let mut parts = moment.parts.clone();
    parts.retain(|(_, bytes)| *bytes > 0);
    parts.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    parts
}

/// A change in words, to begin a sentence with.
pub fn told(change: &Change) -> String {
    match change {
        Change::Checkpointing => "computing activations again".to_owned(),
        Change::Batch {
            batch,
            accumulation,
        } => format!("{batch} examples at a time, {accumulation} times before weights change,"),
        Change::Length(length) => format!("examples of {length} tokens"),
        Change::ChunkedLoss => "a loss of some tokens at a time".to_owned(),
        Change::Optimizer(name) => format!("the optimizer `{name}`"),
        Change::Load(Dtype::Bfloat16) => "loading weights in bfloat16".to_owned(),
        Change::Load(_) => "loading weights in a smaller type".to_owned(),
        Change::Adapter => "training a LoRA adapter instead of all weights".to_owned(),
        Change::Quantize => "frozen weights in 4 bits".to_owned(),
        Change::Attention(Attention::Flash) => "FlashAttention".to_owned(),
        Change::Attention(_) => "fused attention".to_owned(),
        Change::OffloadActivations => "activations in the host's memory".to_owned(),
        Change::Shard(_) => "weights spread over the devices".to_owned(),
        Change::Cache => "keys and values in 8 bits".to_owned(),
    }
}

/// A part of the memory in words.
pub const fn name(part: Part) -> &'static str {
    match part {
        Part::Weights => "weights",
        Part::Reference => "weights of the second model",
        Part::Adapter => "adapter",
        Part::Gradients => "gradients",
        Part::Optimizer => "optimizer states",
        Part::Activations => "activations",
        Part::Loss => "logits and loss",
        Part::Cache => "keys and values",
        Part::Server => "vLLM",
        Part::Gathered => "gathered from other devices",
        Part::Temporary => "temporary",
        Part::Fragments => "unusable fragments",
        Part::Context => "CUDA context and kernels",
    }
}

pub(super) const fn when(when: When) -> &'static str {
    match when {
        When::Loading => "While weights are loaded",
        When::Generating => "While answers are generated",
        When::Forward => "At the end of the forward pass",
        When::Backward => "In the backward pass",
        When::Step => "While weights change",
    }
}

pub(super) const fn kind(kind: PeakKind) -> &'static str {
    match kind {
        PeakKind::Allocated => "allocated",
        PeakKind::Reserved => "reserved by PyTorch",
        PeakKind::Process => "as `nvidia-smi` counts",
    }
}

/// Bytes in GiB with one decimal, two below one.
pub fn gib(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with a few digits")]
    let gib = bytes as f64 / GIB as f64;
    match gib < 0.995 {
        true => format!("{gib:.2}"),
        false => format!("{gib:.1}"),
    }
}

/// 8.03 B, 41.9 M.
pub fn count(number: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
    let number_f = number as f64;
    match number {
        1_000_000_000.. => format!("{:.2} B", number_f / 1e9),
        1_000_000.. => format!("{:.1} M", number_f / 1e6),
        _ => grouped(number),
    }
}

/// 32,768
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "about 3 h": of the whole run, between a well and a badly used device; of a step where its steps are not known.
pub(super) fn duration(time: &Time) -> String {
    match time.total {
        Some((well, badly)) => {
            let (well, badly) = (rough(well), rough(badly));
            match (well.split_once(' '), badly.split_once(' ')) {
                _ if well == badly => format!("about {well}"),
                // "2 to 3 h"
                (Some((number, unit)), Some((_, other))) if unit == other => {
                    format!("{number} to {badly}")
                }
                _ => format!("{well} to {badly}"),
            }
        }
        None => format!("about {} a step", rough(time.step)),
    }
}

/// Seconds in the unit that people would say.
pub(super) fn rough(seconds: f64) -> String {
    match seconds {
        s if s.is_nan() || s < 0.0 => "?".to_owned(),
        s if s < 0.95 => format!("{:.0} ms", (s * 1000.0).max(1.0)),
        s if s < 9.5 => format!("{s:.1} s"),
        s if s < 90.0 => format!("{s:.0} s"),
        s if s < 5400.0 => format!("{:.0} min", s / 60.0),
        s if s < 36.0 * 3600.0 => format!("{:.0} h", s / 3600.0),
        s if s < 2.0e9 => format!("{:.0} days", s / 86400.0),
        _ => "more than a lifetime".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate() -> Estimate {
        Estimate {
            peak: 9_878_424_780,
            low: 9_000_000_000,
            high: 11_000_000_000,
            kind: PeakKind::Reserved,
            moments: vec![Moment {
                when: When::Backward,
                parts: vec![
                    (Part::Adapter, 50 << 20),
                    (Part::Weights, 6 << 30),
                    (Part::Cache, 0),
                ],
            }],
            worst: 0,
            parameters: 8_030_261_248,
            trainable: 41_943_040,
            tokens_per_step: 32_768,
            effective_batch: 16,
            time: Some(Time {
                step: 2.5,
                total: Some((9_000.0, 12_400.0)),
                flops: 1e15,
            }),
            notes: vec!["no padding".to_owned()],
        }
    }

    fn card(memory: u64, name: &str) -> Gpu {
        Gpu {
            memory,
            name: name.to_owned(),
            ..Gpu::usual()
        }
    }

    #[test]
    fn one_line_says_batch_memory_and_time() {
        let mut it = estimate();
        assert_eq!(
            summary(&it, Some(&card(24, "A10G"))),
            "effective batch 16 · 9.2 of 24 GiB · 2 to 3 h on one A10G"
        );
        assert_eq!(
            summary(
                &it,
                Some(&Gpu {
                    count: 2,
                    ..card(24, "")
                })
            ),
            "effective batch 16 · 9.2 of 24 GiB · 2 to 3 h"
        );
        assert_eq!(
            summary(&it, Some(&Gpu::none())),
            "effective batch 16 · about 9.2 GiB · 2 to 3 h"
        );
        it.time = None;
        it.trainable = 0;
        assert_eq!(
            summary(&it, Some(&card(8, ""))),
            "9.2 of 8 GiB: does not fit"
        );
        assert_eq!(
            summary(&it, Some(&card(10, ""))),
            "9.2 of 10 GiB: may not fit"
        );
        assert_eq!(summary(&it, None), "about 9.2 GiB");
    }

    #[test]
    fn the_breakdown_names_the_largest_part_first_and_no_empty_one() {
        insta::assert_snapshot!(breakdown(&estimate(), None, &["max_length 1024".to_owned()]), @r"
        **Estimate**: effective batch 16 · about 9.2 GiB · 2 to 3 h

        | In the backward pass | GiB |
        | :--- | ---: |
        | weights | 6.0 |
        | adapter | 0.05 |
        | **peak**, reserved by PyTorch | **9.2** |

        Between 8.4 and 10.2 GiB.

        8.03 B parameters, 41.9 M trained; 32,768 tokens a step.

        Taken for granted:

        - max_length 1024
        - no padding
        ");
    }

    #[test]
    fn small_parts_are_told_together() {
        let mut it = estimate();
        let small = [Part::Loss, Part::Context, Part::Temporary, Part::Fragments];
        let small = small.into_iter().map(|part| (part, 1 << 29));
        it.moments[0].parts.extend(small);
        let text = breakdown(&it, None, &[]);
        assert!(
            text.contains("| temporary | 0.50 |\n| the rest | 0.55 |\n| **peak**"),
            "{text}"
        );
    }

    #[test]
    fn durations_are_said_as_people_say_them() {
        let all = [
            0.0004,
            0.5,
            2.5,
            60.0,
            600.0,
            10_000.0,
            200_000.0,
            f64::INFINITY,
            f64::NAN,
        ];
        let said: Vec<String> = all.into_iter().map(rough).collect();
        assert_eq!(
            said,
            [
                "1 ms",
                "500 ms",
                "2.5 s",
                "60 s",
                "10 min",
                "3 h",
                "2 days",
                "more than a lifetime",
                "?"
            ]
        );
    }
}
