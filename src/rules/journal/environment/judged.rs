//! The commands of a plan, judged by the rules about commands.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use pep440_rs::Version;
use rustc_hash::FxHashSet;

use crate::embedded::command::{Command, Word};
use crate::environment::{Environment, Resolved, Source};
use crate::journal::commands::Spoken;
use crate::journal::plan::{Plan, State};
use crate::journal::releases::exact;
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;
use crate::python::module::{Module, Modules, Script};
use crate::rules;
use crate::rules::finding::{Finding, Severity};
use crate::rules::journal::{is_suppressed, translated};
use crate::workspace::document::Document;

/// What the rules about commands find in the spans of a plan, under the codes of the journal; at steps that are
/// done it is for the record only.
pub fn judged(surroundings: &Surroundings<'_>, plan: &Plan) -> Vec<Finding> {
    let text = surroundings.text();
    let all = surroundings.document.commands().iter();
    let spoken: Vec<&Spoken> = all.filter(|it| !is_elsewhere(it)).collect();
    let scripts = scripts(surroundings, &spoken);
    let is_done = |finding: &Finding| {
        let step = plan.step_at(finding.range.start);
        step.is_some_and(|at| plan.steps[at].state == State::Done)
    };
    let commands: Vec<Command> = spoken.iter().map(|it| it.command.clone()).collect();
    let takes = |(script, document): &(Script, Arc<Document>)| {
        (script.name.clone(), document.takes().cloned())
    };
    let taken = scripts.iter().map(takes).collect();
    let scripts = scripts.into_iter().map(|(script, _)| script).collect();
    let modules = Modules::default().with_scripts(scripts);
    let environment = planned(surroundings, plan);
    let knowledge = surroundings.knowledge;
    let mut found = rules::check_commands(knowledge, text, commands, &environment, &modules, taken);
    found.retain(|finding| !is_suppressed(surroundings.document.facts(), finding));
    let of_journal = found.into_iter().map(|mut finding| {
        // Which of the two is right, script or plan, nobody knows.
        let is_of_script = finding.library.is_none();
        let most = match is_done(&finding) {
            true => Severity::Information,
            false if is_of_script => Severity::Warning,
            false => Severity::Error,
        };
        finding.severity = finding.severity.max(most);
        translated(Role::Plan, finding)
    });
    of_journal.collect()
}

/// The releases that apply when the plan is followed: what steps that are not done pin is there by then, and what done ones
/// pin where nothing else says which it is. A library that is pinned in two ways stays as it is.
fn planned(surroundings: &Surroundings<'_>, plan: &Plan) -> Environment {
    let mut wanted: BTreeMap<&str, Option<(&Version, bool)>> = BTreeMap::new();
    for pinned in surroundings.document.pins() {
        let (None, Some(version)) = (&pinned.environment, exact(&pinned.specifiers)) else {
            continue;
        };
        let is_open = plan.steps[pinned.step].state != State::Done;
        let known = wanted
            .entry(&pinned.name)
            .or_insert(Some((version, is_open)));
        *known = known
            .filter(|(first, _)| *first == version)
            .map(|(first, was_open)| (first, was_open || is_open));
    }
    let mut environment = surroundings.environment.clone();
    for (name, (version, is_open)) in wanted
        .into_iter()
        .filter_map(|(name, it)| Some((name, it?)))
    {
        let Some(resolved) = environment.libraries.get_mut(name) else {
            continue;
        };
        let gives_way = match &resolved.source {
            Source::Target => false,
            Source::Newest | Source::Range(..) => true,
            _ => is_open,
        };
        if gives_way && resolved.version != *version {
            let source = Source::Pinned(surroundings.path.to_owned());
            *resolved = Resolved::new(version.clone(), source);
        }
    }
    environment
}

/// Whether a command runs in another environment, of whose releases nothing is known.
fn is_elsewhere(spoken: &Spoken) -> bool {
    let names = |word: &Word| {
        let name = word.text.split('=').next().unwrap_or_default();
        matches!(name, "--project" | "--directory")
    };
    let mut words = spoken.command.words.iter();
    words.next().is_some_and(|word| word.text == "uv") && words.any(names)
}

/// The scripts of the project that commands name, where they name them from its top, with their documents.
fn scripts(surroundings: &Surroundings<'_>, spoken: &[&Spoken]) -> Vec<(Script, Arc<Document>)> {
    let mut scripts = Vec::new();
    let mut seen = FxHashSet::default();
    for (at, one) in spoken.iter().enumerate() {
        for name in names(&one.command) {
            // Behind `cd` a path begins elsewhere.
            let mut before = spoken[..at]
                .iter()
                .rev()
                .take_while(|it| it.span == one.span);
            let goes = before.any(|it| it.has("cd") || it.has("pushd"));
            if !goes && seen.insert(name.clone()) {
                scripts.extend(script(surroundings, name));
            }
        }
    }
    scripts
}

/// Words that may be scripts: `src/train.py`, and `src.train` behind `-m`.
fn names(command: &Command) -> Vec<String> {
    let words = &command.words;
    let known = words.iter().filter_map(Word::value);
    let files = known.filter(|word| is_python(word)).map(str::to_owned);
    let modules = words.windows(2).filter(|pair| pair[0].text == "-m");
    let modules = modules.filter_map(|pair| pair[1].value());
    let paths = modules.map(|name| format!("{}.py", name.replace('.', "/")));
    files.chain(paths).collect()
}

fn is_python(word: &str) -> bool {
    Path::new(word).extension().is_some_and(|end| end == "py")
}

fn script(surroundings: &Surroundings<'_>, name: String) -> Option<(Script, Arc<Document>)> {
    let path = name.strip_prefix("./").unwrap_or(&name);
    let document = surroundings.project.document(path)?;
    let module = Module::new(path.to_owned(), document.text().to_owned());
    let script = Script {
        name,
        module: Arc::new(module),
        imports: Vec::new(),
    };
    Some((script, document))
}
