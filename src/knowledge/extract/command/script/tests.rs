use super::*;
use crate::knowledge::command::Named;

/// The names of the options, `=` and the choices behind them, and `?` where it is not sure.
fn shown(text: &str) -> String {
    shown_with(text, &[])
}

fn shown_with(text: &str, imports: &[(&str, &str)]) -> String {
    let Some(Script { command, sure }) = script("train.py", text, imports) else {
        return "unknown".to_owned();
    };
    let options = command.options.iter().filter(|option| !option.hidden);
    let option = |option: &CommandOption| match option.choices.is_empty() {
        true => option.names.join("/"),
        false => format!("{}={}", option.names.join("/"), option.choices.join("|")),
    };
    let fields = command.fields.iter().map(|class| format!("<{class}>"));
    let mut shown: Vec<String> = options.map(option).chain(fields).collect();
    if !sure {
        shown.push("?".to_owned());
    }
    shown.join(" ")
}

const IMPORTS: &str = "import argparse, sys\nfrom argparse import ArgumentParser\n\
    from dataclasses import dataclass, field\nfrom transformers import HfArgumentParser, TrainingArguments\n\
    from trl import TrlParser, SFTConfig\n";

fn with_imports(text: &str) -> String {
    shown(&format!("{IMPORTS}{text}"))
}

#[test]
fn scripts_say_what_they_take() {
    for (text, expected) in [
        (
            "p = argparse.ArgumentParser()\np.add_argument('--lr', type=float)\n\
             p.add_argument('-m', '--mode', choices=['a', 'b'])\nargs = p.parse_args()\n",
            "--lr -m/--mode=a|b",
        ),
        (
            "def get_parser():\n    p = ArgumentParser()\n    g = p.add_argument_group('x')\n\
             \x20   g.add_argument('--a')\n    return p\n\
             def main(args=None):\n    args = get_parser().parse_args(args)\n\
             if __name__ == '__main__':\n    main()\n",
            "--a",
        ),
        (
            "p = ArgumentParser()\nfor name in ('a', 'b'):\n    p.add_argument('--' + name)\n\
             p.add_argument('--c', action=argparse.BooleanOptionalAction)\nmain(vars(p.parse_args()))\n",
            "--a --b --c/--no-c",
        ),
        (
            "@dataclass\nclass A:\n    name: str\n    kind: str = field(default='a', metadata={'choices': ['a', 'b']})\n\
             def main():\n    p = HfArgumentParser((A, TrainingArguments))\n\
             \x20   if len(sys.argv) == 2 and sys.argv[1].endswith('.json'):\n\
             \x20       a, t = p.parse_json_file(json_file=sys.argv[1])\n\
             \x20   else:\n        a, t = p.parse_args_into_dataclasses()\n\
             if __name__ == '__main__':\n    main()\n",
            "--name --kind=a|b <transformers.TrainingArguments>",
        ),
        (
            "@dataclass\nclass A(SFTConfig):\n    name: str = 'a'\n\
             a = TrlParser(A).parse_args_and_config()\n",
            "--name --config <trl.SFTConfig>",
        ),
        (
            "p = ArgumentParser(parents=[])\np.add_argument('--a')\n\
             if 'x' in globals():\n    p.parse_args()\n",
            "--a ?",
        ),
        (
            "p = ArgumentParser()\nMODES = ['a']\nMODES += ['b']\n\
             p.add_argument('--mode', choices=MODES)\np.parse_args(sys.argv[1:])\n",
            "--mode",
        ),
        (
            "class Options:\n    def __init__(self):\n        self.parser = ArgumentParser()\n\
             \x20   def parse(self):\n        self.parser.add_argument('--a')\n\
             \x20       return self.parser.parse_args()\nargs = Options().parse()\n",
            "--a",
        ),
    ] {
        assert_eq!(with_imports(text), expected, "{text}");
    }
}

