from pathlib import Path

import pytest


@pytest.fixture
def config_dir() -> Path:
    return Path(__file__).parents[3] / "config"
