"""A database from before documents had files keeps its texts when it is migrated, and says what it does not have."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command

from registry.core.db import WRITES, make_engine
from registry.migrations.run import _tables_may_be_replaced, alembic_config, upgrade
from registry.migrations.schema import is_current

HASH = "ab" * 32


def migrate(engine, revision, step=command.upgrade):
    config = alembic_config()
    with (
        engine.execution_options(**{WRITES: True}).connect() as connection,
        _tables_may_be_replaced(connection),
        connection.begin(),
    ):
        config.attributes["connection"] = connection
        step(config, revision)


def rows(engine, statement):
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.text(statement)).mappings()]


def with_a_text(url):
    engine = make_engine(url)
    migrate(engine, "0005")
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        table = sa.Table("agreement", sa.MetaData(), autoload_with=connection)
        given = {
            column.name: 1 if isinstance(column.type, sa.Integer) else "x"
            for column in table.columns
            if not column.nullable
        }
        now = sa.func.current_timestamp()
        given |= {"registered_at": now, "revised_at": now, "notes": [], "access": "public"}
        if connection.dialect.name == "sqlite":
            given["notes"] = "[]"
        connection.execute(table.insert().values(given))
        document = sa.Table("document", sa.MetaData(), autoload_with=connection)
        connection.execute(
            document.insert().values(
                id=7,
                agreement_id=1,
                language="ru",
                role="unofficial_text",
                file_name="a.ru.txt",
                sha256=HASH,
                size=12,
                added_at=now,
            )
        )
        article = sa.Table("article", sa.MetaData(), autoload_with=connection)
        for position, words in enumerate(("Статья 1", "Статья 22")):
            named = dict.fromkeys(("label", "heading", "part"), "")
            connection.execute(
                article.insert().values(
                    document_id=7, position=position, kind="article", anchor=f"a{position}", text=words, **named
                )
            )
    return engine


def test_texts_from_before_stay_with_their_articles_and_say_that_their_bytes_are_not_kept(databases):
    engine = with_a_text(databases.new("before"))
    upgrade(engine)
    assert is_current(engine)
    (document,) = rows(engine, "SELECT * FROM document")
    assert (document["id"], document["sha256"], bool(document["kept"])) == (7, HASH, False)
    assert (document["version"], document["superseded_at"], document["method"]) == (1, None, "text")
    assert document["text_length"] == len("Статья 1") + len("Статья 22")
    assert [row["text"] for row in rows(engine, "SELECT text FROM article ORDER BY position")] == [
        "Статья 1",
        "Статья 22",
    ]
    assert rows(engine, "SELECT * FROM extraction") == []
    migrate(engine, "0005", command.downgrade)
    assert len(rows(engine, "SELECT * FROM article")) == 2
    engine.dispose()


def test_references_are_watched_again_after_a_migration(databases):
    engine = make_engine(databases.new("watched"))
    upgrade(engine)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()
