# shellcheck shell=bash
# The shop itself: installed or upgraded by helm, waited for, asked.

NAMESPACE=${NAMESPACE:-shop}
RELEASE=${RELEASE:-shop}

helm_present() { machine_has helm || tool helm; }

release_up() {
  local tag
  helm_present
  [ -f "$REPO/charts/shop/Chart.yaml" ] || die "charts/shop is missing: this checkout is incomplete"
  tag=$(shop_tag)
  release_unlock
  helm upgrade --install "$RELEASE" "$REPO/charts/shop" --kube-context "$CONTEXT" --namespace "$NAMESPACE" --create-namespace \
    --set global.image.registry=shopkeeper --set "global.image.tag=$tag" --set access=Open --set sampleData=true \
    --set "gateway.port=$PORT" \
    --wait --timeout 180s
}

# helm refuses to touch a release whose install or upgrade was killed.
release_unlock() {
  local status
  status=$(helm status "$RELEASE" --kube-context "$CONTEXT" --namespace "$NAMESPACE" -o json 2>/dev/null | jq -r .info.status) || return 0
  case $status in
    pending-install) helm uninstall "$RELEASE" --kube-context "$CONTEXT" --namespace "$NAMESPACE" --wait --timeout 120s ;;
    pending-upgrade | pending-rollback) helm rollback "$RELEASE" --kube-context "$CONTEXT" --namespace "$NAMESPACE" --wait --timeout 120s ;;
  esac
}

release_wait() {
  # Ready is about requests; Progressing says that no rollout is under way.
  if ! kube -n "$NAMESPACE" wait "shop/$RELEASE" --for=condition=Ready --timeout=180s ||
    ! kube -n "$NAMESPACE" wait "shop/$RELEASE" --for=condition=Progressing=False --timeout=120s; then
    release_explain
    return 1
  fi
}

# What a user would look at first.
release_explain() {
  kube -n "$NAMESPACE" get "shop/$RELEASE" -o jsonpath='{range .status.conditions[*]}{.type}={.status} {.reason}: {.message}{"\n"}{end}'
  kube -n "$NAMESPACE" get pods -o wide
  kube -n "$NAMESPACE" get events --sort-by=.lastTimestamp | tail -n 15
}

shop_ready() {
  release_wait
  shop_answers
}

shop_is_healthy() { [ "$(curl -fsS --max-time 5 "$URL/health" | jq -r .status)" = ok ]; }

shop_answers() {
  # Ready, the services have yet to notice that of each other, which takes a second or two.
  wait_until 60 "the shop on $URL/health to be ok" shop_is_healthy
  curl -fsS --max-time 5 "$URL/health"
}
