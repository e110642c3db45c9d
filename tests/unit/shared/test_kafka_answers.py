"""What a broker answers stays readable, whatever became of the classes of its versions."""

import gc

from kafka.protocol.api_header import RequestHeader, ResponseClassRegistry
from kafka.protocol.metadata.api_versions import ApiVersionsRequest, ApiVersionsResponse

import shared.runtime.kafka  # noqa: F401 - the project's clients are made there, and it prepares kafka-python for them

VERSION = 4
HEADER = RequestHeader(request_api_key=ApiVersionsRequest.API_KEY, request_api_version=VERSION)


def test_the_class_that_lost_a_race_takes_no_place() -> None:
    kept = ApiVersionsResponse[VERSION]
    ApiVersionsResponse._VERSIONS.pop(VERSION)
    lost = ApiVersionsResponse[VERSION]  # as another thread makes it, a moment later
    ApiVersionsResponse._VERSIONS[VERSION] = kept
    assert lost is not kept
    del lost
    gc.collect()
    assert HEADER.get_response_class() is kept


def test_every_answer_is_kept_under_its_own_name() -> None:
    assert not [kind for kind in ResponseClassRegistry._response_class_registry.values() if kind._class_version]
