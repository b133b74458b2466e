//! Whatever a project's files hold, every library has a version or a reason for none, and every
//! problem has a place.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use hf_lsp::checker::rule_names;
use hf_lsp::environment::Version;
use hf_lsp::knowledge::store::store;
use hf_lsp::workspace::files::{Files, MemoryFiles};
use hf_lsp::workspace::problem::Problem;
use hf_lsp::workspace::requirements::{Kind, declared};
use hf_lsp::workspace::settings::Settings;
use hf_lsp::workspace::versions::{Catalog, KnownReleases, Options, Resolver};

use super::bytes::Bytes;

const SITE: &str = "/p/.venv/lib/python3.11/site-packages";

/// The files that may hold anything, and what they declare requirements as.
const NAMES: [(&str, Option<Kind>); 15] = [
    ("/p/requirements.txt", Some(Kind::Requirements)),
    ("/p/pyproject.toml", Some(Kind::Pyproject)),
    ("/p/setup.cfg", Some(Kind::SetupCfg)),
    ("/p/environment.yml", Some(Kind::Conda)),
    ("/p/train.py", Some(Kind::Script)),
    ("/p/uv.lock", None),
    ("/p/poetry.lock", None),
    ("/p/pdm.lock", None),
    ("/p/Pipfile.lock", None),
    ("/p/pylock.toml", None),
    ("/p/train.py.lock", None),
    ("/p/hf-lsp.toml", None),
    ("/p/.venv/pyvenv.cfg", None),
    ("trl-0.9.6.dist-info/METADATA", None),
    ("trl-0.9.6.dist-info/direct_url.json", None),
];

struct Known;

impl KnownReleases for Known {
    fn libraries(&self) -> Vec<String> {
        store().names().map(str::to_owned).collect()
    }

    fn releases(&self, library: &str) -> Vec<Version> {
        store().releases(library)
    }
}

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::new(&Known));

pub fn run(input: &[u8]) {
    let mut bytes = Bytes(input);
    let files = MemoryFiles::new();
    files.write("/p/.venv/pyvenv.cfg", "home = /usr/bin\nversion = 3.11.7\n");
    files.write(
        format!("{SITE}/trl-0.9.6.dist-info/METADATA"),
        "Name: trl\nVersion: 0.9.6\n\n",
    );
    let mut script = String::new();
    // Up to three files at a time: includes, pins that contradict each other, settings in two places.
    for _ in 0..3 {
        let (name, kind) = *bytes.pick(&NAMES);
        let text = bytes.text();
        let path = if name.starts_with('/') {
            name.to_owned()
        } else {
            format!("{SITE}/{name}")
        };
        if let Some(kind) = kind {
            declares_what_is_there(Path::new(name), &text, kind);
        }
        if name == "/p/train.py" {
            script.clone_from(&text);
        }
        files.write(path, text);
        if bytes.is_empty() {
            break;
        }
    }
    resolves(Arc::new(files), &script);
}

fn declares_what_is_there(path: &Path, text: &str, kind: Kind) {
    let declarations = declared(path, text, kind);
    let ranges = declarations.requirements.iter().map(|it| it.range);
    for range in ranges.chain(declarations.includes.iter().map(|it| it.range)) {
        let bytes = range.start as usize..range.end as usize;
        assert!(
            text.get(bytes).is_some(),
            "{range:?} is no place of {text:?}"
        );
    }
    for problem in &declarations.problems {
        is_in(problem, text);
    }
}

fn resolves(files: Arc<MemoryFiles>, script: &str) {
    let options = Options {
        root: "/p".into(),
        ..Options::default()
    };
    let resolver = Resolver::new(
        Arc::clone(&files) as Arc<dyn Files>,
        CATALOG.clone(),
        options,
    );
    let answer = resolver.resolve(Path::new("/p/train.py"), Some(script));
    for library in store().names() {
        let has_version = answer.environment.libraries.contains_key(library);
        let why_not = format!("no known release of `{library}`");
        let told = |problem: &Problem| problem.message.starts_with(&why_not);
        assert!(
            has_version || answer.problems.iter().any(told),
            "{library} has no version, and nothing says why"
        );
    }
    let settings = Settings::load(&*files, Path::new("/p"), Path::new("/p"), rule_names());
    for problem in answer.problems.iter().chain(&settings.problems) {
        let bytes = files.read(&problem.path, u64::MAX).unwrap_or_default();
        is_in(problem, &String::from_utf8_lossy(&bytes));
    }
}

/// A problem is on a line that the file has, and said on one line.
fn is_in(problem: &Problem, text: &str) {
    let lines = text.matches('\n').count() as u32 + 1;
    assert!(
        (1..=lines).contains(&problem.line),
        "{problem:?} in {text:?}"
    );
    assert!(
        !problem.message.is_empty() && !problem.message.contains('\n'),
        "{problem:?}"
    );
}
