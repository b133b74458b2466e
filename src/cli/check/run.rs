//! Reads the files, checks them in parallel, fixes and shows.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dashmap::DashMap;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

use super::cache::Cache;
use super::online::Online;
use super::output::{FileFindings, Places, There, concise, full, github, json, sarif};
use super::{Args, Format, Options};
use crate::budget;
use crate::checker::imports_a_library;
use crate::checker::{Checker, Request};
use crate::cli::Error;
use crate::embedded;
use crate::hub::Hub;
use crate::journal::project::Project;
use crate::knowledge::choose::Knowledge;
use crate::rules::apply::{Fixed, fix_all};
use crate::rules::finding::{Applicability, Elsewhere, Finding};
use crate::workspace::discover::{FileType, Found, absolute, discover};
use crate::workspace::document::{Document, Language};
use crate::workspace::documents::Opened;
use crate::workspace::files::{DEFAULT_LIMIT, Disk, Files, Steady, decode, read_text, writing};
use crate::workspace::versions::project_root;

mod notebook;

/// A progress bar is shown from so many files on.
const LONG_RUN: usize = 500;

/// What became of one file.
struct Outcome {
    file: FileFindings,
    fixed: Option<Fixed>,
    /// What tells the text that was read from all others, where it may be written.
    read: Option<u128>,
    /// A clear sentence where it could not be read.
    failed: Option<String>,
}

pub fn run(args: &Args) -> Result<ExitCode, Error> {
    run_on(&args.paths, args.stdin_filename.as_deref(), &args.options)
}

/// Checks files; `stdin` is the name of the one that is read from standard input.
pub fn run_on(paths: &[PathBuf], stdin: Option<&Path>, args: &Options) -> Result<ExitCode, Error> {
    let looked = look_at(paths, stdin, args, &Watch::default())?;
    let from_stdin = paths == [PathBuf::from("-")];
    if !(args.diff || from_stdin && args.fix) {
        show(args, &looked.files)?;
    }
    warn(&looked.checker, &looked.failures);
    if shows_summary(args) {
        summary(&looked.files, looked.fixed);
    }
    let found = looked.files.iter().any(|file| !file.findings.is_empty());
    let changed = args.diff && looked.fixed > 0;
    let failed = !looked.failures.is_empty();
    // The program ends: what it knows need not be given back piece by piece.
    std::mem::forget(looked);
    Ok(match (failed, found || changed) {
        (true, _) if !found => ExitCode::from(2),
        (_, true) if !args.exit_zero => ExitCode::from(1),
        _ => ExitCode::SUCCESS,
    })
}

/// What became of a check.
pub struct Looked {
    /// The files with what was found in them.
    pub files: Vec<FileFindings>,
    /// What could not be read or checked, a sentence each.
    pub failures: Vec<String>,
    /// How many findings were fixed.
    pub fixed: usize,
    /// What checked them.
    pub checker: Checker,
}

/// Who waits for a check.
#[derive(Clone, Copy, Default)]
pub struct Watch<'w> {
    /// Told after each file: how many are done, of how many.
    pub told: Option<&'w (dyn Fn(usize, usize) + Sync)>,
    /// Whether nobody waits any more: what is left is passed over then.
    pub is_over: Option<&'w (dyn Fn() -> bool + Sync)>,
}

impl Watch<'_> {
    fn is_over(&self) -> bool {
        self.is_over.is_some_and(|is_over| is_over())
    }
}

/// Checks files, and fixes where that is asked for.
///
/// # Errors
/// A sentence where an option makes no sense, or a file cannot be written.
pub fn look(paths: &[PathBuf], args: &Options, watch: &Watch<'_>) -> Result<Looked, Error> {
    look_at(paths, None, args, watch)
}

