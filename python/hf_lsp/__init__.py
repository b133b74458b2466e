"""Where the hf-lsp program of this installation is."""

import os
import sys
import sysconfig

__all__ = ["find"]


def find():
    """The path of the program that was installed with this package.

    Raises FileNotFoundError, with the places that were looked at, where it is missing.
    """
    name = "hf-lsp" + (sysconfig.get_config_var("EXE") or "")
    here = os.path.dirname(os.path.abspath(__file__))
    folders = [sysconfig.get_path("scripts")]
    # `pip install --user`
    scheme = "{}_user".format("nt" if os.name == "nt" else "posix")
    if sys.platform == "darwin" and sys._framework:
        scheme = "osx_framework_user"
    folders.append(sysconfig.get_path("scripts", scheme=scheme))
    # `pip install --target`
    folders.append(os.path.join(os.path.dirname(here), "bin"))
    # `pip install --prefix`: lib/python3.x/site-packages lies three below
    folders.append(os.path.join(here, *[os.pardir] * 4, "bin"))
    for folder in folders:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return os.path.normpath(path)
    raise FileNotFoundError("{} is in none of {}".format(name, ", ".join(folders)))
