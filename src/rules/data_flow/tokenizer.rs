//! Tokenizers of the file and what is done with them.

use crate::knowledge::condition::evaluate::is_true;
use crate::python::facts::{Call, CallId, Origin, Step, Value};
use crate::rules::context::Context;

/// Public path of what all tokenizers are.
pub const BASE: &str = "transformers.PreTrainedTokenizerBase";

/// Whether a value is a tokenizer.
pub fn is_tokenizer(ctx: &Context<'_>, origin: &Origin) -> bool {
    ctx.is_instance(origin, BASE)
}

/// Whether a value is what the call of that number gave.
pub fn is_result(origin: &Origin, of: CallId) -> bool {
    matches!(origin.steps.last(), Some(Step::Call(id)) if *id == of)
}

/// What was moved to a device or cast, `.to(...)` left out.
pub fn unmoved(origin: &Origin) -> Origin {
    let mut origin = origin.clone();
    while let [.., Step::Attr(name), Step::Call(_)] = origin.steps.as_slice()
        && matches!(name.as_str(), "to" | "cuda" | "cpu")
    {
        let length = origin.steps.len() - 2;
        origin.steps.truncate(length);
    }
    origin
}

/// What a tokenizer is asked for.
pub struct Tokenizing<'f> {
    /// The call.
    pub call: &'f Call,
    /// The tokenizer.
    pub tokenizer: Origin,
    /// The method; `__call__` for the tokenizer itself.
    pub method: &'f str,
}

/// Every call of a tokenizer, or of a method of one, that runs as it stands.
pub fn tokenizings<'a>(ctx: &Context<'a>) -> impl Iterator<Item = (CallId, Tokenizing<'a>)> {
    ctx.numbered_calls().filter_map(|(id, call, callee)| {
        let method = callee.symbol.rsplit('.').next().unwrap_or_default();
        let is_method = matches!(
            method,
            "__call__"
                | "encode"
                | "encode_plus"
                | "batch_encode_plus"
                | "pad"
                | "apply_chat_template"
        );
        if !is_method {
            return None;
        }
        let (tokenizer, method) = match call.callee.steps.last() {
            Some(Step::Attr(name)) if name == method => {
                let mut tokenizer = Origin::clone(&call.callee);
                tokenizer.steps.pop();
                (tokenizer, name.as_str())
            }
            _ => (Origin::clone(&call.callee), "__call__"),
        };
        let tokenizing = Tokenizing {
            call,
            tokenizer,
            method,
        };
        is_tokenizer(ctx, &tokenizing.tokenizer).then_some((id, tokenizing))
    })
}

impl Tokenizing<'_> {
    /// The strategy of padding that is asked for, as its literal; absent where none is, or where it is
    /// not known.
    pub fn padding(&self) -> Option<&Value> {
        let value = &self.call.keyword("padding")?.value;
        let is_none = matches!(value, Value::Str(name) if name == "do_not_pad");
        (is_true(value) == Some(true) && !is_none).then_some(value)
    }
}
