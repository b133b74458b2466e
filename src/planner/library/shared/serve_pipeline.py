"""Predictions of the result over HTTP."""

{% if extra.input == "image" %}
import io
{% endif %}
import os

{% if extra.input == "image" %}
from fastapi import FastAPI, HTTPException, Request
from PIL import Image, UnidentifiedImageError
{% else %}
from fastapi import FastAPI
from pydantic import BaseModel, Field
{% endif %}
from transformers import pipeline

MODEL = os.environ.get("MODEL", "{{ stage.result }}")
predict = pipeline("{{ extra.pipeline }}", model=MODEL{% if extra.predict is defined %}, {{ extra.predict }}{% endif %})
app = FastAPI()
{% if extra.input == "image" %}
MOST_BYTES = 20_000_000


@app.post("/predict")
async def answer(request: Request) -> list[dict]:
    body = await request.body()
    if len(body) > MOST_BYTES:
        raise HTTPException(413, f"more than {MOST_BYTES} bytes")
    try:
        image = Image.open(io.BytesIO(body)).convert("RGB")
    except (UnidentifiedImageError, OSError) as error:
        raise HTTPException(415, "not an image") from error
{% if extra.pipeline == "image-segmentation" %}
    found = predict(image)
    return [{"label": it["label"], "pixels": it["mask"].histogram()[255]} for it in found]
{% else %}
    return predict(image)
{% endif %}
{% else %}


class Texts(BaseModel):
    texts: list[str] = Field(min_length=1, max_length=64)


@app.post("/predict")
def answer(asked: Texts) -> list:
{% if extra.pipeline == "token-classification" %}
    found = predict(asked.texts)
    return [[{**it, "score": float(it["score"])} for it in text] for text in found]
{% else %}
    return predict(asked.texts, truncation=True)
{% endif %}
{% endif %}


@app.get("/health")
def health() -> dict[str, str]:
    return {"model": MODEL}
