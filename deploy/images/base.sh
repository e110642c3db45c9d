#!/usr/bin/env bash
# A base image from Debian's packages alone, where no registry of images is in reach: deploy/images/base.sh [NAME]
#
# Needs mmdebstrap and buildah, as root. Documentation and translations stay out. SUITE names another release.
set -euo pipefail
name=${1:-localhost/luming-base}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

mmdebstrap --quiet --mode=root --variant=essential \
    --include=python3,python3-venv,ca-certificates,libstdc++6 \
    --include=libpango-1.0-0,libpangoft2-1.0-0,libharfbuzz-subset0,fonts-wqy-microhei \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    "${SUITE:-bookworm}" "$folder/base.tar"
printf 'FROM scratch\nADD base.tar /\n' > "$folder/Dockerfile"
buildah build --quiet --isolation chroot --tag "$name" "$folder"
