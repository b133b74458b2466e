//! What a project has to achieve: the numbers that its requirements name.

use std::ops::Range;

use super::outline::{Heading, Outline};
use crate::text::TextRange;

/// The metrics that a document of requirements asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prd {
    /// In the order of the text.
    pub metrics: Vec<Metric>,
}

/// A metric with what is asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Which.
    pub name: &'static Name,
    /// Where it is named.
    pub name_range: TextRange,
    /// The row, or the text of the item.
    pub range: TextRange,
}

/// A metric that is known.
#[derive(Debug, PartialEq, Eq)]
pub struct Name {
    /// As this program writes it.
    pub title: &'static str,
    /// Words for it in lower case; any of them means it.
    pub words: &'static [&'static str],
}

const fn name(title: &'static str, words: &'static [&'static str]) -> Name {
    Name { title, words }
}

/// The metrics that are known, those of more words first.
pub const NAMES: &[Name] = &[
    name("word error rate", &["word error rate", "wer"]),
    name("character error rate", &["character error rate", "cer"]),
    name(
        "exact match",
        &["exact match", "exact-match", "exact_match"],
    ),
    name("win rate", &["win rate", "win-rate", "winrate", "wins"]),
    name("pass@k", &["pass@1", "pass@k", "pass@10"]),
    name("F1", &["f1", "f1-score", "f-score", "f1_score"]),
    name("accuracy", &["accuracy", "acc"]),
    name(
        "mean average precision",
        &["mean average precision", "map@50"],
    ),
    name("precision", &["precision"]),
    name("recall", &["recall"]),
    name("BLEU", &["bleu", "sacrebleu"]),
    name("chrF", &["chrf", "chrf++"]),
    name(
        "ROUGE",
        &["rouge", "rouge-l", "rouge-1", "rouge-2", "rougel"],
    ),
    name("BERTScore", &["bertscore"]),
    name("METEOR", &["meteor"]),
    name("COMET", &["comet"]),
    name("perplexity", &["perplexity", "ppl"]),
    name("IoU", &["iou", "miou", "mean iou"]),
    name("FID", &["fid"]),
    name("CLIP score", &["clip score", "clipscore", "clip-score"]),
    name("AUC", &["auc", "roc auc", "auroc", "roc-auc"]),
    name("MRR", &["mrr"]),
    name("nDCG", &["ndcg", "ndcg@10"]),
    name("MAE", &["mae"]),
    name("RMSE", &["rmse"]),
    name("mean opinion score", &["mean opinion score", "mos"]),
    name("toxicity", &["toxicity"]),
    name(
        "hallucination rate",
        &["hallucination", "hallucinations", "hallucination rate"],
    ),
    name("refusal rate", &["refusal rate", "refusals", "refusal"]),
    name(
        "latency",
        &[
            "latency",
            "response time",
            "time to first token",
            "ttft",
            "p50",
            "p95",
            "p99",
            "real-time factor",
            "rtf",
        ],
    ),
    name(
        "throughput",
        &[
            "throughput",
            "tokens per second",
            "tokens/s",
            "requests per second",
            "req/s",
            "samples per second",
        ],
    ),
];

impl Name {
    /// The first place in a text where it is named, in whole words.
    pub fn find(&self, text: &str) -> Option<Range<usize>> {
        let lower = text.to_ascii_lowercase();
        let places = self.words.iter().filter_map(|word| whole(&lower, word));
        places.min_by_key(|range| range.start)
    }
}

/// A word in a text of lower case letters, not as a part of another one.
fn whole(text: &str, word: &str) -> Option<Range<usize>> {
    memchr::memmem::find_iter(text.as_bytes(), word.as_bytes())
        .map(|start| start..start + word.len())
        .find(|range| {
            let before = text[..range.start].chars().next_back();
            let after = text[range.end..].chars().next();
            let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            !is_part(before) && !is_part(after)
        })
}

impl Prd {
    /// Reads requirements: rows and items below headings that speak of success. Each metric once.
    pub fn read(text: &str, outline: &Outline) -> Self {
        let mut metrics: Vec<Metric> = Vec::new();
        for range in statements(text, outline) {
            for name in NAMES {
                let Some(found) = name.find(range.slice(text)) else {
                    continue;
                };
                let start = range.start as usize;
                let name_range = TextRange::from_usize(start + found.start, start + found.end);
                // `mean average precision` is no precision.
                let is_known = |it: &Metric| {
                    it.name == name || it.range == range && it.name_range.intersects(name_range)
                };
                if !metrics.iter().any(is_known) {
                    metrics.push(Metric {
                        name,
                        name_range,
                        range,
                    });
                }
            }
        }
        Self { metrics }
    }
}

/// Rows and items below headings that speak of success.
fn statements(text: &str, outline: &Outline) -> Vec<TextRange> {
    let sections: Vec<TextRange> = outline
        .headings
        .iter()
        .filter(|heading| is_about_success(text, heading))
        .map(|heading| heading.section)
        .collect();
    let is_meant = |range: &TextRange| {
        sections
            .iter()
            .any(|section| section.contains_range(*range))
    };
    let rows = outline.tables.iter().flat_map(|table| {
        let rows = table.rows.iter().skip(1);
        rows.filter_map(|row| Some(TextRange::new(row.first()?.start, row.last()?.end)))
    });
    let items = outline.items.iter().map(|item| item.text);
    let mut found: Vec<TextRange> = rows.chain(items).filter(is_meant).collect();
    found.sort();
    found
}

fn is_about_success(text: &str, heading: &Heading) -> bool {
    let said = heading.text.slice(text).to_lowercase();
    let said = said.trim_start_matches(|c: char| !c.is_alphabetic());
    let is_out = ["out of scope", "non-goal", "no goal", "not "]
        .iter()
        .any(|it| said.contains(it));
    let words = [
        "success metric",
        "success criteri",
        "acceptance",
        "metric",
        "kpi",
        "key performance indicator",
        "quality target",
        "quality goal",
        "target metric",
        "performance target",
    ];
    !is_out && words.iter().any(|word| said.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::markdown::Syntax;

    fn metrics(text: &str) -> Vec<(&'static str, &str)> {
        let prd = Prd::read(text, &Syntax::parse(text).outline(text));
        let metric = |it: &Metric| (it.name.title, it.name_range.slice(text));
        prd.metrics.iter().map(metric).collect()
    }

    #[test]
    fn metrics_stand_in_rows_and_items_about_success() {
        let text = "# PRD\n\n- accuracy everywhere\n\n## 3. Success metrics\n\n| Metric | Goal |\n| - | - |\n\
            | Win rate | 55 % |\n| WER on test | 8 |\n\n- p95 latency under 300 ms\n- Users are happy\n\n\
            ## Non-goals\n\n- perplexity\n";
        let expected = [
            ("win rate", "Win rate"),
            ("word error rate", "WER"),
            ("latency", "p95"),
        ];
        assert_eq!(metrics(text), expected);
    }

    #[test]
    fn words_are_whole_and_metrics_are_told_once() {
        let text = "## Acceptance criteria\n\n- answer 5 questions\n- mean average precision of 0.5\n- the map shows\n- F1 0.9, macro-F1 0.8\n";
        let expected = [
            ("mean average precision", "mean average precision"),
            ("F1", "F1"),
        ];
        assert_eq!(metrics(text), expected);
    }
}
