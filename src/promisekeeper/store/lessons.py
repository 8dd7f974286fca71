"""What was taught, and how often each sentence was used, as rows of the ledger."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from promisekeeper.core.teaching import Lesson, LessonKind, Tally, Teaching, Telling
from promisekeeper.errors import LessonNotFoundError
from promisekeeper.store.connection import LedgerFile, insert, insert_new
from promisekeeper.store.promiserows import Row, local_text, read_time, row_of, storable

if TYPE_CHECKING:
    from sqlite_utils import Database

LESSON_COLUMNS = "id, owner, pattern, kind, rule, sentence, at, actor, promise_key"


def telling_row(telling: Telling) -> Row:
    """One use of a sentence."""
    return row_of(
        owner=telling.owner,
        pattern=telling.pattern,
        rule=telling.rule,
        message_id=telling.message_id,
        customer=telling.customer,
        sentence=telling.sentence,
        promise_key=telling.promise_key,
    )


def store_telling(database: "Database", row: Row) -> None:
    """Store one use of a sentence, once for each mail."""
    insert_new(database, "tellings", row, once_by=("owner", "pattern", "message_id"))


def store_lesson(database: "Database", lesson: Lesson) -> None:
    """Store a lesson in place of any other that holds of the same pattern."""
    pattern = {"owner": storable(lesson.owner), "pattern": storable(lesson.pattern)}
    database.execute(
        "UPDATE lessons SET lifted_at = :at"
        " WHERE owner = :owner AND pattern = :pattern AND lifted_at IS NULL",
        {**pattern, "at": local_text(lesson.at)},
    )
    row = row_of(
        owner=lesson.owner,
        pattern=lesson.pattern,
        kind=lesson.kind.value,
        rule=lesson.rule,
        sentence=lesson.sentence,
        at=local_text(lesson.at),
        actor=lesson.actor,
        promise_key=lesson.promise_key,
    )
    insert(database, "lessons", row)
    _doubt(database, pattern, is_doubted=lesson.kind is not LessonKind.PROMISE)


def _doubt(database: "Database", pattern: dict[str, str], *, is_doubted: bool) -> None:
    """Make the open promises of a pattern possible only, or likely again."""
    was, becomes = ("<> 'possible'", "possible") if is_doubted else ("= 'possible'", "likely")
    database.execute(
        f"UPDATE promises SET certainty = '{becomes}'"
        f" WHERE state = 'open' AND certainty {was} AND key IN"
        " (SELECT promise_key FROM tellings WHERE owner = :owner AND pattern = :pattern)",
        pattern,
    )


def lift_lesson(file: LedgerFile, lesson_id: int, at: datetime) -> None:
    """End a lesson; what it held back is found again from now on.

    Raises:
        LessonNotFoundError: There is no such lesson that holds.
    """
    with file.transaction() as database:
        if not end_lesson(database, lesson_id, at):
            raise LessonNotFoundError(lesson_id)


def end_lesson(database: "Database", lesson_id: int, at: datetime) -> bool:
    """End a lesson; False where there is no such lesson that holds."""
    lifted = database.execute(
        "UPDATE lessons SET lifted_at = :at WHERE id = :id AND lifted_at IS NULL",
        {"id": lesson_id, "at": local_text(at)},
    )
    if not lifted.rowcount:
        return False
    ((owner, pattern),) = database.execute(
        "SELECT owner, pattern FROM lessons WHERE id = ?", [lesson_id]
    ).fetchall()
    _doubt(database, {"owner": owner, "pattern": pattern}, is_doubted=False)
    return True


def read_teaching(file: LedgerFile) -> Teaching:
    """The lessons that hold, and how the wordings they are about have fared."""
    lessons = tuple(
        Lesson(
            id=row[0],
            owner=row[1],
            pattern=row[2],
            kind=LessonKind(row[3]),
            rule=row[4],
            sentence=row[5],
            at=read_time(row[6]),
            actor=row[7],
            promise_key=row[8],
        )
        for row in file.rows(
            f"SELECT {LESSON_COLUMNS} FROM lessons WHERE lifted_at IS NULL ORDER BY id"
        )
    )
    if not lessons:
        return Teaching()
    tallies = file.rows(
        "SELECT owner, rule, count(DISTINCT message_id),"
        " (SELECT count(*) FROM lessons WHERE lifted_at IS NULL AND kind = 'mute'"
        "  AND lessons.owner = tellings.owner AND lessons.rule = tellings.rule)"
        " FROM tellings WHERE (owner, rule) IN"
        " (SELECT owner, rule FROM lessons WHERE lifted_at IS NULL AND kind = 'mute')"
        " GROUP BY owner, rule ORDER BY owner, rule"
    )
    return Teaching(
        lessons=lessons,
        tallies=tuple(
            Tally(owner=owner, rule=rule, found=found, dismissed=dismissed)
            for owner, rule, found, dismissed in tallies
        ),
    )


def told_customers(
    file: LedgerFile, patterns: Collection[tuple[str, str]]
) -> dict[tuple[str, str], frozenset[str]]:
    """Everybody whom an owner told a pattern, by owner and pattern."""
    found = {}
    for owner, pattern in set(patterns):
        rows = file.rows(
            "SELECT DISTINCT customer FROM tellings WHERE owner = ? AND pattern = ? LIMIT 100",
            [owner, pattern],
        )
        found[owner, pattern] = frozenset(customer for (customer,) in rows)
    return found
