"""The encoders: two small language models in ONNX, fine-tuned on the labelled items, with their heads in numpy.

Chinese: bge-small-zh-v1.5 (MIT), 4 layers of 512, 24 million parameters; English: bge-small-en-v1.5 (MIT), 12 layers of
384, 33 million. Both are kept as 8-bit whole numbers. They run on one thread: a worker is scaled by its replicas.
"""

from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from services.classifier.domain.encoded import Encoded, Floats
from services.classifier.domain.encoding import TONGUES, Pass, pass_of, tongue_of
from services.classifier.domain.reading import Reading
from shared.errors import ConfigError

FILES = ("encoder.onnx", "tokenizer.json", "heads.npz")
_HEADS = {"sentence": 2, "sentence_bias": 1, "article": 2, "article_bias": 1}
"""The arrays of heads.npz and their dimensions."""


class OnnxEncoders:
    """An encoder for each language, in folders of their names; each article is read by its own language's."""

    def __init__(self, folder: Path) -> None:
        """Load them. Raises ConfigError naming the file that is missing or unusable."""
        self._own = {tongue: OnnxEncoder(folder / tongue) for tongue in TONGUES}
        self.name = f"encoder/{'+'.join(TONGUES)}"

    def encode(self, reading: Reading) -> Encoded:
        """One pass over the article."""
        return self._own[tongue_of(reading)].encode(reading)


class OnnxEncoder:
    """The encoder in a folder: encoder.onnx, tokenizer.json, heads.npz."""

    def __init__(self, folder: Path) -> None:
        """Load it. Raises ConfigError naming the file that is missing or unusable."""
        missing = [name for name in FILES if not (folder / name).exists()]
        if missing:
            mend = "`make train`, or ENCODER=0 to do without it"
            raise ConfigError(folder / missing[0], None, "the encoder's file is missing", mend)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # the arena would keep the memory of the largest pass for ever
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                folder / "encoder.onnx", options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._heads = _load_heads(folder / "heads.npz")
        except Exception as error:  # the library raises its own and builtins alike
            raise ConfigError(folder, None, f"no usable encoder: {error}", "`make train`, or ENCODER=0") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._begin, self._end = self._mark("[CLS]"), self._mark("[SEP]")
        self.name = f"encoder/{folder.name}"

    def encode(self, reading: Reading) -> Encoded:
        """One pass over the article."""
        shown = self.pass_of(reading)
        return self.answer(shown, self.hidden(shown))

    def pass_of(self, reading: Reading) -> Pass:
        """What the encoder is shown of the article."""
        return pass_of(reading, self.tokens, self._begin, self._end)

    def tokens(self, text: str) -> list[int]:
        """The ids of a text, without marks."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def hidden(self, shown: Pass) -> Floats:
        """The last hidden state, (tokens, width)."""
        ids = np.asarray([shown.ids], dtype=np.int64)
        fed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        state: Floats = self._session.run(None, fed)[0][0]
        return state

    def answer(self, shown: Pass, state: Floats) -> Encoded:
        """The heads' answer on a hidden state."""
        return answer_of(shown, state, self._heads)

    def _mark(self, name: str) -> int:
        number = self._tokenizer.token_to_id(name)
        if number is None:
            raise ConfigError(Path("tokenizer.json"), None, f"knows no {name}", "`make train`")
        return int(number)


def answer_of(shown: Pass, state: Floats, heads: dict[str, Floats]) -> Encoded:
    """Probabilities from a hidden state: a sentence is the mean of its tokens beside the article's first mark."""
    labels = (heads["article"].shape[1] - 1) // 2
    article = _sigmoid(state[0] @ heads["article"] + heads["article_bias"])
    rows = [np.concatenate([state[start:end].mean(axis=0), state[0]]) for start, end in shown.places]
    signs = np.stack(rows) if rows else np.zeros((0, heads["sentence"].shape[0]), dtype=np.float32)
    scores = signs @ heads["sentence"] + heads["sentence_bias"]
    return Encoded(
        sentences=tuple(span.number for span in shown.spans),
        current=_sigmoid(scores[:, :labels]),
        background=_sigmoid(scores[:, labels : 2 * labels]),
        status=_softmax(scores[:, 2 * labels :]),
        article_current=article[:labels],
        article_background=article[labels : 2 * labels],
        relevance=float(article[-1]),
    )


def _load_heads(path: Path) -> dict[str, Floats]:
    with np.load(path, allow_pickle=False) as file:
        heads = {name: np.asarray(file[name], dtype=np.float32) for name in _HEADS}
    wrong = [name for name, dimensions in _HEADS.items() if heads[name].ndim != dimensions]
    if wrong:
        raise ValueError(f"{', '.join(wrong)}: not of the expected shape")
    return heads


def _sigmoid(scores: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-scores)), dtype=np.float32)


def _softmax(scores: Floats) -> Floats:
    odds = np.exp(scores - scores.max(axis=1, keepdims=True)) if len(scores) else scores
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), dtype=np.float32)
