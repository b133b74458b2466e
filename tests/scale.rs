//! All sources of the newest stored wheels: whole, cut off at random places, and with bytes changed.
//! `hf-lsp knowledge build` downloads the wheels. Not run by default:
//! `cargo test --release --test scale -- --ignored --nocapture`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

mod common;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use common::{environment, findings};
use etcetera::BaseStrategy;
use hf_lsp::environment::{Environment, Version};
use rayon::prelude::*;

/// What a megabyte may take, and what every text may take besides.
const PER_MEGABYTE: Duration = Duration::from_secs(2);
const AT_LEAST: Duration = Duration::from_millis(50);
/// The most memory that the whole run may take, in MB.
const MEMORY: u64 = 1024;
/// How many damaged variants there are of each source, of each kind.
const VARIANTS: u64 = 2;

/// One source of a wheel.
struct Source {
    name: String,
    bytes: Vec<u8>,
}

/// What has been seen.
#[derive(Default)]
struct Seen {
    texts: u64,
    bytes: u64,
    findings: usize,
    time: Duration,
    /// The slowest by what it took for each byte, among those that are long enough to tell.
    slowest: Option<(f64, String)>,
    longest: Option<(Duration, String)>,
    faults: Vec<String>,
}

#[test]
#[ignore = "needs the downloaded wheels and some minutes"]
fn real_code_whole_cut_and_damaged() {
    let environment = environment(&[], &[]);
    let seen = Mutex::new(Seen::default());
    for wheel in newest_wheels() {
        let sources = python_sources(&wheel);
        sources
            .par_iter()
            .for_each(|source| check(source, &environment, &seen));
    }
    let seen = seen.into_inner().unwrap();
    eprintln!(
        "{} texts, {} MB: {:?} of processor time, {} findings\nslowest of 64 kB and more: {:?} s/MB\n\
         longest: {:?}\npeak memory: {} MB",
        seen.texts,
        seen.bytes >> 20,
        seen.time,
        seen.findings,
        seen.slowest,
        seen.longest,
        peak()
    );
    assert_eq!(seen.faults, Vec::<String>::new());
    assert!(seen.texts > 10_000, "the wheels were not found");
    assert!(peak() < MEMORY, "{} MB", peak());
}

/// Checks a source and what becomes of it when it is damaged.
fn check(source: &Source, environment: &Environment, seen: &Mutex<Seen>) {
    let mut random = Random::new(&source.name);
    run(&source.name, &source.bytes, environment, seen);
    for _ in 0..VARIANTS {
        let end = random.below(source.bytes.len() + 1);
        run(
            &format!("{} up to {end}", source.name),
            &source.bytes[..end],
            environment,
            seen,
        );
        let mut bytes = source.bytes.clone();
        let mut flipped = Vec::new();
        for _ in 0..=random.below(8) {
            let at = random.below(bytes.len().max(1));
            let value = random.below(256) as u8;
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
                flipped.push((at, value));
            }
        }
        run(
            &format!("{} with {flipped:?}", source.name),
            &bytes,
            environment,
            seen,
        );
    }
}

fn run(name: &str, bytes: &[u8], environment: &Environment, seen: &Mutex<Seen>) {
    let text = String::from_utf8_lossy(bytes);
    let before = processor_time();
    let done = catch_unwind(AssertUnwindSafe(|| findings(&text, environment).len()));
    let took = processor_time() - before;
    let megabytes = text.len() as f64 / f64::from(1 << 20);
    let mut seen = seen.lock().unwrap();
    seen.texts += 1;
    seen.bytes += text.len() as u64;
    seen.time += took;
    match done {
        Ok(findings) => seen.findings += findings,
        Err(_) => seen.faults.push(format!("{name}: panicked")),
    }
    if took > PER_MEGABYTE.mul_f64(megabytes) + AT_LEAST {
        seen.faults
            .push(format!("{name}: {took:?} for {} bytes", text.len()));
    }
    let rate = took.as_secs_f64() / megabytes;
    if text.len() >= 64 << 10
        && seen
            .slowest
            .as_ref()
            .is_none_or(|(slowest, _)| rate > *slowest)
    {
        seen.slowest = Some((rate, name.to_owned()));
    }
    if seen
        .longest
        .as_ref()
        .is_none_or(|(longest, _)| took > *longest)
    {
        seen.longest = Some((took, name.to_owned()));
    }
}

/// The newest wheel of each distribution.
fn newest_wheels() -> Vec<PathBuf> {
    let cache = etcetera::choose_base_strategy().unwrap().cache_dir();
    let mut newest: BTreeMap<String, (Version, PathBuf)> = BTreeMap::new();
    for entry in fs::read_dir(cache.join("hf-lsp/wheels")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let mut parts = name.split('-');
        let (Some(name), Some(Ok(version))) = (parts.next(), parts.next().map(str::parse)) else {
            continue;
        };
        let version: Version = version;
        let known = newest.get(name);
        if known.is_none_or(|(known, _)| *known < version) {
            newest.insert(name.to_owned(), (version, path));
        }
    }
    newest.into_values().map(|(_, path)| path).collect()
}

fn python_sources(wheel: &Path) -> Vec<Source> {
    let label = wheel.file_name().unwrap().to_string_lossy().into_owned();
    let mut archive = zip::ZipArchive::new(File::open(wheel).unwrap()).unwrap();
    let mut sources = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        if name.ends_with(".py") || name.ends_with(".pyi") {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            let name = format!("{label}/{name}");
            sources.push(Source { name, bytes });
        }
    }
    sources
}

/// Numbers without pattern, the same at each run for the same name.
struct Random(u64);

impl Random {
    fn new(name: &str) -> Self {
        let mix = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, mix) | 1)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 11) % limit.max(1) as u64).unwrap()
    }
}

/// How long this thread has been on a processor: other work of the machine does not count.
fn processor_time() -> Duration {
    let statistics = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds = statistics.split(' ').next().unwrap();
    Duration::from_nanos(nanoseconds.parse().unwrap())
}

/// The most memory that this process has had, in MB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse::<u64>().unwrap() / 1024
}
