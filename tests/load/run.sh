#!/usr/bin/env bash
# make bench: our services under load beside a baseline in the same run (pgbench and a Go server with the same SQL on the same PostgreSQL).
# Prints a table of figures and ratios; asserts nothing. Traffic stays on loopback, bounded in time, and ends by itself.
#   SECONDS_EACH=8 CLIENTS=32   SHOPKEEPER_BUILD=/a/build/tree   the programs (built here when not given)
#   BASELINE_BUILD=/other/checkout/build/dev   instead compares this build with that one, in turns (compare.py; about 4 min)
set -euo pipefail
# shellcheck source=tests/lib/setup.sh
. "$(dirname "$(realpath "$0")")/../lib/setup.sh" versions packages go
packages base cpp tests bench
with_lock go go_make
go_on_path
if [ -z "${SHOPKEEPER_BUILD:-}" ]; then
  cmake --preset dev >/dev/null
  cmake --build --preset programs -j "$(nproc)" >/dev/null
fi
script=bench.py
if [ -n "${BASELINE_BUILD:-}" ]; then script=compare.py; fi
SHOPKEEPER_BUILD=${SHOPKEEPER_BUILD:-$repo/build/dev} exec /usr/bin/python3 "tests/load/$script" "$@"
