"""What the local broker is told: its settings, its logging, its Java."""

import os
from pathlib import Path

HEAP = ("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""Measured: 170 MB resident and 2 % of a core when idle; the first-tier compiler starts it a second earlier."""

PROPERTIES = """\
# Written at the first start. One node that is broker and controller.
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=CLIENT://127.0.0.1:{client},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=CLIENT://127.0.0.1:{client}
listener.security.protocol.map=CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
log.dirs={logs}
# Topics are made by the services, with the settings of shared/messages/topics.py.
auto.create.topics.enable=false
# Kafka keeps three copies of its own topics by default; there is one node.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=3
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=3
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=3
# A group starts at once instead of waiting 3 s for more members.
group.initial.rebalance.delay.ms=0
# After a SIGKILL the lease of the dead broker runs out sooner (measured: ready after 9 s instead of 11.5 s).
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
# Where each log begins is written down every second, from the first on: Kafka's minute (and half a minute of silence
# at the start) would bring records back that were deleted shortly before a crash, erased dead letters among them.
log.flush.start.offset.checkpoint.interval.ms=1000
log.initial.task.delay.ms=1000
"""

LOGGING = """\
status = error
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = {file}
appender.file.filePattern = {file}.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{{ISO8601}} %p %c{{1}} %m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 10MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 2
rootLogger.level = warn
rootLogger.appenderRef.file.ref = file
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
"""


def escaped(path: Path) -> str:
    """A path as a value of a Java properties file: those are read as Latin-1, with \\uXXXX for all else."""
    units = str(path).encode("utf-16-be")
    codes = (int.from_bytes(units[place : place + 2], "big") for place in range(0, len(units), 2))
    return "".join(
        f"\\u{code:04x}" if code > 126 or code < 32 else "\\\\" if code == 92 else chr(code) for code in codes
    )


def java_environment() -> dict[str, str]:
    """The environment of Java: in a locale without UTF-8 it cannot open a path that is not ASCII."""
    return {**os.environ, "LC_ALL": "C.UTF-8"}
