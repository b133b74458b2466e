//! What may be asked, where, and for whom: built from the environment of this process and from what the user
//! has set, never from files of a workspace.

use std::path::PathBuf;

use url::Url;

use super::id::RepoId;
use super::paths::Paths;
use super::token::{Token, is_loopback};
use crate::workspace::files::Files;

/// The Hub unless told otherwise.
pub const DEFAULT_ENDPOINT: &str = "https://huggingface.co";
const STAGING_ENDPOINT: &str = "https://hub-ci.huggingface.co";
/// The dataset viewer that belongs to the Hub.
pub const DEFAULT_VIEWER: &str = "https://datasets-server.huggingface.co";

/// How much network there is, least first.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Deserialize,
    serde::Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Nothing is asked, and nothing is read from caches.
    Off,
    /// What lies on this machine: the library's cache and our own.
    Cache,
    /// When somebody asks: a hover, a command.
    #[default]
    OnDemand,
    /// Also to check what files name.
    On,
}

/// Who wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The user, by a hover or a command.
    Hover,
    /// A check of an open file.
    Background,
}

/// What a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A model or dataset that a file of the workspace names.
    Repository,
    /// A page of public documentation.
    Documentation,
}

/// What the caller sets: from user settings, `initializationOptions` or the command line. Settings that travel with a workspace
/// must not be put in here.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Given {
    /// The mode; [`Mode::OnDemand`] where nobody says.
    #[serde(rename = "network")]
    pub mode: Option<Mode>,
    /// Whether the workspace is trusted. `Some(false)` is at most [`Mode::Cache`]; `None`, for editors
    /// without a notion of trust, looks nothing up that a workspace names unless the mode is [`Mode::On`].
    pub trusted: Option<bool>,
    /// The Hub's address; before `HF_ENDPOINT`.
    pub endpoint: Option<String>,
    /// Where the documentation lies; `ENDPOINT/docs` where nobody says.
    pub docs_base: Option<String>,
    /// The dataset viewer; asked only if set, or if the endpoint is the default one.
    pub viewer_base: Option<String>,
    /// Where our own cache lies; the user's cache folder where nobody says.
    pub cache_dir: Option<PathBuf>,
    /// Namespaces (`acme`) and names (`acme/secret`) that never leave this machine.
    pub private_namespaces: Vec<String>,
}

impl Given {
    /// From what an editor gives under `initializationOptions`: `network`, `trusted`, `endpoint`, `docsBase`,
    /// `viewerBase`, `cacheDir`, `privateNamespaces`. What else stands there is for others.
    ///
    /// # Errors
    /// A sentence where one of them is not what it should be.
    pub fn from_options(options: &serde_json::Value) -> Result<Self, String> {
        let found = serde_json::from_value::<Option<Self>>(options.clone());
        found
            .map(Option::unwrap_or_default)
            .map_err(|error| error.to_string())
    }
}

/// What may be asked, and where.
#[derive(Clone, Debug)]
pub struct Settings {
    mode: Mode,
    trusted: Option<bool>,
    /// The variable that forbids the network.
    offline: Option<&'static str>,
    /// The Hub, without a slash at the end of its path.
    pub endpoint: Url,
    /// For the endpoint alone.
    pub(super) token: Option<Token>,
    /// Where the documentation lies.
    pub docs_base: Url,
    /// The dataset viewer, where it may be asked.
    pub viewer_base: Option<Url>,
    /// Our own cache; `None` where there is no place for it.
    pub cache_dir: Option<PathBuf>,
    /// The cache of huggingface_hub, which is only read.
    pub hub_cache: Option<PathBuf>,
    private_namespaces: Vec<String>,
    /// What could not be used and why, for the log; never a token.
    pub problems: Vec<String>,
}

/// Why nothing is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// The mode is `off`.
    #[error("network use is off")]
    Off,
    /// The mode is `cache`, or an address cannot be used.
    #[error("only cached data is used")]
    CacheOnly,
    /// A variable says so.
    #[error("`{0}` is set")]
    Offline(&'static str),
    /// The workspace is not trusted.
    #[error("the workspace is not trusted")]
    Untrusted,
    /// Nobody has asked for it.
    #[error("it is looked up on demand")]
    NotAsked,
}

