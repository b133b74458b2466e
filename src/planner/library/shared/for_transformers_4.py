"""Copy a folder that transformers 5 has saved, with what transformers 4 reads in other places."""

import argparse
import json
import shutil
from pathlib import Path


def older(config: dict) -> dict:
    """A configuration in which rotary positions stand where transformers 4 looks for them, too."""
    rope = config.get("rope_parameters")
    if isinstance(rope, dict) and "rope_theta" in rope:
        config["rope_theta"] = rope["rope_theta"]
        if rope.get("rope_type", "default") != "default":
            config["rope_scaling"] = {name: value for name, value in rope.items() if name != "rope_theta"}
    elif rope:
        raise SystemExit("rotary positions of several kinds: export this model with transformers 5")
    return config


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    shutil.copytree(args.folder, args.out, dirs_exist_ok=True, ignore=shutil.ignore_patterns("checkpoint-*"))
    path = args.out / "config.json"
    path.write_text(json.dumps(older(json.loads(path.read_text())), indent=2) + "\n")
    path = args.out / "tokenizer_config.json"
    tokenizer = json.loads(path.read_text())
    if tokenizer.get("tokenizer_class") == "TokenizersBackend":
        tokenizer["tokenizer_class"] = "PreTrainedTokenizerFast"
    path.write_text(json.dumps(tokenizer, indent=2) + "\n")
    print(args.out)


if __name__ == "__main__":
    main()
