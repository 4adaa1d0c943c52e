#!/usr/bin/env bash
# Prints the path of cargo-deny, building it once beside the target folder where it is missing.
# An unoptimised build: it runs for a second or two, and optimising it would cost minutes.
set -euo pipefail
version=0.20.2

if command -v cargo-deny >/dev/null; then
  command -v cargo-deny
  exit
fi
cache=${CARGO_TARGET_DIR:?run this through make}/tools
if [ ! -x "$cache/deny-$version/bin/cargo-deny" ]; then
  echo "building cargo-deny $version, once" >&2
  CARGO_PROFILE_DEV_DEBUG=false CARGO_PROFILE_DEV_INCREMENTAL=false \
    cargo install --quiet --locked --debug --version "=$version" --root "$cache/deny-$version" \
    --target-dir "$cache/build" cargo-deny >&2
  rm -rf "$cache/build"
fi
echo "$cache/deny-$version/bin/cargo-deny"