impl Settings {
    /// The settings for this process.
    ///
    /// From the environment, in the order of huggingface_hub 2.4 `constants.py`: `HF_ENDPOINT`,
    /// `HUGGINGFACE_CO_STAGING`, `HF_HUB_OFFLINE` or else `TRANSFORMERS_OFFLINE`, `HF_TOKEN` and the other
    /// places of tokens and caches (see [`Paths`]). An address that cannot be used leaves [`Mode::Cache`]:
    /// who works with a mirror does not want to be sent elsewhere.
    pub fn new(files: &dyn Files, given: Given) -> Self {
        let paths = Paths::of(files);
        let mut problems = Vec::new();
        let mut usable = true;
        let mut address = |what: &str, text: &str| {
            address(text).map_err(|why| {
                problems.push(format!("{what} is not used: {why}"));
                usable = false;
            })
        };
        let text = given.endpoint.unwrap_or_else(|| endpoint(files));
        let endpoint = address("the endpoint", &text).unwrap_or_else(|()| known(DEFAULT_ENDPOINT));
        let is_default = endpoint.as_str().trim_end_matches('/') == DEFAULT_ENDPOINT;
        let docs = given.docs_base.unwrap_or_else(|| below(&endpoint, "docs"));
        let docs_base = address("the address of the documentation", &docs)
            .unwrap_or_else(|()| known(DEFAULT_ENDPOINT));
        let viewer = given
            .viewer_base
            .or_else(|| is_default.then(|| DEFAULT_VIEWER.to_owned()));
        let viewer_base = viewer.and_then(|text| address("the dataset viewer", &text).ok());
        let offline = offline(files);
        let mut mode = given.mode.unwrap_or_default();
        if offline.is_some() || !usable || given.trusted == Some(false) {
            mode = mode.min(Mode::Cache);
        }
        Self {
            mode,
            trusted: given.trusted,
            offline,
            endpoint,
            token: paths.token(files),
            docs_base,
            viewer_base,
            cache_dir: given.cache_dir.or_else(own_cache),
            hub_cache: paths.hub_cache,
            private_namespaces: given.private_namespaces,
            problems,
        }
    }

    /// The mode that applies, after trust and environment.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether a token is there; it is never given out.
    pub const fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// Whether the network may be used for that.
    ///
    /// # Errors
    /// Why not.
    pub fn allows(&self, subject: Subject, need: Need) -> Result<(), Withheld> {
        match (self.mode, need) {
            (Mode::Off, _) => Err(Withheld::Off),
            (Mode::Cache, _) if self.trusted == Some(false) => Err(Withheld::Untrusted),
            (Mode::Cache, _) => Err(self.offline.map_or(Withheld::CacheOnly, Withheld::Offline)),
            (Mode::On, _) => Ok(()),
            (Mode::OnDemand, Need::Background) => Err(Withheld::NotAsked),
            (Mode::OnDemand, Need::Hover) => {
                let is_public = subject == Subject::Documentation;
                let allowed = is_public || self.trusted == Some(true);
                allowed.then_some(()).ok_or(Withheld::Untrusted)
            }
        }
    }

    /// Whether the user keeps this name to themselves. Case does not count, as on the Hub.
    pub fn is_private(&self, id: &RepoId) -> bool {
        self.private_namespaces.iter().any(|private| {
            private.eq_ignore_ascii_case(id.as_str())
                || id
                    .namespace()
                    .is_some_and(|own| private.eq_ignore_ascii_case(own))
        })
    }

    /// Whether every address is on this machine, as in tests: then no proxy and no certificate is needed.
    pub(super) fn is_local(&self) -> bool {
        let viewer = self.viewer_base.iter();
        [&self.endpoint, &self.docs_base]
            .into_iter()
            .chain(viewer)
            .all(|url| url.scheme() == "http" && is_loopback(url))
    }
}

fn endpoint(files: &dyn Files) -> String {
    if is_true(files, "HUGGINGFACE_CO_STAGING") {
        return STAGING_ENDPOINT.to_owned();
    }
    files
        .variable("HF_ENDPOINT")
        .unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned())
}

/// The variable that forbids the network. `HF_HUB_OFFLINE=0` hides `TRANSFORMERS_OFFLINE`, as in Python.
fn offline(files: &dyn Files) -> Option<&'static str> {
    let deciding = ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"]
        .into_iter()
        .find(|name| files.variable(name).is_some())?;
    is_true(files, deciding).then_some(deciding)
}

/// Whether a variable is switched on, as huggingface_hub reads it.
pub(super) fn is_true(files: &dyn Files, name: &str) -> bool {
    let value = files.variable(name).unwrap_or_default().to_uppercase();
    ["1", "ON", "YES", "TRUE"].contains(&value.as_str())
}

/// An address that can be built upon.
fn address(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text.trim().trim_end_matches('/')).map_err(|_| "it is no address")?;
    match () {
        () if !matches!(url.scheme(), "http" | "https") => Err("it is neither http nor https"),
        () if url.host().is_none() => Err("it names no host"),
        () if !url.username().is_empty() || url.password().is_some() => {
            Err("it holds a user name or password")
        }
        () if url.query().is_some() || url.fragment().is_some() => {
            Err("it holds a query or fragment")
        }
        () => Ok(url),
    }
}

fn known(text: &str) -> Url {
    Url::parse(text).expect("the address is a constant of ours")
}

fn below(base: &Url, folder: &str) -> String {
    format!("{}/{folder}", base.as_str().trim_end_matches('/'))
}

