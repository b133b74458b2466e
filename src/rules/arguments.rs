//! Every named argument of every call of a library, judged once; the rules only tell the verdicts.

use std::sync::Arc;

use super::context::{Context, Thing};
use crate::knowledge::fact::{Acceptance, Deprecation, Trigger};
use crate::knowledge::overlay;
use crate::knowledge::signature::Signature;
use crate::knowledge::timeline::Timeline;
use crate::knowledge::view::{Entity, Function};
use crate::python::ast::{Name, ParamKind};
use crate::python::facts::{Call, CallId, Guard, Keyword, Origin, Root, Site, Step, Value};

/// What is called.
#[derive(Clone, Debug)]
pub struct Callee {
    /// The class or function.
    pub entity: Entity,
    /// The path by which users know it, `transformers.TrainingArguments`.
    pub symbol: String,
    /// Names that a class of the file adds to the constructor that it inherits.
    pub extra: Vec<Name>,
    /// Whether it is surely this function, and not one of a subclass that overrides it.
    pub exact: bool,
}

impl Callee {
    /// Short name for messages: the class, or `Class.method`, or the function.
    pub fn label(&self) -> &str {
        label(&self.symbol)
    }
}

/// The last segment of a path; for methods the class too.
pub fn label(path: &str) -> &str {
    let last = path.rfind('.').map_or(0, |dot| dot + 1);
    let is_class = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_') && !name.starts_with("__")
    };
    let before = path[..last.saturating_sub(1)]
        .rfind('.')
        .map_or(0, |dot| dot + 1);
    if last > 0 && is_class(&path[before..]) && !is_class(&path[last..]) {
        &path[before..]
    } else {
        &path[last..]
    }
}

/// One argument of one call.
#[derive(Clone, Debug)]
pub struct ArgumentUse<'o> {
    /// Index into the file's calls.
    pub call: CallId,
    /// Index into the call's keywords.
    pub index: usize,
    /// What is called.
    pub callee: Callee,
    /// What the callee takes.
    pub signature: Option<Arc<Signature>>,
    /// What the callee passes its keywords on to, `PreTrainedModel.from_pretrained` behind
    /// `AutoModel.from_pretrained`.
    pub delegate: Option<Arc<Signature>>,
    /// The curated entry.
    pub entry: Option<&'o overlay::Argument>,
    /// What becomes of the argument.
    pub verdict: Verdict,
}

/// What becomes of an argument.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It is taken.
    Fine,
    /// It is taken, and the source says that it should not be passed.
    Deprecated(Deprecation),
    /// It is dropped without effect.
    Ignored,
    /// It was taken once.
    Removed(Option<Timeline>),
    /// It will be taken one day.
    NotYet(Timeline),
    /// It was never taken.
    Unknown,
    /// It goes into an open `**kwargs` and looks very much like a keyword that is read there.
    Misspelled(String),
}

impl Verdict {
    /// Whether passing the argument raises.
    const fn is_refusal(&self) -> bool {
        matches!(self, Self::Removed(_) | Self::NotYet(_) | Self::Unknown)
    }
}

impl ArgumentUse<'_> {
    /// The call.
    pub fn call<'f>(&self, ctx: &Context<'f>) -> &'f Call {
        ctx.facts.call(self.call)
    }

    /// The argument as it is written.
    pub fn keyword<'f>(&self, ctx: &Context<'f>) -> &'f Keyword {
        &ctx.facts.call(self.call).keywords[self.index]
    }

    /// Whether the callee takes a keyword of that name in the selected releases.
    pub fn takes(&self, ctx: &Context<'_>, name: &str) -> bool {
        let taken = |signature: &Option<Arc<Signature>>| {
            signature.as_ref().is_some_and(|known| known.takes(name))
        };
        let _ = ctx;
        taken(&self.signature) || taken(&self.delegate)
    }

    /// Whether a dict that several calls are given holds the argument: an edit for one call would
    /// change the others too.
    pub fn is_shared(&self, ctx: &Context<'_>) -> bool {
        let keyword = self.keyword(ctx);
        keyword.site != Site::Keyword
            && ctx
                .facts
                .calls
                .iter()
                .flat_map(|call| &call.keywords)
                .filter(|other| other.range == keyword.range)
                .count()
                > 1
    }

    /// Whether the parameter of that name is passed by position.
    pub fn passes_by_position(&self, ctx: &Context<'_>, name: &str) -> bool {
        let position = self.signature.as_ref().and_then(|signature| {
            signature
                .params
                .iter()
                .position(|param| param.param.name == name)
        });
        position.is_some_and(|position| position < self.call(ctx).positional.len())
    }
}

