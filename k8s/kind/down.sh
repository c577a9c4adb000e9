#!/usr/bin/env bash
# make down: deletes the cluster, and ends the docker daemon if `make up` started it. What was built stays in the cache.
set -euo pipefail
# shellcheck source=k8s/kind/lib.sh
. "$(dirname "$(realpath "$0")")/lib.sh" versions packages docker cluster

cluster_down() {
  if ! docker_answers; then
    # Its daemon is away. If it was ours, the containers ended with it; their remains go when it runs again.
    note "docker does not run"
  elif [ -z "$(cluster_nodes)" ]; then
    note "there is none"
  else
    timeout 120 kind delete cluster --name "$CLUSTER"
    docker network rm kind || note "network kind kept: other clusters use it"
  fi
  context_restore
  rm -f "$CLUSTER_STATE".*
}

: >"$LOG"
# shellcheck disable=SC2034 # read by step
STEPS=2
step "cluster $CLUSTER" with_lock "cluster-$CLUSTER" cluster_down
step "docker daemon" with_lock docker docker_stop
