"""An ONNX file from a stranger -> nothing, or the reason not to run it.

Reads the file's protobuf fields, without an ONNX library (numbers from
https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). A tensor may name another file, or a place
in memory, to be read as its weights: ONNX Runtime guards some of these ways, by version. A
framescope graph has all its weights inside. Whatever else could hold a tensor (branches, functions,
sparse tensors) it has no need of, so that is refused unread; so are operators that are not
ONNX's, but for one.
"""

from collections.abc import Iterator
from math import prod

_MODEL_GRAPH, _MODEL_TRAINING, _MODEL_FUNCTIONS = 7, 20, 25
_GRAPH_NODE, _GRAPH_TENSOR, _GRAPH_SPARSE = 1, 5, 15
_NODE_OPERATOR, _NODE_ATTRIBUTE, _NODE_DOMAIN = 4, 5, 7
_ATTRIBUTE_TENSORS, _ATTRIBUTE_GRAPHS, _ATTRIBUTE_SPARSE = (5, 10), (6, 11), (22, 23)
_TENSOR_DIMENSION, _TENSOR_EXTERNAL, _TENSOR_LOCATION = 1, 13, 14

_OWN_DOMAINS = (b"", b"ai.onnx")
_INT8_PRODUCT = (b"com.microsoft", b"MatMulIntegerToFloat")
"""ONNX has no matrix product of integers with a scale and a bias; ONNX Runtime has."""

_VARINT, _SIZES, _BYTES = 0, {1: 8, 5: 4}, 2


class GraphError(ValueError):
    """A graph that does more than compute, or is no graph; says what is wrong with it."""


def check_graph(content: bytes) -> None:
    """Raises `GraphError` for all but a plain ONNX graph with its weights inside."""
    for number, value in _fields(memoryview(content)):
        if number in (_MODEL_TRAINING, _MODEL_FUNCTIONS):
            raise GraphError("has functions of its own")
        if number == _MODEL_GRAPH:
            _check_parts(_message(value))


def _check_parts(graph: memoryview) -> None:
    for number, value in _fields(graph):
        if number == _GRAPH_NODE:
            _check_node(_message(value))
        elif number == _GRAPH_TENSOR:
            _check_tensor(_message(value))
        elif number == _GRAPH_SPARSE:
            raise GraphError("has sparse tensors")


def _check_node(node: memoryview) -> None:
    operator, domain = b"", b""
    for number, value in _fields(node):
        if number == _NODE_OPERATOR:
            operator = bytes(_message(value))
        elif number == _NODE_DOMAIN:
            domain = bytes(_message(value))
        elif number == _NODE_ATTRIBUTE:
            _check_attribute(_message(value))
    if domain not in _OWN_DOMAINS and (domain, operator) != _INT8_PRODUCT:
        raise GraphError(f"has an operator of {domain[:40]!r}, not ONNX's own")


def _check_attribute(attribute: memoryview) -> None:
    for number, value in _fields(attribute):
        if number in _ATTRIBUTE_GRAPHS:
            raise GraphError("has loops or branches")
        if number in _ATTRIBUTE_SPARSE:
            raise GraphError("has sparse tensors")
        if number in _ATTRIBUTE_TENSORS:
            _check_tensor(_message(value))


def _check_tensor(tensor: memoryview) -> None:
    dimensions: list[int] = []
    for number, value in _fields(tensor):
        if number == _TENSOR_EXTERNAL or (number == _TENSOR_LOCATION and value != 0):
            raise GraphError("has weights in other files")
        if number == _TENSOR_DIMENSION:
            dimensions.extend((value,) if isinstance(value, int) else _varints(value))
    # The smallest element takes a bit.
    if prod(dimensions) > 8 * len(tensor):
        raise GraphError(f"has a tensor of {len(tensor):,} bytes that claims to be larger")


def _message(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise GraphError("is not an ONNX file")
    return value


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Number and value of each field of a protobuf message.

    Source: https://protobuf.dev/programming-guides/encoding
    """
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        # Protobuf libraries drop bits past the 32nd, which would hide a field from this reader.
        if key >= 1 << 32:
            raise GraphError("is not an ONNX file")
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if kind == _BYTES:
            size, at = _varint(message, at)
        elif kind in _SIZES:
            size = _SIZES[kind]
        else:
            raise GraphError("is not an ONNX file")
        if at + size > len(message):
            raise GraphError("is cut off, or not an ONNX file")
        yield number, message[at : at + size]
        at += size


def _varints(packed: memoryview) -> Iterator[int]:
    at = 0
    while at < len(packed):
        value, at = _varint(packed, at)
        yield value


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 70:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise GraphError("is cut off, or not an ONNX file")
