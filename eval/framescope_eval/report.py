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
from framescope_data.probes import read_cases
from framescope_data.records import records
from framescope_data.values import Document
from framescope_eval.compare import Difference, compared
from framescope_eval.intervals import articles
from framescope_eval.metrics import SentenceMetrics, sentence_metrics
from framescope_eval.probes import ProbeReport, run_probes
from framescope_eval.span_metrics import SpanMetrics, span_metrics
from framescope_eval.systems import System, model_system

SCHEMA = 2


@dataclass(frozen=True, slots=True)
class SystemReport:
    """One system on one corpus; `spans` is empty for systems that only judge sentences.

    `behind` is how far it lies behind the first system.
    """

    name: str
    sentences: SentenceMetrics
    spans: tuple[SpanMetrics, ...] = ()
    behind: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """All systems on one corpus, the model first."""

    name: str
    documents: int
    sentences: int
    sha256: str
    systems: tuple[SystemReport, ...]


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


def evaluate(
    name: str,
    precision: str,
    model: FramingModel,
    corpora: Mapping[str, Sequence[Document]],
    baselines: Mapping[str, System],
    resamples: int = 1000,
    seed: int = 0,
) -> Report:
    """Scores every corpus with the model and each baseline, and runs the model on the probes."""
    systems = {name: model_system(model), **baselines}
    return Report(
        schema=SCHEMA,
        model=name,
        precision=precision,
        thresholds=model.calibration.thresholds,
        resamples=resamples,
        seed=seed,
        versions={
            "python": platform.python_version(),
            **{package: version(package) for package in ("framescope", "onnxruntime", "numpy")},
        },
        corpora=tuple(
            _corpus(corpus, documents, systems, resamples, seed)
            for corpus, documents in corpora.items()
        ),
        probes=run_probes(model, read_cases()),
    )


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
    resamples: int,
    seed: int,
) -> CorpusReport:
    sentences = list(records(documents))
    sample = articles([record.document_id for record in sentences], resamples, seed)
    gold = np.array([record.gold for record in sentences])
    labelled = np.array(sentences[0].mask)
    judged = {name: judge(sentences) for name, judge in systems.items()}
    first, *_ = judged.values()
    return CorpusReport(
        corpus,
        len(documents),
        len(sentences),
        checksum(documents),
        tuple(
            SystemReport(
                name,
                sentence_metrics(gold, said.decided, said.scores, labelled, sample),
                span_metrics([r.annotations for r in sentences], said.spans, labelled, sample)
                if said.spans
                else (),
                compared(gold, first, said, labelled, sample, seed) if said is not first else (),
            )
            for name, said in judged.items()
        ),
    )
