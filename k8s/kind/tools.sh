# shellcheck shell=bash
# The programs of the cluster, built from the pinned Go modules of `tools` into the cache: $CACHE/tools/NAME-KEY/NAME, where
# KEY is a hash of all that decides the result; $CACHE/bin/NAME points at the one in use.
# shellcheck source=/dev/null
. "$KIND_DIR/versions.sh"

TOOLS_DIR=$KIND_DIR/tools
TOOLS_PERCENT=$CACHE/tools/percent

# A version that a program does not have is ignored by the linker.
TOOL_VERSIONS="-X k8s.io/component-base/version.gitVersion=$KUBERNETES \
-X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=$(cut -d. -f2 <<<"$KUBERNETES") \
-X helm.sh/helm/v3/internal/version.version=$(module_version helm.sh/helm/v3) \
-X github.com/traefik/traefik/v3/pkg/version.Version=$(module_version github.com/traefik/traefik/v3)"
# No debug information, and no inlining outside the standard library: compiling takes a third less time.
TOOL_COMPILE=(-trimpath '-gcflags=all=-dwarf=false -l' -gcflags=std=-dwarf=false)

tool_package() {
  case $1 in
    kube | coredns) echo "./$1" ;;
    traefik) echo github.com/traefik/traefik/v3/cmd/traefik ;;
    kind) echo sigs.k8s.io/kind ;;
    helm) echo helm.sh/helm/v3/cmd/helm ;;
    metrics-server) echo sigs.k8s.io/metrics-server/cmd/metrics-server ;;
    local-path-provisioner) echo github.com/rancher/local-path-provisioner ;;
    stripe-mock) echo github.com/stripe/stripe-mock ;;
    helm-unittest) echo github.com/helm-unittest/helm-unittest/cmd/helm-unittest ;;
    kubeconform) echo github.com/yannh/kubeconform/cmd/kubeconform ;;
    kube-score) echo github.com/zegl/kube-score/cmd/kube-score ;;
    *) die "no such tool: $1" ;;
  esac
}

# The module that has the program.
tool_module() { if [ "$1" = traefik ]; then echo "$TOOLS_DIR/traefik"; else echo "$TOOLS_DIR"; fi; }

# What decides the result.
tool_recipe() {
  tool_package "$1"
  echo "${TOOL_COMPILE[*]} $TOOL_VERSIONS"
  type tools_module
  cat "$(tool_module "$1")"/go.{mod,sum}
  if [ -d "$TOOLS_DIR/$1" ]; then find "$TOOLS_DIR/$1" -name '*.go' | LC_ALL=C sort | xargs cat; fi
}

tool_dir() { echo "$CACHE/tools/$1-$(tool_recipe "$1" | sha256sum | cut -c1-12)"; }
tool_path() { echo "$(tool_dir "$1")/$1"; }

# tools_module FOLDER: the present module with what is to be different in others, as FOLDER/go.mod. Go replaces whole
# modules only, so that those are copied.
tools_module() {
  local to=$1
  cp go.mod go.sum "$to/"
  if [ -d dns ]; then
    tools_replace "$to" dns github.com/go-acme/lego/v4 providers/dns
    tools_replace "$to" ecs github.com/traefik/traefik/v3 pkg/provider/ecs
    tools_replace "$to" plugins github.com/traefik/traefik/v3 pkg/plugins
    return
  fi
  # All that helm and metrics-server want of a newer Kubernetes: a function that had another name, and the name of a type.
  tools_edit "$to" helm.sh/helm/v3 pkg/lint/rules/template.go \
    's#"k8s.io/apimachinery/pkg/api/validate/content"#content "k8s.io/apimachinery/pkg/api/validation/path"#
    s#content\.IsPathSegmentName#content.IsValidPathSegmentName#'
  tools_edit "$to" sigs.k8s.io/metrics-server pkg/api/generated/openapi/zz_generated.openapi.go \
    's#v1\.ShardInfo{}\.OpenAPIModelName()#"io.k8s.apimachinery.pkg.apis.meta.v1.ShardInfo"#'
  # A function that Kubernetes has added to an interface.
  tools_edit "$to" github.com/zegl/kube-score score/internal/labelselector.go \
    's#^func (l MapLabels) Has#func (l MapLabels) Lookup(key string) (string, bool) { value, ok := l[key]; return value, ok }\n&#'
  # The old name of a module, which Go does not accept beside its new one.
  tools_edit "$to" github.com/rancher/local-path-provisioner '*.go' 's#"github.com/Sirupsen/logrus"#"github.com/sirupsen/logrus"#'
}

