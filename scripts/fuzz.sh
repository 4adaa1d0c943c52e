#!/usr/bin/env bash
# Hunts for inputs that harm a reader: scripts/fuzz.sh TARGET SECONDS, or `all` for each in its turn. What is found is
# put into fuzz/corpus/TARGET, where the tests replay it; the inputs that only widen what is covered stay outside.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:?a reader, by its folder in fuzz/corpus, or all}
seconds=${2:?for how many seconds}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/zongheng
export CARGO_TARGET_DIR=$cache/hunt
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions=on -Coverflow-checks=on --cfg fuzzing"
# A target is named, so that build scripts and macros are built without the marks.
triple=$(rustc -vV | sed -n 's/^host: //p')
cargo build --quiet --release --manifest-path fuzz/hunt/Cargo.toml --target "$triple"
hunt=$CARGO_TARGET_DIR/$triple/release/zongheng-hunt

hunted() {
  local name=$1 wide=$cache/inputs/$1
  mkdir -p "$wide"
  echo "$name, $seconds s" >&2
  ZONGHENG_TARGET=$name "$hunt" "$wide" "fuzz/corpus/$name" -max_total_time="$seconds" -timeout=10 \
    -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 -artifact_prefix="fuzz/corpus/$name/found-" \
    2>&1 | tail -n 8
}

if [ "$target" = all ]; then
  for folder in fuzz/corpus/*/; do hunted "$(basename "$folder")"; done
else
  hunted "$target"
fi
