MODEL = "{{ model.id }}"
{% if not model.is_local %}
REVISION = json.loads(Path("revisions.json").read_text())[MODEL]
{% endif %}
