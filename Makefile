# Entry points. The scripts in scripts/ do the work and document it.
.PHONY: serve build dev cluster test test-full test-webkit conformance check fuzz chaos chaos-nodes simulate bench-page bench-nodes bench-disk tools

serve: build  # build everything, then run the server at http://127.0.0.1:8000
	@exec target/release/yodel serve

build:        # build target/release/yodel with the page embedded, and the page bundle in dist/
	@scripts/tools
	@scripts/build

dev:          # run the page with live reload at http://127.0.0.1:8080, and a server for its /ws
	@scripts/tools
	@scripts/dev

cluster: build  # run three nodes with HAProxy and Redis at http://127.0.0.1:8000, and print what to try; PORT=8080 selects another port
	@PORT=$(PORT) exec scripts/cluster

test:         # run all checks and tests
	@scripts/tools test
	@scripts/test

test-full:    # run all tests in both browsers, axe in every theme and size, WebKit, and all cases of Autobahn (before a release)
	@scripts/tools test
	@scripts/browser webkit
	@scripts/test full

test-webkit: build  # test the page in WebKitGTK
	@scripts/browser webkit
	@cargo test --locked --package yodel-tests --test release webkit:: -- --ignored

conformance: build  # run all cases of the Autobahn test suite, with and without compression (about 15 minutes)
	@scripts/autobahn
	@scripts/conformance

check:        # run the quick checks: formatting and lints
	@scripts/tools
	@cargo fmt --all --check
	@scripts/lint

fuzz:         # fuzz each target for one minute; TIME=600 for ten minutes
	@scripts/fuzz $(TIME)

chaos:        # run the chaos test for TIME=600 seconds; SEED=7 selects other network faults
	@CHAOS_SECONDS=$(or $(TIME),600) CHAOS_SEED=$(or $(SEED),4) cargo test --locked -p yodel-tests --test server chaos:: -- --nocapture

chaos-nodes: build  # run the chaos test of three nodes and Redis for TIME=600 seconds, then failovers for as long; SEED=7 selects other faults
	@scripts/deployment
	@CHAOS_SECONDS=$(or $(TIME),600) CHAOS_SEED=$(or $(SEED),4) cargo test --locked -p yodel-tests --test backplane chaos:: -- --nocapture --include-ignored --test-threads 1

simulate:     # simulate nodes, store or disk, network and clients with SEEDS=10000 random seeds, from BASE=7 on; STORE=disk or STORE=shared selects one
	@SEEDS=$(or $(SEEDS),10000) $(if $(BASE),BASE=$(BASE)) $(if $(STORE),STORE=$(STORE)) cargo test --locked --profile simulate -p yodel-tests --test simulation every_seed -- --nocapture

bench-page: build  # benchmark the page against a tutorial's page in Chromium (about 8 minutes, on an idle machine); ROUNDS=5 reduces noise
	@scripts/browser
	@scripts/jquery
	@cargo bench --locked --profile dev --package yodel-tests --bench page

bench-nodes: build  # benchmark three nodes with Redis beside one without (about 10 minutes, on an idle machine); ROUNDS=5 reduces noise
	@cargo bench --locked --profile dev --package yodel-tests --bench backplane -- latency delivery_cost many_rooms

bench-disk: build  # benchmark rooms on a disk beside rooms in memory (about 3 minutes, on an idle machine); ROUNDS=5 reduces noise
	@cargo bench --locked --profile dev --package yodel-tests --bench backplane -- publish_cost disk_growth

tools:        # install the tools for building and testing
	@scripts/tools all
