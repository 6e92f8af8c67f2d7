import sys

from kam_extension.replay.command_line import main

# Processes that share the work import this module too.
arguments = sys.argv[1:]
if __name__ == "__main__":
	sys.exit(main(arguments if arguments[:1] == ["replay"] else ["replay", *arguments]))
