#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Adds up test results in xUnit files: prints `N passed, N failed`. Exit 1 where nothing ran."""
import sys
import xml.etree.ElementTree as tree

passed = failed = 0
for path in sys.argv[1:]:
    for case in tree.parse(path).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
            print(f"FAILED {case.get('classname')}/{case.get('name')}", file=sys.stderr)
        elif case.find("skipped") is None:
            passed += 1
print(f"{passed} passed, {failed} failed")
sys.exit(0 if passed + failed else 1)
