#!/usr/bin/env bash
# build.sh [TARGET...]     builds shopkeeper/TARGET:TAG, all of them when none is named; what is there is not built again
# build.sh --print-tag     TAG, a hash of all that goes in: the same sources, the same tag
# build.sh --list [TAG]    the names of all images, one a line
# The stores, postgres and rabbitmq, have the tags of stores.env instead, which no version of the shop changes.
# The output of docker goes to $SHOPKEEPER_CACHE/logs/build-images.log; when it fails its errors are shown.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
repo=$(realpath "$here/../..")
# shellcheck source=k8s/images/stores.env
. "$here/stores.env"
targets=(postgres rabbitmq user product order notification operator)

# What .dockerignore lets through, and the recipe itself, of the checkout in $1.
sources() {
  (cd "$1" && find Dockerfile .dockerignore CMakeLists.txt CMakePresets.json services operator charts/shopkeeper-operator/crds \
    k8s/images/stores.env k8s/images/{collect,share}.sh k8s/images/*/entrypoint.sh -name __pycache__ -prune -o \
    -type f ! -name '*_test.cpp' ! -name '*.md' -print0 | LC_ALL=C sort -z)
}

# The names of the sources, their modes and their contents.
tag() {
  local version
  version=$(sed -nE 's/^project\(.* VERSION ([0-9.]+).*/\1/p' "$1/CMakeLists.txt")
  printf '%s-%s\n' "$version" "$({ sources "$1" | (cd "$1" && xargs -0 stat -c '%n %A' --) && sources "$1" | (cd "$1" && xargs -0 sha256sum --); } |
    sha256sum | cut -c1-12)"
}

# image TARGET TAG: its name; TAG is that of the shop.
image() {
  case $1 in
    postgres) echo "shopkeeper/$1:$POSTGRES_VERSION" ;;
    rabbitmq) echo "shopkeeper/$1:$RABBITMQ_VERSION" ;;
    *) echo "shopkeeper/$1:$2" ;;
  esac
}

# recipe TARGET CONTEXT: a hash of what goes into a store's image, whose tag does not say it.
recipe() {
  { sed -n "/ AS $1-root\$/,/^CMD/p" "$2/Dockerfile" && cat "$2/k8s/images/collect.sh" "$2/k8s/images/$1/entrypoint.sh"; } | sha256sum | cut -c1-16
}

case ${1:-} in
  --print-tag)
    tag "$repo"
    exit
    ;;
  --list)
    tag=${2:-$(tag "$repo")}
    for target in "${targets[@]}"; do image "$target" "$tag"; done
    exit
    ;;
  -*)
    sed -n '2,6s/^# //p' "$0" >&2
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
  local target=$1 image=$2 context=$3 began=$SECONDS recipe=
  case $target in postgres | rabbitmq) recipe=$(recipe "$target" "$context") ;; esac
  if [ "$(docker image inspect -f '{{index .Config.Labels "dev.shopkeeper.recipe"}}' "$image" 2>&1)" = "$recipe" ]; then
    say "$image: there"
    return
  fi
  if [ -n "$recipe" ] && docker image inspect "$image" >/dev/null 2>&1; then
    say "$image: built again, because its recipe changed; nodes that have it keep it: raise its version in k8s/images/stores.env"
  fi
  printf '\n=== %s\n' "$image" >>"$LOG"
  # The network for apt.
  if ! docker build --network host --label "dev.shopkeeper.recipe=$recipe" --build-arg "CCACHE_REMOTE_STORAGE=http://127.0.0.1:$cache_port" --target "$target" -t "$image" "$context" >>"$LOG" 2>&1; then
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
  for target in "$@"; do build "$target" "$(image "$target" "$tag")" "$context"; done
  rm -rf "$context"
  # Build stages of yesterday's sources: nothing refers to them.
  docker image prune -f --filter label=dev.shopkeeper.stage=build --filter until=24h >>"$LOG" 2>&1
}

have docker || die "no docker: k8s/kind/up.sh installs and starts one (make up)"
docker_answers || die "docker does not answer: make up starts it"
with_lock build-images build_all "${@:-${targets[@]}}"
