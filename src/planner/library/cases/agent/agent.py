{% set served_name = model.id if model.is_local else "models/" ~ plan.slug %}
"""The agent: a model behind an address, its tools, and a limit of steps."""

import argparse
import os

{% if set.agent == "code" %}
from smolagents import CodeAgent, OpenAIModel
{% else %}
from smolagents import OpenAIModel, ToolCallingAgent
{% endif %}

from tools import calculate, look_up

URL = os.environ.get("MODEL_URL", "http://127.0.0.1:8000/v1")
NAME = "{{ served_name }}"
INSTRUCTIONS = "Answer with one short sentence. Look facts up in the documents; never guess them."


def make_model() -> OpenAIModel:
    """The model that the server answers with."""
    return OpenAIModel(
        model_id=NAME,
        api_base=URL,
        api_key=os.environ.get("SERVER_KEY", "none"),
        max_tokens={{ set.new_tokens }},
        temperature=0.0,
    )


def make_agent(max_steps: int = {{ set.max_steps }}) -> {{ "CodeAgent" if set.agent == "code" else "ToolCallingAgent" }}:
    """The agent with its tools; it stops after so many steps."""
{% if set.agent == "code" %}
    return CodeAgent(
        tools=[look_up, calculate],
        model=make_model(),
        instructions=INSTRUCTIONS,
        max_steps=max_steps,
        executor_type="docker",
        executor_kwargs={"container_run_kwargs": {"mem_limit": "1g", "network_mode": "bridge"}},
        additional_authorized_imports=[],
        return_full_result=True,
    )
{% else %}
    return ToolCallingAgent(
        tools=[look_up, calculate],
        model=make_model(),
        instructions=INSTRUCTIONS,
        max_steps=max_steps,
        return_full_result=True,
    )
{% endif %}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task")
    args = parser.parse_args()
    result = make_agent().run(args.task)
    print(f"{result.output}\n{len(result.steps)} steps, {result.timing.duration:.1f} s")


if __name__ == "__main__":
    main()
