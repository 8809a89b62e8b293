"""Applications for tests, which share what costs most to make."""

from __future__ import annotations

from jinja2 import BytecodeCache

from registry.app import create_app


class _Templates(BytecodeCache):
    """Templates compiled once a run: each test makes an application, and compiling took most of its time."""

    def __init__(self):
        self.compiled = {}

    def load_bytecode(self, bucket):
        if bucket.key in self.compiled:
            bucket.bytecode_from_string(self.compiled[bucket.key])

    def dump_bytecode(self, bucket):
        self.compiled[bucket.key] = bucket.bytecode_to_string()


_TEMPLATES = _Templates()


def application(settings, clock=None):
    """Make the application of `create_app`, with the compiled templates of those before it."""
    made = create_app(settings, clock)
    made.jinja_env.bytecode_cache = _TEMPLATES
    return made
