//! Every repository of the Hub that a document names, found once: rules, hovers and links only tell.

use super::context::Context;
use crate::embedded::command::Word;
use crate::embedded::programs::{self, Started};
pub use crate::hub::id::Kind;
use crate::knowledge::signature::Signature;
use crate::python::ast::ParamKind;
use crate::python::facts::{Call, CallId, Value};
use crate::text::TextRange;

/// Which state of a repository is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revision {
    /// The newest.
    Main,
    /// A branch, tag or commit.
    Named(String),
    /// It is only known while the code runs.
    Unknown,
}

/// What happens with a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Something of it is loaded.
    Load,
    /// The weights of an adapter are loaded from it.
    Adapter,
    /// It is written to; it may not be there yet.
    Write,
}

/// One use of a repository.
#[derive(Clone, Debug, PartialEq)]
pub struct Repository {
    /// See [`Kind`].
    pub kind: Kind,
    /// As it is written: not checked, it may be a path or anything else.
    pub id: String,
    /// The value that is passed: a string, or the name of a constant that holds it.
    pub range: TextRange,
    /// See [`Revision`].
    pub revision: Revision,
    /// See [`Purpose`].
    pub purpose: Purpose,
    /// The call that is given it; absent for commands.
    pub call: Option<CallId>,
    /// The parameter's name.
    pub argument: String,
}

/// Parameters that take a repository wherever a library has them.
const ANYWHERE: &[(&str, Kind, Purpose)] = &[
    ("pretrained_model_name_or_path", Kind::Model, Purpose::Load),
    ("pretrained_model_link_or_path", Kind::Model, Purpose::Load),
    ("model_name_or_path", Kind::Model, Purpose::Load),
    ("base_model_name_or_path", Kind::Model, Purpose::Load),
    ("teacher_model_name_or_path", Kind::Model, Purpose::Load),
    ("reward_model_path", Kind::Model, Purpose::Load),
    ("sft_model_path", Kind::Model, Purpose::Load),
    ("tokenizer_name_or_path", Kind::Model, Purpose::Load),
    ("peft_model_id", Kind::Model, Purpose::Adapter),
    ("hub_model_id", Kind::Model, Purpose::Write),
    ("dataset_name", Kind::Dataset, Purpose::Load),
];

/// Parameters whose names say too little, with the end of the callable's path.
const SOMEWHERE: &[(&str, &str, Kind, Purpose)] = &[
    (
        "datasets.load_dataset",
        "path",
        Kind::Dataset,
        Purpose::Load,
    ),
    (
        "datasets.load_dataset_builder",
        "path",
        Kind::Dataset,
        Purpose::Load,
    ),
    (
        "datasets.get_dataset_config_names",
        "path",
        Kind::Dataset,
        Purpose::Load,
    ),
    (
        "datasets.get_dataset_split_names",
        "path",
        Kind::Dataset,
        Purpose::Load,
    ),
    (
        "PeftModel.from_pretrained",
        "model_id",
        Kind::Model,
        Purpose::Adapter,
    ),
    ("transformers.pipeline", "model", Kind::Model, Purpose::Load),
    (
        "transformers.pipeline",
        "tokenizer",
        Kind::Model,
        Purpose::Load,
    ),
    ("Trainer", "model", Kind::Model, Purpose::Load),
    ("Trainer", "ref_model", Kind::Model, Purpose::Load),
    ("Trainer", "reward_model", Kind::Model, Purpose::Load),
    ("InferenceClient", "model", Kind::Model, Purpose::Load),
];

/// What `load_dataset` takes for the name of a builder of its own (datasets 5.2 `packaged_modules/__init__.py`
/// and earlier releases).
const BUILDERS: &[&str] = &[
    "csv",
    "json",
    "pandas",
    "parquet",
    "arrow",
    "text",
    "conll",
    "imagefolder",
    "audiofolder",
    "videofolder",
    "meshfolder",
    "pdffolder",
    "niftifolder",
    "webdataset",
    "xml",
    "hdf5",
    "eval",
    "lance",
    "tsfile",
    "iceberg",
    "vortex",
    "mmcif",
    "pdb",
    "genbank",
    "fasta",
    "fastq",
    "harbor",
    "sql",
    "spark",
    "generator",
    "cache",
];

/// Words that begin the names of functions which write to the repository they are given.
const WRITERS: &[&str] = &["create_", "upload_", "push_", "delete_", "move_", "update_"];

/// All repositories of a document, in order of the calls, commands last.
pub fn all(ctx: &Context<'_>) -> Vec<Repository> {
    let mut found = Vec::new();
    for (index, call) in (0..).zip(&ctx.facts.calls) {
        if ctx.callee(CallId(index)).is_some() {
            of_call(ctx, CallId(index), call, &mut found);
        }
    }
    for command in &ctx.facts.commands {
        if let Some(started) = programs::started(command) {
            of_command(&started, &mut found);
        }
    }
    found
}

fn of_call(ctx: &Context<'_>, id: CallId, call: &Call, found: &mut Vec<Repository>) {
    let Some(callee) = ctx.callee(id) else {
        return;
    };
    let signature = ctx.view.signature(&callee.entity);
    let by_place = call
        .positional
        .iter()
        .enumerate()
        .filter_map(|(at, given)| {
            let name = positional_name(signature.as_deref()?, at)?;
            Some((name, &given.value, given.range))
        });
    let by_name = call.keywords.iter();
    let by_name = by_name.map(|given| (&*given.name.name, &given.value, given.value_range));
    for (name, value, range) in by_place.chain(by_name) {
        let Value::Str(written) = value else { continue };
        if BUILDERS.contains(&written.as_str()) {
            continue;
        }
        let Some((kind, purpose)) = meaning(&callee.symbol, name, call) else {
            continue;
        };
        found.push(Repository {
            kind,
            id: written.clone(),
            range,
            revision: revision(call),
            purpose,
            call: Some(id),
            argument: name.to_owned(),
        });
    }
}

