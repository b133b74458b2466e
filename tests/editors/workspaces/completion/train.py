from trl import SFTConfig

args = SFTConfig(
    output_dir="out",
    eval_strategy="steps",
    eval_steps=50,
)
