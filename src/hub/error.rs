//! Why an answer is missing. Holds nothing that a server has written, and no address beyond a host.

use std::time::Duration;

use super::id::NotAnId;
use super::network::Withheld;

/// Why something could not be had. Messages are sentences without an end, for hovers and logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It may not be asked.
    #[error("not looked up: {0}")]
    Withheld(#[from] Withheld),
    /// It is no name, or one that stays here.
    #[error("not looked up: the name {0}")]
    Name(#[from] NotAnId),
    /// A path, revision or address that no request is made for.
    #[error("not looked up: {0} is not valid")]
    Invalid(&'static str),
    /// No connection, or it broke off.
    #[error("{host} cannot be reached")]
    Unreachable {
        /// The host that was asked.
        host: String,
    },
    /// It took too long.
    #[error("{host} did not answer in time")]
    Timeout {
        /// The host that was asked.
        host: String,
    },
    /// Not asked, because the same host has just failed.
    #[error("{host} could not be reached before; tried again in {} s", .wait.as_secs())]
    Resting {
        /// The host.
        host: String,
        /// Until it is tried again.
        wait: Duration,
    },
    /// More bytes than allowed, decompressed.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// Not what was expected: no JSON, no text.
    #[error("the answer cannot be read")]
    Unreadable,
    /// A redirect that is not followed.
    #[error("the answer leads elsewhere, which is not followed")]
    Redirected,
    /// Too much is being asked.
    #[error("the rate limit is reached; tried again in {} s", .wait.as_secs())]
    RateLimited {
        /// Until it is tried again.
        wait: Duration,
    },
    /// No such repository; said to somebody with a token, so it is no private one of theirs.
    #[error("not found")]
    NotFound,
    /// Without a token nobody is told the difference.
    #[error("not found, or private")]
    NotFoundOrPrivate,
    /// No such branch, tag or commit.
    #[error("no such revision")]
    NoRevision,
    /// No such file.
    #[error("no such file")]
    NoFile,
    /// An accepted request for access is needed.
    #[error("access is restricted: an accepted request and a token are needed")]
    Gated,
    /// Switched off by the Hub.
    #[error("disabled by the Hub")]
    Disabled,
    /// The user's token is refused.
    #[error("the Hub refuses the token; log in again")]
    BadToken,
    /// Not allowed, for no stated reason.
    #[error("access is denied")]
    Denied,
    /// Any other status.
    #[error("the server answers with status {0}")]
    Status(u16),
}

impl Error {
    /// How long the answer stands before the same is asked again; `None` where it says nothing about the
    /// question.
    pub(super) const fn stands(&self) -> Option<Duration> {
        match self {
            Self::NotFound
            | Self::NotFoundOrPrivate
            | Self::NoRevision
            | Self::NoFile
            | Self::Gated
            | Self::Disabled
            | Self::Denied
            | Self::TooLarge { .. }
            | Self::Unreadable
            | Self::Redirected => Some(Duration::from_secs(300)),
            Self::BadToken | Self::Status(_) => Some(Duration::from_secs(60)),
            _ => None,
        }
    }
}
