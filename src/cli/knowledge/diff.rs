//! `hf-lsp knowledge diff OLD NEW`: what a store made anew knows more, for those who decide whether to take it.

mod release;
mod reread;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use self::release::Release;
use super::Error;
use crate::environment::{Environment, Resolved, Source};
use crate::knowledge::choose::Knowledge;
use crate::knowledge::library::Library;
use crate::knowledge::store::Store;

/// Compare two stores: what new releases bring, as Markdown
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the store before
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// Folder of the store after
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
}

/// The comparison as Markdown.
///
/// # Errors
/// Where a folder holds no store, or a file of it cannot be read.
pub fn diff(args: &Args) -> Result<String, Error> {
    let (old, new) = (read(&args.old)?, read(&args.new)?);
    let mut out = match date(&args.new) {
        Some(date) => format!("# Knowledge of {date}\n"),
        None => "# Knowledge\n".to_owned(),
    };
    let mut text = String::new();
    for name in new.names() {
        match old.library(name) {
            None => writeln!(
                text,
                "- {name}: a new library, {} releases",
                new.releases(name).len()
            ),
            Some(before) => gone(name, before, &new, &mut text),
        }
        .expect("writing to a string does not fail");
    }
    for name in old.names().filter(|name| new.library(name).is_none()) {
        writeln!(text, "- {name}: no longer there").expect("writing to a string does not fail");
    }
    let releases = releases(&old, new);
    for release in &releases {
        writeln!(text, "- {}", release.summary()).expect("writing to a string does not fail");
    }
    if text.is_empty() {
        out.push_str("\nNothing is different.\n");
        return Ok(out);
    }
    out.push('\n');
    out.push_str(&text);
    for release in &releases {
        out.push_str(&release.details());
    }
    Ok(out)
}

/// Releases that are no longer known, and known ones of which something else is said now.
fn gone(name: &str, before: &Library, new: &Store, text: &mut String) -> std::fmt::Result {
    let Some(after) = new.library(name) else {
        return Ok(());
    };
    let releases = before.releases().iter();
    for release in releases.filter(|it| !after.releases().contains(it)) {
        writeln!(text, "- {name} {release}: no longer known")?;
    }
    let reread = reread::reread(before, after);
    match reread.first() {
        None => Ok(()),
        Some(first) => writeln!(
            text,
            "- {name}: {} of the releases that were known before read otherwise, such as `{first}`",
            counted(reread.len(), "symbol", "symbols")
        ),
    }
}

/// The releases that only the new store has, each beside the one before it.
fn releases(old: &Store, new: Store) -> Vec<Release> {
    // Views borrow their store for as long as the program runs; this command ends it.
    let new: &'static Store = Box::leak(Box::new(new));
    let mut environment = Environment::default();
    for name in new.names() {
        if let Some(newest) = new.releases(name).pop() {
            let resolved = Resolved::new(newest, Source::Newest);
            environment.libraries.insert(name.to_owned(), resolved);
        }
    }
    let view = Knowledge::new(new).view(&environment);
    let mut found = Vec::new();
    for name in new.names() {
        let known = old.releases(name);
        if known.is_empty() {
            continue;
        }
        let all = new.releases(name);
        for (index, release) in all.iter().enumerate().skip(1) {
            if !known.contains(release) {
                found.push(Release::new(&view, name, &all, index));
            }
        }
    }
    found
}

/// The libraries in a folder.
#[expect(
    clippy::disallowed_methods,
    reason = "stores that the maintainer made, not a user's project"
)]
fn read(folder: &Path) -> Result<Store, Error> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::file(folder))? {
        let path = entry.map_err(Error::file(folder))?.path();
        if path.extension().is_some_and(|it| it == "facts") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        let nothing = std::io::Error::other("there is no knowledge here");
        return Err(Error::file(folder)(nothing));
    }
    let libraries: Result<Vec<Library>, Error> = files.iter().map(|path| library(path)).collect();
    Ok(Store::of(libraries?))
}

#[expect(
    clippy::disallowed_methods,
    reason = "stores that the maintainer made, not a user's project"
)]
fn library(path: &Path) -> Result<Library, Error> {
    let text = fs::read_to_string(path).map_err(Error::file(path))?;
    let library = Library::from_text(&text);
    library.map_err(|error| Error::file(path)(std::io::Error::other(error)))
}

/// The day of a store, where its folder has one.
#[expect(
    clippy::disallowed_methods,
    reason = "stores that the maintainer made, not a user's project"
)]
fn date(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join("DATE")).ok()?;
    Some(text.trim().to_owned()).filter(|it| !it.is_empty())
}

/// `1 symbol`, `3 symbols`.
fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
