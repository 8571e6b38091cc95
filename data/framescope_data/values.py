"""What the corpus readers give: annotated documents, and the sentence records made of them."""

from dataclasses import dataclass, field
from typing import Literal

from framescope.techniques import TECHNIQUES, Technique

Kind = Literal["", "anonymous", "vague", "hearsay"]

BORDERLINE_TARGET = 0.6
"""Training target of a sentence or word whose only marks are borderline (honest doubt)."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One mark of one reader: `text[start:end]` of the document carries `technique`."""

    technique: Technique
    start: int
    end: int
    kind: Kind = ""
    borderline: bool = False
    quoted: bool = False
    reader: str = ""

    @property
    def target(self) -> float:
        """Soft training target: 1, or `BORDERLINE_TARGET`."""
        return BORDERLINE_TARGET if self.borderline else 1.0


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its annotations.

    `labelled` names the techniques that the annotators looked for: the absence of any other
    technique means nothing. `lines` says that the text has one sentence a line.
    """

    id: str
    text: str
    annotations: tuple[Annotation, ...]
    source: str
    labelled: frozenset[Technique] = frozenset(TECHNIQUES)
    lines: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """One sentence of a document; the annotations' offsets are into `text`."""

    document_id: str
    index: int
    start: int
    text: str
    source: str
    labelled: frozenset[Technique]
    annotations: tuple[Annotation, ...] = field(default=())

    @property
    def mask(self) -> tuple[bool, ...]:
        """Which techniques were looked for here, in the order of `TECHNIQUES`."""
        return tuple(technique in self.labelled for technique in TECHNIQUES)

    @property
    def gold(self) -> tuple[bool, ...]:
        """Which techniques are marked, borderline marks included, in the order of `TECHNIQUES`."""
        return tuple(target > 0 for target in self.targets)

    @property
    def targets(self) -> tuple[float, ...]:
        """Soft training targets in [0, 1], in the order of `TECHNIQUES`."""
        return tuple(
            max((a.target for a in self.annotations if a.technique == technique), default=0.0)
            for technique in TECHNIQUES
        )


@dataclass(frozen=True, slots=True)
class SoftSentence:
    """A sentence under another corpus's own label, which is none of our techniques.

    `words` are the offsets (start, end) of the words that its annotators gave as the reason.
    """

    id: str
    text: str
    source: str
    label: str
    words: tuple[tuple[int, int], ...] = ()

    @property
    def document(self) -> Document:
        """The sentence as a document in which none of our techniques was looked for."""
        source = f"{self.source}-{self.label}"
        return Document(self.id, self.text, (), source, labelled=frozenset())
