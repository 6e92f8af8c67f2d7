"""The small book as ERPNext exports it: other files, headers, formats, with child rows and blank or repeated parents."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from tests.unit.replay_book import FILES

Rows = list[list[str]]
ALL = 99
NAMED = {
	"customers": {"customer": "name", "customer_name": "customer_name"},
	"key_accounts": {},
	"items": {},
	"orders": {
		"order": "name", "order_date": "transaction_date", "other_costs": "kam_other_costs", "net_total": "base_net_total",
		"grand_total": "base_grand_total", "state": "docstatus",
	},
	"order_lines": {"row": "idx", "quantity": "qty", "rate": "base_net_rate", "amount": "base_net_amount"},
	"invoices": {"invoice": "name", "net_total": "base_net_total", "grand_total": "base_grand_total"},
	"payments": {"payment": "name", "customer": "party", "kind": "payment_type", "amount": "paid_amount"},
	"payment_references": {
		"document_type": "reference_doctype", "document": "reference_name", "amount": "allocated_amount",
	},
	"rebate_agreements": {"agreement": "name"},
}  # fmt: skip
ENGLISH = {
	"name": "ID", "customer_name": "Customer Name", "customer": "Customer", "account_class": "Class", "tier": "Tier",
	"strategic_influence": "Strategic Influence", "item_code": "Item Code", "cost": "Cost", "base_price": "Base Price",
	"transaction_date": "Date", "kam_other_costs": "Other Costs", "base_net_total": "Net Total (Company Currency)",
	"base_grand_total": "Grand Total (Company Currency)", "docstatus": "Document Status", "idx": "No.", "qty": "Quantity",
	"base_net_rate": "Net Rate (Company Currency)", "base_net_amount": "Net Amount (Company Currency)",
	"posting_date": "Posting Date", "due_date": "Payment Due Date", "return_against": "Return Against",
	"sales_order": "Sales Order", "party": "Party", "payment_type": "Payment Type", "paid_amount": "Paid Amount",
	"reference_doctype": "Type", "reference_name": "Name", "allocated_amount": "Allocated", "valid_from": "Valid From",
	"valid_to": "Valid To", "rate_source": "Rate Source", "special_rate": "Special Rate",
}  # fmt: skip
CHINESE = {
	"name": "ID", "customer_name": "客户名称", "customer": "客户", "account_class": "客户类别", "tier": "等级",
	"strategic_influence": "战略影响", "item_code": "物料代码", "cost": "成本", "base_price": "基准价", "transaction_date": "日期",
	"kam_other_costs": "其他费用", "base_net_total": "总净金额（公司货币）", "base_grand_total": "总计（公司货币）",
	"docstatus": "文档状态", "idx": "行", "qty": "数量", "base_net_rate": "净单价（公司货币）",
	"base_net_amount": "净金额（公司货币）", "posting_date": "记帐日期", "due_date": "付款到期日", "return_against": "退货依据",
	"sales_order": "销售订单", "party": "往来单位", "payment_type": "付款类型", "paid_amount": "已付金额",
	"reference_doctype": "类型", "reference_name": "名称", "allocated_amount": "已分配", "valid_from": "有效期自",
	"valid_to": "有效期至", "rate_source": "返点率来源", "special_rate": "专项返点率",
}  # fmt: skip
CHINESE_VALUES = {
	"Major": "大客户", "Ordinary": "普通客户", "Submitted": "已提交", "Draft": "草案", "Receive": "收款", "Pay": "支付",
	"Sales Order": "销售订单", "Sales Invoice": "销售费用清单", "Policy Ladder": "政策返点标准", "Special": "专项返点",
}  # fmt: skip
DOCSTATUS = {"Submitted": "1", "Draft": "0"}
CHILDREN = {"orders": "order_lines", "payments": "payment_references"}
DOCTYPES = {
	"customers": "Customer", "key_accounts": "Key Account", "items": "Item", "orders": "Sales Order",
	"invoices": "Sales Invoice", "payments": "Payment Entry", "rebate_agreements": "Rebate Agreement",
}  # fmt: skip
CHINESE_DOCTYPES = {
	"customers": "客户", "key_accounts": "大客户", "items": "物料", "orders": "销售订单", "invoices": "销售费用清单",
	"payments": "付款凭证", "rebate_agreements": "返点协议",
}  # fmt: skip
CHILD_DOCTYPES = {"orders": "Sales Order Item", "payments": "Payment Entry Reference"}
CHINESE_TABLES = {"orders": "物料", "payments": "付款参考"}


def table_of(stem: str) -> Rows:
	"""Header and rows of a file of the small book."""
	lines = [line.strip() for line in FILES[f"{stem}.csv"].strip().splitlines()]
	return list(csv.reader(lines))


def nested(
	stem: str,
	labels: Mapping[str, str],
	child_label: str,
	repeat: int,
	values: Mapping[str, str],
) -> Rows:
	"""The rows of a file as one export with child rows; `repeat` of the parent's cells are repeated, the others blank."""
	header, *rows = _renamed(stem, labels, values)
	if stem not in CHILDREN:
		return [header, *rows]
	child_header, *child_rows = _renamed(CHILDREN[stem], labels, values)
	found = [[*header, *(f"{name} ({child_label})" for name in child_header[1:])]]
	for row in rows:
		own = [cells[1:] for cells in child_rows if cells[0] == row[0]] or [[""] * (len(child_header) - 1)]
		for place, cells in enumerate(own):
			shown = len(row) if place == 0 else repeat
			found.append([*row[:shown], *[""] * (len(row) - shown), *cells])
	return found


