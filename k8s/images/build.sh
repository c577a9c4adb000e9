#!/usr/bin/env bash
# build.sh [TARGET...]     builds shopkeeper/TARGET:TAG, all of them when none is named; what is there is not built again
# build.sh --print-tag     TAG, a hash of all that goes in: the same sources, the same tag
# build.sh --list          the names of all images, one a line
# The output of docker goes to $SHOPKEEPER_CACHE/logs/build-images.log; when it fails its errors are shown.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
repo=$(realpath "$here/../..")
targets=(postgres rabbitmq user product order notification operator)

# What .dockerignore lets through, and the recipe itself, of the checkout in $1.
sources() {
  (cd "$1" && find Dockerfile .dockerignore CMakeLists.txt CMakePresets.json services operator charts/shopkeeper-operator/crds \
    k8s/images/{collect,share}.sh k8s/images/*/entrypoint.sh -name __pycache__ -prune -o \
    -type f ! -name '*_test.cpp' ! -name '*.md' -print0 | LC_ALL=C sort -z)
}

# The names of the sources, their modes and their contents.
tag() {
  local version
  version=$(sed -nE 's/^project\(.* VERSION ([0-9.]+).*/\1/p' "$1/CMakeLists.txt")
  printf '%s-%s\n' "$version" "$({ sources "$1" | (cd "$1" && xargs -0 stat -c '%n %A' --) && sources "$1" | (cd "$1" && xargs -0 sha256sum --); } |
    sha256sum | cut -c1-12)"
}

case ${1:-} in
  --print-tag)
    tag "$repo"
    exit
    ;;
  --list)
    tag=$(tag "$repo")
    for target in "${targets[@]}"; do echo "shopkeeper/$target:$tag"; done
    exit
    ;;
  -*)
    sed -n '2,5s/^# //p' "$0" >&2
    exit 64
    ;;
esac

# shellcheck source=k8s/kind/lib.sh
. "$repo/k8s/kind/lib.sh" packages docker
LOG=$CACHE/logs/build-images.log
# Fixed, so that docker's own cache sees the same argument in each build.
cache_port=${CCACHE_PORT:-18713}

# The store of compiled objects, while this script runs. A second build finds the first one's; without any all works,
# slower.
cache_start() {
  if ! have python3 || port_taken "$cache_port"; then return; fi
  mkdir -p "$CACHE/ccache-images"
  if have ccache; then ccache --trim-dir "$CACHE/ccache-images" --trim-max-size 1Gi --trim-method mtime >>"$LOG" 2>&1; fi
  python3 "$here/cache_server.py" "$CACHE/ccache-images" "$cache_port" $$ </dev/null >>"$LOG" 2>&1 9>&- &
}
port_taken() { (: >"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

build() {
  local target=$1 image=$2 context=$3 began=$SECONDS
  if docker image inspect "$image" >/dev/null 2>&1; then
    say "$image: there"
    return
  fi
  printf '\n=== %s\n' "$image" >>"$LOG"
  # The network for apt.
  if ! docker build --network host --build-arg "CCACHE_REMOTE_STORAGE=http://127.0.0.1:$cache_port" --target "$target" -t "$image" "$context" >>"$LOG" 2>&1; then
    grep -nE '(error|Error|fatal)[: ]|FAILED|^E: ' "$LOG" | tail -n 40 >&2 || true
    tail -n 20 "$LOG" >&2
    die "building $image failed; the whole log: $LOG"
  fi
  say "$image: built, $(duration $((SECONDS - began))), $(docker image inspect -f '{{.Size}}' "$image" | numfmt --to=si)B"
}

build_all() {
  local target tag context
  : >"$LOG"
  # Pulled or made: with the old builder a base that is missing would be a failed pull.
  with_lock base-image base_image >>"$LOG" 2>&1
  cache_start
  # A copy: who edits meanwhile must not get images of one tag and several sources.
  context=$CACHE/build-context
  rm -rf "$context"
  mkdir "$context"
  sources "$repo" | tar -C "$repo" --null -cf - --files-from=- | tar -C "$context" -xf -
  tag=$(tag "$context")
  for target in "$@"; do build "$target" "shopkeeper/$target:$tag" "$context"; done
  rm -rf "$context"
  # Build stages of yesterday's sources: nothing refers to them.
  docker image prune -f --filter label=dev.shopkeeper.stage=build --filter until=24h >>"$LOG" 2>&1
}

have docker || die "no docker: k8s/kind/up.sh installs and starts one (make up)"
docker_answers || die "docker does not answer: make up starts it"
with_lock build-images build_all "${@:-${targets[@]}}"
