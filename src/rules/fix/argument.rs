//! Arguments: rename, remove, move, wrap.

use super::import::import_name;
use super::{applicability, fix};
use crate::knowledge::overlay::ArgumentFix;
use crate::knowledge::view::Entity;
use crate::python::facts::{Call, Keyword, Site, Step, Value};
use crate::rules::arguments::ArgumentUse;
use crate::rules::context::{Context, Thing};
use crate::rules::finding::{Applicability, Edit, Fix};
use crate::text::TextRange;

/// The change that the overlay states for an argument, where it can be made here.
pub fn argument_fix(ctx: &Context<'_>, used: &ArgumentUse<'_>, what: &ArgumentFix) -> Option<Fix> {
    match what {
        ArgumentFix::None => None,
        ArgumentFix::Rename { to, safe, .. } => rename(ctx, used, to, *safe),
        ArgumentFix::RenameValue {
            to,
            value,
            when,
            safe,
            ..
        } => rename_value(ctx, used, to, value, when.as_deref(), *safe),
        ArgumentFix::Remove { safe } => remove(ctx, used, *safe),
        ArgumentFix::Move { to_symbol, to, via } => move_to(ctx, used, to_symbol, to, via),
        ArgumentFix::Wrap { into, symbol } => wrap(ctx, used, into, symbol),
        ArgumentFix::Ratio { to, .. } => ratio(ctx, used, to),
        ArgumentFix::Value {
            to,
            value,
            when,
            safe,
        } => replace_by(ctx, used, to, value, when, *safe),
    }
}

/// Whether the callee takes `name` and the call does not pass it yet.
fn is_free(ctx: &Context<'_>, used: &ArgumentUse<'_>, name: &str) -> bool {
    let call = used.call(ctx);
    let passed = call
        .keywords
        .iter()
        .any(|keyword| keyword.name.name == name);
    !passed && used.takes(ctx, name)
}

/// Puts another name in the place of the old one.
pub fn rename(ctx: &Context<'_>, used: &ArgumentUse<'_>, to: &str, safe: bool) -> Option<Fix> {
    let keyword = used.keyword(ctx);
    if keyword.name.range.is_empty() || !is_free(ctx, used, to) {
        return None;
    }
    let edit = Edit {
        range: keyword.name.range,
        content: to.to_owned(),
    };
    fix(
        format!("Rename to `{to}`"),
        applicability(safe && !used.is_shared(ctx)),
        vec![edit],
    )
}

fn rename_value(
    ctx: &Context<'_>,
    used: &ArgumentUse<'_>,
    to: &str,
    template: &str,
    when: Option<&str>,
    safe: bool,
) -> Option<Fix> {
    let keyword = used.keyword(ctx);
    let old = keyword.value_range.slice(ctx.text);
    if keyword.name.range.is_empty()
        || !is_free(ctx, used, to)
        || when.is_some_and(|literal| literal != old)
    {
        return None;
    }
    let new = template.replace("{}", old);
    fix(
        format!("Replace by `{to}={new}`"),
        applicability(safe && !used.is_shared(ctx)),
        vec![
            Edit {
                range: keyword.name.range,
                content: to.to_owned(),
            },
            Edit {
                range: keyword.value_range,
                content: new,
            },
        ],
    )
}

fn remove(ctx: &Context<'_>, used: &ArgumentUse<'_>, safe: bool) -> Option<Fix> {
    let keyword = used.keyword(ctx);
    // A value that calls something may be there for what the call does.
    let is_plain = keyword.value != Value::Unknown || keyword.origin.is_some();
    let edit = remove_argument(ctx, used.call(ctx), keyword)?;
    fix(
        format!("Remove `{}`", keyword.name.name),
        applicability(safe && is_plain && !used.is_shared(ctx)),
        vec![edit],
    )
}

