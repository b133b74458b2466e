//! Facts of small snippets, as text.

mod calls;
mod classes;
mod comments;
mod dicts;
mod flow;
mod guards;
mod imports;
mod robust;
mod uses;

use std::fmt::Write;

use crate::python::analyse;
use crate::python::facts::{Call, Facts, Guard, Keyword, Site, Value};

fn guard(guard: Guard) -> &'static str {
    match guard {
        Guard::None => "",
        Guard::Guarded => " (guarded)",
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Unknown => "?".to_owned(),
        Value::None => "None".to_owned(),
        Value::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::Str(value) => format!("{value:?}"),
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(self::value).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Dict(items) => {
            let items = items.iter();
            let items: Vec<_> = items
                .map(|(key, item)| format!("{key:?}: {}", self::value(item)))
                .collect();
            format!("{{{}}}", items.join(", "))
        }
    }
}

fn keyword(keyword: &Keyword) -> String {
    let site = match keyword.site {
        Site::Keyword => "",
        Site::DictEntry(_) => " @dict",
        Site::DictKeyword(_) => " @dict()",
        Site::DictStore(_) => " @store",
    };
    let fixed = if keyword.name.range.is_empty() {
        " fixed"
    } else {
        ""
    };
    let shown = match &keyword.origin {
        Some(origin) => format!("<{origin}>"),
        None => value(&keyword.value),
    };
    format!("{}={shown}{site}{fixed}", keyword.name.name)
}

fn call(call: &Call) -> String {
    let mut parts: Vec<String> = Vec::new();
    for argument in &call.positional {
        let elements = argument.elements.iter();
        let elements: Vec<_> = elements
            .map(|origin| origin.as_ref().map_or("?".to_owned(), ToString::to_string))
            .collect();
        parts.push(match &argument.origin {
            Some(origin) => format!("<{origin}>"),
            None if !elements.is_empty() => format!("<[{}]>", elements.join(", ")),
            None => value(&argument.value),
        });
    }
    parts.extend(call.keywords.iter().map(keyword));
    if call.open {
        parts.push("..".to_owned());
    }
    let partial = if call.partial { "partial " } else { "" };
    let assigned = match &call.assigned_to {
        Some(name) => format!("{name} = "),
        None => String::new(),
    };
    let guard = guard(call.guard);
    let parts = parts.join(", ");
    format!("{assigned}{partial}{}({parts}){guard}", call.callee)
}

fn calls(text: &str) -> String {
    let facts = analyse(text);
    facts.calls.iter().map(call).collect::<Vec<_>>().join("\n")
}

/// `receiver.attr` for each read, `receiver.attr =` for each store.
fn attributes(text: &str) -> String {
    let facts = analyse(text);
    let lines = facts.attributes.iter().map(|attribute| {
        let access = match attribute.access {
            crate::python::facts::Access::Load if attribute.called => "()",
            crate::python::facts::Access::Load => "",
            crate::python::facts::Access::Store => " =",
        };
        let guard = guard(attribute.guard);
        format!(
            "{}.{}{access}{guard}",
            attribute.receiver, attribute.attr.name
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn names(text: &str) -> String {
    let facts = analyse(text);
    let lines = facts.names.iter().map(|name| {
        let import = &facts.imports[name.import as usize];
        let line = text[..name.range.start as usize].matches('\n').count() + 1;
        let from = text[..import.range.start as usize].matches('\n').count() + 1;
        format!("{line}: {} from {from}{}", name.origin, guard(name.guard))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn imports(facts: &Facts, text: &str) -> String {
    let mut out = String::new();
    for import in &facts.imports {
        let name = import.name.as_ref().map(|name| format!(" {}", name.name));
        let asname = import.asname.as_ref();
        let asname = asname.map(|name| format!(" as {}", name.name));
        let _ = writeln!(
            out,
            "{}{}{} in {:?}{}",
            import.module,
            name.unwrap_or_default(),
            asname.unwrap_or_default(),
            import.statement.slice(text),
            guard(import.guard)
        );
    }
    out.trim_end().to_owned()
}
