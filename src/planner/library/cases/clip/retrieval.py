"""The search that a model is measured with: the picture of each text, and the text of each picture."""

from datasets import Dataset
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.evaluation import SequentialEvaluator
from sentence_transformers.sentence_transformer.evaluation import InformationRetrievalEvaluator


def padded(model: SentenceTransformer) -> SentenceTransformer:
    """The model; those of the SigLIP kind take the last of 64 tokens, so every text has to be that long."""
    if model[0].config.model_type.startswith("siglip"):
        model[0].processing_kwargs = {"text": {"padding": "max_length", "max_length": 64}}
    return model


def retrieval(data: Dataset) -> SequentialEvaluator:
    """Both searches among the pairs of one part; the mean of their NDCG@10 is the main score."""
    texts = {f"t{at}": text for at, text in enumerate(data["text"])}
    images = {f"i{at}": image for at, image in enumerate(data["image"])}
    wanted = {f"t{at}": {f"i{at}"} for at in range(len(data))}
    turned = {f"i{at}": {f"t{at}"} for at in range(len(data))}
    options = {"batch_size": {{ fit.batch }}, "write_csv": False}
    return SequentialEvaluator(
        [
            InformationRetrievalEvaluator(texts, images, wanted, name="pictures", **options),
            InformationRetrievalEvaluator(images, texts, turned, name="texts", **options),
        ],
        main_score_function=lambda scores: sum(scores) / len(scores),
    )
