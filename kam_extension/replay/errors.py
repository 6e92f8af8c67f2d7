"""Bad input in one line: which file, which row, which column, what is wrong."""


class BadInput(Exception):
	"""Input that can't be replayed. `row` counts as a spreadsheet does: the header is row 1."""

	def __init__(self, file, problem: str, row: int | None = None, column: str | None = None):
		self.file, self.problem, self.row, self.column = str(file), problem, row, column
		super().__init__(str(self))

	def __str__(self) -> str:
		place = [self.file]
		if self.row is not None:
			place.append(f"row {self.row}")
		if self.column:
			place.append(f"column {self.column}")
		return f"{', '.join(place)}: {self.problem}"
