//! Scripts that train.

use crate::journal::surroundings::Surroundings;
use crate::knowledge::view::{Entity, View};
use crate::python::facts::{Call, Facts, Guard, Origin, Root};

/// The first call of a file that makes a trainer of a library, or one of a class of the file that is derived from
/// such a trainer.
pub fn trainer<'f>(surroundings: &Surroundings<'_>, facts: &'f Facts) -> Option<&'f Call> {
    let may_be = |call: &&Call| may_be_trainer(facts, &call.callee) && call.guard == Guard::None;
    let mut calls = facts.calls.iter().filter(may_be).peekable();
    calls.peek()?;
    let view = surroundings.knowledge.view(surroundings.environment);
    let made = calls.filter(|call| is_trainer(&view, facts, &call.callee));
    made.min_by_key(|call| call.range.start)
}

/// Told without looking at any library.
fn may_be_trainer(facts: &Facts, callee: &Origin) -> bool {
    match (&callee.root, callee.import_path()) {
        (_, Some(path)) => path.ends_with("Trainer"),
        (Root::Class(id), None) if callee.steps.is_empty() => {
            let bases = facts.class(*id).bases.iter().flatten();
            bases
                .filter(|base| {
                    base.import_path()
                        .is_some_and(|path| path.ends_with("Trainer"))
                })
                .count()
                > 0
        }
        _ => false,
    }
}

fn is_trainer(view: &View, facts: &Facts, callee: &Origin) -> bool {
    let derives = |origin: &Origin| {
        let entity = origin.import_path().map(|path| view.resolve(&path));
        let Some(Entity::Class(class)) = entity else {
            return false;
        };
        let Entity::Class(base) = view.resolve("transformers.Trainer") else {
            return false;
        };
        class == base || view.mro(&class).classes.contains(&base)
    };
    match &callee.root {
        Root::Class(id) => facts
            .class(*id)
            .bases
            .iter()
            .flatten()
            .any(|base| derives(base)),
        _ => derives(callee),
    }
}
