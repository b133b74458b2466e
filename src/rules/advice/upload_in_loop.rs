//! HF501

use crate::embedded::Format;
use crate::python::facts::Value;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF501",
    name: "upload-in-loop",
    severity: Severity::Information,
    summary: "one commit for each file",
    explanation: "Each `upload_file` makes a commit of its own, with several requests, and the Hub limits how \
many commits a repository takes in an hour. `upload_folder` sends all files of a folder in one commit, \
`create_commit` any set of files; `CommitScheduler` pushes a folder every few minutes while a program runs.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "from huggingface_hub import upload_file\n\nfor name in names:\n    upload_file(path_or_fileobj=name, path_in_repo=name, repo_id=\"user/repo\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "from huggingface_hub import upload_folder\n\nupload_folder(folder_path=\"out\", repo_id=\"user/repo\")\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (call, callee) in ctx.library_calls() {
        let is_upload = matches!(
            callee.symbol.as_str(),
            "huggingface_hub.upload_file" | "huggingface_hub.HfApi.upload_file"
        );
        // The same file each time goes to other repositories or branches.
        let is_other = call.keyword("revision").is_none()
            && call
                .keyword("path_in_repo")
                .is_some_and(|path| !matches!(path.value, Value::Str(_)));
        if !call.in_loop || !is_upload || !is_other {
            continue;
        }
        let message = "each `upload_file` of the loop is a commit of its own".to_owned();
        let mut finding = RULE.finding(ctx, call.callee_range, &callee.symbol, message);
        finding.help = Some("use `upload_folder` or `create_commit` once".to_owned());
        findings.push(finding);
    }
}
