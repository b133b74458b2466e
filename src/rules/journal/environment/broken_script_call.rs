//! HFP406

use crate::embedded::Format;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP406",
    name: "option-that-the-script-lacks",
    severity: Severity::Warning,
    summary: "a command in a plan that a script of the project refuses",
    explanation: "The script that the command starts reads its command line with one parser of `argparse`, \
`HfArgumentParser` or `TrlParser`, and has no such option, or does not take that value. Either the plan or the script \
has to change. Scripts that read their command line in another way, keep what they do not know, or have a parser \
from elsewhere are left alone.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: concat!(
            "==> src/report.py <==\nimport argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument(\"--max-length\", type=int)\nprint(parser.parse_args())\n",
            "==> dev-journal/OUR-PLAN.md <==\n## 3. Data Pipeline\n\n- [ ] 3.1 Measure lengths\n  - Files: `src/report.py`\n  - Run: `uv run python src/report.py --tokens 2048`\n  - Verify: a table\n"
        ),
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: concat!(
            "==> src/report.py <==\nimport argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument(\"--max-length\", type=int)\nprint(parser.parse_args())\n",
            "==> dev-journal/OUR-PLAN.md <==\n## 3. Data Pipeline\n\n- [ ] 3.1 Measure lengths\n  - Files: `src/report.py`\n  - Run: `uv run python src/report.py --max-length 2048`\n  - Verify: a table\n"
        ),
    },
    check: Check::Journal(check),
};

/// HFP404 finds both: each command is read once.
const fn check(_: &Surroundings<'_>, _: &mut Vec<Finding>) {}
