#!/usr/bin/env bash
# make images: the shop's images, as k8s/images/build.sh builds them, with what that needs: docker and a base image.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
for topic in lib versions packages tools docker node images; do
  # shellcheck source=/dev/null
  . "$here/$topic.sh"
done

: >"$LOG"
# shellcheck disable=SC2034 # read by step
STEPS=4
step "packages" packages base docker images
step "docker daemon" with_lock docker docker_start
step "base image" with_lock base-image base_image
step "the shop's images" with_lock images shop_images_make
