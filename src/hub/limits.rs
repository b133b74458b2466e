//! When not to ask: the server's limits (its `RateLimit` headers), and hosts that have just failed.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::HeaderMap;
use rustc_hash::FxHashMap;

use super::error::Error;
use super::network::Need;
use super::request::Class;

/// The first rest after a failure; it doubles with each further one.
const FIRST_REST: Duration = Duration::from_secs(5);
/// The longest rest.
const LONGEST_REST: Duration = Duration::from_secs(300);
/// A server that says nothing about when is asked again after this.
const DEFAULT_WAIT: Duration = Duration::from_secs(60);
/// No server makes us wait longer.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// What is known of all hosts.
#[derive(Debug, Default)]
pub struct Limits {
    classes: Mutex<FxHashMap<(String, Class), Allowance>>,
    hosts: Mutex<FxHashMap<String, Rest>>,
}

/// What is left of a limit, until when.
#[derive(Clone, Copy, Debug)]
struct Allowance {
    remaining: u64,
    quota: u64,
    until: Instant,
}

#[derive(Clone, Copy, Debug)]
struct Rest {
    failures: u32,
    until: Instant,
}

impl Limits {
    /// Whether a host may be asked now. The last fifth of an allowance is kept for what the user asks.
    ///
    /// # Errors
    /// Why not, and for how long.
    pub fn allow(&self, host: &str, class: Class, need: Need) -> Result<(), Error> {
        let now = Instant::now();
        let rest = self
            .hosts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(host)
            .copied();
        if let Some(rest) = rest.filter(|rest| rest.until > now) {
            return Err(Error::Resting {
                host: host.to_owned(),
                wait: rest.until - now,
            });
        }
        let classes = self.classes.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(allowance) = classes.get(&(host.to_owned(), class)) else {
            return Ok(());
        };
        let kept = match need {
            Need::Hover => 0,
            Need::Background => allowance.quota / 5,
        };
        if allowance.until > now && allowance.remaining <= kept {
            return Err(Error::RateLimited {
                wait: allowance.until - now,
            });
        }
        Ok(())
    }

    /// Takes note of an answer's headers.
    pub fn answered(&self, host: &str, class: Class, status: u16, headers: &HeaderMap) {
        self.hosts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(host);
        if let Some(allowance) = allowance(status, headers) {
            let mut classes = self.classes.lock().unwrap_or_else(PoisonError::into_inner);
            classes.insert((host.to_owned(), class), allowance);
        }
    }

    /// Takes note of a failure to reach a host.
    pub fn failed(&self, host: &str) {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = hosts.get(host).map_or(0, |rest| rest.failures);
        let rest = FIRST_REST * 2_u32.pow(failures.min(6));
        let until = Instant::now() + rest.min(LONGEST_REST);
        hosts.insert(
            host.to_owned(),
            Rest {
                failures: failures + 1,
                until,
            },
        );
    }
}

/// What headers say is left; a 429 that says nothing means nothing.
fn allowance(status: u16, headers: &HeaderMap) -> Option<Allowance> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let told =
        text("ratelimit").and_then(|text| Some((parameter(text, "r")?, parameter(text, "t")?)));
    let quota = text("ratelimit-policy")
        .and_then(|text| parameter(text, "q"))
        .unwrap_or(0);
    let (remaining, seconds) = match (status, told) {
        (429, Some((_, seconds))) => (0, seconds),
        (429, None) => (
            0,
            text("retry-after")
                .and_then(|text| text.trim().parse().ok())
                .unwrap_or(DEFAULT_WAIT.as_secs()),
        ),
        (_, told) => told?,
    };
    // One more: the server counts in whole seconds.
    let wait = Duration::from_secs(seconds.saturating_add(1)).min(LONGEST_WAIT);
    Some(Allowance {
        remaining,
        quota,
        until: Instant::now() + wait,
    })
}

/// A number in `"api";r=472;t=235`.
fn parameter(text: &str, name: &str) -> Option<u64> {
    text.split(';').find_map(|part| {
        let (key, value) = part.split_once('=')?;
        (key.trim() == name).then(|| value.trim().parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
            .collect()
    }

    fn after(status: u16, pairs: &[(&'static str, &'static str)]) -> [Result<(), Error>; 2] {
        let limits = Limits::default();
        limits.answered("hub", Class::Api, status, &headers(pairs));
        [Need::Hover, Need::Background].map(|need| limits.allow("hub", Class::Api, need))
    }

    fn wait(result: &Result<(), Error>) -> u64 {
        match result {
            Err(Error::RateLimited { wait }) => wait.as_secs_f64().round() as u64,
            _ => 0,
        }
    }

    #[test]
    fn the_servers_numbers_are_obeyed() {
        let policy = ("ratelimit-policy", "\"fixed window\";\"api\";q=500;w=300");
        assert!(
            after(200, &[("ratelimit", "\"api\";r=472;t=235"), policy])
                .iter()
                .all(Result::is_ok)
        );
        let [hover, background] = after(200, &[("ratelimit", "\"api\";r=100;t=235"), policy]);
        assert!(hover.is_ok());
        assert_eq!(wait(&background), 236);
        let [hover, background] = after(429, &[("ratelimit", "\"api\";r=0;t=55"), policy]);
        assert_eq!((wait(&hover), wait(&background)), (56, 56));
    }

    #[test]
    fn a_refusal_without_numbers_means_a_minute() {
        assert_eq!(wait(&after(429, &[])[0]), 61);
        assert_eq!(wait(&after(429, &[("retry-after", "5")])[0]), 6);
        assert_eq!(
            wait(&after(429, &[("ratelimit", "\"api\";r=0;t=99999999999")])[0]),
            3600
        );
        assert_eq!(wait(&after(429, &[("ratelimit", "nonsense")])[0]), 61);
        assert!(after(200, &[("ratelimit", "r=;t=-")])[0].is_ok());
    }

    #[test]
    fn limits_are_those_of_one_host_and_class() {
        let limits = Limits::default();
        limits.answered("hub", Class::Api, 429, &headers(&[]));
        assert!(limits.allow("hub", Class::Resolver, Need::Hover).is_ok());
        assert!(limits.allow("other", Class::Api, Need::Hover).is_ok());
    }

    #[test]
    fn a_host_that_fails_rests_until_it_answers() {
        let limits = Limits::default();
        let rest = || match limits.allow("hub", Class::Api, Need::Hover) {
            Err(Error::Resting { wait, .. }) => wait.as_secs_f64().round() as u64,
            other => panic!("{other:?}"),
        };
        limits.failed("hub");
        assert_eq!(rest(), 5);
        limits.failed("hub");
        assert_eq!(rest(), 10);
        for _ in 0..50 {
            limits.failed("hub");
        }
        assert_eq!(rest(), 300);
        limits.answered("hub", Class::Api, 200, &headers(&[]));
        assert!(limits.allow("hub", Class::Api, Need::Hover).is_ok());
    }
}
