#!/usr/bin/env bash
# The extension's types and its tests that need no editor.
set -euo pipefail
cd "$REPO/editors/vscode"
npm run --silent check
npm run --silent test
