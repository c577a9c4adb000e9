#!/usr/bin/env bash
# test.sh [--update]: tests of the charts that need no cluster. The last line says `N passed, N failed`.
# Each folder of examples/ has a values.yaml and the shop.yaml that it renders to; --update writes the latter.
set -euo pipefail
charts=$(dirname "$(realpath "$0")")
# helm of the machine, else the one that `make up` builds.
export PATH=$PATH:${SHOPKEEPER_CACHE:-$HOME/.cache/shopkeeper}/bin
kube=1.35.0
# shellcheck source=tests/lib/check.sh
. "$charts/../tests/lib/check.sh"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

command -v helm >/dev/null || {
  echo "error: no helm: make up builds one, or install it" >&2
  exit 1
}

# helm warns of every symbolic link, and charts/shop contains the operator's chart as one.
render() {
  local chart=$1
  shift
  local rc=0
  helm template shop "$charts/$chart" --namespace demo --kube-version "$kube" --include-crds "$@" 2>"$out/stderr" || rc=$?
  grep -v 'found symbolic link' "$out/stderr" >&2 || true
  return "$rc"
}

example() {
  local dir=$1
  render shop -f "$dir/values.yaml" --show-only templates/shop.yaml >"$out/shop.yaml"
  if [ "$update" = 1 ]; then cp "$out/shop.yaml" "$dir/shop.yaml"; fi
  diff -u "$dir/shop.yaml" "$out/shop.yaml"
}

# valid CHART ARGS...: the manifests keep to the custom resource's schema and to the restricted Pod Security Standard.
valid() {
  render "$@" >"$out/all.yaml"
  python3 "$charts/validate.py" "$out/all.yaml"
}

# refused CHART TEXT ARGS...: rendering with these values fails with an error that contains TEXT.
refused() {
  local chart=$1 text=$2
  shift 2
  if render "$chart" "$@" >"$out/all.yaml" 2>"$out/refusal"; then
    echo "accepted"
    return 1
  fi
  cat "$out/refusal"
  grep -qF -- "$text" "$out/refusal"
}

# has TEXT CHART ARGS... / lacks TEXT CHART ARGS...: whether the manifests contain TEXT.
has() {
  local text=$1
  shift
  render "$@" | grep -F -- "$text"
}
lacks() { ! has "$@"; }

packaged() {
  helm package "$charts/shop" --destination "$out"
  helm template shop "$out"/shop-*.tgz --namespace demo --kube-version "$kube" --include-crds >"$out/packaged.yaml"
  render shop >"$out/folder.yaml"
  diff "$out/folder.yaml" "$out/packaged.yaml"
}

# The chart has observability/ as symbolic links, which a package contains as files.
same_observability() {
  render shop --api-versions monitoring.coreos.com/v1/PrometheusRule >"$out/all.yaml"
  python3 - "$out/all.yaml" "$charts/../observability" <<'EOF'
import pathlib, sys, yaml
objects = [each for each in yaml.safe_load_all(pathlib.Path(sys.argv[1]).read_text()) if each]
dashboards = {name: text.rstrip() for each in objects if each["metadata"].get("labels", {}).get("grafana_dashboard")
              for name, text in each["data"].items()}
folder = pathlib.Path(sys.argv[2])
wanted = {"shopkeeper-" + path.name: path.read_text().rstrip() for path in (folder / "dashboards").glob("*.json")}
assert len(wanted) >= 4 and dashboards == wanted, (dashboards.keys(), wanted.keys())
rules = [each["spec"] for each in objects if each["kind"] == "PrometheusRule"]
assert rules == [yaml.safe_load((folder / "rules" / name).read_text()) for name in ("recording.yaml", "alerts.yaml")]
EOF
}

update=0
if [ "${1:-}" = --update ]; then update=1; fi

