"""framescope, and parts of it, as things to time."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import tee
from pathlib import Path

from framescope.checkpoint import read_checkpoint
from framescope.encoder import OnnxEncoder
from framescope.loading import load_encoder, load_tokenizer
from framescope.model import FramingModel
from framescope.scoring.records import Text
from framescope.scoring.rows import sentence_line
from framescope.sentences import split_sentences
from framescope.windows import Batch, batches, tokens_of, windows

Run = Callable[[], object]

_SENTENCES_OF_A_DOCUMENT = 30
_CHUNK = 1024


def labelled(model: FramingModel, sentences: Sequence[str]) -> Run:
    """From sentences to decided techniques and their words."""
    return lambda: model.predict(sentences)


def whole(model: FramingModel, sentences: Sequence[str]) -> Run:
    """From articles to lines of JSON."""
    size = _SENTENCES_OF_A_DOCUMENT
    articles = [
        "\n".join(sentences[start : start + size]) for start in range(0, len(sentences), size)
    ]

    def split() -> Iterator[tuple[Text, int, int, str]]:
        for number, article in enumerate(articles):
            text = Text(str(number), article)
            for index, (start, end) in enumerate(split_sentences(article)):
                yield text, index, start, article[start:end]

    def run() -> None:
        for_model, for_lines = tee(split())
        predictions = model.predict_stream(sentence for *_, sentence in for_model)
        for (text, index, start, _), prediction in zip(for_lines, predictions, strict=True):
            sentence_line(text, index, start, prediction)

    return run


def encoder_alone(checkpoint: Path, sentences: Sequence[str], threads: int) -> Run:
    """The batches that `predict` makes of the sentences, made beforehand, and nothing else."""
    source = read_checkpoint(checkpoint)
    tokenizer = load_tokenizer(source)
    encoder = load_encoder(source, "int8", tokenizer, threads)
    made: list[Batch] = []
    for start in range(0, len(sentences), _CHUNK):
        tokens = tokens_of(tokenizer.encode_batch(list(sentences[start : start + _CHUNK])))
        made += batches(tokens, windows(tokens, source.max_tokens), encoder.budget, threads)
    return lambda: _run(encoder, made)


def tokens_in(checkpoint: Path, sentences: Sequence[str]) -> int:
    """How many tokens the sentences have, special ones among them."""
    tokenizer = load_tokenizer(read_checkpoint(checkpoint))
    return sum(map(len, tokenizer.encode_batch(list(sentences))))


def _run(encoder: OnnxEncoder, made: Sequence[Batch]) -> None:
    with ThreadPoolExecutor(encoder.workers) as pool:
        for _ in pool.map(
            lambda batch: encoder.encode(batch.input_ids, batch.attention_mask), made
        ):
            pass
