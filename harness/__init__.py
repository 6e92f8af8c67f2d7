"""What the Makefile runs: `python3 -m harness PART`. Standard library only, no Frappe.

bench.py      finds a bench with ERPNext          python_tools.py  the project's own .venv, the bench's test packages
servers.py    MariaDB and Redis                   node_tools.py    prettier and eslint
database.py   databases and their dumps           parts.py         lint, unit, site and ui tests
stage.py      a sites folder of our own           demo.py          make run
sites.py      sites on a stage                    benchmarks.py    make bench
assets.py     the desk's built JavaScript         inside.py        runs in the bench's Python
erpnext_tests/  make erpnext-tests
"""
