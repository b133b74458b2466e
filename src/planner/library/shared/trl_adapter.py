{% if fit.method == "qlora" %}
    quantization = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.{{ fit.dtype }},
    )
{% endif %}
{% if fit.method != "full" %}
{% include "shared/lora.py" %}
{% endif %}
