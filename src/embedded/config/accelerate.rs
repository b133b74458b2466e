//! What `accelerate config` writes and `accelerate launch --config_file` reads: every key is a field of
//! one class, and any other key raises (accelerate 0.20 to 1.15, `commands/config/config_args.py`).

use super::call::{Callee, File, call, key_range};
use crate::embedded::tree::Node;
use crate::python::facts::Facts;

/// The key that such a file always has.
pub const MARK: &str = "compute_environment";

/// Keys of older releases, which the reader translates before it looks for unknown ones.
const TRANSLATED: [&str; 2] = ["fp16", "dynamo_backend"];

pub fn add(file: &File<'_>, document: &Node, facts: &mut Facts) {
    let class = match document.get(MARK).and_then(Node::as_str) {
        Some("LOCAL_MACHINE") => "ClusterConfig",
        Some("AMAZON_SAGEMAKER") => "SageMakerConfig",
        _ => return,
    };
    let (Some(range), Some(_)) = (key_range(document, MARK), document.get("distributed_type"))
    else {
        return;
    };
    let path = format!("accelerate.commands.config.config_args.{class}");
    let callee = Callee {
        path: &path,
        range,
        shared: false,
    };
    facts.calls.extend(call(file, document, &callee, |name| {
        TRANSLATED.contains(&name)
    }));
}
