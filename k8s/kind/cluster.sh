# shellcheck shell=bash
# shellcheck disable=SC2034,SC2153 # set here, used by the scripts that source this
# The cluster: made, or taken as it is, or repaired.

CLUSTER_STATE=$CACHE/clusters/$CLUSTER
mkdir -p "$CACHE/clusters"

cluster_nodes() { docker ps -aq --filter "label=io.x-k8s.kind.cluster=$CLUSTER"; }
port_answers() { (: >"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The port of this machine that leads to the ingress of the running cluster.
cluster_port() { { docker port "$CLUSTER-control-plane" 30080/tcp 2>/dev/null || true; } | sed -n 's/.*://p' | head -n 1; }

# Who asks for no port gets the one that the cluster has.
adopt_port() {
  local port
  port=$(cluster_port)
  if [ -n "$port" ]; then PORT=$port URL=http://localhost:$port; fi
}

# Before anything long: is what the user asks for possible?
cluster_check_port() {
  local port
  if docker_answers && [ -n "$(cluster_nodes)" ]; then
    port=$(cluster_port)
    [ -z "$port" ] || [ "$port" = "$PORT" ] || die "cluster $CLUSTER answers on port $port: PORT=$port make up, or make down first"
    return
  fi
  if port_answers "$PORT"; then die "port $PORT is taken: PORT=8081 make up (or end what listens there: ss -ltnp 'sport = :$PORT')"; fi
}

cluster_healthy() {
  kube get --raw /readyz --request-timeout=5s && kube wait --for=condition=Ready nodes --all --timeout=5s
}

# kind's own wait succeeds even when a node does not become ready.
cluster_wait() { wait_until "${1:-120}" "the nodes of cluster $CLUSTER" cluster_healthy; }

# kind makes its cluster kubectl's current context. context_remember notes the one before, context_restore sets it again.
context_remember() {
  local current
  current=$(kubectl config current-context 2>/dev/null) || return 0 # there is none
  if [ "$current" != "$CONTEXT" ]; then echo "$current" >"$CLUSTER_STATE.context"; fi
}

context_restore() {
  local current previous
  [ -f "$CLUSTER_STATE.context" ] || return 0
  previous=$(cat "$CLUSTER_STATE.context")
  current=$(kubectl config current-context 2>/dev/null) || current=
  # The user has chosen another one since, or removed the previous one.
  if [ -n "$current" ] && [ "$current" != "$CONTEXT" ]; then return; fi
  if ! kubectl config get-contexts -o name | grep -qxF "$previous"; then return; fi
  kubectl config use-context "$previous"
  note "kubectl's context is $previous again"
}

cluster_up() {
  local have_nodes
  context_remember
  have_nodes=$(cluster_nodes | wc -l)
  if ((have_nodes > 0)) && [ -f "$CLUSTER_STATE.creating" ]; then
    # A run was killed while kind was at work: what it left is of no use.
    kind delete cluster --name "$CLUSTER"
    have_nodes=0
  fi
  if ((have_nodes == 0)); then
    cluster_create
  else
    [ -z "${NODES_ASKED:-}" ] || ((have_nodes == NODES_ASKED)) ||
      die "cluster $CLUSTER has $have_nodes node(s), NODES=$NODES_ASKED asked for: make down first"
    cluster_reuse
  fi
  cluster_routes
}

cluster_create() {
  local image args=()
  image=$(node_image_to_use)
  [ -z "$image" ] || args=(--image "$image")
  touch "$CLUSTER_STATE.creating"
  cluster_config "$image" >"$CLUSTER_STATE.yaml"
  kind create cluster --name "$CLUSTER" --config "$CLUSTER_STATE.yaml" --wait 0s "${args[@]}" ||
    { kind delete cluster --name "$CLUSTER" && rm -f "$CLUSTER_STATE.creating" && return 1; }
  # Without kind's own network plugin the nodes are not ready before the routes are set, with it not before it runs.
  cluster_wait 120
  rm -f "$CLUSTER_STATE.creating"
  note "made, $NODES node(s)"
}

cluster_reuse() {
  local stopped
  stopped=$(docker ps -aq --filter "label=io.x-k8s.kind.cluster=$CLUSTER" --filter status=exited --filter status=created)
  # shellcheck disable=SC2086 # a list of ids
  if [ -n "$stopped" ]; then docker start $stopped; fi
  kind export kubeconfig --name "$CLUSTER"
  cluster_wait 120 || die "cluster $CLUSTER does not become ready again: make down, then make up (this deletes its data)"
  if [ -n "$stopped" ]; then note "started again"; else note "there"; fi
}

cluster_config() {
  local image=$1 i
  cat <<YAML
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
YAML
  # The node image of our own has no network plugin but the bridge that containerd configures.
  [ -z "$image" ] || echo 'networking: {disableDefaultCNI: true, kubeProxyMode: nftables}'
  cat <<YAML
nodes:
  - role: control-plane
    extraPortMappings: [{containerPort: 30080, hostPort: $PORT, listenAddress: 127.0.0.1}]
YAML
  for ((i = 1; i < NODES; i++)); do echo '  - role: worker'; done
  # Hosts with cgroups v1: the kubelet refuses to start there unless it is allowed to.
  if [ ! -f /sys/fs/cgroup/cgroup.controllers ]; then
    cat <<YAML
kubeadmConfigPatches:
  - |
    kind: KubeletConfiguration
    failCgroupV1: false
    cgroupDriver: cgroupfs
YAML
  fi
}

# kind's network plugin sets routes between the nodes and translates the addresses of pods that connect to anything outside; where it
# is missing we do, again after each start of a node.
cluster_routes() {
  local nodes node other ip cidr pods=10.244.0.0/16 # kind's default
  if kube -n kube-system get daemonset kindnet >/dev/null 2>&1; then return; fi
  nodes=$(kube get nodes -o json | jq -r '.items[] | [.metadata.name, (.status.addresses[] | select(.type == "InternalIP").address), .spec.podCIDR] | @tsv')
  while read -r node _ _; do
    while read -r other ip cidr; do
      [ "$node" = "$other" ] || docker exec "$node" ip route replace "$cidr" via "$ip"
    done <<<"$nodes"
    docker exec "$node" sh -c 'rule="POSTROUTING -s $0 ! -d $0 -o eth0 -j MASQUERADE"; iptables -t nat -C $rule 2>/dev/null || iptables -t nat -A $rule' "$pods"
  done <<<"$nodes"
}

# nodes_lack IMAGE...: those that not every node has.
nodes_lack() {
  local node image present=$CACHE/clusters/.images.$$
  : >"$present"
  for node in $(kind get nodes --name "$CLUSTER"); do
    docker exec "$node" ctr -n k8s.io images ls -q | sort -u >>"$present"
  done
  local count
  count=$(kind get nodes --name "$CLUSTER" | wc -l)
  for image in "$@"; do
    [ "$(grep -cxF "docker.io/$image" "$present")" -ge "$count" ] || echo "$image"
  done
  rm -f "$present"
}

# load IMAGE...: from docker into every node that lacks it.
load() {
  local lacking
  mapfile -t lacking < <(nodes_lack "$@")
  if ((${#lacking[@]} == 0)); then
    note "there"
    return
  fi
  kind load docker-image --name "$CLUSTER" "${lacking[@]}"
  note "${#lacking[@]} loaded"
}
