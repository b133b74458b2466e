//! The requests that are ever made: every address is built here, from parts that were checked.

use std::time::Duration;

use url::Url;

use super::error::Error;
use super::id::{Kind, NotAnId, RepoId, is_commit, is_revision};
use super::network::{Settings, Subject};
use super::token::may_be_sent;

/// Answers in JSON, in bytes.
pub const JSON_LIMIT: usize = 2 * 1024 * 1024;
/// Model cards, configurations and other small files, in bytes.
pub const FILE_LIMIT: usize = 1024 * 1024;
/// Pages and inventories of the documentation, in bytes.
pub const PAGE_LIMIT: usize = 4 * 1024 * 1024;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// One GET.
#[derive(Clone, Debug)]
pub struct Request {
    pub(super) url: Url,
    /// Whether the token may go with it.
    pub(super) with_token: bool,
    /// The most bytes of the answer, decompressed.
    pub(super) limit: usize,
    /// How long an answer is good without asking again.
    pub(super) fresh: Duration,
    pub(super) class: Class,
    /// Whether a body can be an answer: anything on the way may send something else with status 200.
    pub(super) is_sound: fn(&[u8]) -> bool,
}

/// What the server counts it as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Class {
    /// `/api/...`
    Api,
    /// `/resolve/...`
    Resolver,
    /// Documentation.
    Page,
    /// The dataset viewer.
    Viewer,
}

impl Class {
    /// What it is about.
    pub(super) const fn subject(self) -> Subject {
        match self {
            Self::Page => Subject::Documentation,
            _ => Subject::Repository,
        }
    }
}

/// The files of repositories that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RepoFile {
    /// The configuration of a model.
    Config,
    /// The card.
    Card,
}

impl RepoFile {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Config => "config.json",
            Self::Card => "README.md",
        }
    }
}

impl Request {
    /// What the Hub says about a repository; for models with the findings of its scanners.
    ///
    /// # Errors
    /// For private names, and revisions that are none.
    pub fn info(
        settings: &Settings,
        kind: Kind,
        id: &RepoId,
        revision: Option<&str>,
    ) -> Result<Self, Error> {
        let mut segments = vec!["api", kind.plural()];
        segments.extend(parts(settings, id)?);
        if let Some(revision) = revision {
            segments.extend(["revision", checked(revision)?]);
        }
        let mut url = under(&settings.endpoint, &segments);
        if kind == Kind::Model {
            url.set_query(Some("securityStatus=true"));
        }
        let fresh = if revision.is_some_and(is_commit) {
            DAY
        } else {
            HOUR
        };
        Ok(Self::to_hub(settings, url, JSON_LIMIT, fresh, Class::Api))
    }

    /// The same without the list of files, for repositories with so many that the answer is too large.
    ///
    /// # Errors
    /// As [`Request::info`].
    pub fn brief_info(
        settings: &Settings,
        kind: Kind,
        id: &RepoId,
        revision: Option<&str>,
    ) -> Result<Self, Error> {
        const COMMON: &[&str] = &[
            "cardData",
            "disabled",
            "downloads",
            "gated",
            "lastModified",
            "likes",
            "private",
            "sha",
            "tags",
        ];
        const OF_MODELS: &[&str] = &[
            "config",
            "gguf",
            "library_name",
            "pipeline_tag",
            "safetensors",
            "transformersInfo",
        ];
        let mut request = Self::info(settings, kind, id, revision)?;
        let more = if kind == Kind::Model { OF_MODELS } else { &[] };
        let fields = COMMON.iter().chain(more).map(|field| ("expand", *field));
        request.url.query_pairs_mut().clear().extend_pairs(fields);
        Ok(request)
    }

    /// A file of a repository at a revision; at a commit it is asked for once.
    ///
    /// # Errors
    /// As [`Request::info`].
    pub fn file(
        settings: &Settings,
        kind: Kind,
        id: &RepoId,
        revision: &str,
        file: RepoFile,
    ) -> Result<Self, Error> {
        let mut segments = match kind {
            Kind::Model => Vec::new(),
            Kind::Dataset => vec!["datasets"],
        };
        segments.extend(parts(settings, id)?);
        segments.extend(["resolve", checked(revision)?, file.name()]);
        let url = under(&settings.endpoint, &segments);
        let fresh = if is_commit(revision) { 30 * DAY } else { HOUR };
        Ok(Self::to_hub(
            settings,
            url,
            FILE_LIMIT,
            fresh,
            Class::Resolver,
        ))
    }

