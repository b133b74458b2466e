//! Calls of `generate`. Models inherit it from a class that the base of all models does not have.

use crate::python::facts::{Call, Origin, Step};
use crate::rules::context::Context;
use crate::rules::data_flow::tokenizer::unmoved;

/// The model that a call generates with; absent for any other call.
pub fn generating(ctx: &Context<'_>, call: &Call) -> Option<Origin> {
    let (Step::Attr(method), before) = call.callee.steps.split_last()? else {
        return None;
    };
    if method != "generate" {
        return None;
    }
    let model = unmoved(&Origin {
        root: call.callee.root.clone(),
        steps: before.to_vec(),
    });
    ctx.is_instance(&model, "transformers.PreTrainedModel")
        .then_some(model)
}
