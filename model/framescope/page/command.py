"""The sub-command `framescope report ARTICLE... -o report.html`."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from framescope.checkpoint import ONNX, read_checkpoint, resolve
from framescope.model import FramingModel
from framescope.page.article import read_article, shipped_thresholds
from framescope.page.reference import read_reference
from framescope.page.report import report_html
from framescope.scoring.command import say
from framescope.scoring.files import STDIN
from framescope.scoring.readers import check_inputs, read_inputs
from framescope.scoring.records import Fields, InputError, Rejected, Text


def run_report(options: argparse.Namespace) -> int:
    """Writes the page to `options.output`; returns how many records could not be read.

    Raises `InputError`, also where none could be read.
    """
    output: Path = options.output
    if output.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{output}: the report is a web page; name it --output report.html")
    check_inputs(options.inputs, Fields())
    checkpoint = read_checkpoint(resolve(options.model))
    model = FramingModel.from_pretrained(options.model, threads=options.threads)
    articles = []
    rejected = 0
    for source, text in _texts(options.inputs):
        if isinstance(text, Rejected):
            say(str(text))
            rejected += 1
        else:
            articles.append(read_article(model, text.id, source, text.text))
    if not articles:
        raise InputError(f"{', '.join(options.inputs)}: no article in there")
    reference = read_reference(checkpoint.sha256[ONNX["int8"]])
    page = report_html(articles, checkpoint.name, shipped_thresholds(model), reference)
    output.write_text(page, encoding="utf-8")
    say(f"{len(articles):,} articles: {output}")
    return rejected


def _texts(inputs: Sequence[str]) -> Iterator[tuple[str, Text | Rejected]]:
    """Each text with its source: the folder of a `.txt`, the name of any other file."""
    for name in inputs:
        path = Path(name)
        folder = path if path.is_dir() else path.absolute().parent
        source = folder.name if path.is_dir() or path.suffix.lower() == ".txt" else path.stem
        for text in read_inputs([name], Fields()):
            yield "standard input" if name == STDIN else source, text
