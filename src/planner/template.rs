//! Rendering: the templates of `library/` with the facts of one stage.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Rest, Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, context};
use serde_json::Map;

use super::library;

/// The templates with the facts of a stage, which all of them see.
pub struct Renderer {
    environment: Environment<'static>,
}

impl Renderer {
    /// With these facts.
    pub fn new(facts: &Map<String, serde_json::Value>) -> Self {
        let mut environment = Environment::new();
        let mut syntax = SyntaxConfig::builder();
        syntax
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true);
        environment.set_syntax(syntax.build().expect("the usual marks are told apart"));
        // A name that nobody knows is a mistake in a template; tests render all of them.
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        // By the names of files it would write YAML as JSON.
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_loader(|name| Ok(library::text(name).map(with_inline_tags)));
        environment.add_function("file", fence);
        environment.add_function("reasons", reasons);
        environment.add_filter("py", python);
        for (name, value) in facts {
            environment.add_global(name.clone(), Value::from(Serde(value)));
        }
        Self { environment }
    }

    /// The text of a template.
    ///
    /// # Errors
    /// What is wrong in the template, and where.
    pub fn render(&self, name: &str) -> Result<String, Error> {
        self.environment.get_template(name)?.render(context! {})
    }

    /// Whether a condition holds.
    ///
    /// # Errors
    /// What is wrong in it.
    pub fn holds(&self, condition: &str) -> Result<bool, Error> {
        let value = self
            .environment
            .compile_expression(condition)?
            .eval(context! {})?;
        match value.is_undefined() {
            true => Err(Error::new(ErrorKind::UndefinedError, condition.to_owned())),
            false => Ok(value.is_true()),
        }
    }
}

/// A template in which a tag between words takes neither the end of its line nor the space before it: only tags that
/// have a line for themselves do.
fn with_inline_tags(text: &str) -> String {
    let line = |line: &str| {
        let is_inline = line.contains("{%") && !without_tags(line).trim().is_empty();
        let body = line.trim_end();
        if !is_inline {
            return line.to_owned();
        }
        let blank = body.len() - body.trim_start().len();
        let (space, rest) = body.split_at(blank);
        let rest = match rest.strip_prefix("{%") {
            Some(tag) if !tag.starts_with(['-', '+']) => format!("{{%+{tag}"),
            _ => rest.to_owned(),
        };
        let rest = match rest.strip_suffix("%}") {
            Some(tag) if !tag.ends_with(['-', '+']) => format!("{tag}+%}}\n"),
            _ => rest + "\n",
        };
        format!("{space}{rest}")
    };
    text.split_inclusive('\n').map(line).collect()
}

/// A line without what stands between `{%` and `%}`.
fn without_tags(line: &str) -> String {
    let mut rest = line;
    let mut kept = String::new();
    while let Some((before, tag)) = rest.split_once("{%") {
        kept.push_str(before);
        rest = tag.split_once("%}").map_or("", |(_, after)| after);
    }
    kept + rest
}

/// `file(path, template)`: the file as a fence of a step, its lines behind the indent of a field.
fn fence(state: &State<'_, '_>, path: &str, template: &str) -> Result<String, Error> {
    let text = state.env().get_template(template)?.render(context! {})?;
    let text = text.trim_end();
    let mut marks = "```".to_owned();
    while text.contains(&marks) {
        marks.push('`');
    }
    let mut lines = vec![format!("{marks}{} title=\"{path}\"", language(path))];
    let indented = |line: &str| match line.is_empty() {
        true => String::new(),
        false => format!("  {line}"),
    };
    lines.extend(text.lines().map(indented));
    lines.push(format!("  {marks}"));
    Ok(lines.join("\n"))
}

/// What a fence calls the language of a file.
fn language(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.starts_with("Dockerfile") {
        return "dockerfile";
    }
    match name.rsplit('.').next().unwrap_or_default() {
        "py" => "python",
        "toml" => "toml",
        "yaml" | "yml" => "yaml",
        "json" => "json",
        "jsonl" => "jsonl",
        "sh" => "bash",
        "md" => "markdown",
        "jinja" => "jinja",
        _ => "text",
    }
}

/// `reasons("learning_rate", ...)`: the values of settings with why they are what they are.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands values over"
)]
fn reasons(state: &State<'_, '_>, names: Rest<String>) -> Result<String, Error> {
    let settings = state
        .lookup("settings")
        .ok_or_else(|| Error::new(ErrorKind::UndefinedError, "no settings"))?;
    let told = names.iter().filter_map(|name| {
        let setting = settings.get_attr(name).ok()?;
        let (value, why) = (
            setting.get_attr("value").ok()?,
            setting.get_attr("why").ok()?,
        );
        (!setting.is_undefined()).then(|| format!("`{name}` {value}: {why}"))
    });
    let told: Vec<String> = told.collect();
    match told.is_empty() {
        true => Err(Error::new(
            ErrorKind::UndefinedError,
            format!("no settings {:?}", names.0),
        )),
        false => Ok(told.join("; ")),
    }
}

/// A value as Python writes it.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine hands values over"
)]
fn python(value: Value) -> String {
    match value.to_string().as_str() {
        "true" => "True".to_owned(),
        "false" => "False".to_owned(),
        "none" | "null" => "None".to_owned(),
        _ if value.as_str().is_some() => format!("{:?}", value.as_str().unwrap_or_default()),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_python_does() {
        assert_eq!(python(Value::from(true)), "True");
        assert_eq!(python(Value::from(())), "None");
        assert_eq!(python(Value::from("a")), "\"a\"");
        assert_eq!(python(Value::from(2e-4)), "0.0002");
    }

    #[test]
    fn tags_between_words_leave_lines_and_indents_as_they_are() {
        let mut environment = Environment::new();
        let mut syntax = SyntaxConfig::builder();
        environment.set_syntax(
            syntax
                .trim_blocks(true)
                .lstrip_blocks(true)
                .build()
                .unwrap(),
        );
        let text = "a {% if true %}b{% endif %}\n{% if true %}\n  {% if true %}c{% endif %}\nd\n{% endif %}\ne\n";
        let rendered = environment
            .render_str(&with_inline_tags(text), context! {})
            .unwrap();
        assert_eq!(rendered, "a b\n  c\nd\ne");
    }

    #[test]
    fn conditions_are_of_the_facts() {
        let mut facts = Map::new();
        facts.insert("gpu".to_owned(), serde_json::json!({ "count": 2 }));
        let renderer = Renderer::new(&facts);
        assert!(renderer.holds("gpu.count > 1").unwrap());
        assert!(!renderer.holds("gpu.count == 1").unwrap());
        assert!(renderer.holds("nobody").is_err());
    }
}
