//! HFP602

use crate::embedded::Format;
use crate::embedded::command::Word;
use crate::journal::commands::Spoken;
use crate::journal::plan::{FieldName, Plan, State, Step};
use crate::journal::span::place_of;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Applicability, Edit, Finding, Fix, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP602",
    name: "push-without-visibility",
    severity: Severity::Warning,
    summary: "a step that pushes to the Hub and does not say who may read it",
    explanation: "A repository that a push creates is public unless somebody says otherwise, and what was public once \
may have been read. Say it where it is made: `--private` or `--no-private` behind `hf repos create` and `hf upload`, \
`hub_private_repo=True` beside `push_to_hub=True`. It is said too where the step, another step about the same repository, or the script \
that the step names says it. Steps that are done are left alone.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Markdown,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "## 5. Hub Integration\n\n- [ ] 5.1 Upload the handbook\n  - Run: `hf upload acme-labs/handbook data/raw . --repo-type dataset`\n  - Verify: `hf datasets info acme-labs/handbook` → it is there\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "## 5. Hub Integration\n\n- [ ] 5.1 Upload the handbook\n  - Run: `hf upload acme-labs/handbook data/raw . --repo-type dataset --private`\n  - Verify: `hf datasets info acme-labs/handbook` → it is there\n",
    },
    check: Check::Journal(check),
};

/// Words that say who may read something.
const WORDS: [&str; 4] = ["private", "public", "visib", "protected"];

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    let pushes: Vec<Push> = surroundings
        .document
        .commands()
        .iter()
        .filter_map(Push::of_command)
        .chain(params(text, plan))
        .collect();
    for push in pushes {
        let step = &plan.steps[push.step];
        let is_said = step.state == State::Done
            || says(step.range.slice(text))
            || push
                .repository
                .as_deref()
                .is_some_and(|id| is_told(text, id))
            || in_script(surroundings, step, push.repository.as_deref());
        if !is_said {
            findings.push(push.finding());
        }
    }
}

/// Something that makes a repository where there is none.
struct Push {
    step: usize,
    range: TextRange,
    repository: Option<String>,
    /// Where what says it belongs, and what.
    addition: Option<(u32, &'static str)>,
}

impl Push {
    /// `hf repos create ID`, `hf upload ID`
    fn of_command(spoken: &Spoken) -> Option<Self> {
        let words = spoken.words();
        let (program, rest) = words.split_first()?;
        if !matches!(program.text.as_str(), "hf" | "huggingface-cli") {
            return None;
        }
        let texts: Vec<&str> = rest.iter().map(|it| it.text.as_str()).collect();
        let arguments = match texts[..] {
            ["repos" | "repo", "create", ..] => &rest[2..],
            ["upload" | "upload-large-folder", ..] => &rest[1..],
            _ => return None,
        };
        let id = arguments.iter().find(|word| is_repository(word))?;
        Some(Self {
            step: spoken.step,
            range: TextRange::new(program.range.start, id.range.end),
            repository: Some(id.text.clone()),
            addition: Some((id.range.end, " --private")),
        })
    }

    fn finding(&self) -> Finding {
        let what = self.repository.as_ref().map(|id| format!("`{id}`"));
        let what = what.unwrap_or_else(|| "the repository".to_owned());
        let message = format!("nothing says whether {what} is private");
        let mut finding = RULE.plain_finding(self.range, message);
        finding.help = Some("without a word, what a push creates is public".to_owned());
        finding.fix = self.addition.map(|(at, content)| Fix {
            title: format!("Add `{}`", content.trim_start_matches([',', ' '])),
            applicability: Applicability::Unsafe,
            edits: vec![Edit {
                range: TextRange::at(at),
                content: content.to_owned(),
            }],
        });
        finding
    }
}

fn is_repository(word: &Word) -> bool {
    let is_id = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    word.known && word.text.contains('/') && word.text.chars().all(is_id)
}

/// `push_to_hub=True` under `Params:`.
fn params(text: &str, plan: &Plan) -> impl Iterator<Item = Push> {
    let spans = plan.steps.iter().enumerate();
    let spans = spans.flat_map(|(at, step)| step.spans(FieldName::Params).map(move |it| (at, it)));
    spans.filter_map(move |(step, span)| {
        let said = span.slice(text);
        let pushes = said.split_once("push_to_hub=True")?.0.len();
        let start = &said[pushes..pushes + "push_to_hub=True".len()];
        let id = said.split_once("hub_model_id=").and_then(|(_, rest)| {
            let quote = rest.chars().next().filter(|it| "\"'".contains(*it))?;
            rest[1..].split_once(quote)
        });
        Some(Push {
            step,
            range: place_of(text, span, start),
            repository: id.map(|(id, _)| id.to_owned()),
            addition: said
                .ends_with(')')
                .then_some((span.end - 1, ", hub_private_repo=True")),
        })
    })
}

fn says(said: &str) -> bool {
    let said = said.to_lowercase();
    WORDS.iter().any(|word| said.contains(word))
}

/// Whether a line of the document that names a repository says who may read it.
fn is_told(text: &str, id: &str) -> bool {
    text.lines().any(|line| line.contains(id) && says(line))
}

/// Whether the scripts of a step, or one that names the repository, say it.
fn in_script(surroundings: &Surroundings<'_>, step: &Step, id: Option<&str>) -> bool {
    let project = surroundings.project;
    let says = |path: &str, of_step: bool| {
        project.document(path).is_some_and(|document| {
            let text = document.text();
            let private = text.contains("hub_private_repo") || text.contains("private=");
            private && (of_step || id.is_some_and(|id| text.contains(id)))
        })
    };
    let files = step.files(surroundings.text());
    let mut files = files
        .iter()
        .filter(|it| it.is_definite() && !it.is_folder());
    files.any(|it| says(it.path, true)) || project.scripts().iter().any(|it| says(it, false))
}
