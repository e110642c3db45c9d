"""From torch to what is shipped: an ONNX file of 8-bit whole numbers, the heads and the tokenizer."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
from onnxruntime.quantization import QuantType, quantize_dynamic

from bench.encoder.base import Base
from bench.encoder.bert import Bert, save
from services.classifier.domain.encoded import Floats


def export(bert: Bert, heads: dict[str, Floats], base: Base, folder: Path, quantize: bool = True) -> None:
    """Write encoder.onnx, heads.npz and tokenizer.json to `folder`; whole numbers, a scale a channel.

    Of the 8 bits 7 are used: without VNNI the sums of 8 overflow, and the state turns away from the exact one (cosine
    0.957 in place of 0.997 on this model).
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="luming-encoder-") as work:
        full = Path(work) / "full.onnx"
        save(bert, base.onnx, full)
        if quantize:
            quantize_dynamic(
                full, folder / "encoder.onnx", per_channel=True, reduce_range=True, weight_type=QuantType.QInt8
            )
        else:
            shutil.copy(full, folder / "encoder.onnx")
    np.savez(folder / "heads.npz", **heads)  # type: ignore[arg-type]  # the stub takes a keyword for a flag
    shutil.copy(base.tokenizer, folder / "tokenizer.json")
