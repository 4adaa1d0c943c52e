#!/usr/bin/env bash
# Everything that is checked without running the product. All checks run; the first failure does not hide the others.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
failed=()
check() {
  local name=$1
  shift
  echo "== $name"
  "$@" || failed+=("$name")
}

deny() {
  local program
  program=$(scripts/deny.sh) && "$program" --log-level warn check --hide-inclusion-graph bans licenses sources
}
docs() { RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --document-private-items --quiet; }
shells() { local f; for f in .ci/run scripts/*.sh; do bash -n "$f" || return; done; }
scripts_parse() { local f; for f in e2e/*.js e2e/lib/*.js scripts/*.mjs; do node --check "$f" || return; done; }
# A source file that no `mod` names, by its name or its path, is not compiled, and its tests do not run.
modules() {
  local f name bad=0
  while read -r f; do
    name=$(basename "$f" .rs)
    grep -qsE "\bmod $name;" "$(dirname "$f")"/*.rs "$(dirname "$f").rs" ||
      git grep -qF "$(basename "$(dirname "$f")")/$name.rs\"]" -- 'crates/*.rs' ||
      { echo "$f: no module"; bad=1; }
  done < <(git ls-files 'crates/*.rs' | grep -vE '/(main|mod|lib|build)\.rs$|^crates/[^/]+/tests/[^/]+\.rs$')
  return $bad
}
# Alert rules as Prometheus reads them, with what each does on a day of figures.
rules() {
  local program
  program=$(scripts/promtool.sh) && (cd ops/prometheus && "$program" check rules alerts.yml >/dev/null &&
    "$program" test rules alerts_test.yml >/dev/null && "$program" check config --syntax-only scrape.yml >/dev/null)
}
# The unit as systemd reads it; the program itself need not be installed where this is checked.
units() {
  command -v systemd-analyze >/dev/null || { echo "systemd-analyze is not there: the unit is not looked at"; return; }
  local folder
  folder=$(mktemp -d) && sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' ops/systemd/zongheng.service >"$folder/zongheng.service" &&
    systemd-analyze verify --man=no "$folder/zongheng.service"
  local held=$?
  rm -rf "$folder"
  return $held
}
# A tracked file larger than this is a mistake: data of that size has a place of its own.
sizes() { ! git ls-files -z | xargs -0 -r stat -c '%s %n' 2>/dev/null | awk '$1 > 4000000' | grep .; }

check "format" cargo fmt --all --check
check "clippy" cargo clippy --locked --workspace --all-targets --quiet -- -D warnings
check "docs" docs
check "licences, bans, sources" deny
check "words on pages" node scripts/page-words.mjs
check "shell scripts" shells
check "browser scripts" scripts_parse
check "modules" modules
check "alert rules" rules
check "systemd unit" units
check "file sizes" sizes

[ ${#failed[@]} -eq 0 ] && echo "lint: all held" && exit
printf 'lint: does not hold: %s\n' "${failed[@]}" >&2
exit 1
