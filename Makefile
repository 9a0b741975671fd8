# SPDX-License-Identifier: Apache-2.0
# Everything here installs what is missing first, and works in a fresh clone.
SHELL := /bin/bash
FLAGS := -c release -Xswiftc -enable-testing
CONFIGS ?= $(sort $(wildcard configs/*.cell configs/*/*.cell))
.PHONY: verify tool-static demo e2e e2e-tool e2e-memtest e2e-linux e2e-rogue man test build theorems lint fuzz worst mutants bench bench-image breakouts compare golden hints install clean help

verify: build ## proves every machine in configs/ isolated, or says why not
	.build/release/verify $(CONFIGS)

test: install-for-tests install-for-linux ## everything that CI runs; ends with `N passed, N failed`
	scripts/test.sh

build: install ## the programs, optimised
	swift build $(FLAGS) --product verify
	swift build $(FLAGS) --product ostrog

tool-static: build ## `ostrog` as one file that needs nothing else where it runs, .build/tool/ostrog; builds Z3 once (half an hour)
	scripts/tool-image.sh --static .build/tool

theorems: build ## proves the theorems; what this very program has proved before is not proved again
	.build/release/verify --theorems

lint: ## layout and rules of the source
	scripts/test.sh lint golden

fuzz: install-for-tests ## fuzzes both readers and admission; SECONDS_EACH=3600 for an hour each
	scripts/fuzz.sh $(or $(SECONDS_EACH),600)

worst: install-for-tests ## fuzzes, and chooses the worst that came of it for the testbed; SECONDS_EACH=0: only measures what is listed
	scripts/worst.sh $(or $(SECONDS_EACH),300)

mutants: install-for-tests ## every seeded fault, one at a time: each must make a theorem or a test fail
	scripts/mutants.py --jobs $(or $(JOBS),1)

bench: build ## times and memory beside what they are compared with
	scripts/bench.py

bench-image: build install-for-tests ## the image's figures: ticks under Bochs, and bytes
	scripts/bench-image.py

breakouts: build install-for-tests ## seeded faults, built into the image: each lets somebody break out in Bochs (a quarter of an hour)
	scripts/breakout.py
	scripts/replay-test.sh

demo: build install-for-tests ## boots the hypervisor under a bare-metal root on four CPUs in Bochs, and shows what happens
	scripts/testbed.sh

e2e: build install-for-linux ## Debian's kernel as root in Bochs: loader, tool, a second Linux in a cell; the oldest and the newest kernel; a root that has turned (more than half an hour)
	scripts/test.sh linux kernels

compare: build install-for-tests ## the simulator beside Bochs: page tables, bitmaps, VMCS fields; SEED=7 for others
	swift build $(FLAGS) --product compare
	scripts/compare.sh $(or $(SEED),1)

e2e-tool: build install-for-linux ## of these the tool's whole life under Debian's kernel in Bochs (5 to 10 minutes)
	scripts/tool-test.sh

e2e-linux: build install-for-linux ## a second stock Debian Linux, in a cell, under Debian's kernel in Bochs, in both modes of the APIC (10 to 15 minutes)
	scripts/cell-linux-test.sh
	scripts/cell-linux-test.sh --x2apic

e2e-memtest: build install-for-linux ## a bare-metal program that is not ours, Debian's memtest86+, in a cell (5 to 10 minutes)
	scripts/memtest-test.sh

e2e-rogue: build install-for-linux ## a root kernel that has turned against the hypervisor, in Bochs (5 to 10 minutes)
	scripts/rogue-test.sh

man: build ## man pages of `ostrog`, in .build/man
	swift build $(FLAGS) --product generate-manual
	mkdir -p .build/man
	.build/release/generate-manual .build/release/ostrog --output-directory .build/man --multi-page

golden: ## writes the golden binary configurations again
	Tests/Golden/generate.py

hints: install ## finds out again what makes the proofs quick, for those hints that fit no more (minutes)
	swift build $(FLAGS) --product prove
	.build/release/prove --make-hints Proofs/Hints/Text.swift

install:
	@scripts/install.sh
install-for-tests:
	@scripts/install.sh --for-tests
install-for-linux:
	@scripts/install.sh --for-linux
.PHONY: install-for-tests install-for-linux

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

clean: ## removes everything that was built
	rm -rf .build .build-*
