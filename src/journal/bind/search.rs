//! Which calls of the code a call of a plan means.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::compare::{Side, same};
use super::mention::mentions;
use super::params::PlanCall;
use super::{Binding, CodeCall, Given, Held};
use crate::journal::id::Id;
use crate::journal::surroundings::Surroundings;
use crate::knowledge::view::View;
use crate::python::ast::Name;
use crate::python::definition::Definition;
use crate::python::facts::{Access, Call, CallId, Facts, Origin, Root, Step, Value};
use crate::text::TextRange;
use crate::workspace::document::{Document, Language};

/// The bindings of all calls of a plan; `own` is the document of the Python file that is asked about.
pub fn bindings<'a>(
    surroundings: &Surroundings<'_>,
    plan: &Document,
    own: Option<(&str, &'a Document)>,
) -> Vec<Binding<'a>> {
    let calls = plan.params();
    if calls.is_empty() {
        return Vec::new();
    }
    let mut search = Search {
        surroundings,
        plan,
        own,
        files: Files::new(plan),
        places: OnceCell::new(),
        all: None,
        scripts: FxHashMap::default(),
        view: None,
    };
    let numbered = calls.iter().enumerate();
    let bindings = numbered.filter_map(|(number, call)| {
        let code = search.code(call);
        (!code.is_empty()).then_some(Binding {
            step: call.step,
            call: number,
            code,
        })
    });
    bindings.collect()
}

/// The place of the function or class of a name in a Python document: `main`, `Model.forward`.
pub fn definition<'d>(document: &'d Document, symbol: &str) -> Option<&'d Definition> {
    let mut all = document.definitions().iter();
    all.find(|it| it.path == symbol)
}

struct Search<'s, 'a> {
    surroundings: &'s Surroundings<'s>,
    plan: &'s Document,
    own: Option<(&'s str, &'a Document)>,
    files: Files,
    /// The steps by their ids.
    places: OnceCell<HashMap<&'s Id, usize>>,
    /// All Python files, once they were asked for.
    all: Option<Rc<[File]>>,
    scripts: FxHashMap<String, Option<Rc<Script<'a>>>>,
    view: Option<Arc<View>>,
}

/// A Python file that steps name, and what is meant in it.
type File = (String, Option<String>);

/// The Python files that steps name, by the places of the steps in the plan's list.
struct Files(Vec<Vec<File>>);

impl Files {
    fn new(plan: &Document) -> Self {
        let mut files: Vec<Vec<File>> = vec![Vec::new(); plan.plan().steps.len()];
        for mention in mentions(plan.text(), plan.plan(), plan.outline()) {
            if is_python(&mention.path) {
                files[mention.step].push((mention.path, mention.symbol));
            }
        }
        Self(files)
    }

    /// Those of some steps, each once.
    fn of(&self, mut steps: Vec<usize>) -> Vec<File> {
        steps.sort_unstable();
        let mut files: Vec<File> = Vec::new();
        for file in steps.into_iter().flat_map(|step| &self.0[step]) {
            if !files.contains(file) {
                files.push(file.clone());
            }
        }
        files
    }
}

/// A Python file.
struct Script<'a> {
    path: String,
    document: Held<'a>,
    /// Its calls by the last part of what is called.
    calls: FxHashMap<Name, Vec<CallId>>,
}

/// Calls of one file.
type Found<'a> = (Rc<Script<'a>>, Vec<CallId>);

