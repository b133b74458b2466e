//! The steps that plans of such projects have, by their sections.

use super::ground::{Ground, Script, called};
use super::value::call_text;
use super::verify::checked;
use crate::journal::edit::StepText;
use crate::journal::id::Id;
use crate::journal::plan::{FieldName as F, Known, Plan, Step};
use crate::journal::prd::{Metric, Prd};
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;

/// A plan that a step is written for.
struct Desk<'a> {
    ground: &'a Ground,
    text: &'a str,
    plan: &'a Plan,
    /// What the requirements ask to be measured.
    metrics: Vec<String>,
}

/// The steps that a section of a plan lacks, in order. `text` and `plan` are those of the plan.
pub fn recommended_in(
    surroundings: &Surroundings<'_>,
    ground: &Ground,
    text: &str,
    plan: &Plan,
    section: Known,
) -> Vec<StepText> {
    let desk = Desk {
        ground,
        text,
        plan,
        metrics: match section {
            Known::Evaluation => unmeasured(surroundings, text, plan),
            _ => Vec::new(),
        },
    };
    let steps = match section {
        Known::Environment => desk.environment(),
        Known::Model => desk.model(),
        Known::Data => desk.data(),
        Known::Training => desk.training(),
        Known::Code => desk.code(),
        Known::Hub => desk.hub(),
        Known::Evaluation => desk.evaluation(),
        Known::Deployment => desk.deployment(),
        Known::Security => desk.security(),
        Known::Monitoring => desk.monitoring(),
        Known::Target
        | Known::Architecture
        | Known::Performance
        | Known::Risks
        | Known::Archive => Vec::new(),
    };
    // Whatever a step is looked for by: the same title twice is the same step twice.
    let is_there = |step: &StepText| {
        let mut titles = plan.steps.iter().map(|it| it.title.slice(text));
        titles.any(|title| title.eq_ignore_ascii_case(&step.title))
    };
    let missing = steps.into_iter().flatten();
    missing.filter(|step| !is_there(step)).collect()
}

/// The metrics of the requirements that no step of a plan speaks of.
pub fn unmeasured(surroundings: &Surroundings<'_>, text: &str, plan: &Plan) -> Vec<String> {
    let Some(document) = surroundings.other(Role::Requirements) else {
        return Vec::new();
    };
    let prd = Prd::read(document.text(), document.outline());
    let is_said = |metric: &Metric| {
        plan.steps
            .iter()
            .any(|step| metric.name.find(step.range.slice(text)).is_some())
    };
    let missing = prd.metrics.iter().filter(|metric| !is_said(metric));
    missing.map(|metric| metric.name.title.to_owned()).collect()
}

/// The step that measures something.
pub fn measured(ground: &Ground, metric: &str) -> StepText {
    let script = ground.evaluate.as_ref();
    let step = StepText::new(format!("Measure the {metric}")).with(F::Kind, "evaluation");
    let step = match script {
        Some(script) => step
            .with(F::Files, format!("`{}`", script.path))
            .with(F::Run, format!("`{}python {}`", ground.runner, script.path)),
        None => step,
    };
    step.with(
        F::Verify,
        format!("the {metric} is written into the changelog, beside that of the base line"),
    )
}

type Steps = Vec<Option<StepText>>;

