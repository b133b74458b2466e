//! Dicts that end up as arguments: `kw = {"a": 1}`, `kw["b"] = 2`, `f(**kw)`.
//!
//! Whatever changes a dict where it was made, in order, is followed. Changes elsewhere (in a branch, a
//! loop or another function) taint it for good; so does every use that might let somebody else change it.

use super::Walker;
use super::scope::{FrameKind, Known};
use crate::python::ast::{Argument, ArgumentKind, Call, DictItem, Expr, ExprKind, Ident};
use crate::python::facts::{Keyword, Site};
use crate::text::TextRange;

/// Larger dicts are data, not arguments.
const MAX_ENTRIES: usize = 256;

/// Index into `Walker::dicts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DictId(usize);

/// What changes that could not be followed in order have done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Taint {
    #[default]
    Clean,
    /// Keys may have been added.
    Open,
    /// Anything may be in it.
    Unknown,
}

/// An entry and the dict it was first written in.
#[derive(Clone, Debug)]
pub(super) struct DictEntry {
    keyword: Keyword,
    owner: DictId,
}

/// A dict whose keys are followed.
#[derive(Debug)]
pub(super) struct Dict {
    scope: usize,
    context: u32,
    entries: Vec<DictEntry>,
    /// Whether it may hold more.
    open: bool,
    taint: Taint,
    /// How many places read it. With more than one, renaming a key is not a local change.
    uses: u32,
}

impl Dict {
    pub(super) fn taint(&self) -> Taint {
        self.taint
    }

    pub(super) fn is_shared(&self) -> bool {
        self.uses > 1
    }
}

/// A dict spread into a call.
#[derive(Debug)]
pub(super) struct Spread {
    /// Index into `Facts::calls`.
    pub(super) call: usize,
    pub(super) dict: DictId,
    /// The index of each keyword that came from it, and the dict it was first written in.
    pub(super) keywords: Vec<(usize, DictId)>,
}

impl<'a> Walker<'a> {
    pub(super) fn dict(&self, id: DictId) -> &Dict {
        &self.dicts[id.0]
    }

    /// The dict that `expr` names, without counting as a use.
    pub(super) fn dict_named(&self, expr: &Expr) -> Option<DictId> {
        match self.lookup(expr.as_name()?)?.known {
            Known::Dict(id) => Some(id),
            _ => None,
        }
    }

    /// The dict that `expr` gives, where it can be followed; otherwise `expr` has not been walked.
    pub(super) fn mapping(&mut self, expr: &'a Expr) -> Option<DictId> {
        match &expr.kind {
            ExprKind::Name(_) => self.dict_named(expr),
            ExprKind::Dict(items) if items.len() <= MAX_ENTRIES => {
                Some(self.dict_display(items, self.at(expr.range)))
            }
            ExprKind::Call(call) => self.dict_call(call),
            ExprKind::Binary { left, op, right } if *op == "|" => {
                let both = [left, right];
                if !both.iter().all(|side| self.is_mapping(side)) {
                    return None;
                }
                let id = self.new_dict();
                for side in both {
                    self.update_from(id, side);
                }
                Some(id)
            }
            _ => None,
        }
    }

