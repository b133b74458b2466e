//! The stages joined to one document: sections in order, steps numbered, names turned into ids.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use super::fragment::{Block, Fence, Part, Step};
use crate::journal::plan::{FieldName, Known};

/// What one stage says.
#[derive(Clone, Debug)]
pub struct Stage {
    /// What its own names end with.
    pub suffix: String,
    /// Its sections.
    pub parts: Vec<Part>,
}

/// What stands above the sections.
#[derive(Clone, Debug)]
pub struct Head {
    /// Behind `# OUR-PLAN: `.
    pub title: String,
    /// The use cases of the marker.
    pub use_case: String,
    /// The month of the knowledge.
    pub knowledge: String,
    /// Behind `> Goal: `.
    pub goal: String,
    /// The rows of the target's table, as they are written.
    pub target: Vec<(&'static str, String)>,
}

/// A file that a plan holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectFile {
    /// From the root of the project.
    pub path: String,
    /// What is in it.
    pub text: String,
    /// The id of its step.
    pub step: String,
}

/// A whole plan.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its text.
    pub text: String,
    /// The files in it, in order.
    pub files: Vec<ProjectFile>,
    /// The id and the name of each step, in order.
    pub labels: Vec<(String, String)>,
}

/// Ids that an earlier version of the plan has given away; none for a new plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Those of the planner's steps, by their names: they keep them.
    pub steps: BTreeMap<String, (u32, u32)>,
    /// All that stand in the plan: nobody else gets them.
    pub ids: BTreeSet<(u32, u32)>,
    /// The numbers of its sections.
    pub sections: BTreeMap<Known, u32>,
}

/// A step with the stage that it is of.
struct Placed<'a> {
    stage: usize,
    step: &'a Step,
    fences: Vec<&'a Fence>,
    id: String,
}

/// Sections in order, with what is in them.
type Sections<'a> = BTreeMap<Known, (Vec<&'a str>, Vec<Placed<'a>>)>;

/// Joins the stages.
///
/// # Errors
/// Two different files of one path: a mistake in templates.
pub fn compose(head: &Head, stages: &[Stage], taken: &Taken) -> Result<Document, String> {
    let mut sections = gather(stages)?;
    let places = numbered(&sections, taken);
    let names = number(&mut sections, stages, &places, taken);
    let mut text = written_head(head);
    let mut document = (Vec::new(), Vec::new());
    for known in Known::ALL {
        let table = match known {
            Known::Code => file_table(&sections),
            _ => String::new(),
        };
        let none = (Vec::new(), Vec::new());
        let (prose, steps) = sections.get(&known).unwrap_or(&none);
        if prose.is_empty() && steps.is_empty() && table.is_empty() {
            continue;
        }
        let number = places.iter().find(|(it, _)| *it == known);
        let number = number
            .map(|(_, number)| format!("{number}. "))
            .unwrap_or_default();
        write!(text, "\n## {number}{}\n", known.title()).expect("a string takes text");
        text.push_str(&table);
        for prose in lists_joined(prose) {
            write!(text, "\n{prose}").expect("a string takes text");
        }
        text.push_str(if steps.is_empty() { "" } else { "\n" });
        for (at, placed) in steps.iter().enumerate() {
            let is_last = at + 1 == steps.len();
            // The same in several stages is told apart by the stage.
            let others = steps.iter().filter(|it| it.stage != placed.stage);
            let is_shared = others
                .into_iter()
                .any(|it| it.step.title == placed.step.title);
            text.push_str(&written_step(placed, &names, stages, is_last, is_shared));
            document
                .1
                .push((placed.id.clone(), placed.step.label.clone()));
            document.0.extend(placed.fences.iter().filter_map(|fence| {
                Some(ProjectFile {
                    path: fence.path()?.to_owned(),
                    text: fence.text.clone(),
                    step: placed.id.clone(),
                })
            }));
        }
    }
    Ok(Document {
        text,
        files: document.0,
        labels: document.1,
    })
}