impl Desk<'_> {
    fn says(&self, names: &[F], words: &[&str]) -> bool {
        words
            .iter()
            .any(|words| Ground::is_said(self.text, self.plan, names, words))
    }

    fn names_file(&self, path: &str) -> bool {
        self.says(&[F::Files, F::Run], &[path])
    }

    fn command(&self, command: &str) -> String {
        format!("`{}{command}`", self.ground.runner)
    }

    /// The id of a step whose title holds a word, where it is not optional.
    fn id(&self, is_it: impl Fn(&Step) -> bool) -> Option<&Id> {
        let mut steps = self.plan.steps.iter();
        steps
            .find(|step| is_it(step))
            .and_then(|step| step.id.as_ref())
    }

    fn depending(&self, ids: &[Option<&Id>]) -> String {
        let ids: Vec<String> = ids.iter().flatten().map(|id| id.to_string()).collect();
        ids.join(", ")
    }

    fn title_has(&self, words: &[&str]) -> bool {
        self.id_titled(words).is_some()
            || self
                .plan
                .steps
                .iter()
                .any(|step| self.is_titled(step, words))
    }

    fn is_titled(&self, step: &Step, words: &[&str]) -> bool {
        let title = step.title.slice(self.text).to_lowercase();
        words.iter().any(|word| title.contains(word))
    }

    fn id_titled(&self, words: &[&str]) -> Option<&Id> {
        self.id(|step| self.is_titled(step, words))
    }

    fn environment(&self) -> Steps {
        let ground = self.ground;
        let names: Vec<String> = ground
            .manifests
            .iter()
            .map(|it| format!("`{it}`"))
            .collect();
        let pins: Vec<String> = ground
            .pins
            .iter()
            .map(|(name, version)| format!("`{name}=={version}`"))
            .collect();
        let has_pins = self
            .plan
            .steps
            .iter()
            .any(|step| step.field(F::Packages).is_some());
        let is_locked = ground.manifests.iter().any(|it| it == "uv.lock");
        let pinned = (!has_pins && !pins.is_empty() && !names.is_empty()).then(|| {
            let (name, version) = &ground.pins[0];
            let verify = match is_locked {
                true => "`uv lock --check` → exit 0".to_owned(),
                false => format!(
                    "{} → {version}",
                    self.command(&format!("python -c \"from importlib.metadata import version; print(version('{name}'))\""))
                ),
            };
            StepText::new("Pin the packages")
                .with(F::Files, names.join(", "))
                .with(F::Packages, pins.join(", "))
                .with(F::Verify, verify)
        });
        let all = [F::Run, F::Verify];
        let gpu = (ground.train.is_some() && !self.says(&all, &["cuda", "nvidia-smi", "mps"]))
            .then(|| {
                StepText::new("Check the GPU")
                    .following()
                    .with(
                        F::Depends,
                        self.depending(&[self.id(|step| step.field(F::Packages).is_some())]),
                    )
                    .with(
                        F::Verify,
                        format!(
                            "{} → exit 0",
                            self.command(
                                "python -c \"import torch; assert torch.cuda.is_available()\""
                            )
                        ),
                    )
            });
        let needs_login =
            ground.repository.is_some() && !self.says(&all, &["auth login", "HF_TOKEN", "whoami"]);
        let login = needs_login.then(|| {
            StepText::new("Log in with a fine-grained token")
                .with(F::Run, self.command("hf auth login"))
                .with(
                    F::Verify,
                    format!(
                        "{} → the name of the account",
                        self.command("hf auth whoami")
                    ),
                )
        });
        vec![pinned, gpu, login]
    }

    fn model(&self) -> Steps {
        let Some(model) = &self.ground.model else {
            return Vec::new();
        };
        let span = format!("`{model}`");
        let is_pinned = self.title_has(&["revision"]);
        let script = self
            .ground
            .train
            .as_ref()
            .map(|it| format!("`{}`", it.path));
        let pinned = (!is_pinned).then(|| {
            StepText::new("Pin the model revision")
                .with(F::Files, script.unwrap_or_default())
                .with(F::Model, span)
                .with(
                    F::Verify,
                    "the code loads a 40-digit commit sha, not `main`",
                )
                .with(F::Why, "`main` moves, and a run has to be repeatable")
        });
        vec![pinned]
    }

    fn data(&self) -> Steps {
        let ground = self.ground;
        let dataset = ground.dataset.as_ref().map(|id| format!("`{id}`"));
        let prepared = ground
            .prepare
            .as_ref()
            .filter(|it| !self.names_file(&it.path))
            .map(|script| {
                StepText::new("Prepare the data")
                    .with(F::Files, format!("`{}`", script.path))
                    .with(F::Dataset, dataset.clone().unwrap_or_default())
                    .with(F::Run, self.command(&format!("python {}", script.path)))
                    .with(F::Verify, checked(&script.path))
            });
        let is_named = ground
            .dataset
            .as_ref()
            .is_none_or(|id| self.says(&[F::Dataset, F::Run, F::Verify], &[id]));
        let loaded = ground
            .dataset
            .as_ref()
            .filter(|_| !is_named && prepared.is_none())
            .map(|id| {
                let load = format!(
                    "python -c \"from datasets import load_dataset; print(load_dataset('{id}'))\""
                );
                StepText::new("Look at the dataset")
                    .with(F::Dataset, format!("`{id}`"))
                    .with(
                        F::Verify,
                        format!("{} → its splits and columns", self.command(&load)),
                    )
            });
        vec![prepared, loaded]
    }

    fn training(&self) -> Steps {
        let Some(script) = &self.ground.train else {
            return Vec::new();
        };
        let is_written = self.plan.steps.iter().any(|step| {
            let names = step
                .files(self.text)
                .iter()
                .any(|it| it.path == script.path);
            names && step.field(F::Params).is_some()
        });
        let written = (!is_written).then(|| {
            StepText::new("Write the training script")
                .with(F::Files, format!("`{}`", script.path))
                .with(F::Params, settings(script))
                .with(F::Verify, checked(&script.path))
        });
        let writing =
            || self.id(|step| step.field(F::Params).is_some() && self.is_named_by(step, script));
        let flag = short_run(script);
        let smoke = (!self.title_has(&["smoke", "dry run", "sanity"])).then(|| {
            let step = StepText::new("Smoke test: 20 steps")
                .following()
                .with(F::Depends, self.depending(&[writing()]));
            let step = match flag {
                Some(flag) => step.with(
                    F::Run,
                    self.command(&format!("python {} {flag}", script.path)),
                ),
                None => step.with(F::Files, format!("`{}`", script.path)),
            };
            step.with(
                F::Verify,
                "the run ends, and the loss at its end is below the one at its start",
            )
        });
        let full = self.command(&format!("python {}", script.path));
        let runs = |step: &Step| {
            let mut spans = step.spans(F::Run).map(|span| span.slice(self.text));
            spans.any(|run| run.contains(&script.path))
                && !self.is_titled(step, &["smoke", "dry run", "sanity"])
        };
        let run = (!self.plan.steps.iter().any(runs)).then(|| {
            let smoke = self.id_titled(&["smoke", "dry run", "sanity"]);
            StepText::new("Full run")
                .following()
                .with(F::Depends, self.depending(&[smoke]))
                .with(F::Run, full)
                .with(F::Verify, "`loss` falls to the end, and nothing is `nan`")
        });
        vec![written, smoke, run]
    }

    fn is_named_by(&self, step: &Step, script: &Script) -> bool {
        step.files(self.text)
            .iter()
            .any(|it| it.path == script.path)
    }

    fn code(&self) -> Steps {
        let scripts = [
            &self.ground.prepare,
            &self.ground.train,
            &self.ground.evaluate,
        ];
        let unnamed = scripts
            .into_iter()
            .flatten()
            .filter(|it| !self.names_file(&it.path));
        unnamed
            .map(|script| {
                Some(
                    StepText::new(format!("Write `{}`", script.path))
                        .with(F::Files, format!("`{}`", script.path))
                        .with(F::Verify, checked(&script.path)),
                )
            })
            .collect()
    }

    fn hub(&self) -> Steps {
        let Some(id) = &self.ground.repository else {
            return Vec::new();
        };
        let span = format!("`{id}`");
        let is_made = self.says(&[F::Run], &["repos create", "repo create", "create_repo"]);
        let created = (!is_made).then(|| {
            let create = format!(
                "python -c \"from huggingface_hub import create_repo; create_repo('{id}', private=True, exist_ok=True)\""
            );
            let look = format!("python -c \"from huggingface_hub import model_info; print(model_info('{id}').private)\"");
            StepText::new("Create the private model repository")
                .with(F::Depends, self.depending(&[self.id_titled(&["log in", "login"])]))
                .with(F::Model, span)
                .with(F::Run, self.command(&create))
                .with(F::Verify, format!("{} → True", self.command(&look)))
        });
        let output = self
            .ground
            .output
            .as_ref()
            .map(|folder| folder.trim_end_matches('/'));
        let card = output.filter(|_| !self.title_has(&["model card"])).map(|folder| {
            StepText::new("Write the model card")
                .with(F::Depends, self.depending(&[self.id_titled(&["full run"])]))
                .with(F::Files, format!("`{folder}/README.md`"))
                .with(
                    F::Verify,
                    "front matter has `base_model`, `license` (that of the base model allows it), `datasets` and `pipeline_tag`",
                )
        });
        vec![created, card]
    }

    fn evaluation(&self) -> Steps {
        let base = self
            .ground
            .evaluate
            .as_ref()
            .filter(|it| !self.names_file(&it.path))
            .map(|script| {
                StepText::new("Measure the base line")
                    .with(F::Files, format!("`{}`", script.path))
                    .with(F::Run, self.command(&format!("python {}", script.path)))
                    .with(F::Verify, checked(&script.path))
            });
        let metrics = self
            .metrics
            .iter()
            .map(|metric| Some(measured(self.ground, metric)));
        std::iter::once(base).chain(metrics).collect()
    }

    fn deployment(&self) -> Steps {
        let Some(id) = &self.ground.repository else {
            return Vec::new();
        };
        let is_loaded = self.says(
            &[F::Run, F::Verify],
            &["pipeline(", "vllm serve", "InferenceClient"],
        );
        let loaded = (!is_loaded).then(|| {
            let look = format!(
                "python -c \"from huggingface_hub import snapshot_download; print(snapshot_download('{id}'))\""
            );
            StepText::new("Load the result in a fresh environment")
                .with(F::Depends, self.depending(&[self.id_titled(&["full run"])]))
                .with(F::Model, format!("`{id}`"))
                .with(F::Verify, format!("{} → a path", self.command(&look)))
        });
        vec![loaded]
    }

    fn security(&self) -> Steps {
        let secrets = (!self.says(&[F::Files], &[".gitignore"]) && !self.title_has(&["secret"]))
            .then(|| {
                StepText::new("Keep secrets out of the repository")
                    .with(F::Files, "`.gitignore`")
                    .with(F::Verify, "`hf-lsp check .` → 0 problems")
            });
        vec![secrets]
    }

    fn monitoring(&self) -> Steps {
        let Some(script) = &self.ground.train else {
            return Vec::new();
        };
        let is_tracked = self.title_has(&["track", "monitor", "dashboard"]);
        let title = match &self.ground.tracker {
            Some(tracker) => format!("Track the run with {tracker}"),
            None => "Track the loss of the run".to_owned(),
        };
        let tracked = (!is_tracked).then(|| {
            StepText::new(title)
                .with(F::Files, format!("`{}`", script.path))
                .with(
                    F::Verify,
                    "loss and learning rate of each logging step are kept",
                )
        });
        vec![tracked]
    }
}

/// The settings of a training script as `Params:` writes them: its first call of a configuration.
fn settings(script: &Script) -> String {
    let is_config = |name: &str| {
        name.ends_with("Config") && name != "LoraConfig" || name.ends_with("TrainingArguments")
    };
    let facts = script.document.facts();
    let mut calls = facts
        .calls
        .iter()
        .filter(|call| called(call).is_some_and(is_config));
    let text = calls.find_map(|call| call_text(&script.document, call));
    text.map(|text| format!("`{text}`")).unwrap_or_default()
}

/// The option that makes a run of a script short.
fn short_run(script: &Script) -> Option<&'static str> {
    let text = script.document.text();
    let has = |words: &str| {
        text.contains(&format!("\"{words}\"")) || text.contains(&format!("'{words}'"))
    };
    if has("--smoke") {
        return Some("--smoke");
    }
    if has("--max-steps") {
        return Some("--max-steps 20");
    }
    let is_parsed = text.contains("HfArgumentParser(") || text.contains("TrlParser(");
    (has("--max_steps") || is_parsed).then_some("--max_steps 20")
}
