//! A plan as a tree to look at: phases, steps within steps, how far each is, and what is wrong with it.

use super::actions::keys;
use super::graph::Graph;
use super::next::next_step;
use super::plan::{FieldName, Plan, State, Step};
use crate::rules::finding::{Finding, Severity};
use crate::text::TextRange;

/// A plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// What the first heading says; empty where there is none.
    pub title: String,
    /// Whether it is in the format that commands write: steps of others can be ticked and no more.
    pub is_ours: bool,
    /// How far it is.
    pub progress: Progress,
    /// The key of the step to be done next.
    pub next: Option<String>,
    /// How many questions are open.
    pub questions: usize,
    /// What is wrong with it, all of it.
    pub trouble: Trouble,
    /// The sections, in order; steps in front of them are in one without a heading.
    pub phases: Vec<Phase>,
}

/// A section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phase {
    /// Its number.
    pub number: Option<u32>,
    /// What the heading says behind the number.
    pub title: String,
    /// The heading.
    pub range: TextRange,
    /// How far it is.
    pub progress: Progress,
    /// What is wrong with it, its steps included.
    pub trouble: Trouble,
    /// The findings that are in none of its steps, by their places in the list.
    pub findings: Vec<usize>,
    /// Its steps, without those within others.
    pub steps: Vec<Node>,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What commands call it, see [`keys`].
    pub key: String,
    /// Its id, as written.
    pub id: Option<String>,
    /// What is to be done.
    pub title: String,
    /// How far it is.
    pub state: State,
    /// What `Status:` says.
    pub status: Option<String>,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// Id and title.
    pub range: TextRange,
    /// What has to be over first and is not: ids, or titles where there are none.
    pub waits_for: Vec<String>,
    /// What is wrong with it, the steps within it included.
    pub trouble: Trouble,
    /// The findings that are in it and in no step within it, by their places in the list.
    pub findings: Vec<usize>,
    /// The steps within it.
    pub steps: Vec<Node>,
}

/// How many steps are over, of those that hold no others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Done or skipped.
    pub done: usize,
    /// All.
    pub total: usize,
}

/// How much is wrong, and how bad it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// How many findings.
    pub count: usize,
    /// The worst of them.
    pub worst: Option<Severity>,
}

impl Trouble {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        // The worst severity is the first one.
        let both = self.worst.into_iter().chain(other.worst);
        self.worst = both.min();
    }

    fn of(finding: &Finding) -> Self {
        Self {
            count: 1,
            worst: Some(finding.severity),
        }
    }

    fn all(findings: &[Finding], own: &[usize]) -> Self {
        let mut sum = Self::default();
        own.iter().for_each(|at| sum.add(Self::of(&findings[*at])));
        sum
    }
}

/// The tree of a plan with these findings.
pub fn overview(text: &str, plan: &Plan, findings: &[Finding]) -> Overview {
    let mut phases: Vec<Phase> = plan.sections.iter().map(|it| phase(text, it)).collect();
    let mut alone = Phase::default();
    let mut of_steps: Vec<Vec<usize>> = vec![Vec::new(); plan.steps.len()];
    for (at, finding) in findings.iter().enumerate() {
        let start = finding.range.start;
        match (plan.step_at(start), plan.section_at(start)) {
            (Some(step), _) => of_steps[step].push(at),
            (None, Some(section)) => phases[section].findings.push(at),
            (None, None) => alone.findings.push(at),
        }
    }
    let graph = Graph::new(text, plan);
    let keys = keys(text, plan);
    // From the last on, so that those within another are there when it comes.
    let mut nested: Vec<Vec<Node>> = vec![Vec::new(); plan.steps.len()];
    for (at, step) in plan.steps.iter().enumerate().rev() {
        // Of a step that is being written there is no more than its box.
        if !step.is_written() {
            continue;
        }
        let mut steps = std::mem::take(&mut nested[at]);
        steps.reverse();
        let own = std::mem::take(&mut of_steps[at]);
        let mut trouble = Trouble::all(findings, &own);
        steps.iter().for_each(|it| trouble.add(it.trouble));
        let waits = match step.state.is_over() {
            true => Vec::new(),
            false => graph.open_before(at),
        };
        let node = Node {
            key: keys[at].clone(),
            id: step.id.as_ref().map(ToString::to_string),
            title: step.title.slice(text).trim().to_owned(),
            state: step.state,
            status: status(text, step),
            is_optional: step.is_optional(text),
            range: step.id_range.cover(step.title),
            waits_for: waits
                .iter()
                .map(|it| name(text, &plan.steps[*it]))
                .collect(),
            trouble,
            findings: own,
            steps,
        };
        match (step.parent, step.section) {
            (Some(parent), _) => nested[parent].push(node),
            (None, Some(section)) => phases[section].steps.push(node),
            (None, None) => alone.steps.push(node),
        }
    }
    for leaf in plan.leaves().filter(|it| it.is_written()) {
        let phase = leaf.section.map_or(&mut alone, |at| &mut phases[at]);
        phase.progress.done += usize::from(leaf.state.is_over());
        phase.progress.total += 1;
    }
    if !alone.steps.is_empty() || !alone.findings.is_empty() {
        phases.insert(0, alone);
    }
    let mut all = Overview {
        title: plan.title.map_or("", |it| it.slice(text)).trim().to_owned(),
        is_ours: plan.is_ours(),
        next: next_step(text, plan).map(|at| keys[at].clone()),
        questions: plan.questions.iter().filter(|it| !it.is_closed).count(),
        ..Overview::default()
    };
    for phase in &mut phases {
        phase.steps.reverse();
        phase.trouble = Trouble::all(findings, &phase.findings);
        let steps = phase.steps.iter();
        steps.for_each(|it| phase.trouble.add(it.trouble));
        all.trouble.add(phase.trouble);
        all.progress.done += phase.progress.done;
        all.progress.total += phase.progress.total;
    }
    all.phases = phases;
    all
}