    /// Whether [`Walker::mapping`] will follow `expr`.
    fn is_mapping(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Dict(items) => items.len() <= MAX_ENTRIES,
            ExprKind::Name(_) => self.dict_named(expr).is_some(),
            ExprKind::Call(call) => self.is_dict_call(call) || self.copied(call).is_some(),
            ExprKind::Binary { left, op, right } => {
                *op == "|" && self.is_mapping(left) && self.is_mapping(right)
            }
            _ => false,
        }
    }

    fn new_dict(&mut self) -> DictId {
        self.dicts.push(Dict {
            scope: self.scope(),
            context: self.context,
            entries: Vec::new(),
            open: false,
            taint: Taint::Clean,
            uses: 0,
        });
        DictId(self.dicts.len() - 1)
    }

    fn dict_display(&mut self, items: &'a [DictItem], range: TextRange) -> DictId {
        let id = self.new_dict();
        for DictItem {
            key,
            value,
            range: item,
        } in items
        {
            match key {
                None => self.update_from(id, value),
                Some(key) => {
                    self.expr(key);
                    self.dict_entry(id, key, value, self.at(*item), Site::DictEntry(range));
                }
            }
        }
        id
    }

    /// Puts `key: value` into the dict; a key that is no plain string makes it open.
    fn dict_entry(
        &mut self,
        id: DictId,
        key: &'a Expr,
        value: &'a Expr,
        range: TextRange,
        site: Site,
    ) {
        let name = key_ident(key).map(|name| self.ident(&name));
        let keyword = self.keyword(name.clone().unwrap_or_default(), range, value, site);
        match name {
            Some(_) => self.insert(id, DictEntry { keyword, owner: id }),
            None => self.opened(id),
        }
    }

    /// `dict(a=1)`, `dict(kw, a=1)`, `kw.copy()`
    pub(super) fn dict_call(&mut self, call: &'a Call) -> Option<DictId> {
        if let Some(source) = self.copied(call) {
            let id = self.new_dict();
            self.copy_entries(source, id);
            return Some(id);
        }
        if !self.is_dict_call(call) {
            return None;
        }
        let id = self.new_dict();
        self.update_arguments(id, &call.args, call.args_range);
        Some(id)
    }

    fn is_dict_call(&self, call: &Call) -> bool {
        call.func.as_name() == Some("dict") && self.is_builtin("dict")
    }

    fn copied(&self, call: &Call) -> Option<DictId> {
        match &call.func.kind {
            ExprKind::Attribute { value, attr } if attr.name == "copy" && call.args.is_empty() => {
                self.dict_named(value)
            }
            _ => None,
        }
    }

    /// The arguments of `dict()` and `update()`.
    fn update_arguments(&mut self, id: DictId, args: &'a [Argument], args_range: TextRange) {
        for argument in args {
            match &argument.kind {
                ArgumentKind::Keyword(name) => {
                    let site = Site::DictKeyword(self.at(args_range));
                    let keyword = self.keyword(
                        self.ident(name),
                        self.at(argument.range),
                        &argument.value,
                        site,
                    );
                    self.insert(id, DictEntry { keyword, owner: id });
                }
                ArgumentKind::Positional | ArgumentKind::DictSpread => {
                    self.update_from(id, &argument.value);
                }
                ArgumentKind::Spread => {
                    self.expr(&argument.value);
                    self.opened(id);
                }
            }
        }
    }

    /// Adds what `expr` holds.
    fn update_from(&mut self, id: DictId, expr: &'a Expr) {
        match self.mapping(expr) {
            Some(source) => self.copy_entries(source, id),
            None => {
                self.expr(expr);
                self.opened(id);
            }
        }
    }

    fn copy_entries(&mut self, source: DictId, target: DictId) {
        self.observe(source);
        let from = &self.dicts[source.0];
        let (entries, open, taint) = (from.entries.clone(), from.open, from.taint);
        for entry in entries {
            self.insert(target, entry);
        }
        if open || taint > Taint::Clean {
            self.opened(target);
        }
        if taint == Taint::Unknown {
            self.emptied(target);
        }
    }

    fn is_here(&self, id: DictId) -> bool {
        let dict = &self.dicts[id.0];
        dict.scope == self.scope() && dict.context == self.context
    }

    /// A key that is set twice is given up: neither place alone decides.
    fn insert(&mut self, id: DictId, entry: DictEntry) {
        let here = self.is_here(id);
        let dict = &mut self.dicts[id.0];
        let known = |known: &DictEntry| known.keyword.name.name == entry.keyword.name.name;
        let again = dict.entries.iter().any(known);
        match (here, again) {
            (true, false) if dict.entries.len() < MAX_ENTRIES => dict.entries.push(entry),
            (true, false) => dict.open = true,
            (true, true) => {
                dict.entries.retain(|entry| !known(entry));
                dict.open = true;
            }
            (false, false) => dict.taint = dict.taint.max(Taint::Open),
            (false, true) => dict.taint = Taint::Unknown,
        }
    }

    /// Keys that are not known were added.
    fn opened(&mut self, id: DictId) {
        let here = self.is_here(id);
        let dict = &mut self.dicts[id.0];
        dict.open = true;
        if !here {
            dict.taint = dict.taint.max(Taint::Open);
        }
    }

    /// Keys may have been removed or changed.
    fn emptied(&mut self, id: DictId) {
        let here = self.is_here(id);
        let dict = &mut self.dicts[id.0];
        dict.open = true;
        dict.entries.clear();
        if !here {
            dict.taint = Taint::Unknown;
        }
    }

    /// Somebody reads it.
    pub(super) fn observe(&mut self, id: DictId) {
        self.dicts[id.0].uses += 1;
    }

    /// Somebody else may change it.
    pub(super) fn escape(&mut self, id: DictId) {
        self.observe(id);
        self.emptied(id);
    }

    /// Walks `expr` where nobody keeps or changes its value.
    pub(super) fn read(&mut self, expr: &'a Expr) -> Known {
        match self.dict_named(expr) {
            Some(id) => {
                self.observe(id);
                Known::Unknown
            }
            None => self.expr(expr),
        }
    }

    /// `kw["key"] = value`
    pub(super) fn dict_store(&mut self, id: DictId, index: &'a [Expr], value: &'a Expr) {
        let statement = self.statement;
        match index {
            [key] => {
                self.expr(key);
                self.dict_entry(id, key, value, statement, Site::DictStore(statement));
            }
            _ => self.opened(id),
        }
    }

    /// `kw.update(...)` and the other methods.
    pub(super) fn dict_method(&mut self, id: DictId, method: &str, call: &'a Call) {
        match method {
            "update" => self.update_arguments(id, &call.args, call.args_range),
            "get" | "keys" | "items" | "values" | "copy" => {
                self.observe(id);
                self.walk_arguments(&call.args);
            }
            _ => {
                self.escape(id);
                self.walk_arguments(&call.args);
            }
        }
    }

    /// Adds the entries of a dict that is spread into a call to its `keywords`.
    pub(super) fn spread(
        &mut self,
        value: &'a Expr,
        keywords: &mut Vec<Keyword>,
    ) -> Option<Spread> {
        let dict = self.mapping(value)?;
        self.observe(dict);
        let mut places = Vec::new();
        for entry in &self.dicts[dict.0].entries {
            places.push((keywords.len(), entry.owner));
            keywords.push(entry.keyword.clone());
        }
        Some(Spread {
            call: 0,
            dict,
            keywords: places,
        })
    }

    pub(super) fn is_open(&self, id: DictId) -> bool {
        let dict = &self.dicts[id.0];
        dict.open || dict.taint > Taint::Clean
    }

    /// Whether names bound here can hold a followed dict: attributes of a class are reached elsewhere.
    pub(super) fn binds_dicts(&self) -> bool {
        self.frames
            .last()
            .is_some_and(|frame| !matches!(frame.kind, FrameKind::Class(_)))
    }
}

/// The key as a name; its range is the text inside the quotes, or empty where that cannot be edited.
fn key_ident(key: &Expr) -> Option<Ident> {
    let ExprKind::Str(literal) = &key.kind else {
        return None;
    };
    if literal.is_bytes {
        return None;
    }
    Some(Ident {
        name: literal.value.as_str().into(),
        range: literal.content.unwrap_or(TextRange::at(key.range.start)),
    })
}
