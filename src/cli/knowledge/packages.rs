//! Makes the list of releases and their requirements: asks the index through pip, merges, writes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Error, build};
use crate::environment::Version;
use crate::knowledge::packages::history::{Release, to_text};

/// Where the list is written.
pub const OUT: &str = "src/knowledge/store/packages.txt";

/// The distributions: what Hugging Face projects pin, and what these have in common.
const NAMES: &str = "\
    accelerate auto-gptq autoawq autotrain-advanced axolotl bitsandbytes click compressed-tensors datasets \
    datatrove deepspeed diffusers dill einops evaluate faiss-cpu fastapi filelock flash-attn flashinfer-python \
    fsspec gguf gptqmodel gradio gradio-client hf-gradio hf-mem hf-transfer hf-xet httpx huggingface-hub jinja2 \
    jiwer keras kernels langchain-huggingface latex2sympy2-extended librosa liger-kernel lighteval litellm \
    llmcompressor lm-eval math-verify matplotlib mistral-common mlflow mteb multiprocess nltk numba numpy onnx \
    onnxruntime openai optimum optimum-intel optimum-onnx packaging pandas peft pillow protobuf psutil pyarrow \
    pydantic pytest pyyaml ray regex requests rich rouge-score sacrebleu safetensors scikit-learn scipy \
    sentence-transformers sentencepiece seqeval setfit sglang smolagents soundfile starlette tensorboard \
    tensorflow tiktoken timm tokenizers torch torchao torchaudio torchcodec torchvision tqdm trackio \
    transformers triton trl typer typing-extensions unsloth unsloth-zoo uvicorn vllm wandb xformers xgrammar \
    xxhash";

/// Asks pip's index. It is Python because pip is: its configuration says which index that is, and its session
/// knows the certificates and proxies.
const SCRIPT: &str = include_str!("packages.py");

/// Where to keep what was fetched, and where to write.
#[derive(clap::Args, Clone, Debug)]
pub struct PackagesArgs {
    /// Folder of what the index said [default: the user's cache folder].
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Use what is there; ask no index.
    #[arg(long)]
    pub offline: bool,
    /// The file that is written.
    #[arg(long, value_name = "FILE", default_value = OUT)]
    pub out: PathBuf,
}

/// Makes the list; gives a line for people.
pub fn packages(args: &PackagesArgs) -> Result<String, Error> {
    let folder = match &args.folder {
        Some(folder) => folder.clone(),
        None => build::cache_folder("packages")?,
    };
    fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
    if !args.offline {
        fetch(&folder)?;
        build::write_date(&folder)?;
    }
    let date = read(&folder.join("DATE"))?;
    let mut packages = BTreeMap::new();
    for path in answers(&folder)? {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        packages.insert(name, releases(&path)?);
    }
    let text = to_text(date.trim(), &packages);
    fs::write(&args.out, &text).map_err(Error::file(&args.out))?;
    let releases: usize = packages.values().map(BTreeMap::len).sum();
    let (size, number) = (text.len() / 1024, packages.len());
    Ok(format!(
        "{number} distributions, {releases} releases, {size} KiB\n"
    ))
}

fn fetch(folder: &Path) -> Result<(), Error> {
    let status = Command::new("python3")
        .args(["-c", SCRIPT])
        .arg(folder)
        .args(NAMES.split_whitespace())
        .status()
        .map_err(|error| Error::Pip(error.to_string()))?;
    match status.success() {
        true => Ok(()),
        false => Err(Error::Pip(
            "not all releases could be read; another run tries again".to_owned(),
        )),
    }
}

/// What the index said, one file for each distribution, sorted.
#[expect(
    clippy::disallowed_methods,
    reason = "the maintainer's folder, not a user's project"
)]
fn answers(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::file(folder))? {
        let path = entry.map_err(Error::file(folder))?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn releases(path: &Path) -> Result<BTreeMap<Version, Release>, Error> {
    let broken = |error: serde_json::Error| Error::file(path)(error.into());
    let found: BTreeMap<String, Release> = serde_json::from_str(&read(path)?).map_err(broken)?;
    let parsed = found
        .into_iter()
        .filter_map(|(version, release)| Some((version.parse().ok()?, release)));
    Ok(parsed.collect())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the maintainer's folder, not a user's project"
)]
fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(Error::file(path))
}
