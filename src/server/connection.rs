//! Messages over a pair of byte streams, each served by a thread of its own.
//!
//! Reading goes on whatever the client does with the answers, and a frame that cannot be read is
//! answered with an error and skipped: the framework's own transport stops at both.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tower_lsp_server::jsonrpc::{Error, Id, Request, Response};

/// Header lines and messages beyond these many bytes are not believed.
const HEADER_LIMIT: u64 = 64 * 1024;
const MESSAGE_LIMIT: usize = 1 << 30;
/// Messages read ahead of the loop that serves them.
const READ_AHEAD: usize = 64;
const LENGTH: &[u8] = b"Content-Length:";

/// What came in.
#[derive(Debug)]
pub enum Incoming {
    /// A request or notification.
    Request(Request),
    /// The client's answer to a request of ours.
    Response(Response),
    /// Something that is not a message: the error to answer with.
    Malformed(Error),
}

/// What goes out, with the place it held among the unanswered requests.
enum Outgoing {
    Message(Vec<u8>, Option<OwnedSemaphorePermit>),
    End,
}

/// The way out; cheap to clone.
#[derive(Clone)]
pub struct Outbox(mpsc::UnboundedSender<Outgoing>);

impl Outbox {
    /// Queues a message; never waits. `permit` is given back when it has been written.
    pub fn send(&self, message: &impl Serialize, permit: Option<OwnedSemaphorePermit>) {
        match serde_json::to_vec(message) {
            Ok(body) => drop(self.0.send(Outgoing::Message(body, permit))),
            Err(error) => tracing::error!("cannot write a message: {error}"),
        }
    }

    /// Resolves when the client does not read any more.
    pub async fn closed(&self) {
        self.0.closed().await;
    }
}

/// Both directions of a connection to a client.
pub struct Connection {
    incoming: mpsc::Receiver<Incoming>,
    outbox: Outbox,
    written: oneshot::Receiver<()>,
}

impl Connection {
    /// Over standard input and output.
    pub fn stdio() -> Self {
        Self::new(io::stdin(), io::stdout())
    }

    /// Over any two streams.
    pub fn new(input: impl Read + Send + 'static, output: impl Write + Send + 'static) -> Self {
        let (incoming_sender, incoming) = mpsc::channel(READ_AHEAD);
        let (outgoing_sender, outgoing) = mpsc::unbounded_channel();
        let (written_sender, written) = oneshot::channel();
        std::thread::spawn(move || read_all(BufReader::new(input), &incoming_sender));
        std::thread::spawn(move || {
            if let Err(error) = write_all(BufWriter::new(output), outgoing) {
                tracing::debug!("the client stopped reading: {error}");
            }
            let _ = written_sender.send(());
        });
        Self {
            incoming,
            outbox: Outbox(outgoing_sender),
            written,
        }
    }

    /// The next message; `None` when the client has closed its side.
    pub async fn next(&mut self) -> Option<Incoming> {
        self.incoming.recv().await
    }

    /// A way to send.
    pub fn outbox(&self) -> Outbox {
        self.outbox.clone()
    }

    /// Waits until everything queued is written, at most for `limit`.
    pub async fn finish(self, limit: Duration) {
        let _ = self.outbox.0.send(Outgoing::End);
        let _ = tokio::time::timeout(limit, self.written).await;
    }
}

/// The messages of a stream, up to its end or an error of the system.
pub fn messages(mut input: impl BufRead) -> impl Iterator<Item = Incoming> {
    std::iter::from_fn(move || {
        Some(match read_frame(&mut input).ok()?? {
            Frame::Body(body) => decode(&body),
            Frame::Junk => Incoming::Malformed(Error::parse_error()),
        })
    })
}

fn read_all(input: impl BufRead, sender: &mpsc::Sender<Incoming>) {
    for message in messages(input) {
        if sender.blocking_send(message).is_err() {
            return;
        }
    }
}

