use super::{attributes, calls};

#[test]
fn try_guards_where_it_catches_what_a_missing_name_raises() {
    let text = "\
import transformers as t
try: t.a()
except ImportError: t.b()
else: t.c()
finally: t.d()
try: t.e()
except (ValueError, KeyError): t.f()
try: t.g()
except (KeyError, errors.TypeError) as e: pass
try: t.h()
except: pass
try: t.i()
finally: pass
try: t.j()
except* Exception: pass
with contextlib.suppress(AttributeError): t.k()
with suppress(KeyError): t.l()
with pytest.raises(ValueError): t.m()
";
    insta::assert_snapshot!(calls(text), @"
    transformers.a() (guarded)
    transformers.b() (guarded)
    transformers.c() (guarded)
    transformers.d()
    transformers.e()
    transformers.f()
    transformers.g() (guarded)
    transformers.h() (guarded)
    transformers.i()
    transformers.j() (guarded)
    transformers.k() (guarded)
    transformers.l()
    transformers.m() (guarded)
    ");
}

#[test]
fn tests_of_versions_guard() {
    let text = "\
import transformers as t, inspect
from packaging import version
NEW = version.parse(t.__version__) >= version.parse('5')
params = inspect.signature(t.X).parameters
if NEW: t.a()
else: t.b()
x = t.c() if 'y' in params else t.d()
if hasattr(t, 'E') and t.e(): pass
if is_peft_available(): t.f()
hasattr(t, 'G') and t.g()
def f():
    if NEW: t.h()
if torch.cuda.is_available(): t.i()
if TYPE_CHECKING: t.j()
if sys.version_info >= (3, 8): t.k()
while t.__version__ < '5': t.l()
[t.m() for z in y if hasattr(z, 'q')]
if any(p.requires_grad for p in model.parameters()): t.n()
@skipif(version.parse('1') > v)
def g(): t.o()
if check_if_transformers_greater('4.25'): t.p()
if IS_TRANSFORMERS_5: t.q()
if model.is_loaded_in_8bit: t.r()
";
    let guarded: Vec<_> = calls(text)
        .lines()
        .filter_map(|line| line.strip_suffix("() (guarded)"))
        .map(|line| line.replace("transformers.", ""))
        .filter(|name| name.len() == 1)
        .collect();
    assert_eq!(guarded.join(""), "abcdefghjlmopq");
}

#[test]
fn leaving_early_guards_the_rest_of_the_block() {
    let text = "\
import transformers as t
def f():
    if t.__version__ < '5':
        return t.a()
    t.b()
def g():
    if x:
        assert hasattr(t, 'c')
        t.c()
    t.d()
def h():
    if not is_torch_available(): raise E
    t.e()
def i():
    if x: return
    t.f()
";
    insta::assert_snapshot!(calls(text), @"
    transformers.a() (guarded)
    transformers.b() (guarded)
    transformers.c() (guarded)
    transformers.d()
    transformers.e()
    transformers.f()
    ");
}

#[test]
fn flags_set_under_a_guard_are_tests() {
    let text = "\
try:
    import peft
    HERE = True
except ImportError:
    HERE = False
def f():
    if HERE:
        peft.a()
";
    insta::assert_snapshot!(calls(text), @"peft.a() (guarded)");
    insta::assert_snapshot!(attributes(text), @"peft.a() (guarded)");
}
