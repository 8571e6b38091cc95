"""What the matrix products of a graph get to see: the range of each channel of their inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Range:
    """The lowest and the highest value that was seen. *Shape:* (channel,)."""

    low: Floats
    high: Floats


def observed(model: ModelProto, sample: Sequence[Sequence[int]]) -> Mapping[str, Range]:
    """By name, the inputs of the matrix products of `model` that have a constant for a weight.

    `sample` are token ids of sentences, special tokens included. They run one by one, so that no
    padding is among what is seen.
    """
    constants = {tensor.name for tensor in model.graph.initializer}
    names = list(
        dict.fromkeys(
            node.input[0]
            for node in model.graph.node
            if node.op_type == "MatMul" and node.input[1] in constants
        )
    )
    watched = _watched(model, names).SerializeToString()
    session = ort.InferenceSession(watched, providers=["CPUExecutionProvider"])
    seen: list[list[Floats]] = []
    for ids in sample:
        input_ids = np.array([ids], np.int64)
        feed = {"input_ids": input_ids, "attention_mask": np.ones_like(input_ids)}
        seen.append([np.asarray(output) for output in session.run(_outputs(names), feed)])
    lows, highs = (
        [values(parts) for parts in zip(*seen, strict=True)]
        for values in (lambda parts: np.min(parts, axis=0), lambda parts: np.max(parts, axis=0))
    )
    return {name: Range(lows[2 * at], highs[2 * at + 1]) for at, name in enumerate(names)}


def _outputs(names: Sequence[str]) -> list[str]:
    return [f"{name}_{end}" for name in names for end in ("low", "high")]


def _watched(model: ModelProto, names: Sequence[str]) -> ModelProto:
    """A copy that says the range of each of `names` besides."""
    copy = ModelProto()
    copy.CopyFrom(model)
    axes = numpy_helper.from_array(np.array([0, 1], np.int64), "_batch_and_length")
    copy.graph.initializer.append(axes)
    for name in names:
        for end, kind in (("low", "ReduceMin"), ("high", "ReduceMax")):
            output = f"{name}_{end}"
            copy.graph.node.append(helper.make_node(kind, [name, axes.name], [output], keepdims=0))
            copy.graph.output.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, None))
    return copy
