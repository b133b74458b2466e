use super::{attributes, calls, names};
use crate::python::analyse;

fn imports(text: &str) -> String {
    super::imports(&analyse(text), text)
}

#[test]
fn every_form_of_import_is_recorded() {
    let text = "\
import transformers
import transformers as tf, torch.nn as nn
from transformers.trainer import Trainer, TrainerCallback as TC
from . import local
from .x import y
def f():
    from trl import (
        SFTTrainer,
    )
try:
    from peft import LoraConfig
except ImportError:
    LoraConfig = None
from datasets import *
";
    insta::assert_snapshot!(imports(text), @r#"
    transformers in "import transformers"
    transformers as tf in "import transformers as tf, torch.nn as nn"
    torch.nn as nn in "import transformers as tf, torch.nn as nn"
    transformers.trainer Trainer in "from transformers.trainer import Trainer, TrainerCallback as TC"
    transformers.trainer TrainerCallback as TC in "from transformers.trainer import Trainer, TrainerCallback as TC"
    . local in "from . import local"
    .x y in "from .x import y"
    trl SFTTrainer in "from trl import (\n        SFTTrainer,\n    )"
    peft LoraConfig in "from peft import LoraConfig" (guarded)
    datasets * in "from datasets import *"
    "#);
}

#[test]
fn names_are_uses_of_what_an_import_bound() {
    let text = "\
import transformers.trainer
import transformers as tf
from transformers import Trainer as T
__all__ = ['T']
class Mine(T):
    x: tf.TrainingArguments
    @T
    def f(self, a: 'T', b: T = T): pass
alias = T
alias()
isinstance(x, T)
transformers.trainer.Trainer()
";
    insta::assert_snapshot!(names(text), @"
    5: transformers.Trainer from 3
    6: transformers from 2
    7: transformers.Trainer from 3
    8: transformers.Trainer from 3
    8: transformers.Trainer from 3
    9: transformers.Trainer from 3
    11: transformers.Trainer from 3
    12: transformers from 1
    ");
    insta::assert_snapshot!(calls(text), @"
    transformers.Trainer()
    transformers.trainer.Trainer()
    ");
}

#[test]
fn what_is_bound_otherwise_is_not_the_import() {
    let text = "\
from transformers import Trainer, pipeline, AutoModel, AutoConfig
class Trainer: pass
Trainer(a=1)
def pipeline(): pass
pipeline(b=1)
def f(AutoModel, x=AutoConfig()):
    AutoModel(c=1)
[AutoModel(d=1) for AutoModel in y]
g = lambda AutoModel: AutoModel(e=1)
try: pass
except E as AutoModel: AutoModel(f=1)
for AutoConfig in z: AutoConfig(g=1)
AutoConfig(h=1)
";
    insta::assert_snapshot!(calls(text), @"
    <class 0>(a=1)
    transformers.AutoConfig()
    ");
}

#[test]
fn functions_see_a_name_only_where_all_its_bindings_agree() {
    let text = "\
import transformers
from transformers import Trainer, AutoModel
def f():
    Trainer(a=1)
    AutoModel(b=1)
    transformers.AutoConfig(c=1)
Trainer(d=1)
Trainer = make()
import transformers
";
    insta::assert_snapshot!(calls(text), @"
    transformers.AutoModel(b=1)
    transformers.AutoConfig(c=1)
    transformers.Trainer(d=1)
    ");
}

#[test]
fn global_names_are_not_known() {
    let text = "\
from transformers import AutoModel
model = AutoModel.from_pretrained('a')
def load():
    global model
    model = AutoModel.from_pretrained('b')
    model.one()
model.two()
def use():
    model.three()
def other():
    model = AutoModel.from_config(c)
    model.four()
";
    let attributes = attributes(text);
    for name in ["one", "two", "three"] {
        assert!(!attributes.contains(name), "{attributes}");
    }
    assert!(attributes.contains("transformers.AutoModel.from_config().four()"));
}

#[test]
fn one_star_import_gives_names_that_nothing_else_binds() {
    let text = "\
from transformers import *
from . import helpers
def mine(): pass
Trainer(a=1); mine(); print(b=2); helpers(); len(x)
def f(AutoModel): AutoModel()
AutoModel()
";
    insta::assert_snapshot!(calls(text), @"transformers.Trainer(a=1)");
    let two = "from transformers import *\nfrom trl import *\nTrainer()\n";
    assert_eq!(calls(two), "");
    let relative = "from transformers import *\nfrom .x import *\nTrainer()\n";
    assert_eq!(calls(relative), "");
}

#[test]
fn a_class_body_does_not_see_into_methods_nor_the_other_way() {
    let text = "\
from transformers import Trainer
class A:
    from trl import SFTTrainer
    SFTTrainer(a=1)
    x = [SFTTrainer(b=1) for _ in y]
    def f(self):
        SFTTrainer(c=1)
        Trainer(d=1)
";
    insta::assert_snapshot!(calls(text), @"
    trl.SFTTrainer(a=1)
    trl.SFTTrainer(b=1)
    transformers.Trainer(d=1)
    ");
}

#[test]
fn new_imports_go_behind_the_last_one_at_the_top() {
    let place = |text: &str| {
        let facts = analyse(text);
        text[facts.import_insertion as usize..]
            .lines()
            .next()
            .unwrap_or("<end>")
            .to_owned()
    };
    assert_eq!(
        place("\"\"\"doc\"\"\"\nimport a\nfrom b import (\n  c,\n)\n\nx = 1\n"),
        ""
    );
    assert_eq!(place("import a; x = '''\nimport b\n'''\ny\n"), "y");
    assert_eq!(place("#!/usr/bin/python\n# licence\nx = 1\n"), "x = 1");
    assert_eq!(place("\"\"\"doc\n\nmore\"\"\"\nx = 1\n"), "x = 1");
    assert_eq!(
        place("try:\n    import a\nexcept E:\n    pass\nimport b\nz\n"),
        "z"
    );
    assert_eq!(
        place("import a\ndef f(): pass\nimport b\n"),
        "def f(): pass"
    );
    assert_eq!(place("import a"), "<end>");
    assert_eq!(place(""), "<end>");
    assert_eq!(place("from __future__ import annotations\nx\n"), "x");
}
