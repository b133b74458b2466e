//! Calls that a library refuses: each condition of the callee, evaluated with the arguments of the call.
//!
//! Judged once for all rules, as [`super::arguments`] is; the rules only tell what was found.

mod scope;
mod wording;

use std::sync::Arc;

use super::arguments::Callee;
use super::context::{Context, Thing};
use crate::embedded::Format;
use crate::knowledge::condition::evaluate::{Known, holds, surely, value};
use crate::knowledge::condition::{Comparison, Function, Term};
use crate::knowledge::overlay::Condition;
use crate::knowledge::raising::{Raise, Raising};
use crate::knowledge::view::Entity;
use crate::python::facts::{Call, CallId, Guard, Keyword, Origin, Positional, Value};
use crate::text::TextRange;

pub use scope::Construction;
use scope::Level;

/// One call that raises.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The call.
    pub call: CallId,
    /// What is called.
    pub callee: Callee,
    /// Definition path of the function that raises.
    pub owner: String,
    /// How it raises.
    pub raise: Raise,
    /// What of the condition decided, as its author might have written it.
    pub condition: String,
    /// The arguments that take part, those that are passed first.
    pub parts: Vec<Part>,
    /// The element of a list that is refused, where the condition is about one.
    pub element: Option<Value>,
    /// What to use instead of the value, where somebody has written it down.
    pub instead: Option<String>,
    /// The values that would be taken, where the condition is that the value is none of them.
    pub values: Option<Vec<String>>,
}

/// An argument that takes part.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Known,
    /// Where it is passed: the value's place, and the whole argument's.
    pub site: Option<(TextRange, TextRange)>,
    /// Where it is passed in another file of the project: `config.py:3`.
    pub elsewhere: Option<String>,
    /// What the file is written in, and so how the argument is shown.
    pub format: Format,
}

/// An argument of a call, by name or by place.
pub enum Passed<'f> {
    /// `name=value`
    Keyword(&'f Keyword),
    /// `value`
    Positional(&'f Positional),
}

impl<'f> Passed<'f> {
    /// Where the value comes from.
    pub fn origin(&self) -> Option<&'f Origin> {
        match self {
            Self::Keyword(keyword) => keyword.origin.as_deref(),
            Self::Positional(positional) => positional.origin.as_deref(),
        }
    }

    /// The constant value.
    pub fn value(&self) -> &'f Value {
        match self {
            Self::Keyword(keyword) => &keyword.value,
            Self::Positional(positional) => &positional.value,
        }
    }

    /// Where the elements come from, where a list is written out.
    pub fn elements(&self) -> &'f [Option<Arc<Origin>>] {
        match self {
            Self::Keyword(keyword) => &keyword.elements,
            Self::Positional(positional) => &positional.elements,
        }
    }

    /// Whether it is `None`, or may be: a parameter of the function around it that is `None` by default.
    pub fn may_be_none(&self) -> bool {
        matches!(self, Self::Keyword(keyword) if keyword.optional) || *self.value() == Value::None
    }

    /// The places of the value and of the whole argument.
    pub fn site(&self) -> (TextRange, TextRange) {
        match self {
            Self::Keyword(keyword) => (keyword.value_range, keyword.range),
            Self::Positional(positional) => (positional.range, positional.range),
        }
    }
}

/// Every refusal in the file.
pub fn judge_all(ctx: &Context<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for (index, call) in ctx.facts.calls.iter().enumerate() {
        if call.guard == Guard::Guarded || call.partial {
            continue;
        }
        let id = CallId(u32::try_from(index).unwrap_or(u32::MAX));
        refusals.extend(judge(ctx, id, call));
    }
    refusals
}

fn judge<'a>(ctx: &Context<'a>, id: CallId, call: &'a Call) -> Vec<Refusal> {
    let Some(callee) = ctx.callee(id).filter(|callee| callee.exact) else {
        return Vec::new();
    };
    // A newer release may have thought otherwise of it.
    if ctx.is_newer_than_known(&callee.symbol) {
        return Vec::new();
    }
    let Some(construction) = Construction::new(ctx, call, callee) else {
        return Vec::new();
    };
    let chain = chain(ctx, callee);
    let mut refusals: Vec<Refusal> = stated(ctx, id, callee, &construction);
    for (depth, raising) in chain.iter().enumerate() {
        let level = Level {
            construction: &construction,
            chain: &chain,
            depth,
        };
        for raise in &raising.raises {
            let refusal = refusal(ctx, id, callee, &level, raise);
            let refusal = refusal.filter(|_| applies(ctx, callee, raise));
            refusals.extend(
                refusal.filter(|found| !refusals.iter().any(|before| before.covers(&found.parts))),
            );
        }
    }
    refusals
}

