"""An article on the terminal: each technique's words highlighted, labels beside each sentence."""

from collections.abc import Mapping
from itertools import pairwise

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from framescope.techniques import TECHNIQUES, Technique
from framescope.values import Document, Sentence, Span

# Colours of Okabe and Ito's palette, which colour-blind readers can tell apart; each technique also
# has its own marks, for terminals without colour.
STYLES: Mapping[Technique, str] = {
    "loaded_label": "bold black on #e69f00",
    "unverified_attribution": "bold black on #56b4e9",
    "emotive_term": "bold white on #b0447c",
}
MARKS: Mapping[Technique, tuple[str, str]] = {
    "loaded_label": ("[", "]"),
    "unverified_attribution": ("<", ">"),
    "emotive_term": ("{", "}"),
}

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"


def show(document: Document, console: Console) -> None:
    """Prints the sentences with their labels and probabilities, then a line a technique."""
    console.print(Group(_legend(), Text(), _sentences(document), Text(), _summary(document)))


def _legend() -> Text:
    legend = Text()
    for technique in TECHNIQUES:
        left, right = MARKS[technique]
        legend.append(f" {left}{technique}{right} ", STYLES[technique]).append("  ")
    return legend


def _sentences(document: Document) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 1, 1, 0), expand=True)
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(ratio=1)
    table.add_column(no_wrap=True)
    for sentence in document.sentences:
        table.add_row(str(sentence.index + 1), _highlighted(sentence), _labels(sentence))
    return table


def _highlighted(sentence: Sentence) -> Text:
    """The sentence with each span in its marks and style; inside another span, the inner style."""
    spans, text = sentence.prediction.spans, Text()
    cuts = sorted({0, len(sentence.text), *(at for span in spans for at in (span.start, span.end))})
    for start, end in pairwise(cuts):
        around = [span for span in spans if span.start <= start and end <= span.end]
        style = STYLES[min(around, key=_length).technique] if around else ""
        opening = [MARKS[span.technique][0] for span in around if span.start == start]
        closing = [MARKS[span.technique][1] for span in reversed(around) if span.end == end]
        words = _printable(sentence.text[start:end])
        text.append("".join((*opening, words, *closing)), style)
    return text


def _length(span: Span) -> int:
    return span.end - span.start


def _labels(sentence: Sentence) -> Text:
    return Text("\n").join(
        Text(f"{technique} {sentence.scores[technique]:.2f}") for technique in sentence.techniques
    )


def _summary(document: Document) -> Table:
    total = len(document.sentences)
    table = Table("technique", "sentences", "per 100", "words", box=None, padding=(0, 2, 0, 0))
    for technique in TECHNIQUES:
        count = document.count(technique)
        words = dict.fromkeys(
            " ".join(span.text.split()).casefold()
            for span in document.spans
            if span.technique == technique
        )
        table.add_row(
            Text(technique, STYLES[technique]),
            f"{count} of {total}",
            f"{100 * count / max(total, 1):.0f}",
            Text(_printable(", ".join(words))),
        )
    return table


def _printable(text: str) -> str:
    """With spaces for white space; without what a terminal would obey, and lone surrogates."""
    return "".join(
        character if character.isprintable() else " " if character.isspace() else "\ufffd"
        for character in text
        if character not in _INVISIBLE
    )
