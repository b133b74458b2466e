//! What models and datasets have in common. `None` and `Unknown` always mean "not known", never "no".

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::Error;
use super::id::{RepoId, is_commit};
use super::json;

/// More files are not kept.
const MOST_FILES: usize = 1_000;

/// Whether a repository is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Existence {
    /// Not known.
    #[default]
    Unknown,
    /// It is there.
    Exists,
    /// It is not there, or private; without a token the Hub does not tell.
    NotFoundOrPrivate,
    /// It is not there for the user's token.
    NotFound,
    /// It is there, but not the revision.
    NoRevision,
}

/// Whether access has to be asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// Not known.
    #[default]
    Unknown,
    /// Everybody may load it.
    Open,
    /// A request is needed, which is granted at once.
    Automatic,
    /// A request is needed, which its owners grant.
    Manual,
}

impl Gate {
    /// Whether a request is needed.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Automatic | Self::Manual)
    }
}

/// The licence as its card says it. What it allows is not for us to say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Licence {
    /// The Hub's name for it: `apache-2.0`, `other`, `llama3.1`.
    pub id: String,
    /// Its own name, where the first is `other`.
    pub name: Option<String>,
    /// Where its text is: an address or a file, as the card says.
    pub link: Option<String>,
}

/// What is known of every repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Common {
    /// The name as the Hub writes it; differs from what was asked where it was renamed or written in another case.
    pub id: Option<String>,
    /// Whether it is there.
    pub existence: Existence,
    /// Whether access has to be asked for.
    pub gate: Gate,
    /// Whether its files are refused to the user as things stand.
    pub refused: bool,
    /// Whether it is private.
    pub private: Option<bool>,
    /// Whether the Hub has disabled it.
    pub disabled: Option<bool>,
    /// Its licence.
    pub licence: Option<Licence>,
    /// The commit that the asked revision stands for.
    pub sha: Option<String>,
    /// When it was last changed (ISO 8601).
    pub last_modified: Option<String>,
    /// Downloads of the last month.
    pub downloads: Option<u64>,
    /// Likes.
    pub likes: Option<u64>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its files; `None` where not all of them are known, or they are more than a thousand.
    pub files: Option<Vec<String>>,
}

impl Common {
    /// From what the Hub says about a repository.
    pub(super) fn of_info(info: &Value) -> Self {
        let siblings = json::list(info, "siblings");
        let files = siblings.map(|files| {
            files
                .filter_map(|file| json::text(file, "rfilename"))
                .collect()
        });
        let tags = json::texts(info, "tags");
        let card = info.get("cardData").unwrap_or(&Value::Null);
        Self {
            id: json::text(info, "id").filter(|id| RepoId::parse(id).is_ok()),
            existence: Existence::Exists,
            gate: gate(info.get("gated")),
            refused: false,
            private: json::flag(info, "private"),
            disabled: json::flag(info, "disabled"),
            licence: licence(card).or_else(|| tagged_licence(&tags)),
            sha: json::text(info, "sha").filter(|sha| is_commit(sha)),
            last_modified: json::text(info, "lastModified"),
            downloads: json::number(info, "downloads"),
            likes: json::number(info, "likes"),
            tags,
            files,
        }
    }

    /// From a refusal, where it says something about the repository.
    pub(super) fn of_error(error: &Error) -> Option<Self> {
        let existence = match error {
            Error::NotFound => Existence::NotFound,
            Error::NotFoundOrPrivate => Existence::NotFoundOrPrivate,
            Error::NoRevision => Existence::NoRevision,
            Error::Gated | Error::Disabled => Existence::Exists,
            _ => return None,
        };
        Some(Self {
            existence,
            refused: *error == Error::Gated,
            disabled: (*error == Error::Disabled).then_some(true),
            ..Self::default()
        })
    }

    /// Forgets a list of files that is too long to be kept for every repository.
    pub(super) fn forget_many_files(&mut self) {
        self.files.take_if(|files| files.len() > MOST_FILES);
    }

    /// The part of a tag behind `prefix`.
    pub(super) fn tag<'t>(&'t self, prefix: &str) -> Option<&'t str> {
        self.tags.iter().find_map(|tag| tag.strip_prefix(prefix))
    }
}

/// The licence in the metadata of a card; of several all, as one text.
pub(super) fn licence(card: &Value) -> Option<Licence> {
    let ids = json::texts(card, "license");
    (!ids.is_empty()).then(|| Licence {
        id: ids.join(", "),
        name: json::text(card, "license_name"),
        link: json::text(card, "license_link"),
    })
}

fn tagged_licence(tags: &[String]) -> Option<Licence> {
    let id = tags.iter().find_map(|tag| tag.strip_prefix("license:"))?;
    Some(Licence {
        id: id.to_owned(),
        ..Licence::default()
    })
}

fn gate(value: Option<&Value>) -> Gate {
    match value {
        Some(Value::Bool(false)) => Gate::Open,
        Some(Value::String(how)) if how == "auto" => Gate::Automatic,
        Some(Value::String(how)) if how == "manual" => Gate::Manual,
        _ => Gate::Unknown,
    }
}
