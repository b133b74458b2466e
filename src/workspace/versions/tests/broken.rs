//! Whatever lies in a project, there is an answer.

use proptest::prelude::*;

use super::*;
use crate::workspace::mutated::mutated;

const FILES: [(&str, &str); 8] = [
    (
        "uv.lock",
        "version = 1\n[[package]]\nname = \"trl\"\nversion = \"0.9.6\"\nresolution-markers = [\"python_version>'3'\"]\n",
    ),
    (
        "Pipfile.lock",
        "{\"default\": {\"trl\": {\"version\": \"==0.9.6\", \"markers\": \"a == 'b'\"}}}",
    ),
    (
        "requirements.txt",
        "-r requirements.txt\ntransformers~=4.40,!=4.41.*\n",
    ),
    (
        "pyproject.toml",
        "[project]\ndependencies = ['trl>=0.8,<1', 'transformers===4']\n",
    ),
    (
        ".venv/pyvenv.cfg",
        "home = /p/.venv/bin\ninclude-system-site-packages = true\nversion = 3.11.7\n",
    ),
    (
        ".venv/lib/python3.11/site-packages/trl-0.9.6.dist-info/METADATA",
        "Metadata-Version: 2.1\nName: trl\nVersion: 0.9.6\n\nAbout\n",
    ),
    (
        ".venv/lib/python3.11/site-packages/trl-0.9.6.dist-info/direct_url.json",
        "{\"url\": \"file:///p/x\", \"dir_info\": {\"editable\": true}}",
    ),
    (
        "train.py",
        "# /// script\n# dependencies = ['transformers>=4.40']\n# ///\n",
    ),
];

proptest! {
    #[test]
    fn a_broken_file_costs_only_what_it_says(
        broken in (0..FILES.len()).prop_flat_map(|at| (Just(FILES[at].0), mutated(FILES[at].1)))
    ) {
        let files = project(&FILES);
        files.write(Path::new("/p").join(broken.0), &broken.1);
        let text = files.read(Path::new("/p/train.py"), 1024).unwrap();
        let text = String::from_utf8(text).unwrap();
        let answer = resolver(&files, options()).resolve(Path::new("/p/train.py"), Some(&text));
        // The library that no file names has its answer in any case.
        prop_assert_eq!(shown(&answer, "huggingface-hub"), "2.4.0 (newest known)");
    }
}
