import sys

from kam_extension.replay.command_line import main

arguments = sys.argv[1:]
sys.exit(main(arguments if arguments[:1] == ["replay"] else ["replay", *arguments]))
