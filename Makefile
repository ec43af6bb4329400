# sml: GNU make.  Everything lands in build/ and the programs in bin/; O=DIR puts both below DIR,
# so that several kinds of builds fit side by side:
#
#	make O=build/clang CC=clang CXX=clang++ WERROR=1
#	make O=build/san SAN=address,undefined
#
# A file cmd/smlX/smlX.c makes the program smlX, tests/X.c a helper of the tests, tests/preload/X.c
# a library for LD_PRELOAD, tests/unit/X.c a unit test and tests/fuzz/X.c a fuzz target; the last
# two, when called TOOL_NOUN, see the nouns of TOOL too.  None of them needs a line here.

VERSION	:= $(shell cat VERSION)
PREFIX	= /usr/local
BINDIR	= $(PREFIX)/bin
MANDIR	= $(PREFIX)/share/man
BASHDIR	= $(PREFIX)/share/bash-completion/completions

CFLAGS	= -O2 -g
CXXFLAGS = $(CFLAGS)
HARDEN	= -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection
ifdef SAN
HARDEN	= -fno-omit-frame-pointer -fsanitize=$(SAN) -fno-sanitize-recover=all
endif
WARN	= -Wall -Wextra -Wpedantic -Wshadow -Wpointer-arith -Wwrite-strings -Wcast-qual -Wundef -Wvla \
	  -Wformat=2 -Wimplicit-fallthrough -Wfloat-conversion -Wdouble-promotion -Wredundant-decls \
	  -Wnull-dereference $(if $(WERROR),-Werror)
WARNC	= -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition

# An include names its room: common's, and those of the program that the file or its test belongs to.
parts	= $(subst /, ,$(subst _, ,$(1)))
rooms	= -Icommon $(patsubst %,-I%,$(wildcard $(addprefix cmd/,$(filter sml%,$(call parts,$(basename $<))))))

# Sums and models must be the same on every machine: no fused multiply-add.
common	= -D_GNU_SOURCE -DSML_VERSION='"$(VERSION)"' $(rooms) -MMD -MP -fPIE \
	  -ffp-contract=off $(WARN) $(HARDEN)
compile.c = $(CC) -std=c11 $(common) $(WARNC) $(CPPFLAGS) $(CFLAGS)
compile.cc = $(CXX) -std=c++17 -fno-rtti $(common) $(CPPFLAGS) $(CXXFLAGS)
# Every allocation of our own code goes through common/base/memory.c, which counts it.
wrap	= $(addprefix -Wl$(comma)--wrap=,malloc calloc realloc reallocarray aligned_alloc strdup strndup asprintf __asprintf_chk realpath __realpath_chk free)
comma	:= ,
link	= $(CXX) -pie $(HARDEN) $(CXXFLAGS) -Wl,-z,relro,-z,now,--as-needed $(wrap) $(LDFLAGS)
LDLIBS	= -lsimdjson -ljansson -lxxhash -lm

# What single tools, and the tests of their nouns, need in addition.
libs.smlfeat = -lhiredis -llmdb -lmd
libs.smlkafka = -lrdkafka
libs.smlroute = -lmd
libs.smlrun = -lrdkafka
libs.kafka = -lrdkafka
libs.kafkatool = -lrdkafka
libs.transact = -lrdkafka

bin	= $(if $(O),$(O)/)bin
obj	= $(if $(O),$(O)/)build
object	= $(patsubst %,$(obj)/%.o,$(basename $(1)))
files	= $(if $(wildcard $(1)),$(shell find $(1) -name "*.c" -o -name "*.cc" | LC_ALL=C sort))
nouns	= $(call object,$(filter-out cmd/$(1)/$(1).c,$(call files,cmd/$(1))))

