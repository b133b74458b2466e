#!/usr/bin/env bash
# The wheel, the pre-commit hook and the action's script as their users have them: run.sh
# The wheel is built around the release profile that the other tests use. Needs Rust, Python and git; maturin and
# pre-commit, pinned here, go into a virtual environment in the user's cache.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tools=${HF_LSP_PACKAGES_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hf-lsp/packages}/maturin-1.16.0-pre-commit-4.7.0
if [ ! -e "$tools/complete" ]; then
  rm -rf "$tools"
  python3 -m venv "$tools"
  "$tools/bin/python" -m pip install --quiet --disable-pip-version-check maturin==1.16.0 pre-commit==4.7.0
  touch "$tools/complete"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }
# finds OUTPUT WHAT
finds() { grep -q -- "$2" <<<"$1" || fail "expected $2 in: $1"; }

cd "$repo"
"$tools/bin/maturin" build --quiet --profile release --compatibility linux --out "$work/wheels"
wheel=$(echo "$work"/wheels/hf_lsp-*.whl)
echo "wheel: $(basename "$wheel"), $(($(stat -c %s "$wheel") / 1024)) KiB"

# A new virtual environment, without any index: the wheel needs nothing else.
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-index "$wheel"
mkdir "$work/project"
cat >"$work/project/train.py" <<'PY'
from transformers import TrainingArguments

args = TrainingArguments(output_dir="out", evaluation_strategy="steps")
PY
echo 'transformers==5.23.0' >"$work/project/requirements.txt"
cd "$work/project"
for program in "$work/venv/bin/hf-lsp" "$work/venv/bin/python -m hf_lsp"; do
  status=0
  output=$($program check --no-cache . 2>&1) || status=$?
  [ "$status" -eq 1 ] || fail "$program check ended with $status: $output"
  finds "$output" evaluation_strategy
  finds "$output" 5.23
done
echo "wheel: installed, finds what is wrong"

# Annotations and SARIF, as the action gives them; what an input holds is one word.
status=0
output=$(PROGRAM="$work/venv/bin/hf-lsp" PATHS=$'train.py\n' ARGUMENTS=--no-cache SARIF="$work/found.sarif" bash "$repo/.github/check.sh") || status=$?
[ "$status" -eq 1 ] || fail "the action's script ended with $status: $output"
finds "$output" '^::error .*file=train.py,line=3'
python3 - "$work/found.sarif" <<'PY'
import json, sys
run, = json.load(open(sys.argv[1]))["runs"]
assert run["results"], run
PY
status=0
PROGRAM="$work/venv/bin/hf-lsp" PATHS='$(touch owned)' bash "$repo/.github/check.sh" >/dev/null 2>&1 || status=$?
[ ! -e owned ] && [ "$status" -ne 0 ] || fail "an input was read as a command"
echo "action: annotates, writes SARIF"

# pre-commit, with the hook as docs/ci.md gives it.
"$tools/bin/pre-commit" validate-manifest "$repo/.pre-commit-hooks.yaml"
cat >.pre-commit-config.yaml <<YAML
repos:
  - repo: local
    hooks:
      - id: hf-lsp
        name: hf-lsp
        entry: hf-lsp check
        language: python
        types_or: [python, jupyter, yaml, shell, markdown]
        additional_dependencies: ["hf-lsp @ file://$wheel"]
YAML
git init --quiet && git add .
export PRE_COMMIT_HOME=$work/pre-commit
status=0
output=$("$tools/bin/pre-commit" run --all-files 2>&1) || status=$?
[ "$status" -eq 1 ] || fail "pre-commit ended with $status: $output"
finds "$output" evaluation_strategy
"$work/venv/bin/hf-lsp" check --fix . >/dev/null || fail "the fix left something"
git add .
"$tools/bin/pre-commit" run --all-files >/dev/null 2>&1 || fail "pre-commit still complains after the fix"
echo "pre-commit: fails on a bad file, passes when it is fixed"
