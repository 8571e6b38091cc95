"""Graphs and tokenizers from strangers: refused where they do more, or less, than label."""

import json
import shutil

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from strangers import GRAPH, assert_refused, sign

from framescope.graph import GraphError, check_graph


@pytest.fixture
def copy(tiny_checkpoint, tmp_path):
    return shutil.copytree(tiny_checkpoint, tmp_path / "checkpoint")


def _node(name, inputs, outputs, **attributes):
    return helper.make_node(name, inputs, outputs, **attributes)


def _external(graph, path="../../secret.bin"):
    tensor = graph.initializer[0]
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", path
    tensor.data_location = TensorProto.EXTERNAL


def _in_memory(graph):
    _external(graph, "*/_ORT_MEM_ADDR_/*")


def _loop(graph):
    body = helper.make_graph([_node("Identity", ["a"], ["b"])], "body", [], [])
    graph.node.append(_node("If", ["input_ids"], ["never"], then_branch=body, else_branch=body))


def _foreign(graph):
    graph.node.append(_node("Evil", ["input_ids"], ["never"], domain="evil.example"))


def _claims(graph):
    graph.initializer[0].dims[:] = [2**40]


def _claims_in_constant(graph):
    tensor = TensorProto(data_type=TensorProto.FLOAT, dims=[2**40, 2**40])
    graph.node.append(_node("Constant", [], ["never"], value=tensor))


def _sparse(graph):
    graph.sparse_initializer.add()


def _output(graph, name, *, cast=None, scale=None):
    """Puts a node between an output and what made it."""
    for node in graph.node:
        node.output[:] = [f"{name}_" if out == name else out for out in node.output]
    if cast:
        graph.node.append(_node("Cast", [f"{name}_"], [name], to=cast))
    else:
        graph.initializer.append(numpy_helper.from_array(np.float32([scale]), "scale"))
        graph.node.append(_node("Mul", [f"{name}_", "scale"], [name]))


def _renamed(graph):
    for value in (*graph.input, *graph.output):
        value.name = f"other_{value.name}"
    for node in graph.node:
        for names in (node.input, node.output):
            public = ("input_ids", "attention_mask", "logits", "token_logits")
            names[:] = [f"other_{name}" if name in public else name for name in names]


def _swapped(graph):
    for node in graph.node:
        swap = {"logits": "token_logits", "token_logits": "logits"}
        node.output[:] = [swap.get(name, name) for name in node.output]
    for value in graph.output:
        value.type.tensor_type.ClearField("shape")


def _doubles(graph):
    _output(graph, "logits", cast=TensorProto.DOUBLE)
    graph.output[0].type.tensor_type.elem_type = TensorProto.DOUBLE


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_external, "has weights in other files"),
        (_in_memory, "has weights in other files"),
        (_loop, "has loops or branches"),
        (_foreign, "has an operator of b'evil.example'"),
        (_claims, "that claims to be larger"),
        (_claims_in_constant, "that claims to be larger"),
        (_sparse, "has sparse tensors"),
        (_renamed, "can't be used"),
        (_swapped, "not a number for each sentence, token and technique"),
        (_doubles, "not a number for each sentence, token and technique"),
        (lambda graph: _output(graph, "logits", scale=np.nan), "not finite numbers"),
        (lambda graph: _output(graph, "token_logits", scale=np.inf), "not finite numbers"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_graph_that_does_more_or_less_than_label_is_refused(copy, change, message):
    model = onnx.load(copy / GRAPH)
    change(model.graph)
    (copy / GRAPH).write_bytes(model.SerializeToString())
    sign(copy)
    assert_refused(copy, rf"model_quantized\.onnx: .*{message}")


def test_functions_of_a_model_are_refused(copy):
    model = onnx.load(copy / GRAPH)
    model.functions.add(name="again", domain="own")
    (copy / GRAPH).write_bytes(model.SerializeToString())
    sign(copy)
    assert_refused(copy, "has functions of its own")


@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: b"\x18\0\0\0ORTM" + content,
        lambda content: b"\x0b" + content,
        lambda content: b"version https://git-lfs.github.com/spec/v1\n",
        lambda content: bytes(5_000),
        # Field 7, the graph, under a number that other readers cut to 32 bits.
        lambda content: b"\xba\x80\x80\x80\x10\x00" + content,
    ],
)
def test_what_is_no_graph_is_refused(copy, change):
    (copy / GRAPH).write_bytes(change((copy / GRAPH).read_bytes()))
    sign(copy)
    assert_refused(copy, r"model_quantized\.onnx: ")


def test_the_check_reads_what_an_onnx_library_writes(tiny_checkpoint):
    for file in (GRAPH, "onnx/model.onnx"):
        check_graph((tiny_checkpoint / file).read_bytes())
    with pytest.raises(GraphError):
        check_graph(b"\x3a\x05\x0a\xff\xff\xff\xff")


def test_windows_longer_than_the_graph_can_read_are_refused(copy):
    sign(copy, max_tokens=100)  # the network has 64 positions
    assert_refused(copy, r"model_quantized\.onnx: can't be used")


def _vocabulary(tokenizer):
    tokenizer["model"]["vocab"]["evil"] = 2_000  # the embedding table has 1200 rows


def _without_special_tokens(tokenizer):
    tokenizer["post_processor"] = None


def _without_unknown(tokenizer):
    tokenizer["model"]["unk_token"] = "none"
    tokenizer["model"]["vocab"] = {
        token: id for token, id in tokenizer["model"]["vocab"].items() if token != "[UNK]"
    }
    tokenizer["added_tokens"] = [t for t in tokenizer["added_tokens"] if t["content"] != "[UNK]"]


def _panics(tokenizer):
    tokenizer["normalizer"] = {"type": "Precompiled", "precompiled_charsmap": "AAAA"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_vocabulary, r"model_quantized\.onnx: can't be used"),
        (_without_special_tokens, r"tokenizer\.json: can't be used .*one special token"),
        (_without_unknown, r"tokenizer\.json: can't be used"),
        (_panics, r"tokenizer\.json: can't be used"),
        (lambda tokenizer: tokenizer.clear(), r"tokenizer\.json: can't be used"),
    ],
)
def test_a_tokenizer_that_does_not_fit_is_refused(copy, change, message):
    path = copy / "tokenizer.json"
    tokenizer = json.loads(path.read_text(encoding="utf-8"))
    change(tokenizer)
    path.write_text(json.dumps(tokenizer), encoding="utf-8")
    sign(copy)
    assert_refused(copy, message)
