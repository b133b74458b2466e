//! What annotations say of values.

use super::Walker;
use super::scope::Known;
use crate::python::ast::{Expr, ExprKind};
use crate::python::facts::{Origin, Root, Step};

impl Walker<'_> {
    /// An instance of what the annotation `expr` names. Nothing is recorded: annotations are walked
    /// where they stand.
    pub(super) fn instance_of(&self, expr: &Expr) -> Known {
        match self.annotated_class(expr) {
            Some(class) => Known::from_origin(Origin {
                root: Root::InstanceOf(Box::new(class)),
                steps: Vec::new(),
            }),
            None => Known::Unknown,
        }
    }

    /// The one class that an annotation names, `None` beside it left out.
    fn annotated_class(&self, expr: &Expr) -> Option<Origin> {
        match &expr.kind {
            ExprKind::Name(_) | ExprKind::Attribute { .. } => self.class_origin(&expr.dotted()?),
            ExprKind::Str(literal) => self.class_in_text(&literal.value),
            ExprKind::Binary { left, op, right } if *op == "|" => match (&left.kind, &right.kind) {
                (_, ExprKind::None) => self.annotated_class(left),
                (ExprKind::None, _) => self.annotated_class(right),
                _ => None,
            },
            ExprKind::Subscript { value, index } => {
                let wrapper = value.dotted()?;
                match (wrapper.rsplit('.').next()?, index.as_slice()) {
                    ("Optional" | "Final" | "ClassVar" | "Required" | "NotRequired", [only]) => {
                        self.annotated_class(only)
                    }
                    ("Annotated", [first, ..]) => self.annotated_class(first),
                    ("Union", members) => self.only_member(members),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn only_member(&self, members: &[Expr]) -> Option<Origin> {
        let mut members = members
            .iter()
            .filter(|member| !matches!(member.kind, ExprKind::None));
        let only = members.next()?;
        match members.next() {
            None => self.annotated_class(only),
            Some(_) => None,
        }
    }

    /// Simple quoted annotations: `"T"`, `"a.T"`, `"Optional[T]"`, `"T | None"`.
    fn class_in_text(&self, text: &str) -> Option<Origin> {
        let text = text.trim();
        let inner = ["Optional[", "typing.Optional[", "t.Optional["]
            .iter()
            .find_map(|prefix| text.strip_prefix(prefix)?.strip_suffix(']'))
            .or_else(|| text.strip_suffix("None")?.trim_end().strip_suffix('|'))
            .or_else(|| text.strip_prefix("None")?.trim_start().strip_prefix('|'))
            .unwrap_or(text)
            .trim();
        self.class_origin(inner)
    }

    /// The class that a dotted name means here; types of Python itself are of no interest.
    fn class_origin(&self, dotted: &str) -> Option<Origin> {
        let mut segments = dotted.split('.');
        let Known::Origin(origin) = &self.lookup(segments.next()?)?.known else {
            return None;
        };
        let mut class = (**origin).clone();
        class
            .steps
            .extend(segments.map(|segment| Step::Attr(segment.into())));
        match &class.root {
            Root::Class(_) if class.steps.is_empty() => Some(class),
            Root::Import(module) if module == "typing" || module == "collections" => None,
            Root::Import(_) if class.is_relative() => None,
            Root::Import(_) => class.import_path().is_some().then_some(class),
            _ => None,
        }
    }
}
