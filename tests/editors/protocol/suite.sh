# The typed protocol client; sourced by run.sh.
# shellcheck shell=bash

# Two workers: more do not help on the two cores that these tests are meant for.
start=$SECONDS
if (cd "$EDITORS_TESTS/protocol" && PYTHONDONTWRITEBYTECODE=1 timeout --kill-after=5 180 "$PROTOCOL_DIR/venv/bin/python" -m pytest -q -n 2 -r fE ${only:+-k "$only"} --basetemp="$EDITORS_OUT/protocol-tmp"); then
  passed=$((passed + 1))
  echo "PASS protocol ($((SECONDS - start)) s)"
else
  failures+=(protocol)
  echo "FAIL protocol ($((SECONDS - start)) s)"
fi
