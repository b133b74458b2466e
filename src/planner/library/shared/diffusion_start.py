    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="20 steps on 64 rows")
    parser.add_argument("--resume", action="store_true", help="go on at the newest checkpoint")
    args = parser.parse_args()
    last = 20 if args.smoke else STEPS
    accelerator = Accelerator(
        mixed_precision="{{ fit.mixed }}",
        gradient_accumulation_steps={{ fit.accumulation }},
        log_with="{{ tracker }}",
        project_dir=OUT,
    )
    accelerator.init_trackers("{{ plan.slug }}", config={"steps": STEPS{% if rank is defined %}, "rank": {{ rank }}{% endif %}})
    set_seed({{ set.seed }})

    pipe = load().to(accelerator.device)
    schedule = DDPMScheduler.from_config(pipe.scheduler.config)
    rows = load_from_disk("data/processed{{ s }}")["train"]
    rows = rows.select(range(min(64, len(rows)))) if args.smoke else rows