/// The parameter that takes the positional argument at that place.
pub fn positional_name(signature: &Signature, at: usize) -> Option<&str> {
    let param = &signature.params.get(at)?.param;
    let takes = matches!(param.kind, ParamKind::Normal | ParamKind::PositionalOnly);
    takes.then_some(param.name.as_str())
}

/// What kind of repository a parameter of a callable takes, if any.
pub fn kind_of(symbol: &str, name: &str, call: &Call) -> Option<Kind> {
    meaning(symbol, name, call).map(|(kind, _)| kind)
}

/// What kind of repository a parameter takes, and what for.
fn meaning(symbol: &str, name: &str, call: &Call) -> Option<(Kind, Purpose)> {
    if name == "repo_id" {
        let kind = match call.keyword("repo_type").map(|given| &given.value) {
            None | Some(Value::None) => Kind::Model,
            Some(Value::Str(kind)) if kind == "model" => Kind::Model,
            Some(Value::Str(kind)) if kind == "dataset" => Kind::Dataset,
            Some(_) => return None,
        };
        return Some((kind, written_by(symbol)));
    }
    if let Some((_, kind, purpose)) = ANYWHERE.iter().find(|(known, ..)| *known == name) {
        return Some((*kind, *purpose));
    }
    let known = SOMEWHERE
        .iter()
        .find(|(end, known, ..)| *known == name && symbol.ends_with(end));
    known.map(|(.., kind, purpose)| (*kind, *purpose))
}

fn written_by(symbol: &str) -> Purpose {
    let function = symbol.rsplit('.').next().unwrap_or(symbol);
    match WRITERS.iter().any(|word| function.starts_with(word)) {
        true => Purpose::Write,
        false => Purpose::Load,
    }
}

fn revision(call: &Call) -> Revision {
    match call.keyword("revision").map(|given| &given.value) {
        None if call.open => Revision::Unknown,
        None | Some(Value::None) => Revision::Main,
        Some(Value::Str(name)) => Revision::Named(name.clone()),
        Some(_) => Revision::Unknown,
    }
}

fn of_command(started: &Started<'_>, found: &mut Vec<Repository>) {
    let words = started.arguments;
    for (at, word) in words.iter().enumerate() {
        let Some(option) = word.text.strip_prefix("--") else {
            continue;
        };
        let (name, glued) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (option, None),
        };
        let name = name.replace('-', "_");
        let Some((_, kind, purpose)) = ANYWHERE.iter().find(|(known, ..)| *known == name) else {
            continue;
        };
        let (id, range) = match (glued, words.get(at + 1)) {
            (Some(value), _) if word.known && word.plain => {
                let end = word.range.end as usize;
                (value, TextRange::from_usize(end - value.len(), end))
            }
            (None, Some(next)) if next.known && !next.text.starts_with('-') => {
                (next.text.as_str(), next.range)
            }
            _ => continue,
        };
        let revision = option_value(words, "--revision")
            .or_else(|| option_value(words, "--model_revision"))
            .map_or(Revision::Main, |name| Revision::Named(name.to_owned()));
        found.push(Repository {
            kind: *kind,
            id: id.to_owned(),
            range,
            revision,
            purpose: *purpose,
            call: None,
            argument: name,
        });
    }
    found.extend(downloaded(started));
}

/// `hf download org/name`
fn downloaded(started: &Started<'_>) -> Option<Repository> {
    if !matches!(started.program, "hf" | "huggingface-cli") {
        return None;
    }
    let (command, words) = started.arguments.split_first()?;
    let purpose = match command.value()? {
        "download" => Purpose::Load,
        "upload" => Purpose::Write,
        _ => return None,
    };
    let word = words.first().filter(|word| word.known)?;
    let kind = match option_value(words, "--repo-type") {
        None | Some("model") => Kind::Model,
        Some("dataset") => Kind::Dataset,
        Some(_) => return None,
    };
    if word.text.starts_with('-') {
        return None;
    }
    Some(Repository {
        kind,
        id: word.text.clone(),
        range: word.range,
        revision: option_value(words, "--revision")
            .map_or(Revision::Main, |name| Revision::Named(name.to_owned())),
        purpose,
        call: None,
        argument: "repo_id".to_owned(),
    })
}

/// The word behind an option.
fn option_value<'w>(words: &'w [Word], option: &str) -> Option<&'w str> {
    let at = words.iter().position(|word| word.text == option)?;
    words.get(at + 1)?.value()
}

/// Every place where a text holds `id` as a whole string literal, the quotes left out: where it is used, and
/// where a constant gets it.
pub fn mentions(text: &str, id: &str) -> Vec<TextRange> {
    let found = memchr::memmem::find_iter(text.as_bytes(), id.as_bytes());
    let is_whole = |at: &usize| {
        let before = text[..*at].chars().next_back();
        before.is_some_and(|quote| {
            matches!(quote, '"' | '\'') && text[at + id.len()..].starts_with(quote)
        })
    };
    found
        .filter(is_whole)
        .map(|at| TextRange::from_usize(at, at + id.len()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn whole_strings_are_found() {
        let text = "A = \"a/b\"\nf('a/b', \"a/bc\", 'xa/b')";
        let starts: Vec<u32> = mentions(text, "a/b")
            .iter()
            .map(|range| range.start)
            .collect();
        assert_eq!(starts, [5, 13]);
    }
}
