#!/usr/bin/env python3
"""Reads what one tier of tests wrote (JUnit XML) and says it in one line; what failed is shown first.

report.py TIER SECONDS STATUS LOG TOTALS FILE...     STATUS: the exit status of what ran the tests
Appends "passed failed seconds tier" to TOTALS, and "seconds tier: test" of each test to TOTALS.tests. A tier that failed without a
failed test (nothing was built, it hung, no test was found) counts as one failure, with the end of LOG.
"""

import pathlib
import re
import sys
import xml.etree.ElementTree as ET

SHOWN = 12000  # characters of one test's output


def cases(file):
    """(name, what it says when it failed, passed or None when skipped, seconds)"""
    try:
        root = ET.parse(file).getroot()
    except (ET.ParseError, OSError) as error:
        yield pathlib.Path(file).name, f"unreadable: {error}", False, 0.0
        return
    for case in root.iter("testcase"):
        name = "::".join(part for part in (case.get("classname"), case.get("name")) if part)
        seconds = float(case.get("time") or 0)
        bad = [child for child in case if child.tag in ("failure", "error")]
        # CTest says so in an attribute, and has the output beside it.
        if bad or case.get("status") == "fail":
            texts = [child.get("message", "") + "\n" + (child.text or "") for child in bad]
            texts += [child.text or "" for child in case if child.tag in ("system-out", "system-err")]
            yield name, "\n".join(texts).strip(), False, seconds
        elif case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
            yield name, None, None, seconds
        else:
            yield name, None, True, seconds


def main():
    tier, seconds, status, log, totals, *files = sys.argv[1:]
    said = pathlib.Path(log).read_text(errors="replace")
    passed = failed = skipped = 0
    times = []
    for file in files:
        for name, text, good, took in cases(file):
            times.append(f"{took:.1f} {tier}: {name}\n")
            if good is None:
                skipped += 1
                print(f"  skipped: {name}")
            elif good:
                passed += 1
            else:
                failed += 1
                print(f"--- {tier}: {name} FAILED\n{text[-SHOWN:]}\n")
    if not files:
        # Tests that are a shell script count for themselves.
        counts = re.findall(r"^(?:\w+: )?(\d+) passed, (\d+) failed$", said, re.MULTILINE)
        passed, failed = (sum(int(count[i]) for count in counts) for i in (0, 1))
        if failed:
            print(f"--- {tier}: the end of {log}:\n" + said[-SHOWN:])
    if failed == 0 and (int(status) != 0 or passed == 0):
        why = f"exit status {status}" if int(status) else "no test ran"
        print(f"--- {tier}: {why}; the end of {log}:\n" + "\n".join(said.splitlines()[-60:]) + "\n")
        failed = 1
    # Figures are printed also when all passed.
    for line in re.findall("^figure: .*", said, re.MULTILINE):
        print(f"  {line}")
    also = f", {skipped} skipped" if skipped else ""
    print(f"{tier}: {passed} passed, {failed} failed{also} in {seconds}s", flush=True)
    with open(totals, "a", encoding="utf-8") as out:
        out.write(f"{passed} {failed} {seconds} {tier}\n")
    with open(totals + ".tests", "a", encoding="utf-8") as out:
        out.writelines(times)


if __name__ == "__main__":
    main()
