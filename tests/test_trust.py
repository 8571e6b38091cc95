"""Nothing leaves this machine, and threads and processes give the same answers."""

import ast
import os
import subprocess
import sys
import threading

import pytest
from conftest import ROOT
from odd_texts import TEXTS

BANNED = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "subprocess", "runpy"}
BANNED_CALLS = {"eval", "exec", "compile", "__import__"}


def test_inference_has_no_pickle_and_runs_no_foreign_code():
    for path in (ROOT / "model" / "framescope").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert "trust_remote_code" not in source
        assert "allow_pickle" not in source
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                assert not BANNED & {alias.name.split(".")[0] for alias in node.names}, path
            elif isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] not in BANNED, path
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in BANNED_CALLS, path


def _python(*arguments, **environment):
    """Runs in a process of its own, as in no test run: ONNX Runtime knows those of CI."""
    kept = {k: v for k, v in os.environ.items() if k not in ("CI", "ORT_DISABLE_TELEMETRY")}
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**kept, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


WATCHED = """
import os, sys
KINDS = ("socket.", "subprocess.", "pickle.", "os.exec", "os.fork", "os.posix_spawn", "os.system")
seen = []
def watch(event, details):
    if event.startswith((*KINDS, "ctypes.dlopen", "urllib.")):
        seen.append(event)
    if event == "open" and isinstance(details[1], str) and set("wax+") & set(details[1]):
        seen.append(("open for writing", details[0]))
from framescope import FramingModel
sys.addaudithook(watch)
model = FramingModel.from_pretrained()
assert model.analyze("The regime fell. Sources said so.").sentences
for link in os.scandir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else ():
    target = os.readlink(link) if os.path.islink(link) else ""
    if target.startswith("socket:"):  # of a native library's, which no hook sees
        seen.append(target)
print(seen)
"""


def test_inference_opens_no_socket_process_or_pickle_and_writes_no_file():
    assert _python("-c", WATCHED).strip() == "[]"


def test_nothing_is_left_in_the_home_directory(tmp_path):
    """ONNX Runtime's telemetry, which no Python hook sees, keeps its device id there."""
    code = "from framescope import FramingModel; FramingModel.from_pretrained().predict(['Yes.'])"
    home = str(tmp_path)
    _python("-c", code, HOME=home, XDG_CACHE_HOME=home, PYTHONDONTWRITEBYTECODE="1")
    assert not list(tmp_path.rglob("*"))


def test_no_text_is_logged(tiny_model, capfd, caplog):
    caplog.set_level("DEBUG")
    secret = "Zanzibarquux"
    tiny_model.analyze(f"The {secret} regime fell. \ud800 {secret}!")
    with pytest.raises(TypeError) as error:
        tiny_model.predict([secret, {secret: 1}])
    output = capfd.readouterr()
    assert secret not in output.out + output.err + caplog.text + str(error.value)


def test_eight_threads_share_one_model(tiny_model):
    texts = [*TEXTS.values()]
    expected, seen = [tiny_model.analyze(text) for text in texts], {}

    def work(number):
        order = texts[number:] + texts[:number]
        documents = [tiny_model.analyze(text) for text in order]
        seen[number] = documents[len(texts) - number :] + documents[: len(texts) - number]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(seen[number] == expected for number in range(8))


FORKED = """
import os, signal, sys
from framescope import FramingModel
sentences = ["Sources said the regime had butchered them.", "The council met."] * 20
model = FramingModel.from_pretrained(threads=2)
expected = model.predict(sentences)
for use in (True, False):
    child = os.fork()
    if child == 0:
        signal.alarm(120)
        same = not use or model.predict(sentences) == expected
        sys.exit(0 if same else 1)  # as it ends by itself, which waits for threads
    print(os.waitpid(child, 0)[1])
print(model.predict(sentences) == expected)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_gives_the_same_answers_and_ends():
    assert _python("-c", FORKED).split() == ["0", "0", "True"]


SPAWNED = """
from multiprocessing import get_context
from framescope import FramingModel
def scores(sentence):
    return FramingModel.from_pretrained().predict([sentence])[0].scores.items()
if __name__ == "__main__":
    expected = scores("The regime fell.")
    with get_context("spawn").Pool(2) as pool:
        print(pool.map(scores, ["The regime fell."] * 3) == [expected] * 3)
"""


def test_a_spawned_process_gives_the_same_answers(tmp_path):
    script = tmp_path / "spawned.py"
    script.write_text(SPAWNED, encoding="utf-8")
    assert _python(script).strip() == "True"
