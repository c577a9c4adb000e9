#!/usr/bin/env bash
# sizes.sh [TAG]: what each image weighs unpacked and to pull (gzip'd), in MB of 10^6 bytes. Fails when one of
# ours is above its limit. The last line says `N passed, N failed`.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
tag=${1:-$("$here/build.sh" --print-tag)}
# image, most unpacked, most to pull; postgres and rabbitmq have none.
limits='user 35 14
product 35 14
order 35 14
notification 35 14
operator 25 10
postgres - -
rabbitmq - -'

# weigh IMAGE: bytes unpacked and bytes gzip'd.
weigh() {
  local container unpacked packed
  container=$(docker create "$1") || return
  unpacked=$(docker export "$container" | wc -c)
  packed=$(docker export "$container" | gzip | wc -c)
  docker rm -v "$container" >/dev/null
  echo "$unpacked $packed"
}

mb() { awk -v n="$1" 'BEGIN { printf "%.1f", n / 1e6 }'; }

passed=0 failed=0
printf '%-14s %10s %10s\n' image unpacked 'to pull'
while read -r name most_unpacked most_packed; do
  if ! sizes=$(weigh "$("$here/build.sh" --list "$tag" | grep "^shopkeeper/$name:")"); then
    failed=$((failed + 1))
    continue
  fi
  read -r unpacked packed <<<"$sizes"
  verdict=
  if [ "$most_unpacked" != - ]; then
    if ((unpacked <= most_unpacked * 1000000 && packed <= most_packed * 1000000)); then
      passed=$((passed + 1)) verdict=ok
    else
      failed=$((failed + 1)) verdict="TOO LARGE: at most $most_unpacked and $most_packed"
    fi
  fi
  printf '%-14s %7s MB %7s MB  %s\n' "$name" "$(mb "$unpacked")" "$(mb "$packed")" "$verdict"
done <<<"$limits"
echo "$passed passed, $failed failed"
((failed == 0))
