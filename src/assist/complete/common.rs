//! Which names are used often, counted in public code.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::knowledge::view::Entity;
use crate::rules::arguments::Callee;
use crate::rules::context::Context;

/// One callable a line, the names behind it, the most used first. `*.name` stands for methods of that name.
static TABLE: LazyLock<FxHashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let lines = include_str!("common.txt").lines();
    let lines = lines.filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(": "))
        .map(|(symbol, names)| (symbol, names.split(' ').collect()))
        .collect()
});

/// The names of one callable, ranked.
pub struct Common {
    ranks: FxHashMap<&'static str, u32>,
}

impl Common {
    /// The names of a callable: its own, then those of the classes it inherits from.
    pub fn of(ctx: &Context<'_>, callee: &Callee) -> Self {
        let mut symbols = vec![callee.symbol.clone()];
        match &callee.entity {
            Entity::Class(class) => {
                let classes = ctx.view.mro(class);
                let bases = classes.classes.iter().skip(1);
                symbols.extend(bases.map(|base| ctx.view.public_path(base)));
            }
            Entity::Function(function) => {
                let name = function.path.rsplit('.').next().unwrap_or_default();
                symbols.push(format!("*.{name}"));
            }
            _ => {}
        }
        Self::merged(symbols.iter().map(String::as_str))
    }

    fn merged<'s>(symbols: impl Iterator<Item = &'s str>) -> Self {
        let mut ranks = FxHashMap::default();
        for name in symbols.filter_map(|symbol| TABLE.get(symbol)).flatten() {
            let next = u32::try_from(ranks.len()).unwrap_or(u32::MAX);
            ranks.entry(*name).or_insert(next);
        }
        Self { ranks }
    }

    /// How many others are used more often; `None` for a name that is used seldom.
    pub fn rank(&self, name: &str) -> Option<u32> {
        self.ranks.get(name).copied()
    }
}
