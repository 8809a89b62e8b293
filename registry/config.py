"""Typed settings, from `instance/settings.toml` and from environment variables `REGISTRY_*` (which win)."""

from __future__ import annotations

import os
import secrets
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from registry.core.errors import ConfigurationError
from registry.core.i18n import N_
from registry.core.mailboxes import is_sender

SETTINGS_FILE = "settings.toml"
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
_SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True)
class Settings:
    """All settings of one registry. Every field is `REGISTRY_<NAME>` in the environment."""

    instance: Path = field(default_factory=lambda: Path("instance").resolve())
    search_index: Path = field(default_factory=lambda: Path("search_index").resolve())
    database_url: str = ""
    secret_key: str = field(default="", repr=False)
    home_party: str = "KAZ"
    time_zone: str = "Asia/Almaty"
    public_read: bool = True
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 2
    trusted_proxy: str = ""
    rate_limit: str = "600 per minute"
    secure_cookies: bool = False
    documents_storage: str = ""
    documents_endpoint: str = ""
    max_upload: int = 50
    extract: bool = True
    clamd: str = ""
    smtp_host: str = ""
    smtp_port: int = 0
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_security: str = "starttls"
    mail_from: str = ""
    mail_language: str = "en"
    remind_days: str = "180,90,30,7"
    public_url: str = ""
    require_second_factor: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_name: str = "OpenID Connect"
    oidc_role_claim: str = "groups"
    oidc_roles: str = ""

    @property
    def effective_database_url(self) -> str:
        """Return the database's URL: the setting, or the SQLite file in the instance folder."""
        return self.database_url or f"sqlite:///{self.instance / 'registry.sqlite'}"

    @property
    def effective_smtp_port(self) -> int:
        """Return the port of the mail server: the setting, or the usual one for the kind of connection (RFC 8314)."""
        return self.smtp_port or _SMTP_PORTS[self.smtp_security]

    @property
    def most_bytes(self) -> int:
        """Return how many bytes a document may have."""
        return self.max_upload * 1024 * 1024


def load_settings(environ: dict[str, str] | None = None) -> Settings:
    """Read the settings.

    Returns the settings with absolute paths. Raises `ConfigurationError` for a name or value that cannot be
    used: a misspelt setting must not be ignored, since it may be the one that closes the registry.
    """
    env = dict(os.environ if environ is None else environ)
    given: dict[str, Any] = {}
    instance = Path(env.get("REGISTRY_INSTANCE", "instance")).resolve()
    known = {item.name: item for item in fields(Settings)}
    path = instance / SETTINGS_FILE
    if path.exists():
        try:
            from_file = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigurationError(N_("%(path)s cannot be read: %(reason)s"), path=path, reason=error) from error
        for name, value in from_file.items():
            if name not in known or name == "instance":
                raise ConfigurationError(N_("%(path)s: unknown setting “%(name)s”."), path=path, name=name)
            given[name] = value
    for name in known:
        if f"REGISTRY_{name.upper()}" in env:
            given[name] = env[f"REGISTRY_{name.upper()}"]
    given["instance"] = instance
    given.setdefault("search_index", "search_index")
    settings = Settings(**{name: _coerce(name, known[name].type, value) for name, value in given.items()})
    try:
        ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigurationError(
            N_("REGISTRY_TIME_ZONE: “%(value)s” is not a time zone."), value=settings.time_zone
        ) from error
    _check_mail(settings)
    _check_addresses(settings)
    return settings


def _check_mail(settings: Settings) -> None:
    """Refuse settings by which no e-mail could be sent, or the password of the mail server would be read on the way."""
    if not settings.smtp_host:
        return
    if settings.smtp_security not in _SMTP_PORTS:
        raise ConfigurationError(
            N_("REGISTRY_SMTP_SECURITY: “%(value)s” is none of starttls, tls, none."), value=settings.smtp_security
        )
    if not is_sender(settings.mail_from):
        raise ConfigurationError(
            N_("REGISTRY_MAIL_FROM: “%(value)s” is no address such as registry@example.org."), value=settings.mail_from
        )
    if settings.smtp_user and settings.smtp_security == "none":
        raise ConfigurationError(
            N_("A password is not sent over an open connection: set REGISTRY_SMTP_SECURITY to starttls or tls.")
        )


def _check_addresses(settings: Settings) -> None:
    """Refuse addresses of the web that nobody could reach, or by which passwords or tokens would go unencrypted."""
    for name in ("public_url", "oidc_issuer"):
        value = getattr(settings, name)
        parts = urlsplit(value)
        is_web = parts.scheme in {"http", "https"} and parts.hostname and not parts.query and not parts.fragment
        if value and not is_web:
            raise ConfigurationError(
                N_("REGISTRY_%(name)s: “%(value)s” is not an address such as https://registry.example.org."),
                name=name.upper(),
                value=value,
            )
    issuer = urlsplit(settings.oidc_issuer)
    if issuer.scheme == "http" and issuer.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise ConfigurationError(N_("REGISTRY_OIDC_ISSUER must begin with https://."))
    if settings.oidc_issuer and not (settings.oidc_client_id and settings.oidc_roles):
        raise ConfigurationError(N_("Sign-in at a provider needs REGISTRY_OIDC_CLIENT_ID and REGISTRY_OIDC_ROLES."))


def _coerce(name: str, kind: object, value: Any) -> Any:
    """Turn text from the environment into the type of the setting."""
    if kind == "Path":
        return Path(value).resolve()
    if kind == "bool":
        text = str(value).strip().lower()
        if text in _TRUE | _FALSE:
            return text in _TRUE
        raise ConfigurationError(
            N_("REGISTRY_%(name)s: “%(value)s” is neither true nor false."), name=name.upper(), value=value
        )
    if kind == "int":
        try:
            return int(value)
        except ValueError as error:
            raise ConfigurationError(
                N_("REGISTRY_%(name)s: “%(value)s” is not a whole number."), name=name.upper(), value=value
            ) from error
    return str(value)


def ensure_secret_key(settings: Settings) -> bool:
    """Write a new secret key to the instance's settings file unless there is one. Return whether one was made.

    The file is made readable by its owner only; the key never enters the version control.
    """
    if settings.secret_key:
        return False
    path = settings.instance / SETTINGS_FILE
    settings.instance.mkdir(parents=True, exist_ok=True)
    previous = (
        path.read_text(encoding="utf-8") if path.exists() else "# Settings of this registry; see docs/operations.md.\n"
    )
    temporary = path.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f'secret_key = "{secrets.token_urlsafe(48)}"\n{previous}')
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return True
