# One entry for each thing that people do here; `make help` lists them.

# Where the tree for the target machine is put together. The paths in it are fixed: the programs know them.
DESTDIR ?=
# A folder with the programs, built already: what needs them then does not build them.
DOE_AUDIT_BINARIES ?=
BINARIES := $(or $(DOE_AUDIT_BINARIES),.build/release)
BUILT := $(if $(DOE_AUDIT_BINARIES),,release)
CHECKED := --explicit-target-dependency-import-check error
# No library is looked for beside the program, all is bound before main and read-only from then on, and no symbol of ours is
# for others.
LINKED := --disable-local-rpath -Xlinker -z -Xlinker relro -Xlinker -z -Xlinker now -Xlinker --no-export-dynamic
# What a package's build adds.
SWIFT_FLAGS ?=
SWIFT_RELEASE := swift build -c release --static-swift-stdlib $(CHECKED) $(LINKED) $(SWIFT_FLAGS)
# A package's build takes the symbols into a package of their own.
INSTALL_PROGRAM ?= install -D -m 0755 -s

.PHONY: help demo test quick gate sessions guest faults bench flood build release install deb test-deb format clean

help:
	@echo 'make demo      the main job, shown on simulated devices: an allowed, a warned, an unknown and a refused exchange'
	@echo 'make test      everything: unit tests, daemon tests with a real journald, packaging, a real mailbox in QEMU'
	@echo 'make quick     the unit tests only: under a minute once they are built'
	@echo 'make gate      a million attempts to get a denied object to a device: how many arrive; ATTEMPTS=10000000; as root'
	@echo 'make sessions  10,000 SPDM sessions of random bytes: how many would be lost by chance; SESSIONS=100000'
	@echo 'make guest     the real mailbox in QEMU only, with three kernels; KERNELS="6.1" picks'
	@echo 'make faults    every fault under the trail, with 1000 kills and 1000 deaths of the machine; an hour; as root'
	@echo 'make bench     ratios against C programs in the same run; as root'
	@echo 'make flood     what each of eight attacks does to what another user waits for; under 8 minutes; as root'
	@echo 'make build     a debug build'
	@echo 'make release   the programs as they are installed, with Swift linked in'
	@echo 'make install   the programs, their service and documents, below DESTDIR=$(or $(DESTDIR),/); as root'
	@echo 'make deb       packages for Debian and their source package, in .build/deb: docs/packaging.md'
	@echo 'make test-deb  builds these twice and compares, and installs and removes them in a small Debian; as root'
	@echo 'make format    put the sources into the one format'
	@echo 'make clean     remove what was built and fetched'
	@echo
	@echo 'What is missing is installed with apt-get when this is run as root; else you are told what to install.'
	@echo 'FAULTS="--only ring --kills 100": options of make faults (Tests/faults/run --help).'
	@echo 'DOE_AUDIT_BINARIES=FOLDER: demo, test, guest, faults and install take the programs from there.'

demo: $(BUILT)
	@packaging/scripts/need journald
	@packaging/scripts/demo

test:
	@packaging/scripts/need build journald python venv faults
	@Tests/run

quick:
	@packaging/scripts/need build journald
	swift test $(CHECKED)

gate:
	@packaging/scripts/need build journald
	@$(SWIFT_RELEASE) --product gate-proof
	@.build/release/gate-proof $(ATTEMPTS)

# With optimization it takes a minute, without it hours. The build has a folder of its own: what tests may look into is not what
# `make release` builds, and each would have to build anew after the other.
sessions:
	@packaging/scripts/need build
	@DOE_TEST_SESSIONS=$(or $(SESSIONS),10000) swift test -c release --scratch-path .build/sessions $(CHECKED) \
	    --filter ChanceTests

guest: $(BUILT)
	@Tests/guest/test $(BINARIES)

faults: $(BUILT)
	@packaging/scripts/need journald python faults
	@Tests/faults/run --write docs/faults.md $(FAULTS)

bench: release
	@Benchmarks/run

flood: release
	@packaging/scripts/need journald python
	@Benchmarks/flood

build:
	@packaging/scripts/need build
	swift build $(CHECKED)

release:
	@packaging/scripts/need build
	$(SWIFT_RELEASE) --product doe-auditd
	$(SWIFT_RELEASE) --product doe-audit-broker
	$(SWIFT_RELEASE) --product doe-audit

install: $(BUILT)
	$(INSTALL_PROGRAM) $(BINARIES)/doe-auditd $(DESTDIR)/usr/sbin/doe-auditd
	$(INSTALL_PROGRAM) $(BINARIES)/doe-audit-broker $(DESTDIR)/usr/sbin/doe-audit-broker
	$(INSTALL_PROGRAM) $(BINARIES)/doe-audit $(DESTDIR)/usr/bin/doe-audit
	install -D -m 0644 -t $(DESTDIR)/usr/lib/doe-audit/rules.d rules/*.rules rules/*.expect
	install -D -m 0644 -t $(DESTDIR)/usr/lib/systemd/system packaging/doe-auditd.service \
	    packaging/doe-audit-broker.service packaging/doe-audit-broker.socket
	install -D -m 0644 packaging/doe-audit.sysusers $(DESTDIR)/usr/lib/sysusers.d/doe-audit.conf
	install -D -m 0644 packaging/doe-audit.tmpfiles $(DESTDIR)/usr/lib/tmpfiles.d/doe-audit.conf
	install -D -m 0644 -t $(DESTDIR)/usr/lib/systemd/catalog packaging/doe-audit.catalog
	install -d $(DESTDIR)/etc/doe-audit/rules.d
	install -D -m 0644 -t $(DESTDIR)/usr/share/doc/doe-audit README.md LICENSE packaging/tcp.conf \
	    CHANGELOG.md SECURITY.md CONTRIBUTING.md
	find docs -type f -exec install -D -m 0644 {} $(DESTDIR)/usr/share/doc/doe-audit/{} \;
	@echo 'Installed. On the machine itself, as root:'
	@echo '  systemd-sysusers && systemd-tmpfiles --create doe-audit.conf && journalctl --update-catalog'
	@echo '  systemctl daemon-reload && systemctl enable --now doe-auditd'
	@echo 'Where an earlier version runs, in place of the last line (the daemon is restarted with its broker):'
	@echo '  systemctl daemon-reload && systemctl restart doe-audit-broker doe-auditd'

deb:
	@packaging/scripts/need build deb
	@packaging/scripts/deb

test-deb:
	@packaging/scripts/need build deb deb-test
	@Tests/packaging/deb

format:
	swift format -i -r Sources Tests Benchmarks Package.swift

clean:
	rm -rf .build .cache
