"""The blueprint to which every view adds itself."""

from flask import Blueprint

blueprint = Blueprint("web", __name__)
