"""INCEpTION's UIMA CAS JSON: predictions to correct in it, and the corrected ones read back.

Marks lie on the layer `Span` with the feature `label` that a basic annotation project has. The
files count UTF-16 units, which dkpro-cassis turns into characters. Needs the extra `inception`.
Source: https://github.com/apache/uima-uimaj-io-jsoncas
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, unquote

from framescope.sentences import split_sentences
from framescope.techniques import TECHNIQUES, Technique
from framescope_data.layers import LayerError
from framescope_data.reading import Refuse, sorted_marks, stop, trimmed
from framescope_data.values import Annotation, Document

try:
    from cassis import Cas, TypeSystem, load_cas_from_json
    from cassis.typesystem import TypeSystemMode
except ImportError as error:
    raise ImportError(
        "INCEpTION's files need dkpro-cassis: pip install 'framescope[inception]'"
    ) from error

_SPAN, _LABEL = "custom.Span", "label"
_SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"
_METADATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"


def write_inception(documents: Iterable[Document], directory: Path) -> None:
    """A `.json` a document, named by its id, with our sentences.

    Of the annotations only technique and offsets are kept; of the document id and text.
    """
    for document in documents:
        path = directory / f"{quote(document.id, safe=' ')}.json"
        _cas(document).to_json(path, type_system_mode=TypeSystemMode.MINIMAL)


def read_inception(path: Path, refuse: Refuse = stop) -> Iterator[Document]:
    """The `.json` files in `path` and below: an unpacked export of curated documents, or of one
    annotator's. The id is the document's title, or else the file's name.

    Raises `FileNotFoundError` without such files, `LayerError` with file and remedy.
    """
    files = sorted(path.rglob("*.json"))
    if not files:
        raise FileNotFoundError(f"{path}: no .json files here; export as UIMA CAS JSON, and unpack")
    for file in files:
        try:
            cas = _read(file)
            text = cas.sofa_string or ""
            marks = sorted_marks(_marks(cas, text, file))
        except LayerError as error:
            refuse(error)
        else:
            yield Document(_id(cas, file), text, marks, source="inception", lines=False)


def _cas(document: Document) -> Cas:
    types = TypeSystem()
    sentence, span = types.create_type(_SENTENCE), types.create_type(_SPAN)
    types.create_feature(span, _LABEL, "uima.cas.String")
    cas = Cas(types, sofa_string=document.text, sofa_mime="text/plain")
    cas.add_all(sentence(begin=start, end=end) for start, end in split_sentences(document.text))
    cas.add_all(
        span(begin=mark.start, end=mark.end, label=mark.technique) for mark in document.annotations
    )
    return cas


def _read(path: Path) -> Cas:
    try:
        with path.open("rb") as file:
            return load_cas_from_json(file)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LayerError(f"{path}: {error!r}; export as UIMA CAS JSON") from error


def _marks(cas: Cas, text: str, path: Path) -> Iterator[Annotation]:
    if not cas.typesystem.contains_type(_SPAN):
        return  # nothing was marked in this document
    # cassis makes the attributes of a type at run time.
    for mark in cast("list[Any]", cas.select(_SPAN)):
        label, start, end = mark.get(_LABEL), mark.begin, mark.end
        if label not in TECHNIQUES:
            raise LayerError(
                f"{path}: {start}-{end} has the label {label!r}; use one of {', '.join(TECHNIQUES)}"
            )
        yield trimmed(text, Annotation(cast("Technique", label), start, end), path)


def _id(cas: Cas, path: Path) -> str:
    """INCEpTION exports a folder a document, with a file an annotator: the title tells which."""
    titled = cas.select(_METADATA) if cas.typesystem.contains_type(_METADATA) else []
    title = next((one.get("documentTitle") for one in titled), None) or path.name
    return unquote(title.removesuffix(".json"))
