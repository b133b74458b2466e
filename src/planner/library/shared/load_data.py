{# The data of the stage. `to` says what becomes of it, `revisions` the name of the table of commits where the file has read it already. #}
{% if data.is_local and data.builder in ["imagefolder", "audiofolder"] %}
    {{ to | default("raw =") }} load_dataset("{{ data.builder }}", data_dir="{{ data.path }}", split="train")
{% elif data.is_local %}
    {{ to | default("raw =") }} load_dataset("{{ data.builder }}", data_files="{{ data.path }}", split="train")
{% else %}
{% if revisions is not defined %}
    revisions = json.loads(Path("revisions.json").read_text())
{% endif %}
    {{ to | default("raw =") }} load_dataset(
        "{{ data.id }}",
{% if data.config %}
        "{{ data.config }}",
{% endif %}
        split="{{ data.split }}",
        revision={{ revisions | default("revisions") }}["{{ data.id }}"],
    )
{% endif %}
