//! HF2xx and HF301 to HF319: what goes wrong when the code runs, though every name and argument exists.
//! Two of the rules tell conditions that are read from the sources; the others were written by hand.

mod advice;
mod bare_quantised;
mod conflicting_arguments;
mod distributed_conflict;
mod early_stopping;
mod invalid_value;
mod missing_argument;
pub mod nearest;
mod no_workers;
mod own_reference;
mod padding_free;
mod report;
mod second_adapter;
mod setting_without_effect;
pub mod training;
mod uncomputed_metric;
mod unlisted_value;
mod unreported_run;
mod unused_loading;

use super::rule::Rule;

/// The rules of the family, by code.
pub const RULES: &[&Rule] = &[
    &invalid_value::RULE,
    &unlisted_value::RULE,
    &conflicting_arguments::RULE,
    &missing_argument::RULE,
    &second_adapter::RULE,
    &own_reference::RULE,
    &padding_free::RULE,
    &bare_quantised::RULE,
    &uncomputed_metric::RULE,
    &early_stopping::RULE,
    &unused_loading::RULE,
    &setting_without_effect::RULE,
    &unreported_run::RULE,
    &distributed_conflict::RULE,
    &no_workers::RULE,
];
