//! HF601

use super::secret::{Secret, secrets};
use crate::embedded::Format;
use crate::rules::context::Context;
use crate::rules::finding::{Applicability, Edit, Finding, Fix, Severity};
use crate::rules::fix::import::import_name;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF601",
    name: "hardcoded-token",
    severity: Severity::Warning,
    summary: "a token that stands in the source",
    explanation: "Whoever reads this file, its history or a notebook made from it can use the token. Make \
it invalid at the service that gave it, and read a new one from the environment: `huggingface_hub` takes \
`HF_TOKEN`, or what `hf auth login` stored, without being told. Tokens are known by their exact shape; \
placeholders are not reported. What is printed shows only the beginning.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Python,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        // Made up; in two parts, so that no scanner takes it for a real one.
        code: concat!(
            "from huggingface_hub import HfApi\n\napi = HfApi(token=\"hf_",
            "QzWxEcRvTbYnUmIkOlPaSdFgHjKlZqXwCe",
            "\")\n"
        ),
    },
    good: Example {
        format: Format::Python,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "import os\n\nfrom huggingface_hub import HfApi\n\napi = HfApi(token=os.environ[\"HF_TOKEN\"])\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for secret in secrets(ctx.text) {
        let mut finding = RULE.plain_finding(secret.range, message(ctx.text, secret));
        finding.help = Some(instead(ctx.facts.format).to_owned());
        finding.fix = fix(ctx, secret);
        findings.push(finding);
    }
}

/// What is said of a secret: never all of it.
pub fn message(text: &str, secret: Secret) -> String {
    let (what, beginning) = (secret.what, beginning(text, secret));
    format!("{what} stands in the source: `{beginning}`")
}

/// What to do, by what the file is written in.
const fn instead(format: Format) -> &'static str {
    match format {
        Format::Dockerfile => "make it invalid, and mount a new one with `RUN --mount=type=secret`",
        Format::Markdown => "make it invalid",
        _ => "make it invalid, and read a new one from the environment",
    }
}

/// Enough to find it by, too little to use it.
fn beginning(text: &str, secret: Secret) -> String {
    let written = secret.range.slice(text);
    format!("{}...", &written[..written.len().min(6)])
}

/// Reads the environment instead, where the token is a whole plain string.
fn fix(ctx: &Context<'_>, secret: Secret) -> Option<Fix> {
    let bytes = ctx.text.as_bytes();
    let (start, end) = (secret.range.start as usize, secret.range.end as usize);
    let quote = *bytes.get(start.checked_sub(1)?)?;
    let is_plain = matches!(quote, b'"' | b'\'')
        && bytes.get(end) == Some(&quote)
        && bytes.get(end + 1) != Some(&quote)
        && start >= 2
        && !bytes[start - 2].is_ascii_alphanumeric()
        && bytes[start - 2] != quote;
    if ctx.facts.format != Format::Python || !is_plain || secret.what != "a Hugging Face token" {
        return None;
    }
    let (environ, mut edits) = import_name(ctx, "os.environ")?;
    edits.push(Edit {
        range: TextRange::new(secret.range.start - 1, secret.range.end + 1),
        content: format!("{environ}[\"HF_TOKEN\"]"),
    });
    edits.sort_by_key(|edit| edit.range.start);
    Some(Fix {
        title: "Read `HF_TOKEN` from the environment".to_owned(),
        applicability: Applicability::Unsafe,
        edits,
    })
}
