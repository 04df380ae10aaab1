"""What the binary is made of: its crates as cargo resolves them for one system, and what lies compiled in them."""

import hashlib
import json
import re
import subprocess
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "crates/card/fonts"


class Unknown(Exception):
    """Something that must be told is not known; the message says what to do about it."""


@dataclass
class Crate:
    """A crate of the binary. `checksum` is that of its archive on crates.io; a crate of ours has none."""

    name: str
    version: str
    licence: str
    folder: Path
    repository: str | None
    authors: list[str]
    ours: bool
    checksum: str | None
    # Run while building (build scripts, macros), and not part of what is handed on.
    build_only: bool
    depends_on: list[str] = field(default_factory=list)

    @property
    def key(self):
        return f"{self.name} {self.version}"


def output(*command):
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def host():
    """The system that cargo builds for when nobody says otherwise."""
    return re.search(r"^host: (\S+)$", output("rustc", "--version", "--verbose"), re.MULTILINE).group(1)


def crates(target):
    """The crates of `droas` for a system, by name and version."""
    packages = json.loads(output("cargo", "metadata", "--locked", "--format-version=1", f"--filter-platform={target}"))
    known = {}
    by_id = {}
    for package in packages["packages"]:
        by_id[package["id"]] = f"{package['name']} {package['version']}"
        known[by_id[package["id"]]] = package
    edges = {
        by_id[node["id"]]: [
            by_id[edge["pkg"]] for edge in node["deps"] if any(kind["kind"] != "dev" for kind in edge["dep_kinds"])
        ]
        for node in packages["resolve"]["nodes"]
    }
    linked, all_of_them = tree(target, "normal,no-proc-macro"), tree(target, "normal,build")
    checksums = {f"{each['name']} {each['version']}": each.get("checksum") for each in lock()["package"]}
    found = []
    for key in sorted(all_of_them):
        package = known[key]
        macro = any("proc-macro" in made["kind"] for made in package["targets"])
        if not package["license"]:
            raise Unknown(f"{key} names no licence; look into its folder and say it in scripts/supply_chain/parts.py")
        found.append(
            Crate(
                name=package["name"],
                version=package["version"],
                licence=package["license"].replace("/", " OR "),
                folder=Path(package["manifest_path"]).parent,
                repository=package["repository"],
                authors=package["authors"],
                ours=package["source"] is None,
                checksum=checksums.get(key),
                build_only=macro or key not in linked,
                depends_on=sorted(set(edges[key]) & all_of_them),
            )
        )
    return found


def lock():
    return tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))


def tree(target, edges):
    """`cargo tree` knows the features that the binary is really built with; `cargo metadata` those of all crates at once."""
    told = output(
        "cargo", "tree", "--locked", "--package=droas", f"--target={target}", f"--edges={edges}", "--prefix=none", "--format={p}"
    )
    lines = (line.split() for line in told.splitlines() if line)
    return {f"{line[0]} {line[1].removeprefix('v')}" for line in lines}


@dataclass
class Bundled:
    """A library in C whose source lies in a crate."""

    name: str
    version: str
    licence: str
    site: str
    inside: str


def bundled(crates):
    """Libraries in C that crates bring and compile."""
    by_name = {crate.name: crate for crate in crates}
    found = []
    if sqlite := by_name.get("libsqlite3-sys"):
        header = (sqlite.folder / "sqlite3/sqlite3.h").read_text(encoding="utf-8")
        version = re.search(r'^#define SQLITE_VERSION +"([^"]+)"', header, re.MULTILINE).group(1)
        found.append(Bundled("sqlite", version, "blessing", "https://sqlite.org", sqlite.key))
    if zstd := by_name.get("zstd-sys"):
        version = zstd.version.partition("+zstd.")[2]
        found.append(Bundled("zstd", version, "BSD-3-Clause", "https://facebook.github.io/zstd", zstd.key))
    return found


def fonts():
    """The fonts, with the SHA-256 of each."""
    files = sorted(path for path in FONTS.iterdir() if path.suffix in (".ttf", ".otf"))
    return [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]


def version():
    """The version of droas."""
    return tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["workspace"]["package"]["version"]
