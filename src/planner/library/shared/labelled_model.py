        MODEL,
{% if not model.is_local %}
        revision=REVISION,
{% endif %}
        dtype=torch.float32,
        id2label=dict(enumerate({{ labels | default("names") }})),
        label2id={name: at for at, name in enumerate({{ labels | default("names") }})},
