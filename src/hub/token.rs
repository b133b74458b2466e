//! The user's access token: where it comes from, and that it is never shown.

use std::fmt;

use reqwest::header::HeaderValue;
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

/// An access token. Neither [`fmt::Debug`] nor [`fmt::Display`] shows it, it cannot be serialised, and its header is marked as
/// sensitive, which keeps it out of the logs of the HTTP crates.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token in a text, without blanks and line ends around it; `None` where none is left, or where it
    /// could not stand in a header.
    pub fn new(text: &str) -> Option<Self> {
        let text: String = text
            .trim()
            .chars()
            .filter(|c| !"\r\n".contains(*c))
            .collect();
        let valid = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        valid.then_some(Self(text))
    }

    /// The value of the `Authorization` header.
    pub(super) fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", self.0)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// Tells the answers for one token from those for another. Short on purpose: nothing can be learnt from it.
    pub(super) fn fingerprint(&self) -> u32 {
        (xxh3_64(self.0.as_bytes()) >> 32) as u32
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

impl fmt::Display for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

/// Whether a token for `endpoint` may be sent to `url`: the same scheme, host and port, and nobody on the
/// way can read it.
pub(super) fn may_be_sent(endpoint: &Url, url: &Url) -> bool {
    same_origin(endpoint, url) && (url.scheme() == "https" || is_loopback(url))
}

/// Whether scheme, host and port are the same.
pub(super) fn same_origin(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host() == other.host()
        && one.port_or_known_default() == other.port_or_known_default()
}

/// Whether it stays on this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_never_shown() {
        let token = Token::new(" hf_secret\r\n").unwrap();
        assert_eq!(token, Token("hf_secret".to_owned()));
        let shown = format!("{token} {token:?} {:?} {:?}", Some(&token), token.header());
        assert!(!shown.contains("secret"), "{shown}");
    }

    #[test]
    fn what_no_header_can_hold_is_no_token() {
        for text in ["", " \n", "a b", "a\u{1}b", "é"] {
            assert_eq!(Token::new(text), None, "{text:?}");
        }
    }

    #[test]
    fn goes_to_one_place_only() {
        let url = |text: &str| Url::parse(text).unwrap();
        let sent = |endpoint: &str, to: &str| may_be_sent(&url(endpoint), &url(to));
        assert!(sent("https://hub.test", "https://hub.test/api/x"));
        assert!(sent("https://hub.test", "https://hub.test:443/api/x"));
        assert!(sent("http://127.0.0.1:8000", "http://127.0.0.1:8000/x"));
        for to in [
            "http://hub.test/x",
            "https://hub.test:8443/x",
            "https://cdn.hub.test/x",
            "https://hub.test.evil/x",
            "https://evil/hub.test",
        ] {
            assert!(!sent("https://hub.test", to), "{to}");
        }
        assert!(!sent("http://hub.test", "http://hub.test/x"));
        assert!(!sent("http://127.0.0.1:8000", "http://127.0.0.1:8001/x"));
    }
}
