//! `hf-lsp explain HF103`

use std::path::Path;
use std::process::ExitCode;

mod families;

pub use families::{FAMILIES, Family, contents};

use super::Error;
use crate::embedded::Format;
use crate::rules::journal::example_files;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::rules::security::masked;
use crate::rules::{find, is_optional, rules};

/// Explain a rule, or list all of them
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Code or name of a rule; all rules are listed without it
    rule: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Where no rule has that code or name.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    match &args.rule {
        None => {
            for rule in rules() {
                anstream::println!("{}  {:<22} {}", rule.code, rule.name, rule.summary);
            }
        }
        Some(wanted) => {
            let rule = find(wanted).ok_or_else(|| {
                Error(format!(
                    "there is no rule `{wanted}`; `hf-lsp explain` lists all of them"
                ))
            })?;
            anstream::print!("{}", page(rule));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The documentation of a rule as Markdown; `docs/rules` holds these pages.
pub fn page(rule: &Rule) -> String {
    let fix = match rule.fix {
        FixKind::No => "There is no automatic fix.",
        FixKind::Sometimes => "Many findings come with a fix; safe ones are applied by `--fix`.",
        FixKind::Unsafe => "Many findings come with a fix that needs a look (`--unsafe-fixes`).",
    };
    format!(
        "# {} {}\n\n{}, {}reported as {}.\n\n{}\n\n{fix}\n\n## Reported\n\n{}\n## Left alone\n\n{}",
        rule.code,
        rule.name,
        capitalise(rule.summary),
        if is_optional(rule.code) {
            "only where it is selected, and then "
        } else {
            "by default "
        },
        rule.severity,
        rule.explanation,
        shown(rule, &rule.bad),
        shown(rule, &rule.good),
    )
}

/// All rules as Markdown, by family; `docs/rules.md` holds it.
pub fn overview() -> String {
    let mut page = format!("# Rules\n\n{OVERVIEW}");
    for family in &FAMILIES {
        page.push_str(&format!(
            "| [{}](rules/{}.md) | {} | {} |\n",
            family.title,
            family.slug,
            family.codes(),
            family.summary
        ));
    }
    let is_of_journal = |rule: &&Rule| matches!(rule.check, Check::Journal(_));
    let of_code = table(rules().filter(|rule| !is_of_journal(rule)), "rules/");
    let of_journal = table(rules().filter(is_of_journal), "rules/");
    page.push_str(&format!(
        "\n## All about code\n\n{of_code}\n## All about the dev-journal\n\n{of_journal}"
    ));
    page
}

/// The calls of `verified` (`verdict⇥exception⇥callable⇥call`, a line each) that raised as the rules say, as Markdown;
/// `docs/conditions.md` holds it.
pub fn conditions(verified: &str) -> String {
    let mut page = CONDITIONS.to_owned();
    let mut callable = "";
    for line in verified.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let ["same", exception, symbol, call] = fields.as_slice() else {
            continue;
        };
        if *symbol != callable {
            page.push_str(&format!("\n## {symbol}\n\n"));
            callable = symbol;
        }
        page.push_str(&format!("- `{call}`: `{exception}`\n"));
    }
    page
}

/// Rules as a table whose links lead into `folder`.
fn table(rules: impl Iterator<Item = &'static Rule>, folder: &str) -> String {
    let mut table =
        "| code | name | reports | severity | fix |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for rule in rules {
        let fix = match rule.fix {
            FixKind::No => "",
            FixKind::Sometimes => "often",
            FixKind::Unsafe => "with a look",
        };
        let when = if is_optional(rule.code) {
            ", where selected"
        } else {
            ""
        };
        table.push_str(&format!(
            "| [{}]({folder}{}.md) | {} | {} | {}{when} | {fix} |\n",
            rule.code, rule.code, rule.name, rule.summary, rule.severity
        ));
    }
    table
}

/// What stands above the list of rules.
const OVERVIEW: &str = "\
Every finding carries the code and the name of its rule. `hf-lsp explain HF103` shows the page of a rule in the terminal.

- **Severity.** An *error* is only what the facts of the release in use prove: Python raises, or an installer or a program refuses. A *warning* works
  today and goes wrong later or silently; *information* and *hints* are advice.
- **Fix.** *often*: many findings come with a safe fix, which `--fix`, *Fix all* and the light bulb apply. *with a look*: the fix may change what
  happens, so it is offered one by one, and applied by `--unsafe-fixes`.
- **Choosing.** `--select HF1,HF601` and `--ignore HF107` take codes, beginnings of codes and names; [the settings](settings.md) hold them for a
  project, by file and with other severities.
- **Silencing.** `# hf-lsp: ignore[HF103]` at the end of a line of Python, YAML or shell, `# hf-lsp: ignore-file` for a file,
  `<!-- hf-lsp: ignore[HF103] -->` in front of a fence in Markdown, `<!-- hf-plan: ignore HFP105 -->` in a plan.

Rules whose codes begin with HFP look at the [dev-journal](journal.md). They depend on several files at once: `hf-lsp plan check` looks at all
of them, `check` at those that are given.

| family | codes | what they find |
| --- | --- | --- |
";

/// What stands above the list of conditions.
const CONDITIONS: &str = "\
# Conditions that were verified

[HF201](rules/HF201.md), [HF301](rules/HF301.md) and [HF302](rules/HF302.md) tell conditions that are read from the sources of each release. For those that
plain arguments fulfil, `cargo test --release --test refusals -- --ignored` makes the call with the real packages, in releases of seven
eras; none was silent. These calls raised, with the newest releases, the very exception that is told. Their arguments were chosen by a program.
";

fn capitalise(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn shown(rule: &Rule, example: &Example) -> String {
    match rule.check {
        Check::Journal(_) => files(example),
        _ => self::example(example),
    }
}

/// An example of several files, with its releases where they matter.
fn files(example: &Example) -> String {
    let mut shown = String::new();
    if !example.targets.is_empty() {
        shown.push_str(&format!("With {}:\n\n", example.targets.join(", ")));
    }
    for (path, text) in example_files(example.code) {
        let text = masked(&text);
        let fence = if text.contains("```") { "````" } else { "```" };
        let language = Format::of(Path::new(path)).map_or("python", Format::name);
        let language = if path.ends_with(".py") {
            "python"
        } else {
            language
        };
        shown.push_str(&format!("`{path}`\n\n{fence}{language}\n{text}{fence}\n\n"));
    }
    shown.truncate(shown.trim_end().len());
    shown + "\n"
}

fn example(example: &Example) -> String {
    let mut heading = format!("With {}", example.targets.join(", "));
    for before in example.baseline {
        heading.push_str(&match before.split_once("==") {
            Some(("installed", names)) => {
                format!(", where {} are installed", names.replace(',', ", "))
            }
            Some(("python", version)) => format!(", for Python {version}"),
            _ => format!(", coming from {before}"),
        });
    }
    // What looks like a token shall not wake the scanners of those who keep these pages.
    let code = masked(example.code);
    let fence = if code.contains("```") { "````" } else { "```" };
    format!(
        "{heading}:\n\n{fence}{}\n{code}{fence}\n",
        example.format.name()
    )
}
