#!/usr/bin/env bash
# Starts a PostgreSQL cluster of its own, prints its address, and lives until its standard input closes: so it
# ends with whoever started it, however that ends. Nothing it holds is kept. Answers on a unix socket alone.
# A line on standard input, `fast` or `immediate`, restarts it that way; `again` is printed when it serves.
# The programs come from ZONGHENG_PG_BIN, /usr/lib/postgresql or PATH; 3 is the status where there are none.
set -euo pipefail

bin=${ZONGHENG_PG_BIN:-}
if [ -z "$bin" ]; then
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
  [ -x "$bin/initdb" ] || bin=$(dirname "$(command -v initdb || echo none/initdb)")
fi
[ -x "$bin/initdb" ] && [ -x "$bin/postgres" ] || { echo "no PostgreSQL here; scripts/postgres.sh installs it" >&2; exit 3; }

folder=$(mktemp -d /tmp/zongheng-pg.XXXXXX)
# initdb refuses to work for root.
as=()
if [ "$(id -u)" -eq 0 ]; then
  as=(runuser -u postgres --)
  chown postgres "$folder"
fi
cleanup() {
  # The server's own number: that of the background job is runuser's.
  if server=$(head -1 "$folder/data/postmaster.pid" 2>/dev/null); then
    kill -QUIT "$server" 2>/dev/null || true
    # A server that was restarted is nobody's child here.
    for _ in $(seq 100); do
      kill -0 "$server" 2>/dev/null || break
      read -rt 0.05 <> <(:) || true
    done
  fi
  wait
  rm -rf "$folder"
}
trap cleanup EXIT
trap 'exit 1' TERM INT

cd "$folder"
"${as[@]}" "$bin/initdb" -N -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >"$folder/log" 2>&1 ||
  { cat "$folder/log" >&2; exit 1; }
"${as[@]}" "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off \
  -c full_page_writes=off -c max_connections=300 >>"$folder/log" 2>&1 </dev/null &
job=$!
for _ in $(seq 200); do
  if "$bin/pg_isready" -q -h "$folder" -U postgres; then
    echo "postgres://postgres@${folder//\//%2F}/postgres"
    while read -r how; do
      "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -l "$folder/again" -m "$how" -w restart >>"$folder/log" 2>&1 </dev/null ||
        { cat "$folder/log" >&2; exit 1; }
      echo again
    done
    exit 0
  fi
  kill -0 "$job" 2>/dev/null || break
  read -rt 0.05 <> <(:) || true
done
cat "$folder/log" >&2
exit 1