def _renamed(stem: str, labels: Mapping[str, str], values: Mapping[str, str]) -> Rows:
	header, *rows = table_of(stem)
	names = [NAMED[stem].get(name, name) for name in header]
	return [
		[labels.get(name, name) for name in names],
		*([values.get(cell, cell) for cell in row] for row in rows),
	]


def as_report_view(directory: Path) -> None:
	"""Report views: XLSX, English labels, a running number, repeated parents, docstatus as a number."""
	for stem, doctype in DOCTYPES.items():
		header, *rows = nested(stem, ENGLISH, CHILD_DOCTYPES.get(stem, ""), ALL, DOCSTATUS)
		numbered = [["Sr", *header], *([str(number), *row] for number, row in enumerate(rows, start=1))]
		write_workbook(directory / f"{doctype}.xlsx", numbered)


def as_chinese_exports(directory: Path) -> None:
	"""Exports of the Data Import tool: GB18030, semicolons, Chinese labels and values, blank parents."""
	for stem, doctype in CHINESE_DOCTYPES.items():
		rows = nested(stem, CHINESE, CHINESE_TABLES.get(stem, ""), 0, CHINESE_VALUES)
		write_text(directory / f"{doctype}.csv", rows, "gb18030", ";")


def as_field_names(directory: Path) -> None:
	"""Field names instead of labels, tabs, thousands with commas, a byte order mark, a column more, only the name repeated."""
	for stem, doctype in DOCTYPES.items():
		header, *rows = nested(stem, {}, "items" if stem == "orders" else "references", 1, {})
		rows = [[_with_commas(cell) for cell in row] for row in rows]
		wider = [[*header, "owner"], *([*row, "somebody"] for row in rows)]
		write_text(directory / f"{doctype} 2026.tsv", wider, "utf-8-sig", "\t")


def as_data_export(directory: Path) -> None:
	"""Frappe's Data Export: rows about the columns, names in quotes, days as 31-12-2026, blank parents."""
	for stem, doctype in DOCTYPES.items():
		header, *rows = _renamed(stem, {}, {})
		children = _renamed(CHILDREN[stem], {}, {}) if stem in CHILDREN else [[]]
		name, fields = CHILD_DOCTYPES.get(stem, ""), children[0][1:]
		wide = len(header) + (1 + len(fields) if fields else 0)
		sections = [
			"DocType:",
			doctype,
			*[""] * (len(header) - 1),
			*(["~", name, *[""] * (len(fields) - 1)] if fields else []),
		]
		names = ["Column Name:", *header, *(["~", *fields] if fields else [])]
		found = [[""], sections, ["Column Labels:", *[""] * wide], names, ["Mandatory:", *["No"] * wide]]
		found.append(["Start entering data below this line"])
		for row in rows:
			own = [cells[1:] for cells in children[1:] if cells[0] == row[0]] or [[""] * len(fields)]
			for place, cells in enumerate(own):
				parent = [f'"{row[0]}"', *map(_day_first, row[1:])] if place == 0 else [""] * len(row)
				found.append(["", *parent, *(["", *cells] if fields else [])])
		write_text(directory / f"{doctype}.csv", found)


def as_parquet(directory: Path) -> None:
	"""The book's own tables as Parquet, with numbers and dates of their types."""
	import duckdb

	for name, text in FILES.items():
		source = directory / name
		source.write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n", "utf-8")
		duckdb.execute(f"COPY (FROM read_csv('{source}')) TO '{source.with_suffix('.parquet')}'")
		source.unlink()


def as_parts(directory: Path) -> None:
	"""The book's own files, the orders and their rows in two parts each."""
	for name in FILES:
		stem = name.removesuffix(".csv")
		header, *rows = table_of(stem)
		middle = len(rows) // 2 if stem in ("orders", "order_lines") else len(rows)
		write_text(directory / f"{stem} (1).csv", [header, *rows[:middle]])
		if rows[middle:]:
			write_text(directory / f"{stem} (2).csv", [header, *rows[middle:]])


EXPORTS: dict[str, Callable[[Path], None]] = {
	"report view": as_report_view,
	"Chinese exports": as_chinese_exports,
	"field names": as_field_names,
	"Data Export": as_data_export,
	"Parquet": as_parquet,
	"parts": as_parts,
}


def write_text(
	path: Path, rows: Iterable[Sequence[str]], encoding: str = "utf-8", separator: str = ","
) -> None:
	text = io.StringIO()
	csv.writer(text, delimiter=separator).writerows(rows)
	path.write_bytes(text.getvalue().encode(encoding))


def write_workbook(path: Path, rows: Iterable[Sequence[str]]) -> None:
	"""Numbers as numbers, ISO dates as dates; an empty sheet before the one with the rows."""
	from openpyxl import Workbook

	workbook = Workbook()
	sheet = workbook.create_sheet("Export")
	for row in rows:
		sheet.append([_typed(cell) for cell in row])
	workbook.save(path)


def _typed(cell: str):
	from datetime import datetime

	try:
		return float(cell)
	except ValueError:
		pass
	try:
		return datetime.fromisoformat(cell)
	except ValueError:
		return cell or None


def _with_commas(cell: str) -> str:
	try:
		return f"{float(cell):,.2f}" if "." in cell else cell
	except ValueError:
		return cell


def _day_first(cell: str) -> str:
	year, _dash, rest = cell.partition("-")
	return "-".join(reversed(cell.split("-"))) if len(year) == 4 and rest.count("-") == 1 else cell
