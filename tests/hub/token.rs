//! Where the token goes, and where it does not.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use hf_lsp::hub::{Need, Request};
use tracing_subscriber::fmt::MakeWriter;

use crate::desk::{Desk, TOKEN, id};
use crate::stand_in::Port;

const MODELS: &[&str] = &[
    "studio/chat-1b",
    "studio/closed-8b",
    "studio/Chat-Old",
    "studio/away",
    "studio/away-and-back",
    "studio/circle",
    "studio/broken",
    "studio/nothing",
    "studio/off",
    "studio/bomb",
];
const DATASETS: &[&str] = &[
    "studio/talks",
    "studio/plain",
    "studio/unready",
    "studio/secret-talks",
    "studio/closed-talks",
    "studio/nothing",
];

/// Everything that this process logs while it lives.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Everything is asked for, with a token, in every way: hovers, redirects, paging links, viewer, documentation.
#[tokio::test]
async fn goes_to_the_hub_alone_and_is_never_shown() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let desk = Desk::new().await;
    let hub = desk.hub_with_token();
    let mut shown = format!("{:?} {hub:?}", hub.settings());
    for name in MODELS {
        let answer = hub.wait_for_model(&id(name), None, Need::Hover).await;
        shown += &format!(
            "{answer:?} {:?} {:?}",
            desk.hover(name, &answer),
            answer.trouble.as_ref().map(ToString::to_string)
        );
    }
    for name in DATASETS {
        let answer = hub.wait_for_dataset(&id(name), None, Need::Hover).await;
        shown += &format!("{answer:?} {:?}", desk.dataset_hover(name, &answer));
    }
    for page in ["sft_trainer.md", "away.md", "missing.md"] {
        let request =
            Request::documentation(hub.settings(), &format!("trl/v1.16.0/en/{page}")).unwrap();
        shown += &format!("{request:?}");
        shown += &format!("{:?}", hub.client().fetch(request, Need::Hover).await);
    }
    // The last one: nothing is asked after it.
    let limited = id("studio/limited");
    let limited = hub.wait_for_model(&limited, None, Need::Hover).await;
    shown += &format!("{limited:?}");
    let seen = desk.stand_in.seen();
    let header = format!("Bearer {TOKEN}");
    let hub_requests: Vec<_> = seen.iter().filter(|seen| seen.port == Port::Hub).collect();
    let foreign: Vec<_> = seen
        .iter()
        .filter(|seen| seen.port == Port::Foreign)
        .collect();
    assert!(
        hub_requests.len() > 15 && !foreign.is_empty(),
        "the viewer was asked, at least"
    );
    for request in &hub_requests {
        let expected = !request.path.starts_with("/docs/");
        assert_eq!(
            request.authorization.as_deref() == Some(&header),
            expected,
            "{}",
            request.path
        );
        assert!(!request.path.contains(TOKEN));
    }
    for request in &foreign {
        assert_eq!(request.authorization, None);
        assert!(
            request.path.starts_with("/viewer/info?"),
            "no redirect or paging link was followed: {}",
            request.path
        );
        assert!(
            !request.head.contains(TOKEN) && !request.head.to_lowercase().contains("referer"),
            "{}",
            request.head
        );
    }
    assert!(
        seen.iter()
            .all(|seen| !seen.head.to_lowercase().contains("\r\ncookie"))
    );
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    for (what, text) in [("shown", &shown), ("logged", &logged)] {
        assert!(
            !text.contains(TOKEN) && !text.contains("SoSecret"),
            "{what}: {text}"
        );
    }
    for file in std::fs::read_dir(desk.cache()).unwrap() {
        let text = std::fs::read(file.unwrap().path()).unwrap();
        assert!(
            !String::from_utf8_lossy(&text).contains(TOKEN),
            "nor is it kept"
        );
    }
}

#[tokio::test]
async fn the_viewer_hears_of_public_datasets_only() {
    let desk = Desk::new().await;
    for hub in [desk.hub(), desk.hub_with_token()] {
        for name in DATASETS {
            hub.wait_for_dataset(&id(name), None, Need::Hover).await;
        }
    }
    let asked = desk.stand_in.paths(Port::Foreign);
    assert!(
        asked
            .iter()
            .all(|path| path.contains("plain") || path.contains("unready")),
        "{asked:?}"
    );
}

#[tokio::test]
async fn what_was_said_to_a_token_is_not_said_without_it() {
    let desk = Desk::new().await;
    let name = id("studio/chat-1b");
    desk.hub_with_token()
        .wait_for_model(&name, None, Need::Hover)
        .await;
    let before = desk.stand_in.seen().len();
    let mut given = desk.given();
    given.mode = Some(hf_lsp::hub::Mode::Cache);
    let answer = desk
        .hub_with(given.clone(), &[])
        .model(&name, None, Need::Hover);
    assert!(answer.facts.is_none(), "the token is gone");
    let other = desk
        .hub_with(given.clone(), &[("HF_TOKEN", "hf_another")])
        .model(&name, None, Need::Hover);
    assert!(other.facts.is_none(), "another token is somebody else");
    let same = desk
        .hub_with(given, &[("HF_TOKEN", TOKEN)])
        .model(&name, None, Need::Hover);
    assert!(same.facts.is_some());
    assert_eq!(desk.stand_in.seen().len(), before);
}
