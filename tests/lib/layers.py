#!/usr/bin/env python3
"""Checks what the C++ files include against the layers that CMake declares.

layers.py LAYERS ROOT     LAYERS: lines of "COMPONENT FOLDER NEEDS...", written by CMake; ROOT: the checkout

A file may include its own component's folders and those of the components that it needs, directly or not. Folders must not
include each other in a circle, also inside one component. Tests and folders named `testing` may include anything.
"""

import collections
import graphlib
import pathlib
import re
import sys

INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)


def read_layers(path):
    folders, needs = {}, collections.defaultdict(set)
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        component, folder, *needed = line.split()
        folders[folder] = component
        needs[component] |= set(needed)
    return folders, needs


def closure(component, needs):
    found, pending = set(), [component]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += needs[name]
    return found


def component_of(file, folders):
    """The component of the nearest folder above `file`; None when no component has it (a program's main.cpp)."""
    return next((folders[str(folder)] for folder in file.parents if str(folder) in folders), None)


def includes(root):
    """Yields (file, included file) of production code, both relative to the checkout."""
    for top in ("services", "operator"):
        for path in sorted((root / top).rglob("*.[ch]pp")):
            file = path.relative_to(root)
            if path.stem.endswith("_test") or "testing" in file.parts:
                continue
            for target in INCLUDE.findall(path.read_text(encoding="utf-8")):
                yield file, pathlib.Path(target)


def find_cycle(edges):
    """A list of folders that include each other in a circle; empty when there is none."""
    try:
        graphlib.TopologicalSorter(edges).prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return []


def main():
    folders, needs = read_layers(sys.argv[1])
    wrong, edges, seen = [], collections.defaultdict(set), 0
    for file, target in includes(pathlib.Path(sys.argv[2])):
        seen += 1
        own, other = component_of(file, folders), component_of(target, folders)
        if own and other and other not in closure(own, needs):
            wrong.append(f"{file} ({own}) must not include {target} ({other})")
        elif file.parent != target.parent and own:
            edges[str(target.parent)].add(str(file.parent))
    if cycle := find_cycle(edges):
        wrong.append("folders include each other in a circle: " + " -> ".join(cycle))
    print("\n".join(wrong) or f"{seen} includes respect the layers")
    sys.exit(bool(wrong) or not seen)


if __name__ == "__main__":
    main()
