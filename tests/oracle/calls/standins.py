"""Tiny objects to call the real libraries with: models with random weights, a tokenizer with a few words, datasets of a few rows."""
import functools
import tempfile

WORDS = "the cat sat on a mat and saw one dog <pad> <eos> <unk> <mask> user assistant system : hello world".split()
CHAT = "{% for m in messages %}{{ m['role'] }} : {{ m['content'] }} {% endfor %}"


def folder():
    """A new empty folder."""
    return tempfile.mkdtemp(prefix="hf-lsp-calls-")


@functools.cache
def tokenizer():
    """A word-level tokenizer with padding, end and mask tokens and a chat template."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="<unk>"))
    raw.pre_tokenizer = pre_tokenizers.Whitespace()
    made = PreTrainedTokenizerFast(
        tokenizer_object=raw, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>", mask_token="<mask>", bos_token="<eos>",
        model_max_length=32,
    )  # fmt: skip
    made.chat_template = CHAT
    return made


def config(**more):
    from transformers import GPT2Config

    end = WORDS.index("<eos>")
    return GPT2Config(
        n_layer=1, n_head=1, n_embd=8, n_positions=64, vocab_size=len(WORDS), bos_token_id=end, eos_token_id=end,
        pad_token_id=WORDS.index("<pad>"), **more,
    )  # fmt: skip


def causal_lm():
    """A language model of one layer."""
    from transformers import GPT2LMHeadModel

    return GPT2LMHeadModel(config())


def classifier(labels=2):
    """A text classifier of one layer."""
    from transformers import GPT2ForSequenceClassification

    return GPT2ForSequenceClassification(config(num_labels=labels))


@functools.cache
def causal_lm_folder():
    """The language model and its tokenizer on disk."""
    path = folder()
    causal_lm().save_pretrained(path)
    tokenizer().save_pretrained(path)
    return path


@functools.cache
def classifier_folder(labels=2):
    """The classifier and its tokenizer on disk."""
    path = folder()
    classifier(labels).save_pretrained(path)
    tokenizer().save_pretrained(path)
    return path


def dataset(**columns):
    from datasets import Dataset

    return Dataset.from_dict(columns)


def text_rows():
    return dataset(text=["the cat sat on a mat", "one dog saw the cat"])


def preference_rows():
    return dataset(prompt=["the cat"] * 2, chosen=[" sat"] * 2, rejected=[" saw"] * 2)


def kto_rows():
    return dataset(prompt=["the cat"] * 4, completion=[" sat", " saw"] * 2, label=[True, False] * 2)


def prompt_rows():
    return dataset(prompt=["the cat", "one dog"])


def reward_rows():
    """Preference pairs in the form before trl 0.14 (token ids) and in the later one at once."""
    return dataset(
        chosen=["the cat sat"] * 2, rejected=["the cat saw"] * 2,
        input_ids_chosen=[[0, 1, 2]] * 2, attention_mask_chosen=[[1, 1, 1]] * 2,
        input_ids_rejected=[[0, 1, 7]] * 2, attention_mask_rejected=[[1, 1, 1]] * 2,
    )  # fmt: skip


@functools.cache
def text_file():
    """A file of two lines."""
    path = folder() + "/rows.txt"
    with open(path, "w") as file:
        file.write("the cat\none dog\n")
    return path


@functools.cache
def saved_rows():
    """A dataset on disk."""
    path = folder()
    text_rows().save_to_disk(path)
    return path


@functools.cache
def adapter_folder():
    """A LoRA adapter on disk."""
    from peft import LoraConfig, get_peft_model

    path = folder()
    get_peft_model(causal_lm(), LoraConfig(r=2, target_modules=["c_attn"], fan_in_fan_out=True)).save_pretrained(path)
    return path


@functools.cache
def metric_file():
    """A metric that counts."""
    path = folder() + "/count.py"
    with open(path, "w") as file:
        file.write(METRIC)
    return path


METRIC = """import datasets, evaluate


class Count(evaluate.Metric):
    def _info(self):
        features = datasets.Features({"predictions": datasets.Value("int64"), "references": datasets.Value("int64")})
        return evaluate.MetricInfo(description="", citation="", features=features)

    def _compute(self, predictions, references):
        return {"count": len(predictions)}
"""


@functools.cache
def pipeline_folder():
    """A diffusion pipeline of a few weights on disk."""
    from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel

    path = folder()
    unet = UNet2DModel(
        sample_size=8, block_out_channels=(4, 4), layers_per_block=1, norm_num_groups=2,
        down_block_types=("DownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "UpBlock2D"),
    )  # fmt: skip
    DDPMPipeline(unet, DDPMScheduler()).save_pretrained(path)
    return path


def stable_diffusion_parts():
    """What a text-to-image pipeline of a few weights is made of; without a tokenizer, so its call cannot go far."""
    from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel

    unet = UNet2DConditionModel(
        sample_size=8, block_out_channels=(4, 4), layers_per_block=1, norm_num_groups=2, cross_attention_dim=8,
        attention_head_dim=2, down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip
    return {
        "vae": AutoencoderKL(norm_num_groups=4, block_out_channels=(4,)), "text_encoder": None, "tokenizer": None, "unet": unet,
        "scheduler": DDIMScheduler(), "safety_checker": None, "feature_extractor": None, "requires_safety_checker": False,
    }  # fmt: skip
