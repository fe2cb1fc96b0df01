# Each line is all there is to it; the scripts say what they do.
export PATH := $(CURDIR)/.tools/bin:$(PATH)

.PHONY: serve build dev test check tools clean

serve: build            ## Everything from nothing: the server at http://127.0.0.1:8000
	@exec target/release/yodel serve

build:                  ## target/release/yodel with the page inside, and the bundle in dist/
	@scripts/tools
	@scripts/build

dev:                    ## The page with live reload at http://127.0.0.1:8080, its server beside it
	@scripts/tools
	@scripts/dev

test:                   ## Everything that can be proved
	@scripts/tools test
	@scripts/test

check:                  ## What is quick: formatting and lints
	@scripts/tools
	@scripts/check

tools:                  ## What building and testing need, also by hand
	@scripts/tools test

clean:
	@rm -rf target dist
