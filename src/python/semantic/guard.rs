//! Signs that code protects itself against other versions of a library.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::python::ast::{Expr, ExprKind, Handler};
use crate::python::facts::{Origin, Root};

/// What a test asks about; later ones include earlier ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tested {
    /// Nothing of interest.
    #[default]
    Nothing,
    /// Whether a library is there at all. It guards what stands under the test, but leaving early where
    /// the library is missing says nothing of its version.
    Availability,
    /// A version, a signature or an attribute.
    Version,
}

/// What mentioning `name` in a test asks about.
pub(super) fn word(name: &str) -> Tested {
    match name {
        "hasattr"
        | "getattr"
        | "signature"
        | "getfullargspec"
        | "dir"
        | "vars"
        | "__dataclass_fields__"
        | "__fields__"
        | "__code__"
        | "co_varnames"
        | "__annotations__" => Tested::Version,
        // What stands under `if TYPE_CHECKING` never runs.
        "find_spec" | "import_module" | "TYPE_CHECKING" => Tested::Availability,
        "version_info" | "python_version" => Tested::Nothing,
        _ if is_availability(name) => Tested::Availability,
        _ if mentions_version(name) || compares_releases(name) => Tested::Version,
        _ => Tested::Nothing,
    }
}

/// `is_peft_available`, `PEFT_AVAILABLE`, `HAS_PEFT`; `is_available` is a question to hardware.
fn is_availability(name: &str) -> bool {
    let question = name
        .strip_prefix("is_")
        .and_then(|rest| rest.strip_suffix("_available"));
    question.is_some_and(|library| !library.is_empty())
        || name.ends_with("_AVAILABLE")
        || name.trim_start_matches('_').starts_with("HAS_")
}

fn mentions_version(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.len() >= 7
        && memchr::memchr2_iter(b'v', b'V', bytes).any(|at| {
            let word = bytes.get(at..at + 7);
            word.is_some_and(|word| word.eq_ignore_ascii_case(b"version"))
        })
}

/// `is_transformers_5`, `TRL_0_24`, `is_torch_greater_or_equal`, `transformers_at_least_5`
fn compares_releases(name: &str) -> bool {
    const LIBRARIES: usize = 5;
    /// Words that compare, behind libraries that need a number behind them.
    const WORDS: &[&str] = &[
        "transformers",
        "trl",
        "peft",
        "diffusers",
        "datasets",
        "greater",
        "at_least",
        "_gte",
        "_lte",
        "newer_than",
        "older_than",
    ];
    // Every name of a file is asked about: all words in one pass.
    static SEARCH: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let mut builder = AhoCorasick::builder();
        let builder = builder.ascii_case_insensitive(true);
        builder.build(WORDS).expect("the words are few and short")
    });
    SEARCH.find_iter(name).any(|found| {
        let behind = &name.as_bytes()[found.end()..];
        found.pattern().as_usize() >= LIBRARIES || behind.iter().any(u8::is_ascii_digit)
    })
}

/// Whether a text is a release number and nothing else: `4.25`, `0.25.0.dev0`, `5.0.0rc1`.
pub(super) fn is_release(text: &str) -> bool {
    let mut parts = text.split('.');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit());
    let starts = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
    parts.next().is_some_and(is_number)
        && parts.next().is_some_and(starts)
        && text.len() < 20
        && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'.')
}

/// Whether values of that origin are about versions or signatures, whatever is done with them.
pub(super) fn is_test_origin(origin: &Origin) -> bool {
    matches!(&origin.root, Root::Import(package)
        if matches!(package.as_str(), "inspect" | "importlib" | "importlib_metadata" | "packaging" | "pkg_resources"))
}

/// Whether one of the handlers catches what a missing module, name or parameter raises. A `try` that
/// has no handler yet is being typed.
pub(super) fn handlers_guard(handlers: &[Handler], has_finally: bool) -> bool {
    if handlers.is_empty() {
        return !has_finally;
    }
    handlers.iter().any(|handler| match &handler.exception {
        None => true,
        Some(exception) => catches(exception),
    })
}

/// Whether `exception`, one or a tuple, catches what a missing module, name or parameter raises.
pub(super) fn catches(exception: &Expr) -> bool {
    match &exception.kind {
        ExprKind::Tuple(exceptions) => exceptions.iter().any(catches),
        ExprKind::Name(name) => catches_name(name),
        ExprKind::Attribute { attr, .. } => catches_name(&attr.name),
        _ => false,
    }
}

fn catches_name(name: &str) -> bool {
    matches!(
        name,
        "ImportError"
            | "ModuleNotFoundError"
            | "PackageNotFoundError"
            | "AttributeError"
            | "NameError"
            | "TypeError"
            | "Exception"
            | "BaseException"
    )
}

/// Whether `with context:` swallows or expects such an error.
pub(super) fn context_guards(context: &Expr) -> bool {
    let ExprKind::Call(call) = &context.kind else {
        return false;
    };
    let name = match &call.func.kind {
        ExprKind::Name(name) => name.as_str(),
        ExprKind::Attribute { attr, .. } => attr.name.as_str(),
        _ => return false,
    };
    match name {
        "suppress" => call.args.iter().any(|argument| catches(&argument.value)),
        "raises" | "warns" | "deprecated_call" => true,
        _ => name.starts_with("assertRaises") || name.starts_with("assertWarns"),
    }
}
