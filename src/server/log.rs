//! What happens, told to standard error, to the client's log, and where something is wrong to a file.
//! Nothing else ever goes to standard output: that belongs to the protocol.

use std::fmt::{self, Write as _};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;
use tower_lsp_server::Client;
use tower_lsp_server::gen_lsp_types::MessageType;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter, fmt::layer};

/// A log file with more bytes is put aside before the next line, and one that was put aside before is
/// gone: the two never take more than twice this.
const FILE_LIMIT: u64 = 1024 * 1024;

/// Lines on their way to the client's log.
pub type Lines = mpsc::UnboundedReceiver<(MessageType, String)>;

/// Starts logging for this process; `filter` says what goes to standard error (`info`,
/// `hf_lsp=debug`). What this crate logs from `warn` up goes to `file`, from `info` up is returned for
/// the client.
pub fn start(filter: &str, file: Option<LogFile>) -> Lines {
    let (sender, lines) = mpsc::unbounded_channel();
    let errors = layer()
        .with_writer(io::stderr)
        .with_ansi(false)
        .with_filter(EnvFilter::new(filter));
    let file = file.map(|file| {
        let ours = Targets::new().with_target("hf_lsp", Level::WARN);
        layer().with_writer(file).with_ansi(false).with_filter(ours)
    });
    let started = tracing_subscriber::registry()
        .with(errors)
        .with(file)
        .with(ToClient(sender))
        .try_init();
    if started.is_err() {
        tracing::warn!("logging was started before");
    }
    lines
}

/// Has panics logged with their places.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let message = crate::budget::panic_message(panic.payload());
        match panic.location() {
            Some(place) => tracing::error!("panic at {place}: {message}"),
            None => tracing::error!("panic: {message}"),
        }
    }));
}

/// Sends the lines to the client as long as the session lives.
pub async fn forward(client: Client, mut lines: Lines) {
    while let Some((kind, line)) = lines.recv().await {
        client.log_message(kind, line).await;
    }
}

/// A file that exists only from the first line on; what cannot be written is lost. Cheap to clone.
#[derive(Clone, Debug)]
pub struct LogFile {
    path: PathBuf,
    file: Arc<Mutex<Option<File>>>,
}

impl LogFile {
    /// The file at that path, with folders made when the first line comes.
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            file: Arc::default(),
        }
    }

    /// Its path, once something was written.
    pub fn written(&self) -> Option<&Path> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.is_some().then_some(&*self.path)
    }

    fn append(&self, line: &[u8]) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let length = |file: &File| file.metadata().map(|metadata| metadata.len());
        if file
            .as_ref()
            .is_none_or(|file| length(file).is_ok_and(|it| it > FILE_LIMIT))
        {
            *file = None;
            *file = Some(self.open()?);
        }
        file.as_mut().map_or(Ok(()), |file| file.write_all(line))
    }

    /// Opens the file for lines behind those that other servers write.
    fn open(&self) -> io::Result<File> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let is_full = fs::metadata(&self.path).is_ok_and(|metadata| metadata.len() > FILE_LIMIT);
        if is_full {
            fs::rename(&self.path, self.path.with_extension("log.old"))?;
        }
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)
    }
}

/// One line on its way.
pub struct FileLine(LogFile);

impl Write for FileLine {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        // Whether the disk is full is not the concern of who logs.
        let _ = self.0.append(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogFile {
    type Writer = FileLine;

    fn make_writer(&'a self) -> FileLine {
        FileLine(self.clone())
    }
}

struct ToClient(mpsc::UnboundedSender<(MessageType, String)>);

impl<S: Subscriber> Layer<S> for ToClient {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        // The framework logs each message that it writes: telling those would never end.
        if *metadata.level() > Level::INFO || !metadata.target().starts_with("hf_lsp") {
            return;
        }
        let kind = match *metadata.level() {
            Level::ERROR => MessageType::Error,
            Level::WARN => MessageType::Warning,
            _ => MessageType::Info,
        };
        let mut line = Line(String::new());
        event.record(&mut line);
        let _ = self.0.send((kind, line.0));
    }
}

/// The message of an event.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let _ = write!(self.0, "{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_from_the_first_line_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/server.log");
        let file = LogFile::new(path.clone());
        assert_eq!(file.written(), None);
        assert!(!folder.path().join("a").exists());
        file.append(b"one\n").unwrap();
        LogFile::new(path.clone()).append(b"two\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
        assert_eq!(file.written(), Some(&*path));
    }

    #[test]
    fn a_file_that_cannot_be_written_is_no_place_to_point_to() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "").unwrap();
        let file = LogFile::new(folder.path().join("a/server.log"));
        file.make_writer().write_all(b"lost\n").unwrap();
        assert_eq!(file.written(), None);
    }

    #[test]
    fn a_full_file_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.log");
        let file = LogFile::new(path.clone());
        let line = vec![b'x'; 600 * 1024];
        for _ in 0..7 {
            file.append(&line).unwrap();
        }
        let names = fs::read_dir(folder.path()).unwrap();
        assert_eq!(names.count(), 2);
        for name in ["server.log", "server.log.old"] {
            assert!(fs::metadata(folder.path().join(name)).unwrap().len() <= 2 * FILE_LIMIT);
        }
    }
}
