//! Limits of time, and walls that keep one failing piece of work from taking the others down.
//!
//! Work inside of [`within`] that may take long calls [`tick`] in its loops; when its time is over, it
//! is unwound up to the wall, as a panic is. Outside of all walls nothing is limited, and panics go
//! their way. A limit belongs to its thread: work handed to other threads is not limited.

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

/// What one document may take, besides the same for each megabyte of it. A hundred times what the
/// slowest real files take, so that a busy machine does not trip it.
const DOCUMENT: Duration = Duration::from_secs(2);
/// What one rule may take of that.
const RULE: Duration = Duration::from_secs(1);
/// The clock is read at every so manyth tick.
const TICKS: u32 = 256;

thread_local! {
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
    static LEFT: Cell<u32> = const { Cell::new(TICKS) };
}

/// Why a piece of work did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// It panicked, with this message.
    Panicked(String),
    /// Its time was over.
    OutOfTime,
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panicked(message) => write!(out, "failed ({message})"),
            Self::OutOfTime => out.write_str("took too long and was stopped"),
        }
    }
}

/// What unwinds when the time is over.
struct OutOfTime;

/// The time for the analysis of a document with so many bytes, and then for its rules.
pub fn for_document(bytes: usize) -> Duration {
    scaled(DOCUMENT, bytes)
}

/// The time for each rule in a document with so many bytes.
pub fn for_rule(bytes: usize) -> Duration {
    scaled(RULE, bytes)
}

fn scaled(base: Duration, bytes: usize) -> Duration {
    let megabytes = u32::try_from(bytes >> 20).unwrap_or(u32::MAX);
    base.saturating_mul(megabytes.saturating_add(1))
}

/// Does a work that may take `limit`, or what is left of the time around it, and may panic.
///
/// # Errors
/// Why it did not come to its end. What it changed until then stays changed.
pub fn within<T>(limit: Duration, work: impl FnOnce() -> T) -> Result<T, Failure> {
    let before = DEADLINE.get();
    let own = Instant::now().checked_add(limit);
    DEADLINE.set(before.into_iter().chain(own).min());
    let done = catch_unwind(AssertUnwindSafe(|| {
        check();
        work()
    }));
    DEADLINE.set(before);
    done.map_err(|payload| match payload.downcast::<OutOfTime>() {
        Ok(_) => Failure::OutOfTime,
        Err(panic) => Failure::Panicked(panic_message(panic.as_ref()).to_owned()),
    })
}

/// To be called often by work that may take long. Does not return when the time is over.
pub fn tick() {
    let left = LEFT.get() - 1;
    if left == 0 {
        LEFT.set(TICKS);
        check();
    } else {
        LEFT.set(left);
    }
}

/// Reads the clock, and does not return when the time is over.
pub fn check() {
    if is_over() {
        resume_unwind(Box::new(OutOfTime));
    }
}

/// Whether the time is over; for places that cannot be unwound.
pub fn is_over() -> bool {
    DEADLINE
        .get()
        .is_some_and(|deadline| Instant::now() >= deadline)
}

/// What a panic said.
pub fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("panic")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    fn forever() -> ! {
        loop {
            tick();
        }
    }

    #[test]
    fn what_ends_in_time_gives_its_result() {
        assert_eq!(within(LONG, || 7), Ok(7));
        assert_eq!(within(Duration::MAX, || 7), Ok(7));
    }

    #[test]
    fn what_takes_too_long_is_stopped() {
        let short = Duration::from_millis(5);
        assert_eq!(
            within(short, || forever()),
            Err::<(), _>(Failure::OutOfTime)
        );
        assert_eq!(within(Duration::ZERO, || 7), Err(Failure::OutOfTime));
        assert_eq!(within(LONG, || 7), Ok(7), "the limit is forgotten");
    }

    #[test]
    fn an_inner_limit_costs_only_the_inner_work() {
        let outer = within(LONG, || within(Duration::ZERO, || 7));
        assert_eq!(outer, Ok(Err(Failure::OutOfTime)));
        let outer = within(Duration::from_millis(5), || {
            (within(LONG, || forever()), within(LONG, || ()))
        });
        let over = || Err(Failure::OutOfTime);
        assert_eq!(
            outer,
            Ok((over(), over())),
            "no longer than the work around it"
        );
    }

    #[test]
    fn a_panic_stays_inside() {
        let number = 7;
        let failed = within(LONG, || assert!(number == 8, "{number} is not 8"));
        assert_eq!(failed, Err(Failure::Panicked("7 is not 8".to_owned())));
    }

    #[test]
    fn outside_of_all_walls_nothing_is_limited() {
        for _ in 0..10 * TICKS {
            tick();
        }
        assert!(!is_over());
    }

    #[test]
    fn larger_documents_have_more_time() {
        assert_eq!(for_document(100), DOCUMENT);
        assert_eq!(for_rule(10 << 20), 11 * RULE);
    }
}
