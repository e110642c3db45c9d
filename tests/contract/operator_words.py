"""Words and formats of custom resources, where their schemas take any text, each as its operator's manual has it."""

from collections.abc import Mapping

from tests.contract.value_formats import (
    PUBLISHED,
    Check,
    among,
    cron_with_seconds,
    go_duration,
    number,
    postgresql_time,
    prometheus_duration,
    quantity,
    shaped,
    time_zone,
)

_switch = among("true", "false")
_compressed = among("gzip", "bzip2", "snappy")
_encrypted = among("AES256", "aws:kms")

STRIMZI: Mapping[str, Check] = {
    "KafkaNodePool:-Xms": shaped(r"\d+[kmgKMG]"),
    "KafkaNodePool:-Xmx": shaped(r"\d+[kmgKMG]"),
    "KafkaNodePool:roles": among("broker", "controller"),
    "storage/type": among("jbod", "ephemeral", "persistent-claim"),
    "volumes/type": among("ephemeral", "persistent-claim"),
    "volumes/size": quantity,
    "kraftMetadata": among("shared"),
    "kafka/authorization/type": among("simple", "custom"),
    "spec/authorization/type": among("simple"),
    "listeners/name": shaped(r"[a-z0-9]{1,11}"),
    "listeners/type": among("internal", "route", "loadbalancer", "nodeport", "ingress", "cluster-ip"),
    "listeners/authentication/type": among("tls", "scram-sha-512", "custom"),
    "spec/authentication/type": among("tls", "tls-external", "scram-sha-512"),
    "acls/operations": among("Read", "Write", "Create", "Delete", "Alter", "Describe", "All"),
    "resource/type": among("topic", "group", "cluster", "transactionalId"),
    "resource/patternType": among("literal", "prefix"),
}
"""strimzi.io/docs/operators/latest/configuring."""
KEDA: Mapping[str, Check] = {
    "triggers/type": among("kafka"),
    "metricType": among("AverageValue", "Value", "Utilization"),
    "fallback/behavior": among("static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower"),
    "metadata/lagThreshold": number,
    "metadata/activationLagThreshold": number,
    "metadata/offsetResetPolicy": among("earliest", "latest"),
    "metadata/allowIdleConsumers": _switch,
    "metadata/scaleToZeroOnInvalidOffset": _switch,
    "metadata/excludePersistentLag": _switch,
    "metadata/tls": among("enable", "disable"),
    "metadata/sasl": among("none", "plaintext", "scram_sha256", "scram_sha512", "gssapi", "oauthbearer"),
    "configMapTargetRef/parameter": among("username"),
    "secretTargetRef/parameter": among("password", "ca", "cert", "key"),
    "configMapTargetRef/key": among("username"),
    "secretTargetRef/key": among("password", "ca.crt"),
}
"""keda.sh/docs/latest: scalers/apache-kafka, reference/scaledobject-spec."""
CLOUDNATIVEPG: Mapping[str, Check] = {
    "Cluster:imageName": lambda text: PUBLISHED.fullmatch(text) is not None,
    "Cluster:description": bool,
    "primaryUpdateMethod": among("switchover", "restart"),
    "primaryUpdateStrategy": among("unsupervised", "supervised"),
    "podAntiAffinityType": among("required", "preferred"),
    "initdb/encoding": among("UTF8"),
    "initdb/localeProvider": among("builtin", "icu", "libc"),
    "initdb/builtinLocale": among("C", "C.UTF-8", "PG_UNICODE_FAST"),
    "initdb/locale": among("C", "C.UTF-8"),
    "initdb/database": among("luming"),
    "initdb/owner": among("luming_owner"),
    "postgresql/pg_hba": shaped(
        r"(local|host|hostssl|hostnossl) \S+ \S+ (all|samehost|samenet|[\d./]+) (reject|scram-sha-256|cert)"
    ),
    "parameters/max_connections": number,
    "parameters/password_encryption": among("scram-sha-256"),
    "parameters/timezone": time_zone,
    "parameters/log_timezone": time_zone,
    "parameters/archive_timeout": postgresql_time,
    "parameters/idle_in_transaction_session_timeout": postgresql_time,
    "synchronous/method": among("any", "first"),
    "synchronous/dataDurability": among("required", "preferred"),
    "storage/size": quantity,
    "walStorage/size": quantity,
    "backup/target": among("primary", "prefer-standby"),
    "backup/retentionPolicy": shaped(r"[1-9]\d*[dwm]"),
    "destinationPath": shaped(r"s3://[\w.-]+(/[\w.-]+)*"),
    "data/compression": _compressed,
    "data/encryption": _encrypted,
    "wal/compression": among("gzip", "bzip2", "snappy", "xz", "lz4", "zstd"),
    "wal/encryption": _encrypted,
    "accessKeyId/key": among("ACCESS_KEY_ID"),
    "secretAccessKey/key": among("SECRET_ACCESS_KEY"),
    "ScheduledBackup:schedule": cron_with_seconds,
    "ScheduledBackup:backupOwnerReference": among("none", "self", "cluster"),
    "ScheduledBackup:method": among("barmanObjectStore", "volumeSnapshot", "plugin"),
}
"""cloudnative-pg.io/docs: cloudnative-pg.v1, and postgresql.org/docs/18 for what is PostgreSQL's own."""
EXTERNAL_SECRETS: Mapping[str, Check] = {
    "refreshInterval": go_duration,
    "secretStoreRef/kind": among("SecretStore", "ClusterSecretStore"),
    "secretStoreRef/name": bool,
    "creationPolicy": among("Owner", "Orphan", "Merge", "None"),
    "template/type": among("Opaque", "kubernetes.io/basic-auth", "kubernetes.io/tls"),
    "template/data/password": among("{{ .password }}"),
    "data/secretKey": among("password", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY"),
    "remoteRef/key": shaped(r"luming/\w+"),
    "remoteRef/property": shaped(r"\w+"),
    "extract/key": shaped(r"luming/\w+"),
}
"""external-secrets.io/latest/api/spec."""
PROMETHEUS: Mapping[str, Check] = {
    "podMetricsEndpoints/interval": prometheus_duration,
    "podMetricsEndpoints/scrapeTimeout": prometheus_duration,
    "podMetricsEndpoints/path": among("/metrics"),
    "podMetricsEndpoints/port": among("http", "metrics", "tcp-prometheus"),
}
"""prometheus-operator.dev/docs/api-reference."""
OPERATORS: Mapping[str, Check] = {**STRIMZI, **KEDA, **CLOUDNATIVEPG, **EXTERNAL_SECRETS, **PROMETHEUS}
