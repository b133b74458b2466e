//! Questions for somebody at a terminal.

use std::io::{BufRead, Write};

use super::new::Wanted;
use crate::cli::Error;
use crate::estimate::gpu::Gpu;
use crate::planner::library::cases;

/// Asks what was not said; an empty line leaves the answer to the planner.
///
/// # Errors
/// The terminal is gone.
pub fn ask(
    wanted: &mut Wanted,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> Result<(), Error> {
    let mut ask = |question: &str| -> Result<String, Error> {
        write!(output, "{question} ")
            .and_then(|()| output.flush())
            .map_err(Error::new)?;
        let mut line = String::new();
        input.read_line(&mut line).map_err(Error::new)?;
        Ok(line.trim().to_owned())
    };
    if wanted.use_case.is_empty() && wanted.goal.is_none() {
        loop {
            let said = ask("What is planned? An id, `?` for the list, or a sentence:")?;
            if said == "?" {
                for case in cases() {
                    anstream::eprintln!("  {:24} {}", case.id, case.title);
                }
                continue;
            }
            let ids: Vec<&str> = said.split(',').map(str::trim).collect();
            match ids
                .iter()
                .all(|id| cases().iter().any(|case| case.id == *id))
            {
                true => wanted.use_case = ids.into_iter().map(str::to_owned).collect(),
                false => wanted.goal = Some(said).filter(|it| !it.is_empty()),
            }
            break;
        }
    }
    let mut fill = |place: &mut Option<String>, question: &str| -> Result<(), Error> {
        if place.is_none() {
            *place = Some(ask(question)?).filter(|it| !it.is_empty());
        }
        Ok(())
    };
    fill(
        &mut wanted.model,
        "Which model? (an id of the Hub or a folder; empty: that of the code, or a recommended one)",
    )?;
    fill(
        &mut wanted.dataset,
        "Which data? (an id of the Hub, a file or folder; empty: those of the project, or recommended ones)",
    )?;
    while wanted.gpu.is_none() {
        let said = ask("Which machine? (`24GB`, `A100-80GB:2`, `cpu`; empty: one GPU of 24 GB)")?;
        match Gpu::parse(&said) {
            _ if said.is_empty() => break,
            Ok(_) => wanted.gpu = Some(said),
            Err(error) => anstream::eprintln!("{error}"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(answers: &str) -> (Wanted, String) {
        let (mut wanted, mut output) = (Wanted::default(), Vec::new());
        ask(&mut wanted, &mut answers.as_bytes(), &mut output).unwrap();
        (wanted, String::from_utf8(output).unwrap())
    }

    #[test]
    fn what_is_said_is_wanted() {
        let (wanted, said) = asked("llm-sft, dpo\nQwen/Qwen3-8B\n\nbanana\n2x24GB\n");
        assert_eq!(wanted.use_case, ["llm-sft", "dpo"]);
        assert_eq!(
            (wanted.model.as_deref(), wanted.dataset.as_deref()),
            (Some("Qwen/Qwen3-8B"), None)
        );
        assert_eq!(wanted.gpu.as_deref(), Some("2x24GB"));
        assert_eq!(said.matches("Which machine?").count(), 2);
    }

    #[test]
    fn nothing_said_is_nothing_wanted() {
        let (wanted, _) = asked("a chat model on one card\n");
        assert!(wanted.use_case.is_empty() && wanted.gpu.is_none());
        assert_eq!(wanted.goal.as_deref(), Some("a chat model on one card"));
        // The terminal may close at any question.
        let (wanted, _) = asked("");
        assert!(wanted.goal.is_none());
    }
}
