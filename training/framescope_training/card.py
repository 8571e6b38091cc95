"""The model card: a checkpoint's README.md, made of its report, its manifest and the template.

Sections are those of the Hub's annotated template, metadata those of its specification
(https://huggingface.co/docs/hub/model-cards).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, ModelCard, ModelCardData

from framescope.checkpoint import read_checkpoint, read_provenance
from framescope.techniques import TECHNIQUES
from framescope_eval.intervals import Figure
from framescope_eval.metrics import ClassMetrics
from framescope_eval.probe_tables import probe_tables
from framescope_eval.report import CorpusReport, Report, read_report
from framescope_eval.tables import corpus_tables
from framescope_training.card_facts import (
    GRAMS_PER_KWH,
    WATTS,
    Cost,
    agreement,
    corpus_facts,
    cost,
    even_handedness,
    sources,
)
from framescope_training.provenance import steps

REPORT = "report.json"
CARD = "README.md"

_TEMPLATE = Path(__file__).parent / "card_template.md"
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")

_METRICS = (
    "precision",
    "recall",
    "f1",
    "average_precision",
    "roc_auc",
    "matthews_correlation",
    "brier_score",
    "expected_calibration_error",
)
_EXAMPLES = (
    ("all three techniques", "Sources said the regime had butchered them."),
    ("a loaded label", "The thugs burned two shops before dawn, said the mayor, Ana Dell."),
    ("an unverified attribution", "Experts warn that the harvest will fail."),
    ("none", "The council met on Tuesday and approved the budget by nine votes to four."),
)


def write_card(checkpoint: Path) -> Path:
    """Renders the card of a checkpoint directory. The same facts give the same bytes."""
    report = read_report(checkpoint / REPORT)
    provenance, calibrations = read_provenance(checkpoint), read_checkpoint(checkpoint).calibrations
    course = steps(provenance)
    recipe, spent = provenance["recipe"], cost(course)
    data = corpus_facts(course, report)
    card = ModelCard.from_template(
        _metadata(report, course, spent),
        template_path=str(_TEMPLATE),
        report=report,
        tables=[corpus_tables(corpus) for corpus in report.corpora],
        scored_test=not {corpus.name for corpus in report.corpora}.isdisjoint(recipe["test"]),
        probes=probe_tables(report.probes),
        recipe=recipe,
        base=course[0]["recipe"]["base"],
        steps=course,
        data=data,
        sources=sources(of.name for of in data),
        agreement=agreement(report),
        even=even_handedness(report),
        cost=spent,
        watts=WATTS,
        grams_per_kwh=GRAMS_PER_KWH,
        base_sha256=course[0]["base_sha256"],
        device=provenance["device"],
        versions=provenance["versions"],
        calibrations=calibrations,
        techniques=TECHNIQUES,
    )
    path = checkpoint / CARD
    path.write_text(str(card), encoding="utf-8")
    return path


def _metadata(
    report: Report, course: Sequence[Mapping[str, Any]], spent: Cost | None
) -> ModelCardData:
    recipes = [step["recipe"] for step in course]
    distilled = ["distillation"] if any(of.get("teachers") for of in recipes) else []
    trained_on = sources(
        name for of in recipes for name in (*of["train"], *of.get("unlabelled", ()))
    )
    base = recipes[0]["base"]
    known = _HUB_ID.fullmatch(base)  # the Hub refuses a path as base model
    return ModelCardData(
        language="en",
        license="apache-2.0",
        library_name="framescope",
        pipeline_tag="text-classification",
        tags=[
            "framing",
            "propaganda-detection",
            "media-bias",
            "news",
            "multi-label",
            "onnx",
            *distilled,
            *TECHNIQUES,
        ],
        base_model=base if known else None,
        base_model_relation="finetune" if known else None,
        datasets=sorted({id for source in trained_on for id in source.hub}) or None,
        metrics=list(_METRICS),
        widget=[{"example_title": title, "text": text} for title, text in _EXAMPLES],
        co2_eq_emissions=_emissions(spent) if spent else None,
        model_name=report.model,
        eval_results=[result for corpus in report.corpora for result in _results(corpus)],
    )


def _emissions(spent: Cost) -> dict[str, float | str]:
    return {
        "emissions": round(spent.grams, 1),
        "source": "hours, assumed power and the world's average grid: see the card",
        "training_type": "fine-tuning",
        "hardware_used": "CPU",
    }


def _results(corpus: CorpusReport) -> Iterator[EvalResult]:
    """Every figure of a class, then the macro ones, then those of spans."""
    system = corpus.systems[0]
    for of in system.sentences.classes:
        for metric, value in zip(_METRICS, _figures(of), strict=True):
            yield _result(corpus, "text-classification", metric, f"{of.technique} {metric}", value)
    macro = system.sentences.macro_f1, system.sentences.macro_average_precision
    for metric, value in zip(("f1", "average_precision"), macro, strict=True):
        yield _result(corpus, "text-classification", metric, f"macro {metric}", value)
    for of in system.spans:
        for metric, kind, value in (
            ("precision", "overlap", of.precision),
            ("recall", "overlap", of.recall),
            ("f1", "overlap", of.f1),
            ("f1", "exact match", of.exact_f1),
            ("f1", "words", of.word_f1),
        ):
            if value:
                name = f"{of.technique} span {metric}, {kind}"
                yield _result(corpus, "token-classification", metric, name, value)


def _figures(of: ClassMetrics) -> Sequence[Figure]:
    """In the order of `_METRICS`."""
    scores = of.roc_auc, of.mcc, of.reliability.brier, of.reliability.ece
    return of.precision, of.recall, of.f1, of.average_precision, *scores


def _result(corpus: CorpusReport, task: str, metric: str, name: str, value: Figure) -> EvalResult:
    _, _, split = corpus.name.rpartition("-")
    return EvalResult(
        task_type=task,
        dataset_type=f"framescope-{corpus.name}",
        dataset_name=corpus.name,
        dataset_split=split if split in ("train", "dev", "test") else None,
        dataset_revision=corpus.sha256,
        metric_type=metric,
        metric_name=name,
        metric_value=round(value.value, 4),
    )