fn own_cache() -> Option<PathBuf> {
    use etcetera::BaseStrategy;
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(strategy.cache_dir().join("hf-lsp").join("hub"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::files::MemoryFiles;

    fn settings(variables: &[(&str, &str)], given: Given) -> Settings {
        let files = MemoryFiles::new();
        for (name, value) in variables {
            files.set(name, value);
        }
        Settings::new(&files, given)
    }

    fn with(mode: Mode, trusted: Option<bool>) -> Given {
        Given {
            mode: Some(mode),
            trusted,
            ..Given::default()
        }
    }

    #[test]
    fn each_mode_allows_what_it_says() {
        use Need::{Background, Hover};
        use Subject::{Documentation, Repository};
        let rows = [
            (Mode::Off, Some(true), [false, false, false]),
            (Mode::Cache, Some(true), [false, false, false]),
            (Mode::OnDemand, Some(true), [true, false, true]),
            (Mode::OnDemand, None, [false, false, true]),
            (Mode::OnDemand, Some(false), [false, false, false]),
            (Mode::On, Some(true), [true, true, true]),
            (Mode::On, None, [true, true, true]),
            (Mode::On, Some(false), [false, false, false]),
        ];
        for (mode, trusted, expected) in rows {
            let settings = settings(&[], with(mode, trusted));
            let asked = [
                (Repository, Hover),
                (Repository, Background),
                (Documentation, Hover),
            ];
            let allowed = asked.map(|(subject, need)| settings.allows(subject, need).is_ok());
            assert_eq!(allowed, expected, "{mode:?} {trusted:?}");
        }
    }

    #[test]
    fn the_libraries_own_switches_count() {
        let mode =
            |variables: &[(&str, &str)]| settings(variables, with(Mode::On, Some(true))).mode();
        assert_eq!(mode(&[("HF_HUB_OFFLINE", "1")]), Mode::Cache);
        assert_eq!(mode(&[("TRANSFORMERS_OFFLINE", "yes")]), Mode::Cache);
        assert_eq!(
            mode(&[("HF_HUB_OFFLINE", "0"), ("TRANSFORMERS_OFFLINE", "1")]),
            Mode::On
        );
        assert_eq!(mode(&[("HF_HUB_OFFLINE", "no")]), Mode::On);
        let offline = settings(&[("HF_HUB_OFFLINE", "1")], with(Mode::On, None));
        assert_eq!(
            offline.allows(Subject::Repository, Need::Hover),
            Err(Withheld::Offline("HF_HUB_OFFLINE"))
        );
    }

    #[test]
    fn the_endpoint_decides_where_everything_lies() {
        let default = settings(&[], Given::default());
        assert_eq!(default.endpoint.as_str(), "https://huggingface.co/");
        assert_eq!(default.docs_base.as_str(), "https://huggingface.co/docs");
        assert!(default.viewer_base.is_some());
        let mirror = settings(
            &[("HF_ENDPOINT", "https://mirror.test/hf/")],
            Given::default(),
        );
        assert_eq!(mirror.endpoint.as_str(), "https://mirror.test/hf");
        assert_eq!(mirror.docs_base.as_str(), "https://mirror.test/hf/docs");
        assert_eq!(
            mirror.viewer_base, None,
            "a mirror's users are not sent elsewhere"
        );
        let given = Given {
            endpoint: Some("https://own.test".to_owned()),
            ..Given::default()
        };
        let own = settings(&[("HF_ENDPOINT", "https://mirror.test")], given);
        assert_eq!(own.endpoint.as_str(), "https://own.test/");
    }

    #[test]
    fn an_address_that_cannot_be_used_means_no_network() {
        for bad in [
            "nonsense",
            "file:///etc",
            "https://user:pass@hub.test",
            "https://hub.test/?a=b",
        ] {
            let settings = settings(&[("HF_ENDPOINT", bad)], with(Mode::On, Some(true)));
            assert_eq!(settings.mode(), Mode::Cache, "{bad}");
            assert_eq!(settings.problems.len(), 1);
            assert!(!settings.problems[0].contains("pass@"));
        }
    }

    #[test]
    fn private_namespaces_are_known_in_any_case() {
        let given = Given {
            private_namespaces: vec!["Acme".to_owned(), "other/secret".to_owned()],
            ..Given::default()
        };
        let settings = settings(&[], given);
        let private = |id: &str| settings.is_private(&RepoId::parse(id).unwrap());
        assert!(private("acme/x") && private("ACME/y") && private("other/Secret"));
        assert!(private("acme"), "a name of its own");
        assert!(!private("other/open") && !private("acmes/x"));
    }

    #[test]
    fn a_token_is_not_shown_with_the_settings() {
        let settings = settings(&[("HF_TOKEN", "hf_secret")], Given::default());
        assert!(settings.has_token());
        assert!(!format!("{settings:?}").contains("secret"));
    }
}
