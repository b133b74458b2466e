//! Which calls of the code a call of a plan means.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::compare::{Side, same};
use super::mention::mentions;
use super::params::{PlanArgument, PlanCall};
use super::script::Script;
use super::{Binding, CodeCall, Given, Held};
use crate::journal::id::Id;
use crate::journal::surroundings::Surroundings;
use crate::knowledge::view::View;
use crate::python::definition::Definition;
use crate::python::facts::{Access, Call, CallId, Value};
use crate::workspace::document::{Document, Language};

/// The bindings of all calls of a plan, or, with `own`, those of the calls that this Python file may make too.
pub fn bindings<'a>(
    surroundings: &Surroundings<'_>,
    plan: &Document,
    own: Option<(&str, &'a Document)>,
) -> Vec<Binding<'a>> {
    let calls = plan.params();
    if calls.is_empty() {
        return Vec::new();
    }
    let mut search = Search::new(surroundings, plan, own);
    let asked = own.and_then(|(path, _)| search.script(path));
    let is_asked = |call: &PlanCall| match (own, &asked) {
        (None, _) => true,
        (Some(_), asked) => asked.as_ref().is_some_and(|it| it.has(call.name())),
    };
    let wanted = calls.iter().enumerate().filter(|(_, call)| is_asked(call));
    let bindings = wanted.filter_map(|(number, call)| {
        let code = search.code(call);
        (!code.is_empty()).then_some(Binding {
            step: call.step,
            call: number,
            code,
        })
    });
    bindings.collect()
}

/// The function, class or constant of a name in a Python document: `main`, `Model.forward`.
pub fn definition<'d>(document: &'d Document, symbol: &str) -> Option<&'d Definition> {
    let mut all = document.definitions().iter();
    all.find(|it| it.path == symbol)
}

/// A Python file that a step names, and what of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct File {
    path: String,
    symbol: Option<String>,
}

/// Calls of one file.
type Found<'a> = (Rc<Script<'a>>, Vec<CallId>);

struct Search<'s, 'a> {
    surroundings: &'s Surroundings<'s>,
    plan: &'s Document,
    own: Option<(&'s str, &'a Document)>,
    /// What each step names.
    files: Vec<Vec<File>>,
    places: FxHashMap<&'s Id, usize>,
    scripts: FxHashMap<String, Option<Rc<Script<'a>>>>,
    /// All files of the project, once somebody asked.
    all: Option<Rc<[File]>>,
    /// What a call means where no step near it says so, by what is called.
    anywhere: FxHashMap<String, Vec<Found<'a>>>,
    view: Option<Arc<View>>,
}

impl<'s, 'a> Search<'s, 'a> {
    fn new(
        surroundings: &'s Surroundings<'s>,
        plan: &'s Document,
        own: Option<(&'s str, &'a Document)>,
    ) -> Self {
        let steps = &plan.plan().steps;
        let mut files = vec![Vec::new(); steps.len()];
        for mention in mentions(plan.text(), plan.plan(), plan.outline()) {
            let of_step: &mut Vec<File> = &mut files[mention.step];
            let file = File {
                path: mention.path,
                symbol: mention.symbol,
            };
            if file.path.ends_with(".py") && !of_step.contains(&file) {
                of_step.push(file);
            }
        }
        // Of several steps with an id the first one counts.
        let numbered = steps.iter().enumerate().rev();
        let places = numbered.filter_map(|(at, step)| Some((step.id.as_ref()?, at)));
        Self {
            surroundings,
            plan,
            own,
            files,
            places: places.collect(),
            scripts: FxHashMap::default(),
            all: None,
            anywhere: FxHashMap::default(),
            view: None,
        }
    }

    fn code(&mut self, call: &PlanCall) -> Vec<CodeCall<'a>> {
        let mut code = Vec::new();
        for (script, ids) in self.found(call) {
            for id in ids {
                code.push(CodeCall {
                    path: script.path.clone(),
                    document: script.document.clone(),
                    id,
                    pairs: self.pairs(call, &script, id),
                });
            }
        }
        code
    }

    fn found(&mut self, call: &PlanCall) -> Vec<Found<'a>> {
        let steps = &self.plan.plan().steps;
        // What a step names is there for its parts too.
        let own = std::iter::successors(Some(call.step), |at| steps[*at].parent);
        let own = self.files_of(own);
        let found = self.calls_in(&own, call);
        // What is still to be written will make the call; another script of the project says nothing of it.
        if !found.is_empty() || self.is_one_missing(&own) {
            return found;
        }
        let needed = self.needed(call.step);
        let section = steps[call.step].section;
        let beside =
            (0..steps.len()).filter(|at| section.is_some() && steps[*at].section == section);
        for files in [self.files_of(needed.into_iter()), self.files_of(beside)] {
            let found = self.calls_in(&files, call);
            if !found.is_empty() || self.is_one_missing(&files) {
                return only(found);
            }
        }
        if let Some(known) = self.anywhere.get(&call.callee) {
            return known.clone();
        }
        let named = self.files_of(0..steps.len());
        let found = match self.is_one_missing(&named) {
            true => Vec::new(),
            false => {
                let all = self.all();
                only(self.calls_in(&all, call))
            }
        };
        self.anywhere.insert(call.callee.clone(), found.clone());
        found
    }

    /// Whether a file is still to be written, and may make the call that no other makes.
    fn is_one_missing(&mut self, files: &[File]) -> bool {
        files.iter().any(|file| self.script(&file.path).is_none())
    }

    /// The steps that a step depends on, and those that these depend on.
    fn needed(&self, step: usize) -> Vec<usize> {
        let (text, steps) = (self.plan.text(), &self.plan.plan().steps);
        let mut is_known = vec![false; steps.len()];
        is_known[step] = true;
        let mut needed = vec![step];
        let mut at = 0;
        while let Some(next) = needed.get(at) {
            for (id, _) in steps[*next].depends(text) {
                let before = self.places.get(&id).copied();
                if let Some(before) = before.filter(|before| !is_known[*before]) {
                    is_known[before] = true;
                    needed.push(before);
                }
            }
            at += 1;
        }
        needed.remove(0);
        needed
    }

    fn files_of(&self, steps: impl Iterator<Item = usize>) -> Vec<File> {
        let mut files: Vec<File> = steps
            .flat_map(|step| self.files[step].iter().cloned())
            .collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    fn all(&mut self) -> Rc<[File]> {
        if let Some(known) = &self.all {
            return Rc::clone(known);
        }
        let scripts = self.surroundings.project.scripts();
        let named = self.files.iter().flatten().map(|file| &file.path);
        let mut paths: Vec<&String> = scripts.iter().chain(named).collect();
        paths.sort_unstable();
        paths.dedup();
        let files = paths.into_iter().map(|path| File {
            path: path.clone(),
            symbol: None,
        });
        let files: Rc<[File]> = files.collect();
        self.all = Some(Rc::clone(&files));
        files
    }

    fn calls_in(&mut self, files: &[File], call: &PlanCall) -> Vec<Found<'a>> {
        let mut found: Vec<Found<'a>> = Vec::new();
        for file in files {
            let Some(script) = self.script(&file.path) else {
                continue;
            };
            let ids = script.meant(call, file.symbol.as_deref());
            match found
                .last_mut()
                .filter(|(other, _)| Rc::ptr_eq(other, &script))
            {
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
        let pair = |argument: &PlanArgument| {
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
