        model_init_kwargs={
            "dtype": "{{ fit.dtype }}",
{% if not model.is_local %}
            "revision": REVISION,
{% endif %}
            "attn_implementation": "{{ fit.attention }}",
        },
