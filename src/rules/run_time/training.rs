//! Calls that make trainers, for the rules about what goes into them.

use crate::knowledge::condition::evaluate::Known;
use crate::knowledge::view::Entity;
use crate::python::facts::{Call, Value};
use crate::rules::arguments::Callee;
use crate::rules::context::Context;
use crate::rules::finding::Finding;
use crate::rules::refusal::{Construction, Passed};
use crate::rules::rule::Rule;
use crate::text::TextRange;

/// A call that makes a trainer of a library, whose arguments are known.
pub struct Training<'c, 'a> {
    ctx: &'c Context<'a>,
    /// The call.
    pub call: &'a Call,
    /// The trainer.
    pub callee: &'c Callee,
    /// Its arguments.
    pub made: Construction<'c, 'a>,
}

/// Every such call of a release that is known.
pub fn trainings<'c, 'a>(ctx: &'c Context<'a>) -> impl Iterator<Item = Training<'c, 'a>> {
    ctx.library_calls().filter_map(move |(call, callee)| {
        if !callee.symbol.ends_with("Trainer") || ctx.is_newer_than_known(&callee.symbol) {
            return None;
        }
        let Entity::Class(class) = &callee.entity else {
            return None;
        };
        let made = Construction::new(ctx, call, callee)?;
        ctx.derives(class, "transformers.Trainer")
            .then_some(Training {
                ctx,
                call,
                callee,
                made,
            })
    })
}

impl<'c, 'a> Training<'c, 'a> {
    /// An argument that is surely not `None`, as far as it can be seen.
    pub fn given(&self, name: &str) -> Option<Passed<'a>> {
        self.made
            .passed(name)
            .filter(|passed| !passed.may_be_none())
    }

    /// Whether an argument is surely left at its default `None`.
    pub fn lacks(&self, name: &str) -> bool {
        match self.made.passed(name) {
            Some(passed) => *passed.value() == Value::None,
            None => !self.call.open,
        }
    }

    /// A field of the configuration as training sees it.
    pub fn setting(&self, field: &str) -> Known {
        let is_plain = matches!(
            self.callee.symbol.as_str(),
            "transformers.Trainer" | "transformers.Seq2SeqTrainer"
        );
        if self.lacks("args") && is_plain {
            return self.default_setting(field);
        }
        self.made.field_of("args", field)
    }

    /// A field of the configuration that the trainer makes itself.
    fn default_setting(&self, field: &str) -> Known {
        let view = self.ctx.view;
        let signature = view.signature(&view.resolve("transformers.TrainingArguments"));
        let default = signature.as_ref().and_then(|signature| {
            let param = signature.param(field)?;
            Some(view.default_value(param.param.default.as_deref()?, &param.owner))
        });
        default.unwrap_or_default()
    }

    /// Whether a field surely has that truth value.
    pub fn is_set(&self, field: &str) -> Option<bool> {
        match self.setting(field) {
            Known::Value(value) => crate::knowledge::condition::evaluate::is_true(&value),
            Known::Object(_) => Some(true),
            Known::Unknown => None,
        }
    }

    /// A field that is a string.
    pub fn text(&self, field: &str) -> Option<String> {
        match self.setting(field) {
            Known::Value(Value::Str(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether training is surely never interrupted by an evaluation (`Some(false)`), or surely is.
    pub fn evaluates(&self) -> Option<bool> {
        let strategy = self
            .text("eval_strategy")
            .or_else(|| self.text("evaluation_strategy"))?;
        Some(strategy != "no")
    }

    /// The place where a field of the configuration is written, or else that of the configuration.
    pub fn place(&self, field: &str) -> Option<TextRange> {
        let maker = self.made.maker("args");
        let field = maker.as_ref().and_then(|maker| maker.passed(field));
        let passed = field.or_else(|| self.made.passed("args"))?;
        Some(passed.site().1)
    }

    /// A finding about the trainer.
    pub fn finding(&self, rule: &Rule, range: TextRange, message: String) -> Finding {
        rule.finding(self.ctx, range, &self.callee.symbol, message)
    }
}
