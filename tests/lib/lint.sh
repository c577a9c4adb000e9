#!/usr/bin/env bash
# shellcheck disable=SC2317 # shellcheck does not see that check calls the functions
# make lint: clang-format, clang-tidy, shellcheck, Python's own compiler, gofmt and go vet; the last line says `N passed, N failed`.
# make fmt (--fix): formats the C++.
set -euo pipefail
# shellcheck source=tests/lib/setup.sh
. "$(dirname "$(realpath "$0")")/setup.sh" versions packages go
packages base cpp lint

mapfile -t cpp < <(git ls-files '*.cpp' '*.hpp')
if [ "${1:-}" = --fix ]; then
  clang-format -i "${cpp[@]}"
  exit
fi

passed=0 failed=0
check() {
  local name=$1 began=$SECONDS
  shift
  if "$@"; then
    printf 'lint: %s ok in %ds\n' "$name" $((SECONDS - began))
    passed=$((passed + 1))
  else
    printf 'lint: %s FAILED\n' "$name"
    failed=$((failed + 1))
  fi
}

format() { clang-format --dry-run --Werror "${cpp[@]}"; }

tidy() {
  cmake --preset lint >/dev/null || return
  tests/lib/tidy.py build/lint "$CACHE/tidy" "${JOBS:-$(nproc)}"
}

shell() {
  local scripts
  mapfile -t scripts < <(git ls-files | while read -r file; do
    case $file in *.sh) echo "$file" ;; *) if [ -f "$file" ] && head -c 64 "$file" | head -n 1 | grep -qaE '^#!.*\b(ba)?sh\b'; then echo "$file"; fi ;; esac
  done)
  shellcheck -x "${scripts[@]}"
}

python() { git ls-files '*.py' | xargs python3 -c 'import ast, sys; [ast.parse(open(f).read(), f) for f in sys.argv[1:]]'; }

# Only of the programs of ours: vet wants all that they import compiled, which for k8s/ is Kubernetes.
golang() {
  local module unformatted
  unformatted=$(git ls-files '*.go' | xargs gofmt -l) || return
  if [ -n "$unformatted" ]; then
    printf 'not formatted: %s\n' "$unformatted"
    return 1
  fi
  for module in tests/*/*/go.mod; do (cd "$(dirname "$module")" && go vet ./...) || return; done
  # These need nothing that Traefik imports.
  (cd k8s/kind/tools/traefik && go vet plugins/problem.go plugins/problem_test.go && go test plugins/problem.go plugins/problem_test.go)
}

with_lock go go_make
go_on_path
check clang-format format
check shellcheck shell
check python python
check go golang
check clang-tidy tidy
echo "lint: $passed passed, $failed failed"
((failed == 0))
