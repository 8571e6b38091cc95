"""A Hugging Face Space: paste an article, see framescope on it. `python app.py` runs it."""

import base64
import html

import gradio as gr

from framescope import FramingModel
from framescope.checkpoint import ONNX, read_checkpoint, resolve
from framescope.page import read_article, report_html
from framescope.page.article import shipped_thresholds
from framescope.page.reference import read_reference

MOST = 50_000
EXAMPLE = """Army Smashes Gangs Near Torval

Media reports said that the bandits had received more than forty trucks of weapons since May.
"They burned the mill before they ran," said Anton Bereck, who farms on the edge of the town.
The council will meet on Tuesday."""

CHECKPOINT = read_checkpoint(resolve("small"))
MODEL = FramingModel.from_pretrained()


def report(text: str) -> str:
    """The report page on one article, as `framescope report` writes it."""
    article = read_article(MODEL, "article", "pasted", text[:MOST])
    reference = read_reference(CHECKPOINT.sha256[ONNX["int8"]])
    return report_html([article], CHECKPOINT.name, shipped_thresholds(MODEL), reference)


def show(text: str) -> str:
    """The page in a frame of its own, which may run its script and nothing else; a link to keep it.

    Nothing is written to a file: what people paste is theirs.
    """
    if not text.strip():
        return "<p>Paste an article first.</p>"
    page = report(text)
    data = base64.b64encode(page.encode()).decode()
    return (
        f'<iframe title="Report" sandbox="allow-scripts" srcdoc="{html.escape(page)}"'
        ' style="width: 100%; height: 80vh; border: 0"></iframe>'
        f'<p><a download="report.html" href="data:text/html;base64,{data}">Keep this report</a></p>'
    )


with gr.Blocks(title="framescope", analytics_enabled=False) as demo:
    gr.Markdown(
        "# framescope\nLabels the wording of English news: loaded labels, unverified attributions,"
        " emotive terms. It judges wording, not truth; a label is a pointer for a reader, not a"
        " finding about a text or its author."
    )
    text = gr.Textbox(EXAMPLE, lines=10, max_length=MOST, label="Article")
    button = gr.Button("Label it", variant="primary")
    page = gr.HTML()
    button.click(show, text, page, api_name="report")

if __name__ == "__main__":
    demo.launch()
