//! One request and its answer.

use reqwest::header::{ACCEPT, AUTHORIZATION, ETAG, HeaderMap, IF_NONE_MATCH, LOCATION};
use reqwest::{Client, Response, StatusCode};
use url::Url;

use crate::hub::error::Error;
use crate::hub::limits::Limits;
use crate::hub::network::{Need, Settings};
use crate::hub::request::{Class, Request};
use crate::hub::token::{Token, may_be_sent, same_origin};

/// More redirects than these are a circle.
const MOST_REDIRECTS: usize = 4;
/// A longer mark of content is none.
const LONGEST_ETAG: usize = 200;

/// What a server answers.
pub enum Reply {
    /// The content is what the mark stands for.
    Same,
    /// New content.
    New {
        /// Decompressed.
        body: Vec<u8>,
        /// The mark of this content.
        etag: Option<String>,
    },
}

/// Asks, follows redirects within the origin, and reads the body.
///
/// # Errors
/// Why there is no answer.
pub async fn exchange(
    http: &Client,
    settings: &Settings,
    limits: &Limits,
    request: &Request,
    etag: Option<&str>,
) -> Result<Reply, Error> {
    let mut url = request.url.clone();
    for _ in 0..=MOST_REDIRECTS {
        let response = send(http, settings, request, &url, etag).await?;
        let status = response.status();
        limits.answered(
            url.authority(),
            request.class,
            status.as_u16(),
            response.headers(),
        );
        match status {
            StatusCode::OK => return read(response, request.limit).await,
            StatusCode::NOT_MODIFIED => return Ok(Reply::Same),
            _ if status.is_redirection() => url = next(&url, &response)?,
            StatusCode::TOO_MANY_REQUESTS => {
                let told = limits.allow(url.authority(), request.class, Need::Hover);
                return Err(told.err().unwrap_or(Error::Status(429)));
            }
            _ => return Err(refusal(status.as_u16(), response.headers(), request)),
        }
    }
    Err(Error::Redirected)
}

async fn send(
    http: &Client,
    settings: &Settings,
    request: &Request,
    url: &Url,
    etag: Option<&str>,
) -> Result<Response, Error> {
    let mut builder = http.get(url.clone()).header(ACCEPT, "*/*");
    if let Some(etag) = etag {
        builder = builder.header(IF_NONE_MATCH, etag);
    }
    // Asked again for every address: the last word is here, not where the request was made.
    let token = settings
        .token
        .as_ref()
        .filter(|_| request.with_token && may_be_sent(&settings.endpoint, url));
    if let Some(header) = token.and_then(Token::header) {
        builder = builder.header(AUTHORIZATION, header);
    }
    builder.send().await.map_err(|error| failure(&error, url))
}

/// Where a redirect leads, if that is the same origin. Renamed repositories and other cases of letters are
/// redirected so; what leads elsewhere is nothing that we ask for.
fn next(url: &Url, response: &Response) -> Result<Url, Error> {
    let location = response
        .headers()
        .get(LOCATION)
        .and_then(|value| value.to_str().ok());
    let next = location
        .and_then(|location| url.join(location).ok())
        .ok_or(Error::Redirected)?;
    let is_plain = next.username().is_empty() && next.password().is_none();
    (same_origin(url, &next) && is_plain)
        .then_some(next)
        .ok_or(Error::Redirected)
}

/// Reads the body up to the limit. What the headers say of its length is not believed.
async fn read(mut response: Response, limit: usize) -> Result<Reply, Error> {
    let etag = response
        .headers()
        .get(ETAG)
        .and_then(|etag| etag.to_str().ok());
    let etag = etag
        .filter(|etag| etag.len() <= LONGEST_ETAG)
        .map(ToOwned::to_owned);
    let url = response.url().clone();
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| failure(&error, &url))?
    {
        if body.len() + chunk.len() > limit {
            return Err(Error::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply::New { body, etag })
}

/// A failure in our words: those of the crate may hold whole addresses.
fn failure(error: &reqwest::Error, url: &Url) -> Error {
    let host = url.authority().to_owned();
    if error.is_timeout() {
        return Error::Timeout { host };
    }
    if error.is_decode() {
        return Error::Unreadable;
    }
    tracing::debug!(host, "no answer: {}", kind(error));
    Error::Unreachable { host }
}

/// The innermost reason, which names no address.
fn kind(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

/// What a status means, as huggingface_hub 2.4 `hf_raise_for_status` reads it: by `X-Error-Code` first. Without
/// the Hub's headers it may come from anything on the way, and says nothing about the repository.
fn refusal(status: u16, headers: &HeaderMap, request: &Request) -> Error {
    let text = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let message = text("x-error-message");
    let missing = if request.with_token {
        Error::NotFound
    } else {
        Error::NotFoundOrPrivate
    };
    match (status, text("x-error-code")) {
        (401 | 403, "GatedRepo") => Error::Gated,
        (404, "RepoNotFound") => missing,
        (404, "RevisionNotFound") => Error::NoRevision,
        (404, "EntryNotFound") => Error::NoFile,
        (403, _) if message == "Access to this resource is disabled." => Error::Disabled,
        (401, _) if request.with_token || message.starts_with("Invalid credentials") => {
            Error::BadToken
        }
        (401, "") if !message.is_empty() => Error::NotFoundOrPrivate,
        (401 | 403, _) => Error::Denied,
        (404, _) if request.class == Class::Page => Error::NoFile,
        (other, _) => Error::Status(other),
    }
}
