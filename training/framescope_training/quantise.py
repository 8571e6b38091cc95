"""Single-precision ONNX graph -> int8 weights and activations, whatever is in the batch.

ONNX Runtime's own dynamic quantisation takes one scale for a whole batch, so that a sentence's
score hangs on what else is in the batch. Here none does:

- What layer normalisation and attention give keeps to a range, which a sample of sentences tells:
  one scale for all tokens, known beforehand. Behind a normalisation, channels that stand out are
  scaled down first and the weights that read them scaled up (SmoothQuant, Xiao et al. 2022,
  https://arxiv.org/abs/2211.10438).
- What GELU gives differs tenfold between tokens: each token has its own scale (as in ZeroQuant,
  Yao et al. 2022, https://arxiv.org/abs/2206.01861).

Weights have a scale per output channel, embeddings one per row.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

from framescope_training.ranges import Range

_MATRIX_LEVELS = 63
"""Weights of matrix products have 7 bits: two products of 255 and 63 fit the 16-bit sums of
processors without VNNI, which would otherwise saturate in silence and give other scores."""

_TABLE_LEVELS = 127

_EMBEDDING_ROWS = 1000
"""Tables smaller than this (positions, token types) stay in single precision."""

_MATRIX_COLUMNS = 16
"""Matrices narrower than this (the span head) stay in single precision."""

_GELU_LOWEST = 0.17
_GELU_ZERO = 16
"""GELU gives nothing below -.17: 16 of the 256 levels are enough for what lies below zero."""

_MICROSOFT = "com.microsoft"

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Product:
    """`x @ weight + bias = y`, by name; `bias` may be ''."""

    x: str
    weight: str
    bias: str
    y: str


def quantised(model: ModelProto, ranges: Mapping[str, Range]) -> ModelProto:
    """`model` with its weight matrices and its word embeddings in int8. Changes it in place.

    `ranges` has those of every input of a matrix product.
    """
    graph = model.graph
    weights = _Weights(graph)
    products = _products(graph, weights)
    replaced = {product.y for of_input in products.values() for product in of_input}
    replaced |= {node.output[0] for node in graph.node if _is_product(node, weights)}
    nodes = [
        helper.make_node("Shape", ["input_ids"], ["_tokens"]),
        helper.make_node("Concat", ["_tokens", "_one"], ["_tokens_1"], axis=0),
        helper.make_node("Expand", ["_gelu_zero", "_tokens_1"], ["_gelu_zeros"]),
    ]
    for node in graph.node:
        if node.op_type == "Gather" and weights.is_table(node.input[0]):
            nodes.extend(_look_up(node, weights))
        elif node.output[0] not in replaced:
            nodes.append(node)
        for x in node.output:
            of_input = products.get(x, [])
            if of_input and node.op_type == "Gelu":
                nodes.extend(_by_token(x, of_input, weights))
            elif of_input:
                smooth = node.op_type == "LayerNormalization"
                nodes.extend(_by_range(x, ranges[x], smooth, of_input, weights))
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.value_info[:]
    weights.store()
    model.opset_import.append(helper.make_opsetid(_MICROSOFT, 1))
    return model


class _Weights:
    """The initializers of a graph, and their quantised replacements."""

    def __init__(self, graph: GraphProto) -> None:
        self._graph = graph
        self._tensors = {tensor.name: tensor for tensor in graph.initializer}
        self.add("_one", np.array([1], np.int64))
        self.add("_last_axis", np.array([-1], np.int64))
        self.add("_unit", np.array(1, np.float32))
        self.add("_gelu_zero", np.array(_GELU_ZERO, np.uint8))
        self.add("_gelu_step", np.array(1 / (255 - _GELU_ZERO), np.float32))
        self.add("_gelu_least", np.array(_GELU_LOWEST / _GELU_ZERO, np.float32))

    def __getitem__(self, name: str) -> NDArray:
        return numpy_helper.to_array(self._tensors[name])

    def has(self, name: str, axes: int) -> bool:
        return name in self._tensors and len(self._tensors[name].dims) == axes

    def is_table(self, name: str) -> bool:
        return self.has(name, 2) and self._tensors[name].dims[0] >= _EMBEDDING_ROWS

    def is_matrix(self, name: str) -> bool:
        return self.has(name, 2) and self._tensors[name].dims[1] >= _MATRIX_COLUMNS

    def add(self, name: str, value: NDArray) -> str:
        self._tensors[name] = numpy_helper.from_array(np.asarray(value), name)
        return name

    def quantise(self, name: str, weight: Floats, axis: int, levels: int) -> tuple[str, str]:
        """Names of the int8 tensor and its scales, one for each line along `axis`."""
        scale = np.maximum(np.abs(weight).max(axis=axis, keepdims=True), 1e-12) / levels
        int8 = self.add(f"{name}_int8", np.round(weight / scale).astype(np.int8))
        return int8, self.add(f"{name}_scale", scale.astype(np.float32))

    def store(self) -> None:
        """Writes the initializers back, without those that nothing reads any more."""
        read = {name for node in self._graph.node for name in node.input}
        kept = [tensor for name, tensor in self._tensors.items() if name in read]
        del self._graph.initializer[:]
        self._graph.initializer.extend(kept)


def _is_product(node: NodeProto, weights: _Weights) -> bool:
    return node.op_type == "MatMul" and weights.is_matrix(node.input[1])


def _products(graph: GraphProto, weights: _Weights) -> Mapping[str, Sequence[_Product]]:
    """By input, the products of the graph, each with the bias that is added right behind it."""
    readers = defaultdict(list)
    for node in graph.node:
        for name in node.input:
            readers[name].append(node)
    products = defaultdict(list)
    for node in graph.node:
        if not _is_product(node, weights):
            continue
        x, weight = node.input
        y = node.output[0]
        bias = ""
        if [reader.op_type for reader in readers[y]] == ["Add"]:
            add = readers[y][0]
            (other,) = (name for name in add.input if name != y)
            if weights.has(other, 1):
                bias, y = other, add.output[0]
        products[x].append(_Product(x, weight, bias, y))
    return products


def _by_range(
    x: str, seen: Range, smooth: bool, products: Sequence[_Product], weights: _Weights
) -> Iterator[NodeProto]:
    """Products of an `x` (..., token, channel) with one scale for all tokens."""
    factors = _standing_out(seen, [weights[product.weight] for product in products])
    source = x
    if smooth:
        source = f"{x}_smooth"
        yield helper.make_node("Mul", [x, weights.add(f"{x}_factors", 1 / factors)], [source])
    else:
        factors = np.ones_like(factors)
    low = min(0.0, float((seen.low / factors).min()))
    high = max(0.0, float((seen.high / factors).max()))
    step = max(high - low, 1e-12) / 255
    scale = weights.add(f"{x}_scale", np.array(step, np.float32))
    zero = weights.add(f"{x}_zero", np.array(round(-low / step), np.uint8))
    yield helper.make_node("QuantizeLinear", [source, scale, zero], [f"{x}_uint8"])
    for product in products:
        weight = weights[product.weight] * factors[:, None]
        int8, steps = weights.quantise(product.weight, weight, 0, _MATRIX_LEVELS)
        steps = weights.add(steps, weights[steps][0])
        yield _multiply([f"{x}_uint8", int8, scale, steps, zero, "", product.bias], product.y)


def _standing_out(seen: Range, read_by: Sequence[Floats]) -> Floats:
    """What to divide each channel by. *Shape:* weights (channel, output) to (channel,)."""
    activations = np.maximum(np.abs(seen.low), np.abs(seen.high))
    weights = np.max([np.abs(weight).max(axis=1) for weight in read_by], axis=0)
    factors = np.sqrt(np.maximum(activations, 1e-5) / np.maximum(weights, 1e-5))
    return factors.astype(np.float32)


def _by_token(x: str, products: Sequence[_Product], weights: _Weights) -> Iterator[NodeProto]:
    """Products of an `x` (..., token, channel) that GELU gave, with a scale for each token."""
    yield helper.make_node("ReduceMax", [x, "_last_axis"], [f"{x}_max"], keepdims=1)
    yield helper.make_node("Mul", [f"{x}_max", "_gelu_step"], [f"{x}_step"])
    yield helper.make_node("Max", [f"{x}_step", "_gelu_least"], [f"{x}_scale"])
    channels = weights[products[0].weight].shape[0]
    yield helper.make_node(
        "QuantizeLinear",
        [x, f"{x}_scale", "_gelu_zeros"],
        [f"{x}_uint8"],
        axis=-1,
        block_size=channels,
    )
    for product in products:
        weight = weights[product.weight]
        int8, steps = weights.quantise(product.weight, weight, 0, _MATRIX_LEVELS)
        steps = weights.add(steps, weights[steps][0])
        y = product.y
        yield _multiply([f"{x}_uint8", int8, "_unit", steps, "_gelu_zero"], f"{y}_steps")
        unbiased = f"{y}_unbiased" if product.bias else y
        yield helper.make_node("Mul", [f"{y}_steps", f"{x}_scale"], [unbiased])
        if product.bias:
            yield helper.make_node("Add", [unbiased, product.bias], [y])


def _multiply(inputs: Sequence[str], y: str) -> NodeProto:
    return helper.make_node("MatMulIntegerToFloat", inputs, [y], domain=_MICROSOFT)


def _look_up(node: NodeProto, weights: _Weights) -> Iterator[NodeProto]:
    rows, y = node.input[1], node.output[0]
    table, scale = weights.quantise(node.input[0], weights[node.input[0]], 1, _TABLE_LEVELS)
    yield helper.make_node("Gather", [table, rows], [f"{y}_int8"])
    yield helper.make_node("Gather", [scale, rows], [f"{y}_scale"])
    yield helper.make_node("Cast", [f"{y}_int8"], [f"{y}_float"], to=TensorProto.FLOAT)
    yield helper.make_node("Mul", [f"{y}_float", f"{y}_scale"], [y])