/// `warmup_ratio=0.1` is `warmup_steps=0.1`; but 1.0 would be one step.
fn ratio(ctx: &Context<'_>, used: &ArgumentUse<'_>, to: &str) -> Option<Fix> {
    match used.keyword(ctx).value {
        Value::Int(0) => remove(ctx, used, true),
        Value::Float(0.0) => remove(ctx, used, true),
        Value::Float(value) if value > 0.0 && value < 1.0 => rename(ctx, used, to, true),
        Value::Unknown => rename(ctx, used, to, false),
        _ => None,
    }
}

/// One literal becomes another argument; the opposite one is left out.
fn replace_by(
    ctx: &Context<'_>,
    used: &ArgumentUse<'_>,
    to: &str,
    value: &str,
    when: &str,
    safe: bool,
) -> Option<Fix> {
    let keyword = used.keyword(ctx);
    let given = keyword.value_range.slice(ctx.text);
    if given != when {
        let is_opposite = matches!(keyword.value, Value::Bool(_) | Value::None);
        return is_opposite.then(|| remove(ctx, used, true)).flatten();
    }
    rename_value(ctx, used, to, value, Some(when), safe)
}

/// `f(load_in_4bit=True)` becomes `f(quantization_config=BitsAndBytesConfig(load_in_4bit=True))`, with
/// all the arguments of the call that belong there.
fn wrap(ctx: &Context<'_>, used: &ArgumentUse<'_>, into: &str, symbol: &str) -> Option<Fix> {
    let call = used.call(ctx);
    let keyword = used.keyword(ctx);
    if keyword.site != Site::Keyword || call.open {
        return None;
    }
    if matches!(keyword.value, Value::Bool(false) | Value::None) {
        return remove(ctx, used, true);
    }
    if call.keywords.iter().any(|other| other.name.name == into) {
        return None;
    }
    let inner = ctx.view.signature(&ctx.view.resolve(symbol))?;
    let takes_keyword = |name: &str| inner.param(name).is_some();
    let own = |name: &str| used.signature.as_ref().is_some_and(|s| s.takes(name));
    let (mut parts, mut edits) = (Vec::new(), Vec::new());
    for other in &call.keywords {
        let name = other.name.name.as_str();
        let belongs = other.name == keyword.name || (takes_keyword(name) && !own(name));
        if !belongs || other.site != Site::Keyword {
            continue;
        }
        let is_off = matches!(other.value, Value::Bool(false) | Value::None);
        if !is_off {
            parts.push(other.range.slice(ctx.text).to_owned());
        }
        if other.name != keyword.name {
            edits.push(remove_argument(ctx, call, other)?);
        }
    }
    let (name, imports) = import_name(ctx, symbol)?;
    edits.extend(imports);
    edits.push(Edit {
        range: keyword.range,
        content: format!("{into}={name}({})", parts.join(", ")),
    });
    let title = format!("Wrap into `{into}={}(...)`", symbol.rsplit('.').next()?);
    fix(title, Applicability::Safe, edits)
}

/// Takes the argument out of this call and puts it into the configuration that the call is given.
fn move_to(
    ctx: &Context<'_>,
    used: &ArgumentUse<'_>,
    to_symbol: &str,
    to: &str,
    via: &str,
) -> Option<Fix> {
    let call = used.call(ctx);
    let keyword = used.keyword(ctx);
    if keyword.site != Site::Keyword || call.open {
        return None;
    }
    let class = ctx.view.resolve(to_symbol);
    let signature = ctx.view.signature(&class)?;
    // The name may have changed later than the place.
    let name = [to, keyword.name.name.as_str()]
        .into_iter()
        .find(|name| signature.takes(name))?;
    let argument = format!("{name}={}", keyword.value_range.slice(ctx.text));
    let safe = applicability(keyword.value != Value::Unknown);
    let label = to_symbol.rsplit('.').next()?;
    let title = format!("Move `{}` to `{label}`", keyword.name.name);
    let config = call
        .keywords
        .iter()
        .find(|other| other.name.name == via)
        .map(|other| other.origin.as_ref());
    let Some(config) = config else {
        return create_config(ctx, used, &signature, to_symbol, via, &argument, title);
    };
    let made = configuration_call(ctx, config?, &class)?;
    if made.keywords.iter().any(|other| other.name.name == name) || made.open {
        return None;
    }
    let edits = vec![
        remove_argument(ctx, call, keyword)?,
        insert_argument(ctx, made, &argument),
    ];
    fix(title, safe, edits)
}

