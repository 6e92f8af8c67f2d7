import sys

from kam_extension.replay.command_line import main

sys.exit(main())
