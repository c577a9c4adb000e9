# shellcheck shell=bash
# A docker daemon: the one that is there, or one that we start and later stop, by its pid; and the base image.

DOCKER_STATE=$CACHE/docker
mkdir -p "$DOCKER_STATE"
# Debian's docker has no BuildKit client; the old builder is all it offers.
if [ -z "${DOCKER_BUILDKIT:-}" ] && ! docker buildx version >/dev/null 2>&1; then export DOCKER_BUILDKIT=0; fi

docker_answers() { timeout 10 docker version >/dev/null 2>&1; }

# The daemon that we started, if it still runs: a pid alone may be another's by now.
docker_ours() {
  local pid
  [ -f "$DOCKER_STATE/dockerd.pid" ] || return 1
  pid=$(cat "$DOCKER_STATE/dockerd.pid")
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ] || return 1
  echo "$pid"
}

docker_start() {
  if docker_answers; then
    note "$(docker version -f '{{.Server.Version}}'), running"
    return
  fi
  # A daemon of ours that is still starting or has just been started by another run.
  if docker_ours >/dev/null && wait_until 30 "the docker daemon" docker_answers; then return; fi
  ((EUID == 0)) || die "docker does not answer: start it (sudo systemctl start docker), or join the docker group"
  if [ -d /run/systemd/system ]; then
    systemctl start docker
    # Ours until the machine is rebooted: a docker that runs after that was started by somebody else.
    cp /proc/sys/kernel/random/boot_id "$DOCKER_STATE/by-systemd"
  else
    dockerd_start
  fi
  wait_until 60 "the docker daemon (its log: $DOCKER_STATE/dockerd.log)" docker_answers
  note "$(docker version -f '{{.Server.Version}}'), started"
}

dockerd_start() {
  local flags=()
  # Where root lacks CAP_SYS_RESOURCE (some containers and sandboxes) no privileged container would start.
  if ! capsh --has-p=cap_sys_resource >/dev/null 2>&1; then
    install -m 755 "$KIND_DIR/runc-without-sys-resource" "$DOCKER_STATE/runc-without-sys-resource"
    flags=(--oom-score-adjust 0 --add-runtime "restricted=$DOCKER_STATE/runc-without-sys-resource" --default-runtime restricted)
  fi
  # Left by a daemon that was killed: they would stop the new one from starting. No daemon answers, so they are not in use.
  if ! pidof dockerd >/dev/null; then rm -f /var/run/docker.pid; fi
  # Its own session, and none of our descriptors: it outlives us and must not hold our locks and pipes.
  setsid dockerd "${flags[@]}" --pidfile "$DOCKER_STATE/dockerd.pid" >"$DOCKER_STATE/dockerd.log" 2>&1 </dev/null 3>&- 4>&- 9>&- &
}

# Ends the daemon if it is ours, and what it would leave: its containerd, shims and mounts.
docker_stop() {
  local pid
  if docker_answers && [ -n "$(docker ps -q)" ]; then
    note "left running: it has other containers"
    return
  fi
  if [ -f "$DOCKER_STATE/by-systemd" ]; then
    if cmp -s /proc/sys/kernel/random/boot_id "$DOCKER_STATE/by-systemd"; then
      systemctl stop docker.socket docker.service containerd.service
      note "stopped"
    else
      note "not ours, left running"
    fi
    rm -f "$DOCKER_STATE/by-systemd"
    return
  fi
  if ! pid=$(docker_ours); then
    note "not ours, left running"
    docker_answers || note "not running"
    rm -f "$DOCKER_STATE/dockerd.pid"
    return
  fi
  local containerd
  containerd=$(cat /var/run/docker/containerd/containerd.pid 2>/dev/null || true) # there is none while it starts
  end_process dockerd "$pid"
  if [ -n "$containerd" ] && [ "$(cat "/proc/$containerd/comm" 2>/dev/null)" = containerd ]; then end_process containerd "$containerd"; fi
  rm -f "$DOCKER_STATE/dockerd.pid"
  local left
  awk '$2 ~ "^/var/(lib|run)/docker/" { print $2 }' /proc/mounts | sort -r | while read -r left; do umount "$left"; done
  # The bridges outlive the daemon.
  ip -o link show type bridge | sed -nE 's/^[0-9]+: (docker0|br-[0-9a-f]{12}):.*/\1/p' | while read -r left; do ip link delete "$left"; done
  note "stopped"
}

gone() { [ ! -e "/proc/$1" ]; }

# end_process NAME PID
end_process() {
  kill "$2"
  wait_until 30 "$1 to end" gone "$2" || kill -9 "$2"
}

BASE_IMAGE=debian:bookworm-slim

# Pulled where a registry can be reached, else made of Debian's packages.
base_image() {
  if base_image_pull; then return; fi
  packages node
  ((EUID == 0)) || die "$BASE_IMAGE cannot be pulled; making it of packages wants root"
  local tar=$CACHE/base.$$.tar
  rm -f "$CACHE"/base.*.tar
  # Our descriptors are closed for it: it has apt run `sh -c 'cat >&N'`, and dash knows no N of two digits.
  mmdebstrap --variant=minbase --quiet bookworm "$tar" 3>&- 4>&- 9>&-
  docker import "$tar" "$BASE_IMAGE"
  rm -f "$tar"
  note "made of packages"
}

base_image_pull() {
  if docker image inspect "$BASE_IMAGE" >/dev/null 2>&1; then
    note "there"
  elif pull "$BASE_IMAGE"; then
    note "pulled"
  else
    return 1
  fi
}

# Says whether images can be pulled here: a base image that we made, or have yet to make, has no digest of a registry.
base_was_pulled() {
  local digests
  digests=$(docker image inspect -f '{{len .RepoDigests}}' "$BASE_IMAGE" 2>/dev/null) && [ "$digests" != 0 ]
}

# pull IMAGE: 20 s for the registry to answer, then as long as it takes, within reason.
pull() {
  local log=$DOCKER_STATE/pull.$$ pid rc=0
  timeout 900 docker pull "$1" >"$log" 2>&1 &
  pid=$!
  if ! wait_until 20 "a registry" sh -c "grep -q 'Pulling from' '$log' || ! kill -0 $pid"; then kill "$pid"; fi
  wait "$pid" || rc=$?
  cat "$log"
  rm -f "$log"
  return "$rc"
}
