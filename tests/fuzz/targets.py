"""What must hold for any bytes at all: each target takes some, and fails with any exception."""

import gzip
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import hostile
import numpy as np
import onnx
from google.protobuf.message import DecodeError

from framescope import TECHNIQUES, CheckpointError, FramingModel, sentences, split_sentences
from framescope.checkpoint import MANIFEST, read_checkpoint
from framescope.graph import GraphError, check_graph
from framescope.scoring.readers import check_inputs, read_inputs
from framescope.scoring.records import Fields, InputError, Rejected, Text
from framescope.spans import evidence

_BLOCKS = (sentences._LONGEST_WORD, 700, sentences._BLOCK)


def text_of(data: bytes) -> str:
    """Any text, with lone surrogates; its first byte tells how it is made."""
    if data[:1] < b"\x80":
        return data[1:].decode("utf-8", "surrogateescape")
    whole = (len(data) - 1) // 2 * 2
    return data[1 : 1 + whole].decode("utf-16-le", "surrogatepass")


def split(data: bytes) -> None:
    """Sentences cover all but white space, in order, in blocks of any size."""
    text = text_of(data)
    for block in _BLOCKS:
        sentences._BLOCK = block
        at = 0
        for start, end in split_sentences(text):
            assert at <= start < end
            assert text[start:end] == text[start:end].strip()
            assert not text[at:start].strip()
            at = end
        assert not text[at:].strip()


def spans(data: bytes) -> None:
    """Spans are in order, apart, exact, and as likely as their likeliest token."""
    half = len(data) // 2
    text, marks = text_of(data[:half]), data[half:]
    offsets, scores, at = [], [], 0
    for mark in marks:
        start = at + (mark & 3 if mark & 4 else 0)
        end = start + (mark >> 3 & 7)
        if end > len(text):
            break
        offsets.append((start, end))
        scores.append((mark * 37 % 256) / 255)
        at = end
    found = evidence(text, TECHNIQUES[0], offsets, np.array(scores, np.float32), 0.5)
    words = any(map(str.isalnum, "".join(text[start:end] for start, end in offsets)))
    assert bool(found) == words
    at = 0
    for span in found:
        assert at <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == span.text
        assert 0 <= span.score <= 1
        at = span.end


def label(data: bytes) -> None:
    """A text is labelled, with exact offsets, and techniques and spans agree."""
    text = text_of(data)
    for sentence in _model().analyze(text).sentences:
        assert text[sentence.start : sentence.end] == sentence.text
        assert {span.technique for span in sentence.spans} == set(sentence.techniques)
        for span in sentence.spans:
            assert text[span.start : span.end] == span.text
            assert sentence.start <= span.start < span.end <= sentence.end
        assert all(0 <= score <= 1 for _, score in sentence.scores.items())


def graph(data: bytes) -> None:
    """What the check lets pass, the ONNX library reads as a plain graph."""
    try:
        check_graph(data)
        model = onnx.load_from_string(data)
    except (GraphError, DecodeError):
        return
    assert not model.functions
    assert not model.training_info
    assert not model.graph.sparse_initializer
    tensors = list(model.graph.initializer)
    for node in model.graph.node:
        assert node.domain in ("", "ai.onnx") or node.op_type == "MatMulIntegerToFloat"
        for attribute in node.attribute:
            assert not attribute.HasField("g")
            assert not attribute.graphs
            tensors += [attribute.t, *attribute.tensors]
    assert not any(tensor.external_data or tensor.data_location for tensor in tensors)


def manifest(data: bytes) -> None:
    """A manifest is read or refused; what is read has the types it should."""
    (_directory() / MANIFEST).write_bytes(data)
    try:
        checkpoint = read_checkpoint(_directory())
    except CheckpointError:
        return
    assert isinstance(checkpoint.max_tokens, int)
    assert all(len(sha256) == 64 for sha256 in checkpoint.sha256.values())
    for calibration in checkpoint.calibrations.values():
        assert np.isfinite(calibration.probabilities(np.zeros((1, 3), np.float32))).all()


def plain(data: bytes) -> None:
    """A text file is one text, or one rejected record."""
    assert len(_read("a.txt", data)) == 1


def json_lines(data: bytes) -> None:
    """No more records than lines, none without its line."""
    assert len(_read("a.jsonl", data)) <= data.count(b"\n") + 1


def csv(data: bytes) -> None:
    """No more records than line ends."""
    assert len(_read("a.csv", b"text\n" + data)) <= data.count(b"\n") + data.count(b"\r") + 1


def packed(data: bytes) -> None:
    """A damaged gzip file gives what came before the damage."""
    whole = gzip.compress(b'{"text": "Nine people were killed."}\n' * 9, mtime=0)
    at = data[0] * len(whole) // 255 if data else 0
    _read("a.jsonl.gz", whole[:at] + data[1:] + whole[at:])


def parquet(data: bytes) -> None:
    """A damaged Parquet file is read as far as it goes, or refused."""
    whole = _parquet_file()
    at = int.from_bytes(data[:2], "big") % len(whole)
    _read("a.parquet", whole[:at] + data[3:] + whole[at + (data[2] if data[2:] else 0) :])


def _read(name: str, content: bytes) -> list[Text | Rejected]:
    path = _directory() / name
    path.write_bytes(content)
    try:
        check_inputs([str(path)], Fields())
        found = list(read_inputs([str(path)], Fields()))
    except InputError as error:
        found = [Rejected(name, 1, str(error), "")]
    for record in found:
        if isinstance(record, Text):
            assert isinstance(record.text, str)
            assert isinstance(record.id, str)
        else:
            assert record.line > 0
            assert len(record.reason) < 2_000
    return found


@cache
def _model() -> FramingModel:
    return FramingModel.from_pretrained(threads=1)


@cache
def _parquet_file() -> bytes:
    return hostile.parquet(text=["Nine people were killed.", "The regime fell."] * 9)


def _directory() -> Path:
    return Path(_temporary().name)


@cache
def _temporary() -> tempfile.TemporaryDirectory[str]:
    """In memory, where the system has a place for that."""
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (split, spans, label, graph, manifest, plain, json_lines, csv, packed, parquet)
}