tools	:= $(basename $(notdir $(wildcard cmd/*/sml*.c)))
libs	= $(obj)/libsmlcli.a $(obj)/libsml.a
helpers	= $(patsubst tests/%.c,$(obj)/tests/%,$(wildcard tests/*.c)) \
	  $(patsubst tests/preload/%.c,$(obj)/tests/%.so,$(wildcard tests/preload/*.c))
units	= $(patsubst tests/unit/%.c,$(obj)/unit/%,$(wildcard tests/unit/*.c))
fuzzers	= $(patsubst tests/fuzz/%.c,$(obj)/fuzz/%,$(wildcard tests/fuzz/*.c))

all: $(libs) $(tools:%=$(bin)/%)
tests: all $(helpers) $(units)
fuzzers: $(fuzzers)

.SECONDEXPANSION:
$(bin)/%: $(obj)/cmd/%/$$*.o $$(call nouns,$$*) $(libs) | $$(@D)/
	$(link) -o $@ $^ $(libs.$*) $(LDLIBS)
$(obj)/tests/%: $(obj)/tests/%.o $(libs)
	$(link) -o $@ $^ $(libs.$*) $(LDLIBS)
$(obj)/tests/%.so: tests/preload/%.c Makefile | $$(@D)/
	$(CC) -std=c11 -D_GNU_SOURCE $(WARN) $(CFLAGS) -fPIC -shared -o $@ $<
$(obj)/unit/%: $(obj)/tests/unit/%.o $$(call nouns,$$(firstword $$(subst _, ,$$*))) $(libs) | $$(@D)/
	$(link) -o $@ $^ -lcmocka $(libs.$(firstword $(subst _, ,$*))) $(LDLIBS)
$(obj)/fuzz/%: $(obj)/tests/fuzz/%.o $$(call nouns,$$(firstword $$(subst _, ,$$*))) $(libs) | $$(@D)/
	$(link) -fsanitize=fuzzer -o $@ $^ $(libs.$(firstword $(subst _, ,$*))) $(LDLIBS)

$(obj)/libsml.a: $(call object,$(filter-out common/cli/%,$(call files,common)))
$(obj)/libsmlcli.a: $(call object,$(call files,common/cli))
$(libs): | $(obj)/
	rm -f $@
	$(AR) rcs $@ $^

$(obj)/%.o: %.c Makefile VERSION | $$(@D)/
	$(compile.c) -c -o $@ $<
$(obj)/%.o: %.cc Makefile VERSION | $$(@D)/
	$(compile.cc) -c -o $@ $<
%/:
	mkdir -p $@

# Tests wait most of the time; large ones take long, and come first.
check: tests
	SML_BIN=$(abspath $(bin)) CMOCKA_MESSAGE_OUTPUT=TAP prove -j4 $$(ls -S tests/*.t) $(units)

# The long forms, some hours: signals and kills by the hundred, 20,000 snapshots tampered with.
# A first pass of a quarter of an hour: SML_ROUNDS=3 SML_KILLS=5 SML_STOPS=5 SML_RUNS=1000 make torture
SML_ROUNDS ?= 100
SML_KILLS ?= 200
SML_STOPS ?= 100
SML_RUNS ?= 20000
torture: tests fuzz
	SML_BIN=$(abspath $(bin)) SML_TIMEOUT=14400 SML_ROUNDS=$(SML_ROUNDS) SML_KILLS=$(SML_KILLS) \
		SML_STOPS=$(SML_STOPS) CMOCKA_MESSAGE_OUTPUT=TAP prove --timer $(obj)/unit/smlrun_follow \
		tests/smlrun.t tests/smlrun_follow.t tests/smlrun_kafka.t tests/smlrun_shards.t tests/stop.t \
		tests/smlfeat_lmdb.t tests/smlkafka_consume.t tests/transactions.t
	for target in $(obj)/fuzz/$(obj)/fuzz/*_state $(obj)/fuzz/$(obj)/fuzz/snapshot; do \
		mkdir -p $(obj)/torture/$${target##*/} && \
			$$target -runs=$(SML_RUNS) -timeout=10 $(obj)/torture/$${target##*/} \
			$$(ls -d tests/fuzz/corpus/$${target##*/} 2>/dev/null) || exit 1; done

fuzz:
	$(MAKE) O=$(obj)/fuzz CC=clang CXX=clang++ SAN=fuzzer-no-link,address,undefined fuzzers

lint bench:
	scripts/$@

format:
	clang-format -i $(shell git ls-files '*.c' '*.cc' '*.h')

install: all
	install -d $(patsubst %,$(DESTDIR)%,$(BINDIR) $(BASHDIR) $(MANDIR)/man1 $(MANDIR)/man5 $(MANDIR)/man7)
	install -m 755 $(tools:%=$(bin)/%) $(DESTDIR)$(BINDIR)
	for page in man/*.[1-9]; do \
		install -m 644 $$page $(DESTDIR)$(MANDIR)/man$${page##*.} || exit 1; done
	for tool in $(tools); do \
		$(bin)/$$tool --completion >$(DESTDIR)$(BASHDIR)/$$tool || exit 1; done

uninstall:
	rm -f $(tools:%=$(DESTDIR)$(BINDIR)/%) $(tools:%=$(DESTDIR)$(BASHDIR)/%)
	for page in man/*.[1-9]; do rm -f $(DESTDIR)$(MANDIR)/man$${page##*.}/$${page#man/}; done

dist: | $(obj)/
	git archive --prefix=sml-$(VERSION)/ -o $(obj)/sml-$(VERSION).tar.gz HEAD

clean:
	rm -rf $(bin) $(obj)

.PHONY: all tests fuzzers check torture fuzz lint bench format install uninstall dist clean
.SECONDARY:
.DELETE_ON_ERROR:
-include $(shell find $(obj) -name '*.d' 2>/dev/null)
