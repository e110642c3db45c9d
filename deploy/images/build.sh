#!/usr/bin/env bash
# The image of all services, without a daemon: deploy/images/build.sh [NAME]
#
# BASE names the image to build on (default: one that base.sh makes). A pip.conf and certificates of this machine, where
# it has them, are lent to the build and stay in no layer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
name=${1:-localhost/luming}
base=${BASE:-localhost/luming-base:$(sha256sum deploy/images/base.sh | cut -c 1-12)}  # another one when base.sh changes
[ -n "${BASE:-}" ] || buildah inspect --type image "$base" >/dev/null 2>&1 || deploy/images/base.sh "$base"

lent=()
[ ! -f /etc/pip.conf ] || lent+=(--secret id=pip,src=/etc/pip.conf)
[ ! -f /etc/ssl/certs/ca-certificates.crt ] || lent+=(--secret id=certificates,src=/etc/ssl/certs/ca-certificates.crt)
buildah build --quiet --isolation chroot --format docker "${lent[@]}" \
    --build-arg BASE="$base" \
    --build-arg REVISION="$(git rev-parse HEAD 2>/dev/null || echo unknown)" \
    --build-arg CREATED="$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
    --file deploy/images/Dockerfile --tag "$name" .
