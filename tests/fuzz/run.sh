#!/usr/bin/env bash
# Runs fuzz targets, each so many seconds: `tests/fuzz/run.sh 30` for all, `tests/fuzz/run.sh 3600 edits`
# for one. `HF_LSP_FUZZ_SEED=1` takes the same way each time. New inputs stay in tests/fuzz/found; what
# fails lies in tests/fuzz/artifacts.
#
# The sanitizer flags are unstable ones; RUSTC_BOOTSTRAP has the stable toolchain take them.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds="$1"
shift
targets=("$@")
if [ ${#targets[@]} = 0 ]; then
    targets=(python edits session metadata frames fixes notebook config shell journal)
fi
command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz

export RUSTC_BOOTSTRAP=1
# Views and parsed knowledge live as long as the process; they are no leaks.
export ASAN_OPTIONS=detect_leaks=0
cargo fuzz build --sanitizer none --fuzz-dir tests/fuzz
for target in "${targets[@]}"; do
    mkdir -p "tests/fuzz/found/$target" "tests/fuzz/corpus/$target"
    cargo fuzz run --sanitizer none --fuzz-dir tests/fuzz "$target" \
        "tests/fuzz/found/$target" "tests/fuzz/corpus/$target" -- \
        -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -max_len=4096 -seed="${HF_LSP_FUZZ_SEED:-0}" -print_final_stats=1
done
