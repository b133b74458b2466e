//! The planner: every use case in every setting that its folder names makes a plan in which nothing is found.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

#[path = "common/journal.rs"]
mod workspaces;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use clap::Parser;
use hf_lsp::cli::plan::new::Wanted;
use hf_lsp::planner::compose::Taken;
use hf_lsp::planner::library::{self, Case, Sample};
use hf_lsp::planner::origin::Origin;
use hf_lsp::planner::wish::Wish;
use hf_lsp::planner::{self, Proposal};
use hf_lsp::rules::finding::Finding;
use rayon::prelude::*;
use workspaces::{ROOT, all_in_memory, files_in, in_memory};

const PLAN: &str = "dev-journal/OUR-PLAN.md";

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    wanted: Wanted,
}

/// What a command line asks for.
fn wish(arguments: &[&str]) -> Wish {
    let line =
        Line::try_parse_from(std::iter::once("new").chain(arguments.iter().copied())).unwrap();
    line.wanted.wish(None).unwrap()
}

/// The plan for a project in memory.
fn propose(files: &[(&str, String)], wish: &Wish) -> Result<Proposal, String> {
    let checker = in_memory(files, &[]);
    let place = checker.in_project(&Path::new(ROOT).join(PLAN)).unwrap();
    checker.propose(&place, wish, &|_| None, &Taken::default())
}

fn make(arguments: &[&str]) -> Result<Proposal, String> {
    propose(&[], &wish(arguments))
}

/// A setting of a use case that is tested.
struct Setting {
    case: &'static Case,
    arguments: Vec<&'static str>,
    files: Vec<(String, String)>,
}

impl Setting {
    fn of(case: &'static Case, sample: &'static Sample) -> Self {
        let given = sample.arguments.iter().map(String::as_str);
        let folder = sample
            .project
            .as_ref()
            .map(|name| Path::new("tests/fixtures/planner").join(name));
        let files = folder.iter().flat_map(|folder| {
            let relative = move |path: &Path| {
                path.strip_prefix(folder)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned()
            };
            files_in(folder)
                .into_iter()
                .map(move |path| (relative(&path), std::fs::read_to_string(&path).unwrap()))
        });
        Self {
            case,
            arguments: ["--use-case", case.id.as_str()]
                .into_iter()
                .chain(given)
                .collect(),
            files: files.collect(),
        }
    }

    fn files(&self) -> Vec<(&str, String)> {
        self.files
            .iter()
            .map(|(path, text)| (path.as_str(), text.clone()))
            .collect()
    }

    fn make(&self) -> Result<Proposal, String> {
        propose(&self.files(), &wish(&self.arguments))
    }
}

/// All settings of all cases; of those that `HF_LSP_USE_CASE` names.
fn settings() -> Vec<Setting> {
    let only = std::env::var("HF_LSP_USE_CASE").ok();
    let is_wanted = |case: &&Case| {
        only.as_ref()
            .is_none_or(|only| only.split(',').any(|it| it == case.id))
    };
    let wanted = library::cases().iter().filter(is_wanted);
    wanted
        .flat_map(|case| {
            case.examples
                .iter()
                .map(move |sample| Setting::of(case, sample))
        })
        .collect()
}

fn shown(path: &str, text: &str, finding: &Finding) -> String {
    let line = text[..finding.range.start as usize].matches('\n').count() + 1;
    format!(
        "{path}:{line}: {} {}\n    {}",
        finding.code,
        finding.message,
        text.lines().nth(line - 1).unwrap_or("")
    )
}