# tools_copy FOLDER MODULE: a copy of the module that the one in FOLDER uses.
tools_copy() {
  local to=$1/$2
  [ ! -d "$to" ] || return 0
  mkdir -p "$to"
  cp -r "$(go mod download -json "$2@$(module_version "$2")" | jq -er .Dir)/." "$to"
  chmod -R u+w "$to"
  go mod edit -replace "$2=$to" "$1/go.mod"
}

# tools_replace FOLDER PACKAGE MODULE PATH: our PACKAGE in place of the one at PATH.
tools_replace() {
  tools_copy "$1" "$3"
  rm "$1/$3/$4"/*.go
  cp "$2"/*.go "$1/$3/$4/"
}

# tools_edit FOLDER MODULE FILES SCRIPT
tools_edit() {
  tools_copy "$1" "$2"
  # shellcheck disable=SC2086 # a pattern
  sed -i "$4" "$1/$2"/$3
}

# tools_build FOLDER NAME...: of one module, in one run of Go, which links one program while it compiles the next.
tools_build() {
  local to=$1 name packages=()
  local flags=(-modfile="$to/go.mod" "${TOOL_COMPILE[@]}")
  shift
  for name in "$@"; do packages+=("$(tool_package "$name")"); done
  cd "$(tool_module "$1")" || exit
  tools_module "$to"
  # Static, since most of them go into images FROM scratch.
  export CGO_ENABLED=0 GOFLAGS=-buildvcs=false
  local total
  total=$(go list -deps -f '{{if .Stale}}{{.ImportPath}}{{end}}' "${flags[@]}" "${packages[@]}" | grep -c .) || true # none
  go build -v "${flags[@]}" -ldflags "-s -w $TOOL_VERSIONS" -o "$to/" "${packages[@]}" 2>&1 | tools_count "$total"
}

# Passes on what `go build -v` prints, and counts the packages.
tools_count() {
  local total=$1 count=0 line
  while read -r line; do
    printf '%s\n' "$line"
    case $line in 'go: '* | '#'*) continue ;; esac
    count=$((count + 1))
    # The last programs are still to be linked when the last package has been named.
    if ((count < total)); then echo $((100 * count / total)) >"$TOOLS_PERCENT"; fi
  done
}

tools_percent() { cat "$TOOLS_PERCENT"; }

tools_missing() {
  local name
  for name in "$@"; do [ -x "$(tool_path "$name")" ] || echo "$name"; done | sort -u
}

tools_make() {
  local name missing
  mapfile -t missing < <(tools_missing "$@")
  ((${#missing[@]})) || return 0
  have go || die "no Go toolchain: run k8s/kind/up.sh, which installs one"
  local module group
  for module in "$TOOLS_DIR" "$TOOLS_DIR/traefik"; do
    mapfile -t group < <(for name in "${missing[@]}"; do if [ "$(tool_module "$name")" = "$module" ]; then echo "$name"; fi; done)
    ((${#group[@]} == 0)) || tools_make_group "${group[@]}"
  done
}

tools_make_group() {
  local name dir tmp=$CACHE/tools/build
  # Left by a run that was killed; the lock says that it has ended.
  rm -rf "$tmp" "$TOOLS_PERCENT"
  mkdir "$tmp"
  (tools_build "$tmp" "$@")
  for name in "$@"; do
    dir=$(tool_dir "$name")
    rm -rf "$dir"
    mkdir "$dir"
    mv "$tmp/$name" "$dir/"
  done
  rm -rf "$tmp" "$TOOLS_PERCENT"
}

# tool NAME...: each is there after this.
tool() {
  local name
  mkdir -p "$CACHE/tools"
  # Not to wait for others to be built.
  [ -z "$(tools_missing "$@")" ] || with_percent tools_percent with_lock tools tools_make "$@"
  for name in "$@"; do
    ln -sfn "$(tool_path "$name")" "$CACHE/bin/.$name.$$"
    mv -fT "$CACHE/bin/.$name.$$" "$CACHE/bin/$name"
    # The one binary acts as whatever it is called as.
    if [ "$name" = kube ]; then ln -sfn kube "$CACHE/bin/kubectl"; fi
  done
}
