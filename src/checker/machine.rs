//! What decides about the memory of what one file trains.

use std::path::Path;

use serde_json::Value;

use super::Checker;
use super::estimating::ACCELERATE;
use crate::environment::Environment;
use crate::estimate::gpu::Gpu;
use crate::estimate::model::Model;
use crate::estimate::reading::ModelRef;
use crate::journal::machine::hardware;
use crate::journal::project::Project;
use crate::journal::role::Role;
use crate::knowledge::overlay::overlay;
use crate::python::facts::Facts;
use crate::rules::context::Context;
use crate::rules::memory::{Estimated, Machine, estimates};
use crate::rules::{self, Beside};

/// The machine that a file is meant for, and what lies around it.
pub struct MachineOf<'c> {
    checker: &'c Checker,
    path: &'c Path,
    gpu: Option<Gpu>,
}

impl MachineOf<'_> {
    /// Whether anybody has said what the file is meant for.
    pub const fn is_known(&self) -> bool {
        self.gpu.is_some()
    }
}

impl Machine for MachineOf<'_> {
    fn gpu(&self) -> Option<&Gpu> {
        self.gpu.as_ref()
    }

    fn model(&self, model: &ModelRef) -> Option<(Model, Option<Value>)> {
        let described = self.checker.describe(self.path, model, None).ok()?;
        Some((described.model, described.config))
    }

    fn file(&self, name: &str) -> Option<String> {
        self.checker.beside(self.path, name)
    }

    fn accelerate(&self) -> Option<(String, String)> {
        let mut names = ACCELERATE.iter();
        names.find_map(|name| Some(((*name).to_owned(), self.file(name)?)))
    }
}

impl Checker {
    /// The machine of a file: what the settings say, else the row *Hardware* of the project's plan.
    pub fn machine<'c>(&'c self, path: &'c Path) -> MachineOf<'c> {
        let settings = self.settings(path.parent().unwrap_or(Path::new("")));
        MachineOf {
            checker: self,
            path,
            gpu: settings.gpu().cloned().or_else(|| self.planned(path)),
        }
    }

    fn planned(&self, path: &Path) -> Option<Gpu> {
        let place = self.in_project(path)?;
        let document = place.project.document(&place.names.path(Role::Plan))?;
        Some(hardware(document.plan(), document.text())?.gpu)
    }

    /// What `act` makes of all that a text trains or runs; nothing where the text does not concern us.
    pub fn with_estimates<T: Default>(
        &self,
        path: &Path,
        text: &str,
        facts: &Facts,
        environment: &Environment,
        act: impl FnOnce(&Context<'_>, Vec<Estimated>) -> T,
    ) -> T {
        if !rules::concerns(&self.knowledge, text, facts) {
            return T::default();
        }
        self.analysed(path, text, || {
            let modules = self.modules(path, text, facts.format);
            let view = self.knowledge.view(environment);
            let ctx = Context::new(text, facts, &view, None, environment, overlay());
            let ctx = ctx.with(Beside {
                modules: Some(&modules),
                ..Beside::default()
            });
            let found = estimates(&ctx, &self.machine(path));
            act(&ctx, found)
        })
    }
}
