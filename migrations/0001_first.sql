-- The first schema. Every table is STRICT. Times are microseconds since 1970 (UTC); calendar dates are text YYYY-MM-DD.
-- One record table holds what all kinds share and what lists filter by; its body lies apart, so that lists read little.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
    id          BLOB PRIMARY KEY CHECK (length(id) = 16),
    name        TEXT NOT NULL COLLATE NOCASE UNIQUE,
    role        TEXT NOT NULL CHECK (role IN ('administrator', 'chair', 'reviewer', 'contributor', 'auditor')),
    signing_key BLOB NOT NULL CHECK (length(signing_key) = 32),
    active      INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    since       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE charter (
    edition  INTEGER PRIMARY KEY,
    body     TEXT NOT NULL,
    saved_at INTEGER NOT NULL
) STRICT;

-- Frameworks and questionnaires as they were when first used: immutable by id, edition and hash.
CREATE TABLE catalogue (
    id      TEXT NOT NULL,
    edition TEXT NOT NULL,
    sha256  BLOB NOT NULL CHECK (length(sha256) = 32),
    body    TEXT NOT NULL,
    PRIMARY KEY (id, edition)
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (
    kind TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE record (
    seq        INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    kind       TEXT NOT NULL CHECK (kind IN ('system', 'vendor', 'asset', 'assessment', 'risk', 'review', 'decision', 'pack')),
    number     INTEGER NOT NULL CHECK (number > 0),
    title      TEXT NOT NULL,
    status     TEXT NOT NULL DEFAULT '',
    class      TEXT NOT NULL DEFAULT '',
    owner      TEXT NOT NULL DEFAULT '',
    unit       TEXT NOT NULL DEFAULT '',
    -- '9999-12-31' where there is none, so that the index sorts these last.
    due        TEXT NOT NULL DEFAULT '9999-12-31',
    score      INTEGER NOT NULL DEFAULT 0,
    cell       INTEGER NOT NULL DEFAULT 0,
    subject    BLOB CHECK (subject IS NULL OR length(subject) = 16),
    gaps       INTEGER NOT NULL DEFAULT 0,
    revision   INTEGER NOT NULL CHECK (revision > 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL,
    trashed_at INTEGER,
    UNIQUE (kind, number)
) STRICT;

CREATE INDEX record_title   ON record (kind, title COLLATE NOCASE) WHERE trashed_at IS NULL;
CREATE INDEX record_status  ON record (kind, status, number)       WHERE trashed_at IS NULL;
CREATE INDEX record_class   ON record (kind, class, number)        WHERE trashed_at IS NULL;
CREATE INDEX record_owner   ON record (kind, owner, number)        WHERE trashed_at IS NULL;
CREATE INDEX record_unit    ON record (kind, unit, number)         WHERE trashed_at IS NULL;
CREATE INDEX record_due     ON record (kind, due, number)          WHERE trashed_at IS NULL;
CREATE INDEX record_score   ON record (kind, score, number)        WHERE trashed_at IS NULL;
CREATE INDEX record_cell    ON record (kind, cell)                 WHERE trashed_at IS NULL;
CREATE INDEX record_updated ON record (kind, updated_at)           WHERE trashed_at IS NULL;
CREATE INDEX record_live    ON record (kind, number)               WHERE trashed_at IS NULL;
CREATE INDEX record_subject ON record (subject, kind)              WHERE subject IS NOT NULL;
CREATE INDEX record_trash   ON record (trashed_at)                 WHERE trashed_at IS NOT NULL;

CREATE TABLE body (
    record INTEGER PRIMARY KEY REFERENCES record (seq) ON DELETE CASCADE,
    json   TEXT NOT NULL
) STRICT;

-- Who points to whom, derived from the bodies.
CREATE TABLE link (
    from_id BLOB NOT NULL,
    field   TEXT NOT NULL,
    to_id   BLOB NOT NULL,
    PRIMARY KEY (from_id, field, to_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_to ON link (to_id);

-- All words of all records; rowid = record.seq. Contentless: the words are kept once, in the body.
CREATE VIRTUAL TABLE search USING fts5 (
    reference, title, text,
    content = '', contentless_delete = 1,
    tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);

CREATE TABLE answer (
    assessment  INTEGER NOT NULL REFERENCES record (seq) ON DELETE CASCADE,
    requirement TEXT NOT NULL,
    result      TEXT NOT NULL CHECK (result IN ('met', 'partly', 'not_met', 'not_applicable', 'not_assessed')),
    progress    TEXT NOT NULL CHECK (progress IN ('', 'not_started', 'in_progress', 'done')),
    reason      TEXT NOT NULL,
    maturity    INTEGER CHECK (maturity BETWEEN 0 AND 5),
    target      INTEGER CHECK (target BETWEEN 0 AND 5),
    comment     TEXT NOT NULL,
    evidence    TEXT NOT NULL,
    owner       TEXT NOT NULL,
    due_on      TEXT,
    revision    INTEGER NOT NULL CHECK (revision > 0),
    updated_at  INTEGER NOT NULL,
    updated_by  TEXT NOT NULL,
    PRIMARY KEY (assessment, requirement)
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_due ON answer (due_on) WHERE due_on IS NOT NULL AND progress <> 'done' AND result NOT IN ('met', 'not_applicable');

-- Answers by stage and result, kept with every answer, so that portfolio figures read four rows per assessment.
CREATE TABLE coverage (
    assessment     INTEGER NOT NULL REFERENCES record (seq) ON DELETE CASCADE,
    stage          TEXT NOT NULL,
    met            INTEGER NOT NULL,
    partly         INTEGER NOT NULL,
    not_met        INTEGER NOT NULL,
    not_applicable INTEGER NOT NULL,
    not_assessed   INTEGER NOT NULL,
    PRIMARY KEY (assessment, stage)
) STRICT, WITHOUT ROWID;

-- A file that was imported. Editions of the same source share their name, by which a newer one is matched.
CREATE TABLE source (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    file        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    headers     TEXT NOT NULL,
    imported_at INTEGER NOT NULL
) STRICT;

CREATE TABLE source_row (
    source INTEGER NOT NULL REFERENCES source (id),
    record INTEGER NOT NULL REFERENCES record (seq) ON DELETE CASCADE,
    line   INTEGER NOT NULL,
    key    TEXT NOT NULL,
    cells  TEXT NOT NULL,
    PRIMARY KEY (source, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX source_row_record ON source_row (record);

-- The journal: append-only. Values lie apart in payload, salted, so that they can be erased while the chain still holds.
CREATE TABLE journal (
    seq       INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    actor     BLOB NOT NULL CHECK (length(actor) = 16),
    call      TEXT NOT NULL,
    refused   INTEGER NOT NULL CHECK (refused IN (0, 1)),
    -- The entry's only byte form (docs/vault-format.md); the columns before it repeat parts of it for the filters.
    canonical BLOB NOT NULL,
    hash      BLOB NOT NULL CHECK (length(hash) = 32),
    signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT;
CREATE INDEX journal_actor ON journal (actor);
CREATE INDEX journal_call ON journal (call);
CREATE INDEX journal_at ON journal (at);

CREATE TABLE journal_subject (
    seq  INTEGER NOT NULL REFERENCES journal (seq),
    n    INTEGER NOT NULL,
    kind TEXT NOT NULL,
    id   BLOB NOT NULL CHECK (length(id) = 16),
    PRIMARY KEY (seq, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX journal_subject_id ON journal_subject (id);

CREATE TABLE payload (
    seq  INTEGER NOT NULL,
    n    INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 32),
    body TEXT NOT NULL,
    PRIMARY KEY (seq, n)
) STRICT;

CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_subject_no_update BEFORE UPDATE ON journal_subject
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_subject_no_delete BEFORE DELETE ON journal_subject
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER payload_no_update BEFORE UPDATE ON payload
BEGIN SELECT RAISE(ABORT, 'a payload can be erased, not changed'); END;

-- Half-written forms: unjournalled, replaced by the next keystroke pause, gone once saved.
CREATE TABLE draft (
    member   BLOB NOT NULL,
    key      TEXT NOT NULL,
    body     TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (member, key)
) STRICT, WITHOUT ROWID;