    /// What the dataset viewer says about a dataset. Never with the token: only for public datasets.
    ///
    /// # Errors
    /// For private names, and where no viewer may be asked.
    pub fn viewer(settings: &Settings, id: &RepoId) -> Result<Self, Error> {
        let name = parts(settings, id)?.collect::<Vec<_>>().join("/");
        let base = settings
            .viewer_base
            .as_ref()
            .ok_or(Error::Invalid("the dataset viewer's address"))?;
        let mut url = under(base, &["info"]);
        url.query_pairs_mut().append_pair("dataset", &name);
        let (fresh, class) = (6 * HOUR, Class::Viewer);
        Ok(Self {
            url,
            with_token: false,
            limit: JSON_LIMIT,
            fresh,
            class,
            is_sound: is_json,
        })
    }

    /// A file of the documentation by its path below the base (`trl/v1.16.0/en/objects.inv`). Never with the token.
    ///
    /// # Errors
    /// Where the path has other parts than names.
    pub fn documentation(settings: &Settings, path: &str) -> Result<Self, Error> {
        let segments: Vec<&str> = path.split('/').collect();
        if !segments.iter().all(|segment| is_name(segment)) {
            return Err(Error::Invalid("the path of the page"));
        }
        // The pages of a release stay as they are but for corrections; others grow.
        let is_release = segments.get(1).is_some_and(|part| is_release(part));
        Ok(Self {
            url: under(&settings.docs_base, &segments),
            with_token: false,
            limit: PAGE_LIMIT,
            fresh: if is_release { 7 * DAY } else { 6 * HOUR },
            class: Class::Page,
            is_sound: is_no_html,
        })
    }

    fn to_hub(settings: &Settings, url: Url, limit: usize, fresh: Duration, class: Class) -> Self {
        let with_token = settings.token.is_some() && may_be_sent(&settings.endpoint, &url);
        let is_sound = if url.path().ends_with(".md") {
            is_no_html
        } else {
            is_json
        };
        Self {
            url,
            with_token,
            limit,
            fresh,
            class,
            is_sound,
        }
    }

    /// Under what its answer is remembered. Answers for a token are not those for everybody.
    pub(super) fn key(&self, settings: &Settings) -> String {
        let token = settings.token.as_ref().filter(|_| self.with_token);
        let token = token.map_or_else(
            || "-".to_owned(),
            |token| format!("{:08x}", token.fingerprint()),
        );
        format!("GET {} {token}", self.url)
    }

    /// Where it goes.
    pub fn url(&self) -> &Url {
        &self.url
    }
}

/// The parts of a name that may leave this machine. The one way from a name into an address.
fn parts<'a>(settings: &Settings, id: &'a RepoId) -> Result<std::str::Split<'a, char>, Error> {
    if settings.is_private(id) {
        return Err(Error::Name(NotAnId::PrivateNamespace));
    }
    Ok(id.as_str().split('/'))
}

fn checked(revision: &str) -> Result<&str, Error> {
    is_revision(revision)
        .then_some(revision)
        .ok_or(Error::Invalid("the revision"))
}

/// `base` with these segments, each percent-encoded as a whole (`refs/pr/1` becomes `refs%2Fpr%2F1`).
fn under(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok()
}

/// Documentation is asked for as Markdown, inventories and YAML. Pages of HTML are log-in pages and errors.
fn is_no_html(body: &[u8]) -> bool {
    let head = &body[..body.len().min(200)];
    let head = String::from_utf8_lossy(head).trim_start().to_lowercase();
    !head.starts_with("<!doctype") && !head.starts_with("<html")
}

fn is_name(segment: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !segment.is_empty()
        && segment.len() <= 120
        && segment.bytes().all(allowed)
        && !segment.starts_with('.')
}

