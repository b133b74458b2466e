//! Changes of several files that neither another program of this kind nor the end of this one may come between.
#![allow(
    clippy::disallowed_methods,
    reason = "a folder is opened to be locked, not to be read"
)]

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

/// Who holds a folder writes some small files; who takes longer was stopped.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(5);

static WRITING: RwLock<()> = RwLock::new(());

/// A folder in which nobody else changes files until this is dropped, nor when the program is killed.
#[derive(Debug)]
pub struct Hold {
    _folder: Option<File>,
    _writing: Writing,
}

/// Work that the end of the program waits for.
#[derive(Debug)]
pub struct Writing {
    _guard: RwLockReadGuard<'static, ()>,
}

/// Something is written now. Not to be asked for by who has it already.
pub fn writing() -> Writing {
    Writing {
        _guard: WRITING.read().unwrap_or_else(PoisonError::into_inner),
    }
}

/// Holds a folder. Where folders cannot be locked (Windows, some network drives) only this program's own end waits.
///
/// # Errors
/// Somebody else holds it all the time.
pub fn hold(folder: &Path) -> io::Result<Hold> {
    let _writing = writing();
    let Ok(file) = File::open(folder) else {
        return Ok(Hold {
            _folder: None,
            _writing,
        });
    };
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => {
                std::thread::sleep(PAUSE);
            }
            Err(TryLockError::WouldBlock) => {
                return Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "another program is changing it",
                ));
            }
            Err(TryLockError::Error(_)) => {
                return Ok(Hold {
                    _folder: None,
                    _writing,
                });
            }
        }
    }
    Ok(Hold {
        _folder: Some(file),
        _writing,
    })
}

/// Waits until nothing is written any more, and lets nothing begin: the program ends.
pub fn written() {
    std::mem::forget(WRITING.write().unwrap_or_else(PoisonError::into_inner));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_held_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("count");
        std::fs::write(&path, "0").unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..25 {
                        let _held = hold(folder.path()).unwrap();
                        let count: u32 = std::fs::read_to_string(&path).unwrap().parse().unwrap();
                        std::fs::write(&path, (count + 1).to_string()).unwrap();
                    }
                });
            }
        });
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "100");
        assert!(hold(Path::new("/nowhere/at/all")).is_ok());
    }
}
