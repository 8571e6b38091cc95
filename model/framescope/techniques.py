"""The three framing techniques, in the one order that every array, head and report follows."""

from typing import Literal

Technique = Literal["loaded_label", "unverified_attribution", "emotive_term"]

TECHNIQUES: tuple[Technique, ...] = (
    "loaded_label",
    "unverified_attribution",
    "emotive_term",
)
