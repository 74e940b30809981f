# Every target is one script in dev/; each of them says what it does.
.DEFAULT_GOAL := help
.PHONY: help demo stop clean test lint format bench docs

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

demo: ## Odoo 19 with the module, demo data and a mail sink, in the browser
	@dev/demo start

stop: ## stop the demo and the private PostgreSQL cluster
	@dev/demo stop
	@dev/pg stop-if-idle

clean: ## stop, and remove the databases and everything that was cached
	@dev/clean

test: ## lint and all tests
	@dev/check

lint: ## style and known mistakes; changes nothing
	@dev/lint

format: ## mend what can be mended automatically
	@dev/format

bench: ## measurements, see bench/
	@if [ -x bench/run ]; then bench/run; else echo "no bench/run yet"; fi

docs: ## regenerate what is generated: README.rst, the terms to translate
	@dev/gen_readme.py
	@dev/makepot
