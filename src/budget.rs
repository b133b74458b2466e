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

/// Turns true when nobody waits for the answer any more.
pub type Cancel<'a> = dyn Fn() -> bool + Sync + 'a;

/// What one document may take, besides the same for each megabyte of it. A hundred times what the
/// slowest real files take.
const DOCUMENT: Duration = Duration::from_secs(2);
/// What one rule may take of that.
const RULE: Duration = Duration::from_secs(1);
/// The clock is read at every so manyth tick.
const TICKS: u32 = 256;

thread_local! {
    static LIMIT: Cell<Option<Limit>> = const { Cell::new(None) };
    static LEFT: Cell<u32> = const { Cell::new(TICKS) };
}

/// When a work is stopped: when its time has passed, and then once more as much that it really had the
/// processor (where the system tells). So a busy machine, or one that slept, stops nothing.
#[derive(Clone, Copy)]
struct Limit {
    time: Duration,
    until: Instant,
    /// Once `until` has passed: the thread's time on a processor at which it is over.
    processor: Option<Duration>,
}

impl Limit {
    fn new(time: Duration) -> Option<Self> {
        let until = Instant::now().checked_add(time)?;
        Some(Self {
            time,
            until,
            processor: None,
        })
    }

    /// Whether it has been reached, and the limit as it is from now on.
    fn look(mut self) -> (bool, Self) {
        if Instant::now() < self.until {
            return (false, self);
        }
        let Some(had) = processor_time() else {
            return (true, self);
        };
        let end = *self.processor.get_or_insert(had + self.time);
        // No need to look again before it can have had that much.
        self.until = Instant::now() + end.saturating_sub(had);
        (had >= end, self)
    }
}

/// How long this thread has had a processor; `None` where the system does not say.
fn processor_time() -> Option<Duration> {
    #[allow(
        clippy::disallowed_methods,
        reason = "no file of anybody: the system's own"
    )]
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = statistics.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
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
    let before = LIMIT.get();
    let own = Limit::new(limit);
    let narrowed = own.is_some_and(|own| before.is_none_or(|before| own.until < before.until));
    if narrowed {
        LIMIT.set(own);
    }
    let done = catch_unwind(AssertUnwindSafe(|| {
        check();
        work()
    }));
    if narrowed {
        LIMIT.set(before);
    }
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
    LIMIT.get().is_some_and(|limit| {
        let (over, limit) = limit.look();
        LIMIT.set(Some(limit));
        over
    })
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
