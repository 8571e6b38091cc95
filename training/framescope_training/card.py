"""The model card: a checkpoint's README.md, made of its report, its manifest and the template."""

from collections.abc import Iterator
from pathlib import Path

from huggingface_hub import EvalResult, ModelCard, ModelCardData

from framescope.checkpoint import read_checkpoint, read_provenance
from framescope.techniques import TECHNIQUES
from framescope_eval.probe_tables import probe_tables
from framescope_eval.report import CorpusReport, Report, read_report
from framescope_eval.tables import corpus_tables

REPORT = "report.json"
CARD = "README.md"

_TEMPLATE = Path(__file__).parent / "card_template.md"


def write_card(checkpoint: Path) -> Path:
    """Renders the card of a checkpoint directory. The same facts give the same bytes."""
    report = read_report(checkpoint / REPORT)
    provenance, calibrations = read_provenance(checkpoint), read_checkpoint(checkpoint).calibrations
    card = ModelCard.from_template(
        _metadata(report, provenance["recipe"]["base"]),
        template_path=str(_TEMPLATE),
        report=report,
        tables=[corpus_tables(corpus) for corpus in report.corpora],
        scored_test=not {corpus.name for corpus in report.corpora}.isdisjoint(
            provenance["recipe"]["test"]
        ),
        probes=probe_tables(report.probes),
        recipe=provenance["recipe"],
        data_sha256=provenance["data_sha256"],
        device=provenance["device"],
        versions=provenance["versions"],
        calibrations=calibrations,
        techniques=TECHNIQUES,
    )
    path = checkpoint / CARD
    path.write_text(str(card), encoding="utf-8")
    return path


def _metadata(report: Report, base: str) -> ModelCardData:
    return ModelCardData(
        language="en",
        license="apache-2.0",
        library_name="framescope",
        pipeline_tag="text-classification",
        tags=["framing", "propaganda-detection", "news", "multi-label", "onnx", *TECHNIQUES],
        base_model=base,
        metrics=["f1", "precision", "recall", "average_precision"],
        model_name=report.model,
        eval_results=[result for corpus in report.corpora for result in _results(corpus)],
    )


def _results(corpus: CorpusReport) -> Iterator[EvalResult]:
    for of in corpus.systems[0].sentences.classes:
        for metric in ("precision", "recall", "f1", "average_precision"):
            yield EvalResult(
                task_type="text-classification",
                dataset_type=f"framescope-{corpus.name}",
                dataset_name=corpus.name,
                metric_type=metric,
                metric_name=f"{of.technique} {metric}",
                metric_value=round(getattr(of, metric).value, 4),
            )
