use super::{attributes, calls};
use crate::python::analyse;
use crate::python::facts::Class;

fn class(class: &Class) -> String {
    let origin = |origin: &Option<_>| match origin {
        Some(origin) => format!("{origin:?}"),
        None => "?".to_owned(),
    };
    let bases: Vec<_> = class.bases.iter().map(origin).collect();
    let decorators: Vec<_> = class.decorators.iter().map(origin).collect();
    let methods: Vec<_> = class
        .methods
        .iter()
        .map(|method| {
            let params: Vec<_> = method
                .params
                .iter()
                .map(|param| {
                    let default = if param.has_default { "=" } else { "" };
                    format!("{}{default}:{:?}", param.name, param.kind)
                })
                .collect();
            let decorated = if method.decorated { "@" } else { "" };
            format!("{decorated}{}({})", method.name.name, params.join(" "))
        })
        .collect();
    format!(
        "{}({}) @{} {} [{}]",
        class.name.name,
        bases.join(", "),
        decorators.join(","),
        methods.join("; "),
        class.attributes.join(" ")
    )
}

#[test]
fn classes_of_the_file() {
    let text = "\
import transformers as t
from dataclasses import dataclass
@dataclass
class Args(t.TrainingArguments):
    lr: float = 1.0
    flag: bool
class Mine(t.Trainer, Generic[T], unknown, metaclass=M):
    x = 1
    def compute_loss(self, model, /, inputs, *args, return_outputs=False, **kwargs):
        self.y = 1
        self.z, (self.w, q) = f()
        setattr(self, 'v', 1)
    @property
    def p(self): pass
class Open:
    def f(self, **kw):
        for k, v in kw.items(): setattr(self, k, v)
class Dict:
    def f(self, **kw): self.__dict__.update(kw)
";
    let facts = analyse(text);
    let classes: Vec<_> = facts.classes.iter().map(class).collect();
    insta::assert_snapshot!(classes.join("\n"), @"
    Args(transformers.TrainingArguments) @dataclasses.dataclass  [lr flag]
    Mine(transformers.Trainer, ?, ?) @ compute_loss(self:PositionalOnly model:PositionalOnly inputs:Normal args:VarArgs return_outputs=:KeywordOnly kwargs:VarKeyword); @p(self:Normal) [x y z w v]
    Open() @ f(self:Normal kw:VarKeyword) [*]
    Dict() @ f(self:Normal kw:VarKeyword) [*]
    ");
}

#[test]
fn self_super_and_cls() {
    let text = "\
import transformers as t
class Mine(t.Trainer):
    def __init__(self, *args, **kw):
        super().__init__(*args, tokenizer=1, **kw)
        super(Mine, self).setup(a=1)
        self.train(b=1)
        self.own(c=1)
        self.args.seed
    def own(self):
        def inner(): self.save_model(d=1)
    @classmethod
    def make(cls): return cls(e=1)
    @staticmethod
    def free(x): x.lost(f=1)
m = Mine(g=1)
m.evaluate(h=1)
super().lost()
";
    insta::assert_snapshot!(calls(text), @"
    <super 0>.__init__(tokenizer=1, ..)
    <super 0>.setup(a=1)
    <self 0>.train(b=1)
    <self 0>.save_model(d=1)
    <class 0>(e=1)
    m = <class 0>(g=1)
    <class 0>().evaluate(h=1)
    ");
    assert!(attributes(text).contains("<self 0>.args.seed"));
}

#[test]
fn attributes_of_self_are_followed_where_they_are_assigned_once() {
    let text = "\
import transformers as t
class A:
    config: t.AutoConfig
    def __init__(self):
        self.args = t.TrainingArguments()
        self.twice = t.TrainingArguments()
    def f(self):
        self.args.known
        self.twice.lost
        self.config.known
        self.twice = other
";
    let attributes = attributes(text);
    assert!(
        attributes.contains("transformers.TrainingArguments().known"),
        "{attributes}"
    );
    assert!(
        attributes.contains("<instance transformers.AutoConfig>.known"),
        "{attributes}"
    );
    assert!(!attributes.contains("lost"), "{attributes}");
}
