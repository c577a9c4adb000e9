# shellcheck shell=bash
# The programs, built from pinned Go modules into the cache: $CACHE/tools/NAME-KEY/NAME, where KEY is a hash of all
# that decides the result; $CACHE/bin/NAME points at the one in use. `tool NAME...` builds what is missing.
# shellcheck source=/dev/null
. "$KIND_DIR/versions.sh"

# What decides the result: a line of text and perhaps files.
tool_recipe() {
  case $1 in
    kube) echo "kube $KUBERNETES" && cat "$KIND_DIR"/kube/{go.mod,go.sum,main.go} ;;
    traefik) echo "traefik $TRAEFIK_VERSION" && cat "$KIND_DIR"/ingress/{go.mod,go.sum,tools.go} ;;
    kind) echo "sigs.k8s.io/kind@$KIND_VERSION" ;;
    coredns) echo "github.com/coredns/coredns@$COREDNS_VERSION" ;;
    helm) echo "helm.sh/helm/v3/cmd/helm@$HELM_VERSION" ;;
    metrics-server) echo "sigs.k8s.io/metrics-server/cmd/metrics-server@$METRICS_SERVER_VERSION" ;;
    local-path-provisioner) echo "github.com/rancher/local-path-provisioner@$LOCAL_PATH_VERSION" ;;
    stripe-mock) echo "github.com/stripe/stripe-mock@$STRIPE_MOCK_VERSION" ;;
    *) die "no such tool: $1" ;;
  esac
}

tool_dir() { echo "$CACHE/tools/$1-$(tool_recipe "$1" | sha256sum | cut -c1-12)"; }
tool_path() { echo "$(tool_dir "$1")/$1"; }

go_build() {
  local out=$1 ldflags=$2
  shift 2
  # Static, since most of them go into images FROM scratch.
  CGO_ENABLED=0 GOFLAGS=-buildvcs=false nice go build -trimpath -ldflags "-s -w $ldflags" -o "$out" "$@"
}

# A program that is a module's own main package, at a version.
go_install() {
  local out=$1 ldflags=$2 package=$3
  CGO_ENABLED=0 GOFLAGS=-buildvcs=false GOBIN=$(dirname "$out") nice go install -trimpath -ldflags "-s -w $ldflags" "$package"
}

tool_build() {
  local name=$1 out=$2 base=k8s.io/component-base/version
  case $name in
    kube)
      cd "$KIND_DIR/kube" || exit
      go_build "$out" "-X $base.gitVersion=$KUBERNETES -X $base.gitMajor=1 -X $base.gitMinor=$(cut -d. -f2 <<<"$KUBERNETES")" .
      ;;
    traefik)
      cd "$KIND_DIR/ingress" || exit
      go_build "$out" "-X github.com/traefik/traefik/v3/pkg/version.Version=$TRAEFIK_VERSION" github.com/traefik/traefik/v3/cmd/traefik
      ;;
    helm) go_install "$out" "-X helm.sh/helm/v3/internal/version.version=$HELM_VERSION" "$(tool_recipe helm)" ;;
    *) go_install "$out" "" "$(tool_recipe "$name")" ;;
  esac
}

tool_make() {
  local name=$1 dir tmp
  dir=$(tool_dir "$name")
  if [ ! -x "$dir/$name" ]; then
    have go || die "no Go toolchain: run k8s/kind/up.sh, which installs one"
    # Left by runs that were killed; the lock says that nobody is at work on it.
    rm -rf "$dir".tmp.*
    tmp=$dir.tmp.$$
    mkdir -p "$tmp"
    (tool_build "$name" "$tmp/$name")
    [ -x "$tmp/$name" ] || die "building $name gave no program"
    rm -rf "$dir"
    mv "$tmp" "$dir"
  fi
  ln -sfn "$dir/$name" "$CACHE/bin/.$name.$$"
  mv -fT "$CACHE/bin/.$name.$$" "$CACHE/bin/$name"
  # The one binary acts as whatever it is called as.
  if [ "$name" = kube ]; then ln -sfn kube "$CACHE/bin/kubectl"; fi
}

# tool NAME...: each is there after this.
tool() {
  local name began
  mkdir -p "$CACHE/tools"
  for name in "$@"; do
    began=$SECONDS
    with_lock "tool-$name" tool_make "$name"
    ((SECONDS - began < 5)) || progress "$name $(duration $((SECONDS - began)))"
  done
}
