"""Reads what releases of distributions require, with pip's own means: its configuration, its network session.

Called as `python3 packages.py FOLDER NAME...`. Writes FOLDER/NAME.json for each distribution: its releases, whether
they were withdrawn ("yanked"), the Python and the other distributions that they ask for. Of a wheel only its metadata is
fetched. What FOLDER has already is not fetched again: a release never changes. Nothing is installed or run.
"""

import io
import json
import pathlib
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from email.parser import HeaderParser

from pip._internal.commands import create_command
from pip._vendor.packaging.utils import InvalidSdistFilename, InvalidWheelFilename
from pip._vendor.packaging.utils import parse_sdist_filename, parse_wheel_filename
from pip._vendor.packaging.version import InvalidVersion, Version

EXISTS = {"yanked": False, "python": "", "requires": None}
LISTING = {"Accept": "application/vnd.pypi.simple.v1+json"}
PLAIN = {"Accept-Encoding": "identity"}
# Older releases are only listed.
SINCE = "2023"
# The metadata of most wheels lies in their last bytes.
TAIL = 65_536
AT_A_TIME = 4


class Remote(io.RawIOBase):
    """A file behind an address, of which only the parts that are read are fetched."""

    def __init__(self, session, url, size):
        self.session, self.url, self.size = session, url, size
        self.position, self.start, self.known = 0, size, b""

    def seekable(self):
        return True

    def readable(self):
        return True

    def tell(self):
        return self.position

    def seek(self, offset, whence=io.SEEK_SET):
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.size}[whence]
        self.position = base + offset
        return self.position

    def readinto(self, buffer):
        end = min(self.position + len(buffer), self.size)
        if not self.start <= self.position <= end <= self.start + len(self.known):
            self.fetch(end)
        part = self.known[self.position - self.start : end - self.start]
        buffer[: len(part)] = part
        self.position += len(part)
        return len(part)

    def fetch(self, end):
        first = max(0, min(self.position, self.size - TAIL))
        last = max(end, min(first + TAIL, self.size)) - 1
        headers = {**PLAIN, "Range": f"bytes={first}-{last}"}
        answer = self.session.get(self.url, headers=headers, timeout=60)
        answer.raise_for_status()
        if answer.status_code != 206:
            raise OSError("parts of files are not given")
        self.start, self.known = first, answer.content


def metadata(session, file):
    """The text of a wheel's METADATA: the file that the index offers, or else read from the wheel."""
    if file.get("core-metadata") or file.get("data-dist-info-metadata"):
        answer = session.get(file["url"] + ".metadata", timeout=60)
        answer.raise_for_status()
        return answer.content.decode("utf-8", "replace")
    with zipfile.ZipFile(Remote(session, file["url"], file["size"])) as wheel:
        name = next(n for n in wheel.namelist() if n.count("/") == 1 and n.endswith(".dist-info/METADATA"))
        return wheel.read(name).decode("utf-8", "replace")


def required(session, wheels):
    """What a release requires on every platform that was looked at."""
    pure = [file for file in wheels if file["filename"].endswith("-none-any.whl")]
    linux = [file for file in wheels if "linux" in file["filename"] and "x86_64" in file["filename"]]
    other = [file for file in wheels if "macosx" in file["filename"] or "win_amd64" in file["filename"]]
    chosen = pure[:1] or linux[:1] + other[:1] or wheels[:1]
    lists = []
    for file in chosen:
        headers = HeaderParser().parsestr(metadata(session, file))
        lists.append([" ".join(line.split()) for line in headers.get_all("Requires-Dist", [])])
    return sorted(line for line in set(lists[0]) if all(line in other for other in lists))


def version(file):
    """The version in a file's name; None for what is neither a wheel nor a source archive."""
    parse = parse_wheel_filename if file["filename"].endswith(".whl") else parse_sdist_filename
    try:
        return str(parse(file["filename"])[1])
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None


def listed(answer):
    """The versions that the index lists."""
    for text in answer.get("versions", []):
        try:
            yield str(Version(text))
        except InvalidVersion:
            pass


def releases(files):
    """The files of each version."""
    found = {}
    for file in sorted(files, key=lambda file: file["filename"]):
        if (name := version(file)) is not None:
            found.setdefault(name, []).append(file)
    return found


def release(session, files, known):
    """What there is to say of one release; `requires` is null where it was not read."""
    wheels = [file for file in files if file["filename"].endswith(".whl")]
    recent = min(file.get("upload-time", SINCE) for file in files) >= SINCE
    requires = known.get("requires")
    if requires is None and wheels and recent:
        requires = required(session, wheels)
    pythons = {file.get("requires-python") or "" for file in wheels or files}
    return {
        "yanked": all(file.get("yanked") not in (False, None) for file in files),
        "python": pythons.pop() if len(pythons) == 1 else "",
        "requires": requires,
    }


def main():
    folder, names = pathlib.Path(sys.argv[1]), sys.argv[2:]
    command = create_command("download")
    options, _ = command.parse_args([])
    failed = []
    with command.main_context(), ThreadPoolExecutor(AT_A_TIME) as pool:
        session = command.get_default_session(options)
        for name in names:
            answer = session.get(f"{options.index_url.rstrip('/')}/{name}/", headers=LISTING, timeout=60)
            answer.raise_for_status()
            path = folder / f"{name}.json"
            known = json.loads(path.read_text()) if path.exists() else {}
            asked = {
                version: pool.submit(release, session, files, known.get(version, {}))
                for version, files in releases(answer.json()["files"]).items()
            }
            # Those without files in a form that is known may be there all the same.
            found = {version: dict(EXISTS) for version in listed(answer.json())}
            for version, one in asked.items():
                try:
                    found[version] = one.result()
                except Exception as error:  # the next run tries again
                    failed.append(f"{name} {version}: {error}")
            path.write_text(json.dumps(found, indent=0, sort_keys=True) + "\n")
            print(f"{name}: {len(found)} releases", file=sys.stderr, flush=True)
    for line in failed:
        print(f"not read: {line}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