/// The call in this file that made the configuration, where it made one of that class.
fn configuration_call<'c>(
    ctx: &'c Context<'_>,
    config: &crate::python::facts::Origin,
    class: &Entity,
) -> Option<&'c Call> {
    let Thing::Instance { class: found, .. } = ctx.thing(config) else {
        return None;
    };
    let Entity::Class(wanted) = class else {
        return None;
    };
    if !ctx.view.mro(&found).classes.contains(wanted) {
        return None;
    }
    match config.steps.last()? {
        Step::Call(id) => Some(ctx.facts.call(*id)),
        _ => None,
    }
}

/// The call is given no configuration yet: the argument becomes one.
fn create_config(
    ctx: &Context<'_>,
    used: &ArgumentUse<'_>,
    signature: &crate::knowledge::signature::Signature,
    to_symbol: &str,
    via: &str,
    argument: &str,
    title: String,
) -> Option<Fix> {
    let needs_more = signature.params.iter().any(|param| {
        use crate::python::ast::ParamKind;
        param.param.default.is_none()
            && !matches!(param.param.kind, ParamKind::VarArgs | ParamKind::VarKeyword)
    });
    // The configuration may be passed by position.
    if needs_more || used.passes_by_position(ctx, via) {
        return None;
    }
    let (name, mut edits) = import_name(ctx, to_symbol)?;
    let keyword = used.keyword(ctx);
    edits.push(Edit {
        range: keyword.range,
        content: format!("{via}={name}({argument})"),
    });
    fix(title, Applicability::Unsafe, edits)
}

/// Adds an argument behind the last one, in the layout of the call.
pub fn insert_argument(ctx: &Context<'_>, call: &Call, argument: &str) -> Edit {
    let text = ctx.text;
    let close = call.args_range.end.saturating_sub(1) as usize;
    let open = call.args_range.start as usize + 1;
    let inside = &text[open.min(close)..close];
    let last = call
        .keywords
        .iter()
        .filter(|keyword| keyword.site == Site::Keyword)
        .map(|keyword| keyword.range)
        .chain(call.positional.iter().map(|positional| positional.range))
        .max_by_key(|range| range.end);
    let Some(last) = last else {
        return Edit {
            range: TextRange::from_usize(close, close),
            content: argument.to_owned(),
        };
    };
    let line = text[..last.start as usize]
        .rfind('\n')
        .map_or(0, |end| end + 1);
    let indent: String = text[line..]
        .chars()
        .take_while(|c| matches!(c, ' ' | '\t'))
        .collect();
    let is_tall = inside.contains('\n') && line + indent.len() == last.start as usize;
    let content = if is_tall {
        format!(",{}{indent}{argument}", super::import::line_end(text))
    } else {
        format!(", {argument}")
    };
    Edit {
        range: TextRange::at(last.end),
        content,
    }
}

/// Deletes an argument with its comma, and with its line where it stands alone; comments stay.
pub fn remove_argument(ctx: &Context<'_>, call: &Call, keyword: &Keyword) -> Option<Edit> {
    let range = match keyword.site {
        Site::Keyword => removal_in_list(ctx.text, keyword.range, call.args_range)?,
        Site::DictEntry(list) | Site::DictKeyword(list) => {
            removal_in_list(ctx.text, keyword.range, list)?
        }
        Site::DictStore(statement) => whole_line(ctx.text, statement)?,
    };
    Some(Edit {
        range,
        content: String::new(),
    })
}

