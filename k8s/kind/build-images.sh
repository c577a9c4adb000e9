#!/usr/bin/env bash
# make images: the shop's images, as k8s/images/build.sh builds them, with what that needs: docker and a base image.
set -euo pipefail
# shellcheck source=k8s/kind/lib.sh
. "$(dirname "$(realpath "$0")")/lib.sh" versions packages tools docker node images

: >"$LOG"
# shellcheck disable=SC2034 # read by step
STEPS=4
step "packages" packages base docker images
step "docker daemon" with_lock docker docker_start
step "base image" with_lock base-image base_image
step "the shop's images" with_lock images shop_images_make