fn look_at(
    paths: &[PathBuf],
    stdin: Option<&Path>,
    args: &Options,
    watch: &Watch<'_>,
) -> Result<Looked, Error> {
    let online = match args.online {
        true => Some(Online::new(Arc::new(Disk))?),
        false => None,
    };
    let opened = Arc::default();
    let checker = checker(args, online.as_ref().map(Online::hub), &opened)?;
    let from_stdin = paths == [PathBuf::from("-")];
    let run = Run {
        args,
        journals: DashMap::default(),
        cache: if args.no_cache || args.online || from_stdin {
            Cache::disabled()
        } else {
            Cache::open(checker.root())
        },
        checker: &checker,
        opened,
        online: online.as_ref(),
        watch,
        done: AtomicUsize::new(0),
    };
    let (outcomes, mut failures) = if from_stdin {
        (vec![run.check_stdin(stdin)?], Vec::new())
    } else {
        run.check_paths(paths)?
    };
    run.cache.save();
    failures.extend(outcomes.iter().filter_map(|outcome| outcome.failed.clone()));
    failures.extend(checker.incidents().iter().map(ToString::to_string));
    let fixed = outcomes
        .iter()
        .filter_map(|outcome| outcome.fixed.as_ref())
        .flat_map(|fixed| fixed.applied.values())
        .sum();
    let files = outcomes.into_iter().map(|outcome| outcome.file).collect();
    Ok(Looked {
        files,
        failures,
        fixed,
        checker,
    })
}

fn checker(args: &Options, hub: Option<Hub>, opened: &Arc<Opened>) -> Result<Checker, Error> {
    let files: Arc<dyn Files> = Arc::new(Steady::<Disk>::default());
    let here = std::env::current_dir()
        .map_err(|error| Error(format!("the working directory cannot be found: {error}")))?;
    let request = Request {
        root: project_root(&*files, &here),
        python: args.python.clone(),
        layer: args.layer(),
        use_active: true,
        hub,
        opened: Arc::clone(opened),
    };
    Checker::new(files, Arc::new(Knowledge::default()), request).map_err(Error)
}

fn progress(files: usize) -> ProgressBar {
    let bar = ProgressBar::new(files as u64);
    bar.set_style(
        ProgressStyle::with_template("{spinner} checking {pos}/{len} files {wide_bar}")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    if files < LONG_RUN || !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    } else {
        bar.enable_steady_tick(Duration::from_millis(100));
    }
    bar
}

/// One run over files.
struct Run<'r> {
    args: &'r Options,
    checker: &'r Checker,
    /// The folders whose files belong to a project with a journal, and those whose files do not.
    journals: DashMap<PathBuf, bool>,
    cache: Cache,
    /// The texts that are being looked at, where they count for others.
    opened: Arc<Opened>,
    online: Option<&'r Online>,
    watch: &'r Watch<'r>,
    done: AtomicUsize,
}

