"""Embeddings over HTTP, for queries and for documents apart: their prompts differ."""

import os
from typing import Literal

from fastapi import FastAPI
from pydantic import BaseModel, Field
from sentence_transformers import SentenceTransformer

model = SentenceTransformer(os.environ.get("MODEL", "{{ stage.result }}"))
app = FastAPI()


class Texts(BaseModel):
    kind: Literal["query", "document"]
    texts: list[str] = Field(min_length=1, max_length=256)


@app.post("/embed")
def embed(asked: Texts) -> dict[str, list[list[float]]]:
    encode = model.encode_query if asked.kind == "query" else model.encode_document
    return {"vectors": encode(asked.texts, normalize_embeddings=True).tolist()}


@app.get("/health")
def health() -> dict[str, int]:
    return {"dimensions": model.get_embedding_dimension()}