fn is_release(segment: &str) -> bool {
    segment
        .strip_prefix('v')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::network::Given;
    use crate::workspace::files::MemoryFiles;

    fn settings(endpoint: &str) -> Settings {
        let files = MemoryFiles::new();
        files
            .set("HF_TOKEN", "hf_secret")
            .set("HF_ENDPOINT", endpoint);
        let private_namespaces = vec!["secret".to_owned()];
        Settings::new(
            &files,
            Given {
                private_namespaces,
                ..Given::default()
            },
        )
    }

    fn id(text: &str) -> RepoId {
        RepoId::parse(text).unwrap()
    }

    #[test]
    fn addresses_are_those_of_the_hub() {
        let hub = settings("https://huggingface.co");
        let model = Request::info(&hub, Kind::Model, &id("a/b"), None).unwrap();
        assert_eq!(
            model.url.as_str(),
            "https://huggingface.co/api/models/a/b?securityStatus=true"
        );
        assert!(model.with_token);
        let revision = Request::info(&hub, Kind::Dataset, &id("a/b"), Some("refs/pr/1")).unwrap();
        assert_eq!(
            revision.url.as_str(),
            "https://huggingface.co/api/datasets/a/b/revision/refs%2Fpr%2F1"
        );
        let file = Request::file(&hub, Kind::Dataset, &id("b"), "main", RepoFile::Card).unwrap();
        assert_eq!(
            file.url.as_str(),
            "https://huggingface.co/datasets/b/resolve/main/README.md"
        );
        let brief = Request::brief_info(&hub, Kind::Model, &id("a/b"), None).unwrap();
        let query = brief.url.query().unwrap();
        assert!(
            query.starts_with("expand=cardData&expand=disabled&")
                && !query.contains("siblings")
                && !query.contains("security")
        );
        let mirror = settings("https://mirror.test/hf/");
        let model = Request::info(&mirror, Kind::Model, &id("b"), None).unwrap();
        assert_eq!(model.url.path(), "/hf/api/models/b");
    }

    #[test]
    fn viewer_and_documentation_never_take_the_token() {
        let hub = settings("https://huggingface.co");
        let viewer = Request::viewer(&hub, &id("a/b")).unwrap();
        assert_eq!(
            viewer.url.as_str(),
            "https://datasets-server.huggingface.co/info?dataset=a%2Fb"
        );
        assert!(!viewer.with_token);
        let page = Request::documentation(&hub, "trl/v1.16.0/en/objects.inv").unwrap();
        assert_eq!(
            page.url.as_str(),
            "https://huggingface.co/docs/trl/v1.16.0/en/objects.inv"
        );
        assert!(!page.with_token);
        assert!(Request::viewer(&settings("https://mirror.test"), &id("a/b")).is_err());
    }

    #[test]
    fn what_could_lead_elsewhere_is_refused() {
        let hub = settings("https://huggingface.co");
        for path in [
            "",
            "../x",
            "trl/../../api",
            "trl/%2e%2e/x",
            "trl//x",
            "/trl",
            "trl/x?y",
            "trl/x#y",
            "trl/.hidden",
            "a b",
        ] {
            assert!(Request::documentation(&hub, path).is_err(), "{path}");
        }
        for revision in ["../x", "a?b", "a b", ""] {
            assert!(
                Request::info(&hub, Kind::Model, &id("a/b"), Some(revision)).is_err(),
                "{revision}"
            );
        }
        for kind in [Kind::Model, Kind::Dataset] {
            assert!(Request::info(&hub, kind, &id("Secret/b"), None).is_err());
            assert!(Request::file(&hub, kind, &id("secret/b"), "main", RepoFile::Card).is_err());
        }
        assert!(Request::viewer(&hub, &id("secret/b")).is_err());
    }

    #[test]
    fn a_token_does_not_travel_in_the_clear() {
        let open = settings("http://hub.test");
        let request = Request::info(&open, Kind::Model, &id("a/b"), None).unwrap();
        assert!(!request.with_token);
        let key = request.key(&open);
        assert!(key.ends_with(" -"), "{key}");
        assert!(
            !Request::info(&settings("https://hub.test"), Kind::Model, &id("a/b"), None)
                .unwrap()
                .key(&open)
                .contains("secret")
        );
    }
}
