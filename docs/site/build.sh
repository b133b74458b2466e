#!/usr/bin/env bash
# Builds the documentation site into target/site/html, without a network once mdBook is there.
# mdBook is pinned, and kept in the user's cache folder: from empty that takes about a minute.
set -euo pipefail
MDBOOK=0.5.4

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${HF_LSP_SITE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hf-lsp/site}
mdbook=$cache/mdbook-$MDBOOK

# Installed beside its final folder and moved there when complete, so a run that was cut off leaves nothing half-installed.
install_mdbook() {
  scratch=$mdbook.partial.$$
  trap 'rm -rf "$scratch"' EXIT
  echo "installing mdBook $MDBOOK"
  # Quick to build rather than quick to run: a site of two hundred pages takes a second either way.
  CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    cargo install --quiet mdbook --version "$MDBOOK" --locked --no-default-features --features search \
    --root "$scratch" --target-dir "$scratch/target"
  rm -rf "$scratch/target"
  mv "$scratch" "$mdbook"
}

mkdir -p "$cache"
[ -x "$mdbook/bin/mdbook" ] || install_mdbook
rm -rf "$REPO/target/site/html"
python3 "$REPO/docs/site/stage.py" "$REPO" "$REPO/target/site/book"
"$mdbook/bin/mdbook" build "$REPO/target/site/book"
echo "the site lies in target/site/html"
