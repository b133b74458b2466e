//! What the target of a plan says of memory: the machine, and the peak that was estimated or measured.

use super::plan::Plan;
use crate::estimate::gpu::Gpu;
use crate::text::TextRange;

/// The rows *Hardware* and *Estimate*.
#[derive(Clone, Debug, PartialEq)]
pub struct Hardware {
    /// The machine.
    pub gpu: Gpu,
    /// Where it stands: byte offsets in the plan.
    pub place: TextRange,
}

/// The machine of a plan's target, where it names one that can be read.
pub fn hardware(plan: &Plan, text: &str) -> Option<Hardware> {
    let (row, written) = plan.target(text, "Hardware")?;
    let gpu = Gpu::parse(written.trim().trim_matches('`')).ok()?;
    Some(Hardware {
        gpu,
        place: row.value,
    })
}

/// A peak of memory on one device, in GiB.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peak {
    /// What is expected, or was measured.
    pub about: f64,
    /// The least that is left open: the peak itself where nothing else is said.
    pub least: f64,
}

impl Peak {
    /// Reads `peak about 9.2 GiB`, optionally with `between 7.1 and 11.8`; one number of GiB without the word, too.
    pub fn read(text: &str) -> Option<Self> {
        let sizes = || {
            let before = text.match_indices("GiB").map(|(at, _)| &text[..at]);
            before.filter_map(|before| last_number(before.trim_end()))
        };
        let about = match text.find("peak") {
            Some(at) => first_number(&text[at..])?,
            None => {
                let mut sizes = sizes();
                sizes.next().filter(|_| sizes.next().is_none())?
            }
        };
        let least = text
            .rfind("between ")
            .and_then(|at| first_number(&text[at..]));
        Some(Self {
            about,
            least: least.map_or(about, |least| least.min(about)),
        })
    }
}

const fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || c == '.'
}

fn first_number(text: &str) -> Option<f64> {
    let rest = &text[text.find(|c: char| c.is_ascii_digit())?..];
    let end = rest.find(|c| !is_digit(c)).unwrap_or(rest.len());
    rest[..end].trim_end_matches('.').parse().ok()
}

fn last_number(text: &str) -> Option<f64> {
    let start = text.rfind(|c| !is_digit(c)).map_or(0, |at| {
        at + text[at..].chars().next().map_or(1, char::len_utf8)
    });
    text[start..].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_is_read_as_plans_write_it() {
        let both = |text| Peak::read(text).map(|it| (it.about, it.least));
        let written = "weights 5.5 GiB, adapter 0.16 GiB: peak about 9.2 GiB (calculated, between 7.1 and 11.8)";
        assert_eq!(both(written), Some((9.2, 7.1)));
        assert_eq!(both("peak about 21.4 GiB (measured)"), Some((21.4, 21.4)));
        assert_eq!(both("12 GiB"), Some((12.0, 12.0)));
        assert_eq!(both("weights 5 GiB, cache 1 GiB"), None);
        assert_eq!(
            both("not calculated: the smoke test measures the peak"),
            None
        );
        assert_eq!(both("größer als 7.5 GiB."), Some((7.5, 7.5)));
        assert_eq!(both(""), None);
    }
}
