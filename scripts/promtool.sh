#!/usr/bin/env bash
# Prints the path of promtool, which reads alert rules as Prometheus does; unpacks Debian's package beside the
# target folder where it is missing, so that no server comes onto the machine.
set -euo pipefail

if command -v promtool >/dev/null; then
  command -v promtool
  exit
fi
cache=${CARGO_TARGET_DIR:?run this through make}/tools/prometheus
if [ ! -x "$cache/usr/bin/promtool" ]; then
  command -v apt-get >/dev/null || { echo "promtool is needed: install Prometheus" >&2; exit 1; }
  echo "unpacking promtool, once" >&2
  mkdir -p "$cache"
  (cd "$cache" && { apt-get -qq -o APT::Sandbox::User=root download prometheus || { apt-get -qq update && apt-get -qq -o APT::Sandbox::User=root download prometheus; }; } >&2 &&
    dpkg-deb -x prometheus_*.deb . && rm -f prometheus_*.deb)
fi
echo "$cache/usr/bin/promtool"
