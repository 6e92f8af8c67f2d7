/* Scorecard metrics by code: what people call them, and what they are measured in. */
frappe.provide("kam_extension");

{
	const MONEY = "money";
	const PERCENT = "percent";
	const DAYS = "days";
	const NUMBER = "number";

	/** Metric code → [name, unit]; a function, because the reader's language is known only when a form opens. */
	kam_extension.metrics = () => ({
		contract_amount: [__("Contract Amount"), MONEY],
		collected: [__("Collected"), MONEY],
		revenue: [__("Revenue"), MONEY],
		revenue_growth: [__("Revenue Growth"), PERCENT],
		gross_margin: [__("Gross Margin"), PERCENT],
		receivable_balance: [__("Receivable Balance"), MONEY],
		overdue_days_max: [__("Most Days Overdue"), DAYS],
		on_time_payment_share: [__("Paid on Time"), PERCENT],
		price_premium: [__("Price Premium"), PERCENT],
		order_count: [__("Orders"), NUMBER],
		tenure_months: [__("Months as Customer"), NUMBER],
		complaint_count: [__("Complaints"), NUMBER],
		satisfaction: [__("Satisfaction"), PERCENT],
		strategic_influence: [__("Strategic Influence"), NUMBER],
	});

	/** Metrics of which less is better, as a rule. */
	kam_extension.metrics_to_keep_low = ["receivable_balance", "overdue_days_max", "complaint_count"];

	/** A threshold with its unit: 5,000,000 or 10 % or 15 days. */
	kam_extension.metric_text = function (metric, value) {
		const unit = kam_extension.metrics()[metric]?.[1] || NUMBER;
		const number = format_number(value, null, Number.isInteger(flt(value)) ? 0 : 2);
		if (unit === PERCENT) return `${number} %`;
		return unit === DAYS ? __("{0} days", [number]) : number;
	};
}
