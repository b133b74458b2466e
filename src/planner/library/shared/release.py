"""Upload a folder to a private repository of the Hub, again after a lost connection, and tag what was uploaded."""

import argparse
import logging
import time

from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

ATTEMPTS = 5
log = logging.getLogger("release")


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--repository", required=True)
    parser.add_argument("--kind", default="model", choices=["model", "dataset", "space"])
    parser.add_argument("--tag", required=True)
    args = parser.parse_args()

    api = HfApi()
    repo_id = api.create_repo(args.repository, repo_type=args.kind, private=True, exist_ok=True).repo_id
    for attempt in range(1, ATTEMPTS + 1):
        try:
            # In a thread of its own: the caller could go on, and waits here with a limit.
            upload = api.upload_folder(
                repo_id=repo_id,
                repo_type=args.kind,
                folder_path=args.folder,
                commit_message=f"Release {args.tag}",
                ignore_patterns=["checkpoint-*", "*.tmp"],
                run_as_future=True,
            )
            commit = upload.result(timeout=3600)
            break
        except (HfHubHTTPError, OSError) as error:
            if attempt == ATTEMPTS:
                raise
            log.warning("attempt %d failed: %s", attempt, error)
            time.sleep(2**attempt)
    api.create_tag(repo_id, repo_type=args.kind, tag=args.tag, revision=commit.oid, exist_ok=True)
    private = api.repo_info(repo_id, repo_type=args.kind).private
    print(f"{repo_id} {args.tag} {'private' if private else 'PUBLIC'}")


if __name__ == "__main__":
    main()
