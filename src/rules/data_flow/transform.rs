//! Datasets that are transformed on the fly.

use crate::python::facts::{Origin, Step};
use crate::rules::context::Context;
use crate::text::TextRange;

/// Where a transform is set on a dataset, by `with_transform` on the way to it or by `set_transform` on it
/// or on the mapping that holds it.
pub fn transform(ctx: &Context<'_>, dataset: &Origin) -> Option<TextRange> {
    if dataset.package() != Some("datasets") {
        return None;
    }
    let calls = dataset.steps.windows(2).rev();
    let with = calls.into_iter().find_map(|steps| match steps {
        [Step::Attr(name), Step::Call(id)] if name == "with_transform" => {
            Some(ctx.facts.call(*id).callee_range)
        }
        // The format is another one then.
        _ => None,
    });
    with.or_else(|| {
        let set = ctx.facts.attributes.iter().find(|used| {
            used.called && used.attr.name == "set_transform" && holds(&used.receiver, dataset)
        });
        set.map(|used| used.range)
    })
}

/// Whether a dataset is the one that is changed, or one of its splits.
fn holds(changed: &Origin, dataset: &Origin) -> bool {
    changed == dataset
        || match dataset.steps.split_last() {
            Some((Step::Key(_), before)) => changed.root == dataset.root && changed.steps == before,
            _ => false,
        }
}
