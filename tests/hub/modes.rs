//! When something is asked at all.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use hf_lsp::hub::{
    Error, Event, Given, Kind, Mode, Need, NotAnId, Origin, RepoId, Request, Settings,
};
use hf_lsp::workspace::files::{Disk, FileKind, Files, MemoryFiles, ReadError};

use crate::desk::{Desk, id};

#[tokio::test]
async fn nothing_is_asked_where_the_mode_forbids_it() {
    let desk = Desk::new().await;
    type Row = (
        Mode,
        Option<bool>,
        Need,
        &'static [(&'static str, &'static str)],
    );
    let rows: [Row; 8] = [
        (Mode::Off, Some(true), Need::Hover, &[]),
        (Mode::Cache, Some(true), Need::Hover, &[]),
        (Mode::OnDemand, None, Need::Hover, &[]),
        (Mode::OnDemand, Some(false), Need::Hover, &[]),
        (Mode::OnDemand, Some(true), Need::Background, &[]),
        (Mode::On, Some(false), Need::Hover, &[]),
        (
            Mode::On,
            Some(true),
            Need::Hover,
            &[("HF_HUB_OFFLINE", "1")],
        ),
        (
            Mode::On,
            Some(true),
            Need::Background,
            &[("TRANSFORMERS_OFFLINE", "ON")],
        ),
    ];
    for (mode, trusted, need, variables) in rows {
        let mut given = desk.given();
        (given.mode, given.trusted) = (Some(mode), trusted);
        let hub = desk.hub_with(given, variables);
        let answer = hub.wait_for_model(&id("studio/chat-1b"), None, need).await;
        assert!(
            !answer.pending && answer.facts.is_none(),
            "{mode:?} {trusted:?} {need:?}"
        );
        assert!(
            matches!(answer.trouble, Some(Error::Withheld(_))),
            "{:?}",
            answer.trouble
        );
        hub.wait_for_dataset(&id("studio/talks"), None, need).await;
    }
    assert!(
        desk.stand_in.seen().is_empty(),
        "{:?}",
        desk.stand_in.seen()
    );
}

#[tokio::test]
async fn a_check_asks_where_the_network_is_on() {
    let desk = Desk::new().await;
    let mut given = desk.given();
    given.mode = Some(Mode::On);
    let answer = desk
        .hub_with(given, &[])
        .wait_for_model(&id("studio/chat-1b"), None, Need::Background)
        .await;
    assert_eq!(answer.origin, Origin::Hub);
}

#[tokio::test]
async fn documentation_is_public() {
    let desk = Desk::new().await;
    let mut given = desk.given();
    given.trusted = None;
    let hub = desk.hub_with(given, &[]);
    let request = Request::documentation(hub.settings(), "trl/v1.16.0/en/sft_trainer.md").unwrap();
    let page = hub.client().fetch(request, Need::Hover).await.unwrap();
    assert_eq!(&page.body[..], b"# SFT Trainer\n");
}

#[tokio::test]
async fn what_is_withheld_from_a_check_is_given_to_a_user_who_asks() {
    let desk = Desk::new().await;
    let hub = desk.hub();
    let name = id("studio/chat-1b");
    assert!(!hub.model(&name, None, Need::Background).pending);
    assert!(hub.model(&name, None, Need::Hover).pending);
}

#[tokio::test]
async fn private_names_and_paths_never_leave() {
    let desk = Desk::new().await;
    let mut given = desk.given();
    given.mode = Some(Mode::On);
    given.private_namespaces = vec!["Studio".to_owned()];
    let hub = desk.hub_with(given, &[]);
    let answer = hub
        .wait_for_model(&id("studio/chat-1b"), None, Need::Hover)
        .await;
    assert_eq!(answer.trouble, Some(Error::Name(NotAnId::PrivateNamespace)));
    hub.wait_for_dataset(&id("studio/talks"), None, Need::Hover)
        .await;
    std::fs::create_dir_all(desk.folder.path().join("runs/model")).unwrap();
    let folders = [desk.folder.path()];
    assert_eq!(
        RepoId::of_workspace("runs/model", &Disk, &folders),
        Err(NotAnId::Exists)
    );
    for bad in [
        "./runs/model",
        "../x",
        "x/../../secret?y#z",
        "/etc/passwd",
        "runs//model",
        "a/b?token",
    ] {
        assert!(RepoId::of_workspace(bad, &Disk, &folders).is_err(), "{bad}");
    }
    assert!(desk.stand_in.seen().is_empty());
}

