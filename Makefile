# One entry for each thing that people do here; `make help` lists them.

PREFIX ?= /usr
SYSCONFDIR ?= /etc
DESTDIR ?=
RELEASE := .build/release
SWIFT_RELEASE := swift build -c release --static-swift-stdlib --explicit-target-dependency-import-check error

.PHONY: help demo test quick guest build release install clean bench format

help:
	@echo 'make demo      set up what is missing, build, and show an allowed, a warned, an unknown and a refused exchange'
	@echo 'make test      everything: unit tests, daemon tests with a real journald, a real mailbox in QEMU'
	@echo 'make quick     unit tests only'
	@echo 'make guest     the real mailbox in QEMU only'
	@echo 'make bench     ratios against C programs in the same run'
	@echo 'make build     a debug build'
	@echo 'make release   the two programs, with Swift linked in'
	@echo 'make install   release, into DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)'
	@echo 'make format    put the sources into the one format'

demo:
	@packaging/scripts/need build journald
	@packaging/scripts/demo

test:
	@packaging/scripts/need build journald python
	@Tests/run

quick:
	@packaging/scripts/need build journald
	swift test --explicit-target-dependency-import-check error

guest: release
	@Tests/guest/test $(RELEASE)

bench: release
	@Benchmarks/run

build:
	@packaging/scripts/need build
	swift build --explicit-target-dependency-import-check error

release:
	@packaging/scripts/need build
	$(SWIFT_RELEASE) --product doe-auditd
	$(SWIFT_RELEASE) --product doe-audit

install: release
	install -D -m 0755 -s $(RELEASE)/doe-auditd $(DESTDIR)$(PREFIX)/sbin/doe-auditd
	install -D -m 0755 -s $(RELEASE)/doe-audit $(DESTDIR)$(PREFIX)/bin/doe-audit
	install -d $(DESTDIR)$(PREFIX)/lib/doe-audit/rules.d $(DESTDIR)$(SYSCONFDIR)/doe-audit/rules.d
	install -m 0644 rules/*.rules $(DESTDIR)$(PREFIX)/lib/doe-audit/rules.d/
	install -D -m 0644 packaging/doe-auditd.service $(DESTDIR)$(PREFIX)/lib/systemd/system/doe-auditd.service
	install -D -m 0644 packaging/doe-audit.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/doe-audit.conf
	install -D -m 0644 packaging/doe-audit.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/doe-audit.conf
	install -D -m 0644 packaging/doe-audit.catalog $(DESTDIR)$(PREFIX)/lib/systemd/catalog/doe-audit.catalog
	install -d $(DESTDIR)$(PREFIX)/share/doc/doe-audit
	cp -r README.md LICENSE docs $(DESTDIR)$(PREFIX)/share/doc/doe-audit/
	@echo 'Installed. On a running system: systemd-sysusers; journalctl --update-catalog; systemctl enable --now doe-auditd'

format:
	swift format -i -r Sources Tests Benchmarks Package.swift

clean:
	rm -rf .build .cache
