#!/usr/bin/env bash
# A whole conversation with the protocol's own Python client: run.sh [CALLS]
# The server is $HF_LSP_BIN, else target/release/hf-lsp; the client is kept in $HF_LSP_EDITORS_CACHE between runs.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
cache=${HF_LSP_EDITORS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hf-lsp/editors}
client=$cache/mcp-$(sha256sum "$here/requirements.txt" | cut -c1-16)
if [ ! -e "$client/ready" ]; then
  rm -rf "$client"
  python3 -m venv "$client"
  "$client/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  touch "$client/ready"
fi
exec timeout 600 "$client/bin/python" "$here/conversation.py" "${HF_LSP_BIN:-$repo/target/release/hf-lsp}" "${1:-1000}"
