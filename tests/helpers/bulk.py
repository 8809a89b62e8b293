"""Fills a registry with many records quickly: for measuring, where the import would take most of the time."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from itertools import islice

from sqlalchemy import insert, select, update

from registry.agreements.models import Agreement, Side, SideMember, Source, Subject, Title, agreement_subject
from registry.core.edtf import PartialDate
from registry.core.uow import Database
from registry.deadlines.models import AgreementDeadline
from registry.documents.models import Article, Document
from registry.documents.splitting import split
from registry.lifecycle.models import StatusPeriod
from registry.outbox.models import ChangeCounter, IndexChange
from registry.outbox.services import found_counter
from registry.parties.models import Party

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 1000


def fill(registry, rows, *, by_article=False):
    """Enter records of the shape of `tests.helpers.corpora.rows`; return (agreements, articles).

    With `by_article` every article becomes an agreement of its own.
    """
    agreements = articles = 0
    # A database without the duties of the registry: half of the time would go into revisions that nobody reads.
    with Database(registry.database.url, registry.clock).write("bulk") as uow:
        found_counter(uow.session)
        parties = _parties(uow.session)
        subject = _subject(uow.session)
        source = iter(_divided(rows) if by_article else ((row, None) for row in rows))
        while batch := list(islice(source, BATCH)):
            articles += _enter(uow.session, batch, agreements + 1, articles + 1, parties, subject)
            agreements += len(batch)
        uow.session.execute(update(ChangeCounter).values(last_change=ChangeCounter.last_change + 1))
    return agreements, articles


def _divided(rows):
    for row in rows:
        for piece in split(row["text"]):
            title = f"{row['title']}: {piece.label} {piece.heading}".strip()
            yield {**row, "title": title, "text": row["text"][piece.start : piece.end]}, piece


def _parties(session):
    for code, name in (("KAZ", "Kazakhstan"), ("BLR", "Belarus"), ("USA", "United States"), ("CHE", "Switzerland")):
        if session.scalar(select(Party.id).where(Party.code == code)) is None:
            session.add(Party(code=code, kind="state", names={"en": name}, long_names={"en": name}))
    session.flush()
    return list(session.scalars(select(Party.id).order_by(Party.id)))


def _subject(session):
    found = session.scalar(select(Subject.id).limit(1))
    if found is None:
        subject = Subject(code="trade", labels={"en": "Trade", "ru": "Торговля"}, synonyms={})
        session.add(subject)
        session.flush()
        found = subject.id
    return found


def _enter(session, batch, first, first_article, parties, subject):
    tables = {model: [] for model in (Agreement, Title, Side, SideMember, Source, StatusPeriod, Document, Article)}
    subjects, changes, deadlines = [], [], []
    article_id = first_article
    for key, (row, _) in enumerate(batch, start=first):
        signed = PartialDate.parse(row["signed_on"]) if row["signed_on"] else None
        tables[Agreement].append(_agreement(key, row, signed))
        language = row["language"] if len(row["language"] or "") == 2 else "en"
        tables[Title].extend(
            dict(agreement_id=key, language=language, text=text, status="as_cited")
            for text in (row["title"], *row["other_titles"])
        )
        for position in (1, 2):
            side = 2 * key + position
            tables[Side].append(
                dict(id=side, agreement_id=key, position=position, level="governments", certainty="reported")
            )
            party = parties[0] if position == 1 else parties[1 + key % (len(parties) - 1)]
            tables[SideMember].append(dict(side_id=side, position=1, party_id=party, name=None))
        tables[Source].append(dict(agreement_id=key, key="s1", position=1, kind="data_set", locator=row["id"]))
        tables[StatusPeriod].append(
            dict(
                agreement_id=key,
                from_on=date.min,
                to_on=date.max,
                status="unknown",
                reason="entry_into_force_not_known",
            )
        )
        subjects.append(dict(agreement_id=key, subject_id=subject))
        changes.append(dict(agreement_id=key, change_number=1))
        deadlines.append(dict(agreement_id=key, renews=False, good_until_on=date.min))
        if row["text"]:
            pieces = split(row["text"])
            tables[Document].append(_document(key, row, language))
            for position, piece in enumerate(pieces):
                tables[Article].append(_article(article_id, key, position, piece, row["text"]))
                article_id += 1
    for model, values in tables.items():
        if values:
            session.execute(insert(model), values)
    session.execute(insert(agreement_subject), subjects)
    session.execute(insert(IndexChange), changes)
    session.execute(insert(AgreementDeadline), deadlines)
    return article_id - first_article


def _agreement(key, row, signed):
    return dict(
        id=key,
        registry_number=f"MUL-{(row['signed_on'] or '0000')[:4]}-{key:06}",
        reference=f"{row['id']}#{key}"[:60],
        kind=row["kind"],
        level="governments",
        proof="data_set",
        nature="undetermined",
        signed_on=signed,
        signed_earliest=signed.earliest if signed else None,
        signed_latest=signed.latest if signed else None,
        signing_certainty="reported",
        notes=[],
        sort_title=row["title"].casefold(),
        content_hash=hashlib.sha256(str(key).encode()).hexdigest(),
        revision=1,
        registered_at=NOW,
        revised_at=NOW,
    )


def _document(key, row, language):
    data = row["text"].encode()
    return dict(
        id=key,
        agreement_id=key,
        language=language,
        role="unofficial_text",
        file_name=f"{row['id']}.txt",
        media_type="text/plain",
        kept=False,
        added_by="bulk",
        version=1,
        method="text",
        text_length=len(row["text"]),
        notes=[],
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        added_at=NOW,
    )


def _article(key, document, position, piece, text):
    return dict(
        id=key,
        document_id=document,
        position=position,
        kind=piece.kind,
        number=piece.number[:24] if piece.number else None,
        anchor=piece.anchor,
        label=piece.label[:300],
        heading=piece.heading[:1000],
        part=piece.part[:1000],
        text=text[piece.start : piece.end],
    )
