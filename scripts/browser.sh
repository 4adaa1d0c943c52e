#!/usr/bin/env bash
# Prints the Chromium that the browser tests drive, installing it, and a font with Chinese, where missing.
# ZONGHENG_CHROMIUM, if set, is taken as it is.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/apt.sh"

if [ -n "${ZONGHENG_CHROMIUM:-}" ]; then
  [ -x "$ZONGHENG_CHROMIUM" ] || { echo "ZONGHENG_CHROMIUM names no program: $ZONGHENG_CHROMIUM" >&2; exit 1; }
  echo "$ZONGHENG_CHROMIUM"
  exit
fi
command -v chromium >/dev/null || need chromium
fc-list :lang=zh 2>/dev/null | grep -q . || need fontconfig fonts-noto-cjk
command -v chromium
