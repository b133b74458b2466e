"""Ask a server many questions at once, and report latency and throughput."""

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from pathlib import Path

import httpx2
from huggingface_hub import AsyncInferenceClient
from huggingface_hub.errors import HfHubHTTPError, InferenceTimeoutError

QUESTION = "Question {}. Explain in five sentences why the sky is blue."
GAIN = {{ set.gain }}


async def ask(client: AsyncInferenceClient, model: str, number: int, limit: int) -> dict | None:
    """Seconds to the first piece of an answer and to its end, and its tokens; None after an error."""
    began, first, tokens = time.perf_counter(), 0.0, 0
    messages = [{"role": "user", "content": QUESTION.format(number)}]
    try:
        answer = await client.chat_completion(
            messages, model=model, max_tokens=limit, temperature=0.0, stream=True
        )
        async for piece in answer:
            if piece.choices and piece.choices[0].delta.content is not None:
                first = first or time.perf_counter() - began
                tokens += 1
    except (HfHubHTTPError, InferenceTimeoutError, httpx2.HTTPError) as error:
        print(f"question {number}: {error}", file=sys.stderr)
        return None
    return {"first": first, "seconds": time.perf_counter() - began, "tokens": tokens}


async def measure(args: argparse.Namespace) -> dict:
    """The report of all requests, at most `concurrency` of them at once."""
    key = os.environ.get("SERVER_KEY", "none")
    client = AsyncInferenceClient(base_url=args.url, api_key=key, timeout=300)
    free = asyncio.Semaphore(args.concurrency)

    async def one(number: int) -> dict | None:
        async with free:
            return await ask(client, args.model, number, args.tokens)

    await ask(client, args.model, -1, 8)
    began = time.perf_counter()
    answers = await asyncio.gather(*(one(number) for number in range(args.requests)))
    seconds = time.perf_counter() - began
    whole = [answer for answer in answers if answer]
    firsts = sorted(answer["first"] for answer in whole) or [0.0]
    return {
        "requests": args.requests,
        "failed": args.requests - len(whole),
        "first_token_p50": round(statistics.median(firsts), 3),
        "first_token_p95": round(firsts[int(0.95 * (len(firsts) - 1))], 3),
        "tokens_per_second": round(sum(answer["tokens"] for answer in whole) / seconds, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True, help="up to and with /v1")
    parser.add_argument("--model", required=True, help="the name that the server gives to the model")
    parser.add_argument("--requests", type=int, default=64)
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=128, help="at most that many in an answer")
    parser.add_argument("--baseline", type=Path, help="a report to be better than")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    report = asyncio.run(measure(args))
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")
    print(report)
    wanted = GAIN * json.loads(args.baseline.read_text())["tokens_per_second"] if args.baseline else 0.0
    sys.exit(report["failed"] > 0 or report["tokens_per_second"] < wanted)


if __name__ == "__main__":
    main()