fn phase(text: &str, section: &super::plan::Section) -> Phase {
    Phase {
        number: section.number,
        title: section.name.slice(text).trim().to_owned(),
        range: section.heading,
        ..Phase::default()
    }
}

/// The first line of what `Status:` says.
fn status(text: &str, step: &Step) -> Option<String> {
    let value = step.field(FieldName::Status)?.value.slice(text);
    let line = value.lines().next()?.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

fn name(text: &str, step: &Step) -> String {
    match &step.id {
        Some(id) => id.to_string(),
        None => step.title.slice(text).trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::markdown::Syntax;

    const PLAN: &str = "# OUR-PLAN: T\n\n- [ ] before\n\n## 1. Environment Setup\n\n- [x] 1.1 a\n- [ ] 1.2 b\n  - Depends: 1.1\n  - Status: blocked no key\n  - [x] 1.2.1 c\n  - [ ] 1.2.2 d\n    - Depends: 2.1\n- [ ] \n\n## Model Selection\n\nProse.\n\n- [ ] 2.1 e\n  - Optional: yes\n- Question: who?\n";

    fn finding(text: &str, needle: &str, severity: Severity) -> Finding {
        let start = u32::try_from(text.find(needle).unwrap()).unwrap();
        Finding {
            severity,
            range: TextRange::new(start, start + 1),
            ..Finding::default()
        }
    }

    fn shown(findings: &[Finding]) -> Overview {
        let plan = Plan::read(PLAN, &Syntax::parse(PLAN).outline(PLAN));
        overview(PLAN, &plan, findings)
    }

    fn lines(nodes: &[Node], depth: usize, out: &mut Vec<String>) {
        for it in nodes {
            let trouble = (it.trouble.count, it.trouble.worst.map(Severity::as_str));
            let blank = "  ".repeat(depth);
            out.push(format!(
                "{blank}{} {:?} {} {:?} {trouble:?}",
                it.key,
                it.title,
                it.state.as_str(),
                it.waits_for
            ));
            lines(&it.steps, depth + 1, out);
        }
    }

    #[test]
    fn a_plan_is_a_tree() {
        let tree = shown(&[]);
        assert_eq!((tree.title.as_str(), tree.questions), ("T", 1));
        assert_eq!(tree.progress, Progress { done: 2, total: 5 });
        assert_eq!(tree.next.as_deref(), Some("- [ ] before"));
        let mut all = Vec::new();
        for phase in &tree.phases {
            let Progress { done, total } = phase.progress;
            all.push(format!(
                "{:?} {:?} {done}/{total}",
                phase.number, phase.title
            ));
            lines(&phase.steps, 1, &mut all);
        }
        assert_eq!(
            all,
            [
                "None \"\" 0/1",
                "  - [ ] before \"before\" open [] (0, None)",
                "Some(1) \"Environment Setup\" 2/3",
                "  1.1 \"a\" done [] (0, None)",
                "  1.2 \"b\" blocked [] (0, None)",
                "    1.2.1 \"c\" done [] (0, None)",
                "    1.2.2 \"d\" open [\"2.1\"] (0, None)",
                "None \"Model Selection\" 0/1",
                "  2.1 \"e\" open [] (0, None)",
            ]
        );
        let blocked = &tree.phases[1].steps[1];
        assert_eq!(blocked.status.as_deref(), Some("blocked no key"));
        assert_eq!(blocked.range.slice(PLAN), "1.2 b");
        assert!(tree.phases[2].steps[0].is_optional && !blocked.is_optional);
        assert_eq!(tree.phases[2].range.slice(PLAN), "## Model Selection");
    }

    #[test]
    fn what_is_wrong_is_counted_up_to_the_top() {
        let findings = [
            finding(PLAN, "# OUR", Severity::Hint),
            finding(PLAN, "1.2.2 d", Severity::Warning),
            finding(PLAN, "no key", Severity::Error),
            finding(PLAN, "Prose", Severity::Information),
        ];
        let tree = shown(&findings);
        let of = |trouble: Trouble| (trouble.count, trouble.worst);
        assert_eq!(of(tree.trouble), (4, Some(Severity::Error)));
        // What is at the title belongs to no section.
        assert_eq!(tree.phases[0].findings, [0]);
        let phase = &tree.phases[1];
        assert_eq!(of(phase.trouble), (2, Some(Severity::Error)));
        let blocked = &phase.steps[1];
        assert_eq!(
            (of(blocked.trouble), &blocked.findings[..]),
            ((2, Some(Severity::Error)), &[2][..])
        );
        let within = &blocked.steps[1];
        assert_eq!(
            (of(within.trouble), &within.findings[..]),
            ((1, Some(Severity::Warning)), &[1][..])
        );
        assert_eq!(tree.phases[2].findings, [3]);
        assert_eq!(of(tree.phases[2].trouble), (1, Some(Severity::Information)));
    }
}