/// The bytes that go when `item` is taken out of the comma-separated `list` around it.
pub(super) fn removal_in_list(text: &str, item: TextRange, list: TextRange) -> Option<TextRange> {
    let (start, end) = (item.start as usize, item.end as usize);
    let bytes = text.as_bytes();
    let skip_blanks = |mut at: usize| {
        while at < list.end as usize && matches!(bytes[at], b' ' | b'\t') {
            at += 1;
        }
        at
    };
    let behind = skip_blanks(end);
    let comma = bytes.get(behind) == Some(&b',') && behind < list.end as usize;
    let stop = if comma { behind + 1 } else { end };
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let leads_line = line_start >= list.start as usize && text[line_start..start].trim().is_empty();
    let after = skip_blanks(stop);
    let line_break = match text.get(after..)? {
        rest if rest.starts_with("\r\n") => Some(after + 2),
        rest if rest.starts_with('\n') => Some(after + 1),
        _ => None,
    };
    if leads_line {
        // Alone on its line: the line goes. With a comment or more behind it: only the argument.
        return Some(match line_break {
            Some(next) => TextRange::from_usize(line_start, next),
            None => TextRange::from_usize(start, after),
        });
    }
    if comma && line_break.is_none() {
        return Some(TextRange::from_usize(start, after));
    }
    // The last one on its line: the blank before it goes, and the comma before it where none follows.
    let mut from = start;
    while from > 0 && matches!(bytes[from - 1], b' ' | b'\t') {
        from -= 1;
    }
    if !comma && from > 0 && bytes[from - 1] == b',' {
        from -= 1;
    }
    Some(TextRange::from_usize(from, stop))
}

/// A statement that has its line to itself, with the line end.
fn whole_line(text: &str, statement: TextRange) -> Option<TextRange> {
    let (start, end) = (statement.start as usize, statement.end as usize);
    let line = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let rest = text.get(end..)?;
    let length = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    let alone = text[line..start].trim().is_empty() && rest[..length].trim().is_empty();
    // The only statement of a block cannot go without leaving the block empty.
    let sole = alone && line > 0 && text[..line].trim_end().ends_with(':');
    (alone && !sole).then(|| TextRange::from_usize(line, end + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Removes the part between `<` and `>` from the list that is the whole text.
    fn removed(marked: &str) -> String {
        let start = marked.find('<').unwrap();
        let end = marked.find('>').unwrap() - 1;
        let mut text = marked.replace(['<', '>'], "");
        let list = TextRange::from_usize(text.find('(').unwrap(), text.len());
        let range = removal_in_list(&text, TextRange::from_usize(start, end), list).unwrap();
        text.replace_range(range.start as usize..range.end as usize, "");
        text
    }

    #[test]
    fn an_argument_goes_with_its_comma() {
        assert_eq!(removed("f(<a=1>, b=2)"), "f(b=2)");
        assert_eq!(removed("f(a=1, <b=2>)"), "f(a=1)");
        assert_eq!(removed("f(a=1, <b=2>, c=3)"), "f(a=1, c=3)");
        assert_eq!(removed("f(<a=1>)"), "f()");
        assert_eq!(removed("f(<a=1>,)"), "f()");
    }

    #[test]
    fn an_argument_alone_on_its_line_goes_with_the_line() {
        assert_eq!(removed("f(\n    <a=1>,\n    b=2,\n)"), "f(\n    b=2,\n)");
        assert_eq!(removed("f(\n    a=1,\n    <b=2>\n)"), "f(\n    a=1,\n)");
        assert_eq!(
            removed("f(\r\n    <a=1>,\r\n    b=2,\r\n)"),
            "f(\r\n    b=2,\r\n)"
        );
    }

    #[test]
    fn comments_stay() {
        assert_eq!(
            removed("f(\n    <a=1>,  # why\n    b=2,\n)"),
            "f(\n    # why\n    b=2,\n)"
        );
    }

    #[test]
    fn several_on_one_line_keep_their_layout() {
        assert_eq!(
            removed("f(\n    a=1, <b=2>,\n    c=3)"),
            "f(\n    a=1,\n    c=3)"
        );
        assert_eq!(removed("f(a=1,\n  <b=2>, c=3)"), "f(a=1,\n  c=3)");
    }
}
