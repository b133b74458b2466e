//! Whatever the bytes: commands of every format.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hf_lsp_fuzz::shell::run(data));
