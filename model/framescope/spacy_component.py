"""The spaCy component: `nlp.add_pipe("framescope")`. Needs the extra `spacy`.

It gives `doc.spans["framescope"]`, spans labelled with their technique (the scores in the group's
`attrs["scores"]`), and for each sentence `sentence._.framescope`, technique to probability.
"""

from collections.abc import Iterable, Iterator

from framescope.checkpoint import Precision
from framescope.model import FramingModel
from framescope.sentences import split_sentences
from framescope.values import Prediction

try:
    from spacy.language import Language
    from spacy.tokens import Doc, Span, SpanGroup
    from spacy.util import minibatch
except ImportError as error:
    raise ImportError("the component needs spaCy: pip install 'framescope[spacy]'") from error

KEY = "framescope"

if not Span.has_extension(KEY):
    Span.set_extension(KEY, default=None)


class FramingComponent:
    """Labels the sentences of documents: spaCy's, or where it has found none, our own."""

    def __init__(self, model: FramingModel) -> None:
        self._model = model

    def __call__(self, doc: Doc) -> Doc:
        """The same document, labelled."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        """The same documents, labelled `batch_size` at a time."""
        for docs in minibatch(stream, batch_size):
            sentences = [list(_sentences(doc)) for doc in docs]
            texts = [sentence.text for of_doc in sentences for sentence in of_doc]
            predictions = iter(self._model.predict(texts))
            for doc, of_doc in zip(docs, sentences, strict=True):
                _label(doc, of_doc, [next(predictions) for _ in of_doc])
                yield doc


@Language.factory(
    KEY,
    assigns=["doc.spans", "span._.framescope"],
    default_config={"checkpoint": "small", "precision": "int8", "threads": None},
)
def make_framescope(
    nlp: Language, name: str, checkpoint: str, precision: Precision, threads: int | None
) -> FramingComponent:
    """spaCy calls this; the settings are those of `FramingModel.from_pretrained`."""
    return FramingComponent(
        FramingModel.from_pretrained(checkpoint, precision=precision, threads=threads)
    )


def _sentences(doc: Doc) -> Iterable[Span]:
    if not doc.has_annotation("SENT_START"):
        found = (
            doc.char_span(start, end, alignment_mode="expand")
            for start, end in split_sentences(doc.text)
        )
        starts = {span.start for span in found if span}
        for token in doc:
            token.is_sent_start = token.i in starts
    return doc.sents


def _label(doc: Doc, sentences: Iterable[Span], predictions: Iterable[Prediction]) -> None:
    spans: list[Span] = []
    scores: list[float] = []
    for sentence, of in zip(sentences, predictions, strict=True):
        # Plain numbers, so that `doc.to_bytes()` can write them.
        sentence._.framescope = dict(of.scores.items())
        for span in of.spans:
            start = sentence.start_char + span.start
            words = doc.char_span(
                start, start + len(span.text), label=span.technique, alignment_mode="expand"
            )
            if words is not None:
                spans.append(words)
                scores.append(span.score)
    doc.spans[KEY] = SpanGroup(doc, name=KEY, spans=spans, attrs={"scores": scores})
