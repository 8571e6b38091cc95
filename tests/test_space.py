"""The Gradio app of examples/space, in a real browser."""

import base64
import os
import socket
import subprocess
import sys
import time
import urllib.request
from importlib.util import find_spec

import pytest
from conftest import ROOT

# Not imported here: at the exit it would wait for the network.
pytestmark = pytest.mark.skipif(not find_spec("gradio"), reason="needs gradio: pip install gradio")

SPACE = ROOT / "examples" / "space"
PATIENCE = 120


@pytest.fixture(scope="module")
def address():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "GRADIO_SERVER_NAME": "127.0.0.1",
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_OFFLINE": "1",
        "no_proxy": "127.0.0.1,localhost",
    }
    app = subprocess.Popen([sys.executable, "app.py"], cwd=SPACE, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(PATIENCE):
            assert app.poll() is None, "the app stopped"
            try:
                urllib.request.urlopen(address, timeout=5).close()
                break
            except OSError:
                time.sleep(1)
        yield address
    finally:
        app.terminate()
        app.wait()


@pytest.mark.parametrize("width", [390, 1280])
def test_an_article_is_pasted_and_its_report_shown(browser, address, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(address)
    hostile = "Sources said the regime had fallen.\n</iframe><script>window.hacked = 1</script>"
    page.get_by_label("Article").fill(hostile)
    page.get_by_role("button", name="Label it").click()
    report = page.frame_locator("iframe[title=Report]")
    report.locator("mark", has_text="regime").first.wait_for(timeout=PATIENCE * 1000)
    assert "</iframe><script>" in report.locator("article").inner_text()
    assert page.evaluate("window.hacked") is None
    link = page.get_by_role("link", name="Keep this report")
    kind, _, data = (link.get_attribute("href") or "").partition(",")
    assert (kind, link.get_attribute("download")) == ("data:text/html;base64", "report.html")
    assert "regime" in base64.b64decode(data).decode()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_the_header_is_what_a_space_needs():
    from huggingface_hub import RepoCard  # noqa: PLC0415

    header = RepoCard.load(SPACE / "README.md").data.to_dict()
    assert (header["sdk"], header["app_file"]) == ("gradio", "app.py")
    assert {"title", "emoji", "colorFrom", "colorTo", "sdk_version"} <= header.keys()
    assert len(header["short_description"]) <= 60
