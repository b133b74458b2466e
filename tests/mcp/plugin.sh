#!/usr/bin/env bash
# Claude Code reads the plugin, installs it and starts its server: plugin.sh PROGRAM
# Needs $HF_LSP_CLAUDE, the program of the package @anthropic-ai/claude-code (looked at: 2.1.331). No account, no network: nothing is
# asked of a model. It gets a home of its own.
set -euo pipefail
if [ -z "${HF_LSP_CLAUDE:-}" ]; then
  echo "SKIP plugin: HF_LSP_CLAUDE names no program"
  exit 0
fi
plugin=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../editors/claude-code" && pwd)
program=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/home" "$scratch/bin" "$scratch/project"
ln -s "$program" "$scratch/bin/hf-lsp"
cd "$scratch/project"
git init -q .
claude() {
  env -i PATH="$scratch/bin:$PATH" HOME="$scratch/home" TERM=dumb DISABLE_TELEMETRY=1 DISABLE_AUTOUPDATER=1 \
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 timeout 120 "$HF_LSP_CLAUDE" "$@"
}
expect() { # WORDS in what was said
  grep -qF "$1" "$scratch/said" || { echo "FAIL plugin: no \`$1\` in:"; cat "$scratch/said"; exit 1; }
}
claude plugin validate --strict "$plugin" >"$scratch/said" 2>&1 || { cat "$scratch/said"; exit 1; }
expect "Validation passed"
expect "agents: hf-lsp:huggingface-expert-planner"
expect "skills: hf-lsp:huggingface"
expect 'PostToolUse Edit|Write|MultiEdit|NotebookEdit command "hf-lsp hook"'
claude plugin marketplace add "$plugin" >"$scratch/said" 2>&1
claude plugin install hf-lsp@hf-lsp >"$scratch/said" 2>&1
expect "Successfully installed"
claude mcp list >"$scratch/said" 2>&1
expect "hf-lsp mcp - ✔ Connected"
# The same as files of a project.
"$program" init --agents claude >/dev/null 2>&1
claude plugin validate .claude >"$scratch/said" 2>&1 || { cat "$scratch/said"; exit 1; }
echo "PASS plugin: $(claude --version) reads it, installs it and starts its server"
