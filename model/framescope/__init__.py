"""Labels the sentences of English news text for three framing techniques, with their words.

from framescope import FramingModel

model = FramingModel.from_pretrained()
document = model.analyze("Sources said the regime had butchered them.")
for sentence in document.sentences:
    print(sentence.techniques, [span.text for span in sentence.spans])
"""

from framescope.checkpoint import CheckpointError
from framescope.model import FramingModel
from framescope.scoring.batch_scorer import FramingBatchScorer
from framescope.sentences import split_sentences
from framescope.techniques import TECHNIQUES, Technique
from framescope.values import Document, Prediction, Scores, Sentence, Span

__all__ = [
    "TECHNIQUES",
    "CheckpointError",
    "Document",
    "FramingBatchScorer",
    "FramingModel",
    "Prediction",
    "Scores",
    "Sentence",
    "Span",
    "Technique",
    "split_sentences",
]