/// What the sections hold, each thing once.
fn gather(stages: &[Stage]) -> Result<Sections<'_>, String> {
    let mut sections = Sections::new();
    let mut files: HashMap<&str, &str> = HashMap::new();
    for (stage, part, block) in stages.iter().enumerate().flat_map(|(at, stage)| {
        let blocks = stage
            .parts
            .iter()
            .flat_map(|part| part.blocks.iter().map(move |it| (part, it)));
        blocks.map(move |(part, block)| (at, part, block))
    }) {
        let (prose, steps) = sections.entry(part.known).or_default();
        let step = match block {
            Block::Prose(text) => {
                if !prose.contains(&text.as_str()) {
                    prose.push(text);
                }
                continue;
            }
            Block::Step(step) => step,
        };
        let mut fences = Vec::new();
        for fence in &step.fences {
            match fence
                .path()
                .map(|path| (path, files.insert(path, &fence.text)))
            {
                Some((path, Some(before))) if before != fence.text => {
                    return Err(format!("two files `{path}`"));
                }
                // Written by an earlier stage.
                Some((_, Some(_))) => {}
                _ => fences.push(fence),
            }
        }
        let is_there = |placed: &Placed<'_>| {
            placed.step.title == step.title && placed.step.fields == step.fields
        };
        if !steps.iter().any(is_there) {
            steps.push(Placed {
                stage,
                step,
                fences,
                id: String::new(),
            });
        }
    }
    sections.retain(|_, (prose, steps)| !prose.is_empty() || !steps.is_empty());
    Ok(sections)
}

/// The sections that hold steps, with their numbers: those that they had, else the next ones.
fn numbered(sections: &Sections<'_>, taken: &Taken) -> Vec<(Known, u32)> {
    let with = Known::ALL.into_iter().filter(|known| {
        sections
            .get(known)
            .is_some_and(|(_, steps)| !steps.is_empty())
    });
    let mut last = taken.sections.values().copied().max().unwrap_or(0);
    let number = |known: Known| match taken.sections.get(&known) {
        Some(number) => (known, *number),
        None => {
            last += 1;
            (known, last)
        }
    };
    with.map(number).collect()
}

/// Gives each step its id: the one that it had, else the next one of its section, behind those that are taken; what
/// the names of the stages' steps became.
fn number(
    sections: &mut Sections<'_>,
    stages: &[Stage],
    places: &[(Known, u32)],
    taken: &Taken,
) -> HashMap<(usize, String), String> {
    let mut names = HashMap::new();
    for (known, section) in places {
        let Some((_, steps)) = sections.get_mut(known) else {
            continue;
        };
        let kept = |placed: &Placed<'_>| {
            let id = taken
                .steps
                .get(&placed.step.label)
                .filter(|id| id.0 == *section);
            id.map(|id| id.1)
        };
        steps.sort_by_key(|placed| kept(placed).unwrap_or(u32::MAX));
        let of_section = taken
            .ids
            .iter()
            .filter(|id| id.0 == *section)
            .map(|id| id.1);
        let mut last = of_section.max().unwrap_or(0);
        for placed in steps {
            let number = kept(placed).unwrap_or_else(|| {
                last += 1;
                last
            });
            placed.id = format!("{section}.{number}");
            names.insert((placed.stage, placed.step.label.clone()), placed.id.clone());
        }
    }
    // What an earlier stage says too is found there.
    for (at, stage) in stages.iter().enumerate().skip(1) {
        for step in steps(stage) {
            let known = (0..at)
                .rev()
                .find_map(|at| names.get(&(at, step.label.clone())));
            if let Some(id) = known.cloned() {
                names.entry((at, step.label.clone())).or_insert(id);
            }
        }
    }
    names
}

fn steps(stage: &Stage) -> impl Iterator<Item = &Step> {
    let blocks = stage.parts.iter().flat_map(|part| &part.blocks);
    blocks.filter_map(|block| match block {
        Block::Step(step) => Some(step),
        Block::Prose(_) => None,
    })
}

/// The id that a name means in a stage: its own step, else one of all stages; `before` is the end of the stage before.
fn id<'a>(
    name: &str,
    stage: usize,
    names: &'a HashMap<(usize, String), String>,
    stages: &[Stage],
) -> Option<&'a String> {
    if name == "before" {
        let before = stage.checked_sub(1)?;
        let ends = ["merge", "evaluate", "run", "data", "tokenizer", "model"];
        return ends.iter().find_map(|end| id(end, before, names, stages));
    }
    let own = format!("{name}{}", stages[stage].suffix);
    let found = names
        .get(&(stage, own))
        .or_else(|| names.get(&(stage, name.to_owned())));
    found.or_else(|| {
        (0..stage)
            .rev()
            .find_map(|at| names.get(&(at, name.to_owned())))
    })
}

