"""Looking into nested members."""


def at(value, path):
    """What stands under a path of names; nothing where there is nothing."""
    for name in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value
