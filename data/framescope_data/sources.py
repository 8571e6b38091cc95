"""Where each public corpus is had, under what terms, and where the readers look for it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """A public corpus. `place` is its folder below the corpora directory, or its reader.

    `corpora` are the names that `framescope_data.corpora` gives to what is made of it, up to the
    first hyphen; `hub` the ids of its data sets on the Hugging Face Hub, as far as it is there.
    """

    name: str
    labels: str
    home: str
    terms: str
    place: str
    corpora: tuple[str, ...] = ()
    hub: tuple[str, ...] = ()


SOURCES = (
    Source(
        "PTC (EMNLP-2019, SemEval-2020 task 11)",
        "18 or 14 propaganda techniques on spans of news articles; two are ours",
        "https://propaganda.math.unipd.it/ptc/ (registration)",
        "no licence stated: for research, cite Da San Martino et al. 2019 and 2020",
        "ptc/{train,dev,test}/article<id>.txt and .labels.tsv",
        ("ptc",),
        ("SemEvalWorkshop/sem_eval_2020_task_11",),
    ),
    Source(
        "PTC (NLP4IF-2019)",
        "the same articles with tasks FLC (spans) and SLC (sentences)",
        "https://propaganda.qcri.org/nlp4if-shared-task/ (registration)",
        "no licence stated: for research, cite Da San Martino et al. 2019",
        "framescope_data.nlp4if",
    ),
    Source(
        "SemEval-2023 task 3",
        "23 persuasion techniques on spans of news in nine languages; two are ours",
        "https://propaganda.math.unipd.it/semeval2023task3/ (registration)",
        "for research, cite Piskorski et al. 2023; read the terms on registration",
        "framescope_data.semeval2023",
    ),
    Source(
        "CheckThat! 2024 task 3",
        "the same techniques in further languages",
        "https://propaganda.math.unipd.it/checkthat24_persuasion/ (registration)",
        "read the terms on registration",
        "framescope_data.checkthat2024",
    ),
    Source(
        "FA-KES",
        "articles on the Syrian war (credible or fake, which we do not use)",
        "https://zenodo.org/record/2607278",
        "CC BY 4.0; cite Abu Salem et al. 2019",
        "fakes/fakes-<id>.txt, one line a document",
        ("fakes",),
    ),
    Source(
        "General news sentences",
        "single sentences of anno-lexical, PolNeAR, hyperpartisan news (by article) and FA-KES",
        "https://huggingface.co/datasets/mediabiasgroup/anno-lexical,"
        " https://zenodo.org/record/1489920 (hyperpartisan), PolNeAR from its authors",
        "each source's own: MIT (anno-lexical), unstated (PolNeAR), CC BY 4.0 (the other two)",
        "general/{train,dev}.jsonl and pool/sentences.jsonl;"
        " id: pool- and 16 hexadecimal digits of the text's SHA-1",
        ("general", "pool"),
        ("mediabiasgroup/anno-lexical", "SemEvalWorkshop/hyperpartisan_news_detection"),
    ),
    Source(
        "BABE",
        "sentences biased or not, with the biased words",
        "https://github.com/Media-Bias-Group/"
        "Neural-Media-Bias-Detection-Using-Distant-Supervision-With-BABE",
        "AGPL-3.0 in the repository, CC BY-NC-SA 4.0 on the Hub; cite Spinde et al. 2021",
        "babe/final_labels_SG2.csv",
    ),
    Source(
        "CheckThat! subjectivity (English)",
        "sentences of news, subjective or objective",
        "https://gitlab.com/checkthat_lab/clef2024-checkthat-lab (task 2)",
        "CC BY-NC-SA 4.0; cite Antici et al. 2024",
        "checkthat-subjectivity/*_en*.tsv",
        ("objective",),
    ),
    Source(
        "anno-lexical",
        "news sentences that language models labelled for lexical bias",
        "https://huggingface.co/datasets/mediabiasgroup/anno-lexical",
        "MIT (an older edition of its card says CC BY-NC-ND 4.0: read the one you get)",
        "framescope_data.anno_lexical",
    ),
)
