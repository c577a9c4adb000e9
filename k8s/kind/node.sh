# shellcheck shell=bash
# The node image: kind's own where images can be pulled, else one built from packages and Go modules.

node_image() {
  local key
  key=$({ cat "$KIND_DIR"/node/* "$KIND_DIR/node.sh" "$KIND_DIR/versions.sh"; tool_recipe kube; tool_recipe coredns; } | sha256sum | cut -c1-12)
  echo "shopkeeper/kind-node:$KUBERNETES-$key"
}

# Empty where kind is to take the image that it was released with.
node_image_to_use() { if ! base_was_pulled; then node_image; fi; }

node_image_make() {
  local image ctx=$CACHE/node-image.tmp name=shopkeeper-node-build
  image=$(node_image)
  if docker image inspect "$image" >/dev/null 2>&1; then
    note "there"
    return
  fi
  packages node
  with_lock base-image base_image 3>/dev/null
  # Left by a run that was killed.
  rm -rf "$ctx"
  docker rm -f "$name" >/dev/null 2>&1 || true # usually there is none
  mkdir -p "$ctx/parts" "$ctx/pause" "$ctx/coredns"

  node_context "$ctx"
  node_parts "$ctx"
  docker build --network host --build-arg "KUBERNETES=$KUBERNETES" -t shopkeeper/kind-node-base:local "$ctx"
  # The images of the control plane must be in the node's own containerd, since kubeadm cannot pull them.
  docker run -d --privileged --name "$name" --entrypoint sleep shopkeeper/kind-node-base:local infinity
  docker cp "$ctx/images.tar" "$name:/images.tar"
  # shellcheck disable=SC2016 # for the shell inside
  docker exec "$name" sh -ec 'containerd >/dev/null 2>&1 & pid=$!
    for _ in $(seq 150); do ctr version >/dev/null 2>&1 && break; sleep 0.2; done
    ctr -n k8s.io images import --no-unpack /images.tar; rm /images.tar; kill $pid; wait $pid || true'
  docker commit --change 'ENTRYPOINT ["/usr/local/bin/entrypoint","/sbin/init"]' "$name" "$image"
  docker rm -f "$name"
  rm -rf "$ctx"
  node_image_tidy "$image"
  note "built"
}

# Removes its intermediate images and older node images; one that a cluster runs on stays.
node_image_tidy() {
  local image
  docker image ls --format '{{.Repository}}:{{.Tag}}' |
    grep -E '^(registry\.k8s\.io/(kube-|etcd:|pause:|coredns/)|shopkeeper/(node-parts|kind-node-base|kind-node):)' | grep -vxF "$1" |
    while read -r image; do docker image rm "$image" || echo "$image is in use"; done
}

node_context() {
  local ctx=$1 module
  cp "$KIND_DIR"/node/* "$ctx/"
  sed -i "s/PAUSE_TAG/$PAUSE_TAG/" "$ctx/containerd.toml"
  cp "$(tool_path kube)" "$ctx/kube"
  module=$(go mod download -json "sigs.k8s.io/kind@$(module_version sigs.k8s.io/kind)" | jq -er .Dir)
  cp -r "$module/images/base/files" "$ctx/kind"
  chmod -R u+w "$ctx/kind"
}

# Builds the images that kubeadm asks for, and those of ours that the node has from the start, into images.tar.
node_parts() {
  local ctx=$1 part images=()
  cp "$KIND_DIR/node/parts.Dockerfile" "$ctx/parts/Dockerfile"
  cp "$(tool_path kube)" "$(tool_path local-path-provisioner)" "$ctx/parts/"
  docker build --network host -t shopkeeper/node-parts:local "$ctx/parts"
  rm -rf "$ctx/parts"
  images+=(shopkeeper/node-parts:local)
  for part in kube-{apiserver,controller-manager,scheduler,proxy}:"$KUBERNETES" etcd:"$ETCD_TAG"; do
    docker tag shopkeeper/node-parts:local "registry.k8s.io/$part"
    images+=("registry.k8s.io/$part")
  done
  gcc -static -O2 -s -o "$ctx/pause/pause" "$KIND_DIR/node/pause.c"
  scratch_image "registry.k8s.io/pause:$PAUSE_TAG" "$ctx/pause" pause 65535
  cp "$(tool_path coredns)" "$ctx/coredns/"
  scratch_image "registry.k8s.io/coredns/coredns:$COREDNS_TAG" "$ctx/coredns" coredns 0 # binds port 53 by a capability that only root has; kubeadm drops the others
  docker save -o "$ctx/images.tar" "${images[@]}" "registry.k8s.io/pause:$PAUSE_TAG" "registry.k8s.io/coredns/coredns:$COREDNS_TAG"
}

# scratch_image TAG FOLDER PROGRAM [USER]: an image of nothing but one static program that lies in FOLDER.
scratch_image() {
  printf 'FROM scratch\nCOPY %s /%s\nUSER %s\nENTRYPOINT ["/%s"]\n' "$3" "$3" "${4:-65532}" "$3" >"$2/Dockerfile"
  docker build -t "$1" "$2"
}
