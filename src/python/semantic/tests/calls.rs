use super::{attributes, calls};

#[test]
fn arguments_keep_their_values_and_origins() {
    let text = "\
from transformers import TrainingArguments as TA, Trainer
NAME = 'a' + 'b'
LR = -1e-3
args = TA('out', evaluation_strategy='epoch', betas=(0.9, LR), name=NAME, n=None, m=x, *rest)
trainer: Trainer = Trainer(args=args, kw={'a': [1, True], 'b': x})
";
    insta::assert_snapshot!(calls(text), @r#"
    args = transformers.TrainingArguments("out", evaluation_strategy="epoch", betas=[0.9, -0.001], name="ab", n=None, m=?, ..)
    trainer = transformers.Trainer(args=<transformers.TrainingArguments()>, kw={"a": [1, True], "b": ?})
    "#);
}

#[test]
fn origins_go_through_attributes_calls_and_unpacking() {
    let text = "\
from unsloth import FastModel
import transformers as tf
model, tokenizer = FastModel.from_pretrained('x')
model.config.use_cache = False
first, *rest, last = tf.make()
last.go()
a, b = tf.A(), tf.B()
b.go()
(c := tf.C()).go()
c.again()
with tf.D() as d: d.go()
pair = tf.pair()
pair[-1].go()
pair[i].lost()
for item in tf.items(): item.lost()
other().lost()
x = tf.E if cond else tf.E
x.go()
y = tf.E if cond else tf.F
y.lost()
";
    insta::assert_snapshot!(attributes(text), @"
    unsloth.FastModel.from_pretrained()
    unsloth.FastModel.from_pretrained()[0].config
    unsloth.FastModel.from_pretrained()[0].config.use_cache =
    transformers.make()
    transformers.make()[-1].go()
    transformers.A()
    transformers.B()
    transformers.B().go()
    transformers.C()
    transformers.C().go()
    transformers.C().again()
    transformers.D()
    transformers.D().go()
    transformers.pair()
    transformers.pair()[-1].go()
    transformers.items()
    transformers.E
    transformers.E
    transformers.E.go()
    transformers.E
    transformers.F
    ");
}

#[test]
fn annotations_give_instances() {
    let text = "\
from typing import Optional, Union, Annotated
from transformers import TrainingArguments as TA, Trainer
import trl
def f(a: TA, b: 'TA', c: Optional[TA], d: TA | None, e: 'Optional[trl.SFTConfig]', *g: TA, h: Union[TA, Trainer], i: Union[TA, None], j: list[TA], k: Annotated[TA, 1], l: int):
    a.a; b.b; c.c; d.d; e.e; g.g; h.h; i.i; j.j; k.k; l.l
x: TA = load()
x.x
y: TA
";
    insta::assert_snapshot!(attributes(text), @"
    <instance transformers.TrainingArguments>.a
    <instance transformers.TrainingArguments>.b
    <instance transformers.TrainingArguments>.c
    <instance transformers.TrainingArguments>.d
    <instance trl.SFTConfig>.e
    <instance transformers.TrainingArguments>.i
    <instance transformers.TrainingArguments>.k
    <instance transformers.TrainingArguments>.x
    ");
}

#[test]
fn partial_counts_once() {
    let text = "\
import functools
from functools import partial as p
from transformers import Trainer
make = functools.partial(Trainer, m, args=1)
make(b=2)
p(Trainer)(c=3)
p(unknown, d=1)
";
    insta::assert_snapshot!(calls(text), @"
    partial transformers.Trainer(?, args=1)
    partial transformers.Trainer()
    ");
}

#[test]
fn copies_casts_and_awaits_keep_the_origin() {
    let text = "\
import copy, typing
from copy import deepcopy
from transformers import TrainingArguments
a = TrainingArguments()
deepcopy(a).one
copy.copy(a).two
typing.cast(TrainingArguments, x).three
async def f():
    (await a.run()).four
";
    insta::assert_snapshot!(attributes(text), @"
    transformers.TrainingArguments().one
    copy.copy()
    transformers.TrainingArguments().two
    typing.cast()
    <instance transformers.TrainingArguments>.three
    transformers.TrainingArguments().run()
    transformers.TrainingArguments().run().four
    ");
}

#[test]
fn attributes_by_name() {
    let text = "\
import transformers
args = transformers.TrainingArguments()
setattr(args, 'a', 1)
getattr(args, 'b')
getattr(args, 'c', None)
getattr(args, name)
delattr(args, 'd')
args.e += 1
del args.f
";
    insta::assert_snapshot!(attributes(text), @"
    transformers.TrainingArguments()
    transformers.TrainingArguments().a =
    transformers.TrainingArguments().b
    transformers.TrainingArguments().d =
    transformers.TrainingArguments().e
    transformers.TrainingArguments().e =
    transformers.TrainingArguments().f =
    ");
}

#[test]
fn simple_functions_of_the_file_give_what_they_return() {
    let text = "\
from transformers import TrainingArguments
def args():
    return TrainingArguments()
def two():
    if x: return TrainingArguments()
    return other
def generator():
    yield 1
    return TrainingArguments()
@decorated
def changed():
    return TrainingArguments()
def main():
    args().known
    two().lost
    generator().lost
    changed().lost
";
    insta::assert_snapshot!(attributes(text), @"transformers.TrainingArguments().known");
}

#[test]
fn calls_stand_in_the_order_of_their_ends() {
    let text = "\
import transformers as t
def f():
    t.B(t.A()).go()
t.D(t.C())
";
    insta::assert_snapshot!(calls(text), @"
    transformers.A()
    transformers.B(<transformers.A()>)
    transformers.B().go()
    transformers.C()
    transformers.D(<transformers.C()>)
    ");
    let facts = crate::python::analyse(text);
    let argument = facts.calls[4].positional[0].origin.as_ref();
    let steps = &argument.expect("C() is known").steps;
    assert_eq!(
        steps.last(),
        Some(&crate::python::facts::Step::Call(
            crate::python::facts::CallId(3)
        ))
    );
}
