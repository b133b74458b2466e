{# The arguments of a trainer from its batch to its seed. `how` says what is not as usual:
   `schedule` (cosine; none: the library's), `warmup` (0.1), `decay`, `checkpointing` (true), `precision` (true), `optim` (true), `accumulates` (true),
   `evaluates` (true), `every` (100 steps, or "epoch"), `first` (steps between two of a smoke test), `kept` (3), `best` (eval_loss; none: the last), `greater` (false). #}
{% set how = how | default({}) %}
{% set schedule = how.schedule | default("cosine") %}
{% set best = how.best | default("eval_loss") %}
{% set by_epoch = how.every | default(100) == "epoch" %}
{% set strategy = '"steps" if args.smoke else "epoch"' if by_epoch else '"steps"' %}
{% set every = "20" if by_epoch else how.first ~ " if args.smoke else " ~ how.every | default(100) if how.first is defined else how.every | default(100) %}
        per_device_train_batch_size={{ batch | default(fit.batch) }},
{% if how.evaluates | default(true) %}
        per_device_eval_batch_size={{ batch | default(fit.batch) }},
{% endif %}
{% if how.accumulates | default(true) %}
        gradient_accumulation_steps={{ accumulation | default(fit.accumulation) }},
{% endif %}
{% if how.checkpointing | default(true) %}
        activation_checkpointing={{ (fit.checkpointing and not fit.sharding) | py }},
{% endif %}
        learning_rate={{ rate | default(set.learning_rate) }},
{% if schedule %}
        lr_scheduler_type="{{ schedule }}",
{% endif %}
        warmup_steps={{ how.warmup | default(0.1) }},
{% if how.decay is defined %}
        weight_decay={{ how.decay }},
{% endif %}
        num_train_epochs={{ set.epochs }},
        max_steps=20 if args.smoke else -1,
{% if how.precision | default(true) %}
        bf16={{ fit.bf16 | py }},
        fp16={{ fit.fp16 | py }},
{% endif %}
{% if how.optim | default(true) %}
        optim="{{ fit.optim }}",
{% endif %}
        logging_steps=1 if args.smoke else {{ set.logging_steps }},
{% if how.evaluates | default(true) %}
        eval_strategy={{ strategy }},
        eval_steps={{ every }},
{% endif %}
        save_strategy={{ strategy }},
        save_steps={{ every }},
        save_total_limit={{ how.kept | default(3) }},
{% if best and how.evaluates | default(true) %}
        load_best_model_at_end=True,
        metric_for_best_model="{{ best }}",
        greater_is_better={{ how.greater | default(false) | py }},
{% endif %}
        report_to="{{ tracker }}",
{% if tracker == "trackio" %}
        project="{{ plan.slug }}",
{% endif %}
        seed={{ set.seed }},