/// What is found in a plan that stands alone, and in the project that its files make.
fn problems(proposal: &Proposal, files: &[(&str, String)]) -> Vec<String> {
    let mut alone = vec![(PLAN, proposal.text.clone())];
    alone.extend(
        files
            .iter()
            .filter(|(path, _)| !path.ends_with(".py"))
            .cloned(),
    );
    let mut written = alone.clone();
    let files: Vec<(String, String)> = proposal
        .files
        .iter()
        .map(|file| (file.path.clone(), file.text.clone()))
        .collect();
    written.extend(
        files
            .iter()
            .map(|(path, text)| (path.as_str(), text.clone())),
    );
    let mut lock = String::from("version = 1\nrequires-python = \">=3.12\"\n");
    for package in &proposal.packages {
        let name = package.name.to_lowercase().replace('_', "-");
        lock += &format!(
            "\n[[package]]\nname = \"{name}\"\nversion = \"{}\"\n",
            package.version
        );
    }
    written.push(("uv.lock", lock));
    written.push((
        "pyproject.toml",
        "[project]\nname = \"project\"\nversion = \"0.1.0\"\n".to_owned(),
    ));
    let mut problems = Vec::new();
    for files in [alone, written] {
        let texts: BTreeMap<&str, &String> =
            files.iter().map(|(path, text)| (*path, text)).collect();
        for (path, findings) in all_in_memory(&files, &[]) {
            // What the project had before is what the plan is about.
            if !path.starts_with("dev-journal")
                && !proposal.files.iter().any(|file| file.path == path)
            {
                continue;
            }
            let text = texts[path.as_str()];
            let told = findings
                .iter()
                .filter(|finding| !is_of_the_missing_journal(finding))
                .filter(|finding| !is_told(proposal, finding));
            problems.extend(told.map(|finding| shown(&path, text, finding)));
        }
    }
    problems.dedup();
    problems
}

/// Writes a plan into the folder that `HF_LSP_PLANS` names: what a change of the library changes is then a `diff -r`.
fn keep(name: &str, proposal: &Proposal) {
    if let Some(folder) = std::env::var_os("HF_LSP_PLANS") {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '=' | ',');
        let name: String = name
            .chars()
            .map(|c| if is_plain(c) { c } else { '_' })
            .collect();
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(Path::new(&folder).join(name + ".md"), &proposal.text).unwrap();
    }
}

/// The other documents of a journal are somebody else's to write; estimates are checked where they are made.
fn is_of_the_missing_journal(finding: &Finding) -> bool {
    matches!(finding.code, "HFP706")
}

/// A plan for too small a machine says so itself, and asks.
fn is_told(proposal: &Proposal, finding: &Finding) -> bool {
    matches!(finding.code, "HF505" | "HFP503") && proposal.text.contains("**it does not fit**")
}