fn write_all(
    mut output: impl Write,
    mut messages: mpsc::UnboundedReceiver<Outgoing>,
) -> io::Result<()> {
    while let Some(first) = messages.blocking_recv() {
        let mut next = Some(first);
        while let Some(message) = next {
            let Outgoing::Message(body, permit) = message else {
                return output.flush();
            };
            write!(output, "Content-Length: {}\r\n\r\n", body.len())?;
            output.write_all(&body)?;
            drop(permit);
            next = messages.try_recv().ok();
        }
        output.flush()?;
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
enum Frame {
    Body(Vec<u8>),
    /// Bytes that are no message; reading goes on at the next `Content-Length`.
    Junk,
}

/// Reads up to the end of the next message, or of bytes that are none; `None` at the end of input.
fn read_frame(input: &mut impl BufRead) -> io::Result<Option<Frame>> {
    let mut length = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        if input
            .by_ref()
            .take(HEADER_LIMIT)
            .read_until(b'\n', &mut line)?
            == 0
        {
            return Ok(None);
        }
        let header = line.trim_ascii();
        if header.is_empty() {
            match length {
                Some(length) => return read_body(input, length).map(Some),
                None => continue,
            }
        }
        match (parse_length(header), is_header(header)) {
            (Some(found), _) => length = Some(found),
            (None, true) => {}
            (None, false) => return Ok(Some(Frame::Junk)),
        }
    }
}

/// The number behind `Content-Length:`, wherever in the line that begins: behind a message that was
/// announced too short, the rest of it stands before the next header.
fn parse_length(line: &[u8]) -> Option<usize> {
    let at = memchr::memmem::rfind(&line.to_ascii_lowercase(), &LENGTH.to_ascii_lowercase())?;
    let number = std::str::from_utf8(&line[at + LENGTH.len()..]).ok()?;
    let length = number.trim().parse().ok()?;
    (length <= MESSAGE_LIMIT).then_some(length)
}

fn is_header(line: &[u8]) -> bool {
    let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
    name.len() < line.len()
        && !name.eq_ignore_ascii_case(b"Content-Length")
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

fn read_body(input: &mut impl BufRead, length: usize) -> io::Result<Frame> {
    let mut body = Vec::new();
    input.by_ref().take(length as u64).read_to_end(&mut body)?;
    Ok(Frame::Body(body))
}

/// Tells requests from responses by their `method`, as the JSON-RPC specification does.
fn decode(body: &[u8]) -> Incoming {
    let value: Value = match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(_) => return Incoming::Malformed(Error::parse_error()),
    };
    let decoded = if value.get("method").is_some() {
        Request::deserialize(value).map(Incoming::Request)
    } else {
        Response::deserialize(value).map(Incoming::Response)
    };
    decoded.unwrap_or_else(|_| Incoming::Malformed(Error::invalid_request()))
}

/// The answer to something that was no message.
pub fn malformed(error: Error) -> Response {
    Response::from_error(Id::Null, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(mut input: &[u8]) -> Vec<Frame> {
        std::iter::from_fn(|| read_frame(&mut input).unwrap()).collect()
    }

    fn body(text: &str) -> Frame {
        Frame::Body(text.into())
    }

    #[test]
    fn reads_frames_whatever_other_headers_they_have() {
        let input =
            b"Content-Length: 2\r\n\r\n{}content-length:3\nContent-Type: a/b; charset=utf-8\n\n[1]";
        assert_eq!(frames(input), [body("{}"), body("[1]")]);
    }

    #[test]
    fn goes_on_behind_junk() {
        let input = b"hello there\nContent-Length: nine\r\n\r\nContent-Length: 2\r\n\r\n{}xyzContent-Length: 1\r\n\r\n1";
        let expected = [Frame::Junk, Frame::Junk, body("{}"), body("1")];
        assert_eq!(frames(input), expected);
    }

    #[test]
    fn does_not_believe_a_length_beyond_reason() {
        let input = b"Content-Length: 99999999999999\r\n\r\nContent-Length: 1\r\n\r\n1";
        assert_eq!(frames(input), [Frame::Junk, body("1")]);
    }

    #[test]
    fn tells_what_a_message_is() {
        let decode = |text: &str| decode(text.as_bytes());
        assert!(matches!(
            decode(r#"{"jsonrpc":"2.0","method":"exit"}"#),
            Incoming::Request(_)
        ));
        assert!(matches!(
            decode(r#"{"jsonrpc":"2.0","id":1,"result":null}"#),
            Incoming::Response(_)
        ));
        for text in [
            "{",
            "[]",
            "{}",
            r#"{"jsonrpc":"1.0","method":"exit"}"#,
            "\u{0}",
        ] {
            assert!(matches!(decode(text), Incoming::Malformed(_)), "{text}");
        }
    }
}
