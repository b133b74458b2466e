//! What a plan says about code, beside the code: the calls under `Params:` with those that they mean.
//!
//! A step means the calls in the Python files that it names under `Files:`, in its commands or as titles of its
//! fences. Where none of them makes such a call, it means the only file of its section's steps that does, else the
//! only one of the project.
//!
//! [`Surroundings::bindings`] is for the plan, [`of_script`] for one Python file.

mod compare;
mod mention;
mod params;
mod script;
mod search;
mod written;

use std::ops::Deref;
use std::sync::Arc;

pub use compare::{Side, same};
pub use mention::{Mention, Place, mentions, title_of};
pub use params::{PlanArgument, PlanCall, as_python, params};
pub use search::definition;

use super::role::Role;
use super::surroundings::Surroundings;
use crate::python::facts::{Call, CallId, Keyword};
use crate::text::TextRange;
use crate::workspace::document::Document;

/// A document that is asked about, or one that was asked for.
#[derive(Clone, Debug)]
pub enum Held<'a> {
    /// The one that is asked about.
    Own(&'a Document),
    /// Another one of the project.
    Other(Arc<Document>),
}

impl Deref for Held<'_> {
    type Target = Document;

    fn deref(&self) -> &Document {
        match self {
            Self::Own(document) => document,
            Self::Other(document) => document,
        }
    }
}

/// A call of a plan with those of the code that it means.
#[derive(Clone, Debug)]
pub struct Binding<'a> {
    /// The step, by its place in the plan's list.
    pub step: usize,
    /// The call, by its place in [`Document::params`] of the plan.
    pub call: usize,
    /// In the order of their files; never empty.
    pub code: Vec<CodeCall<'a>>,
}

/// A call in code that a plan means.
#[derive(Clone, Debug)]
pub struct CodeCall<'a> {
    /// The file, relative to the project's folder.
    pub path: String,
    /// Its document.
    pub document: Held<'a>,
    /// The call.
    pub id: CallId,
    /// For each argument of the plan's call, in its order.
    pub pairs: Vec<Given>,
}

impl CodeCall<'_> {
    /// The call.
    pub fn call(&self) -> &Call {
        self.document.facts().call(self.id)
    }

    /// The argument that stands for the plan's argument of that number, where the call itself gives it by name.
    pub fn keyword(&self, argument: usize) -> Option<&Keyword> {
        match self.pairs.get(argument)? {
            Given::Here { keyword, .. } => self.call().keywords.get(*keyword),
            Given::Absent | Given::Unseen => None,
        }
    }
}

/// What a call of the code does about an argument of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// It gives it by name.
    Here {
        /// Its place among the call's named arguments.
        keyword: usize,
        /// Whether the two values are the same; `None` where that cannot be told.
        same: Option<bool>,
    },
    /// It surely does not give it.
    Absent,
    /// It may give it by position, in a mapping, or set it later.
    Unseen,
}

impl Binding<'_> {
    /// Whether the code says something else about an argument: all calls of it give the same other value.
    pub fn differs(&self, argument: usize) -> bool {
        let mut sources = Vec::new();
        for code in &self.code {
            let (
                Given::Here {
                    same: Some(false), ..
                },
                Some(keyword),
            ) = (code.pairs[argument], code.keyword(argument))
            else {
                return false;
            };
            sources.push(keyword.value_range.slice(code.document.code()));
        }
        sources.windows(2).all(|pair| pair[0] == pair[1])
    }

    /// Whether no call of the code gives an argument.
    pub fn is_absent(&self, argument: usize) -> bool {
        let mut given = self.code.iter().map(|code| code.pairs[argument]);
        given.all(|given| given == Given::Absent)
    }

    /// The arguments for which [`Binding::differs`].
    pub fn differing(&self) -> impl Iterator<Item = usize> {
        let count = self.code.first().map_or(0, |code| code.pairs.len());
        (0..count).filter(|&argument| self.differs(argument))
    }
}

/// The calls of a plan that mean calls of one Python file.
#[derive(Clone, Debug)]
pub struct OfScript<'a> {
    /// The plan's path.
    pub path: String,
    /// The plan.
    pub plan: Held<'a>,
    /// Of the code only calls in the file.
    pub bindings: Vec<Binding<'a>>,
}

impl OfScript<'_> {
    /// The bindings that mean a call at a place of the file, the innermost call first.
    pub fn at(&self, range: TextRange) -> Vec<&Binding<'_>> {
        let calls = self.bindings.iter().flat_map(|binding| {
            let code = binding.code.iter();
            code.map(move |code| (code.call().range, binding))
        });
        let mut found: Vec<_> = calls
            .filter(|(call, _)| call.contains_range(range))
            .collect();
        found.sort_by_key(|(call, _)| call.len());
        found.into_iter().map(|(_, binding)| binding).collect()
    }
}

/// What the project's plan says about the calls of the Python file that is asked about; `None` where there is no
/// plan in this format.
pub fn of_script<'a>(surroundings: &Surroundings<'a>) -> Option<OfScript<'a>> {
    let plan = surroundings.other(Role::Plan)?;
    if !plan.plan().is_ours() {
        return None;
    }
    let own = Some((surroundings.path, surroundings.document));
    let mut bindings = search::bindings(surroundings, &plan, own);
    for binding in &mut bindings {
        binding.code.retain(|code| code.path == surroundings.path);
    }
    bindings.retain(|binding| !binding.code.is_empty());
    Some(OfScript {
        path: surroundings.names.path(Role::Plan),
        plan: Held::Other(plan),
        bindings,
    })
}

impl<'a> Surroundings<'a> {
    /// Which calls of the code the plan's call of that number means.
    pub fn binding(&self, call: usize) -> Option<&'a Binding<'static>> {
        let all = self.bindings();
        let at = all.binary_search_by_key(&call, |it| it.call).ok()?;
        all.get(at)
    }

    /// Where the steps of the document name files; found out once.
    pub fn mentions(&self) -> &'a [Mention] {
        let (text, document) = (self.text(), self.document);
        let find = || mentions(text, document.plan(), document.outline());
        self.memo.mentions.get_or_init(find)
    }

    /// What the calls under `Params:` of the plan mean, in the order of the text; found out once. Empty where the
    /// document is no plan in this format.
    pub fn bindings(&self) -> &'a [Binding<'static>] {
        let find = || match self.own_plan() {
            Some(_) => search::bindings(self, self.document, None),
            None => Vec::new(),
        };
        self.memo.bindings.get_or_init(find)
    }
}

#[cfg(test)]
mod tests;
