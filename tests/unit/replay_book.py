"""A book small enough to be worked by hand, written as files."""

import json
from pathlib import Path

BOOK = {"as_of_date": "2026-06-30", "title": "Small book", "company": {"currency": "CNY"}}
FILES = {
	"customers.csv": """
		customer,customer_name
		K1,Alpha
		K2,"Beta <b>& Co"
		C1,Gamma
	""",
	"key_accounts.csv": """
		customer,account_class,tier,strategic_influence
		K1,Major,A,4
		K2,Ordinary,,3
	""",
	"items.csv": """
		item_code,cost,base_price
		SPC,70.00,98.00
		MAT,10.00,
	""",
	"orders.csv": """
		order,customer,order_date,other_costs,net_total,grand_total,state
		O1,K1,2024-05-02,,854000.00,965020.00,Submitted
		O2,K1,2026-05-02,,853900.00,964907.00,Submitted
		O3,K2,2026-06-01,0.00,980.00,980.00,Submitted
		O4,K2,2026-06-02,0.00,979.90,979.90,Submitted
		O5,K2,2026-06-03,0.00,20.00,20.00,Submitted
		O6,C1,2026-06-03,0.00,1.00,1.00,Submitted
		O7,K1,2026-06-30,0.00,1.00,1.00,Draft
		O8,K1,2026-07-01,0.00,1.00,1.00,Submitted
	""",
	"order_lines.csv": """
		order,row,item_code,quantity,rate,amount
		O1,1,SPC,10000,85.40,854000.00
		O2,1,SPC,10000,85.39,853900.00
		O3,1,SPC,10,98.00,980.00
		O4,1,SPC,10,97.99,979.90
		O5,1,MAT,1,20.00,20.00
		O6,1,SPC,1,1.00,1.00
		O7,1,SPC,1,1.00,1.00
		O8,1,SPC,1,1.00,1.00
	""",
	"invoices.csv": """
		invoice,order,customer,posting_date,due_date,return_against,net_total,grand_total
		I1,O1,K1,2024-05-10,2024-06-09,,854000.00,965020.00
		I2,O2,K1,2026-05-10,2026-06-09,,853900.00,964907.00
		I3,O2,K1,2026-05-20,2026-05-20,I2,-85390.00,-96490.70
		I4,O3,K2,2026-06-02,2026-06-14,,980.00,980.00
		I5,O4,K2,2026-06-20,2026-07-20,,979.90,979.90
	""",
	"payments.csv": """
		payment,customer,posting_date,kind,amount
		P1,K1,2024-06-01,Receive,965020.00
		P2,K1,2026-05-05,Receive,100000.00
		P3,K1,2026-06-08,Receive,700000.00
		P4,K1,2026-06-20,Pay,10000.00
		P5,K1,2026-07-02,Receive,68416.30
	""",
	"payment_references.csv": """
		payment,document_type,document,amount
		P1,Sales Invoice,I1,965020.00
		P2,Sales Order,O2,100000.00
		P3,Sales Invoice,I2,700000.00
		P4,Sales Invoice,I3,-10000.00
		P5,Sales Invoice,I2,68416.30
	""",
	"rebate_agreements.csv": """
		agreement,customer,valid_from,valid_to,rate_source,special_rate,orders
		R1,K1,2024-01-01,2024-12-31,Policy Ladder,,
		R2,K1,2026-01-01,2026-12-31,Policy Ladder,,O2; O8
		R3,K2,2026-06-02,2026-06-30,Special,3,O5
	""",
}


def write_book(directory: Path, **changes: str) -> Path:
	"""Write the small book; `changes` maps a file's stem to its new text, or to None to leave it out."""
	directory.mkdir(parents=True, exist_ok=True)
	(directory / "book.json").write_text(json.dumps(BOOK), "utf-8")
	for name, text in {**FILES, **{f"{stem}.csv": text for stem, text in changes.items()}}.items():
		if text is not None:
			lines = [line.strip() for line in text.strip().splitlines()]
			(directory / name).write_text("\n".join(lines) + "\n", "utf-8")
	return directory


def with_line(stem: str, old: str, new: str) -> dict[str, str]:
	"""The change of one file in which `old` is replaced by `new`."""
	assert FILES[f"{stem}.csv"].count(old) == 1
	return {stem: FILES[f"{stem}.csv"].replace(old, new)}