check "generated files are up to date" python3 "$charts/generate.py" --check
for chart in shop shopkeeper-operator; do check "lint $chart" helm lint --strict --quiet "$charts/$chart" --kube-version "$kube"; done
for dir in "$charts"/shop/examples/*/; do
  name=$(basename "$dir")
  check "example $name renders to its shop.yaml" example "${dir%/}"
  check "example $name is valid" valid shop -f "$dir/values.yaml"
done
check "default values are valid" valid shop
check "the operator alone is valid" valid shopkeeper-operator
check "the operator with everything set is valid" valid shopkeeper-operator --set replicas=2 --set priorityClassName=high --set 'tolerations[0].key=a' \
  --set nodeSelector.disk=ssd --set podAnnotations.a=b --set podLabels.a=b --set 'global.image.pullSecrets={one,two}' --set serviceAccount.annotations.a=b \
  --set scope=Namespace --set 'namespaces={one,two}' --api-versions monitoring.coreos.com/v1/PodMonitor
check "a packaged chart is the same" packaged

# Unknown keys and wrong values are refused at every level.
check "misspelt key" refused shop acess --set acess=Open
check "misspelt key of global.image" refused shop tga --set global.image.tga=1.0
check "misspelt key of the operator" refused shop replicaz --set operator.replicaz=2
check "misspelt service" refused shop usr --set services.usr.replicas=2
check "misspelt key of a service" refused shop replica --set services.user.replica=2
check "misspelt key of gateway.tls" refused shop secret --set gateway.host=a.example --set gateway.tls.secret=x
check "misspelt key of database.managed" refused shop size --set database.managed.size=1Gi
check "key of the operator's chart" refused shopkeeper-operator loglevel --set loglevel=debug
check "wrong type" refused shop sampleData --set-string sampleData=yes
check "value outside an enum" refused shop access --set access=open
check "malformed size" refused shop storage --set database.managed.storage=8GB
check "too many replicas" refused shop replicas --set services.user.replicas=21
check "mail without a sender" refused shop from --set email.host=mail.example.com
check "payments without a provider" refused shop provider --set payments.secret=stripe
check "malformed currency" refused shop currency --set currency=euro
check "name too long" refused shop name --set name=abcdefghijklmnopqrstuvwxy

check "global.image reaches the operator" has 'image: registry.example/x/operator:9.9' shop --set global.image.registry=registry.example/x --set-string global.image.tag=9.9
check "global.image reaches the shop" has 'tag: "9.9"' shop --set-string global.image.tag=9.9
check "no operator when it is disabled" lacks 'kind: Deployment' shop --set operator.enabled=false
check "permissions in its own namespace only by default" lacks 'kind: ClusterRoleBinding' shop --set operator.crds.apply=false
check "nothing in the whole cluster by default, with the operator's own chart too" lacks 'kind: ClusterRole' shopkeeper-operator --set crds.apply=false
check "permissions in the whole cluster with scope Cluster" has 'kind: ClusterRoleBinding' shop --set operator.crds.apply=false --set operator.scope=Cluster
check "permissions in each of namespaces" has 'namespace: two' shop --set operator.scope=Namespace --set 'operator.namespaces={one,two}'
check "the operator gets its namespaces as an argument" has '--namespaces=demo,one,two' shop --set 'operator.namespaces={one,two}'
check "no PodMonitor in a cluster without that kind" lacks 'kind: PodMonitor' shop
check "a PodMonitor in a cluster with that kind" has 'kind: PodMonitor' shop --api-versions monitoring.coreos.com/v1/PodMonitor
check "no PodMonitor with podMonitor Never" lacks 'kind: PodMonitor' shop --set operator.monitoring.podMonitor=Never --api-versions monitoring.coreos.com/v1/PodMonitor
check "the shop's PodMonitor can be switched off" has 'podMonitor: Never' shop --set monitoring.podMonitor=Never
check "unknown value of podMonitor" refused shop podMonitor --set monitoring.podMonitor=never
check "dashboards have the label that Grafana selects" has 'grafana_dashboard: "1"' shop
check "dashboards and rules are those of observability" same_observability
check "no dashboards when they are disabled" lacks 'grafana_dashboard' shop --set operator.monitoring.dashboards.enabled=false
check "no rules in a cluster without that kind" lacks 'kind: PrometheusRule' shop
check "no rules when they are disabled" lacks 'kind: PrometheusRule' shop --set operator.monitoring.rules.enabled=Never --api-versions monitoring.coreos.com/v1/PrometheusRule
check "runbook URLs have the given base" has 'runbook_url: https://docs.example/x/ShopSlow.md' shop --set operator.monitoring.rules.runbooks=https://docs.example/x/ \
  --api-versions monitoring.coreos.com/v1/PrometheusRule
check "misspelt key of dashboards" refused shopkeeper-operator enable --set monitoring.dashboards.enable=true
check "false is rendered, not left out" has 'sampleData: false' shop

summary charts
