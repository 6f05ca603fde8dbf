"""Writes third-party.txt: every crate built into the window with its licence and copyright, each licence's text once.

Run in the project's folder after Cargo.lock changed:  python3 assets/third-party.py
"""

import json
import os
import re
import subprocess

TARGETS = ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc", "aarch64-apple-darwin"]
# Of several licences offered the first of these is taken.
ORDER = ["Apache-2.0", "MIT", "Zlib", "BSD-3-Clause", "BSD-2-Clause", "ISC", "Unicode-3.0", "BSL-1.0", "0BSD"]
# What a text of a licence can be told by.
SIGNS = {
    "Apache-2.0": "Apache License",
    "MIT": "Permission is hereby granted, free of charge",
    "Zlib": "This software is provided 'as-is'",
    "BSD-3-Clause": "Neither the name",
    "BSD-2-Clause": "Redistributions in binary form",
    "ISC": "Permission to use, copy, modify, and",
    "Unicode-3.0": "UNICODE LICENSE V3",
    "BSL-1.0": "Boost Software License",
    "OFL-1.1": "SIL OPEN FONT LICENSE",
    "Ubuntu-font-1.0": "UBUNTU FONT LICENCE",
}


def crates():
    """All packages that a window of any system is built from, but for the project itself."""
    found = {}
    for target in TARGETS:
        asked = ["cargo", "metadata", "--format-version", "1", "--filter-platform", target]
        about = json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)
        nodes = {node["id"]: node for node in about["resolve"]["nodes"]}
        packages = {package["id"]: package for package in about["packages"]}
        root = about["resolve"]["root"]
        seen, waiting = set(), [root]
        while waiting:
            at = waiting.pop()
            if at not in seen:
                seen.add(at)
                for other in nodes[at]["deps"]:
                    if any(kind["kind"] is None for kind in other["dep_kinds"]):
                        waiting.append(other["pkg"])
        found.update({at: packages[at] for at in seen if at != root})
    return sorted(found.values(), key=lambda package: (package["name"], package["version"]))


def taken(licence):
    """The licences a crate is used under: all that are joined by AND, one of those joined by OR."""
    parts = [part.strip(" ()") for part in re.split(r"\bAND\b", licence.replace("/", " OR "))]
    result = []
    for part in parts:
        offered = [one.strip(" ()").split(" WITH ")[0] for one in re.split(r"\bOR\b", part)]
        result.append(min(offered, key=lambda one: ORDER.index(one) if one in ORDER else len(ORDER)))
    return result


def texts(package):
    folder = os.path.dirname(package["manifest_path"])
    names = sorted(os.listdir(folder))
    for folder, names in [(folder, names), (os.path.join(folder, "fonts"), None)]:
        for name in names or (sorted(os.listdir(folder)) if os.path.isdir(folder) else []):
            path = os.path.join(folder, name)
            if re.match(r"(licen[sc]e|copying|notice|ofl|ufl)", name, re.I) and os.path.isfile(path):
                with open(path, errors="replace") as file:
                    yield file.read().strip()


def notices(text):
    lines = [line.strip(" *#") for line in text.splitlines()]
    return [line for line in lines if re.match(r"(copyright\b.*(\d|\(c\)|©)|©)", line, re.I) and "[yyyy]" not in line]


def main():
    listed, bodies = [], {}
    for package in crates():
        use = taken(package["license"])
        own = list(texts(package))
        marks = [notice for text in own for notice in notices(text)] if use != ["Apache-2.0"] else []
        listed.append(f"{package['name']} {package['version']}  {' AND '.join(use)}")
        listed += [f"    {notice}" for notice in dict.fromkeys(marks)]
        for text in own:
            for name in use:
                if SIGNS.get(name, "\0") in text and (name not in bodies or len(text) < len(bodies[name])):
                    bodies[name] = text
    missing = {name for package in crates() for name in taken(package["license"])} - set(bodies) - {"0BSD"}
    assert not missing, f"no text found of {missing}"
    with open("assets/fonts/OFL.txt") as file:
        bodies["OFL-1.1 (Noto Sans CJK SC)"] = file.read().strip()
    with open("assets/third-party.txt", "w") as file:
        file.write("Crates built into this program, with the licence each is used under.\n\n")
        file.write("\n".join(listed))
        for name, body in sorted(bodies.items()):
            file.write(f"\n\n{'-' * 60}\n{name}\n{'-' * 60}\n\n{body}\n")


main()
