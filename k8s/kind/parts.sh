# shellcheck shell=bash
# What the cluster has besides Kubernetes: the ingress controller and metrics-server.

# part_apply NAME MANIFEST NAMESPACE [SCRIPT]: SCRIPT is one of sed's, for what depends on the cluster.
part_apply() {
  local name=$1 manifest=$2 namespace=$3 script=${4:-} image
  image=$(part_image "$name")
  part_images_make "$name"
  load "$image"
  sed -e "s#docker.io/shopkeeper/$name:TAG#docker.io/$image#" -e "$script" "$manifest" |
    kube apply --server-side --force-conflicts --field-manager=shopkeeper-up -f -
  kube -n "$namespace" rollout status "deployment/$name" --timeout=120s
}

ingress_up() {
  local replicas=1
  # So that the node of one of them can be drained.
  if (($(cluster_nodes | wc -l) > 1)); then replicas=2; fi
  part_apply traefik "$REPO/k8s/ingress/traefik.yaml" ingress "s#^  replicas: 1\$#  replicas: $replicas#"
  # Its own 404 is answer enough.
  wait_until 60 "the ingress controller on port $PORT" curl -s -o /dev/null --max-time 2 "http://127.0.0.1:$PORT/"
}

# A cluster that was not made by us may have one.
metrics_up() {
  if kube -n kube-system get deployment metrics-server >/dev/null 2>&1 &&
    ! kube -n kube-system get deployment metrics-server -o jsonpath='{..image}' | grep -q shopkeeper/; then
    note "there"
    return
  fi
  part_apply metrics-server "$KIND_DIR/manifests/metrics-server.yaml" kube-system
}

# CoreDNS and the volumes' provisioner, which kind itself does not wait for.
cluster_parts_wait() {
  kube -n kube-system rollout status deployment/coredns --timeout=120s
  if kube -n local-path-storage get deployment local-path-provisioner >/dev/null 2>&1; then
    kube -n local-path-storage rollout status deployment/local-path-provisioner --timeout=120s
  fi
}