impl<'a> Search<'_, 'a> {
    fn code(&mut self, call: &PlanCall) -> Vec<CodeCall<'a>> {
        let found = self.found(call).into_iter();
        let calls =
            found.flat_map(|(script, ids)| ids.into_iter().map(move |id| (Rc::clone(&script), id)));
        let calls: Vec<_> = calls.collect();
        let code = calls.into_iter().map(|(script, id)| CodeCall {
            pairs: self.pairs(call, &script, id),
            path: script.path.clone(),
            document: script.document.clone(),
            id,
        });
        code.collect()
    }

    fn found(&mut self, call: &PlanCall) -> Vec<Found<'a>> {
        let own = self.files.of(self.around(call.step));
        let found = self.calls_in(&own, call);
        if !found.is_empty() {
            return found;
        }
        for steps in [Self::needed, Self::beside] {
            let files = self.files.of(steps(self, call.step));
            let found = self.calls_in(&files, call);
            if !found.is_empty() {
                return only(found);
            }
        }
        let all = self.all_files();
        only(self.calls_in(&all, call))
    }

    /// A step and those that it is a part of: what a step names is there for its parts too.
    fn around(&self, step: usize) -> Vec<usize> {
        let steps = &self.plan.plan().steps;
        std::iter::successors(Some(step), |&at| steps[at].parent).collect()
    }

    /// The steps of the same section.
    fn beside(&self, step: usize) -> Vec<usize> {
        let steps = &self.plan.plan().steps;
        let section = steps[step].section;
        let is_beside = |at: &usize| section.is_some() && steps[*at].section == section;
        (0..steps.len()).filter(is_beside).collect()
    }

    /// The steps that a step depends on, and those that these depend on.
    fn needed(&self, step: usize) -> Vec<usize> {
        let (text, plan) = (self.plan.text(), self.plan.plan());
        let places = self.places.get_or_init(|| plan.places());
        let mut needed = BTreeSet::new();
        let mut open = vec![step];
        while let Some(at) = open.pop() {
            let ids = plan.steps[at].depends(text);
            for before in ids.iter().filter_map(|(id, _)| places.get(id).copied()) {
                if before != step && needed.insert(before) {
                    open.push(before);
                }
            }
        }
        needed.into_iter().collect()
    }

    fn all_files(&mut self) -> Rc<[File]> {
        let (files, project) = (&self.files, self.surroundings.project);
        let find = || {
            let scripts = project.scripts();
            let named = files.0.iter().flatten().map(|(path, _)| path);
            let mut all: Vec<&String> = scripts.iter().chain(named).collect();
            all.sort_unstable();
            all.dedup();
            all.into_iter().map(|path| (path.clone(), None)).collect()
        };
        Rc::clone(self.all.get_or_insert_with(find))
    }

    fn calls_in(&mut self, files: &[File], call: &PlanCall) -> Vec<Found<'a>> {
        let mut found: Vec<Found<'a>> = Vec::new();
        for (path, symbol) in files {
            let Some(script) = self.script(path) else {
                continue;
            };
            let ids = script.meant(call, symbol.as_deref());
            match found.iter_mut().find(|(other, _)| other.path == *path) {
                _ if ids.is_empty() => {}
                Some((_, known)) => {
                    known.extend(ids);
                    known.sort_unstable();
                    known.dedup();
                }
                None => found.push((script, ids)),
            }
        }
        found
    }

    fn script(&mut self, path: &str) -> Option<Rc<Script<'a>>> {
        if let Some(known) = self.scripts.get(path) {
            return known.clone();
        }
        let document = match self.own {
            Some((own, document)) if own == path => Some(Held::Own(document)),
            _ => self.surroundings.project.document(path).map(Held::Other),
        };
        let script = document
            .filter(|it| it.language() == Language::Python && !it.is_too_large())
            .map(|document| Rc::new(Script::new(path, document)));
        self.scripts.insert(path.to_owned(), script.clone());
        script
    }

    fn pairs(&mut self, wanted: &PlanCall, script: &Script<'a>, id: CallId) -> Vec<Given> {
        let (text, document) = (self.plan.text(), &script.document);
        let facts = document.facts();
        let call = facts.call(id);
        let pair = |argument: &super::PlanArgument| {
            let is_set = facts
                .attributes
                .iter()
                .any(|it| it.access == Access::Store && it.attr.name == argument.name.as_str());
            let keyword = call
                .keywords
                .iter()
                .position(|it| it.name.name == argument.name.as_str());
            let Some(keyword) = keyword else {
                let may_be =
                    call.open || call.partial || is_set || self.is_positional(call, &argument.name);
                return if may_be { Given::Unseen } else { Given::Absent };
            };
            let given = &call.keywords[keyword];
            let unknown = Value::Unknown;
            let planned = Side {
                value: &argument.value,
                source: argument.value_range.slice(text),
            };
            let written = Side {
                value: if given.optional {
                    &unknown
                } else {
                    &given.value
                },
                source: given.value_range.slice(document.code()),
            };
            let same = same(planned, written).filter(|same| *same || !is_set);
            Given::Here { keyword, same }
        };
        wanted.arguments.iter().map(pair).collect()
    }

    /// Whether an argument may be among those that a call gives by position.
    fn is_positional(&mut self, call: &Call, name: &str) -> bool {
        if call.positional.is_empty() {
            return false;
        }
        let surroundings = self.surroundings;
        let view = self
            .view
            .get_or_insert_with(|| surroundings.knowledge.view(surroundings.environment));
        let entity = call.callee.import_path().map(|path| view.resolve(&path));
        let Some(signature) = entity.and_then(|entity| view.signature(&entity)) else {
            return true;
        };
        let params = &signature.params;
        let place = params.iter().position(|it| it.param.name == name);
        place.is_none_or(|place| place < call.positional.len())
    }
}

