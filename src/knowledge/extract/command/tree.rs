//! Commands as they are found, and the facts about them.

use std::collections::BTreeMap;

use crate::knowledge::extract::OwnerKey;
use crate::knowledge::fact::{CommandOption, Fact, Flag, OwnerKind};

/// Deeper trees than this are taken for a loop.
const MAX_DEPTH: usize = 8;

/// Who reads the words of a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// `argparse`: options may be shortened.
    #[default]
    Argparse,
    /// `click`: options are written as declared.
    Click,
}

/// A command or a group of commands.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// Options and positionals in order.
    pub facts: Vec<Fact>,
    /// Flags.
    pub flags: Vec<Flag>,
    /// What is below, with the names it has there.
    pub children: Vec<(Vec<String>, usize)>,
    /// Who reads it.
    pub style: Style,
    /// The class of the parser, which those below share.
    pub class: ParserClass,
    /// Whether the group itself has a function, whose options are its own.
    pub has_callback: bool,
}

/// What is known of the class of a parser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ParserClass {
    /// Makes options of the fields of dataclasses.
    pub of_fields: bool,
    /// Takes `-` for `_` in the names of options.
    pub dashes: bool,
}

/// All nodes of a program.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    /// The app that was called without arguments, or the parser that was asked for arguments.
    pub started: Option<usize>,
}

impl Tree {
    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Adds a node.
    pub fn add(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// The node of that number.
    pub fn node(&mut self, node: usize) -> &mut Node {
        &mut self.nodes[node]
    }

    /// The first node that was made since there were `before`.
    pub fn first_parser(&self, before: usize) -> Option<usize> {
        (before < self.nodes.len()).then_some(before)
    }

    /// A node of which nothing is known, but maybe that it does nothing but fail.
    pub fn unread(&mut self, always_fails: bool) -> usize {
        let mut flags = vec![Flag::Open, Flag::OpenCommands];
        if always_fails {
            flags.push(Flag::Placeholder);
        }
        self.add(Node {
            flags,
            ..Node::default()
        })
    }

    /// The names of a command may be written together: `repos | repo`.
    pub fn attach(&mut self, parent: usize, name: &str, aliases: Vec<String>, child: usize) {
        let mut names: Vec<String> = name
            .split('|')
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect();
        names.extend(aliases);
        let children = &mut self.node(parent).children;
        // A later command of the same name takes its place.
        children.retain(|(known, _)| known.first() != names.first());
        children.push((names, child));
    }

    /// An app of one command, without a function of its own, is that command.
    pub fn unwrap_single(&mut self, app: usize) {
        let node = &self.nodes[app];
        if node.style != Style::Click || node.has_callback {
            return;
        }
        if let [(_, only)] = node.children.as_slice()
            && self.nodes[*only].children.is_empty()
            && !self.nodes[*only].has_callback
            && !node.flags.contains(&Flag::OpenCommands)
        {
            let only = self.nodes[*only].clone();
            self.nodes[app] = only;
        }
    }

    /// Writes the facts of a node and of those below.
    pub fn write(&self, node: usize, path: &str, owners: &mut BTreeMap<OwnerKey, Vec<Fact>>) {
        self.write_to(node, path, MAX_DEPTH, owners);
    }

    fn write_to(
        &self,
        node: usize,
        path: &str,
        depth: usize,
        owners: &mut BTreeMap<OwnerKey, Vec<Fact>>,
    ) {
        let node = &self.nodes[node];
        let mut facts: Vec<Fact> = Vec::new();
        for fact in &node.facts {
            if !facts.contains(fact) {
                facts.push(fact.clone());
            }
        }
        facts.extend(node.children.iter().filter_map(|(names, _)| {
            let (name, aliases) = names.split_first()?;
            Some(Fact::Sub {
                name: name.clone(),
                aliases: aliases.to_vec(),
            })
        }));
        let mut flags = node.flags.clone();
        if node.style == Style::Click {
            flags.push(Flag::Exact);
        }
        if node.class.dashes {
            flags.push(Flag::Dashes);
        }
        flags.sort_unstable();
        flags.dedup();
        facts.extend(flags.into_iter().map(Fact::Flag));
        owners.insert((path.to_owned(), OwnerKind::Command), facts);
        for (names, child) in &node.children {
            if let Some(name) = names.first().filter(|_| depth > 0) {
                self.write_to(*child, &format!("{path} {name}"), depth - 1, owners);
            }
        }
    }
}

impl Node {
    /// Notes that there may be options that were not seen.
    pub fn open(&mut self) {
        self.flag(Flag::Open);
    }

    /// Notes a property.
    pub fn flag(&mut self, flag: Flag) {
        if !self.flags.contains(&flag) {
            self.flags.push(flag);
        }
    }

    /// Adds an option.
    pub fn option(&mut self, option: CommandOption) {
        self.facts.push(Fact::Option(option));
    }
}
