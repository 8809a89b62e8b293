"""Applications for tests, which share what costs most to make."""

from __future__ import annotations

from jinja2 import BytecodeCache
from werkzeug.routing import Rule

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
_BUILDERS = {}
_compile_builder = Rule._compile_builder


def _builder_compiled_before(rule, append_unknown):
    """Compile the function that makes addresses of a rule once a run; it depends on nothing but what stands here."""
    key = (rule.rule, tuple(rule._trace), tuple((rule.defaults or {}).items()), append_unknown)
    if key not in _BUILDERS:
        _BUILDERS[key] = _compile_builder(rule, append_unknown)
    return _BUILDERS[key]


# Nine tenths of the time that an application takes to make went into these functions.
Rule._compile_builder = _builder_compiled_before


def application(settings=None, clock=None):
    """Make the application of `create_app`, with the compiled templates of those before it."""
    made = create_app(settings, clock)
    made.jinja_env.bytecode_cache = _TEMPLATES
    return made
