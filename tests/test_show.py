"""`framescope show`: highlights, labels, summary; safe against what a terminal would obey."""

import io

from rich.console import Console

from framescope.cli import main
from framescope.show import show
from framescope.values import Document, Prediction, Scores, Sentence, Span


def _shown(document, width=100):
    console = Console(file=io.StringIO(), width=width, highlight=False)
    show(document, console)
    return console.file.getvalue()


def _document(text, *spans):
    made = tuple(Span(t, text.index(w), text.index(w) + len(w), w, 0.9) for t, w in spans)
    techniques = tuple(dict.fromkeys(span.technique for span in made))
    prediction = Prediction(text, Scores(0.9, 0.8, 0.1), techniques, made)
    return Document(text, (Sentence(0, 0, len(text), prediction),))


def test_words_labels_and_summary():
    text = "Sources said the regime fell."
    shown = _shown(
        _document(text, ("unverified_attribution", "Sources said"), ("loaded_label", "the regime"))
    )
    assert "<Sources said> [the regime] fell." in shown
    assert "loaded_label 0.90" in shown
    assert "1 of 1" in shown


def test_a_span_inside_another_is_shown_in_it():
    text = "Pro-rebel media reports said so."
    shown = _shown(
        _document(
            text,
            ("unverified_attribution", "Pro-rebel media reports said"),
            ("loaded_label", "Pro-rebel media"),
        )
    )
    assert "<[Pro-rebel media] reports said> so." in shown


def test_control_characters_and_markup_are_not_obeyed():
    shown = _shown(
        _document("A \x1b[31mred\x07 [bold]regime[/bold]\u202e.", ("loaded_label", "regime"))
    )
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    assert "[bold]" in shown


def test_the_command_prints_an_article(tiny_checkpoint, tmp_path, capsys):
    path = tmp_path / "article.txt"
    path.write_text("Sources said the regime had butchered them.", encoding="utf-8")
    assert main(["show", str(path), "--model", str(tiny_checkpoint)]) == 0
    assert "<Sources said> [the regime] had {butchered}" in capsys.readouterr().out