/// Judges all arguments of a document.
pub fn judge_all<'o>(ctx: &Context<'o>) -> Vec<ArgumentUse<'o>> {
    let mut uses = Vec::new();
    for (index, call) in ctx.facts.calls.iter().enumerate() {
        if call.guard == Guard::Guarded || call.keywords.is_empty() {
            continue;
        }
        let id = CallId(u32::try_from(index).unwrap_or(u32::MAX));
        let Some(callee) = ctx.callee(id) else {
            continue;
        };
        let signature = ctx.view.signature(&callee.entity);
        let delegate = delegate(ctx, callee);
        for keyword in 0..call.keywords.len() {
            let mut used = ArgumentUse {
                call: id,
                index: keyword,
                callee: callee.clone(),
                signature: signature.clone(),
                delegate: delegate.clone(),
                entry: None,
                verdict: Verdict::Fine,
            };
            used.entry = entry(ctx, callee, &call.keywords[keyword].name.name);
            used.verdict = judge(ctx, &used);
            if used.verdict.is_refusal() && is_replaced(ctx, callee) {
                used.verdict = Verdict::Fine;
            }
            uses.push(used);
        }
    }
    uses
}

/// Packages that put classes of their own in the place of another package's when they are imported, and
/// that package.
const REPLACERS: &[(&str, &str)] = &[("unsloth", "trl")];

/// Whether the file imports a package that takes the place of the callee while running. `unsloth` gives
/// the trainers and configurations of trl arguments of its own, and takes old ones.
fn is_replaced(ctx: &Context<'_>, callee: &Callee) -> bool {
    let package = |path: &str| path.split('.').next().unwrap_or(path).to_owned();
    let called = package(&callee.symbol);
    REPLACERS.iter().any(|(by, replaced)| {
        called == *replaced && {
            let imports = &ctx.facts.imports;
            imports.iter().any(|import| package(&import.module) == *by)
        }
    })
}

