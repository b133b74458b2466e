//! Packs the knowledge into the program: for each library of the store its owners with tables that lead to
//! them, its facts, most of them in compressed blocks, and the overlay in a form that is read quickly.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "src/knowledge/pack.rs"]
#[expect(dead_code, reason = "the program reads what is written here")]
mod pack;

const STORE: &str = "src/knowledge/store";
const PACKAGES: &str = "src/knowledge/store/packages.txt";
const OVERLAY: &str = "src/knowledge/overlay.toml";
const LIBRARY: &str = "src/planner/library";
/// Strong and slow; only done when a library's facts change.
const LEVEL: i32 = 19;
/// Bytes of what the blocks of a library have in common: with it they take half the room.
const DICTIONARY: usize = 64 * 1024;
/// Blocks from which on that is worth its own room.
const MANY: usize = 32;

fn main() {
    println!("cargo::rerun-if-changed={STORE}");
    println!("cargo::rerun-if-changed={OVERLAY}");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/knowledge/pack.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let date = fs::read_to_string(Path::new(STORE).join("DATE")).unwrap_or_default();
    let mut table = format!(
        "const DATE: &str = {:?};\nstatic SOURCES: &[Source] = &[\n",
        date.trim()
    );
    for path in fact_files() {
        println!("cargo::rerun-if-changed={}", path.display());
        table.push_str(&pack_file(&path, &out));
    }
    table.push_str("];\n");
    fs::write(out.join("store.rs"), table).expect("OUT_DIR can be written");
    fs::write(out.join("packages.rs"), packages(&out)).expect("OUT_DIR can be written");
    fs::write(out.join("overlay.json"), overlay()).expect("OUT_DIR can be written");
    // Others read the files as they are (see src/planner/library.rs).
    if env::var_os("PROFILE").is_some_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed={LIBRARY}");
        fs::write(out.join("planner.rs"), library()).expect("OUT_DIR can be written");
    }
}

/// The table of what plans are made of: names below the folder, and texts.
fn library() -> String {
    let (mut folders, mut files) = (vec![PathBuf::from(LIBRARY)], Vec::new());
    while let Some(folder) = folders.pop() {
        println!("cargo::rerun-if-changed={}", folder.display());
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{LIBRARY}: {error}")) {
            let path = entry.expect("a folder of ours can be read").path();
            if path.is_dir() {
                &mut folders
            } else {
                &mut files
            }
            .push(path);
        }
    }
    // By their names, in which they are looked for; paths are sorted part by part.
    let name = |file: PathBuf| file.to_string_lossy().replace('\\', "/");
    let mut files: Vec<String> = files.into_iter().map(name).collect();
    files.sort();
    let mut table = String::from("static FILES: &[(&str, &str)] = &[\n");
    for path in files {
        let name = path
            .strip_prefix(LIBRARY)
            .unwrap_or(&path)
            .trim_start_matches('/');
        let whole = format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{path}\")");
        writeln!(table, "({name:?}, include_str!({whole})),").expect("a string takes text");
    }
    table + "];\n"
}

/// The overlay as JSON.
fn overlay() -> Vec<u8> {
    let text = fs::read_to_string(OVERLAY).unwrap_or_else(|error| panic!("{OVERLAY}: {error}"));
    let entries: serde_json::Value =
        toml_edit::de::from_str(&text).unwrap_or_else(|error| panic!("{OVERLAY}: {error}"));
    serde_json::to_vec(&entries).expect("what was read can be written")
}

/// Packs what is known of releases, each distribution by itself, and gives the table.
fn packages(out: &Path) -> String {
    let text = fs::read_to_string(PACKAGES).unwrap_or_else(|error| panic!("{PACKAGES}: {error}"));
    let mut parts = text.split("\npackage ");
    let head = parts.next().unwrap_or_default();
    let date = head.lines().find_map(|line| line.strip_prefix("date\t"));
    let date = date.unwrap_or_default();
    let (mut all, mut sources) = (Vec::new(), String::new());
    for part in parts {
        let (name, lines) = part.split_once('\n').expect("a package has releases");
        let packed = compress(lines.as_bytes());
        let (start, size, length) = (all.len(), packed.len(), lines.len());
        let bytes = format!("PACKED.split_at({start}).1.split_at({size}).0");
        let packed_as = format!("Packed {{ bytes: {bytes}, length: {length} }}");
        writeln!(sources, "Source {{ name: {name:?}, packed: {packed_as} }},")
            .expect("writing to a string does not fail");
        all.extend(packed);
    }
    let file = out.join("packages.zst");
    fs::write(&file, all).expect("OUT_DIR can be written");
    let file = file.display().to_string();
    format!(
        "const DATE: &str = {date:?};\nconst PACKED: &[u8] = include_bytes!({file:?});\n\
         static SOURCES: &[Source] = &[\n{sources}];\n"
    )
}

