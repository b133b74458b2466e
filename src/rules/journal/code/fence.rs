//! HFP307

use crate::embedded::Format;
use crate::embedded::markdown::Fence;
use crate::journal::bind::{definition, title_of};
use crate::journal::plan::{PathSpan, State};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Applicability, Edit, Elsewhere, Finding, Fix, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;
use crate::workspace::document::{Document, Language};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP307",
    name: "stale-fence",
    severity: Severity::Warning,
    summary: "a fence that shows a file, and not what it holds",
    explanation: "A fence with `title=\"src/train.py\"` says that this is what the file holds, one with \
`title=\"src/train.py#main\"` that it is one function or class of it. The step is done or in progress, and the file \
holds something else. Indentation of the whole, blanks at the ends of lines and empty lines at the end do not count. \
A fence with a line `...` or `# ...` is an excerpt and is not compared.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> dev-journal/OUR-PLAN.md <==\n- [x] 1.1 Clean the text\n  - Verify: it is clean\n\n  ```python title=\"clean.py#clean\"\n  def clean(text):\n      return text.strip()\n  ```\n==> clean.py <==\ndef clean(text):\n    return text.strip().lower()\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> dev-journal/OUR-PLAN.md <==\n- [x] 1.1 Clean the text\n  - Verify: it is clean\n\n  ```python title=\"clean.py#clean\"\n  def clean(text):\n      return text.strip()\n  ```\n==> clean.py <==\nimport re\n\n\ndef clean(text):\n    return text.strip()\n==> dev-journal/CHANGELOG.md <==\n# Changelog\n\n## [Unreleased]\n\n### Added\n\n- code: clean text (step 1.1)\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let fences = &surroundings.document.outline().fences;
    for step in &plan.steps {
        if matches!(step.state, State::Done | State::Started) {
            let own = step.fences.iter().map(|&at| &fences[at]);
            findings.extend(own.filter_map(|fence| judge(surroundings, fence)));
        }
    }
}

fn judge(surroundings: &Surroundings<'_>, fence: &Fence) -> Option<Finding> {
    let text = surroundings.text();
    let title = title_of(text, fence).filter(PathSpan::is_definite)?;
    let shown: Vec<&str> = fence.lines.iter().map(|line| line.slice(text)).collect();
    if shown
        .iter()
        .any(|line| matches!(line.trim(), "..." | "# ..." | "#..." | "// ..."))
    {
        return None;
    }
    let document = surroundings.project.document(title.path)?;
    let held = held(&document, title.symbol)?;
    let shown = plain(&shown.join("\n"));
    if held
        .iter()
        .any(|range| plain(range.slice(document.text())) == shown)
    {
        return None;
    }
    let range = *held.first()?;
    let message = format!("this is not what `{}` holds", title.range.slice(text));
    let mut finding = RULE.plain_finding(fence.opening, message);
    finding.elsewhere.push(Elsewhere {
        path: title.path.to_owned(),
        range,
        message: "what it holds".to_owned(),
    });
    finding.fix = replaced(text, fence, &plain(range.slice(document.text())));
    Some(finding)
}

/// What a fence may show: the whole file, or a definition of it, with its decorators or without.
fn held(document: &Document, symbol: Option<&str>) -> Option<Vec<TextRange>> {
    let text = document.text();
    let Some(symbol) = symbol else {
        return Some(vec![TextRange::from_usize(0, text.len())]);
    };
    if document.language() != Language::Python || !document.facts().errors.is_empty() {
        return None;
    }
    let found = definition(document, symbol)?;
    let line = |at: u32| {
        let before = &text[..at as usize];
        before.rfind('\n').map_or(0, |newline| newline + 1)
    };
    let own = TextRange::from_usize(line(found.range.start), found.range.end as usize);
    let mut start = own.start as usize;
    // Decorators, and comments among them, stand right above.
    while let Some(above) = text[..start].strip_suffix('\n') {
        let from = above.rfind('\n').map_or(0, |newline| newline + 1);
        if !above[from..].trim_start().starts_with(['@', '#']) {
            break;
        }
        start = from;
    }
    Some(vec![
        own,
        TextRange::new(TextRange::from_usize(start, start).start, own.end),
    ])
}

/// Without the indentation of the whole, blanks at the ends of lines, and empty lines around.
fn plain(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let full = |line: &&str| !line.is_empty();
    let (Some(first), Some(last)) = (lines.iter().position(full), lines.iter().rposition(full))
    else {
        return String::new();
    };
    let lines = &lines[first..=last];
    let indent = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let common = lines
        .iter()
        .copied()
        .filter(full)
        .map(|line| indent(&line))
        .min();
    let common = common.unwrap_or(0);
    let cut = lines.iter().map(|line| line.get(common..).unwrap_or(""));
    cut.collect::<Vec<_>>().join("\n")
}

/// The lines of the fence replaced, indented as its first line is; nothing where that would end the fence or
/// belong to a quote.
fn replaced(text: &str, fence: &Fence, content: &str) -> Option<Fix> {
    let start = fence.opening.start as usize;
    let line = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let front = &text[line..start];
    let is_plain = front.trim().is_empty() && !content.contains("```") && !content.contains("~~~");
    let end = match text[fence.opening.end as usize..].starts_with('\r') {
        true => "\r\n",
        false => "\n",
    };
    let mut lines = String::new();
    for line in content.lines() {
        let front = if line.is_empty() { "" } else { front };
        lines.extend([front, line, end]);
    }
    is_plain.then(|| Fix {
        title: "Replace by what the file holds".to_owned(),
        applicability: Applicability::Unsafe,
        edits: vec![Edit {
            range: fence.body(),
            content: lines,
        }],
    })
}
