//! Classes of the file, and what their instances hold.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::scope::{Entry, FrameKind, Known};
use super::{Walker, prescan};
use crate::python::ast::{ClassDef, Expr, ExprKind, FunctionDef};
use crate::python::facts::{Class, ClassId, Method, MethodParam, Origin, Root, Step};
use crate::text::TextRange;

/// What is known of a class besides its facts.
#[derive(Debug, Default)]
pub(super) struct ClassInfo<'a> {
    /// How often each attribute of `self` is assigned in its methods.
    stores: FxHashMap<&'a str, u32>,
    /// Attributes that are assigned just once, as far as the walk has come.
    values: FxHashMap<&'a str, Arc<Origin>>,
    /// Attributes of `self` that the walk has seen compared with something.
    compared: FxHashSet<&'a str>,
    /// Names that the class defines itself; what its bases say of them does not hold.
    own: FxHashSet<&'a str>,
    /// The names in [`Class::attributes`].
    listed: FxHashSet<String>,
}

impl<'a> Walker<'a> {
    pub(super) fn class_def(&mut self, class: &'a ClassDef, range: TextRange) {
        let decorators = class.decorators.iter();
        let decorators = decorators.map(|decorator| self.known_origin(decorator));
        let decorators = decorators.collect();
        let bases = class.bases.iter().map(|base| self.base(base)).collect();
        for keyword in &class.keywords {
            self.expr(&keyword.value);
        }
        let id = ClassId(u32::try_from(self.facts.classes.len()).unwrap_or(u32::MAX));
        self.facts.classes.push(Class {
            name: self.ident(&class.name),
            bases,
            methods: Vec::new(),
            attributes: Vec::new(),
            decorators,
            range,
            guard: self.guard(),
        });
        let stores = prescan::self_stores(class);
        self.classes.push(ClassInfo {
            own: stores.keys().copied().collect(),
            stores,
            ..ClassInfo::default()
        });
        self.push_frame(FrameKind::Class(id));
        self.block(&class.body);
        self.frames.pop();
        let origin = Origin {
            root: Root::Class(id),
            steps: Vec::new(),
        };
        self.bind(&class.name.name, Entry::of(Known::from_origin(origin)));
    }

    /// What a module of the project does to a class is not known.
    fn known_origin(&mut self, expr: &'a Expr) -> Option<Arc<Origin>> {
        let known = self.expr(expr);
        known.origin().filter(|it| !it.is_relative()).cloned()
    }

    /// `Base[T]` is `Base`.
    fn base(&mut self, expr: &'a Expr) -> Option<Arc<Origin>> {
        match &expr.kind {
            ExprKind::Subscript { value, index } => {
                for index in index {
                    self.expr(index);
                }
                self.known_origin(value)
            }
            _ => self.known_origin(expr),
        }
    }

    pub(super) fn add_method(&mut self, id: ClassId, function: &'a FunctionDef) {
        let params = function.params.iter().map(|param| MethodParam {
            name: param.name.name.clone(),
            kind: param.kind,
            has_default: param.default.is_some(),
            range: self.at(param.range),
        });
        let method = Method {
            name: self.ident(&function.name),
            params: params.collect(),
            params_range: self.at(function.params_range),
            decorated: !function.decorators.is_empty(),
        };
        self.facts.classes[id.0 as usize].methods.push(method);
        self.classes[id.0 as usize].own.insert(&function.name.name);
    }

    /// A name bound in the body of a class.
    pub(super) fn add_own(&mut self, id: ClassId, name: &'a str) {
        self.classes[id.0 as usize].own.insert(name);
        self.list_attribute(id, name);
    }

    fn list_attribute(&mut self, id: ClassId, name: &str) {
        let listed = &mut self.classes[id.0 as usize].listed;
        if !listed.contains(name) {
            listed.insert(name.to_owned());
            self.facts.classes[id.0 as usize]
                .attributes
                .push(name.into());
        }
    }

    /// Notes that the attribute `name` of `receiver` is set; `*` stands for names that are not known.
    pub(super) fn note_store(&mut self, receiver: &Known, name: &str) {
        if let Known::Origin(origin) = receiver
            && let (Root::SelfOf(id) | Root::Class(id), []) =
                (&origin.root, origin.steps.as_slice())
        {
            self.list_attribute(*id, name)
        }
    }

    /// Notes the value of `self.name`, where it is the only one it ever gets.
    pub(super) fn note_value(&mut self, receiver: &Known, name: &'a str, value: &Known) {
        let (Known::Origin(receiver), Known::Origin(value)) = (receiver, value) else {
            return;
        };
        if let (Root::SelfOf(id), []) = (&receiver.root, receiver.steps.as_slice()) {
            let info = &mut self.classes[id.0 as usize];
            // Where it is compared before, it had a value before.
            if info.stores.get(name) == Some(&1) && !info.compared.contains(name) {
                info.values.insert(name, Arc::clone(value));
            }
        }
    }

    /// Notes that `expr` is compared with something.
    pub(super) fn note_compared(&mut self, expr: &'a Expr) {
        let ExprKind::Attribute { value, attr } = &expr.kind else {
            return;
        };
        let origin = value
            .as_name()
            .and_then(|name| self.lookup(name)?.known.origin());
        if let Some(Root::SelfOf(id)) = origin
            .filter(|origin| origin.steps.is_empty())
            .map(|origin| &origin.root)
        {
            let id = id.0 as usize;
            self.classes[id].compared.insert(&attr.name);
        }
    }

    /// Notes `name: T` in the body of a class: what `self.name` is where no method assigns it.
    pub(super) fn note_field(&mut self, name: &'a str, annotated: &Known) {
        let frame = self.frames.last();
        if let (Some(FrameKind::Class(id)), Known::Origin(origin)) =
            (frame.map(|frame| frame.kind), annotated)
        {
            let info = &mut self.classes[id.0 as usize];
            if !info.stores.contains_key(name) {
                info.values.insert(name, Arc::clone(origin));
            }
        }
    }

    /// What `name` is on a class of the file or on its instance, where the class defines it itself.
    pub(super) fn own_attribute(&mut self, receiver: &Origin, name: &str) -> Option<Known> {
        let id = match (&receiver.root, receiver.steps.as_slice()) {
            (Root::SelfOf(id) | Root::Class(id), []) => *id,
            (Root::Class(id), [Step::Call(_)]) => *id,
            (Root::InstanceOf(class), []) => match (&class.root, class.steps.as_slice()) {
                (Root::Class(id), []) => *id,
                _ => return None,
            },
            _ => return None,
        };
        if name == "__dict__" {
            self.list_attribute(id, "*");
        }
        let info = &self.classes[id.0 as usize];
        if let Some(value) = info.values.get(name) {
            return Some(Known::Origin(Arc::clone(value)));
        }
        info.own.contains(name).then_some(Known::Unknown)
    }

    /// The class of the file that `expr` names.
    pub(super) fn class_named(&self, expr: &Expr) -> Option<ClassId> {
        let origin = self.lookup(expr.as_name()?)?.known.origin()?;
        match (&origin.root, origin.steps.as_slice()) {
            (Root::Class(id), []) => Some(*id),
            _ => None,
        }
    }
}