/// The libraries' files, sorted by name.
fn fact_files() -> Vec<PathBuf> {
    let entries = fs::read_dir(STORE).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "facts")
        })
        .collect();
    files.sort();
    files
}

/// Packs a file, unless that was already done for the same bytes in the same way, and gives its table entry.
fn pack_file(path: &Path, out: &Path) -> String {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = header(&text, "distribution").next().unwrap_or_default();
    let packages: Vec<&str> = header(&text, "packages").collect();
    let releases: Vec<&str> = header(&text, "releases").collect();
    let stem = format!("{name}-{:016x}", hash(text.as_bytes()) ^ packing());
    let file = |part: &str| out.join(format!("{stem}.{part}"));
    if !file("table").exists() {
        let parts = pack::split(&text, pack::LARGE);
        let dictionary = dictionary(&parts.blocks);
        let mut packing = Packing::default();
        for (field, bytes) in [
            ("index", parts.index.as_bytes()),
            ("owners", &parts.owners),
            ("slots", &parts.slots),
            ("plain", parts.plain.as_bytes()),
            ("dictionary", &dictionary),
        ] {
            let packed = packing.add(bytes.len(), compress(bytes));
            writeln!(packing.table, "{field}: {packed},").expect("a string takes text");
        }
        packing.table.push_str("blocks: &[\n");
        let mut compressor = compressor(&dictionary);
        for block in &parts.blocks {
            let compressed = compressor.compress(block.as_bytes());
            let packed = packing.add(block.len(), compressed.expect("memory suffices"));
            writeln!(packing.table, "{packed},").expect("a string takes text");
        }
        packing.table.push_str("],\n");
        fs::write(file("packed"), packing.bytes).expect("OUT_DIR can be written");
        // The last one: then both are there.
        fs::write(file("table"), packing.table).expect("OUT_DIR can be written");
    }
    let packed = file("packed").display().to_string();
    let table = fs::read_to_string(file("table")).expect("it has been written");
    format!(
        "Source {{ name: {name:?}, packages: &{packages:?}, releases: &{releases:?}, embedded: {{\n\
         const ALL: &[u8] = include_bytes!({packed:?});\nEmbedded {{\n{table}}} }} }},\n"
    )
}

/// Compressed parts, one behind the other, and Rust that says where each lies.
#[derive(Default)]
struct Packing {
    bytes: Vec<u8>,
    table: String,
}

impl Packing {
    /// Adds a part that had `length` bytes; gives its entry for the table.
    fn add(&mut self, length: usize, packed: Vec<u8>) -> String {
        let (start, size) = (self.bytes.len(), packed.len());
        self.bytes.extend(packed);
        let bytes = format!("ALL.split_at({start}).1.split_at({size}).0");
        format!("Packed {{ bytes: {bytes}, length: {length} }}")
    }
}

/// What blocks have in common; empty where they are few.
fn dictionary(blocks: &[String]) -> Vec<u8> {
    if blocks.len() < MANY {
        return Vec::new();
    }
    zstd::dict::from_samples(blocks, DICTIONARY).expect("there are samples enough")
}

/// Tells ways of packing apart.
fn packing() -> u64 {
    hash(include_bytes!("src/knowledge/pack.rs")) ^ hash(include_bytes!("build.rs"))
}

/// The fields of a header line.
fn header<'t>(text: &'t str, keyword: &str) -> impl Iterator<Item = &'t str> {
    text.lines()
        .take(4)
        .find_map(|line| line.strip_prefix(keyword)?.strip_prefix('\t'))
        .unwrap_or_default()
        .split('\t')
}

fn compress(bytes: &[u8]) -> Vec<u8> {
    let compressed = compressor(&[]).compress(bytes);
    compressed.expect("memory suffices")
}

fn compressor(dictionary: &[u8]) -> zstd::bulk::Compressor<'static> {
    let mut compressor =
        zstd::bulk::Compressor::with_dictionary(LEVEL, dictionary).expect("level 19 exists");
    compressor
        .set_parameter(zstd::zstd_safe::CParameter::WindowLog(27))
        .expect("a window of 128 MiB is allowed");
    compressor
}

/// FNV-1a: tells whether the bytes are those that were packed before.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
