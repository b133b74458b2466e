#!/bin/sh
huggingface-cli login
python train.py
