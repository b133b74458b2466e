//! HF115

use crate::embedded::Format;
use crate::knowledge::overlay::{self, AttributeFix, Effect};
use crate::knowledge::timeline::Timeline;
use crate::knowledge::view::Entity;
use crate::python::facts::{Access, AttributeUse, Guard};
use crate::rules::arguments::label;
use crate::rules::context::{Context, Thing, asks_for};
use crate::rules::finding::{Edit, Finding, Fix, Severity};
use crate::rules::fix::{applicability, fix};
use crate::rules::report::{note_other_releases, release};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF115",
    name: "removed-attribute",
    severity: Severity::Error,
    summary: "an attribute or method that instances no longer have",
    explanation: "Instances of this class had the attribute or method in an earlier release and do not \
have it in the resolved one. Reading it raises an `AttributeError`; setting it does nothing. It is an \
error only where the class is known exactly and completely, and a warning where the object may be of a \
subclass that still has it.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\")\nprint(args.evaluation_strategy)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\")\nprint(args.eval_strategy)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for used in &ctx.facts.attributes {
        if used.guard == Guard::None {
            findings.extend(removed(ctx, used));
        }
    }
}

/// The classes an attribute is looked for in: the instance's own, or the bases of a local class.
fn receiver_class(ctx: &Context<'_>, receiver: &Thing) -> Option<(String, bool)> {
    match receiver {
        Thing::Instance { class, exact } => Some((class.clone(), *exact)),
        Thing::Object(Entity::Class(class)) => Some((class.clone(), true)),
        Thing::LocalInstance(id) | Thing::Super(id) => {
            let [Some(base)] = ctx.facts.class(*id).bases.as_slice() else {
                return None;
            };
            match ctx.thing(base) {
                Thing::Object(Entity::Class(class)) => Some((class, false)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn removed(ctx: &Context<'_>, used: &AttributeUse) -> Option<Finding> {
    let receiver = ctx.thing(&used.receiver);
    let (class, exact) = receiver_class(ctx, &receiver)?;
    let name = used.attr.name.as_str();
    let mro = ctx.view.mro(&class);
    let entry = || {
        let mut bases = mro.classes.iter();
        bases.find_map(|base| ctx.overlay.attribute(&ctx.view.public_path(base), name))
    };
    let entry = ctx.overlay.knows_attribute(name).then(entry).flatten();
    let proven = matches!(
        ctx.attribute(&receiver, name),
        Thing::Object(Entity::Missing { .. })
    );
    let curated_gone = entry.filter(|entry| {
        ctx.has_gone(entry.gone.as_deref(), Some(&entry.library))
            && is_nowhere(ctx, &receiver, &class, name)
    });
    if !proven && curated_gone.is_none() {
        return None;
    }
    if used.access == Access::Load && (is_set_here(ctx, used, &class) || asks_for(ctx.text, name)) {
        return None;
    }
    let may_have_it = || class.ends_with("Mixin") || ctx.view.may_be_in_a_subclass(&class, name);
    if !exact && curated_gone.is_none() && may_have_it() {
        return None;
    }
    // Told of the class that had it: of `Trainer` for a trainer of another library, but of no class that
    // users never see.
    let publics = mro
        .classes
        .iter()
        .rev()
        .map(|base| ctx.view.public_path(base));
    let own = ctx.view.public_path(&class);
    let had_it = publics
        .filter(|base| *base == own || base.matches('.').count() == 1)
        .find_map(|base| {
            let timeline = ctx.view.attribute_timeline(&base, name)?;
            timeline.was_there().then_some((base, timeline))
        });
    let (public, timeline) = match had_it {
        Some((base, timeline)) => (base, Some(timeline)),
        None => (own, None),
    };
    let gone = timeline
        .as_ref()
        .and_then(|timeline| timeline.removed_in())
        .or_else(|| curated_gone.and_then(|entry| entry.gone.as_deref()))?;
    Some(finding(
        ctx,
        used,
        &Gone {
            public: &public,
            release: gone,
            error: proven && exact && used.access == Access::Load,
            timeline: timeline.as_ref(),
            entry: curated_gone.or(entry),
        },
    ))
}

/// Whether the file sets that attribute itself, on an instance of the same class.
fn is_set_here(ctx: &Context<'_>, used: &AttributeUse, class: &str) -> bool {
    ctx.facts.attributes.iter().any(|other| {
        other.access == Access::Store
            && other.attr.name == used.attr.name
            && receiver_class(ctx, &ctx.thing(&other.receiver)).is_some_and(|(set, _)| set == class)
    })
}

/// Whether no class that is known has the attribute, although unknown bases might.
fn is_nowhere(ctx: &Context<'_>, receiver: &Thing, class: &str, name: &str) -> bool {
    let own = match receiver {
        Thing::LocalInstance(id) => {
            let local = ctx.facts.class(*id);
            local.attributes.iter().any(|own| own == name || own == "*")
                || local.methods.iter().any(|method| method.name.name == name)
        }
        _ => false,
    };
    let known = ctx.view.member(&Entity::Class(class.to_owned()), name);
    !own && matches!(known, Entity::Missing { .. } | Entity::Unknown)
}

struct Gone<'g> {
    public: &'g str,
    release: &'g str,
    error: bool,
    timeline: Option<&'g Timeline>,
    entry: Option<&'g overlay::Attribute>,
}

fn finding(ctx: &Context<'_>, used: &AttributeUse, gone: &Gone<'_>) -> Finding {
    let path = format!("{}.{}", gone.public, used.attr.name);
    let what = match used.access {
        Access::Store => "; setting it has no effect",
        Access::Load => "",
    };
    let message = format!(
        "`{}` was removed from `{}` in {}{what}",
        used.attr.name,
        label(gone.public),
        release(ctx, gone.public, gone.release)
    );
    let mut finding = RULE.finding(ctx, used.attr.range, &path, message);
    if !gone.error {
        finding.severity = Severity::Warning;
    }
    finding.argument = Some(used.attr.name.to_string());
    finding.removed_in = Some(gone.release.to_owned());
    if let Some(timeline) = gone.timeline {
        finding.deprecated_in = timeline.deprecated_in().map(str::to_owned);
        note_other_releases(ctx, &mut finding, timeline);
    }
    match gone.entry {
        Some(entry) => curated(ctx, used, entry, &mut finding),
        None => renamed_field(ctx, used, gone.public, &mut finding),
    }
    finding
}

/// Fields of a configuration are its constructor's arguments: the same renaming holds for both.
fn renamed_field(ctx: &Context<'_>, used: &AttributeUse, class: &str, finding: &mut Finding) {
    use overlay::ArgumentFix::Rename;
    let Entity::Class(definition) = ctx.view.resolve(class) else {
        return;
    };
    let entry = ctx.view.mro(&definition).classes.iter().find_map(|base| {
        ctx.overlay
            .argument(&ctx.view.public_path(base), &used.attr.name)
    });
    let Some(entry) = entry else { return };
    finding.help = Some(entry.why.clone());
    if let Rename { to, safe, .. } = &entry.fix {
        let rename = AttributeFix::Rename {
            to: to.clone(),
            since: None,
            safe: *safe,
        };
        let has_new = matches!(
            ctx.view.member(&Entity::Class(definition), to),
            Entity::Value | Entity::Function(_)
        );
        finding.help = Some(format!("use `{to}`"));
        finding.replacement = Some(to.clone());
        finding.fix = has_new.then(|| attribute_fix(ctx, used, &rename)).flatten();
    }
}

/// Adds what the overlay says about an attribute.
pub fn curated(
    ctx: &Context<'_>,
    used: &AttributeUse,
    entry: &overlay::Attribute,
    finding: &mut Finding,
) {
    finding.help = Some(entry.why.clone());
    if entry.effect == Effect::Ignored {
        finding.severity = Severity::Warning;
    }
    if let AttributeFix::Rename { to, .. } = &entry.fix {
        finding.replacement = Some(to.clone());
    }
    finding.fix = attribute_fix(ctx, used, &entry.fix);
}

/// Writes another attribute; or, for `__call__`, calls the object itself.
pub fn attribute_fix(ctx: &Context<'_>, used: &AttributeUse, what: &AttributeFix) -> Option<Fix> {
    let AttributeFix::Rename { to, safe, .. } = what else {
        return None;
    };
    let edit = if to == "__call__" {
        if !used.called {
            return None;
        }
        let dot = ctx.text[..used.attr.range.start as usize].rfind('.')?;
        return fix(
            "Call the object itself".to_owned(),
            applicability(*safe),
            vec![Edit {
                range: TextRange::from_usize(dot, used.attr.range.end as usize),
                content: String::new(),
            }],
        );
    } else {
        Edit {
            range: used.attr.range,
            content: to.clone(),
        }
    };
    fix(
        format!("Rename to `{to}`"),
        applicability(*safe),
        vec![edit],
    )
}
