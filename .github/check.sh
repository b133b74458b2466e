#!/usr/bin/env bash
# What the action runs: findings as annotations and, where $SARIF names a file, as SARIF.
# $PATHS and $ARGUMENTS hold one word a line; $PROGRAM the program, hf-lsp of the PATH without it.
set -euo pipefail
program=${PROGRAM:-hf-lsp}
words=() paths=()
while IFS= read -r word; do [ -z "$word" ] || words+=("$word"); done <<<"${ARGUMENTS:-}"
while IFS= read -r path; do [ -z "$path" ] || paths+=("$path"); done <<<"${PATHS:-.}"
if [ -n "${SARIF:-}" ]; then
  "$program" check --output-format sarif --exit-zero ${words[@]+"${words[@]}"} -- "${paths[@]}" >"$SARIF"
fi
exec "$program" check --output-format github ${words[@]+"${words[@]}"} -- "${paths[@]}"