/// Nothing where there are several files: which one is meant is not known.
fn only(found: Vec<Found<'_>>) -> Vec<Found<'_>> {
    if found.len() > 1 { Vec::new() } else { found }
}

fn is_python(path: &str) -> bool {
    path.ends_with(".py")
}

impl<'a> Script<'a> {
    fn new(path: &str, document: Held<'a>) -> Self {
        let facts = document.facts();
        let mut calls: FxHashMap<Name, Vec<CallId>> = FxHashMap::default();
        for (call, id) in facts.calls.iter().zip((0..).map(CallId)) {
            if let Some(name) = last_part(facts, &call.callee) {
                calls.entry(name.clone()).or_default().push(id);
            }
        }
        Self {
            path: path.to_owned(),
            document,
            calls,
        }
    }

    /// The calls that a call of a plan may mean; those in the definition of `symbol` alone where it has some.
    fn meant(&self, wanted: &PlanCall, symbol: Option<&str>) -> Vec<CallId> {
        let Some(ids) = self.calls.get(wanted.name()) else {
            return Vec::new();
        };
        let facts = self.document.facts();
        let text = self.document.code();
        let is_meant = |id: &&CallId| is_meant(wanted, text, facts, facts.call(**id));
        let all: Vec<CallId> = ids.iter().filter(is_meant).copied().collect();
        let place = symbol.and_then(|symbol| definition(&self.document, symbol));
        let within = |range: TextRange| {
            let inside = all.iter().copied();
            let inside = inside.filter(|id| range.contains_range(facts.call(*id).range));
            inside.collect::<Vec<_>>()
        };
        let inside = place.map(|it| within(it.range)).unwrap_or_default();
        if inside.is_empty() { all } else { inside }
    }
}

/// Whether a call of the code is of what a call of a plan names: `SFTConfig`, `trl.SFTConfig`,
/// `AutoModel.from_pretrained`, or by the same words.
fn is_meant(wanted: &PlanCall, text: &str, facts: &Facts, call: &Call) -> bool {
    let named: Vec<&str> = wanted.callee.split('.').collect();
    let path = parts(facts, &call.callee);
    let ends_with = |tail: &[&str]| {
        path.len() >= tail.len()
            && path[path.len() - tail.len()..]
                .iter()
                .zip(tail)
                .all(|(a, b)| a == b)
    };
    let is_deeper = || {
        named.len() > 1 && path.first().is_some_and(|it| *it == named[0]) && ends_with(&named[1..])
    };
    ends_with(&named) || is_deeper() || call.callee_range.slice(text) == wanted.callee
}

/// The last name of a path.
fn last_part<'f>(facts: &'f Facts, origin: &'f Origin) -> Option<&'f Name> {
    match (origin.steps.last(), &origin.root) {
        (Some(Step::Attr(name)), _) | (None, Root::Import(name)) => Some(name),
        (None, Root::Class(id)) => Some(&facts.class(*id).name.name),
        _ => None,
    }
}

/// The names of a path, calls left out: `trl`, `SFTTrainer`, `train` of `trl.SFTTrainer().train`.
fn parts<'f>(facts: &'f Facts, origin: &'f Origin) -> Vec<&'f str> {
    let mut names = match &origin.root {
        Root::Import(name) => vec![name.as_str()],
        Root::Class(id) | Root::SelfOf(id) => vec![facts.class(*id).name.name.as_str()],
        Root::InstanceOf(class) => parts(facts, class),
        Root::SuperOf(_) => Vec::new(),
    };
    names.extend(origin.steps.iter().filter_map(|step| match step {
        Step::Attr(name) => Some(name.as_str()),
        _ => None,
    }));
    names
}
