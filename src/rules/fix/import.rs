//! Imports: bring a name in, or take it from elsewhere.

use crate::python::facts::{Guard, Import};
use crate::rules::context::Context;
use crate::rules::finding::Edit;
use crate::text::TextRange;

/// How to write the symbol of that public path in this file, and the edits that make it available.
pub fn import_name(ctx: &Context<'_>, path: &str) -> Option<(String, Vec<Edit>)> {
    let (module, name) = path.rsplit_once('.')?;
    let mut from_same_module = None;
    for import in &ctx.facts.imports {
        if import.guard == Guard::Guarded || is_indented(ctx.text, import.statement) {
            continue;
        }
        match &import.name {
            Some(imported) if import.module == module && imported.name == name => {
                let bound = import.asname.as_ref().unwrap_or(imported);
                return Some((bound.name.to_string(), Vec::new()));
            }
            Some(imported) if import.module == module && imported.name != "*" => {
                from_same_module = Some(import);
            }
            None if import.module == module => {
                let bound = import.asname.as_ref().map_or(module, |alias| &alias.name);
                return Some((format!("{bound}.{name}"), Vec::new()));
            }
            _ => {}
        }
    }
    let edit = match from_same_module {
        Some(import) => Edit {
            range: TextRange::at(import.range.end),
            content: format!(", {name}"),
        },
        None => new_import(ctx, module, name),
    };
    Some((name.to_owned(), vec![edit]))
}

/// A new statement that imports a name.
pub fn new_import(ctx: &Context<'_>, module: &str, name: &str) -> Edit {
    let newline = line_end(ctx.text);
    Edit {
        range: TextRange::at(ctx.facts.import_insertion),
        content: format!("from {module} import {name}{newline}"),
    }
}

/// The line end that the document uses.
pub fn line_end(text: &str) -> &'static str {
    match memchr::memchr(b'\n', text.as_bytes()) {
        Some(end) if end > 0 && text.as_bytes()[end - 1] == b'\r' => "\r\n",
        _ => "\n",
    }
}

/// Whether a statement stands inside of a block.
fn is_indented(text: &str, statement: TextRange) -> bool {
    let start = statement.start as usize;
    let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
    start != line && !text[line..start].trim_start_matches('\u{feff}').is_empty()
}

/// Edits that import `path` instead of what `import` names. The new name is bound as before, or, where
/// the last segment differs, every use in the file is renamed too.
pub fn replace_import(ctx: &Context<'_>, index: usize, path: &str) -> Option<Vec<Edit>> {
    let import = &ctx.facts.imports[index];
    let name = import.name.as_ref()?;
    let (module, new) = path.rsplit_once('.')?;
    let mut edits = Vec::new();
    let alias = match &import.asname {
        Some(alias) => format!(" as {}", alias.name),
        None => String::new(),
    };
    if module == import.module {
        edits.push(Edit {
            range: name.range,
            content: new.to_owned(),
        });
    } else {
        edits.push(take_out(
            ctx,
            import,
            &format!("from {module} import {new}{alias}"),
        )?);
        edits.extend(separate_import(ctx, import, module, new, &alias));
    }
    if import.asname.is_none() && new != name.name {
        let uses = ctx.facts.names.iter().filter(|used| {
            used.import as usize == index && used.range.slice(ctx.text) == name.name
        });
        edits.extend(uses.map(|used| Edit {
            range: used.range,
            content: new.to_owned(),
        }));
    }
    Some(edits)
}

/// Takes one name out of its statement; a statement with this name alone becomes `whole`.
fn take_out(ctx: &Context<'_>, import: &Import, whole: &str) -> Option<Edit> {
    if import.siblings <= 1 {
        return Some(Edit {
            range: import.statement,
            content: whole.to_owned(),
        });
    }
    Some(Edit {
        range: super::argument::removal_in_list(ctx.text, import.range, import.statement)?,
        content: String::new(),
    })
}

/// The new statement behind the old one, where the old one stays for its other names.
fn separate_import(
    ctx: &Context<'_>,
    import: &Import,
    module: &str,
    name: &str,
    alias: &str,
) -> Option<Edit> {
    if import.siblings <= 1 {
        return None;
    }
    let start = import.statement.start as usize;
    let line = ctx.text[..start].rfind('\n').map_or(0, |end| end + 1);
    let indent = &ctx.text[line..start];
    let newline = line_end(ctx.text);
    Some(Edit {
        range: TextRange::at(import.statement.end),
        content: format!("{newline}{indent}from {module} import {name}{alias}"),
    })
}
