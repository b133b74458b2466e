//! A plan from a wish and what a project has.

use serde_json::{Map, Value};

use super::asked::{harmless, machine, one_line, settings_are_known, tracker, use_cases};
use super::compose::{self, Document, Head, ProjectFile, Taken};
use super::environments::Environments;
use super::fragment::{self, Block};
use super::inventory::Inventory;
use super::library::Method;
use super::pins::Package;
use super::settle::settle;
use super::stage::{self, Settled, Shared};
use super::template::Renderer;
use super::upgrade::{self, MIGRATION};
use super::wish::Wish;
use crate::estimate::gpu::Gpu;
use crate::knowledge::store;

/// A plan that was made.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Its text.
    pub text: String,
    /// The use cases, in the order of the work.
    pub use_cases: Vec<&'static str>,
    /// The files that it holds.
    pub files: Vec<ProjectFile>,
    /// The id and the name of each step.
    pub labels: Vec<(String, String)>,
    /// The packages of the project's environment.
    pub packages: Vec<Package>,
    /// Those of the environments apart.
    pub apart: Vec<(String, Vec<Package>)>,
    /// What was taken because nobody said otherwise, for people.
    pub notes: Vec<String>,
    /// Whether the project had a `pyproject.toml`.
    pub had_pyproject: bool,
}

/// Why there is no plan, in a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// What was asked for cannot be.
    #[error("{0}")]
    Wish(String),
    /// Nothing says what is to be planned.
    #[error("{0}")]
    Nothing(String),
    /// A mistake in the library.
    #[error("the templates of the planner have a mistake: {0}")]
    Library(String),
}

/// Makes a plan. With `keep_pins` the releases that the project fixes stay. `taken` are the ids that an earlier version
/// of it gave.
///
/// # Errors
/// What cannot be, or is not known, in one sentence.
pub fn make(
    wish: &Wish,
    inventory: &Inventory,
    keep_pins: bool,
    taken: &Taken,
) -> Result<Proposal, Refusal> {
    let proposal = make_once(wish, inventory, keep_pins, taken, false)?;
    // A script of somebody's own keeps its name; the plan's get others.
    let is_there = |file: &ProjectFile| inventory.paths.contains(&file.path);
    let is_script = |file: &&ProjectFile| file.path.ends_with(".py") && is_there(file);
    match proposal.files.iter().find(is_script) {
        Some(_) => make_once(wish, inventory, keep_pins, taken, true),
        None => Ok(proposal),
    }
}

fn make_once(
    wish: &Wish,
    inventory: &Inventory,
    keep_pins: bool,
    taken: &Taken,
    is_suffixed: bool,
) -> Result<Proposal, Refusal> {
    wish.values().try_for_each(harmless)?;
    let mut notes = Vec::new();
    let cases = use_cases(wish, inventory, &mut notes)?;
    settings_are_known(wish, &cases)?;
    if cases.iter().any(|case| case.id == MIGRATION) && inventory.upgrades.is_empty() {
        return Err(Refusal::Nothing(
            "there is nothing to upgrade: no script of this project uses a library that is known"
                .to_owned(),
        ));
    }
    let gpu = machine(wish, &cases, &mut notes);
    let stages = settle(wish, inventory, &cases, &gpu, is_suffixed, &mut notes)?;
    let slug = slug(wish, inventory, &stages);
    let goal = wish.goal.clone().or_else(|| inventory.goal.clone());
    let goal = goal.unwrap_or_else(|| cases[0].summary.clone());
    let title = title(&stages, &gpu);
    let repository = wish
        .set
        .get("repository")
        .or(inventory.repository.as_ref())
        .unwrap_or(&slug);
    let shared = Shared {
        title: &title,
        slug: &slug,
        goal: &one_line(&goal),
        path: &inventory.plan,
        python: wish.set.get("python").map_or("3.12", String::as_str),
        has_pyproject: inventory.has_pyproject,
        gpu: &gpu,
        tracker: tracker(wish, inventory)?,
        repository,
    };
    let mut facts: Vec<Map<String, Value>> =
        stages.iter().map(|stage| stage.facts(&shared)).collect();
    let upgrades = upgrade::facts(inventory);
    facts
        .iter_mut()
        .for_each(|facts| facts.extend(upgrades.clone()));
    let environments = Environments::of(&stages, &facts, inventory, keep_pins, shared.tracker)?;
    let document = render(&mut facts, &environments, &stages, &shared, taken, |path| {
        inventory.paths.contains(path) && (is_suffixed || !path.ends_with(".py"))
    })?;
    Ok(Proposal {
        text: document.text,
        use_cases: cases.iter().map(|case| case.id.as_str()).collect(),
        files: document.files,
        labels: document.labels,
        packages: environments.own,
        apart: environments
            .apart
            .into_iter()
            .map(|(name, _, packages)| (name, packages))
            .collect(),
        notes,
        had_pyproject: inventory.has_pyproject,
    })
}