/// What a call calls, where it is something of a library.
pub fn callee(ctx: &Context<'_>, call: &Call) -> Option<Callee> {
    if let Some(base) = super_constructor(ctx, call) {
        return Some(class_callee(ctx, base, Vec::new()));
    }
    match ctx.thing(&call.callee) {
        Thing::Object(Entity::Class(class)) => Some(class_callee(ctx, class, Vec::new())),
        Thing::Object(Entity::Function(function)) => {
            Some(function_callee(ctx, function, is_exact_receiver(ctx, call)))
        }
        // `pipe("a cat")`
        Thing::Instance { class, exact } => {
            match ctx.view.member(&Entity::Class(class), "__call__") {
                Entity::Function(function) => Some(function_callee(ctx, function, exact)),
                _ => None,
            }
        }
        Thing::LocalClass(id) => {
            let class = ctx.facts.class(id);
            let has_own = class
                .methods
                .iter()
                .any(|method| matches!(method.name.name.as_str(), "__init__" | "__new__"));
            let [Some(base)] = class.bases.as_slice() else {
                return None;
            };
            if has_own || class.decorators.iter().any(Option::is_none) {
                return None;
            }
            match ctx.thing(base) {
                Thing::Object(Entity::Class(base)) => {
                    Some(class_callee(ctx, base, class.attributes.clone()))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// A function or method, `exact` where surely no subclass overrides it.
pub fn function_callee(ctx: &Context<'_>, function: Function, exact: bool) -> Callee {
    Callee {
        symbol: ctx.public_function(&function),
        exact,
        extra: Vec::new(),
        entity: Entity::Function(function),
    }
}

/// The constructor of the class of that definition path.
pub fn class_callee(ctx: &Context<'_>, class: String, extra: Vec<Name>) -> Callee {
    Callee {
        symbol: ctx.view.public_path(&class),
        entity: Entity::Class(class),
        extra,
        exact: true,
    }
}

/// The class whose constructor `super().__init__(...)` calls, where only one can be meant.
fn super_constructor(ctx: &Context<'_>, call: &Call) -> Option<String> {
    let Root::SuperOf(id) = call.callee.root else {
        return None;
    };
    let [Step::Attr(method)] = call.callee.steps.as_slice() else {
        return None;
    };
    let [Some(base)] = ctx.facts.class(id).bases.as_slice() else {
        return None;
    };
    match ctx.thing(base) {
        Thing::Object(Entity::Class(class)) if method == "__init__" => Some(class),
        _ => None,
    }
}

/// A method of an instance that may be of a subclass may be another one than it seems.
fn is_exact_receiver(ctx: &Context<'_>, call: &Call) -> bool {
    let mut receiver = Origin::clone(&call.callee);
    receiver.steps.pop();
    !matches!(
        ctx.thing(&receiver),
        Thing::Instance { exact: false, .. } | Thing::LocalInstance(_) | Thing::Super(_)
    )
}

/// The public path of what a callable hands the keywords on to that it does not name itself: a stated
/// one, or for a factory the method of the same name of the class whose instance it gives.
pub fn forwards_to(ctx: &Context<'_>, callee: &Callee) -> Option<String> {
    let definition = match &callee.entity {
        Entity::Function(function) => Some(function.path.as_str()),
        _ => None,
    };
    if let Some(stated) = ctx.overlay.forwards_to(&callee.symbol, definition) {
        return Some(stated.to_owned());
    }
    let entry = ctx.overlay.returns(&callee.symbol)?;
    let method = callee.symbol.rsplit('.').next()?;
    Some(format!("{}.{method}", entry.instance))
}

/// What the callee hands its keywords on to.
pub fn delegate(ctx: &Context<'_>, callee: &Callee) -> Option<Arc<Signature>> {
    match ctx.view.resolve(&forwards_to(ctx, callee)?) {
        found @ Entity::Function(_) if found != callee.entity => ctx.view.signature(&found),
        _ => None,
    }
}

/// The curated entry: of the callable itself, of a base, or of what it hands its keywords to.
pub fn entry<'o>(ctx: &Context<'o>, callee: &Callee, name: &str) -> Option<&'o overlay::Argument> {
    if !ctx.overlay.knows_argument(name) {
        return None;
    }
    if let Some(entry) = ctx.overlay.argument(&callee.symbol, name) {
        return Some(entry);
    }
    let (class, method) = match &callee.entity {
        Entity::Class(class) => (class.clone(), None),
        Entity::Function(function) => {
            let method = function.path.rsplit('.').next()?;
            match &function.class {
                Some(class) => (class.clone(), Some(method)),
                None => return ctx.overlay.argument(&forwards_to(ctx, callee)?, name),
            }
        }
        _ => return None,
    };
    let symbol = |class: &str| match method {
        Some(method) => format!("{}.{method}", ctx.view.public_path(class)),
        None => ctx.view.public_path(class),
    };
    let inherited = ctx.view.mro(&class);
    let of_base = inherited
        .classes
        .iter()
        .find_map(|base| ctx.overlay.argument(&symbol(base), name));
    of_base.or_else(|| ctx.overlay.argument(&forwards_to(ctx, callee)?, name))
}

fn judge(ctx: &Context<'_>, used: &ArgumentUse<'_>) -> Verdict {
    let keyword = used.keyword(ctx);
    let name = keyword.name.name.as_str();
    let Some(signature) = &used.signature else {
        return Verdict::Fine;
    };
    if used.callee.extra.iter().any(|extra| extra == name) {
        return Verdict::Fine;
    }
    if signature.param(name).is_some() {
        return judge_taken(signature, keyword);
    }
    if ctx.has_gone(
        used.entry.and_then(|entry| entry.gone.as_deref()),
        used.entry.map(|entry| entry.library.as_str()),
    ) {
        return judge_gone(ctx, used);
    }
    for known in [Some(signature), used.delegate.as_ref()]
        .into_iter()
        .flatten()
    {
        if known.takes(name) {
            return judge_taken(known, keyword);
        }
        if known.accepts.get(name) == Some(&Acceptance::Ignored) {
            let written = keyword.value_range.slice(ctx.text);
            return if ctx.overlay.is_harmless(&known.owner, name, written) {
                Verdict::Fine
            } else {
                Verdict::Ignored
            };
        }
    }
    if still_warns(ctx, used) {
        return judge_gone(ctx, used);
    }
    if signature.open {
        judge_open(ctx, used, signature)
    } else if signature.certain && !used.passes_positional_only(name) {
        judge_closed(ctx, used)
    } else {
        Verdict::Fine
    }
}

/// The argument is taken: is there a notice, and does it speak for this value? A function that passes
/// its own `None` on is quiet until somebody gives it a value.
fn judge_taken(signature: &Signature, keyword: &Keyword) -> Verdict {
    let name = keyword.name.name.as_str();
    let value = if keyword.optional {
        &Value::None
    } else {
        &keyword.value
    };
    if let Some((_, notice)) = signature.deprecation(name) {
        let speaks = match notice.when {
            Trigger::Used | Trigger::Documented => true,
            Trigger::NotNone => *value != Value::None,
            Trigger::Truthy => !matches!(value, Value::None | Value::Bool(false) | Value::Int(0)),
        };
        return if speaks {
            Verdict::Deprecated(notice.clone())
        } else {
            Verdict::Fine
        };
    }
    if signature.accepts.get(name) == Some(&Acceptance::Decorator) {
        return Verdict::Deprecated(Deprecation {
            name: Some(name.to_owned()),
            when: Trigger::Used,
            replacement: None,
            announced: None,
        });
    }
    Verdict::Fine
}

/// A curated entry says that it is still taken with a warning, by ways that the facts do not show.
fn still_warns(ctx: &Context<'_>, used: &ArgumentUse<'_>) -> bool {
    used.entry.is_some_and(|entry| {
        entry.effect == overlay::Effect::Warns
            && ctx.has_gone(entry.deprecated.as_deref(), Some(&entry.library))
    })
}

/// A curated entry says that it went away in a release up to the selected one.
fn judge_gone(ctx: &Context<'_>, used: &ArgumentUse<'_>) -> Verdict {
    let Some(entry) = used.entry else {
        return Verdict::Fine;
    };
    match entry.effect {
        overlay::Effect::Ignored => Verdict::Ignored,
        overlay::Effect::Warns => Verdict::Deprecated(Deprecation {
            name: Some(entry.name.clone()),
            when: Trigger::Used,
            replacement: None,
            announced: None,
        }),
        overlay::Effect::Error | overlay::Effect::Forwarded => {
            let name = &used.keyword(ctx).name.name;
            Verdict::Removed(ctx.view.argument_timeline(&used.callee.symbol, name))
        }
    }
}

/// No `**kwargs`: whatever is not taken raises a `TypeError`.
fn judge_closed(ctx: &Context<'_>, used: &ArgumentUse<'_>) -> Verdict {
    let name = &used.keyword(ctx).name.name;
    let newer = ctx.is_newer_than_known(&used.callee.symbol);
    let timeline = ctx.view.argument_timeline(&used.callee.symbol, name);
    if used.call(ctx).shared {
        return judge_shared(ctx, used, timeline);
    }
    match timeline {
        Some(timeline) if timeline.was_there() => Verdict::Removed(Some(timeline)),
        _ if newer || !used.callee.exact => Verdict::Fine,
        Some(timeline) if timeline.comes_in().is_some() => Verdict::NotYet(timeline),
        _ => Verdict::Unknown,
    }
}

/// Classes that take their arguments from the same file.
const RELATIVES: [&str; 13] = [
    "transformers.Seq2SeqTrainingArguments",
    "sentence_transformers.SentenceTransformerTrainingArguments",
    "trl.SFTConfig",
    "trl.DPOConfig",
    "trl.GRPOConfig",
    "trl.RLOOConfig",
    "trl.KTOConfig",
    "trl.RewardConfig",
    "trl.ModelConfig",
    "trl.ScriptArguments",
    "trl.DatasetMixtureConfig",
    "trl.scripts.grpo.GRPOScriptArguments",
    "trl.scripts.rloo.RLOOScriptArguments",
];

/// A name from a file that others read too: it is theirs, unless the callee took it once or a curated entry
/// says that it will.
fn judge_shared(ctx: &Context<'_>, used: &ArgumentUse<'_>, timeline: Option<Timeline>) -> Verdict {
    let name = used.keyword(ctx).name.name.as_str();
    let takes = |path: &&str| {
        let signature = ctx.view.signature(&ctx.view.resolve(path));
        signature.is_some_and(|signature| signature.takes(name))
    };
    let is_removed = timeline.as_ref().is_some_and(Timeline::was_there);
    if RELATIVES.iter().any(takes) {
        return Verdict::Fine;
    }
    match newer_name(ctx, used, name) {
        _ if is_removed => Verdict::Removed(timeline),
        Some(newer) => Verdict::NotYet(newer),
        None => Verdict::Fine,
    }
}

/// `**kwargs`: only what is known for sure may be said.
fn judge_open(ctx: &Context<'_>, used: &ArgumentUse<'_>, signature: &Signature) -> Verdict {
    let name = used.keyword(ctx).name.name.as_str();
    if let Some(timeline) = newer_name(ctx, used, name) {
        return Verdict::NotYet(timeline);
    }
    // What is handed on to a method of another name may reach other methods as well: the keywords of
    // `pipeline` go to the class of any task.
    let method = |path: &str| path.rsplit('.').next().map(str::to_owned);
    let delegate = used
        .delegate
        .iter()
        .filter(|known| method(&known.owner) == method(&signature.owner));
    let known = signature
        .keywords()
        .chain(delegate.flat_map(|known| known.keywords()));
    match nearest(name, known) {
        Some(nearest) => Verdict::Misspelled(nearest.to_owned()),
        None => Verdict::Fine,
    }
}

/// A name that curated entries give as a newer spelling, passed to a release that does not know it.
fn newer_name(ctx: &Context<'_>, used: &ArgumentUse<'_>, name: &str) -> Option<Timeline> {
    use overlay::ArgumentFix::Rename;
    let is_newer = ctx.overlay.renamed_to(name).any(|entry| {
        matches!(&entry.fix, Rename { since: Some(since), .. }
            if !ctx.has_gone(Some(since), Some(&entry.library)))
            && self::entry(ctx, &used.callee, &entry.name)
                .is_some_and(|own| own.name == entry.name && own.symbol == entry.symbol)
    });
    if !is_newer {
        return None;
    }
    let symbol = forwards_to(ctx, &used.callee).unwrap_or_else(|| used.callee.symbol.clone());
    ctx.view
        .argument_timeline(&symbol, name)
        .filter(|timeline| timeline.comes_in().is_some() && !timeline.was_there())
}

impl ArgumentUse<'_> {
    fn passes_positional_only(&self, name: &str) -> bool {
        self.signature.as_ref().is_some_and(|signature| {
            signature.params.iter().any(|param| {
                param.param.name == name && param.param.kind == ParamKind::PositionalOnly
            })
        })
    }
}

/// The known name that `name` is most likely a slip of: one edit away, or two in a long name. The first
/// letter is hardly ever wrong: `dtype` is no slip of `type`.
pub fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let allowed = match name.chars().count() {
        0..=3 => return None,
        4..=8 => 1,
        _ => 2,
    };
    known
        .filter(|other| other.len().abs_diff(name.len()) <= allowed)
        .filter(|other| !other.starts_with('_') && other.chars().next() == name.chars().next())
        .filter(|other| !is_same_in_other_case(name, other))
        .map(|other| (strsim::osa_distance(name, other), other))
        .filter(|(distance, _)| *distance > 0 && *distance <= allowed)
        .min()
        .map(|(_, other)| other)
}

/// `trending_score` and `trendingScore`: whoever writes one of them knows the other.
fn is_same_in_other_case(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.replace('_', "").to_ascii_lowercase();
    plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_named_with_their_class() {
        assert_eq!(label("transformers.TrainingArguments"), "TrainingArguments");
        assert_eq!(label("transformers.Trainer.train"), "Trainer.train");
        assert_eq!(label("datasets.load_dataset"), "load_dataset");
        assert_eq!(label("trl"), "trl");
        assert_eq!(label("a.Pipeline.__call__"), "Pipeline.__call__");
    }

    #[test]
    fn only_slips_are_near() {
        let known = || ["revision", "use_fast", "token", "dtype"].into_iter();
        assert_eq!(nearest("type", known()), None);
        assert_eq!(nearest("reviison", known()), Some("revision"));
        assert_eq!(nearest("use_cache", known()), None);
        assert_eq!(nearest("num_labels", known()), None);
        assert_eq!(nearest("dtyp", known()), Some("dtype"));
        let camel = ["trendingScore"].into_iter();
        assert_eq!(nearest("trending_score", camel), None);
    }
}