impl Run<'_> {
    fn check_stdin(&self, name: Option<&Path>) -> Result<Outcome, Error> {
        let name = name.map_or_else(|| PathBuf::from("stdin.py"), Path::to_path_buf);
        let found = Found {
            absolute: absolute(&name),
            kind: FileType::of(&name).unwrap_or(FileType::Python),
            path: name,
            named: true,
        };
        let mut bytes = Vec::new();
        std::io::stdin()
            .take(limit(found.kind) + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| Error(format!("standard input cannot be read: {error}")))?;
        let text = decode(bytes).map_err(|error| Error(format!("standard input {error}")))?;
        let given = text.clone();
        let outcome = self.check_text(&found, text);
        if self.args.fix && !self.args.diff {
            let fixed = outcome.fixed.as_ref().map(|fixed| fixed.text.as_str());
            print(fixed.unwrap_or(&given))?;
        }
        Ok(outcome)
    }

    fn check_paths(&self, paths: &[PathBuf]) -> Result<(Vec<Outcome>, Vec<String>), Error> {
        let settings = Arc::new(self.checker.settings(self.checker.root()));
        let discovery = discover(paths, &settings);
        let failures: Vec<String> = discovery
            .errors
            .iter()
            .map(|problem| format!("{}: {}", problem.path.display(), problem.message))
            .collect();
        let bar = progress(discovery.files.len());
        let check = |found: &Found| {
            if self.watch.is_over() {
                return None;
            }
            let outcome = self.check_file(found);
            bar.inc(1);
            if let Some(told) = self.watch.told {
                told(
                    self.done.fetch_add(1, Ordering::Relaxed) + 1,
                    discovery.files.len(),
                );
            }
            outcome
        };
        // What is written into code is settled before the documents that are compared with it are looked at.
        let is_last = |found: &Found| self.args.fix && self.is_of_journal(&found.absolute);
        let check_first = |found: &Found| (!is_last(found)).then(|| check(found));
        let mut first: Vec<Option<Option<Outcome>>> =
            discovery.files.par_iter().map(check_first).collect();
        for (found, outcome) in discovery.files.iter().zip(&mut first) {
            self.save(found, outcome.as_mut().and_then(Option::as_mut))?;
        }
        let mut outcomes = Vec::new();
        for (found, outcome) in discovery.files.iter().zip(first) {
            let is_new = outcome.is_none();
            let mut outcome = outcome.unwrap_or_else(|| check(found));
            if is_new {
                self.save(found, outcome.as_mut())?;
            }
            outcomes.extend(outcome);
        }
        bar.finish_and_clear();
        Ok((outcomes, failures))
    }

    fn is_of_journal(&self, path: &Path) -> bool {
        self.has_journal(path)
            && self
                .checker
                .in_project(path)
                .is_some_and(|it| it.role.is_some())
    }

    /// Whether a file belongs to a project that has a journal.
    fn has_journal(&self, path: &Path) -> bool {
        let folder = path.parent().unwrap_or(Path::new(""));
        if let Some(known) = self.journals.get(folder) {
            return *known;
        }
        let found = self.checker.in_project(path).is_some();
        // A plan that is to be written makes a journal where there is none.
        if found || self.checker.files().is_file(path) {
            self.journals.insert(folder.to_path_buf(), found);
        }
        found
    }

    fn save(&self, found: &Found, outcome: Option<&mut Outcome>) -> Result<(), Error> {
        if let Some(outcome) = outcome {
            let limit = limit(found.kind);
            save(self.args, outcome, limit)?;
            self.checker.forget_document(&found.absolute);
        }
        Ok(())
    }

    /// `None` for a file that is left out.
    fn check_file(&self, found: &Found) -> Option<Outcome> {
        if !found.named && self.checker.is_excluded(&found.absolute) {
            return None;
        }
        Some(
            match read_text(&**self.checker.files(), &found.path, limit(found.kind)) {
                Ok(text) => {
                    if found.named
                        && let Some(why) = unreadable(found.kind, &text)
                    {
                        return Some(failed(&found.path, &why));
                    }
                    let read = self.args.fix.then(|| xxh3_128(text.as_bytes()));
                    let check = || self.check_text(found, text);
                    let mut outcome =
                        budget::within(Duration::MAX, check).unwrap_or_else(|failure| {
                            failed(
                                &found.path,
                                &format!("cannot be checked: the program {failure}"),
                            )
                        });
                    outcome.read = read;
                    if outcome.file.findings.is_empty() {
                        // Nobody will be shown a line of it.
                        outcome.file.text = String::new();
                    }
                    outcome
                }
                // Data, most likely: nobody asked for it.
                Err(_) if !found.named && matches!(found.kind, FileType::Embedded(_)) => {
                    return None;
                }
                Err(error) => failed(&found.path, &error.to_string()),
            },
        )
    }

    fn check_text(&self, found: &Found, text: String) -> Outcome {
        let (path, kind) = (&found.path, found.kind);
        if kind == FileType::Notebook {
            return self.check_notebook(found, text);
        }
        let check = |text: &str| self.find(&found.absolute, kind, text);
        let mut fixed = None;
        let mut findings = check(&text);
        if self.is_to_be_fixed(&findings) {
            let format = match kind {
                FileType::Embedded(format) => format,
                _ => embedded::Format::Python,
            };
            let result = fix_all(format, &text, self.args.unsafe_fixes, check);
            if self.args.fix && !self.args.diff {
                findings = check(&result.text);
            }
            fixed = Some(result);
        }
        let text = match &fixed {
            Some(fixed) if self.args.fix && !self.args.diff => fixed.text.clone(),
            _ => text,
        };
        if let (true, Some(fixed)) = (self.args.diff, &fixed) {
            let _ = print(&unified(path, &text, &fixed.text));
        }
        Outcome {
            file: FileFindings {
                path: shown(path),
                elsewhere: self.elsewhere(&found.absolute, &findings),
                text,
                findings,
                cells: None,
            },
            fixed,
            read: None,
            failed: None,
        }
    }

    /// The places in other files of the project that take part in findings.
    fn elsewhere(&self, path: &Path, findings: &[Finding]) -> Vec<Vec<There>> {
        if findings.iter().all(|finding| finding.elsewhere.is_empty()) {
            return Vec::new();
        }
        let Some(place) = self.checker.in_project(path) else {
            return Vec::new();
        };
        let there = |it: &Elsewhere| {
            let absolute = place.project.absolute(&it.path)?;
            let document = place.project.document(&it.path)?;
            let places = Places::new(document.text());
            let here = std::env::current_dir().unwrap_or_default();
            Some(There {
                path: shown(absolute.strip_prefix(here).unwrap_or(&absolute)),
                start: places.place(it.range.start),
                end: places.place(it.range.end),
                message: it.message.clone(),
            })
        };
        let of = |finding: &Finding| finding.elsewhere.iter().filter_map(there).collect();
        findings.iter().map(of).collect()
    }

    /// Whether there is something to fix, and that is asked for.
    fn is_to_be_fixed(&self, findings: &[Finding]) -> bool {
        let fixable = |finding: &Finding| match &finding.fix {
            Some(fix) => self.args.unsafe_fixes || fix.applicability == Applicability::Safe,
            None => false,
        };
        (self.args.fix || self.args.diff) && findings.iter().any(fixable)
    }

    /// The findings of one text.
    fn find(&self, path: &Path, kind: FileType, text: &str) -> Vec<Finding> {
        let (found, language) = match kind {
            FileType::Requirements(kind) => {
                return self.checker.check_requirements(path, text, kind);
            }
            FileType::Embedded(format) => {
                let content = (text, self.cache.digest(text));
                let declares = embedded::declares(format, text);
                (
                    self.find_in(path, content, format, &declares),
                    Language::Embedded(format),
                )
            }
            FileType::Python | FileType::Notebook => {
                (self.find_python(path, text, text), Language::Python)
            }
        };
        if !self.has_journal(path) {
            return self.checker.filtered(path, found);
        }
        // What a journal says depends on other files, so it is never remembered.
        let name = path.to_string_lossy().into_owned();
        let document = Document::new(
            name,
            Some(path.to_path_buf()),
            language,
            None,
            text.to_owned(),
        );
        let document = Arc::new(document);
        self.opened.put(&document);
        let found = self.checker.with_journal(path, &document, found);
        self.opened.remove(path);
        found
    }

    /// The findings of Python, whatever the settings; `declares` is the text in which a script block is looked for.
    /// Files that import no library are not even parsed.
    fn find_python(&self, path: &Path, text: &str, declares: &str) -> Vec<Finding> {
        let unconcerned = || !imports_a_library(text);
        let digest = self.cache.digest(text);
        if self.cache.is_unconcerned(digest, unconcerned) {
            return Vec::new();
        }
        self.find_in(path, (text, digest), embedded::Format::Python, declares)
    }

    fn find_in(
        &self,
        path: &Path,
        (text, digest): (&str, u128),
        format: embedded::Format,
        declares: &str,
    ) -> Vec<Finding> {
        let environment = &self.checker.versions(path, Some(declares)).environment;
        let modules = &self.checker.modules(path, text, format);
        if let Some(online) = &self.online {
            online.look_up(self.checker, path, (text, format), environment);
        }
        let find = || {
            self.checker
                .unfiltered(path, text, format, environment, modules)
        };
        // What does not fit a machine depends on the configurations of models, which may change without the text.
        if self.checker.machine(path).is_known() {
            return find().findings;
        }
        let content = (digest, format, modules);
        self.cache.findings(content, environment, find)
    }
}

