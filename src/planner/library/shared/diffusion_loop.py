    while step < last:
        for batch in loader:
            with accelerator.accumulate(model), accelerator.autocast():
                noise = torch.randn_like(batch["latents"])
                at = torch.randint(schedule.config.num_train_timesteps, (len(noise),), device=noise.device)
{% if weighted is defined %}
                loss = ({{ errors }} * batch["weight"]).mean()
{% else %}
                loss = {{ errors }}.mean()
{% endif %}
                accelerator.backward(loss)
                if accelerator.sync_gradients:
                    accelerator.clip_grad_norm_(weights, 1.0)
                optimizer.step()
                optimizer.zero_grad()
            if not accelerator.sync_gradients:
                continue
            rate.step()
            step += 1
            accelerator.log({"loss": loss.item(), "learning_rate": rate.get_last_lr()[0]}, step=step)
            if accelerator.is_main_process and (step % {{ every }} == 0 or step >= last):
                save()
                print(f"step {step}: loss {loss.item():.4f}")
            if step >= last:
                break
    accelerator.end_training()
    if torch.cuda.is_available():
        print(f"peak: {torch.cuda.max_memory_reserved() / 2**30:.1f} GiB")
