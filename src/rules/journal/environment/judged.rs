//! The commands of a plan, judged by the rules about commands.

use std::path::Path;
use std::sync::Arc;

use crate::embedded::command::{Command, Word};
use crate::journal::commands::Spoken;
use crate::journal::plan::{Plan, State};
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;
use crate::python::module::{Module, Modules, Script};
use crate::rules;
use crate::rules::finding::{Finding, Severity};
use crate::rules::journal::{is_suppressed, translated};

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
    let modules = Modules::default().with_scripts(scripts);
    let (knowledge, environment) = (surroundings.knowledge, surroundings.environment);
    let mut found = rules::check_commands(knowledge, text, commands, environment, &modules);
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

/// Whether a command runs in another environment, of whose releases nothing is known.
fn is_elsewhere(spoken: &Spoken) -> bool {
    let names = |word: &Word| {
        let name = word.text.split('=').next().unwrap_or_default();
        matches!(name, "--project" | "--directory")
    };
    let mut words = spoken.command.words.iter();
    words.next().is_some_and(|word| word.text == "uv") && words.any(names)
}

/// The scripts of the project that commands name, where they name them from its top.
fn scripts(surroundings: &Surroundings<'_>, spoken: &[&Spoken]) -> Vec<Script> {
    let mut scripts: Vec<Script> = Vec::new();
    for (at, one) in spoken.iter().enumerate() {
        for name in names(&one.command) {
            // Behind `cd` a path begins elsewhere.
            let mut before = spoken[..at]
                .iter()
                .rev()
                .take_while(|it| it.span == one.span);
            let goes = before.any(|it| it.has("cd") || it.has("pushd"));
            if goes || scripts.iter().any(|known| known.name == name) {
                continue;
            }
            scripts.extend(script(surroundings, name));
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

fn script(surroundings: &Surroundings<'_>, name: String) -> Option<Script> {
    let path = name.strip_prefix("./").unwrap_or(&name);
    let document = surroundings.project.document(path)?;
    let module = Module::new(path.to_owned(), document.text().to_owned());
    Some(Script {
        name,
        module: Arc::new(module),
        imports: Vec::new(),
    })
}
