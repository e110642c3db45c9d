"""Reads the thread regression's weights from the file that bench/train_threads.py writes."""

from pathlib import Path

from pydantic import ValidationError

from services.alerter.domain.likeness import Weights
from shared.errors import ConfigError

DEFAULT = Path(__file__).parent.parent / "domain" / "thread_weights.json"


def load_weights(path: Path = DEFAULT) -> Weights:
    """The weights in `path`. Raises ConfigError when the file is missing or is no such file."""
    try:
        return Weights.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ConfigError(path, None, f"no weights: {error}", "run `python -m bench.train_threads`") from error
