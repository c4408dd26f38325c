# weir: one file, GNU make, no recursion into folders. `make help` lists the targets.
.DELETE_ON_ERROR:
.SUFFIXES:
SHELL := /bin/sh
all:

# All processors unless the caller says otherwise.
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
MAKEFLAGS += --no-print-directory

# --- what to build -------------------------------------------------------------------

VERSION := 0.1.0
VARIANT ?= release
BUILD   := build/$(VARIANT)
PREFIX  ?= /usr/local
DESTDIR ?=
V       ?= 0
Q       := $(if $(filter 0,$(V)),@)

ENGINE  := $(sort $(wildcard engine/*/*.c))
MAIN    := engine/cli/main.c
LIBSRC  := $(filter-out $(MAIN),$(ENGINE))
UNITSRC := $(sort $(wildcard tests/unit/*.c) $(wildcard tests/support/*.c))
DOORS   := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
HEADERS := $(sort $(wildcard include/weir/*.h) $(wildcard engine/*/*.h))
SOURCES := $(ENGINE) $(UNITSRC) $(sort $(wildcard tests/fuzz/*.c tests/bench/*.c)) $(HEADERS) \
           $(sort $(wildcard tests/support/*.h))

LIB  := $(BUILD)/libweir.a
PROG := $(BUILD)/weir
UNIT := $(BUILD)/unit
REPLAYS := $(DOORS:%=$(BUILD)/replay-%)

# --- libraries -----------------------------------------------------------------------

PKGS      := yaml-0.1 libpcre2-8 zlib expat icu-i18n icu-uc libcrypto
TEST_PKGS := check
DEBS      := build-essential pkg-config libyaml-dev libpcre2-dev zlib1g-dev libexpat1-dev libicu-dev \
             libssl-dev check
DEBS_FAST := libisal-dev    # tried afterwards; not every architecture has it

ifneq ($(filter-out help clean format format-check deps uninstall,$(or $(MAKECMDGOALS),all)),)
include build/deps.mk
endif

# A missing include is built first and make starts over, so libraries that arrive in this very
# run are seen.
build/deps.mk: Makefile
	@mkdir -p $(@D)
	@{ command -v $(firstword $(CC)) && command -v pkg-config && \
	   pkg-config --exists $(PKGS) $(TEST_PKGS); } >/dev/null 2>&1 || $(MAKE) deps
	@{ echo "DEP_CFLAGS := $$(pkg-config --cflags $(PKGS))"; \
	   echo "DEP_LIBS := $$(pkg-config --libs $(PKGS))"; \
	   echo "CHECK_CFLAGS := $$(pkg-config --cflags $(TEST_PKGS))"; \
	   echo "CHECK_LIBS := $$(pkg-config --static --libs $(TEST_PKGS))"; \
	   if pkg-config --exists libisal 2>/dev/null; then \
	       echo "ISAL_CFLAGS := -DHAVE_ISAL $$(pkg-config --cflags libisal)"; \
	       echo "ISAL_LIBS := $$(pkg-config --libs libisal)"; \
	   elif echo '#include <isa-l/igzip_lib.h>' | $(CC) -E -x c - >/dev/null 2>&1; then \
	       echo "ISAL_CFLAGS := -DHAVE_ISAL"; echo "ISAL_LIBS := -lisal"; \
	   fi; } > $@.tmp
	@mv $@.tmp $@

## deps: install the libraries (Debian; root or sudo)
deps:
	@if ! command -v apt-get >/dev/null; then as=none; \
	elif [ "$$(id -u)" = 0 ]; then as=; \
	elif sudo -n true 2>/dev/null; then as=sudo; else as=none; fi; \
	if [ "$$as" = none ]; then \
	    echo "libraries are missing; as root: apt-get install $(DEBS) $(DEBS_FAST)" >&2; exit 1; \
	fi; \
	export DEBIAN_FRONTEND=noninteractive; \
	$$as apt-get update -qq && \
	$$as apt-get install -y -qq --no-install-recommends $(DEBS) && \
	{ $$as apt-get install -y -qq --no-install-recommends $(DEBS_FAST) || \
	  echo "without $(DEBS_FAST): gzip is unpacked by zlib, which is slower"; }
	@rm -f build/deps.mk

# --- flags ---------------------------------------------------------------------------

WERROR ?= -Werror
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual \
        -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
        -Wundef -Wvla -Wformat=2 -Wwrite-strings -Wswitch-enum

# A flag the compiler knows on this machine, or nothing.
known = $(shell echo 'int x;' | $(CC) $(WERROR) $(1) -x c -c -o /dev/null - 2>/dev/null && echo '$(1)')

ifeq ($(VARIANT),release)
HARDEN := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE \
          $(call known,-fstack-clash-protection) $(call known,-fcf-protection)
LINK_release := -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed
endif

OPT_release := -O2 -g $(HARDEN)
OPT_debug   := -O1 -g3 -DWEIR_AUDIT
OPT_asan    := -O1 -g -DWEIR_AUDIT -fno-omit-frame-pointer -fsanitize=address,undefined \
               -fno-sanitize-recover=all
OPT_ubsan   := -O1 -g -DWEIR_AUDIT -fsanitize=undefined -fno-sanitize-recover=all
OPT_tsan    := -O1 -g -fsanitize=thread
OPT_cov     := -O0 -g --coverage
OPT_fuzz    := -O1 -g -DWEIR_AUDIT -DWEIR_FUZZ -fno-omit-frame-pointer \
               -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
LINK_fuzz   := -fsanitize=fuzzer

# The few files that every row passes through. Audit builds and sanitizers keep their own level.
HOT := $(wildcard engine/name/*.c engine/base/hash.c engine/base/intern.c engine/base/zone.c \
       engine/text/csv_read.c engine/text/csv_index.c engine/text/fold.c engine/text/utf8.c engine/reader/format_csv.c \
       engine/ingest/amount_format.c engine/ingest/date_format.c engine/ingest/feed_row.c \
       engine/ingest/merge.c engine/ingest/normalise.c engine/ingest/row_*.c engine/list/*.c \
       engine/match/literals.c engine/match/subject.c \
       engine/state/*.c engine/operator/*.c engine/rule/eval.c engine/rule/judge*.c \
       engine/rule/select.c)

CFLAGS   ?=
LDFLAGS  ?=
CPPFLAGS ?=
LANG11   := -std=c11 -D_POSIX_C_SOURCE=200809L
STD      := $(LANG11) -DWEIR_VERSION='"$(VERSION)"'
COMPILE   = $(CC) $(STD) -Iinclude -Iengine $(WARN) $(WERROR) $(OPT_$(VARIANT)) -pthread \
            $(DEP_CFLAGS) $(ISAL_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(EXTRA)
LINK      = $(CC) $(OPT_$(VARIANT)) -pthread $(CFLAGS) $(LDFLAGS)
LIBS      = $(DEP_LIBS) $(ISAL_LIBS)

# --- rules ---------------------------------------------------------------------------

all: $(PROG) $(LIB)

$(BUILD)/%.o: %.c Makefile build/deps.mk
	@mkdir -p $(@D)
	@$(if $(filter 0,$(V)),echo "  CC    $<")
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

ifeq ($(VARIANT),release)
$(HOT:%.c=$(BUILD)/%.o): EXTRA := -O3
endif
# The macros of check.h trip clang's pedantic mode.
$(BUILD)/tests/%.o: EXTRA := -Itests $(CHECK_CFLAGS) -Wno-gnu-zero-variadic-macro-arguments

$(LIB): $(LIBSRC:%.c=$(BUILD)/%.o)
	@$(if $(filter 0,$(V)),echo "  AR    $@")
	$(Q)rm -f $@
	$(Q)ar rcsD $@ $^

$(PROG): $(MAIN:%.c=$(BUILD)/%.o) $(LIB)
	@$(if $(filter 0,$(V)),echo "  LD    $@")
	$(Q)$(LINK) $(LINK_$(filter release,$(VARIANT))) -o $@ $^ $(LIBS)

$(UNIT): $(UNITSRC:%.c=$(BUILD)/%.o) $(LIB)
	@$(if $(filter 0,$(V)),echo "  LD    $@")
	$(Q)$(LINK) $(LINK_$(filter release,$(VARIANT))) -o $@ $^ $(CHECK_LIBS) $(LIBS)

$(REPLAYS): $(BUILD)/replay-%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/replay.o $(LIB)
	@$(if $(filter 0,$(V)),echo "  LD    $@")
	$(Q)$(LINK) $(LINK_$(filter release,$(VARIANT))) -o $@ $^ $(LIBS)

$(BUILD)/bench-match: $(BUILD)/tests/bench/match.o $(BUILD)/tests/support/pattern_lab.o $(LIB)
	$(Q)$(LINK) $(LINK_$(filter release,$(VARIANT))) -o $@ $^ $(LIBS)

$(BUILD)/fuzz-%: $(BUILD)/tests/fuzz/fuzz_%.o $(LIB)
	$(Q)$(LINK) $(LINK_fuzz) -o $@ $^ $(LIBS)

$(BUILD)/bench-names: $(BUILD)/tests/bench/names.o $(BUILD)/tests/support/name_maker.o $(LIB)
	@$(if $(filter 0,$(V)),echo "  LD    $@")
	$(Q)$(LINK) $(LINK_$(filter release,$(VARIANT))) -o $@ $^ $(LIBS)

$(BUILD)/bench-flow: $(BUILD)/tests/bench/flow.o $(LIB)
	@$(if $(filter 0,$(V)),echo "  LD    $@")
	$(Q)$(LINK) $(LINK_$(filter release,$(VARIANT))) -o $@ $^ $(LIBS)

$(BUILD)/bench-operators: $(BUILD)/tests/bench/operators.o $(LIB)
	@$(if $(filter 0,$(V)),echo "  LD    $@")
	$(Q)$(LINK) $(LINK_$(filter release,$(VARIANT))) -o $@ $^ $(LIBS)

# Kept: a second run of a test target must not build them anew.
.SECONDARY:
-include $(patsubst %.c,$(BUILD)/%.d,$(ENGINE) $(UNITSRC) $(wildcard tests/fuzz/*.c tests/bench/*.c))

# --- targets -------------------------------------------------------------------------

## all: program and library, release build (default)
## demo: make sample exports, screen them with rules/, say where the alerts are
demo: all
	@rm -rf build/demo
	@mkdir -p build/demo
	@$(PROG) sample --out build/demo/in --rows 200000 --seed 1
	@$(PROG) screen --rules rules --mapping build/demo/in/mappings \
	    --rates build/demo/in/rates.csv --out build/demo/out build/demo/in/data

## test: everything in the audit build: unit, laws, faults, goldens, rule tests, fuzz corpus
test: audit
	@$(MAKE) VARIANT=debug run-tests

## unit: unit tests only; CK_RUN_SUITE=name narrows
unit: audit
	@$(MAKE) VARIANT=debug run-unit

## golden: golden cases only; CASE=name narrows
golden: audit
	@$(MAKE) VARIANT=debug run-golden

## golden-accept: rewrite what CASE=name expects from what the program says now
golden-accept: audit
	@test -n "$(CASE)" || { echo "golden-accept: say which one: CASE=name" >&2; exit 2; }
	@tests/golden/run.sh build/debug --accept "$(CASE)"

# One build for all of them, also where several are asked for at once.
audit:
	@$(MAKE) VARIANT=debug build-audit
build-audit: $(PROG) $(UNIT)
run-tests: $(PROG) $(UNIT) $(REPLAYS)
	@tests/support/run $(BUILD)
run-unit: $(UNIT)
	@tests/support/run $(BUILD) unit
run-golden: $(PROG)
	@tests/support/run $(BUILD) golden $(CASE)

## asan: all tests under the address and undefined-behaviour sanitizers
asan:
	@ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 $(MAKE) VARIANT=asan run-tests
## ubsan: all tests under the undefined-behaviour sanitizer alone
ubsan:
	@UBSAN_OPTIONS=print_stacktrace=1 $(MAKE) VARIANT=ubsan run-tests
## tsan: all tests under the thread sanitizer
tsan:
	@CK_FORK=no TSAN_OPTIONS=halt_on_error=1 $(MAKE) VARIANT=tsan run-tests

## bench: speed and memory against the yardsticks that are installed
bench: all $(BUILD)/bench-match
	@tests/bench/run.sh $(BUILD)

## bench-names: names a second against a list of 20,000
bench-names: $(BUILD)/bench-names
	@$<

## bench-flow: all shapes of `flow` at once on ten million payments, without and with a hub
bench-flow: $(BUILD)/bench-flow
	@$< 10000000
	@$< 10000000 hub

## bench-recall: what the rules find of patterns planted among a million everyday payments
bench-recall: all
	@tests/bench/recall.sh $(PROG)

## bench-operators: entries a second and bytes of the operators that look at one key
bench-operators: $(BUILD)/bench-operators
	@$<

## fuzz: hostile input for one door: DOOR=name TIME=seconds (clang)
DOOR ?=
TIME ?= 60
fuzz:
	@command -v clang >/dev/null || { echo "fuzz: needs clang: apt-get install clang" >&2; exit 1; }
	@test -f tests/fuzz/fuzz_$(DOOR).c || \
	    { echo "fuzz: say which door: DOOR= one of: $(DOORS)" >&2; exit 2; }
	@$(MAKE) VARIANT=fuzz CC=clang build/fuzz/fuzz-$(DOOR)
	@mkdir -p build/fuzz/corpus/$(DOOR) tests/fuzz/corpus/$(DOOR)
	@build/fuzz/fuzz-$(DOOR) -max_total_time=$(TIME) -timeout=10 -rss_limit_mb=2048 \
	    -artifact_prefix=build/fuzz/crash-$(DOOR)- \
	    build/fuzz/corpus/$(DOOR) tests/fuzz/corpus/$(DOOR)

## coverage: lines and branches run by the tests, per room (gcc)
coverage:
	@command -v gcov >/dev/null || { echo "coverage: needs gcov, which comes with gcc" >&2; exit 1; }
	@find build/cov -name '*.gcda' -delete 2>/dev/null || true
	@$(MAKE) VARIANT=cov CC=gcc run-tests || true
	@tests/support/coverage build/cov

## lint: rooms, headers that stand alone, clang-tidy, cppcheck, format, the largest files
lint: lint-rooms lint-headers lint-tidy lint-cppcheck lint-shell format-check
	@tests/support/largest $(ENGINE)
lint-rooms:
	@awk -f tests/support/rooms.awk engine/ROOMS $(ENGINE) $(filter engine/%,$(HEADERS))
lint-headers:
	@for h in $(HEADERS); do \
	    echo 'typedef int not_empty;' | $(CC) $(STD) -Iinclude -Iengine $(WARN) -Werror \
	        $(DEP_CFLAGS) -x c -fsyntax-only -include $$h - || { echo "$$h does not stand alone" >&2; exit 1; }; \
	done
lint-tidy:
	@command -v clang-tidy >/dev/null || { echo "lint: needs clang-tidy" >&2; exit 1; }
	@printf '%s\n' $(ENGINE) | xargs -P $$(nproc) -n 4 sh -c 'clang-tidy --quiet "$$@" -- \
	    $(LANG11) -Iinclude -Iengine $(DEP_CFLAGS) $(ISAL_CFLAGS) 2>/dev/null' tidy
lint-cppcheck:
	@command -v cppcheck >/dev/null || { echo "lint: needs cppcheck" >&2; exit 1; }
	@mkdir -p build/cppcheck
	@cppcheck --quiet --std=c11 --language=c --inline-suppr --error-exitcode=1 -j $$(nproc) \
	    --cppcheck-build-dir=build/cppcheck --enable=warning,performance,portability \
	    --suppressions-list=tests/support/cppcheck.txt -Iinclude -Iengine engine
lint-shell:
	@command -v shellcheck >/dev/null || { echo "lint: needs shellcheck" >&2; exit 1; }
	@shellcheck -x -P SCRIPTDIR $$(grep -lE '^#!/bin/(ba)?sh' -r .ci tests --include='*' 2>/dev/null)

## format: rewrite the layout of all sources (clang-format 14)
format:
	@tests/support/clang_format -i $(SOURCES)
## format-check: say which sources are laid out otherwise
format-check:
	@tests/support/clang_format --dry-run -Werror $(SOURCES)

## install: program, library, headers, manual page, rules (PREFIX, DESTDIR)
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib \
	    $(DESTDIR)$(PREFIX)/include/weir/model $(DESTDIR)$(PREFIX)/share/weir
	install -m 755 $(PROG) $(DESTDIR)$(PREFIX)/bin/weir
	install -m 644 $(LIB) $(DESTDIR)$(PREFIX)/lib/libweir.a
	install -m 644 $(wildcard include/weir/*.h) $(DESTDIR)$(PREFIX)/include/weir/
	install -m 644 engine/model/txn_field.def $(DESTDIR)$(PREFIX)/include/weir/model/
	cp -R rules $(DESTDIR)$(PREFIX)/share/weir/
	if [ -f docs/weir.1 ]; then \
	    install -d $(DESTDIR)$(PREFIX)/share/man/man1 && \
	    install -m 644 docs/weir.1 $(DESTDIR)$(PREFIX)/share/man/man1/; fi
## uninstall: remove what install put there
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/weir $(DESTDIR)$(PREFIX)/lib/libweir.a \
	    $(DESTDIR)$(PREFIX)/share/man/man1/weir.1
	rm -rf $(DESTDIR)$(PREFIX)/include/weir $(DESTDIR)$(PREFIX)/share/weir

## dist: archive of the committed tree, built and tested from that archive
dist:
	@mkdir -p build/dist
	@git archive --prefix=weir-$(VERSION)/ HEAD | gzip -n9 > build/dist/weir-$(VERSION).tar.gz
	@rm -rf build/dist/weir-$(VERSION)
	@tar -xzf build/dist/weir-$(VERSION).tar.gz -C build/dist
	@env -u MAKEFLAGS -u MAKELEVEL $(MAKE) -C build/dist/weir-$(VERSION) all test
	@rm -rf build/dist/weir-$(VERSION)
	@ls -l build/dist/weir-$(VERSION).tar.gz

## clean: remove build/
clean:
	rm -rf build

## help: this list
help:
	@sed -n 's/^## //p' $(firstword $(MAKEFILE_LIST)) | LC_ALL=C sort

.PHONY: all demo test unit golden golden-accept audit build-audit run-tests run-unit run-golden asan ubsan tsan \
    bench bench-names bench-flow bench-recall bench-operators fuzz coverage lint lint-rooms lint-headers lint-tidy lint-cppcheck \
    lint-shell format \
    format-check install uninstall dist deps clean help
