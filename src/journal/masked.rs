//! Code in a plan that is not in a fence: commands under `Run:` and `Verify:`, calls under `Params:`. It is looked at
//! in a text that is as long as the plan and holds nothing else, so that places are the same.

use super::plan::FieldName;
use super::surroundings::Surroundings;
use crate::embedded::Format;
use crate::environment::Environment;
use crate::text::TextRange;

/// Code of a plan.
#[derive(Clone, Debug)]
pub struct Masked {
    /// What it is written in.
    pub format: Format,
    /// As long as the plan.
    pub text: String,
    /// The releases that are meant.
    pub environment: Environment,
}

/// The code around a byte.
pub fn code_at(surroundings: &Surroundings<'_>, offset: u32) -> Option<Masked> {
    let plan = surroundings.plan()?;
    let text = surroundings.text();
    let step = &plan.steps[plan.step_at(offset)?];
    let commands = [FieldName::Run, FieldName::Verify].into_iter();
    let mut commands = commands.flat_map(|name| step.spans(name));
    if let Some(span) = commands.find(|span| span.touches(offset)) {
        return Some(Masked {
            format: Format::Shell,
            text: masked(text, span, "")?,
            environment: surroundings.environment.clone(),
        });
    }
    let calls = surroundings.document.params();
    let mut spans = step.spans(FieldName::Params);
    let span = spans.find(|span| span.touches(offset))?;
    let number = calls.iter().position(|call| call.span == span)?;
    let (import, environment) = surroundings.import_of(number)?;
    Some(Masked {
        format: Format::Python,
        text: masked(text, span, &import)?,
        environment,
    })
}

/// A text with nothing but `front` at its beginning and what is in a span; `None` where there is no room.
fn masked(text: &str, span: TextRange, front: &str) -> Option<String> {
    let (start, end) = (span.start as usize, span.end as usize);
    // A line of its own: the newline takes the place of the backtick.
    let blank = start.checked_sub(front.len() + 2)?;
    let mut out = String::with_capacity(text.len());
    out.push_str(front);
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', blank));
    out.push('\n');
    // Where it goes on in a further line, it is still one statement.
    let inner = text.get(start..end)?.chars();
    out.extend(inner.map(|it| if matches!(it, '\n' | '\r') { ' ' } else { it }));
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', text.len().saturating_sub(end + 1)));
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stay_the_same() {
        let text = "- Params: `A(b=1,\n  c=2)`, é\n";
        let span = TextRange::new(11, 24);
        let made = masked(text, span, "import a").unwrap();
        assert_eq!(made, "import a\n \nA(b=1,   c=2)\n     ");
        assert_eq!(made.len(), text.len());
        assert_eq!(masked(text, span, "import abc"), None);
    }
}