#[test]
fn every_plan_of_every_use_case_is_without_findings() {
    let failed: Vec<String> = settings()
        .par_iter()
        .filter_map(|setting| {
            let name = setting.arguments.join(" ");
            let problems = match setting.make() {
                Ok(proposal) => {
                    keep(&name, &proposal);
                    problems(&proposal, &setting.files())
                }
                Err(refusal) => vec![refusal],
            };
            (!problems.is_empty()).then(|| format!("{name}\n  {}", problems.join("\n  ")))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn plans_are_the_same_every_time() {
    for setting in settings() {
        assert_eq!(setting.make().unwrap().text, setting.make().unwrap().text);
    }
}

#[test]
fn packages_of_every_plan_can_be_installed_together() {
    let mut failed = BTreeSet::new();
    for setting in settings() {
        let proposal = setting.make().unwrap();
        let environments = proposal.apart.iter().map(|(_, packages)| packages);
        for packages in environments.chain(std::iter::once(&proposal.packages)) {
            failed.extend(
                planner::pins::conflict(packages)
                    .map(|conflict| format!("{}: {conflict}", setting.case.id)),
            );
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

/// A name that no step has is dropped, so that shared parts may speak of steps that some plans do not have; a slip
/// of the pen would be dropped too.
#[test]
fn every_name_of_a_step_is_one_somewhere() {
    let mut known = BTreeSet::new();
    let mut asked = BTreeSet::new();
    for (name, text) in library::files()
        .iter()
        .filter(|(name, _)| name.ends_with(".md"))
    {
        for line in text.lines().map(str::trim_start) {
            let label = |text: &str| {
                text.split([' ', '{', ','])
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_owned()
            };
            if let Some(step) = line.strip_prefix("- [ ] #") {
                known.insert(label(step));
            } else if let Some(names) = line.strip_prefix("- Depends: ") {
                let names = names.split('#').skip(1).map(label);
                asked.extend(names.map(|label| (label, *name)));
            }
        }
    }
    known.extend(["before".to_owned()]);
    let unknown: Vec<_> = asked
        .iter()
        .filter(|(label, _)| {
            !known.contains(label)
                && !known
                    .iter()
                    .any(|it| it.ends_with('-') && label.starts_with(it.as_str()))
        })
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn stages_follow_each_other() {
    let proposal = make(&["--use-case", "llm-sft-qlora,llm-full", "--gpu", "A100-80GB"]).unwrap();
    let found = problems(&proposal, &[]);
    assert!(found.is_empty(), "{found:#?}");
    let text = &proposal.text;
    assert!(
        text.contains("src/train_llm_sft_qlora.py")
            && text.contains("MODEL = \"outputs/merged_llm_sft_qlora\"")
    );
    assert_eq!(text.matches("title=\"src/release.py\"").count(), 1);
}

#[test]
fn what_cannot_be_is_told_in_a_sentence() {
    let refusal = |arguments: &[&str]| make(arguments).unwrap_err();
    assert!(refusal(&["--use-case", "llm-sfd"]).contains("did you mean `llm-sft`?"));
    assert!(refusal(&[]).contains("--use-case"));
    assert!(refusal(&["--use-case", "llm-sft", "--set", "nonsense=1"]).contains("learning_rate"));
    assert!(refusal(&["--use-case", "llm-sft", "--set", "epochs=many"]).contains("epochs=many"));
    assert!(refusal(&["--use-case", "llm-sft", "--set", "format=poem"]).contains("messages"));
    assert!(refusal(&["--use-case", "llm-sft,llm-sft"]).contains("twice"));
    for bad in ["a\"b", "a\nb", "a`b`", "$(id)", "a;b"] {
        assert!(
            refusal(&["--use-case", "llm-sft", "--model", bad]).contains("cannot be used"),
            "{bad}"
        );
    }
    let goal = make(&["--use-case", "llm-sft", "--goal", "a\n--> <!-- b"]).unwrap();
    assert!(
        goal.text.contains("> Goal: a → b\n"),
        "{}",
        &goal.text[..400]
    );
}

#[test]
fn a_project_is_recognised_by_its_script_and_data() {
    let script = "from peft import LoraConfig\nfrom trl import SFTConfig, SFTTrainer\n\n\
                  config = SFTConfig(output_dir=\"out\", hub_model_id=\"acme/helper\")\n\
                  trainer = SFTTrainer(model=\"Qwen/Qwen3-4B\", args=config, peft_config=LoraConfig())\n";
    let files = [
        ("train.py", script.to_owned()),
        (
            "data/chats.jsonl",
            "{\"prompt\": \"a\", \"completion\": \"b\"}\n".to_owned(),
        ),
    ];
    let wish = Wish::default();
    let proposal = propose(&files, &wish).unwrap();
    assert_eq!(proposal.use_cases, ["llm-sft"]);
    for said in ["`Qwen/Qwen3-4B`", "data/chats.jsonl", "acme/helper"] {
        assert!(proposal.text.contains(said), "{said}");
    }
}

#[test]
fn the_library_has_every_class_that_a_model_is_said_to_load_with() {
    let mut targets = Vec::new();
    for name in ["transformers", "diffusers", "sentence-transformers", "timm"] {
        targets.extend(library::release(name).map(|version| format!("{name}=={version}")));
    }
    let mut script = String::new();
    for (name, _) in library::files()
        .iter()
        .filter(|(name, _)| name.starts_with("recommended/"))
    {
        let task = name
            .trim_start_matches("recommended/")
            .trim_end_matches(".toml");
        for class in library::recommended(task)
            .model
            .iter()
            .filter_map(|model| model.class.as_ref())
        {
            let (module, name) = class.rsplit_once('.').unwrap();
            script += &format!("from {module} import {name}\n");
        }
    }
    let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
    let found =
        &workspaces::all_in_memory(&[("classes.py", script.clone())], &targets)["classes.py"];
    let told: Vec<String> = found
        .iter()
        .map(|it| shown("classes.py", &script, it))
        .collect();
    assert!(told.is_empty(), "{told:#?}");
}

/// What the user wrote stays, and what the facts changed is made anew.
#[test]
fn an_update_keeps_what_somebody_wrote() {
    let first = make(&["--use-case", "llm-sft-qlora", "--gpu", "24GB"]).unwrap();
    let origin = Origin::of(
        &wish(&["--use-case", "llm-sft-qlora", "--gpu", "24GB"]),
        &first,
    );
    let edited = first
        .text
        .replace("- [ ] 1.1 ", "- [x] 1.1 ")
        .replace(
            "  - Verify: the run ends,",
            "  - Verify: (mine) the run ends,",
        )
        .replacen(
            "## Risks and Open Questions\n",
            "## Risks and Open Questions\n\n- Risk: my own\n",
            1,
        );
    let now = wish(&["--gpu", "A100-80GB", "--set", "epochs=3"]);
    let document = hf_lsp::workspace::document::Document::new(
        PLAN.to_owned(),
        None,
        hf_lsp::workspace::document::Language::Embedded(hf_lsp::embedded::Format::Markdown),
        None,
        edited.clone(),
    );
    let checker = in_memory(&[], &[]);
    let place = checker.in_project(&Path::new(ROOT).join(PLAN)).unwrap();
    let again = origin.wish(&now).unwrap();
    let fresh = checker
        .propose(&place, &again, &|_| None, &origin.taken(document.plan()))
        .unwrap();
    let updated = origin.update(&edited, &fresh).text;
    for said in [
        "- [x] 1.1 ",
        "(mine) the run ends",
        "- Risk: my own",
        "`1x80GB`",
        "num_train_epochs=3",
    ] {
        assert!(updated.contains(said), "{said}\n{updated}");
    }
    assert!(
        !updated.contains("1x24GB") && !updated.contains("num_train_epochs=2"),
        "{updated}"
    );
    // Nothing else is asked for: nothing changes.
    let same = checker.propose(
        &place,
        &origin.wish(&Wish::default()).unwrap(),
        &|_| None,
        &origin.taken(document.plan()),
    );
    assert_eq!(origin.update(&edited, &same.unwrap()).text, edited);
}

/// Before a file of the plan is written nothing of it is compared with the script that is there already.
#[test]
fn a_fresh_plan_around_a_script_is_without_findings() {
    let script = "from datasets import load_dataset\nfrom peft import LoraConfig\n\
                  from trl import SFTConfig, SFTTrainer\n\n\
                  config = SFTConfig(output_dir=\"out\", max_length=77, learning_rate=0.5, num_train_epochs=9)\n\
                  trainer = SFTTrainer(\n    model=\"Qwen/Qwen3-4B\",\n    args=config,\n\
                  \x20   train_dataset=load_dataset(\"json\", data_files=\"a.jsonl\", split=\"train\"),\n\
                  \x20   peft_config=LoraConfig(r=3),\n)\ntrainer.train()\n";
    for path in ["train.py", "src/train.py"] {
        let files = [(path, script.to_owned())];
        let proposal = propose(&files, &wish(&["--use-case", "llm-sft-qlora"])).unwrap();
        assert!(!proposal.files.iter().any(|file| file.path == path));
        let mut alone = files.to_vec();
        alone.push((PLAN, proposal.text.clone()));
        let found = &all_in_memory(&alone, &[])[PLAN];
        let told: Vec<String> = found
            .iter()
            .filter(|it| !is_of_the_missing_journal(it))
            .map(|it| shown(PLAN, &proposal.text, it))
            .collect();
        assert!(told.is_empty(), "{path}: {told:#?}");
    }
}

/// A file that is there keeps its name and its text.
#[test]
fn no_file_of_the_project_is_written_over() {
    let files = [
        ("src/train.py", "import trl\n".to_owned()),
        (".gitignore", "outputs/\n".to_owned()),
    ];
    let proposal = propose(&files, &wish(&["--use-case", "llm-sft"])).unwrap();
    let paths: Vec<&str> = proposal
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    assert!(paths.contains(&"src/train_llm_sft.py"), "{paths:?}");
    assert!(
        !paths.contains(&"src/train.py") && !paths.contains(&".gitignore"),
        "{paths:?}"
    );
    let found = problems(&proposal, &files);
    assert!(found.is_empty(), "{found:#?}");
}
