"""What each technique is, in the words of the codebook (`data/annotations/codebook.md`)."""

from collections.abc import Mapping
from dataclasses import dataclass

from framescope.techniques import Technique


@dataclass(frozen=True, slots=True)
class Reason:
    """The name of a technique as people read it, and the codebook's line on it."""

    name: str
    line: str


REASONS: Mapping[Technique, Reason] = {
    "loaded_label": Reason(
        "Loaded label", "a name for somebody or something that passes judgement"
    ),
    "unverified_attribution": Reason(
        "Unverified attribution",
        "the words that credit a claim to a source nobody could identify and check",
    ),
    "emotive_term": Reason(
        "Emotive term",
        "any other word that carries strong emotion where a plain one would give the same facts",
    ),
}
