//! Servers that are slow, broken or hostile.

use std::time::{Duration, Instant};

use hf_lsp::hub::{Error, Mode, Need, Request};

use crate::desk::{Desk, id};
use crate::stand_in::Port;

#[tokio::test]
async fn slow_servers_cost_eight_seconds_and_nobody_waits_for_them() {
    let desk = Desk::new().await;
    let hub = desk.hub();
    let names = [id("studio/stalled"), id("studio/dripping")];
    let start = Instant::now();
    for name in &names {
        assert!(hub.model(name, None, Need::Hover).pending);
    }
    for _ in 0..1000 {
        assert!(hub.model(&names[0], None, Need::Hover).pending);
    }
    assert!(
        start.elapsed() < Duration::from_millis(500),
        "the caller never waits: {:?}",
        start.elapsed()
    );
    let waits = names
        .iter()
        .map(|name| hub.wait_for_model(name, None, Need::Hover));
    let answers = futures::future::join_all(waits).await;
    let took = start.elapsed();
    for answer in answers {
        let trouble = answer.trouble.unwrap();
        assert!(matches!(trouble, Error::Timeout { .. }), "{trouble}");
    }
    assert!(
        (Duration::from_secs(7)..Duration::from_secs(12)).contains(&took),
        "{took:?}"
    );
    // The host rests now: nothing else waits for it.
    let before = desk.stand_in.seen().len();
    let next = hub
        .wait_for_model(&id("studio/chat-1b"), None, Need::Hover)
        .await;
    assert!(
        matches!(next.trouble, Some(Error::Resting { .. })),
        "{:?}",
        next.trouble
    );
    assert_eq!(desk.stand_in.seen().len(), before);
}

#[tokio::test]
async fn a_host_that_is_not_there_is_told() {
    let desk = Desk::new().await;
    let mut given = desk.given();
    // Nothing listens on the port of a listener that is gone.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    given.endpoint = Some(format!("http://{port}"));
    let answer = desk
        .hub_with(given, &[])
        .wait_for_model(&id("studio/chat-1b"), None, Need::Hover)
        .await;
    assert_eq!(
        answer.trouble,
        Some(Error::Unreachable {
            host: port.to_string()
        })
    );
}

#[tokio::test]
async fn bodies_have_limits_after_decompression() {
    let desk = Desk::new().await;
    for name in ["studio/endless", "studio/bomb"] {
        let answer = desk.model(name).await;
        assert_eq!(
            answer.trouble,
            Some(Error::TooLarge {
                limit: 2 * 1024 * 1024
            }),
            "{name}"
        );
        assert!(answer.facts.is_none());
    }
    let hub = desk.hub();
    let request = Request::documentation(hub.settings(), "trl/v1.16.0/en/endless.md").unwrap();
    let page = hub.client().fetch(request, Need::Hover).await;
    assert_eq!(
        page.unwrap_err(),
        Error::TooLarge {
            limit: 4 * 1024 * 1024
        }
    );
}

#[tokio::test]
async fn what_is_no_answer_is_not_kept() {
    let desk = Desk::new().await;
    for name in ["studio/broken", "studio/portal"] {
        assert_eq!(
            desk.model(name).await.trouble,
            Some(Error::Unreadable),
            "{name}"
        );
    }
    let hub = desk.hub();
    let request = Request::documentation(hub.settings(), "trl/v1.16.0/en/login.md").unwrap();
    assert_eq!(
        hub.client().fetch(request, Need::Hover).await.unwrap_err(),
        Error::Unreadable
    );
    assert!(!desk.cache().exists(), "nothing is on the disk");
}

#[tokio::test]
async fn redirects_stay_at_home_and_end() {
    let desk = Desk::new().await;
    for name in ["studio/away", "studio/away-and-back", "studio/circle"] {
        assert_eq!(
            desk.model(name).await.trouble,
            Some(Error::Redirected),
            "{name}"
        );
    }
    let hub = desk.hub();
    let request = Request::documentation(hub.settings(), "trl/v1.16.0/en/away.md").unwrap();
    assert_eq!(
        hub.client().fetch(request, Need::Hover).await.unwrap_err(),
        Error::Redirected
    );
    assert!(desk.stand_in.paths(Port::Foreign).is_empty());
    let circle = desk
        .stand_in
        .paths(Port::Hub)
        .iter()
        .filter(|path| path.contains("circle"))
        .count();
    assert_eq!(circle, 5, "the request and four redirects");
}

#[tokio::test]
async fn a_rate_limit_stops_everything_until_it_is_over() {
    let desk = Desk::new().await;
    let hub = desk.hub();
    let limited = hub
        .wait_for_model(&id("studio/limited"), None, Need::Hover)
        .await;
    assert!(
        matches!(limited.trouble, Some(Error::RateLimited { wait }) if (50..=56).contains(&wait.as_secs())),
        "{:?}",
        limited.trouble
    );
    let other = hub
        .wait_for_model(&id("studio/chat-1b"), None, Need::Hover)
        .await;
    assert!(matches!(other.trouble, Some(Error::RateLimited { .. })));
    assert_eq!(desk.stand_in.seen().len(), 1);
}

#[tokio::test]
async fn many_who_ask_the_same_are_one_request() {
    let desk = Desk::new().await;
    let hub = desk.hub();
    let name = id("studio/chat-1b");
    let waits = (0..50).map(|_| hub.wait_for_model(&name, None, Need::Hover));
    let answers = futures::future::join_all(waits).await;
    assert!(answers.iter().all(|answer| answer.facts.is_some()));
    let request =
        || Request::documentation(hub.settings(), "trl/v1.16.0/en/sft_trainer.md").unwrap();
    let fetches = (0..50).map(|_| hub.client().fetch(request(), Need::Hover));
    assert!(
        futures::future::join_all(fetches)
            .await
            .iter()
            .all(Result::is_ok)
    );
    let paths = desk.stand_in.paths(Port::Hub);
    assert_eq!(
        paths.len(),
        3,
        "the model, its configuration, the page: {paths:?}"
    );
}

#[tokio::test]
async fn a_refusal_is_not_asked_for_again_and_again() {
    let desk = Desk::new().await;
    let mut given = desk.given();
    given.mode = Some(Mode::On);
    let hub = desk.hub_with(given, &[]);
    for _ in 0..20 {
        hub.wait_for_model(&id("studio/nothing"), None, Need::Background)
            .await;
        let request = Request::documentation(hub.settings(), "trl/v1.16.0/en/missing.md").unwrap();
        assert_eq!(
            hub.client().fetch(request, Need::Hover).await.unwrap_err(),
            Error::NoFile
        );
    }
    assert_eq!(desk.stand_in.seen().len(), 2);
}
