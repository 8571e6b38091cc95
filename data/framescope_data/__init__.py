"""Corpora of framing techniques: readers, stand-off layers, splits and checksums."""

from framescope_data.corpora import CORPORA, checksum, load
from framescope_data.records import records, without_leaks
from framescope_data.values import Annotation, Document, Record

__all__ = [
    "CORPORA",
    "Annotation",
    "Document",
    "Record",
    "checksum",
    "load",
    "records",
    "without_leaks",
]
