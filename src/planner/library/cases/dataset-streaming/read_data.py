"""Read the cleaned rows as a training does: mixed, and spread over workers and machines."""

import argparse
import os
import time

from datasets import load_dataset
from datasets.distributed import split_dataset_by_node
from torch.utils.data import DataLoader

SEED = {{ set.seed }}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--epoch", type=int, default=0)
    parser.add_argument("--workers", type=int, default={{ set.workers }})
    args = parser.parse_args()
    stream = load_dataset("parquet", data_files=f"{args.data}/data/*.parquet", split="train", streaming=True)
    stream = stream.shuffle(seed=SEED, buffer_size={{ set.buffer }})
    stream.set_epoch(args.epoch)  # another order in each epoch, the same in each run
    machine, machines = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    stream = split_dataset_by_node(stream, rank=machine, world_size=machines)
    loader = DataLoader(stream, batch_size=64, num_workers=min(args.workers, stream.num_shards))
    began, count = time.monotonic(), 0
    for batch in loader:
        count += len(batch["text"])
    print(f"{count} rows, {count / (time.monotonic() - began):.0f} a second, {stream.num_shards} files")


if __name__ == "__main__":
    main()
