//! The front matter of a model card: the results that it states, as `ModelCardData` reads them
//! (huggingface_hub 2.4 `repocard_data.py:561`, the same keys since 0.15).

use crate::embedded::tree::Node;
use crate::embedded::yaml;
use crate::python::facts::CardFault;
use crate::text::TextRange;

/// The part that a fault of the whole card is of.
pub const CARD: &str = "card";

/// Keys that only the card of a model has.
const MARKS: [&str; 3] = ["library_name", "pipeline_tag", "base_model"];

/// More faults of one card are not told.
const MAX_FAULTS: usize = 16;

/// What is wrong with the front matter of a document; nothing where there is none, or where it cannot be read.
pub fn faults(text: &str) -> Vec<CardFault> {
    let Some(block) = front_matter(text) else {
        return Vec::new();
    };
    let inner = block.slice(text);
    let may_be_one = MARKS.iter().any(|mark| inner.contains(mark));
    let states_results = ["model-index", "eval_results"]
        .iter()
        .any(|it| inner.contains(it));
    if !may_be_one && !states_results {
        return Vec::new();
    }
    let Ok(documents) = yaml::read(inner) else {
        return Vec::new();
    };
    let mut found = Found {
        start: block.start,
        faults: Vec::new(),
    };
    if let [card] = documents.as_slice() {
        found.card(card);
    }
    found.faults.truncate(MAX_FAULTS);
    found.faults
}

/// The YAML between the first two lines of `---`.
fn front_matter(text: &str) -> Option<TextRange> {
    let lead = text.len() - text.trim_start().len();
    let rest = text[lead..].strip_prefix("---")?;
    let line = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
    let body = rest[line..].strip_prefix('\n')?;
    let start = text.len() - body.len();
    let end = start + body.find("\n---")?;
    Some(TextRange::from_usize(start, end))
}

struct Found {
    start: u32,
    faults: Vec<CardFault>,
}

impl Found {
    fn card(&mut self, card: &Node) {
        self.whole(card);
        let index = card.get("model-index");
        for model in index.map_or(&[][..], Node::items) {
            self.needs(model, "model-index", &["name", "results"]);
            for result in items(model, "results") {
                self.result(result);
            }
        }
        let results = card.get("eval_results").filter(|_| index.is_none());
        if let Some(results) = results.filter(|results| !results.items().is_empty()) {
            self.needs_of(card, results.range, "eval_results", &["model_name"]);
        }
    }

    /// What a model card should say; the place is its first key.
    fn whole(&mut self, card: &Node) {
        let first = MARKS.iter().find_map(|mark| card.get(mark));
        let Some(first) = first else {
            return;
        };
        let names = |key: &str, value: &str| card.get(key).and_then(Node::as_str) == Some(value);
        let tagged = items(card, "tags");
        let is_adapter =
            names("library_name", "peft") || tagged.iter().any(|tag| tag.as_str() == Some("lora"));
        let needed: &[&'static str] = match is_adapter {
            true => &["license", "base_model"],
            false => &["license"],
        };
        self.needs_of(card, first.range, CARD, needed);
    }

    fn result(&mut self, result: &Node) {
        self.needs(result, "results", &["task", "dataset", "metrics"]);
        if let Some(task) = result.get("task") {
            self.needs(task, "task", &["type"]);
        }
        if let Some(dataset) = result.get("dataset") {
            self.needs(dataset, "dataset", &["type", "name"]);
        }
        if let Some(source) = result.get("source").filter(|it| it.get("name").is_some()) {
            self.needs(source, "source", &["url"]);
        }
        for metric in items(result, "metrics") {
            self.needs(metric, "metrics", &["type", "value"]);
        }
    }

    fn needs(&mut self, map: &Node, part: &'static str, keys: &[&'static str]) {
        self.needs_of(map, map.range, part, keys);
    }

    /// Notes the keys that a mapping lacks; one that merges others is left alone.
    fn needs_of(&mut self, map: &Node, at: TextRange, part: &'static str, keys: &[&'static str]) {
        if !map.is_map() || map.get("<<").is_some() {
            return;
        }
        let lacks = keys.iter().filter(|key| map.get(key).is_none());
        let range = TextRange::new(self.start + at.start, self.start + at.end);
        self.faults
            .extend(lacks.map(|key| CardFault { range, part, key }));
    }
}

fn items<'t>(map: &'t Node, name: &str) -> &'t [std::sync::Arc<Node>] {
    map.get(name).map_or(&[], Node::items)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let fault = |fault: &CardFault| {
            let first = fault.range.slice(text).lines().next().unwrap_or_default();
            format!("{} lacks {} at {first}", fault.part, fault.key)
        };
        faults(text).iter().map(fault).collect()
    }

    const CARD: &str = "---\nlicense: mit\nmodel-index:\n- name: a\n  results:\n  - task:\n      type: t\n    \
        dataset:\n      type: d\n      name: n\n    metrics:\n    - type: accuracy\n      value: 0.9\n---\n# A\n";

    #[test]
    fn what_a_card_lacks_is_found() {
        assert_eq!(shown(CARD), [""; 0]);
        for (old, new, expected) in [
            (
                "      value: 0.9\n",
                "",
                "metrics lacks value at type: accuracy",
            ),
            ("      name: n\n", "", "dataset lacks name at type: d"),
            (
                "- name: a\n  results:",
                "- results:",
                "model-index lacks name at results:",
            ),
            (
                "      type: t\n",
                "      name: t\n",
                "task lacks type at name: t",
            ),
        ] {
            let text = CARD.replace(old, new);
            assert_eq!(shown(&text), [expected], "{text}");
        }
        let text = "---\neval_results:\n- a: 1\n---\n";
        assert_eq!(shown(text), ["eval_results lacks model_name at a: 1"]);
    }

    #[test]
    fn a_card_names_its_licence_and_an_adapter_its_base() {
        for (text, expected) in [
            (
                "---\nlibrary_name: peft\n---\n",
                vec![
                    "card lacks license at peft",
                    "card lacks base_model at peft",
                ],
            ),
            ("---\npipeline_tag: fill-mask\nlicense: mit\n---\n", vec![]),
            (
                "---\nlicense: mit\nbase_model: a/b\ntags:\n- lora\n---\n",
                vec![],
            ),
            ("---\ntitle: A page about library_name\n---\n", vec![]),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_card_is_left_alone() {
        for text in [
            "# model-index\n",
            "---\nmodel-index: a\n---\n",
            "---\nmodel-index:\n- a\n---\n",
            "---\nmodel-index: {{ card_data }}\n---\n",
            "---\nmodel-index:\n- results: [\n---\n",
            "---\nmodel-index:\n- <<: *a\n---\n",
            "---\nmodel-index:\n- name: a\n",
        ] {
            assert_eq!(shown(text), [""; 0], "{text}");
        }
    }
}
