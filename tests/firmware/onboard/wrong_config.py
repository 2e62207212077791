"""What is said of values in ``config.py``: a file of JSON with [field, value] each; null where it is taken."""

import json
import sys

from repfw import Record, settings


def said_of(name, value):
    config = Record()
    setattr(config, name, value)
    try:
        settings.read(config)
    except settings.ConfigError as error:
        return str(error)
    return None


with open(sys.argv[1]) as file:
    print(json.dumps([said_of(name, value) for name, value in json.load(file)]))
