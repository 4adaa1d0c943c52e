#!/usr/bin/env bash
# Prints the folder of PostgreSQL's programs (initdb, postgres), installing the server where it is missing.
# ZONGHENG_PG_BIN, if set, is taken as it is.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/apt.sh"

# The newest that is installed, 15 at least.
found() {
  local bin major
  for bin in "${ZONGHENG_PG_BIN:-}" $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5,5nr) \
    "$(dirname "$(command -v initdb || echo .)")"; do
    [ -n "$bin" ] && [ -x "$bin/initdb" ] && [ -x "$bin/postgres" ] || continue
    major=$("$bin/postgres" --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')
    [ "$major" -ge 15 ] && echo "$bin" && return
  done
  return 1
}

found || { need postgresql && found; } || {
  echo "PostgreSQL 15 or newer with initdb is needed; ZONGHENG_PG_BIN may name its folder." >&2
  exit 1
}
