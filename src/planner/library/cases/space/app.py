{% set repository = hub.id if model.is_local else model.id %}
"""A page to chat with {{ repository }}."""

{% if not model.is_local %}
import json
{% endif %}
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import gradio as gr
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, TextIteratorStreamer

MODEL = os.environ.get("MODEL", "{{ repository }}")
{% if model.is_local %}
REVISION = None if Path(MODEL).exists() else "v1.0.0"
{% else %}
REVISION = json.loads(Path(__file__).with_name("revisions.json").read_text())[MODEL]
{% endif %}
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
DTYPE = torch.{{ "float32" if gpu.cpu else ("bfloat16" if gpu.bf16 else "float16") }}

tokenizer = AutoTokenizer.from_pretrained(MODEL, revision=REVISION)
model = AutoModelForCausalLM.from_pretrained(MODEL, revision=REVISION, dtype=DTYPE).to(DEVICE).eval()


def text(content: str | list) -> str:
    """What a message says, also where Gradio gives it in parts."""
    if isinstance(content, str):
        return content
    return "".join(part["text"] for part in content if part.get("type") == "text")


def answer(message: str, history: list[dict]) -> Iterator[str]:
    """The answer to a message, longer with every piece."""
    messages = [{"role": turn["role"], "content": text(turn["content"])} for turn in history]
    messages.append({"role": "user", "content": message})
    inputs = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
    ).to(DEVICE)
    if inputs["input_ids"].shape[1] > {{ set.context - set.new_tokens }}:
        raise gr.Error("This conversation is too long. Please begin a new one.")
    streamer = TextIteratorStreamer(tokenizer, skip_prompt=True, timeout=60, skip_special_tokens=True)
    settings = {**inputs, "streamer": streamer, "max_new_tokens": {{ set.new_tokens }}, "do_sample": False}
    Thread(target=model.generate, kwargs=settings, daemon=True).start()
    said = ""
    for piece in streamer:
        said += piece
        yield said


page = gr.ChatInterface(
    answer,
    title="{{ plan.title }}",
    concurrency_limit=1,
    api_name="chat",
)
page.queue(max_size={{ set.waiting }})

if __name__ == "__main__":
    page.launch()
