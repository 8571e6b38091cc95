"""`FramingModel`: text in, techniques with their words out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from framescope.calibration import Calibration
from framescope.checkpoint import ONNX, TOKENIZER, Precision, read_checkpoint, resolve
from framescope.decode import Encoded, decode
from framescope.encoder import OnnxEncoder
from framescope.sentences import split_sentences
from framescope.techniques import TECHNIQUES
from framescope.values import Document, Prediction, Sentence
from framescope.windows import batches, windows

Floats = NDArray[np.float32]

_CHUNK = 2048
_CHUNK_CHARACTERS = 1_000_000
"""How many sentences are sorted by length and held in memory together, and how much text."""


_SURROGATE = re.compile("[\ud800-\udfff]")


class FramingModel:
    """Labels sentences with framing techniques. Safe to share between threads."""

    def __init__(
        self, encoder: OnnxEncoder, tokenizer: Tokenizer, calibration: Calibration, max_tokens: int
    ) -> None:
        """Most callers want `FramingModel.from_pretrained()`."""
        self._encoder = encoder
        tokenizer.no_padding()
        tokenizer.no_truncation()
        tokenizer.encode_special_tokens = True  # "[SEP]" in a text is text
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens
        self.calibration = calibration

    @classmethod
    def from_pretrained(
        cls,
        checkpoint: str | Path = "small",
        *,
        revision: str | None = None,
        precision: Precision = "int8",
        threads: int | None = None,
    ) -> "FramingModel":
        """Loads a shipped checkpoint by name, one from a directory, or one from the Hub by id.

        A shipped one and a directory need no network. Every file that is read is checked against
        the manifest's SHA-256. Raises `CheckpointError`.
        """
        source = read_checkpoint(resolve(checkpoint, precision, revision))
        tokenizer = Tokenizer.from_str(source.verified(TOKENIZER).decode())
        encoder = OnnxEncoder(source.verified(ONNX[precision]), threads)
        return cls(encoder, tokenizer, source.calibration(precision), source.max_tokens)

    def analyze(self, text: str) -> Document:
        """Splits `text` into sentences and labels each: `text[s.start:s.end] == s.text`."""
        offsets = split_sentences(text)
        predictions = self.predict([text[start:end] for start, end in offsets])
        return Document(
            text,
            tuple(
                Sentence(index, start, end, prediction)
                for index, ((start, end), prediction) in enumerate(
                    zip(offsets, predictions, strict=True)
                )
            ),
        )

    def predict(self, sentences: Sequence[str]) -> list[Prediction]:
        """Labels each string as one sentence, in order, whatever its length.

        Raises `TypeError` for a bare string and for items that are not strings.
        """
        if isinstance(sentences, str):
            raise TypeError(
                "predict takes a list of sentences: predict([text]) for one sentence,"
                " analyze(text) for a whole article"
            )
        return list(self.predict_stream(sentences))

    def predict_stream(self, sentences: Iterable[str]) -> Iterator[Prediction]:
        """Like `predict`, for a stream of any length: holds a bounded number of sentences."""
        for chunk in _chunks(sentences):
            yield from decode(self.encode(chunk), self.calibration)

    def encode(self, sentences: Sequence[str]) -> Encoded:
        """The uncalibrated logits of all `sentences`, in memory together.

        A sentence of several windows takes the highest logit of any of them.
        """
        encodings = self._tokenizer.encode_batch([_readable(sentence) for sentence in sentences])
        sentence_logits, token_logits = self._run(encodings)
        offsets = [encoding.offsets[1:-1] for encoding in encodings]
        return Encoded(sentences, sentence_logits, token_logits, offsets)

    def _run(self, encodings: Sequence[Encoding]) -> tuple[Floats, list[Floats]]:
        lowest = np.float32(-np.inf)
        sentence_logits = np.full((len(encodings), len(TECHNIQUES)), lowest, np.float32)
        token_logits = [
            np.full((len(encoding) - 2, len(TECHNIQUES)), lowest, np.float32)
            for encoding in encodings
        ]
        for batch in batches(list(windows(encodings, self._max_tokens))):
            logits = self._encoder.encode(batch)
            for row, window in enumerate(batch.windows):
                sentence = sentence_logits[window.sentence]
                np.maximum(sentence, logits.sentence[row], out=sentence)
                body = len(window.ids) - 2
                part = token_logits[window.sentence][window.first_token :][:body]
                np.maximum(part, logits.tokens[row, 1 : body + 1], out=part)
        return sentence_logits, token_logits


def _chunks(sentences: Iterable[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    characters = 0
    for position, sentence in enumerate(sentences):
        if not isinstance(sentence, str):
            kind = type(sentence).__name__
            raise TypeError(f"sentences must be strings; item {position} is a {kind}")
        chunk.append(sentence)
        characters += len(sentence)
        if len(chunk) >= _CHUNK or characters >= _CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def _readable(text: str) -> str:
    """Lone surrogates, which no tokeniser can read, become U+FFFD: one character for one."""
    return _SURROGATE.sub("\ufffd", text)
