"""Ranks passages for a query over HTTP."""

import os

from fastapi import FastAPI
from pydantic import BaseModel, Field
from sentence_transformers import CrossEncoder

MODEL = os.environ.get("MODEL", "{{ stage.result }}")
model = CrossEncoder(MODEL, max_length={{ fit.max_length }})
app = FastAPI()


class Candidates(BaseModel):
    query: str
    passages: list[str] = Field(min_length=1, max_length=200)


@app.post("/rank")
def rank(asked: Candidates) -> list[dict[str, float]]:
    """Places of the passages, the best one first, with scores between 0 and 1."""
    ranked = model.rank(asked.query, asked.passages, batch_size={{ fit.batch }})
    return [{"passage": it["corpus_id"], "score": float(it["score"])} for it in ranked]


@app.get("/health")
def health() -> dict[str, str]:
    return {"model": MODEL}
