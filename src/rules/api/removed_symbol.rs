//! HF101

use super::symbols::{SymbolSite, SymbolUse, SymbolVerdict};
use crate::embedded::Format;
use crate::knowledge::overlay::SymbolFix;
use crate::knowledge::timeline::Timeline;
use crate::knowledge::view::Entity;
use crate::rules::context::Context;
use crate::rules::finding::{Edit, Finding, Fix, Severity};
use crate::rules::fix::{applicability, fix, replace_import};
use crate::rules::report::{note_other_releases, release};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF101",
    name: "removed-symbol",
    severity: Severity::Error,
    summary: "an import or module attribute that was removed",
    explanation: "The resolved release does not have this class, function or module any more: the \
import raises an `ImportError`, the attribute an `AttributeError`. Names that a library resolves only \
at run time (lazy aliases such as `BertTokenizerFast`) count as present.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AdamW\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from torch.optim import AdamW\nfrom transformers import BertTokenizerFast\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for used in ctx.symbols() {
        if let SymbolVerdict::Removed(timeline) = &used.verdict {
            findings.push(removed(ctx, used, timeline));
        }
    }
}

fn removed(ctx: &Context<'_>, used: &SymbolUse<'_>, timeline: &Timeline) -> Finding {
    let gone = timeline.removed_in().unwrap_or_default();
    let message = format!(
        "`{}` was removed in {}",
        used.path,
        release(ctx, &used.path, gone)
    );
    let mut finding = RULE.finding(ctx, used.range, &used.path, message);
    finding.removed_in = Some(gone.to_owned());
    finding.deprecated_in = timeline.deprecated_in().map(str::to_owned);
    curated(ctx, used, &mut finding);
    note_other_releases(ctx, &mut finding, timeline);
    finding
}

/// Adds what the overlay says about a symbol.
pub fn curated(ctx: &Context<'_>, used: &SymbolUse<'_>, finding: &mut Finding) {
    let Some(entry) = used.entry else { return };
    finding.help = Some(entry.why.clone());
    let (to, safe) = match &entry.fix {
        SymbolFix::None => return,
        SymbolFix::Import { to, safe, .. } | SymbolFix::RenameImport { to, safe, .. } => {
            (to, *safe)
        }
    };
    finding.replacement = Some(to.clone());
    // A path into a library that is known must exist there in the selected release.
    if matches!(ctx.view.resolve(to), Entity::Missing { .. }) {
        return;
    }
    finding.fix = symbol_fix(ctx, used, to, safe);
}

/// Takes the symbol from `to` instead.
pub fn symbol_fix(ctx: &Context<'_>, used: &SymbolUse<'_>, to: &str, safe: bool) -> Option<Fix> {
    let edits = match used.site {
        SymbolSite::Name(index) => replace_import(ctx, index, to)?,
        SymbolSite::Attribute(_) => {
            let (module, name) = to.rsplit_once('.')?;
            let (old_module, _) = used.path.rsplit_once('.')?;
            if module != old_module {
                return None;
            }
            vec![Edit {
                range: used.range,
                content: name.to_owned(),
            }]
        }
        SymbolSite::Module(_) => return None,
    };
    fix(format!("Import `{to}`"), applicability(safe), edits)
}