fn written_head(head: &Head) -> String {
    let Head {
        title,
        use_case,
        knowledge,
        goal,
        target,
    } = head;
    let rows: String = target
        .iter()
        .map(|(key, value)| format!("| {key} | {value} |\n"))
        .collect();
    format!(
        "# OUR-PLAN: {title}\n\n<!-- hf-plan: 1; use-case: {use_case}; kb: {knowledge} -->\n\n> Goal: {goal}\n\n\
         ## Target\n\n| Key | Value |\n| --- | --- |\n{rows}"
    )
}

/// The files of the plan with the steps that make them.
fn file_table(sections: &Sections<'_>) -> String {
    let mut rows = String::new();
    for placed in Known::ALL
        .iter()
        .filter_map(|known| sections.get(known))
        .flat_map(|it| &it.1)
    {
        for fence in &placed.fences {
            let Some(path) = fence.path() else { continue };
            let about = purpose(fence).unwrap_or(&placed.step.title);
            writeln!(rows, "| `{path}` | {about} | {} |", placed.id).expect("a string takes text");
        }
    }
    match rows.is_empty() {
        true => String::new(),
        false => format!("\n| file | what it does | step |\n| --- | --- | --- |\n{rows}"),
    }
}

/// The first line of a script's description.
fn purpose(fence: &Fence) -> Option<&str> {
    let first = fence.text.lines().next()?;
    let text = first.strip_prefix("\"\"\"")?;
    Some(text.trim_end_matches("\"\"\"").trim_end_matches('.'))
}

/// Lists that stand alone in their stages become one.
fn lists_joined(prose: &[&str]) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for text in prose {
        match joined.last_mut() {
            Some(last) if last.starts_with("- ") && text.starts_with("- ") => last.push_str(text),
            _ => joined.push((*text).to_owned()),
        }
    }
    for list in joined.iter_mut().filter(|text| text.starts_with("- ")) {
        // What has to be answered comes first.
        let (questions, others): (Vec<&str>, Vec<&str>) = list
            .split_inclusive('\n')
            .partition(|line| line.starts_with("- Question: "));
        *list = [questions, others].concat().concat();
    }
    joined
}

fn written_step(
    placed: &Placed<'_>,
    names: &HashMap<(usize, String), String>,
    stages: &[Stage],
    is_last: bool,
    is_shared: bool,
) -> String {
    let Placed {
        stage,
        step,
        fences,
        id: own,
    } = placed;
    let of_stage = match is_shared {
        true => format!(
            " ({})",
            stages[*stage]
                .suffix
                .trim_start_matches('_')
                .replace('_', "-")
        ),
        false => String::new(),
    };
    let mut text = format!("- [ ] {own} {}{of_stage}\n", step.title);
    for (name, value) in &step.fields {
        let value = match name {
            FieldName::Depends => {
                let mut ids: Vec<&String> = Vec::new();
                for name in value.split(',') {
                    let name = name.trim().trim_start_matches('#');
                    let known = id(name, *stage, names, stages).filter(|id| *id != own);
                    ids.extend(known.filter(|id| !ids.contains(id)));
                }
                ids.iter()
                    .map(|id| id.as_str())
                    .collect::<Vec<_>>()
                    .join(", ")
            }
            _ => value.clone(),
        };
        if !value.is_empty() {
            writeln!(text, "  - {}: {value}", name.as_str()).expect("a string takes text");
        }
    }
    for fence in fences {
        text.push_str(&written_fence(fence));
    }
    if !fences.is_empty() && !is_last {
        text.push('\n');
    }
    text
}

fn written_fence(fence: &Fence) -> String {
    let mut marks = "```".to_owned();
    while fence.text.contains(&marks) {
        marks.push('`');
    }
    let mut text = format!("\n  {marks}{}\n", fence.info);
    for line in fence.text.lines() {
        match line.is_empty() {
            true => text.push('\n'),
            false => writeln!(text, "  {line}").expect("a string takes text"),
        }
    }
    text + "  " + &marks + "\n"
}
