//! HF711

use super::judge::{Judged, Verdict};
use super::{finding, release};
use crate::embedded::Format;
use crate::knowledge::command::Named;
use crate::knowledge::overlay::CommandChange;
use crate::rules::context::Context;
use crate::rules::finding::{Edit, Finding, Fix, Severity};
use crate::rules::fix::applicability;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF711",
    name: "removed-command",
    severity: Severity::Error,
    summary: "a program or command that the resolved release does not have any more",
    explanation: "The console script is not installed any more, only tells that it has gone, or has no \
such command: the shell or the program fails. It is found in shell scripts, images, Makefiles, \
workflows, notebooks and (as a warning) in the fences of Markdown. Programs that run in an environment of \
their own (`uvx`, `pipx run`) are left alone.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Shell,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "huggingface-cli download gpt2 --local-dir model\n",
    },
    good: Example {
        format: Format::Shell,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "hf download gpt2 --local-dir model\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for judged in ctx.commands() {
        if let Verdict::Removed { .. } = &judged.verdict {
            findings.push(removed(ctx, judged));
        }
    }
}

fn removed(ctx: &Context<'_>, judged: &Judged<'_>) -> Finding {
    let Verdict::Removed {
        timeline,
        range,
        words,
    } = &judged.verdict
    else {
        unreachable!("the caller looked at the verdict");
    };
    let when = timeline.removed_in().map_or_else(
        || release(ctx, judged.library),
        |version| format!("{} {version}", judged.library),
    );
    let message = format!("`{}` was removed in {when}", judged.path);
    let mut found = finding(&RULE, ctx, judged, *range, message);
    found.removed_in = timeline.removed_in().map(str::to_owned);
    if let Some((entry, to)) = replacement(ctx, judged) {
        found.help = Some(match to {
            Some(to) => format!("use `{to}`"),
            None => entry.why.clone(),
        });
        found.replacement = to.map(str::to_owned);
        if let (Some(to), Some(words)) = (to, words) {
            found.fix = rewritten(ctx, judged, entry, to, *words);
        }
    }
    found
}

/// The curated entry, and of the commands that it names the first that the selected release has.
fn replacement<'o>(
    ctx: &Context<'o>,
    judged: &Judged<'_>,
) -> Option<(&'o CommandChange, Option<&'o str>)> {
    let entry = ctx.overlay.command(&judged.path)?;
    let there = |to: &&String| {
        let mut words = to.split(' ');
        let program = words.next().unwrap_or_default();
        let library = crate::embedded::programs::distribution(program);
        library.is_some_and(|library| is_there(ctx, library, to))
    };
    Some((entry, entry.to.iter().find(there).map(String::as_str)))
}

/// Whether the selected release has a command, by any of its names.
fn is_there(ctx: &Context<'_>, library: &str, path: &str) -> bool {
    resolved(ctx, library, path).is_some()
}

fn resolved(
    ctx: &Context<'_>,
    library: &str,
    path: &str,
) -> Option<crate::knowledge::command::Known> {
    let mut words = path.split(' ');
    let mut known = ctx.view.command(library, words.next()?)?;
    for word in words {
        let next = format!("{} {}", known.path, known.sub(word)?);
        known = ctx.view.command(library, &next)?;
    }
    known.works().then_some(known)
}

/// Writes the new command over the old one. Safe where it takes every option that is passed.
fn rewritten(
    ctx: &Context<'_>,
    judged: &Judged<'_>,
    entry: &CommandChange,
    to: &str,
    words: usize,
) -> Option<Fix> {
    let program = judged.started.word;
    let first = program
        .range
        .end
        .checked_sub(judged.started.program.len() as u32)?;
    let arguments = judged.started.arguments;
    let inner = arguments.get(..words)?;
    // `python -m ...` starts a module, not a script.
    let is_script = program.text.ends_with(judged.started.program);
    if !program.plain || !program.known || !is_script {
        return None;
    }
    let last = inner.last().unwrap_or(program).range;
    // In a list of strings, or over several lines, more than blanks stands between.
    let between = ctx.text.get(first as usize..last.end as usize)?;
    let written = std::iter::once(judged.started.program).chain(inner.iter().map(|it| &*it.text));
    let spaced = between.split([' ', '\t']).filter(|it| !it.is_empty());
    if !spaced.eq(written) {
        return None;
    }
    let library = crate::embedded::programs::distribution(to.split(' ').next()?)?;
    let known = resolved(ctx, library, to)?;
    let options = arguments[words..]
        .iter()
        .filter(|word| word.text.starts_with("--"));
    let fits = options.clone().all(|word| {
        let name = word.text.split('=').next().unwrap_or_default();
        ctx.view.option(&known, name) != Named::Missing
    });
    Some(Fix {
        title: format!("Use `{to}`"),
        applicability: applicability(fits && entry.safe),
        edits: vec![Edit {
            range: TextRange::new(first, last.end),
            content: to.to_owned(),
        }],
    })
}
