    trainer.train(resume_from_checkpoint=args.resume)
    trainer.save_model()
    if torch.cuda.is_available():
        print(f"peak: {torch.cuda.max_memory_reserved() / 2**30:.1f} GiB")
