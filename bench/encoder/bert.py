"""The encoder in torch: the same layers as the ONNX file, loaded from it and written back into it.

Biases and norms keep their names in the file; the six weight matrices of a layer are anonymous and stand in the order
query, key, value, attention out, intermediate, out, transposed. Nothing is exported: the graph stays, only its numbers
change.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from bench.encoder.base import Base

POSITIONS = 512
"""Tokens a text may have."""
_PARTS = ("query", "key", "value")


@dataclass(frozen=True)
class Shape:
    """The sizes of an encoder."""

    vocabulary: int
    width: int
    layers: int
    heads: int
    learning: int
    """The uppermost layers that are fine-tuned."""


class Bert(nn.Module):
    """Token ids to hidden states, (texts, tokens) to (texts, tokens, width); only the upper layers learn."""

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.word = nn.Embedding(shape.vocabulary, width)
        self.position = nn.Embedding(POSITIONS, width)
        self.kind = nn.Embedding(2, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(width, shape.heads, 4 * width, dropout, "gelu", 1e-12, batch_first=True)
            for _ in range(shape.layers)
        )

    def learning(self) -> nn.ModuleList:
        """The layers that are fine-tuned."""
        return self.layers[self.shape.layers - self.shape.learning :]

    def lower(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The state below the layers that learn; `mask` is True where a token stands."""
        places = torch.arange(ids.shape[1])
        state: Tensor = self.norm(self.word(ids) + self.position(places)[None] + self.kind.weight[0])
        for layer in self.layers[: self.shape.layers - self.shape.learning]:
            state = layer(state, src_key_padding_mask=~mask)
        return state

    def upper(self, state: Tensor, mask: Tensor) -> Tensor:
        """From there to the last hidden state."""
        for layer in self.learning():
            state = layer(state, src_key_padding_mask=~mask)
        return state


def load(base: Base) -> Bert:
    """The base weights."""
    model = onnx.load(str(base.onnx))
    found = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    vocabulary, width = found["embeddings.word_embeddings.weight"].shape
    layers = sum(name.endswith("output.dense.bias") and ".attention." not in name for name in found)
    bert = Bert(Shape(vocabulary, width, layers, base.source.heads, base.source.learning))
    with torch.no_grad():
        for name, tensor in _named(bert).items():
            tensor.copy_(torch.from_numpy(np.array(found[name])))
        for index, name in enumerate(_matrices(model)):
            _matrix(bert, index).copy_(torch.from_numpy(np.array(found[name])).T)
    return bert


def save(bert: Bert, source: Path, target: Path) -> None:
    """Write the ONNX file `source` to `target` with the weights of `bert`."""
    model = onnx.load(str(source))
    named = {name: tensor.detach().numpy() for name, tensor in _named(bert).items()}
    named |= {name: _matrix(bert, index).detach().numpy().T for index, name in enumerate(_matrices(model))}
    for one in model.graph.initializer:
        if one.name in named:
            one.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(named[one.name], dtype=np.float32), one.name))
    onnx.save(model, str(target))


def _matrices(model: onnx.ModelProto) -> list[str]:
    """The names of the weight matrices in the order of the graph."""
    weights = {one.name for one in model.graph.initializer}
    return [node.input[1] for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in weights]


def _matrix(bert: Bert, index: int) -> Tensor:
    """The matrix that stands at `index` of the file's matrices, as torch keeps it (out, in)."""
    layer, part = bert.layers[index // 6], index % 6
    if part < 3:
        whole: Tensor = layer.self_attn.in_proj_weight
        width = bert.shape.width
        return whole[part * width : (part + 1) * width]
    return (layer.self_attn.out_proj.weight, layer.linear1.weight, layer.linear2.weight)[part - 3]


def _named(bert: Bert) -> dict[str, Tensor]:
    """Name in the file to the tensor."""
    found: dict[str, Tensor] = {
        "embeddings.word_embeddings.weight": bert.word.weight,
        "embeddings.position_embeddings.weight": bert.position.weight,
        "embeddings.token_type_embeddings.weight": bert.kind.weight,
        "embeddings.LayerNorm.weight": bert.norm.weight,
        "embeddings.LayerNorm.bias": bert.norm.bias,
    }
    for number, layer in enumerate(bert.layers):
        head = f"encoder.layer.{number}."
        for index, part in enumerate(_PARTS):
            piece = layer.self_attn.in_proj_bias[index * bert.shape.width : (index + 1) * bert.shape.width]
            found[f"{head}attention.self.{part}.bias"] = piece
        found |= {
            f"{head}attention.output.dense.bias": layer.self_attn.out_proj.bias,
            f"{head}attention.output.LayerNorm.weight": layer.norm1.weight,
            f"{head}attention.output.LayerNorm.bias": layer.norm1.bias,
            f"{head}intermediate.dense.bias": layer.linear1.bias,
            f"{head}output.dense.bias": layer.linear2.bias,
            f"{head}output.LayerNorm.weight": layer.norm2.weight,
            f"{head}output.LayerNorm.bias": layer.norm2.bias,
        }
    return found
