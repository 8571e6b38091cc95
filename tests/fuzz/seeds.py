"""Where fuzzing begins: valid inputs of each target, and the odd ones that the tests know."""

from collections.abc import Callable, Iterator, Mapping

from hostile import CSV, JSON_LINES, PLAIN
from odd_texts import TEXTS
from onnx import TensorProto, helper

from framescope.checkpoint import BUNDLED, MANIFEST

_LONGEST = 4_000


def _texts() -> Iterator[bytes]:
    for text in TEXTS.values():
        yield b"\0" + text.encode("utf-8", "surrogatepass")[:_LONGEST]
        yield b"\xff" + text.encode("utf-16-le", "surrogatepass")[:_LONGEST]


def _spans() -> Iterator[bytes]:
    for text in TEXTS.values():
        content = b"\0" + text.encode("utf-8", "surrogatepass")[:200]
        yield content + bytes(n * 37 % 256 for n in range(len(content)))


def _graphs() -> Iterator[bytes]:
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 3]) for name in "xy"]
    weight = helper.make_tensor("w", TensorProto.FLOAT, [3], bytes(12), raw=True)
    constant = helper.make_node("Constant", [], ["c"], value=weight)
    branch = helper.make_node("If", ["x"], ["z"], then_branch=helper.make_graph([], "t", [], []))
    foreign = helper.make_node("Add", ["x", "w"], ["y"], domain="evil")
    for nodes in ([], [constant], [branch], [foreign]):
        last = helper.make_node("Add", ["x", "w"], ["y"])
        graph = helper.make_graph([*nodes, last], "g", values[:1], values[1:], [weight])
        yield helper.make_model(graph).SerializeToString()
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="../x")
    graph = helper.make_graph([], "g", values[:1], values[1:], [weight])
    yield helper.make_model(graph).SerializeToString()


def _manifests() -> Iterator[bytes]:
    yield (BUNDLED / "small" / MANIFEST).read_bytes()


def _files(files) -> Callable[[], Iterator[bytes]]:
    def contents() -> Iterator[bytes]:
        for file in files:
            if len(content := file.make()) <= _LONGEST:
                yield content.removeprefix(b"text\n")

    return contents


SEEDS: Mapping[str, Callable[[], Iterator[bytes]]] = {
    "split": _texts,
    "spans": _spans,
    "label": _texts,
    "graph": _graphs,
    "manifest": _manifests,
    "plain": _files(PLAIN),
    "json_lines": _files(JSON_LINES),
    "csv": _files(CSV),
    "packed": lambda: iter([b"", b"\x80", b"\xffjunk", b"\0\x1f\x8b\x08\0"]),
    "parquet": lambda: iter([bytes([at >> 6, at << 2 & 255, 1, 255]) for at in range(0, 999, 7)]),
}
