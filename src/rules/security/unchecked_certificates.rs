//! HF605

use crate::embedded::Format;
use crate::python::facts::{Guard, Value};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF605",
    name: "unchecked-certificates",
    severity: Severity::Warning,
    summary: "downloads from whoever answers",
    explanation: "Without a check of certificates, anybody on the way can read the token that is sent along, \
and can send other weights and other code. An empty `CURL_CA_BUNDLE` or `REQUESTS_CA_BUNDLE` switches the \
check off for `requests`, which the libraries download with up to huggingface_hub 0.36; `verify=False` does \
so for a session or client that the libraries are given. Name the certificate of the proxy instead: \
`SSL_CERT_FILE`, or `verify=\"proxy.pem\"`.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "import httpx\nfrom huggingface_hub import set_client_factory\n\nset_client_factory(lambda: httpx.Client(verify=False))\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "import httpx\nfrom huggingface_hub import set_client_factory\n\nset_client_factory(lambda: httpx.Client(verify=\"proxy.pem\"))\n",
    },
    check: Check::Code(check),
};

const BUNDLES: &[&str] = &["CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"];

/// Functions that give the libraries a client.
const FACTORIES: &[&str] = &[
    "set_client_factory",
    "set_async_client_factory",
    "configure_http_backend",
];

/// Packages whose clients take `verify`.
const CLIENTS: &[&str] = &["httpx", "httpx2", "requests", "aiohttp"];

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for variable in &ctx.facts.variables {
        let is_bundle = BUNDLES.contains(&variable.name.as_str());
        if is_bundle && variable.guard == Guard::None && is_empty(&variable.value) {
            findings.push(finding(
                variable.range,
                &format!("an empty `{}`", variable.name),
            ));
        }
    }
    let is_given = FACTORIES
        .iter()
        .any(|name| memchr::memmem::find(ctx.text.as_bytes(), name.as_bytes()).is_some());
    if !is_given {
        return;
    }
    for call in &ctx.facts.calls {
        let is_client = call
            .callee
            .package()
            .is_some_and(|package| CLIENTS.contains(&package));
        let verify = call.keyword("verify").filter(|_| is_client);
        if let Some(verify) = verify.filter(|given| given.value == Value::Bool(false)) {
            findings.push(finding(verify.range, "`verify=False`"));
        }
    }
}

fn is_empty(value: &Value) -> bool {
    matches!(value, Value::Str(text) if text.is_empty())
}

fn finding(range: TextRange, what: &str) -> Finding {
    let mut finding = RULE.plain_finding(range, format!("{what} downloads from whoever answers"));
    finding.help = Some("name the certificate of the proxy instead".to_owned());
    finding
}
