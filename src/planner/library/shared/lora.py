    adapter = LoraConfig(
        r={{ set.lora_r }},
        lora_alpha={{ set.lora_r * 2 }},
{% if dropout is defined %}
        lora_dropout={{ dropout }},
{% endif %}
        target_modules="all-linear",
{% if head is defined %}
        modules_to_save=["{{ head }}"],
{% endif %}
        task_type="{{ task_type | default("CAUSAL_LM") }}",
    )
