"""Commands of `bench --site X …`."""

from kam_extension.commands.demo import kam_demo
from kam_extension.commands.policy import kam_policy

commands = [kam_demo, kam_policy]
