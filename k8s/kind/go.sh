# shellcheck shell=bash
# A Go toolchain: the one on PATH if it is new enough, one that we made earlier, or the toolchain that Go itself
# publishes as a module (checked by Go's checksum database), fetched by Debian's older Go.

go_new_enough() {
  local version
  have go || return 1
  # GOTOOLCHAIN=local: what is here, not what it would download.
  version=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null) || return 1
  [ "$(printf '%s\n' "$GO_MINIMUM" "${version#go}" | sort -V | head -n 1)" = "$GO_MINIMUM" ]
}

# Called in the shell that goes on to build, since it sets PATH.
go_on_path() {
  local dir=$CACHE/go/$GO_VERSION
  if [ -x "$dir/bin/go" ]; then
    case :$PATH: in *:"$dir/bin":*) ;; *) go_new_enough || export PATH=$dir/bin:$PATH ;; esac
  fi
}

go_make() {
  local old module arch dir=$CACHE/go/$GO_VERSION
  if go_new_enough; then
    note "$(GOTOOLCHAIN=local go env GOVERSION), there"
    return
  fi
  if [ ! -x "$dir/bin/go" ]; then
    packages go
    old=$(find /usr/lib/go-*/bin/go | sort -V | tail -n 1)
    arch=$(dpkg --print-architecture)
    mkdir -p "$CACHE/go"
    rm -rf "$dir".tmp
    module=$(GOPATH=$dir.tmp GOFLAGS=-modcacherw "$old" mod download -json "golang.org/toolchain@v0.0.1-$GO_VERSION.linux-$arch") ||
      die "no Go newer than $GO_MINIMUM on PATH, and it cannot be fetched: $(jq -r .Error <<<"$module")"
    module=$(jq -er .Dir <<<"$module")
    # A module's files are never executable.
    chmod -R +x "$module"/bin "$module"/pkg/tool
    rm -rf "$dir"
    mv "$module" "$dir"
    rm -rf "$dir".tmp
  fi
  note "$GO_VERSION, installed"
}
