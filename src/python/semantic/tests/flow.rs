use super::{attributes, calls};

#[test]
fn rebinding_to_something_unknown_ends_it() {
    let text = "\
from transformers import AutoModel
m = AutoModel.from_pretrained('a')
m.known()
m = wrap(m)
m.lost()
n = AutoModel.from_pretrained('b')
del n
n.lost()
";
    let attributes = attributes(text);
    assert!(
        attributes.contains("known") && !attributes.contains("lost"),
        "{attributes}"
    );
}

#[test]
fn branches_join() {
    let text = "\
import transformers as t
if a: x = t.A
else: x = t.A
x(same=1)
if a: y = t.A
else: y = t.B
y(differs=1)
z = t.A
if a: z = other
z(differs=2)
w = t.A
if a:
    w = other
    raise E
w(same=2)
v = None
if a: v = t.A
v(same=3)
match a:
    case 1: w = other
    case [u]: pass
w(differs=3)
try:
    s = t.A
    s = t.B
except KeyError:
    s(differs=4)
s(differs=6)
try:
    p = t.A
except KeyError:
    raise
p(same=4)
while a:
    q = t.A
    r(differs=5)
    r = t.A
    if b: break
";
    let calls = calls(text);
    assert!(!calls.contains("differs"), "{calls}");
    assert_eq!(calls.matches("same").count(), 4, "{calls}");
}

#[test]
fn loops_forget_what_they_assign() {
    let text = "\
import transformers as t
m = t.A()
k = t.K()
for i in y:
    m.lost()
    m = wrap(m)
    k.known()
m.lost()
while (w := nxt()):
    w.lost()
n = t.A()
while c:
    n.lost()
    if (n := f()): pass
n.lost()
";
    let attributes = attributes(text);
    assert!(attributes.contains("K().known"), "{attributes}");
    assert!(!attributes.contains("lost"), "{attributes}");
}

#[test]
fn closures_see_the_scope_as_a_whole() {
    let text = "\
import transformers as t
def outer():
    m = t.A()
    def inner():
        m.known()
        n.lost()
    n = t.B()
    f = lambda: m.known()
    n = other()
";
    let attributes = attributes(text);
    assert_eq!(attributes.matches("known").count(), 2, "{attributes}");
    assert!(!attributes.contains("lost"), "{attributes}");
}

#[test]
fn code_that_never_runs_is_left_out() {
    let text = "\
import transformers as t
if False: t.a()
elif 0: t.b()
else: t.c()
def f():
    return t.d()
    t.e()
";
    insta::assert_snapshot!(calls(text), @"
    transformers.c()
    transformers.d()
    ");
}

#[test]
fn isinstance_narrows() {
    let text = "\
import transformers as t
def f(a: t.A):
    if x and isinstance(a, t.B): a.one
    elif isinstance(a, (t.B, t.C)): a.lost
    else: a.two
    a.three
    if isinstance(a, t.B): a = wrap(a)
    a.lost
    b = t.D() if x else None
    b.four
";
    insta::assert_snapshot!(attributes(text), @"
    transformers.A
    transformers.B
    <instance transformers.B>.one
    transformers.B
    transformers.C
    <instance transformers.A>.two
    <instance transformers.A>.three
    transformers.B
    transformers.D()
    transformers.D().four
    ");
}

#[test]
fn a_whole_script() {
    let text = include_str!("../../tests/training.py");
    insta::assert_snapshot!(calls(text), @r#"
    packaging.version.parse(<transformers.__version__>)
    packaging.version.parse("4.46")
    model_name = dataclasses.field(default="gpt2", metadata={"help": "Näme"})
    <super 1>.__init__(tokenizer=?, ..)
    <self 1>.autocast() (guarded)
    transformers.AutoModelForCausalLM.from_pretrained(?, load_in_4bit=True)
    partial transformers.TrainingArguments("out", evaluation_strategy="no")
    trainer = <class 1>(args=<<instance <class 0>>> @dict(), model=<transformers.AutoModelForCausalLM.from_pretrained()> @dict(), compute_metrics=? @dict, ..)
    sys.exit(0)
    transformers.HfArgumentParser(<[<class 0>]>)
    transformers.HfArgumentParser().parse_args_into_dataclasses()
    "#);
    insta::assert_snapshot!(attributes(text), @"
    packaging.version.parse()
    transformers.__version__
    packaging.version.parse()
    os.environ
    <super 1>.__init__()
    <self 1>.extra =
    <self 1>.more =
    <self 1>.autocast() (guarded)
    <self 1>.args (guarded)
    <self 1>.args.seed (guarded)
    transformers.AutoModelForCausalLM.from_pretrained()
    <instance <class 0>>.model_name
    functools.partial()
    <class 1>().args
    <class 1>().args.evaluation_strategy =
    <class 1>().tokenizer
    <class 1>().tokenizer.x
    sys.stderr
    sys.exit()
    transformers.HfArgumentParser()
    transformers.HfArgumentParser().parse_args_into_dataclasses()
    ");
}
