# shellcheck shell=bash
# Tests that are commands: `check NAME COMMAND...` counts one and shows what a failed one printed, `summary NAME` has the last word.
passed=0 failed=0

check() {
  local name=$1 said
  shift
  if said=$("$@" 2>&1); then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$name"
    tail -n 40 <<<"$said" | sed 's/^/    /'
  fi
}

summary() {
  echo "$1: $passed passed, $failed failed"
  ((failed == 0))
}
