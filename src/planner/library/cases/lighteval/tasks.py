"""A task of lighteval from rows of our own: a question, and the answer that counts."""

from lighteval.metrics.metrics import Metrics
from lighteval.tasks.lighteval_task import LightevalTaskConfig
from lighteval.tasks.requests import Doc


def prompt(line: dict, task_name: str | None = None) -> Doc:
    """A row as lighteval asks it."""
    return Doc(task_name=task_name, query=line["prompt"], choices=[str(line["answer"])], gold_index=0)


TASKS_TABLE = [
    LightevalTaskConfig(
        name="own",
        prompt_function=prompt,
        hf_repo="data/own",
        hf_subset="default",
        hf_avail_splits=["test"],
        evaluation_splits=["test"],
        metrics=[Metrics.exact_match, Metrics.f1_score],
        generation_size={{ set.new_tokens }},
        stop_sequence=[],
    )
]
