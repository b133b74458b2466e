//! The plans of the workspace as data, for clients that show them as a tree.

use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;

use super::compute::compute;
use super::convert::{message, range, uri};
use super::findings::check;
use super::session::Session;
use crate::engine::{Node, Phase, Trouble};
use crate::journal::plan::State;
use crate::rules::finding::Finding;
use crate::text::TextRange;
use crate::workspace::document::Document;
use crate::workspace::encoding::Encoding;

/// An array with an object for each plan; its keys are told in `docs/plan-command.md`.
pub async fn outline(session: &Arc<Session>) -> Result<Value> {
    session.ready().await;
    let own = Arc::clone(session);
    compute(session, move |cancel| {
        let mut rows = Vec::new();
        for plan in own.engine.plans() {
            if cancel() {
                break;
            }
            let findings = check(&own, &plan, cancel);
            let encoding = own.features().encoding;
            rows.extend(row(&own, &plan, &findings, encoding));
        }
        Value::Array(rows)
    })
    .await
}

fn row(
    session: &Session,
    plan: &Document,
    findings: &[Finding],
    encoding: Encoding,
) -> Option<Value> {
    let tree = session.engine.overview(plan, findings);
    let shown = Shown {
        plan,
        findings,
        encoding,
    };
    let phases: Vec<Value> = tree.phases.iter().map(|it| shown.phase(it)).collect();
    Some(json!({
        "uri": uri(plan)?,
        "version": plan.version(),
        "title": tree.title,
        "isOwnFormat": tree.is_ours,
        "done": tree.progress.done,
        "total": tree.progress.total,
        "next": tree.next,
        "questions": tree.questions,
        "problems": tree.trouble.count,
        "severity": worst(tree.trouble),
        "phases": phases,
    }))
}

struct Shown<'a> {
    plan: &'a Document,
    findings: &'a [Finding],
    encoding: Encoding,
}

impl Shown<'_> {
    fn phase(&self, phase: &Phase) -> Value {
        let steps: Vec<Value> = phase.steps.iter().map(|it| self.step(it)).collect();
        json!({
            "number": phase.number,
            "title": phase.title,
            "range": self.range(phase.range),
            "done": phase.progress.done,
            "total": phase.progress.total,
            "problems": phase.trouble.count,
            "severity": worst(phase.trouble),
            "findings": self.said(&phase.findings),
            "steps": steps,
        })
    }

    fn step(&self, step: &Node) -> Value {
        let steps: Vec<Value> = step.steps.iter().map(|it| self.step(it)).collect();
        json!({
            "key": step.key,
            "id": step.id,
            "title": step.title,
            "state": word(step.state),
            "status": step.status,
            "isOptional": step.is_optional,
            "range": self.range(step.range),
            "waitsFor": step.waits_for,
            "problems": step.trouble.count,
            "severity": worst(step.trouble),
            "findings": self.said(&step.findings),
            "steps": steps,
        })
    }

    fn said(&self, findings: &[usize]) -> Vec<Value> {
        let found = findings.iter().map(|at| &self.findings[*at]);
        let row = |it: &Finding| {
            json!({
                "code": it.code,
                "severity": it.severity.as_str(),
                "message": message(it),
                "range": self.range(it.range),
            })
        };
        found.map(row).collect()
    }

    fn range(&self, of: TextRange) -> Value {
        json!(range(self.plan, of, self.encoding))
    }
}

fn worst(trouble: Trouble) -> Option<&'static str> {
    trouble.worst.map(|it| it.as_str())
}

/// The word for a state in data.
const fn word(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Started => "in-progress",
        State::Blocked => "blocked",
        State::Skipped => "skipped",
        State::Done => "done",
    }
}