/// The most bytes that are read of a file. The outputs of a notebook are passed over, so they may be many.
const fn limit(kind: FileType) -> u64 {
    match kind {
        FileType::Notebook => 256 * 1024 * 1024,
        FileType::Python | FileType::Requirements(_) | FileType::Embedded(_) => DEFAULT_LIMIT,
    }
}

/// Why a file of configuration that was named cannot be read.
fn unreadable(kind: FileType, text: &str) -> Option<String> {
    let (format, name) = match kind {
        FileType::Embedded(format @ embedded::Format::Yaml) => (format, "YAML"),
        FileType::Embedded(format @ embedded::Format::Json) => (format, "JSON"),
        _ => return None,
    };
    let fault = embedded::config::read(format, text).err()?;
    let line = text[..fault.at.min(text.len())].matches('\n').count() + 1;
    Some(format!(
        "cannot be read as {name}: line {line}: {}",
        fault.what
    ))
}

/// A file of which nothing is known but why.
fn failed(path: &Path, why: &str) -> Outcome {
    Outcome {
        file: FileFindings {
            path: shown(path),
            text: String::new(),
            findings: Vec::new(),
            elsewhere: Vec::new(),
            cells: None,
        },
        fixed: None,
        read: None,
        failed: Some(format!("{} {why}", shown(path))),
    }
}

