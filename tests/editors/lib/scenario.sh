# Runs one scenario at a time and counts; sourced by run.sh.
# shellcheck shell=bash

passed=0
failures=()
again=()
# So many scenarios of a run may need a second attempt: editors on a busy machine lose a click now and then. More is a fault.
SECOND_ATTEMPTS=2

# Also when the run itself is ended early.
trap 'end_leftovers; rm -rf "${SCENARIO_TMP:-}"' EXIT
trap 'exit 130' INT TERM

# scenario NAME LIMIT FILE COMMAND...: run COMMAND for at most LIMIT seconds in a copy of the workspace that
# FILE's header names, or in an empty one. It finds in its environment:
#   SCENARIO_DIR   folder for its artifacts     SCENARIO_TMP  scratch folder, removed afterwards
#   SCENARIO_PIDS  file for the process groups that must not outlive it, one number a line
scenario() {
  local name=$1 limit=$2 file=$3 start=$SECONDS
  shift 3
  [[ $name == *"$only"* ]] || return 0
  if attempt "$name" "$limit" "$file" "$@"; then
    passed=$((passed + 1))
    echo "PASS $name ($((SECONDS - start)) s)"
    return
  fi
  tell_failure
  if [ ${#again[@]} -lt $SECOND_ATTEMPTS ]; then
    again+=("$name")
    rm -rf "$SCENARIO_DIR.first"
    mv "$SCENARIO_DIR" "$SCENARIO_DIR.first"
    start=$SECONDS
    if attempt "$name" "$limit" "$file" "$@"; then
      passed=$((passed + 1))
      echo "PASS $name at the second attempt ($((SECONDS - start)) s); the first is kept in ${SCENARIO_DIR#"$REPO"/}.first"
      return
    fi
    tell_failure
  fi
  failures+=("$name")
}

tell_failure() {
  echo "FAIL $name ($((SECONDS - start)) s); kept in ${SCENARIO_DIR#"$REPO"/}:"
  tail -25 "$SCENARIO_DIR/log.txt" | sed 's/^/    /'
}

attempt() {
  local name=$1 limit=$2 file=$3 workspace status=0
  shift 3
  export SCENARIO_DIR=$EDITORS_OUT/artifacts/$name SCENARIO_TMP
  export SCENARIO_PIDS=$SCENARIO_DIR/pids
  rm -rf "$SCENARIO_DIR"
  mkdir -p "$SCENARIO_DIR"
  : >"$SCENARIO_PIDS"
  # Outside the repository, whose own configuration and ignore rules must not reach the test.
  SCENARIO_TMP=$(mktemp -d "${TMPDIR:-/tmp}/hf-lsp-editors.XXXXXX")
  mkdir "$SCENARIO_TMP/home" "$SCENARIO_TMP/tmp"
  workspace=$(sed -nE '1,5s/^.*workspace: ([a-z0-9-]+)$/\1/p' "$file")
  if [ -n "$workspace" ]; then
    cp -r "$EDITORS_TESTS/workspaces/$workspace" "$SCENARIO_TMP/$workspace"
  else
    mkdir "$SCENARIO_TMP/${workspace:=empty}"
  fi
  (
    cd "$SCENARIO_TMP/$workspace"
    unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME
    # Neovim keeps its logs in the state folder, so that stays with the artifacts.
    export HOME=$SCENARIO_TMP/home TMPDIR=$SCENARIO_TMP/tmp XDG_STATE_HOME=$SCENARIO_DIR/state
    exec timeout --kill-after=5 "$limit" "$@"
  ) >"$SCENARIO_DIR/log.txt" 2>&1 </dev/null || status=$?
  [ $status -ne 124 ] || echo "stopped after $limit s" >>"$SCENARIO_DIR/log.txt"
  end_leftovers
  rm -rf "$SCENARIO_TMP"
  return $status
}

# Ends what the scenario recorded and did not end itself: after a hard time-out nobody else does.
end_leftovers() {
  local group
  [ -e "${SCENARIO_PIDS:-}" ] || return 0
  while read -r group; do
    kill -KILL -- "-$group" 2>/dev/null && echo "ended leftover process group $group" >>"$SCENARIO_DIR/log.txt"
  done <"$SCENARIO_PIDS"
  rm "$SCENARIO_PIDS"
}
