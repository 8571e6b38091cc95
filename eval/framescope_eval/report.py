"""The evaluation of one model on some corpora, as values and as `report.json`."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter, ValidationError

from framescope.checkpoint import CheckpointError
from framescope.model import FramingModel
from framescope_data.corpora import checksum
from framescope_data.layers import LayerError
from framescope_data.probes import read_cases
from framescope_data.records import records
from framescope_data.values import Document, Record
from framescope_eval.agreement import AgreementRow, corpus_agreement
from framescope_eval.compare import Difference, compared
from framescope_eval.intervals import Articles, articles
from framescope_eval.metrics import SentenceMetrics, sentence_metrics
from framescope_eval.mistakes import Scored
from framescope_eval.official import Official, official
from framescope_eval.probes import ProbeReport, run_probes
from framescope_eval.slices import SliceReport, slice_reports
from framescope_eval.span_metrics import SpanMetrics, span_metrics
from framescope_eval.systems import Judged, System, model_system

SCHEMA = 2


@dataclass(frozen=True, slots=True)
class SystemReport:
    """One system on one corpus; `spans` is empty for systems that only judge sentences.

    `official` has the field's own tests; `behind`, how far it lies behind the first system.
    """

    name: str
    sentences: SentenceMetrics
    spans: tuple[SpanMetrics, ...]
    official: Official
    behind: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """All systems on one corpus, the model first; its figures on slices; who agrees with whom."""

    name: str
    documents: int
    sentences: int
    sha256: str
    systems: tuple[SystemReport, ...]
    slices: tuple[SliceReport, ...]
    agreement: tuple[AgreementRow, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """`resamples` and `seed` are those of the article bootstrap behind every interval."""

    schema: int
    model: str
    precision: str
    thresholds: tuple[float, ...]
    resamples: int
    seed: int
    versions: Mapping[str, str]
    corpora: tuple[CorpusReport, ...]
    probes: ProbeReport


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A report, and what the model says of each sentence of its corpora, in the same order."""

    report: Report
    scored: tuple[Scored, ...]


def evaluate(
    name: str,
    precision: str,
    model: FramingModel,
    corpora: Mapping[str, Sequence[Document]],
    beside: Mapping[str, System],
    root: Path,
    resamples: int = 1000,
    seed: int = 0,
) -> Evaluation:
    """Scores every corpus with the model and the systems beside it; runs the model on the probes.

    `root` is where the texts of `corpora` lie: other annotations of the same texts lie there too.
    """
    systems = {name: model_system(model), **beside}
    found = [
        _corpus(corpus, documents, systems, root, resamples, seed)
        for corpus, documents in corpora.items()
    ]
    packages = ("framescope", "onnxruntime", "numpy")
    report = Report(
        schema=SCHEMA,
        model=name,
        precision=precision,
        thresholds=model.calibration.thresholds,
        resamples=resamples,
        seed=seed,
        versions={
            "python": platform.python_version(),
            **{package: version(package) for package in packages},
        },
        corpora=tuple(corpus for corpus, _ in found),
        probes=run_probes(model, read_cases()),
    )
    return Evaluation(report, tuple(scored for _, scored in found))


def write_report(report: Report, path: Path) -> None:
    """As JSON, in the order of the fields."""
    path.write_text(json.dumps(asdict(report), indent=1) + "\n", encoding="utf-8")


def read_report(path: Path) -> Report:
    """Raises `CheckpointError` for a file that is not a report of this version."""
    try:
        return TypeAdapter(Report).validate_json(path.read_bytes())
    except ValidationError as error:
        raise CheckpointError(
            f"{path}: not a report of schema {SCHEMA}; evaluate the checkpoint again"
        ) from error


def _corpus(
    corpus: str,
    documents: Sequence[Document],
    systems: Mapping[str, System],
    root: Path,
    resamples: int,
    seed: int,
) -> tuple[CorpusReport, Scored]:
    sentences = list(records(documents))
    _check(corpus, sentences)
    sample = articles([record.document_id for record in sentences], resamples, seed)
    judged = {name: judge(sentences) for name, judge in systems.items()}
    (model, said), *_ = judged.items()
    report = CorpusReport(
        corpus,
        len(documents),
        len(sentences),
        checksum(documents),
        systems=tuple(
            _system(name, other, said, documents, sentences, sample, seed)
            for name, other in judged.items()
        ),
        slices=slice_reports(documents, sentences, said, sample),
        agreement=corpus_agreement(corpus, documents, model, said, root, sample),
    )
    return report, Scored(corpus, sentences, said)


def _check(corpus: str, sentences: Sequence[Record]) -> None:
    masks = {record.mask for record in sentences}
    if not any(map(any, masks)):
        raise LayerError(f"{corpus}: no sentence in which any of our techniques was looked for")
    if len(masks) > 1:
        raise LayerError(
            f"{corpus}: not the same techniques were looked for in all its documents, so that"
            " no figure means the same in all of them: score them apart"
        )


def _system(
    name: str,
    said: Judged,
    first: Judged,
    documents: Sequence[Document],
    sentences: Sequence[Record],
    sample: Articles,
    seed: int,
) -> SystemReport:
    gold = np.array([record.gold for record in sentences])
    labelled = np.array(sentences[0].mask)
    marks, texts = [r.annotations for r in sentences], [r.text for r in sentences]
    return SystemReport(
        name,
        sentence_metrics(gold, said.decided, said.scores, labelled, sample),
        span_metrics(marks, said.spans, labelled, sample, texts) if said.spans else (),
        official(documents, sentences, said, labelled, sample),
        compared(gold, first, said, labelled, sample, seed) if said is not first else (),
    )
