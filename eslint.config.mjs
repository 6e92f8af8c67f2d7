import js from "@eslint/js";
import globals from "globals";

// What the desk puts on window for every form script.
const desk = {
	frappe: "readonly",
	erpnext: "readonly",
	cur_frm: "readonly",
	__: "readonly",
	kam_extension: "readonly",
	format_number: "readonly",
	$: "readonly",
	flt: "readonly",
	cint: "readonly",
	cstr: "readonly",
	format_currency: "readonly",
	get_currency_symbol: "readonly",
	moment: "readonly",
	locals: "readonly",
};

export default [
	{ ignores: ["node_modules/", ".venv/", ".bench/", "output/"] },
	js.configs.recommended,
	{
		files: ["kam_extension/**/*.js"],
		languageOptions: { sourceType: "script", globals: { ...globals.browser, ...desk } },
		rules: { eqeqeq: "error", "prefer-const": "error", "no-var": "error" },
	},
];
