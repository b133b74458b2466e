{% if not model.is_local %}
import json
from pathlib import Path
{% endif %}