/// The refusal that an exception is, where its condition surely holds.
fn refusal(
    ctx: &Context<'_>,
    id: CallId,
    callee: &Callee,
    level: &Level<'_, '_>,
    raise: &Raise,
) -> Option<Refusal> {
    let when = surely(&raise.when, level)?;
    let parts = parts(level, &when);
    (!parts.is_empty()).then(|| Refusal {
        call: id,
        callee: callee.clone(),
        owner: raise.owner.clone(),
        values: wording::values(ctx, &when),
        condition: wording::plain(&decided(level, &when)).to_string(),
        element: element(&when),
        instead: None,
        raise: raise.clone(),
        parts,
    })
}

/// The refusals by conditions that are written by hand.
fn stated(
    ctx: &Context<'_>,
    id: CallId,
    callee: &Callee,
    construction: &Construction<'_, '_>,
) -> Vec<Refusal> {
    let level = Level {
        construction,
        chain: &[],
        depth: 0,
    };
    let applies = |stated: &&Condition| {
        let library = ctx
            .view
            .selected(&stated.symbol)
            .map(|it| it.library.name());
        let since = stated.since.is_none() || ctx.has_gone(stated.since.as_deref(), library);
        let over = ctx.has_gone(stated.until.as_deref(), library);
        since && !over && !stated.unless.iter().any(|name| ctx.text.contains(name))
    };
    let found = |stated: &Condition| {
        let raise = Raise {
            exception: stated.exception.clone(),
            when: stated.when.parse().ok()?,
            through: Vec::new(),
            owner: callee.symbol.clone(),
        };
        let mut refusal = refusal(ctx, id, callee, &level, &raise)?;
        refusal
            .parts
            .retain(|part| stated.about.contains(&part.name));
        let value = refusal.parts.first().map(|part| part.value.clone());
        if let Some(Known::Value(Value::Str(value))) = value {
            let instead = stated.instead.iter().find(|instead| instead.value == value);
            refusal.instead = instead.map(|instead| instead.say.clone());
        }
        Some(refusal)
    };
    let conditions = ctx.overlay.conditions(&callee.symbol).iter();
    conditions.filter(applies).filter_map(found).collect()
}

impl Refusal {
    /// The enumeration that the value is none of, by absolute path.
    pub fn enumeration(&self) -> Option<&str> {
        let mut found = None;
        self.raise.when.visit(&mut |term| {
            if let Term::Compare(Comparison::NotIn, sides) = term
                && let Term::Const(path) = &sides[1]
            {
                found = Some(path.as_str());
            }
        });
        found
    }

    /// Whether these arguments are spoken of already; Python ends at the first exception.
    fn covers(&self, parts: &[Part]) -> bool {
        let known = |part: &Part| self.parts.iter().any(|own| own.name == part.name);
        parts.iter().all(known)
    }
}

/// The values of an argument, as Python source, without which a callable raises whatever else it is
/// given.
pub fn wanted(ctx: &Context<'_>, callee: &Callee, name: &str) -> Option<Vec<String>> {
    let is_about = |when: &Term| when.arguments().iter().all(|argument| argument == name);
    let stated = ctx.overlay.conditions(&callee.symbol).iter();
    let mut stated = stated
        .filter(|stated| stated.about.iter().any(|about| about == name))
        .filter_map(|stated| stated.when.parse::<Term>().ok());
    let chain = chain(ctx, callee);
    let raises = chain.iter().flat_map(|raising| &raising.raises);
    let mut raises = raises.filter(|raise| is_about(&raise.when) && applies(ctx, callee, raise));
    stated
        .find_map(|when| wording::values(ctx, &when))
        .or_else(|| raises.find_map(|raise| wording::values(ctx, &raise.when)))
}

/// The functions that the call runs, as far as they are known.
fn chain(ctx: &Context<'_>, callee: &Callee) -> Arc<[Arc<Raising>]> {
    match &callee.entity {
        Entity::Class(class) => ctx.view.construction(class),
        Entity::Function(function) => ctx.view.raising(&function.path).into_iter().collect(),
        _ => Arc::from([]),
    }
}

