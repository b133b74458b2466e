#!/usr/bin/env bash
# End-to-end tests in real editors: run.sh [vscode|nvim|protocol|fast|all] [PART OF A SCENARIO'S NAME]
# Needs setup.sh once and a built server: $HF_LSP_BIN, else target/release/hf-lsp, else target/debug/hf-lsp.
# `fast` is for inner loops: the protocol client, and the Neovim scenarios that take a second or two.
# Every scenario is one file under EDITOR/scenarios and gets a fresh copy of the workspace that its header names.
# Logs, screens and screenshots are left in target/editors/artifacts.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/env.sh"
. "$REPO/tests/editors/lib/scenario.sh"

which=${1:-all}
only=${2:-}
case $which in vscode | nvim | protocol | fast | all) ;; *) echo "usage: run.sh [vscode|nvim|protocol|fast|all] [NAME]" >&2; exit 2 ;; esac

if [ -z "${HF_LSP_BIN:-}" ]; then
  HF_LSP_BIN=$REPO/target/release/hf-lsp
  [ -x "$HF_LSP_BIN" ] || HF_LSP_BIN=$REPO/target/debug/hf-lsp
fi
[ -x "$HF_LSP_BIN" ] || { echo "there is no server at $HF_LSP_BIN: build it, or set HF_LSP_BIN" >&2; exit 2; }
[ -d "$CODE_SERVER_DIR" ] && [ -d "$NEOVIM_DIR" ] || { echo "run tests/editors/setup.sh first" >&2; exit 2; }
HF_LSP_BIN=$(realpath "$HF_LSP_BIN")

export REPO HF_LSP_BIN EDITORS_TESTS=$REPO/tests/editors HF_LSP_NVIM=$REPO/editors/nvim
export CODE_SERVER_DIR PLAYWRIGHT_DIR
echo "server: $HF_LSP_BIN"

case $which in protocol | fast | all) . "$EDITORS_TESTS/protocol/suite.sh" ;; esac
case $which in vscode | all) . "$EDITORS_TESTS/vscode/suite.sh" ;; esac
case $which in nvim | fast | all) . "$EDITORS_TESTS/nvim/suite.sh" ;; esac

[ ${#again[@]} -eq 0 ] || printf 'tried twice: %s\n' "${again[@]}"
[ ${#failures[@]} -eq 0 ] || printf 'failed: %s\n' "${failures[@]}"
echo "$passed passed, ${#failures[@]} failed"
[ ${#failures[@]} -eq 0 ] && [ "$passed" -gt 0 ]
