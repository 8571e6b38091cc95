"""What a model says of a text: immutable values with exact character offsets."""

from dataclasses import dataclass, replace

from framescope.techniques import TECHNIQUES, Technique


@dataclass(frozen=True, slots=True)
class Scores:
    """Calibrated probability, in [0, 1], that a sentence carries each technique."""

    loaded_label: float
    unverified_attribution: float
    emotive_term: float

    def __getitem__(self, technique: Technique) -> float:
        return getattr(self, technique)

    def items(self) -> list[tuple[Technique, float]]:
        """Technique and probability, in the order of `TECHNIQUES`."""
        return [(technique, self[technique]) for technique in TECHNIQUES]


@dataclass(frozen=True, slots=True)
class Span:
    """Words that carry a technique: `text[start:end]`, with their highest token probability."""

    technique: Technique
    start: int
    end: int
    text: str
    score: float

    def shifted(self, by: int) -> "Span":
        """The same span in a text that begins `by` characters earlier."""
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model says of one sentence. Span offsets are into `text`.

    A decided technique has at least one span, and every span belongs to a decided technique.
    """

    text: str
    scores: Scores
    techniques: tuple[Technique, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in its document: `document.text[start:end] == text`.

    `spans` has offsets into the document; `prediction.spans` the same with offsets into `text`.
    """

    index: int
    start: int
    end: int
    prediction: Prediction

    @property
    def text(self) -> str:
        """The sentence, without the white space around it."""
        return self.prediction.text

    @property
    def scores(self) -> Scores:
        """Calibrated probability of each technique."""
        return self.prediction.scores

    @property
    def techniques(self) -> tuple[Technique, ...]:
        """The techniques whose probability reaches their threshold."""
        return self.prediction.techniques

    @property
    def spans(self) -> tuple[Span, ...]:
        """The words that carry the techniques; offsets into the document."""
        return tuple(span.shifted(self.start) for span in self.prediction.spans)


@dataclass(frozen=True, slots=True)
class Document:
    """A text and its sentences, in order."""

    text: str
    sentences: tuple[Sentence, ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        """All spans, in order of their sentences; offsets into `text`."""
        return tuple(span for sentence in self.sentences for span in sentence.spans)

    def count(self, technique: Technique) -> int:
        """How many sentences carry `technique`."""
        return sum(technique in sentence.techniques for sentence in self.sentences)
