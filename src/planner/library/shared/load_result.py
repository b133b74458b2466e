{% if fit.method == "full" %}
    name = args.result or MODEL
{% else %}
    name = MODEL
{% endif %}
{% if model.is_local %}
    tokenizer = AutoTokenizer.from_pretrained(MODEL)
    model = AutoModelForCausalLM.from_pretrained(name, dtype=torch.{{ fit.dtype }}).to(device)
{% elif fit.method == "full" %}
    revision = None if args.result else REVISION
    tokenizer = AutoTokenizer.from_pretrained(MODEL, revision=REVISION)
    model = AutoModelForCausalLM.from_pretrained(name, dtype=torch.{{ fit.dtype }}, revision=revision).to(device)
{% else %}
    tokenizer = AutoTokenizer.from_pretrained(MODEL, revision=REVISION)
    model = AutoModelForCausalLM.from_pretrained(name, dtype=torch.{{ fit.dtype }}, revision=REVISION).to(device)
{% endif %}
{% if fit.method != "full" %}
    if args.result:
        model = PeftModel.from_pretrained(model, args.result)
{% endif %}
    model.eval()
