#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hf_lsp_fuzz::journal::run(bytes));
