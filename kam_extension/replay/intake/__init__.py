"""Reads a book's files, as people export them, into typed tables of DuckDB (docs/export.md).

`files` finds them; `text_files`, `workbooks` and `parquet_files` yield rows; `headers` recognises columns, `records`
puts rows into tables, `loading` copies them into DuckDB; `scope` leaves out what doesn't count; `values` checks and
converts; `references` looks for what is named and not there; `finishing` derives what exports don't say.
"""
