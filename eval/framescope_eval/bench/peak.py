"""What the machine can do at best: matrix products alone, on every processor."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from framescope.runtime import ort

_ROWS, _INNER, _COLUMNS = 1024, 384, 1536
_PRODUCTS = 20
_TRIES = 15


def peak(kind: str, threads: int) -> float:
    """Operations a second (two for each product and sum) of `kind`: int8 or fp32.

    One product of the shape that the encoder has most of, in a session of one thread for each of
    `threads`: the best of several tries.
    """
    session = _session(kind)
    x = np.ones((_ROWS, _INNER), np.uint8 if kind == "int8" else np.float32)

    def work(_: int) -> None:
        for _ in range(_PRODUCTS):
            session.run(None, {"x": x})

    best = 0.0
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(_TRIES):
            began = time.perf_counter()
            list(pool.map(work, range(threads)))
            took = time.perf_counter() - began
            best = max(best, 2 * _ROWS * _INNER * _COLUMNS * _PRODUCTS * threads / took)
    return best


def operations_of_a_token(graph: Path) -> int:
    """Of the matrix products with weights, which are all but a few hundredths."""
    model = onnx.load(graph)
    weights = {tensor.name: tensor.dims for tensor in model.graph.initializer}
    products = [node for node in model.graph.node if node.op_type.startswith("MatMul")]
    return sum(
        2 * int(np.prod(weights[node.input[1]])) for node in products if node.input[1] in weights
    )


def _session(kind: str) -> ort.InferenceSession:
    weight: NDArray = np.ones((_INNER, _COLUMNS), np.int8 if kind == "int8" else np.float32)
    given, made, node = TensorProto.FLOAT, TensorProto.FLOAT, "MatMul"
    if kind == "int8":
        given, made, node = TensorProto.UINT8, TensorProto.INT32, "MatMulInteger"
    graph = helper.make_graph(
        [helper.make_node(node, ["x", "weight"], ["y"])],
        "peak",
        [helper.make_tensor_value_info("x", given, [_ROWS, _INNER])],
        [helper.make_tensor_value_info("y", made, None)],
        [numpy_helper.from_array(weight, "weight")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
