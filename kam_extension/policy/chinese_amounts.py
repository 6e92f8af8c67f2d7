"""Amounts of money in the capital numerals of Chinese vouchers (大写金额), as on the application form (S4 2.3)."""

from decimal import ROUND_HALF_UP, Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("仟", "佰", "拾", "")
_SECTIONS = ("", "万", "亿", "万亿")
_LIMIT = Decimal(10) ** 16


def in_chinese(amount: Decimal) -> str:
	"""`amount` in yuan, jiao and fen, rounded to the fen: 1680.32 → 壹仟陆佰捌拾元叁角贰分.

	Raises `ValueError` from ten thousand million million yuan on, which have no usual name.
	"""
	fen = abs(amount).quantize(Decimal("0.01"), ROUND_HALF_UP)
	if fen >= _LIMIT:
		raise ValueError("the amount is too large to be written in words")
	yuan, cents = divmod(int(fen * 100), 100)
	sign = "负" if amount < 0 and fen else ""
	return sign + (_yuan(yuan) + "元" if yuan or not cents else "") + _cents(cents, has_yuan=yuan > 0)


def _yuan(number: int) -> str:
	if not number:
		return _DIGITS[0]
	text, skipped = "", False
	for position in range(len(_SECTIONS) - 1, -1, -1):
		section = number // 10_000**position % 10_000
		if not section:
			skipped = bool(text)
			continue
		if text and (skipped or section < 1000):
			text += _DIGITS[0]
		text += _section(section) + _SECTIONS[position]
		skipped = False
	return text


def _section(number: int) -> str:
	"""A number below 10,000; a gap between two digits is one zero."""
	text, skipped = "", False
	for digit, place in zip(f"{number:04d}", _PLACES, strict=True):
		if digit == "0":
			skipped = bool(text)
			continue
		text += (_DIGITS[0] if skipped else "") + _DIGITS[int(digit)] + place
		skipped = False
	return text


def _cents(cents: int, has_yuan: bool) -> str:
	jiao, fen = divmod(cents, 10)
	if not cents:
		return "整"
	if not fen:
		return f"{_DIGITS[jiao]}角整"
	gap = _DIGITS[0] if has_yuan else ""
	return (f"{_DIGITS[jiao]}角" if jiao else gap) + f"{_DIGITS[fen]}分"
