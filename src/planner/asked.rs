//! What was asked for, looked at before anything is made of it.

use super::inventory::Inventory;
use super::library::{self, Case, CaseKind, Produces};
use super::make::Refusal;
use super::recognise::recognise;
use super::wish::{COMMON, Wish};
use crate::estimate::gpu::Gpu;

impl Wish {
    /// What goes into code and commands.
    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        let named = [&self.script, &self.model, &self.dataset];
        named
            .into_iter()
            .flatten()
            .chain(self.set.values())
            .map(String::as_str)
    }
}

/// What goes into code and commands has no letter that ends a string there.
pub fn harmless(text: &str) -> Result<(), Refusal> {
    let is_bad = |c: char| c.is_control() || "\"'`\\|<>{}$;&*?!#".contains(c);
    match text.chars().find(|c| is_bad(*c)) {
        Some(bad) => Err(Refusal::Wish(format!(
            "`{}` cannot be used here: it holds {bad:?}",
            text.escape_debug()
        ))),
        None if text.len() > 300 => Err(Refusal::Wish(
            "a value of more than 300 letters cannot be used".to_owned(),
        )),
        None => Ok(()),
    }
}

/// In one line, and no end of a comment.
pub fn one_line(text: &str) -> String {
    let text = text.replace("-->", "→").replace("<!--", "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The cases that were asked for, else the one that the project is.
pub fn use_cases(
    wish: &Wish,
    inventory: &Inventory,
    notes: &mut Vec<String>,
) -> Result<Vec<&'static Case>, Refusal> {
    if wish.use_cases.is_empty() {
        let goal = wish.goal.as_deref().or(inventory.goal.as_deref());
        let found = recognise(inventory, goal).ok_or_else(|| Refusal::Nothing(nothing(wish)))?;
        notes.push(format!("use case `{}`: {}", found.case.id, found.because));
        return Ok(vec![found.case]);
    }
    let cases = wish.use_cases.iter().map(|id| {
        library::case(id).ok_or_else(|| {
            let distance = |case: &&Case| strsim::osa_distance(&case.id, id);
            let near = library::cases()
                .iter()
                .filter(|case| case.id.len().abs_diff(id.len()) <= 8 && distance(case) <= 3)
                .min_by_key(distance);
            let meant = near
                .map(|it| format!(", did you mean `{}`?", it.id))
                .unwrap_or_default();
            Refusal::Wish(format!(
                "there is no use case `{id}`{meant}; `hf-lsp plan use-cases` lists them"
            ))
        })
    });
    let cases = cases.collect::<Result<Vec<_>, _>>()?;
    for (at, pair) in cases.windows(2).enumerate() {
        let leaves_nothing =
            pair[0].result == Produces::None || pair[0].kind >= CaseKind::Evaluation;
        if leaves_nothing
            && matches!(
                pair[1].kind,
                CaseKind::Training | CaseKind::Data | CaseKind::Model
            )
        {
            return Err(Refusal::Wish(format!(
                "`{}` leaves nothing behind that `{}` could begin with; give them in the order of the work",
                pair[0].id, pair[1].id
            )));
        }
        if cases[..=at].contains(&pair[1]) {
            return Err(Refusal::Wish(format!("`{}` is named twice", pair[1].id)));
        }
    }
    Ok(cases)
}

fn nothing(wish: &Wish) -> String {
    let what = "say what to plan with `--use-case ID` (`hf-lsp plan use-cases` lists them) or `--goal TEXT`";
    match &wish.script {
        Some(script) => {
            format!("`{script}` calls nothing of Hugging Face that a use case is known by; {what}")
        }
        None => format!("nothing in the project says what is to be planned; {what}"),
    }
}

pub fn settings_are_known(wish: &Wish, cases: &[&Case]) -> Result<(), Refusal> {
    let mut known: Vec<&str> = COMMON.iter().map(|(name, _)| *name).collect();
    known.extend(
        cases
            .iter()
            .flat_map(|case| case.settings.keys())
            .map(String::as_str),
    );
    known.sort_unstable();
    known.dedup();
    match wish.set.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(Refusal::Wish(format!(
            "`{name}` cannot be set here; what can: {}",
            known.join(", ")
        ))),
        None => Ok(()),
    }
}

pub fn machine(wish: &Wish, cases: &[&Case], notes: &mut Vec<String>) -> Gpu {
    if let Some(gpu) = &wish.gpu {
        return gpu.clone();
    }
    if !cases.iter().any(|case| case.needs_gpu) {
        return Gpu::none();
    }
    let gpu = Gpu::usual();
    notes.push(format!(
        "GPU `{}`: none was named with `--gpu`",
        gpu.label()
    ));
    gpu
}

pub fn tracker<'a>(wish: &'a Wish, inventory: &'a Inventory) -> Result<&'a str, Refusal> {
    const KNOWN: [&str; 4] = ["trackio", "wandb", "mlflow", "tensorboard"];
    match wish.set.get("tracker") {
        Some(named) if !KNOWN.contains(&named.as_str()) => Err(Refusal::Wish(format!(
            "`tracker={named}` is not known; what is: {}",
            KNOWN.join(", ")
        ))),
        Some(named) => Ok(named),
        None => {
            let used = inventory.tracker.as_deref().filter(|it| KNOWN.contains(it));
            Ok(used.unwrap_or("trackio"))
        }
    }
}
