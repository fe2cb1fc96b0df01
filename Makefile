# Each line is all there is to it; the scripts say what they do.
.PHONY: serve build dev test conformance check fuzz chaos bench-page tools

serve: build  # everything from nothing, then the server at http://127.0.0.1:8000
	@exec target/release/yodel serve

build:        # target/release/yodel with the page inside, and the bundle in dist/
	@scripts/tools
	@scripts/build

dev:          # the page with live reload at http://127.0.0.1:8080, beside a server for its /ws
	@scripts/tools
	@scripts/dev

test:         # everything that can be proved
	@scripts/tools test
	@scripts/test

conformance: build  # the Autobahn test suite, every case, with and without compression (about 15 minutes)
	@scripts/autobahn
	@scripts/conformance

check:        # what is proved quickly
	@scripts/tools
	@cargo fmt --all --check
	@scripts/lint

fuzz:         # input that breaks the server, looked for a minute a target; TIME=600 for ten
	@scripts/fuzz $(TIME)

chaos:        # fifty clients and a bad network, for TIME=600 seconds; SEED=7 for another network
	@CHAOS_SECONDS=$(or $(TIME),600) CHAOS_SEED=$(or $(SEED),4) cargo test --locked -p yodel-tests --test server chaos:: -- --nocapture

bench-page: build  # the page in Chromium beside a tutorial's, as ratios (about 8 minutes, on a quiet machine); ROUNDS=5 for less noise
	@scripts/browser
	@scripts/jquery
	@cargo bench --locked --profile dev --package yodel-tests --bench page

tools:        # what building and testing need, for trunk and wasm-pack by hand
	@scripts/tools test
