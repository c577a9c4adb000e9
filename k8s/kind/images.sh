# shellcheck shell=bash
# Images: those of the cluster's own parts, and the shop's.

# part_image NAME: an image of one of the programs of tools.sh, named by what it was built from.
part_image() { echo "shopkeeper/$1:$(basename "$(tool_dir "$1")" | sed "s/^$1-//")"; }

part_images_make() {
  local name image dir
  for name in "$@"; do
    image=$(part_image "$name")
    if docker image inspect "$image" >/dev/null 2>&1; then continue; fi
    tool "$name"
    dir=$CACHE/image.$name
    rm -rf "$dir"
    mkdir -p "$dir"
    cp "$(tool_path "$name")" "$dir/"
    scratch_image "$image" "$dir" "$name"
    rm -rf "$dir"
  done
}

# TAG=... takes images that are there instead of those of the sources as they are.
shop_tag() { if [ -n "${TAG:-}" ]; then echo "$TAG"; else "$REPO/k8s/images/build.sh" --print-tag; fi; }
shop_images() {
  local tag
  tag=$(shop_tag) || return 1
  "$REPO/k8s/images/build.sh" --list "$tag"
}

shop_images_present() {
  local image images
  images=$(shop_images) || return 1
  for image in $images; do docker image inspect "$image" >/dev/null 2>&1 || return 1; done
}

shop_images_make() {
  [ -x "$REPO/k8s/images/build.sh" ] || die "k8s/images/build.sh is missing: this checkout is incomplete"
  if shop_images_present; then
    note "there ($(shop_tag))"
    return
  fi
  [ -z "${TAG:-}" ] || die "there are no images with the tag $TAG: make up without TAG builds them"
  "$REPO/k8s/images/build.sh"
  note "$(shop_tag)"
}

# shellcheck disable=SC2046 # a list of names
shop_images_load() { load $(shop_images); }
