# shellcheck shell=bash
# shellcheck disable=SC2034,SC2153 # set here, used by the scripts that source this
# Versions: those of the programs are in the go.mod of tools and of tools/traefik, whose sums Go itself checks.

# module_version MODULE: the version that is required; of `go` the oldest Go that will do.
module_version() { awk -v module="$1" '$1 == module && $2 { print $2; exit }' "$KIND_DIR"/tools/{,traefik/}go.mod; }

KUBERNETES=$(module_version k8s.io/kubernetes)
# The tags that kubeadm of that Kubernetes asks for.
ETCD_TAG=3.6.6-0 COREDNS_TAG=v1.13.1 PAUSE_TAG=3.10.1
GO_MINIMUM=$(module_version go) GO_VERSION=go1.26.8
