"""Single-precision ONNX graph -> int8 weights, with activations quantised token by token.

ONNX Runtime's own dynamic quantisation takes one scale for a whole batch, so that a sentence's
score hangs on what else is in the batch. Here every token has its own scale (as in ZeroQuant, Yao
et al. 2022, https://arxiv.org/abs/2206.01861): scores do not depend on the batch at all, and the
error is smaller. Weights have a scale per output channel, embeddings one per row.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

_MATRIX_LEVELS = 63
"""Weights of matrix products have 7 bits: two products of 255 and 63 fit the 16-bit sums of
processors without VNNI, which would otherwise saturate in silence and give other scores."""

_TABLE_LEVELS = 127

_EMBEDDING_ROWS = 1000
"""Tables smaller than this (positions, token types) stay in single precision."""


def quantised(model: ModelProto) -> ModelProto:
    """`model` with its weight matrices and its word embeddings in int8. Changes it in place."""
    graph = model.graph
    weights = _Weights(graph)
    nodes: list[NodeProto] = []
    scaled: set[str] = set()
    for node in graph.node:
        if node.op_type == "MatMul" and weights.is_matrix(node.input[1]):
            if node.input[0] not in scaled:
                scaled.add(node.input[0])
                nodes.extend(_quantise_tokens(node.input[0]))
            nodes.extend(_multiply(node, weights))
        elif node.op_type == "Gather" and weights.is_table(node.input[0]):
            nodes.extend(_look_up(node, weights))
        else:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.value_info[:]
    weights.store()
    return model


class _Weights:
    """The initializers of a graph, and their quantised replacements."""

    def __init__(self, graph: GraphProto) -> None:
        self._graph = graph
        self._tensors = {tensor.name: tensor for tensor in graph.initializer}
        self.add("_zero_point", np.array(128, np.uint8))
        self.add("_one", np.array(1, np.float32))
        self.add("_levels", np.array(1 / 127, np.float32))
        self.add("_tiny", np.array(1e-12, np.float32))
        self.add("_last_axis", np.array([-1], np.int64))

    def is_matrix(self, name: str) -> bool:
        return name in self._tensors and len(self._tensors[name].dims) == 2

    def is_table(self, name: str) -> bool:
        return self.is_matrix(name) and self._tensors[name].dims[0] >= _EMBEDDING_ROWS

    def add(self, name: str, value: NDArray) -> None:
        self._tensors[name] = numpy_helper.from_array(value, name)

    def quantise(self, name: str, axis: int, levels: int) -> tuple[str, str]:
        """Names of the int8 tensor and its scales, one for each line along `axis`."""
        weight = numpy_helper.to_array(self._tensors[name])
        scale = np.maximum(np.abs(weight).max(axis=axis, keepdims=True), 1e-12) / levels
        self.add(f"{name}_int8", np.round(weight / scale).astype(np.int8))
        self.add(f"{name}_scale", scale.astype(np.float32))
        return f"{name}_int8", f"{name}_scale"

    def store(self) -> None:
        """Writes the initializers back, without those that nothing reads any more."""
        read = {name for node in self._graph.node for name in node.input}
        kept = [tensor for name, tensor in self._tensors.items() if name in read]
        del self._graph.initializer[:]
        self._graph.initializer.extend(kept)


def _quantise_tokens(x: str) -> Iterator[NodeProto]:
    """`x` (..., token, channel) to uint8 around 128, with a scale for each token."""
    yield helper.make_node("Abs", [x], [f"{x}_abs"])
    yield helper.make_node("ReduceMax", [f"{x}_abs", "_last_axis"], [f"{x}_max"], keepdims=1)
    yield helper.make_node("Max", [f"{x}_max", "_tiny"], [f"{x}_span"])
    yield helper.make_node("Mul", [f"{x}_span", "_levels"], [f"{x}_scale"])
    yield helper.make_node("Div", [x, f"{x}_scale"], [f"{x}_unit"])
    yield helper.make_node("QuantizeLinear", [f"{x}_unit", "_one", "_zero_point"], [f"{x}_uint8"])


def _multiply(node: NodeProto, weights: _Weights) -> Iterator[NodeProto]:
    x, y = node.input[0], node.output[0]
    weight, scale = weights.quantise(node.input[1], axis=0, levels=_MATRIX_LEVELS)
    yield helper.make_node("MatMulInteger", [f"{x}_uint8", weight, "_zero_point"], [f"{y}_int32"])
    yield helper.make_node("Cast", [f"{y}_int32"], [f"{y}_float"], to=TensorProto.FLOAT)
    yield helper.make_node("Mul", [f"{y}_float", f"{x}_scale"], [f"{y}_by_token"])
    yield helper.make_node("Mul", [f"{y}_by_token", scale], [y])


def _look_up(node: NodeProto, weights: _Weights) -> Iterator[NodeProto]:
    rows, y = node.input[1], node.output[0]
    table, scale = weights.quantise(node.input[0], axis=1, levels=_TABLE_LEVELS)
    yield helper.make_node("Gather", [table, rows], [f"{y}_int8"])
    yield helper.make_node("Gather", [scale, rows], [f"{y}_scale"])
    yield helper.make_node("Cast", [f"{y}_int8"], [f"{y}_float"], to=TensorProto.FLOAT)
    yield helper.make_node("Mul", [f"{y}_float", f"{y}_scale"], [y])