/// What results are called.
fn slug(wish: &Wish, inventory: &Inventory, stages: &[Settled<'_>]) -> String {
    let named = wish.set.get("repository").or(inventory.repository.as_ref());
    let name = named.map(|it| it.rsplit('/').next().unwrap_or_default().to_owned());
    let name = name.unwrap_or_else(|| {
        let model = stages[0].model.id.rsplit('/').next().unwrap_or_default();
        let ids: Vec<&str> = stages.iter().map(|stage| stage.case.id.as_str()).collect();
        format!("{model}-{}", ids.join("-"))
    });
    let sign = |c: char| {
        if c.is_ascii_alphanumeric() || c == '.' {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let name: String = name.chars().map(sign).collect();
    let parts: Vec<&str> = name.split('-').filter(|part| !part.is_empty()).collect();
    let name = parts.join("-");
    name.chars().take(90).collect()
}

fn title(stages: &[Settled<'_>], gpu: &Gpu) -> String {
    let titles: Vec<&str> = stages
        .iter()
        .map(|stage| stage.case.title.as_str())
        .collect();
    let first = &stages[0];
    let model = match first.model.id.is_empty() {
        true => String::new(),
        false => format!(
            ", {}",
            first.model.id.rsplit('/').next().unwrap_or_default()
        ),
    };
    let machine = match gpu.count {
        0 => String::new(),
        1 => format!(", one GPU of {} GB", gpu.memory),
        count => format!(", {count} GPUs of {} GB", gpu.memory),
    };
    format!("{}{model}{machine}", titles.join(", then "))
}

/// Renders the stages and joins them.
fn render(
    facts: &mut [Map<String, Value>],
    environments: &Environments<'_>,
    stages: &[Settled<'_>],
    shared: &Shared<'_>,
    taken: &Taken,
    is_theirs: impl Fn(&str) -> bool,
) -> Result<Document, Refusal> {
    let mut parts = Vec::new();
    for (stage, facts) in stages.iter().zip(facts) {
        stage::environment_facts(
            facts,
            &environments.own,
            &environments.why,
            &environments.apart,
        );
        let renderer = Renderer::new(facts);
        let name = format!("cases/{}/plan.md", stage.case.id);
        let told = |error: String| Refusal::Library(format!("{}: {error}", stage.case.id));
        let text = renderer
            .render(&name)
            .map_err(|error| told(format!("{error:#}")))?;
        let mut sections = fragment::read(&text).map_err(told)?;
        // What somebody wrote stays; the step still says what the file is for.
        for block in sections.iter_mut().flat_map(|part| &mut part.blocks) {
            if let Block::Step(step) = block {
                step.fences
                    .retain(|fence| !fence.path().is_some_and(&is_theirs));
            }
        }
        parts.push(compose::Stage {
            suffix: stage.suffix.clone(),
            parts: sections,
        });
    }
    let ids: Vec<&str> = stages.iter().map(|stage| stage.case.id.as_str()).collect();
    let head = Head {
        title: shared.title.to_owned(),
        use_case: ids.join("+"),
        knowledge: store::date().chars().take(7).collect(),
        goal: shared.goal.to_owned(),
        target: target(stages, shared),
    };
    compose::compose(&head, &parts, taken).map_err(Refusal::Library)
}

fn target(stages: &[Settled<'_>], shared: &Shared<'_>) -> Vec<(&'static str, String)> {
    let first = &stages[0];
    let mut rows = Vec::new();
    if !first.model.id.is_empty() {
        rows.push(("Model", format!("`{}`", first.model.id)));
    }
    let data: Vec<String> = stages
        .iter()
        .filter_map(|stage| {
            let data = &stage.data;
            let shown = if data.id.is_empty() {
                &data.path
            } else {
                &data.id
            };
            (!shown.is_empty()).then(|| format!("`{shown}`"))
        })
        .collect();
    if !data.is_empty() {
        rows.push(("Dataset", data.join(", then ")));
    }
    let methods: Vec<&str> = stages
        .iter()
        .map(|stage| stage.fit.method.as_str())
        .filter(|it| *it != "none")
        .collect();
    if let Some(method) = methods.first() {
        let ids: Vec<&str> = stages.iter().map(|stage| stage.case.id.as_str()).collect();
        rows.push(("Method", format!("`{method}` ({})", ids.join(", then "))));
    }
    let name = &shared.gpu.name;
    let named = if name.is_empty() {
        String::new()
    } else {
        format!(" ({name})")
    };
    rows.push(("Hardware", format!("`{}`{named}", shared.gpu.label())));
    let largest = stages
        .iter()
        .max_by(|a, b| a.fit.peak().total_cmp(&b.fit.peak()));
    if let Some(stage) = largest.filter(|stage| stage.case.method != Method::None) {
        rows.push(("Estimate", stage::estimate(&stage.fit, shared.gpu)));
    }
    rows.push(("Python", format!("`{}`", shared.python)));
    rows
}
