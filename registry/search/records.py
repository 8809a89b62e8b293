"""The database as the index sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from registry.agreements.models import Agreement, Title
from registry.agreements.queries import agreements_by_ids
from registry.agreements.search import index_texts
from registry.agreements.vocabulary import DEPENDING, Kind, RelationKind
from registry.core.uow import Database
from registry.documents.models import Document
from registry.documents.queries import articles_to_index, owners_of_articles
from registry.lifecycle.queries import actions_of, clauses_of
from registry.lifecycle.search import life_texts
from registry.outbox.models import IndexChange
from registry.outbox.queries import COUNTER, changes_after, counter
from registry.search.engine.fields import ArticleText, IndexRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Row

    from registry.core.clock import Clock
    from registry.lifecycle.models import Action, FinalClause


class DatabaseRecords:
    """Gives the index the records of a database and the numbers of their changes."""

    def __init__(self, database: Database) -> None:
        """Remember the database."""
        self.database = database

    def __reduce__(self) -> tuple[object, tuple[str, Clock]]:
        """Let another process open the same database for itself."""
        return _reopened, (self.database.url, self.database.clock)

    def position(self) -> tuple[str, int]:
        """Return the identity of the database and the number of its last committed change."""
        database_id, last_change = self.database.first_row(COUNTER)
        return database_id, last_change

    def changes_after(self, number: int) -> tuple[set[int], int]:
        """Return the keys changed after change `number`, and the change up to which that is complete.

        The counter is read first: what is committed after it only makes the set larger, never the claim.
        """
        with self.database.read() as session:
            _, last_change = counter(session)
            return changes_after(session, number), last_change

    def change_numbers(self, keys: Sequence[int] | None = None) -> dict[int, int]:
        """Return the last change of every agreement that exists, or of those with these keys."""
        statement = select(IndexChange.agreement_id, IndexChange.change_number).join(
            Agreement, Agreement.id == IndexChange.agreement_id
        )
        if keys is not None:
            statement = statement.where(Agreement.id.in_(keys))
        with self.database.read() as session:
            return {row[0]: row[1] for row in session.execute(statement)}

    def languages(self) -> set[str]:
        """Return the languages in which there are titles or texts."""
        with self.database.read() as session:
            titles = session.scalars(select(Title.language).distinct())
            texts = select(Document.language).where(Document.superseded_at.is_(None)).distinct()
            return {*titles, *session.scalars(texts)}

    def article_owners(self) -> dict[int, int]:
        """Return the agreement of every article that exists."""
        with self.database.read() as session:
            return owners_of_articles(session)

    def load(self, keys: Sequence[int]) -> Iterator[IndexRecord]:
        """Yield the records with these keys as they are now."""
        with self.database.read() as session:
            articles = articles_to_index(session, keys)
            actions, clauses = actions_of(session, keys), clauses_of(session, keys)
            for agreement in agreements_by_ids(session, keys, whole=True):
                yield index_record(
                    agreement,
                    actions.get(agreement.id, ()),
                    clauses.get(agreement.id, {}).values(),
                    articles.get(agreement.id, ()),
                )


def index_record(
    agreement: Agreement, actions: Iterable[Action], clauses: Iterable[FinalClause], articles: Iterable[Row[Any]]
) -> IndexRecord:
    """Return what an agreement, loaded whole, gives to an index; `articles` are rows of `articles_to_index`."""
    texts = index_texts(agreement)
    first, last = agreement.signed_earliest, agreement.signed_latest
    return IndexRecord(
        key=agreement.id,
        texts={**texts, "remark": (*texts["remark"], *life_texts(actions, clauses))},
        kind=agreement.kind,
        levels=tuple(sorted({side.level for side in agreement.sides})),
        signed=(first, last) if first and last else None,
        depends=_depends(agreement),
        articles=tuple(
            ArticleText(row.id, row.number, row.heading, row.text, row.language, row.access, row.kind)
            for row in articles
        ),
        access=agreement.access,
    )


def _depends(agreement: Agreement) -> bool:
    """Return whether an agreement hangs on another. An agreement that ends an older one takes its place instead."""
    takes_its_place = agreement.kind not in (Kind.PROTOCOL, Kind.EXCHANGE_OF_NOTES)
    return any(
        relation.kind in DEPENDING and not (takes_its_place and relation.kind == RelationKind.TERMINATES)
        for relation in agreement.relations
    )


def _reopened(url: str, clock: Clock) -> DatabaseRecords:
    return DatabaseRecords(Database(url, clock))
