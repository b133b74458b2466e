"""A server that sends the answer of a model piece by piece, as server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
{% if not model.is_local %}
from pathlib import Path
{% endif %}
from threading import Event, Thread

import torch
from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from transformers import (
    AsyncTextIteratorStreamer,
    AutoModelForCausalLM,
    AutoTokenizer,
    StoppingCriteria,
    StoppingCriteriaList,
)

MODEL = "{{ model.id }}"
REVISION = {% if model.is_local %}None{% else %}json.loads(Path("revisions.json").read_text())[MODEL]{% endif %}
NEW_TOKENS = {{ set.new_tokens }}
LONGEST = {{ set.context }} - NEW_TOKENS
WAITING = {{ set.waiting }}

app = FastAPI(title="{{ plan.title }}")
tokenizer = AutoTokenizer.from_pretrained(MODEL, revision=REVISION)
model = AutoModelForCausalLM.from_pretrained(
    MODEL, revision=REVISION, dtype=torch.{{ fit.dtype }}{% if not gpu.cpu %}, device_map="auto"{% endif %}
).eval()
turn = asyncio.Semaphore(1)
inside = 0


class Chat(BaseModel):
    """What a reader asks."""

    messages: list[dict[str, str]]


class Left(StoppingCriteria):
    """Stops the generation once the reader is gone."""

    def __init__(self, gone: Event) -> None:
        self.gone = gone

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor, **kwargs: object) -> torch.BoolTensor:
        return torch.full((input_ids.shape[0],), self.gone.is_set(), dtype=torch.bool, device=input_ids.device)


async def pieces(inputs: dict) -> AsyncIterator[str]:
    """The pieces of an answer as events; the thread that makes them ends with the reader."""
    global inside
    gone = Event()
    try:
        async with turn:
            streamer = AsyncTextIteratorStreamer(tokenizer, skip_prompt=True, timeout=60, skip_special_tokens=True)
            settings = {
                **inputs,
                "streamer": streamer,
                "max_new_tokens": NEW_TOKENS,
                "do_sample": False,
                "stopping_criteria": StoppingCriteriaList([Left(gone)]),
            }
            worker = Thread(target=model.generate, kwargs=settings, daemon=True)
            worker.start()
            try:
                async for piece in streamer:
                    yield f"data: {json.dumps({'text': piece})}\n\n"
                yield "data: [DONE]\n\n"
            finally:
                gone.set()
                await asyncio.to_thread(worker.join)
    finally:
        inside -= 1


@app.post("/chat")
async def chat(asked: Chat) -> StreamingResponse:
    """The answer to a conversation, piece by piece."""
    global inside
    inputs = tokenizer.apply_chat_template(
        asked.messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
    ).to(model.device)
    if inputs["input_ids"].shape[1] > LONGEST:
        raise HTTPException(413, f"more than {LONGEST} tokens")
    if inside >= WAITING:
        raise HTTPException(503, "too many are waiting", headers={"Retry-After": "10"})
    inside += 1
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(pieces(dict(inputs)), media_type="text/event-stream", headers=headers)


@app.get("/health")
async def health() -> dict[str, int]:
    """That it is alive, and how many readers it has."""
    return {"readers": inside}
