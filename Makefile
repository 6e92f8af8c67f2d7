PYTHON ?= python3

.PHONY: help test lint unit site ui run bench erpnext-tests

help:
	@echo "make test    every test that this machine can run (K=expression picks tests)"
	@echo "make lint    ruff, prettier and eslint"
	@echo "make unit    tests that need no Frappe"
	@echo "make site    tests on a real ERPNext site (needs a bench)"
	@echo "make ui      tests in a real browser (needs a bench with a built desk, and Chromium)"
	@echo "make run     start the app with demo data"
	@echo "make bench   benchmarks, one JSON object a line"
	@echo "make erpnext-tests   ERPNext's own tests with and without the app (MODULES=quotation,customer picks some)"

test lint unit site ui run bench erpnext-tests:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.10 or newer is needed" if sys.version_info < (3, 10) else 0)'
	@$(PYTHON) -m harness $@
