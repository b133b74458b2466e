    optimizer = torch.optim.AdamW(weights, lr={{ set.learning_rate }}, weight_decay=1e-2)
    rate = get_scheduler("cosine", optimizer, num_warmup_steps=last // 20, num_training_steps=last)
    loader = DataLoader(known, batch_size={{ fit.batch }}, shuffle=True)
