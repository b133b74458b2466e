{% set endpoint = plan.slug[:32] %}
"""Wait until the endpoint runs, and print the address that clients use."""

from huggingface_hub import get_inference_endpoint

NAME = "{{ endpoint }}"


def main() -> None:
    endpoint = get_inference_endpoint(NAME)
    if endpoint.status in ("paused", "scaledToZero"):
        endpoint.resume()
    endpoint.wait(timeout=1800)
    print(f"{endpoint.url}/v1")


if __name__ == "__main__":
    main()