#[tokio::test]
async fn a_revision_that_could_lead_elsewhere_is_not_asked_for() {
    let desk = Desk::new().await;
    let hub = desk.hub();
    for revision in ["../../../secret", "a?b", "a#b", "", "a b", "a/../../b"] {
        let answer = hub
            .wait_for_model(&id("studio/chat-1b"), Some(revision), Need::Hover)
            .await;
        assert!(
            matches!(answer.trouble, Some(Error::Invalid(_))),
            "{revision}: {:?}",
            answer.trouble
        );
    }
    assert!(desk.stand_in.seen().is_empty());
}

#[tokio::test]
async fn the_first_answer_is_immediate_and_news_follow() {
    let desk = Desk::new().await;
    let hub = desk.hub();
    let mut news = hub.news();
    let name = id("studio/chat-1b");
    let first = hub.model(&name, None, Need::Hover);
    assert!(first.pending && first.facts.is_none());
    let hover = desk.hover("studio/chat-1b", &first).unwrap();
    assert!(hover.contains("looking it up"), "{hover}");
    let mut events = Vec::new();
    while events.last() != Some(&Event::Done) {
        let news = news.recv().await.unwrap();
        assert_eq!(
            (news.kind, &news.id, &news.revision),
            (Kind::Model, &name, &None)
        );
        events.push(news.event);
    }
    assert_eq!(events, [Event::Begun, Event::Done]);
    let second = hub.model(&name, None, Need::Hover);
    assert!(!second.pending && second.facts.is_some());
}

/// Files that write down what is looked at.
#[derive(Debug, Default)]
struct Watched {
    files: MemoryFiles,
    looked_at: Mutex<Vec<PathBuf>>,
}

impl Watched {
    fn note(&self, path: &Path) -> &MemoryFiles {
        self.looked_at.lock().unwrap().push(path.to_path_buf());
        &self.files
    }
}

impl Files for Watched {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.note(path).read(path, limit)
    }

    fn head(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.note(path).head(path, limit)
    }

    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
        self.note(folder).list(folder)
    }

    fn kind(&self, path: &Path) -> Option<FileKind> {
        self.note(path).kind(path)
    }

    fn modified(&self, path: &Path) -> Option<SystemTime> {
        self.note(path).modified(path)
    }

    fn canonical(&self, path: &Path) -> Option<PathBuf> {
        self.note(path).canonical(path)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.files.variable(name)
    }
}

#[test]
fn files_of_a_workspace_decide_nothing() {
    let watched = Watched::default();
    let hostile = "HF_ENDPOINT=https://evil.test\nHF_TOKEN=hf_evil\nendpoint = 'https://evil.test'\nnetwork = 'on'\n";
    for name in [
        ".env",
        "hf-lsp.toml",
        "pyproject.toml",
        ".huggingface/token",
        "token",
        ".vscode/settings.json",
    ] {
        watched
            .files
            .write(Path::new("/project").join(name), hostile);
        watched.files.write(Path::new(name), hostile);
    }
    watched.files.set("HOME", "/home/me").set("PWD", "/project");
    let settings = Settings::new(&watched, Given::default());
    assert_eq!(settings.endpoint.as_str(), "https://huggingface.co/");
    assert_eq!(settings.mode(), Mode::OnDemand);
    assert!(!settings.has_token());
    let token = if cfg!(windows) {
        None
    } else {
        Some(PathBuf::from("/home/me/.cache/huggingface/token"))
    };
    let looked_at = watched.looked_at.lock().unwrap();
    assert_eq!(
        *looked_at,
        Vec::from_iter(token),
        "the user's token file and nothing else"
    );
}
