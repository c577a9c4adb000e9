#!/usr/bin/env bash
# make test: the tiers of tests, one after another; a line for each, at the end the slowest tests and the time of each tier, and at the
# very end `N passed, N failed`.
#   TIERS="unit services"   some of them        JOBS=4   how much at once (default: the processors)
# Results (JUnit XML, logs) are in build/test-results. Whatever it starts it ends.
set -euo pipefail
# shellcheck source=tests/lib/setup.sh
. "$(dirname "$(realpath "$0")")/lib/setup.sh" versions packages go tools docker

# Not among them: nodes, a cluster of three.
ALL="lint unit sanitizers services faults operator charts images cluster"
read -ra tiers <<<"${TIERS:-$ALL}"
JOBS=${JOBS:-$(nproc)}
out=$repo/build/test-results
totals=$out/totals
rm -rf "$out"
mkdir -p "$out"
: >"$totals"
: >"$totals.tests"

# --- tiers: each is run in a subshell with its output in a log, and leaves $out/TIER*.xml -----------------------------

configure_and_build() {
  packages base cpp
  cmake --preset "$1"
  if [ "$1" = dev ]; then
    # Into the store of the image builds, which compile the same programs with the same flags.
    CCACHE_REMOTE_STORAGE=file:$CACHE/ccache-images CCACHE_RESHARE=1 cmake --build --preset programs -j "$JOBS"
  fi
  cmake --build --preset "$1" -j "$JOBS"
}

tier_lint() { timeout 2700 tests/lib/lint.sh; }

tier_unit() {
  configure_and_build dev
  timeout 900 ctest --preset dev -j "$JOBS" --output-junit "$out/unit.xml"
}

tier_sanitizers() {
  local preset rc=0
  for preset in asan tsan; do
    configure_and_build "$preset"
    timeout 900 ctest --preset "$preset" -j "$JOBS" --output-junit "$out/sanitizers-$preset.xml" || rc=$?
  done
  return "$rc"
}

# go_tools NAME...: Go, and these programs that it builds.
go_tools() {
  with_lock go go_make
  go_on_path
  tool "$@"
}

# pytest_tier NAME SECONDS FOLDER...
pytest_tier() {
  local name=$1 seconds=$2
  shift 2
  timeout --kill-after=90 "$seconds" /usr/bin/python3 -m pytest -p no:cacheprovider -ra --junitxml="$out/$name.xml" "$@"
}

# With stripe-mock, which checks each request against Stripe's own description of its API. Files of tests run side by side,
# each process with a PostgreSQL and a RabbitMQ of its own: they wait more than they compute.
tier_services() {
  packages tests monitoring
  configure_and_build dev
  go_tools stripe-mock
  pytest_tier services 1500 -n "$((JOBS + 1))" --dist loadfile tests/services
}

# The services while parts of them, the databases and the broker are killed.
tier_faults() {
  packages tests
  configure_and_build dev
  go_tools
  pytest_tier faults 600 -s tests/faults
}

# Real etcd and kube-apiserver: both are in the one binary.
tier_operator() {
  packages tests monitoring
  configure_and_build dev
  go_tools kube kubeconform kube-score
  KUBE_BIN=$(tool_path kube) pytest_tier operator 1500 -n "$JOBS" --dist loadfile tests/operator
}

tier_charts() {
  packages base tests
  go_tools helm helm-unittest kubeconform kube-score kube
  KUBE_BIN=$(tool_path kube) timeout 300 charts/test.sh "$out"
}

# What the images weigh, and PostgreSQL and RabbitMQ started as the operator's pods start them.
tier_images() {
  local rc=0 was_running=true
  docker_answers || was_running=false
  k8s/kind/build-images.sh
  timeout 300 k8s/images/sizes.sh || rc=$?
  timeout 300 k8s/images/test.sh || rc=$?
  if ! "$was_running"; then with_lock docker docker_stop; fi
  return "$rc"
}

# A cluster of its own, so that a shop that runs on this machine, and kubectl's present context, are left alone. With cold caches
# the first `make up` in it builds the programs that no tier before has needed.
tier_cluster() {
  CLUSTER=${TEST_CLUSTER:-shop-test} PORT=${TEST_PORT:-18080} cluster_tier cluster tests/cluster
}

# cluster_tier TIER FOLDER: with CLUSTER, PORT and NODES in the environment.
cluster_tier() {
  packages base tests monitoring
  mkdir -p "$CACHE/clusters"
  export KUBECONFIG=$CACHE/clusters/$CLUSTER.kubeconfig
  local rc=0
  pytest_tier "$1" 3600 "$2" || rc=$?
  if [ -z "${KEEP:-}" ]; then k8s/kind/down.sh; fi
  return "$rc"
}

# A cluster of three nodes, of which one is drained.
tier_nodes() {
  CLUSTER=shop-nodes PORT=18081 NODES=3 cluster_tier nodes tests/nodes
}

run_tier() {
  local tier=$1 began=$SECONDS rc=0 log files
  log=$out/$tier.log
  if [ "$(type -t "tier_$tier")" != function ]; then die "no such tier: $tier (there are: $ALL)"; fi
  # Not `( … ) || rc=$?`, which would switch -e off inside.
  set +e
  (
    set -e
    "tier_$tier"
  ) >"$log" 2>&1 </dev/null
  rc=$?
  set -e
  mapfile -t files < <(find "$out" -name "$tier*.xml" | sort)
  python3 tests/lib/report.py "$tier" "$((SECONDS - began))" "$rc" "$log" "$totals" "${files[@]}"
}

# beside COMMAND...: with the time that the tiers leave, which mostly wait.
beside() {
  set -m
  (renice -n 19 -p "$BASHPID" >/dev/null && "$@") &
  set +m
  groups+=("$!")
}
end_groups() {
  local group
  for group in "${groups[@]}"; do kill -- "-$group" 2>/dev/null || true; done
}

# The Go programs that later tiers need; what fails here fails again there, and is reported.
programs() { { go_tools stripe-mock && tool kube helm helm-unittest kubeconform kube-score; } >"$out/programs.log" 2>&1; }

have python3 || packages tests
groups=()
trap end_groups EXIT
if [ "${tiers[*]}" = "$ALL" ]; then
  # What tiers side by side would install at the same time.
  packages base cpp tests monitoring lint >"$out/packages.log" 2>&1
  beside programs
fi
for tier in "${tiers[@]}"; do
  if [ "$tier" = lint ] && ((${#tiers[@]} > 1)); then beside run_tier lint; else run_tier "$tier"; fi
done
for group in "${groups[@]}"; do wait "$group" || true; done

# A tier that ran beside the others and was killed has left no line.
for tier in "${tiers[@]}"; do
  if ! grep -q " $tier\$" "$totals"; then
    echo "--- $tier: ended without a result"
    echo "0 1 0 $tier" >>"$totals"
  fi
done

echo "slowest tests, in seconds:"
sort -rn "$totals.tests" | sed -n '1,10s/^/  /p'
echo "tiers:"
awk '{ printf "  %-12s %5d passed %3d failed %5d s\n", $4, $1, $2, $3 }' "$totals"
echo "all tiers: ${SECONDS}s"

read -r passed failed < <(awk '{ p += $1; f += $2 } END { print p + 0, f + 0 }' "$totals")
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
