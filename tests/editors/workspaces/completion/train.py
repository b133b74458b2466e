"""Fine-tunes a small chat model, evaluating it as it goes."""

from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig

MODEL = "acme-labs/tiny-chat-1b"

model = AutoModelForCausalLM.from_pretrained(MODEL, dtype="auto")
tokenizer = AutoTokenizer.from_pretrained(MODEL)

args = SFTConfig(
    output_dir="out",
    eval_strategy="steps",
    eval_steps=50,
)
