"""Embeddings of texts and of pictures over HTTP, in one space."""

import io
import os

from fastapi import FastAPI, HTTPException, Request
from PIL import Image, UnidentifiedImageError
from pydantic import BaseModel, Field
from sentence_transformers import SentenceTransformer

MODEL = os.environ.get("MODEL", "{{ stage.result }}")
MOST_BYTES = 20_000_000
model = SentenceTransformer(MODEL)
app = FastAPI()


class Texts(BaseModel):
    texts: list[str] = Field(min_length=1, max_length=256)


@app.post("/texts")
def of_texts(asked: Texts) -> dict[str, list[list[float]]]:
    return {"vectors": model.encode(asked.texts, normalize_embeddings=True).tolist()}


@app.post("/picture")
async def of_picture(request: Request) -> dict[str, list[float]]:
    body = await request.body()
    if len(body) > MOST_BYTES:
        raise HTTPException(413, f"more than {MOST_BYTES} bytes")
    try:
        picture = Image.open(io.BytesIO(body)).convert("RGB")
    except (UnidentifiedImageError, OSError) as error:
        raise HTTPException(415, "not an image") from error
    return {"vector": model.encode(picture, normalize_embeddings=True).tolist()}


@app.get("/health")
def health() -> dict[str, str]:
    return {"model": MODEL}
