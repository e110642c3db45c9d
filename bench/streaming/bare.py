"""The peer: a bare aiokafka loop around the same classify, with the same promises (acks=all, commit after the answer).

`python -m bench.streaming.bare SERVERS GROUP` reads and sends until it is ended.
"""

import asyncio
import sys
import time
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from bench.corpora import ROOT
from services.classifier.application.handle import Arrived, Handle
from services.classifier.bootstrap import make_classify
from services.classifier.stream import COMMIT_INTERVAL, HEARTBEAT, LARGEST_REQUEST, SESSION_TIMEOUT
from shared.messages.topics import DOCUMENTS


async def loop(servers: str, group: str) -> None:
    """One message after the other; offsets are committed every second."""
    handle = Handle(make_classify(ROOT / "config", None))
    consumer = AIOKafkaConsumer(
        DOCUMENTS.name,
        bootstrap_servers=servers,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        session_timeout_ms=int(SESSION_TIMEOUT * 1000),
        heartbeat_interval_ms=int(HEARTBEAT * 1000),
        max_poll_records=100,
    )
    producer = AIOKafkaProducer(
        bootstrap_servers=servers, acks="all", compression_type="gzip", max_request_size=LARGEST_REQUEST
    )
    await producer.start()
    await consumer.start()
    committed = time.monotonic()
    async for message in consumer:
        arrived = Arrived(message.topic, message.partition, message.offset, message.key, message.value)
        outgoing = handle(arrived, datetime.now(UTC))
        await producer.send_and_wait(outgoing.topic, outgoing.value, outgoing.key)
        if time.monotonic() - committed > COMMIT_INTERVAL:
            await consumer.commit()
            committed = time.monotonic()


if __name__ == "__main__":
    asyncio.run(loop(*sys.argv[1:3]))