fn unified(path: &Path, old: &str, new: &str) -> String {
    let name = shown(path);
    similar::TextDiff::from_lines(old, new)
        .unified_diff()
        .header(&name, &name)
        .to_string()
}

/// Writes a fixed file beside the old one first, so that nothing is lost when the disk is full; not where somebody wrote it
/// since it was read.
fn save(args: &Options, outcome: &mut Outcome, limit: u64) -> Result<(), Error> {
    let Some(fixed) = outcome.fixed.as_ref().filter(|_| args.fix && !args.diff) else {
        return Ok(());
    };
    if fixed.applied.is_empty() {
        return Ok(());
    }
    let path = Path::new(&outcome.file.path);
    let _writing = writing();
    let now = read_text(&Disk, path, limit).ok();
    if now.map(|text| xxh3_128(text.as_bytes())) != outcome.read {
        let why = "changed while it was checked, so it was not fixed; check it again";
        *outcome = failed(path, why);
        return Ok(());
    }
    crate::workspace::files::replace(path, &fixed.text)
        .map_err(|error| Error(format!("{} cannot be written: {error}", outcome.file.path)))
}

fn show(args: &Options, files: &[FileFindings]) -> Result<(), Error> {
    if args.statistics {
        return print(&statistics(files));
    }
    let colour = anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
    let text: String = match args.output_format {
        Format::Full => files
            .iter()
            .map(|file| full::render(file, colour))
            .collect(),
        Format::Concise => files.iter().map(concise::render).collect(),
        Format::Github => files.iter().map(github::render).collect(),
        Format::Json => json::render(files),
        Format::Sarif => sarif::render(files),
    };
    print(&text)
}

fn statistics(files: &[FileFindings]) -> String {
    let mut counts: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    for finding in files.iter().flat_map(|file| &file.findings) {
        let count = counts.entry((finding.code, finding.name)).or_default();
        count.0 += 1;
        let safe = |fix: &crate::rules::finding::Fix| fix.applicability == Applicability::Safe;
        count.1 += usize::from(finding.fix.as_ref().is_some_and(safe));
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|((code, _), (count, _))| (std::cmp::Reverse(*count), *code));
    rows.into_iter()
        .map(|((code, name), (count, safe))| {
            format!("{count:>6}  {code}  {name} ({safe} fixable)\n")
        })
        .collect()
}

fn shows_summary(args: &Options) -> bool {
    matches!(args.output_format, Format::Full | Format::Concise) && !args.diff
}

fn summary(files: &[FileFindings], fixed: usize) {
    let findings: Vec<&Finding> = files.iter().flat_map(|file| &file.findings).collect();
    let count = |wanted: Applicability| {
        findings
            .iter()
            .filter(|finding| {
                finding
                    .fix
                    .as_ref()
                    .is_some_and(|fix| fix.applicability == wanted)
            })
            .count()
    };
    let (safe, other) = (count(Applicability::Safe), count(Applicability::Unsafe));
    if fixed > 0 {
        anstream::eprintln!("Fixed {fixed} findings");
    }
    if findings.is_empty() {
        anstream::eprintln!("No findings in {}", files_text(files.len()));
        return;
    }
    let mut line = format!(
        "Found {} {} in {}",
        findings.len(),
        if findings.len() == 1 {
            "finding"
        } else {
            "findings"
        },
        files_text(files.len())
    );
    if safe > 0 {
        line.push_str(&format!("; {safe} can be fixed with `--fix`"));
    }
    if other > 0 {
        line.push_str(&format!("; {other} more with `--unsafe-fixes`"));
    }
    anstream::eprintln!("{line}");
}

fn files_text(count: usize) -> String {
    format!("{count} {}", if count == 1 { "file" } else { "files" })
}

/// Warnings about the project's own files, and about files that could not be read.
fn warn(checker: &Checker, failures: &[String]) {
    for problem in checker.problems() {
        let path = problem
            .path
            .strip_prefix(checker.root())
            .unwrap_or(&problem.path);
        anstream::eprintln!(
            "warning: {}:{}: {}",
            path.display(),
            problem.line,
            problem.message
        );
    }
    for failure in failures {
        anstream::eprintln!("warning: {failure}");
    }
}

/// Writes to standard output. A closed pipe is no error: the reader has seen enough.
fn print(text: &str) -> Result<(), Error> {
    match anstream::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// As it was given, with `/`.
fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