#[test]
fn what_may_take_more_is_not_known() {
    let parser = "p = ArgumentParser()\np.add_argument('--a')\n";
    for more in [
        "p.parse_known_args()\n",
        "args, rest = p.parse_known_args()\np.parse_args()\n",
        "p.parse_args(['--a'])\n",
        "p.parse_args(words())\n",
        "add(p)\np.parse_args()\n",
        "p = add(p)\np.parse_args()\n",
        "x = [add(q) for q in [p]]\np.parse_args()\n",
        "x = add({'a': [p]})[0]\np.parse_args()\n",
        "x = lambda q: q.add_argument('--b')\nx(p)\np.parse_args()\n",
        "add = p.add_argument\nadd('--b')\np.parse_args()\n",
        "for x in y:\n    p.add_argument('--' + x)\np.parse_args()\n",
        "def more():\n    p.add_argument('--b')\np.parse_args()\n",
        "p.add_argument(*NAMES)\np.parse_args()\n",
        "s = p.add_subparsers()\np.parse_args()\n",
        "p.error = print\np.parse_args()\n",
        "p._actions.clear()\np.parse_args()\n",
        "p.register('a', 'b', c)\np.parse_args()\n",
        "sys.argv.remove('--b')\np.parse_args()\n",
        "sys.argv[1:] = []\np.parse_args()\n",
        "q = ArgumentParser()\nq.add_argument('--c')\nq.parse_args()\np.parse_args()\n",
        "match x:\n    case 1:\n        add(p)\np.parse_args()\n",
        "try:\n    pass\nexcept E:\n    add(p)\np.parse_args()\n",
        "x = y and add(p)\np.parse_args()\n",
        "class P(ArgumentParser):\n    pass\nq = P()\nq.parse_args()\n",
        "q = ArgumentParser(parents=[p, other])\nq.parse_args()\n",
        "p.parse_args(\n",
        "",
    ] {
        let text = format!("{parser}{more}");
        assert_eq!(with_imports(&text), "unknown", "{text}");
    }
    for text in [
        "a = HfArgumentParser(A).parse_args_into_dataclasses()\n",
        "@dataclass\nclass TrainingArguments(TrainingArguments):\n    a: int\n\
         HfArgumentParser(TrainingArguments).parse_args_into_dataclasses()\n",
        "a = HfArgumentParser(SFTConfig).parse_args_into_dataclasses(return_remaining_strings=True)\n",
        "@dataclass\nclass A:\n    a: int = field(metadata={'aliases': ['-b']})\n\
         HfArgumentParser(A).parse_args_into_dataclasses()\n",
        "@other\nclass A:\n    a: int\nHfArgumentParser(A).parse_args_into_dataclasses()\n",
        "from x import HfArgumentParser as H\nH(SFTConfig).parse_args_into_dataclasses()\n",
    ] {
        assert_eq!(with_imports(text), "unknown", "{text}");
    }
}

#[test]
fn modules_of_the_project_are_followed() {
    let text = "from options import A, add\nfrom argparse import ArgumentParser\n\
        p = ArgumentParser()\nadd(p)\np.parse_args()\n";
    let options = "def add(p):\n    p.add_argument('--b')\nclass A: pass\n";
    assert_eq!(shown_with(text, &[("options", options)]), "--b");
    assert_eq!(shown_with(text, &[]), "unknown");
    let unsure = "def add(p):\n    p.add_argument('--b')\n    more(p)\n";
    assert_eq!(shown_with(text, &[("options", unsure)]), "unknown");
}

#[test]
fn shortened_and_negated_options_are_there() {
    let text = format!(
        "{IMPORTS}@dataclass\nclass A:\n    long_name: bool = True\nHfArgumentParser(A).parse_args_into_dataclasses()\n"
    );
    let command = script("train.py", &text, &[]).unwrap().command;
    let view = crate::knowledge::view::View::new([]);
    for name in [
        "--long_name",
        "--long-name",
        "--long",
        "--no_long_name",
        "--no-long-name",
    ] {
        assert!(
            matches!(view.option(&command, name), Named::Option(_)),
            "{name}"
        );
    }
    assert_eq!(view.option(&command, "--longer"), Named::Missing);
}
