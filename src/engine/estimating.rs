//! Estimates where they are wanted: above a call, behind it, under the cursor, and as changes that make it lighter.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::{Action, ActionKind, Change, FileEdits, Hint, HoverText, Lens, Press};
use crate::checker::{Checker, NotKnown};
use crate::engine::live::LiveEngine;
use crate::estimate::reading::{Given, Reading};
use crate::estimate::report::{Reported, prose, section};
use crate::estimate::words::{Fits, breakdown, fits, gib, summary};
use crate::hub::describe::text::code;
use crate::hub::{Need, RepoId};
use crate::rules::context::Context;
use crate::rules::fix::lighter;
use crate::rules::memory::Estimated;
use crate::text::TextRange;
use crate::workspace::document::{Document, Language};
use crate::workspace::problem::line_of;

/// What would not save this part of the peak is not offered: one in so many.
const WORTH: u64 = 20;

/// Who asks for a page waits so long for the Hub; what comes later is there when they ask again.
const PATIENCE: Duration = Duration::from_secs(15);

impl LiveEngine {
    fn with_estimates<T: Default>(
        &self,
        document: &Document,
        act: impl FnOnce(&Context<'_>, Vec<Estimated>) -> T,
    ) -> T {
        let is_code = matches!(
            document.language(),
            Language::Python | Language::Embedded(_)
        );
        if !is_code {
            return T::default();
        }
        let path = self.path_of(document);
        let (checker, answer) = self.place_of(document, &path);
        let (text, facts) = (document.code(), document.facts());
        checker.with_estimates(&path, text, facts, &answer.environment, act)
    }

    /// A line above each call that makes a configuration.
    pub(super) fn estimate_lenses(&self, document: &Document) -> Vec<Lens> {
        let lens = |it: &Estimated| {
            Some(Lens {
                range: it.reading.place?,
                title: summary(&it.estimate, it.gpu.as_ref()),
                press: Some(Press::Estimate),
            })
        };
        self.with_estimates(document, |_, found| found.iter().filter_map(lens).collect())
    }

    /// The same words behind its bracket.
    pub(super) fn estimate_hints(&self, document: &Document) -> Vec<Hint> {
        let hint = |it: &Estimated| {
            let place = it.reading.place?;
            let is_open = document.code().as_bytes().get(place.end as usize) == Some(&b'(');
            Some(Hint {
                offset: place.end + u32::from(is_open),
                label: summary(&it.estimate, it.gpu.as_ref()),
            })
        };
        self.with_estimates(document, |_, found| found.iter().filter_map(hint).collect())
    }

    /// What the call under the cursor takes; before `known`, which is said of it anyway, and is long.
    pub(super) fn estimate_hover(
        &self,
        document: &Document,
        offset: u32,
        known: Option<HoverText>,
    ) -> Option<HoverText> {
        let found = self.with_estimates(document, |_, found| {
            let mut found = found.into_iter();
            found.find_map(|it| {
                let range = it
                    .reading
                    .place
                    .filter(|range| (range.start..=range.end).contains(&offset))?;
                let text = breakdown(&it.estimate, it.gpu.as_ref(), &it.assumed());
                Some((range, text))
            })
        });
        match (known, found) {
            (known, None) => known,
            (None, Some((range, markdown))) => Some(HoverText { markdown, range }),
            (Some(known), Some((_, text))) => Some(HoverText {
                markdown: format!("{text}\n\n---\n\n{}", known.markdown),
                ..known
            }),
        }
    }

    /// All estimates of a document as a page. Models that are not known are looked up, as the user asks for them.
    pub(super) fn estimate_page(&self, document: &Document) -> Result<String, String> {
        let path = self.path_of(document);
        let checker = self.checker_for(&path);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let readings = checker.readings(&path, document, &Given::default());
        if readings.is_empty() {
            return Err(format!(
                "`{name}` trains and runs no model that can be read"
            ));
        }
        let unknown: Vec<(&Reading, String)> = readings
            .iter()
            .filter_map(|it| Some((it, self.unknown(&checker, &path, it)?)))
            .collect();
        let mut sections = self.with_estimates(document, |ctx, found| {
            let page = |it: &Estimated| page_of(ctx, &checker, &path, document, it);
            found.iter().map(page).collect::<Vec<_>>()
        });
        if sections.is_empty() {
            let why = unknown.first().map(|(_, why)| why.as_str());
            return Err(format!(
                "there is no estimate: {}",
                why.unwrap_or("no model is known")
            ));
        }
        for (reading, why) in unknown {
            let what = code(&reading.what);
            sections.push(format!(
                "## {what}\n\nThere is no estimate: {}.\n",
                prose(&why)
            ));
        }
        Ok(format!(
            "# Memory and time of {}\n\n{}",
            code(&name),
            sections.join("\n")
        ))
    }

    /// Why the model of a reading is not known, after the Hub was asked where that is allowed.
    fn unknown(&self, checker: &Checker, path: &Path, reading: &Reading) -> Option<String> {
        let describe = || checker.describe(path, &reading.model, None);
        let NotKnown { why, .. } = describe().err()?;
        let asked = self.network.get().and_then(|network| {
            let id = RepoId::parse(reading.model.name.as_deref()?).ok()?;
            let revision = reading.model.revision.as_deref();
            let answer = network.hub.wait_for_model(&id, revision, Need::Hover);
            let answer = async { tokio::time::timeout(PATIENCE, answer).await.ok() };
            network.runtime.block_on(answer)
        });
        describe().err()?;
        let trouble = asked.and_then(|answer| answer.trouble);
        Some(trouble.map_or(why.clone(), |trouble| format!("{why}: {trouble}")))
    }

    /// Changes of the call at a place that save memory, the largest saving first.
    pub(super) fn estimate_actions(
        &self,
        document: &Arc<Document>,
        range: TextRange,
    ) -> Vec<Action> {
        self.with_estimates(document, |ctx, found| {
            let touches = |it: &&Estimated| {
                let call = it.reading.call.or(it.reading.place);
                call.is_some_and(|call| call.start <= range.end && range.start <= call.end)
            };
            let found = found.iter().filter(touches);
            found
                .flat_map(|it| lighter_runs(ctx, it, document))
                .collect()
        })
    }
}

/// The section of a page about one estimate.
fn page_of(
    ctx: &Context<'_>,
    checker: &Checker,
    path: &Path,
    document: &Document,
    it: &Estimated,
) -> String {
    let written = |advice: crate::estimate::Advice| {
        let written = lighter(ctx, &it.reading, &advice.change).map(|(written, _)| written);
        (advice, written)
    };
    let from = checker.describe(path, &it.reading.model, None).ok();
    let root = format!("{}{}", checker.root().display(), std::path::MAIN_SEPARATOR);
    let has_lines = document.cells().is_none();
    section(&Reported {
        reading: &it.reading,
        estimate: &it.estimate,
        gpu: it.gpu.as_ref(),
        from: from.map(|it| it.from.replace(&root, "")),
        advice: it.advice().into_iter().map(written).collect(),
        line: &|range| has_lines.then(|| line_of(document.code(), range.start as usize)),
    })
}

fn lighter_runs(ctx: &Context<'_>, it: &Estimated, document: &Arc<Document>) -> Vec<Action> {
    let fit = it.gpu.as_ref().and_then(|gpu| fits(&it.estimate, gpu));
    let advice = it.advice().into_iter();
    let worth = advice.filter(|advice| advice.saves >= it.estimate.peak / WORTH);
    let action = |advice: crate::estimate::Advice| {
        let (written, edits) = lighter(ctx, &it.reading, &advice.change)?;
        let title = format!(
            "Set `{written}`: saves {} GiB, costs {}",
            gib(advice.saves),
            advice.costs
        );
        let edits = vec![FileEdits {
            document: Arc::clone(document),
            edits,
        }];
        Some(Action {
            title,
            kind: match fit {
                Some(Fits::No | Fits::Perhaps) => ActionKind::Fix,
                _ => ActionKind::Rewrite,
            },
            code: (fit == Some(Fits::No)).then_some("HF505"),
            change: Change {
                edits,
                ..Change::default()
            },
            command: None,
        })
    };
    worth.filter_map(action).collect()
}
