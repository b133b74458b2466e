#!/usr/bin/env bash
# slow
# workspace: upgrade
# The same in a real terminal, by keyboard alone: what a person sees and types.
set -euo pipefail

tmux=(tmux -L "hf-lsp-$$" -f /dev/null)
"${tmux[@]}" new-session -d -x 120 -y 46 "nvim -n -i NONE --clean -u '$EDITORS_TESTS/nvim/init.lua' train.py"
"${tmux[@]}" display-message -p '#{pid}' >>"$SCENARIO_PIDS"
trap '"${tmux[@]}" kill-server' EXIT

keys() { "${tmux[@]}" send-keys "$@"; }

# on_screen NAME CONDITION...: poll until the command, given the screen on its standard input, succeeds; keep that screen.
on_screen() {
  local name=$1 deadline=$((SECONDS + 20)) screen
  shift
  while screen=$("${tmux[@]}" capture-pane -p) && ! "$@" <<<"$screen" >/dev/null; do
    if [ $SECONDS -ge $deadline ]; then
      printf 'timed out waiting for %s; the screen was:\n%s\n' "$name" "$screen"
      exit 1
    fi
    sleep 0.1
  done
  printf '%s\n' "$screen" >"$SCENARIO_DIR/$name.txt"
  echo "ok: $name"
}
shows() { grep -F -- "$1"; }
hides() { ! grep -F -- "$1"; }
hover_shows() { grep -F '│' | grep -F -- "$1"; } # inside the border

on_screen 1-finding shows 'was removed from'
keys '/evaluation_strategy' Enter K
on_screen 2-hover hover_shows 'eval_strategy'
keys 'gg' '/evaluation_strategy' Enter 'gra'
on_screen 3-actions shows 'Rename to `eval_strategy`'
number=$(grep -F 'Rename to `eval_strategy`' "$SCENARIO_DIR/3-actions.txt" | grep -oE '[0-9]+:' | head -1)
keys "${number%:}" Enter
on_screen 4-fixed shows '    eval_strategy="epoch",'
on_screen 5-gone hides '`evaluation_strategy` was removed'
