#!/usr/bin/env bash
# shellcheck disable=SC2317 # shellcheck does not see that check calls the functions
# make lint: clang-format, clang-tidy, shellcheck, python's own compiler. make fmt (--fix): formats the C++.
set -euo pipefail
repo=$(realpath "$(dirname "$(realpath "$0")")/../..")
cd "$repo"
for topic in lib packages; do
  # shellcheck source=/dev/null
  . "k8s/kind/$topic.sh"
done
packages base cpp lint

mapfile -t cpp < <(git ls-files '*.cpp' '*.hpp')
if [ "${1:-}" = --fix ]; then
  clang-format -i "${cpp[@]}"
  exit
fi

failed=0
check() {
  local name=$1 began=$SECONDS
  shift
  if "$@"; then printf 'lint: %s ok in %ds\n' "$name" $((SECONDS - began)); else
    printf 'lint: %s FAILED\n' "$name"
    failed=1
  fi
}

format() { clang-format --dry-run --Werror "${cpp[@]}"; }

tidy() {
  local sources
  mapfile -t sources < <(git ls-files '*.cpp')
  cmake --preset lint >/dev/null || return
  printf '%s\0' "${sources[@]}" | xargs -0 -n 4 -P "$(nproc)" clang-tidy -p build/lint --quiet
}

shell() {
  local scripts
  mapfile -t scripts < <(git ls-files | while read -r file; do
    case $file in *.sh) echo "$file" ;; *) if [ -f "$file" ] && head -c 64 "$file" | head -n 1 | grep -qaE '^#!.*\b(ba)?sh\b'; then echo "$file"; fi ;; esac
  done)
  shellcheck -x "${scripts[@]}"
}

python() { git ls-files '*.py' | xargs python3 -c 'import ast, sys; [ast.parse(open(f).read(), f) for f in sys.argv[1:]]'; }

check clang-format format
check shellcheck shell
check python python
check clang-tidy tidy
exit "$failed"
