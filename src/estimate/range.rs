//! How sure a peak is: each part has its own doubt.

use super::model::Known;
use super::number::{count, float};
use super::outcome::{Moment, Part, PeakKind};

/// Whether a way of counting sees a part.
const fn sees(kind: PeakKind, part: Part) -> bool {
    match (kind, part) {
        (PeakKind::Process, _) => true,
        (_, Part::Context) | (PeakKind::Allocated, Part::Fragments) => false,
        (PeakKind::Allocated | PeakKind::Reserved, _) => true,
    }
}

/// What a way of counting sees of a moment, in bytes.
pub fn counted(moment: &Moment, kind: PeakKind) -> u64 {
    let seen = moment.parts.iter().filter(|it| sees(kind, it.0));
    seen.fold(0, |all, it| all.saturating_add(it.1))
}

/// A part's least and most, as factors.
const fn doubt(part: Part, known: Known) -> (f64, f64) {
    match (part, known) {
        (Part::Activations | Part::Loss, Known::Counted) => (0.4, 2.5),
        (Part::Weights | Part::Reference | Part::Adapter | Part::Gradients | Part::Server, _) => {
            (0.98, 1.02)
        }
        (Part::Optimizer, _) => (0.97, 1.03),
        (Part::Cache, _) => (0.9, 1.1),
        (Part::Activations, _) => (0.8, 1.3),
        (Part::Loss, _) => (0.75, 1.25),
        (Part::Gathered | Part::Temporary, _) => (0.4, 1.8),
        (Part::Fragments, _) => (0.0, 3.0),
        (Part::Context, _) => (0.4, 1.8),
    }
}

/// The least and the most that a peak is, in bytes.
pub fn range(moments: &[Moment], known: Known, kind: PeakKind) -> (u64, u64) {
    let of = |moment: &Moment, side: fn((f64, f64)) -> f64| -> f64 {
        let seen = moment.parts.iter().filter(|it| sees(kind, it.0));
        seen.map(|(part, bytes)| float(*bytes) * side(doubt(*part, known)))
            .sum()
    };
    let most =
        |side: fn((f64, f64)) -> f64| moments.iter().map(|it| of(it, side)).fold(0.0, f64::max);
    (count(most(|it| it.0)), count(most(|it| it.1)))
}
