"""`FramingModel`: text in, techniques with their words out."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tokenizers import Tokenizer

from framescope.calibration import Calibration
from framescope.checkpoint import ONNX, WEIGHTS, Precision, read_checkpoint, resolve
from framescope.decode import Encoded, decode
from framescope.encoder import Encoder
from framescope.engine import Engine
from framescope.loading import load_encoder, load_tokenizer, load_torch, plain
from framescope.sentences import split_sentences
from framescope.values import Document, Prediction, Sentence

_CHUNK = 1024
_CHUNK_CHARACTERS = 150_000
"""How many sentences are sorted by length together, and how much text. Two such are in memory.

A character takes up to 660 bytes meanwhile, where each is a token.
"""


class FramingModel:
    """Labels sentences with framing techniques. Threads may share it, and forked processes too."""

    def __init__(
        self, encoder: Encoder, tokenizer: Tokenizer, calibration: Calibration, max_tokens: int
    ) -> None:
        """Most callers want `FramingModel.from_pretrained()`."""
        self._engine = Engine(encoder, plain(tokenizer), max_tokens)
        self.calibration = calibration

    @classmethod
    def from_pretrained(
        cls,
        checkpoint: str | Path = "small",
        *,
        revision: str | None = None,
        precision: Precision = "int8",
        threads: int | None = None,
        device: str | None = None,
    ) -> "FramingModel":
        """Loads a shipped checkpoint by name, one from a directory, or one from the Hub by id.

        A shipped one and a directory need no network. Every file that is read is checked against
        the manifest's SHA-256. `threads` defaults to the processors that there are.

        With a `device` ("cuda", "cuda:1", "cpu") the weights run on torch there, in half precision
        on a GPU, and `precision` and `threads` say nothing. Raises `CheckpointError`.
        """
        if device:
            source = read_checkpoint(resolve(checkpoint, WEIGHTS, revision))
            tokenizer, encoder = load_tokenizer(source), load_torch(source, device)
            return cls(encoder, tokenizer, source.calibration("fp32"), source.max_tokens)
        source = read_checkpoint(resolve(checkpoint, [ONNX[precision]], revision))
        tokenizer = load_tokenizer(source)
        encoder = load_encoder(source, precision, tokenizer, threads)
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
        for encoded in self._engine.encode(_chunks(sentences)):
            yield from decode(encoded, self.calibration)

    def encode(self, sentences: Sequence[str]) -> Encoded:
        """The uncalibrated logits of all `sentences`, in memory together.

        A sentence of several windows takes the highest logit of any of them.
        """
        return next(self._engine.encode([sentences]))


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
