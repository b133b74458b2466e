//! Shells read what `hf-lsp completions` prints, `man` what `hf-lsp man` writes.

use std::io::Write as _;
use std::process::{Command, Stdio};

fn printed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_hf-lsp"))
        .args(arguments)
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).expect("it is text")
}

#[test]
fn every_shell_learns_every_command() {
    let help = printed(&["--help"]);
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.contains(&"check") && commands.contains(&"man"));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = printed(&["completions", shell]);
        for command in &commands {
            assert!(script.contains(command), "{shell} lacks {command}");
        }
    }
}

#[test]
fn bash_loads_it_and_completes() {
    let script = printed(&["completions", "bash"]);
    let Ok(mut bash) = Command::new("bash")
        .args(["--norc", "--noprofile", "-s"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
    else {
        // A machine without bash has nobody to complete for.
        return;
    };
    // The function's name is the script's own affair: bash knows it.
    let ask = "COMP_WORDS=(hf-lsp che); COMP_CWORD=1; found=$(complete -p hf-lsp); found=${found#*-F }; \
        ${found%% *} hf-lsp che hf-lsp; echo \"${COMPREPLY[@]}\"\n";
    let input = bash.stdin.as_mut().expect("it is a pipe");
    input
        .write_all(format!("{script}\n{ask}").as_bytes())
        .expect("bash reads");
    let answer = bash.wait_with_output().expect("bash ends").stdout;
    assert_eq!(String::from_utf8_lossy(&answer).trim(), "check");
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    assert!(printed(&["man"]).contains(".TH hf"));
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("man1");
    printed(&["man", "--dir", dir.to_str().expect("it is text")]);
    for page in ["hf-lsp.1", "hf-lsp-check.1", "hf-lsp-plan-new.1"] {
        let text = std::fs::read_to_string(dir.join(page)).expect(page);
        assert!(text.contains(".SH"), "{page}");
    }
}
