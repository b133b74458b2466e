{% include "shared/schedule.py" %}
    )
    data = load_from_disk("data/texts{{ s }}")
    rows = blocks(data["train"], tokenizer)
    trainer = Trainer(
        model=model,
        args=config,
        train_dataset=rows.select(range(min(64, len(rows)))) if args.smoke else rows,
        eval_dataset=blocks(data["validation"], tokenizer),
        data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
        processing_class=tokenizer,
    )
{% include "shared/trained.py" %}
