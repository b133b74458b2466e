//! What trl does around its parser: the options of a command are those of a training script, and what
//! that script does not know goes to `accelerate launch`.

use super::machine::Machine;
use super::tree::Node;
use super::value::{Arguments, Value};
use crate::knowledge::fact::{CommandOption, Fact, Flag, Takes};

/// Adds what the scripts say to the commands of trl.
pub fn complete(machine: &mut Machine<'_>, root: usize, target: &str) {
    let module = target.split(':').next().unwrap_or_default();
    // Up to 0.12 the command is the name of a script that is started (`trl/commands/cli.py`).
    if let Value::List(names) = machine.global(module, "SUPPORTED_COMMANDS") {
        let flags = vec![Flag::Open, Flag::OpenCommands];
        for name in names.iter().filter_map(Value::text) {
            let flags = flags.clone();
            let child = machine.tree.add(Node {
                flags,
                ..Node::default()
            });
            machine.tree.attach(root, name, Vec::new(), child);
        }
        let node = machine.tree.node(root);
        node.flags.retain(|flag| *flag != Flag::OpenCommands);
        return;
    }
    let passes_on = machine.tree.node(root).flags.contains(&Flag::Open);
    for (names, child) in machine.tree.node(root).children.clone() {
        let Some(name) = names.first() else { continue };
        let script = format!("trl.scripts.{}", name.replace('-', "_"));
        if !machine.has_module(&script) {
            continue;
        }
        let make = machine.global(&script, "make_parser");
        if !matches!(make, Value::Function(_)) {
            continue;
        }
        let made = machine.called(&make, Arguments::default());
        let Value::Parser(made) = made else {
            machine.tree.node(child).open();
            continue;
        };
        let facts = machine.tree.node(made).facts.clone();
        let is_open = machine.tree.node(made).flags.contains(&Flag::Open);
        let node = machine.tree.node(child);
        node.facts.extend(facts);
        node.option(with_value("--config"));
        match name.as_str() {
            // What it does not know goes to another program.
            "vllm-serve" => node.open(),
            _ if is_open => node.open(),
            _ if passes_on => {
                node.option(with_value("--accelerate_config"));
                node.facts
                    .push(Fact::Forwards("accelerate launch".to_owned()));
            }
            _ => {}
        }
    }
    let node = machine.tree.node(root);
    node.flags.retain(|flag| *flag != Flag::Open);
}

fn with_value(name: &str) -> CommandOption {
    CommandOption {
        names: vec![name.to_owned()],
        takes: Takes::Exactly(1),
        choices: Vec::new(),
        required: false,
        hidden: false,
    }
}
