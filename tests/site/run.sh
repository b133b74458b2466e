#!/usr/bin/env bash
# Builds the documentation site, follows its links, and looks at it in a browser.
# Needs tests/editors/setup.sh once, for Node, the browser and what drives it. With HF_LSP_BIN the commands of the first page are run too.
# Pictures are left in target/site/pictures.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../editors/lib/env.sh"
[ -d "$PLAYWRIGHT_DIR" ] || { echo "run tests/editors/setup.sh first" >&2; exit 2; }
cd "$REPO"

passed=0
failed=0
check() { # NAME COMMAND...
  local name=$1 start=$SECONDS
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "PASS $name ($((SECONDS - start)) s)"
  else
    failed=$((failed + 1))
    echo "FAIL $name ($((SECONDS - start)) s)"
  fi
}

rm -rf target/site/pictures
bash docs/site/build.sh
check pictures-current python3 benches/compare/plot.py --check
check links python3 tests/site/links.py target/site/html
export PLAYWRIGHT_DIR
check browser node tests/site/look.mjs target/site/html target/site/pictures
[ -z "${HF_LSP_BIN:-}" ] || check examples python3 tests/site/examples.py "$HF_LSP_BIN"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
