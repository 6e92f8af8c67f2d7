"""Capital numerals of Chinese vouchers."""

from decimal import Decimal

import pytest

from kam_extension.policy.chinese_amounts import in_chinese


@pytest.mark.parametrize(
	("amount", "words"),
	[
		("0", "零元整"),
		("20", "贰拾元整"),
		("10.05", "壹拾元零伍分"),
		("10.50", "壹拾元伍角整"),
		("0.05", "伍分"),
		("0.56", "伍角陆分"),
		("107", "壹佰零柒元整"),
		("1680.32", "壹仟陆佰捌拾元叁角贰分"),
		("10005", "壹万零伍元整"),
		("60107000.53", "陆仟零壹拾万柒仟元伍角叁分"),
		("100000000", "壹亿元整"),
		("100000001", "壹亿零壹元整"),
		("1000100000", "壹拾亿零壹拾万元整"),
		("-1400", "负壹仟肆佰元整"),
		("-0.001", "零元整"),
		("2.675", "贰元陆角捌分"),
	],
)
def test_amount_in_words(amount, words):
	assert in_chinese(Decimal(amount)) == words


def test_what_has_no_name_is_refused():
	assert in_chinese(Decimal("9999999999999999")).startswith("玖仟玖佰玖拾玖万亿")
	with pytest.raises(ValueError, match="too large"):
		in_chinese(Decimal(10) ** 16)
