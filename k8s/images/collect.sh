#!/bin/bash
# collect.sh ROOT PATH|package:NAME...: puts what is named, and every shared library that it loads, under ROOT, so that
# an image FROM scratch can hold exactly that. `package:NAME` names the programs of an installed Debian package.
# Runs inside the build stages of the Dockerfile.
set -euo pipefail
shopt -s inherit_errexit
root=$1
shift

# Debian's layout: /bin and /lib are links into /usr.
mkdir -p "$root"/usr/{bin,sbin,lib,lib64}
for dir in bin sbin lib lib64; do ln -sfn "usr/$dir" "$root/$dir"; done

# take PATH: a file or folder as it is; a link and all that it leads to.
take() {
  local dir path target
  dir=$(realpath "$(dirname "$1")")
  path=$dir/$(basename "$1")
  # A folder is taken again: part of it may have come by a link.
  if [ -L "$root$path" ] || [ -f "$root$path" ]; then return; fi
  mkdir -p "$root$dir"
  cp -a "$path" "$root$dir/"
  if [ -L "$path" ]; then
    target=$(readlink "$path")
    case $target in
      /*) take "$target" ;;
      *) take "$dir/$target" ;;
    esac
  fi
}

is_elf() { [ "$(head -c 4 "$1" | tr -d '\0')" = $'\x7fELF' ]; }

# What the loader would load for everything collected so far. A library is kept under the one name it is loaded by.
take_libraries() {
  local file lib to
  find "$root" -type f \( -perm /111 -o -name '*.so*' \) | while read -r file; do
    # A static program, or a library that needs nothing, is no error here; one that lacks something is.
    if is_elf "$file"; then ldd "$file" 2>&1 || true; fi
  done | sort -u >"$root.ldd"
  if grep 'not found' "$root.ldd" >&2; then exit 1; fi
  grep -oE '/[^ ]+' "$root.ldd" | grep -F .so | sort -u | while read -r lib; do
    case $lib in "$root"/*) continue ;; esac
    to=$root$(realpath "$(dirname "$lib")")/$(basename "$lib")
    [ -e "$to" ] || { mkdir -p "$(dirname "$to")" && cp -L "$lib" "$to"; }
  done
  rm -f "$root.ldd"
}

for what in "$@"; do
  case $what in
    package:*)
      dpkg -L "${what#package:}" | grep -E '^(/usr)?/s?bin/.' | while read -r path; do take "$path"; done
      ;;
    *) take "$what" ;;
  esac
done
take_libraries
