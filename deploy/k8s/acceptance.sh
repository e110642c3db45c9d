#!/usr/bin/env bash
# On a real cluster: the newsstand plays while a node is drained, the services are upgraded and rolled back by a release.
# Passed when every page comes to what the table says, every alert is told once, and there are no dead letters.
#
#   deploy/k8s/acceptance.sh CONTEXT OLD NEW NEWSSTAND
#
# CONTEXT is kubectl's name of a cluster for trying out, with three nodes or more and the operators of README.md. OLD and
# NEW are images of two releases, NEWSSTAND one of deploy/images/acceptance.Dockerfile, all in a registry that the cluster
# reaches. It makes the namespace `luming` and refuses a cluster that has one; KEEP=1 leaves it there afterwards.
set -euo pipefail
[ $# -eq 4 ] || { sed -n '2,9p' "$0"; exit 2; }
context=$1 old=$2 new=$3 newsstand=$4
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
python=$root/.venv/bin/python
work=$(mktemp -d)
forward="" drained=""
stretch=$(sed -n 's/^ *- --stretch=//p' "$here/overlays/acceptance/crawler.yaml")

on() { kubectl --context "$context" --namespace luming "$@"; }
say() { printf '%s  %s\n' "$(date -u +%H:%M:%S)" "$*"; }

finish() {
    [ -z "$forward" ] || kill "$forward" 2>/dev/null || true
    [ -z "$drained" ] || kubectl --context "$context" uncordon "$drained" || true
    [ -n "${KEEP:-}" ] || on delete namespace luming --ignore-not-found --wait=false || true
    rm -rf "$work"
}

render() {  # render IMAGE: the overlay with this release
    kubectl kustomize "$here/overlays/acceptance" |
        sed -e "s|registry.example/luming-acceptance:0.1.0|$newsstand|" -e "s|registry.example/luming:0.1.0|$1|"
}

release() {  # release IMAGE: migrate, then roll every service
    on delete job luming-migrate --ignore-not-found
    render "$1" | on apply --server-side --force-conflicts -f -
    on wait --for=condition=complete --timeout=15m job/luming-migrate
    for name in crawler classifier alerter portal portal-indexer; do on rollout status --timeout=10m "deployment/luming-$name"; done
}

on get namespace luming >/dev/null 2>&1 && { echo "the cluster has a namespace luming already" >&2; exit 2; }
for kind in kafkas.kafka.strimzi.io clusters.postgresql.cnpg.io scaledobjects.keda.sh podmonitors.monitoring.coreos.com; do
    on get crd "$kind" >/dev/null || { echo "the operator of $kind is not installed" >&2; exit 2; }
done
trap finish EXIT

say "the release before: $old"
on apply -f "$here/base/namespace.yaml"
files=$root/deploy/local/newsstand/config
on create configmap luming-newsstand --from-file="$files/sources.yaml" --from-file="$files/subscriptions.yaml"
on create secret generic luming-alerter-variables --from-literal=SLACK_BOT_TOKEN="xoxb-$(openssl rand -hex 16)"
render "$old" | on apply --server-side -f -
on wait --for=condition=Ready --timeout=20m kafka/luming cluster/luming-db
on wait --for=condition=Ready --timeout=5m kafkatopic --all
release "$old"

playing() {  # playing WHAT: the release counts for something only while pages still come out
    [ "$(date -u +%s)" -lt "$last" ] || { say "FAILED: the last page came out before $1: a greater --stretch is needed"; exit 1; }
}

# Config maps reach running pods within two minutes; the moment lies after that, so that every newsstand begins at once.
start=$(date -u -d '+150 seconds' +%Y-%m-%dT%H:%M:%S+00:00)
last=$(($(date -u -d "$start" +%s) + 56 * stretch))  # the table's last page comes out in its 57th second
say "the newsstand begins at $start, and its last page comes out at $(date -u -d "@$last" +%H:%M:%S)"
on create configmap luming-newsstand --from-file="$files/sources.yaml" --from-file="$files/subscriptions.yaml" \
    --from-literal=start="$start" --dry-run=client -o yaml | on apply --server-side --force-conflicts -f -
sleep $(($(date -u -d "$start" +%s) - $(date -u +%s) + 5))

drained=$(on get pods -l app.kubernetes.io/name=classifier -o jsonpath='{.items[0].spec.nodeName}')
say "draining $drained, and upgrading to $new meanwhile"
kubectl --context "$context" drain "$drained" --ignore-daemonsets --delete-emptydir-data --timeout=15m &
draining=$!
release "$new"
playing "the rollback"
say "rolling back to $old"
release "$old"
playing "the rollback's end"
wait "$draining"
kubectl --context "$context" uncordon "$drained"
drained=""

say "the account"
on port-forward service/luming-db-rw 15432:5432 >"$work/forward.log" 2>&1 &
forward=$!
sleep 3
password=$(on get secret luming-db-app -o jsonpath='{.data.password}' | base64 -d)
printf 'postgresql://luming_owner@127.0.0.1:15432/luming?sslmode=require' >"$work/uri"
code=0 left=$((last - $(date -u +%s)))
(cd "$root" && PGPASSWORD=$password DATABASE_URL_FILE=$work/uri "$python" -m deploy.k8s.account --start "$start" \
    --stretch "$stretch" --within $((left > 0 ? left + 600 : 600))) || code=$?

# The exporter of lag knows how many letters were ever written.
kill "$forward"
on port-forward deployment/luming-kafka-exporter 19404:9404 >"$work/forward.log" 2>&1 &
forward=$!
sleep 3
letters=$(curl -fsS http://127.0.0.1:19404/metrics |
    awk '/^kafka_topic_partition_current_offset{.*luming\.dead-letters\.v1/ {sum += $NF} END {print sum + 0}')
say "$letters dead letters"
[ "$code" -eq 0 ] && [ "$letters" -eq 0 ] || { say "FAILED"; exit 1; }
say "passed"
