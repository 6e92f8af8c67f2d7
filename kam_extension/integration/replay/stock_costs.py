"""Costs of what was sold, by the sources of any policy (R24, R62).

Valuation rates, last purchase rates and bills of materials are those of today: the site keeps no history of them.
Where an order was judged on its day, its record has the cost of that day (`records.py`).
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from kam_extension.integration.documents.bundles import Stock
from kam_extension.integration.documents.costs import CostQuestion, read_source
from kam_extension.integration.documents.list_prices import STOCK_UNIT, ListPrices
from kam_extension.policy.codes import CostSource
from kam_extension.policy.money import ZERO
from kam_extension.policy.terms import PolicyTerms


class StockCosts:
	"""What each source knows of each stock, read once; grows with the items that were sold, not with the orders."""

	def __init__(self, company: str, sources: Iterable[str]):
		self.company = company
		self._known: dict[str, dict[Stock, Decimal]] = {
			source: {} for source in sources if source != CostSource.COST_PRICE_LIST
		}

	def learn(self, stocks: set[Stock]) -> None:
		"""Read what is not known yet of simple stocks. One query for each source."""
		for source, known in self._known.items():
			missing = stocks - known.keys()
			if missing:
				question = CostQuestion(missing, PolicyTerms(), self.company, ListPrices((), self.company))
				known.update(dict.fromkeys(missing, ZERO) | read_source(source, question))

	def costs(
		self, stocks: Iterable[Stock], terms: PolicyTerms, prices: ListPrices
	) -> Mapping[Stock, Decimal]:
		"""Costs per stock unit of simple stocks by the policy's sources in their order; unknown ones are left out."""
		found = {stock: self._cost(stock, terms, prices) for stock in stocks}
		return {stock: cost for stock, cost in found.items() if cost}

	def _cost(self, stock: Stock, terms: PolicyTerms, prices: ListPrices) -> Decimal:
		for source in terms.cost_sources:
			if source == CostSource.COST_PRICE_LIST:
				cost = prices.rate(terms.cost_price_list, stock[0], STOCK_UNIT, Decimal(1))
			else:
				cost = self._known[source].get(stock)
			if cost and cost > 0:
				return cost
		return ZERO
