        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
        eval_dataset=data["validation"],
{% if fit.method == "qlora" %}
        quantization_config=quantization,
{% endif %}
{% if fit.method != "full" %}
        peft_config=adapter,
{% endif %}
    )
{% include "shared/trained.py" %}
