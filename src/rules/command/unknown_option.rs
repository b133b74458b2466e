//! HF713

use super::judge::{Judged, Verdict};
use super::{comes, finding, in_release, of_library};
use crate::embedded::Format;
use crate::knowledge::overlay::ArgumentFix;
use crate::knowledge::timeline::Timeline;
use crate::knowledge::view::Entity;
use crate::rules::arguments::label;
use crate::rules::context::Context;
use crate::rules::finding::{Edit, Finding, Fix, Severity};
use crate::rules::fix::applicability;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF713",
    name: "unknown-option",
    severity: Severity::Error,
    summary: "an option that the command does not take, any more or at all",
    explanation: "The program ends with an error before it does anything. Options of training commands \
are the fields of configuration classes (`trl sft` takes those of `SFTConfig`), so what was renamed or \
removed there is renamed or removed here. Scripts of the project are read too, behind `python`, \
`accelerate launch` and their like: where one parser of `argparse`, `HfArgumentParser` or `TrlParser` reads \
the command line, and all its options are known. Nothing is said where a command passes on what it does \
not know, and where variables may hold words that are not seen.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Shell,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "trl sft --output_dir out --evaluation_strategy steps\n",
    },
    good: Example {
        format: Format::Shell,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "trl sft --output_dir out --eval_strategy steps\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for judged in ctx.commands() {
        if let Verdict::Option { .. } = &judged.verdict {
            findings.push(unknown(ctx, judged));
        }
    }
}

fn unknown(ctx: &Context<'_>, judged: &Judged<'_>) -> Finding {
    let Verdict::Option {
        range,
        name,
        plain,
        field,
        timeline,
        near,
        value,
    } = &judged.verdict
    else {
        unreachable!("the caller looked at the verdict");
    };
    let gone = timeline.as_ref().filter(|it| it.was_there());
    // The fields of a script's classes go with their library.
    let owner = match field {
        Some((class, _)) if judged.is_own() => label(class),
        _ => judged.path.as_str(),
    };
    let message = match gone.and_then(|timeline| Some((timeline, timeline.removed_in()?))) {
        Some((timeline, version)) => format!(
            "`{name}` was removed from `{owner}` in {} {version}",
            timeline.library.name()
        ),
        None => format!(
            "`{}` has no option `{name}`{}",
            judged.path,
            in_release(ctx, judged)
        ),
    };
    let mut found = finding(&RULE, ctx, judged, *range, message);
    found.argument = Some(name.clone());
    if let Some(timeline) = timeline.as_ref().filter(|_| judged.is_own()) {
        of_library(ctx, timeline.library.name(), &mut found);
    }
    found.removed_in = gone.and_then(Timeline::removed_in).map(str::to_owned);
    if gone.is_none() {
        found.help = comes(timeline.as_ref());
    }
    let changed = field.as_ref().and_then(|field| of_field(ctx, field));
    let changed = changed.or_else(|| ctx.overlay.command_option(&judged.path, name));
    let edit = |to: &str, safe| plain.then(|| renamed(*range, name, to, safe));
    match changed {
        Some((ArgumentFix::Rename { to, safe, .. }, _)) => {
            let to = spelled(name, to);
            found.help = Some(format!("use `{to}`"));
            found.fix = edit(&to, *safe);
            found.replacement = Some(to);
        }
        Some((ArgumentFix::Remove { safe }, why)) => {
            found.help = Some(why.to_owned());
            found.fix = value.and_then(|value| without(ctx, name, *range, value, *safe));
        }
        Some((_, why)) => found.help = Some(why.to_owned()),
        None => {
            if let Some(near) = near {
                found.help = Some(format!("did you mean `{near}`?"));
                found.fix = edit(near, false);
                found.replacement = Some(near.clone());
            }
        }
    }
    if let Some((class, _)) = field {
        let label = label(class);
        found.notes.push(format!(
            "the options of `{}` are the fields of `{label}`",
            judged.path
        ));
    }
    found
}

/// What people say about a field of a class, or of one of its bases.
fn of_field<'o>(
    ctx: &Context<'o>,
    (class, name): &(String, String),
) -> Option<(&'o ArgumentFix, &'o str)> {
    let Entity::Class(class) = ctx.view.resolve(class) else {
        return None;
    };
    let mro = ctx.view.mro(&class);
    let entry = mro
        .classes
        .iter()
        .find_map(|base| ctx.overlay.argument(&ctx.view.public_path(base), name))?;
    Some((&entry.fix, &entry.why))
}

/// A new name, with dashes where the old one has them.
fn spelled(old: &str, new: &str) -> String {
    let new = new.trim_start_matches('-');
    match old.trim_start_matches('-').contains('-') {
        true => format!("--{}", new.replace('_', "-")),
        false => format!("--{new}"),
    }
}

fn renamed(range: TextRange, old: &str, new: &str, safe: bool) -> Fix {
    let start = range.start;
    let end = start + old.len() as u32;
    Fix {
        title: format!("Rename to `{new}`"),
        applicability: applicability(safe),
        edits: vec![Edit {
            range: TextRange::new(start, end),
            content: new.to_owned(),
        }],
    }
}

/// Takes an option away, with its value and the blank in front.
fn without(
    ctx: &Context<'_>,
    name: &str,
    range: TextRange,
    value: TextRange,
    safe: bool,
) -> Option<Fix> {
    let before = ctx.text.get(..range.start as usize)?;
    let blank = before.len() - before.trim_end_matches([' ', '\t']).len();
    // At the beginning of a line the blank is the indentation.
    if before.trim_end_matches([' ', '\t']).ends_with('\n') || blank == 0 {
        return None;
    }
    let end = value.end.max(range.end);
    Some(Fix {
        title: format!("Remove `{name}`"),
        applicability: applicability(safe),
        edits: vec![Edit {
            range: TextRange::new(range.start - blank as u32, end),
            content: String::new(),
        }],
    })
}
