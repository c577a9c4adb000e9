#!/usr/bin/env bash
# make up: a running shop in a real cluster on this machine. Can be run again at any point.
#   NODES=3   a control plane and two workers      PORT=8081   another port of this machine
#   SHOPKEEPER_CACHE=DIR   where what is built is kept (default ~/.cache/shopkeeper)
#   UNTIL=cluster          stops when the empty cluster with its ingress is there
set -euo pipefail
# shellcheck disable=SC2034 # read by cluster.sh
NODES_ASKED=${NODES:-} PORT_ASKED=${PORT:-}
# shellcheck source=k8s/kind/lib.sh
. "$(dirname "$(realpath "$0")")/lib.sh" versions packages go tools docker node cluster images parts release

check_disk() {
  local free
  free=$(df --output=avail -BG "$CACHE" | tail -n 1 | tr -dc 0-9)
  ((free >= $1)) || die "only $free GB free in $CACHE, $1 are needed: free some, or SHOPKEEPER_CACHE=DIR make up"
}

# What the empty cluster is made with; the programs that run in it are built while it starts.
programs() {
  local needed=()
  machine_has kind || needed+=(kind)
  machine_has kubectl || needed+=(kube)
  # The node image and what is in it, where kind's own cannot be had.
  if ! base_was_pulled && ! docker image inspect "$(node_image)" >/dev/null 2>&1; then
    needed+=(kube coredns local-path-provisioner)
  fi
  # Go's modules and compiled packages take 7 GB, the images that come after them 4.
  if [[ " ${needed[*]} " == *" kube "* ]] && [ ! -x "$(tool_path kube)" ]; then check_disk 12; fi
  tool "${needed[@]}"
  hash -r
  note "$(kind version | cut -d' ' -f1,2), kubectl"
}

later_programs() {
  local name
  machine_has helm || echo helm
  for name in traefik metrics-server; do
    docker image inspect "$(part_image "$name")" >/dev/null 2>&1 || echo "$name"
  done
}

# background COMMAND...: beside the steps, in its own process group, so that it can be ended as a whole when this script
# ends early.
BACKGROUND=()
background() {
  setsid "$@" >"$CACHE/logs/$(basename "$1" .sh).out" 2>&1 </dev/null &
  BACKGROUND+=("-$!")
  trap background_end EXIT
}
background_end() {
  # Usually they have ended by themselves.
  kill -- "${BACKGROUND[@]}" 2>/dev/null || true
}

images_end() {
  # A step is a subshell, whose child it is not: `wait` would not do.
  with_percent images_percent wait_until 2400 "the build of the images" gone "${IMAGES#-}"
  if ! shop_images_present; then
    tail -n 60 "$CACHE/logs/build-images.out"
    return 1
  fi
  note "$(shop_tag)"
}
# Of the C++ programs, which ninja counts.
images_percent() {
  grep -oE '\[[0-9]+/[0-9]+\] [A-Z]' "$CACHE/logs/build-images.log" | tail -n 1 | awk -F'[][/]' '{ print int(99 * $2 / $3) }'
}

# Where it cannot be pulled it is made by the build of the images, or at the latest by that of the node image.
base_image_step() { with_lock base-image base_image_pull || note "made of packages, beside the programs"; }
node_image_step() { if base_was_pulled; then note "kind's own"; else with_lock node-image node_image_make; fi; }

parts_up() {
  cluster_parts_wait
  ingress_up
  metrics_up
  helm_present
}

: >"$LOG"
only_cluster=0
[ "${UNTIL:-}" != cluster ] || only_cluster=1
# shellcheck disable=SC2034 # read by step
STEPS=$((only_cluster ? 8 : 12))
go_on_path
[[ $NODES =~ ^[1-9]$ ]] || die "NODES is a number from 1 to 9, not '$NODES'"
check_disk 3
if [ -z "${PORT_ASKED:-}" ] && have docker && docker_answers; then adopt_port; fi

step "packages" packages base docker images
step "docker daemon" with_lock docker docker_start
cluster_check_port
step "base image" base_image_step
if ! ((only_cluster)); then
  background "$KIND_DIR/build-images.sh"
  IMAGES=${BACKGROUND[0]}
fi
step "Go toolchain" with_lock go go_make
go_on_path
step "programs" programs
mapfile -t later < <(later_programs)
((${#later[@]} == 0)) || background "$KIND_DIR/build-tools.sh" "${later[@]}"
step "node image" node_image_step
step "cluster $CLUSTER" with_lock "cluster-$CLUSTER" cluster_up
step "ingress, metrics" parts_up
if ((only_cluster)); then
  say "The cluster is there: kubectl --context $CONTEXT get nodes"
  exit
fi
step "the shop's images" images_end
step "images onto the nodes" shop_images_load
step "helm upgrade --install" with_lock release release_up
step "shop Ready" shop_ready

cat <<TEXT

The shop is there, in $(duration $SECONDS): $URL

  curl $URL/products
  curl $URL/users/1
  curl -X POST $URL/orders -H 'content-type: application/json' -d '{"user_id":2,"product":"Tablet"}'
  kubectl --context $CONTEXT -n $NAMESPACE get shop,pods

make demo shows every example, make down ends it all.
TEXT
