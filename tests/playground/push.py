"""Publish the result."""

from huggingface_hub import HfFolder, Repository, hf_hub_download

path = hf_hub_download("gpt2", "config.json", resume_download=True)
repository = Repository("out", clone_from="me/model", token=HfFolder.get_token())
repository.push_to_hub()
