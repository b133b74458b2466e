    held_out = {{ of | default("data") }}.train_test_split(test_size={{ held | default("0.2") }}, seed=SEED)
    halves = held_out["test"].train_test_split(test_size=0.5, seed=SEED)
    parts = {"train": held_out["train"], "validation": halves["train"], "test": halves["test"]}
    DatasetDict(parts).save_to_disk(args.out)