/// Whether the methods on the way to the exception are those of the class that has it.
fn applies(ctx: &Context<'_>, callee: &Callee, raise: &Raise) -> bool {
    let class = match &callee.entity {
        Entity::Class(class) => Some(class),
        Entity::Function(function) => function.class.as_ref(),
        _ => None,
    };
    raise
        .through
        .iter()
        .all(|method| class.is_some_and(|class| ctx.view.is_own_method(class, method)))
}

/// The arguments that make a condition hold.
fn parts(level: &Level<'_, '_>, when: &Term) -> Vec<Part> {
    let mut names = Vec::new();
    witnesses(level, when, &mut names);
    let mut parts: Vec<Part> = names.into_iter().map(|name| level.part(&name)).collect();
    parts.sort_by_key(|part| !part.is_given());
    parts
}

/// The element of a list that a condition is about.
fn element(when: &Term) -> Option<Value> {
    let mut found = None;
    when.visit(&mut |term| {
        if let Term::Call(Function::Each, terms) = term
            && let Some(Term::Literal(value)) = terms.get(1)
        {
            found = Some(value.clone());
        }
    });
    found
}

/// The condition without what this call leaves out: branches that are not taken, alternatives that do
/// not hold.
fn decided(level: &Level<'_, '_>, term: &Term) -> Term {
    let taken = match term {
        Term::If(parts) => match holds(&parts[0], level) {
            Some(true) => Some(&parts[1]),
            Some(false) => Some(&parts[2]),
            None => either(level, &parts[1], &parts[2]),
        },
        Term::Or(terms) => match terms.iter().find(|term| holds(term, level) == Some(true)) {
            None => return term.clone(),
            first => first,
        },
        _ => None,
    };
    match taken {
        Some(taken) => decided(level, taken),
        None => term.map(&|part| decided(level, part)),
    }
}

/// The shorter one of two branches of which each gives the same.
fn either<'t>(level: &Level<'_, '_>, body: &'t Term, orelse: &'t Term) -> Option<&'t Term> {
    let known = value(body, level);
    let same = known != Known::Unknown && known == value(orelse, level);
    same.then(|| [body, orelse].into_iter().min_by_key(|term| term.size()))?
}

/// The names in the parts of a condition that decide it.
fn witnesses(level: &Level<'_, '_>, term: &Term, names: &mut Vec<String>) {
    match term {
        Term::Or(terms) => {
            if let Some(first) = terms.iter().find(|term| holds(term, level) == Some(true)) {
                witnesses(level, first, names);
            }
        }
        Term::And(terms) => terms.iter().for_each(|term| witnesses(level, term, names)),
        Term::Not(inner) => witnesses(level, inner, names),
        Term::If(parts) => {
            let [test, body, orelse] = &**parts;
            match holds(test, level) {
                Some(true) => witnesses(level, body, names),
                Some(false) => witnesses(level, orelse, names),
                None => either(level, body, orelse)
                    .iter()
                    .for_each(|term| witnesses(level, term, names)),
            }
        }
        Term::Compare(_, sides) | Term::Arithmetic(_, sides) => {
            sides.iter().for_each(|side| witnesses(level, side, names));
        }
        Term::Call(_, terms) | Term::List(terms) => {
            terms.iter().for_each(|term| witnesses(level, term, names));
        }
        Term::Arg(name) | Term::Base(name) if !names.contains(name) => names.push(name.clone()),
        _ => {}
    }
}

/// What a value of the file is, for conditions.
pub fn known(ctx: &Context<'_>, passed: &Passed<'_>) -> Known {
    if matches!(passed, Passed::Keyword(keyword) if keyword.optional) {
        return Known::Unknown;
    }
    let value = passed.value();
    if *value != Value::Unknown {
        return Known::Value(value.clone());
    }
    let Some(origin) = passed.origin() else {
        return Known::Unknown;
    };
    match ctx.thing(origin) {
        Thing::Instance { class, exact: true } => Known::Object(Some(class)),
        Thing::LocalInstance(_) => Known::Object(None),
        _ => match origin.import_path() {
            // A member of an enumeration.
            Some(path) => match ctx.view.constant(&path) {
                Known::Value(Value::List(_)) => Known::Unknown,
                known => known,
            },
            None => Known::Unknown,
        },
    }
}
