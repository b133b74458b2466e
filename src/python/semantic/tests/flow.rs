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
