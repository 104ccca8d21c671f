-- Evidence: files and links with their own record, attached to records, answers and conditions; and signed statements.
-- The list of kinds is part of the record table, so the table is made anew; foreign keys are off while migrations run.

CREATE TABLE record_next (
    seq        INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    kind       TEXT NOT NULL CHECK (kind IN ('system', 'vendor', 'asset', 'assessment', 'risk', 'review', 'decision', 'pack', 'evidence')),
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

INSERT INTO record_next SELECT * FROM record;
DROP TABLE record;
ALTER TABLE record_next RENAME TO record;
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

-- A content that was uploaded. Its bytes lie in chunk files beside the database, sealed with this key.
CREATE TABLE evidence_file (
    id         BLOB PRIMARY KEY CHECK (length(id) = 16),
    key        BLOB NOT NULL CHECK (length(key) = 32),
    size       INTEGER NOT NULL CHECK (size >= 0),
    sha256     BLOB NOT NULL CHECK (length(sha256) = 32),
    added_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_file_sha256 ON evidence_file (sha256);

-- Which evidence an answer rests on, derived from the bodies of evidence records.
CREATE TABLE evidence_answer (
    evidence    INTEGER NOT NULL REFERENCES record (seq) ON DELETE CASCADE,
    assessment  BLOB NOT NULL,
    requirement TEXT NOT NULL,
    PRIMARY KEY (assessment, requirement, evidence)
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_answer_evidence ON evidence_answer (evidence);

-- What a member signed, in its canonical form: decisions, acceptances, reviewed answers, packs.
CREATE TABLE statement (
    id         BLOB PRIMARY KEY CHECK (length(id) = 16),
    purpose    TEXT NOT NULL CHECK (purpose IN ('decision', 'acceptance', 'answer', 'pack')),
    subject    BLOB NOT NULL CHECK (length(subject) = 16),
    -- The requirement, where the subject is an assessment.
    part       TEXT NOT NULL DEFAULT '',
    revision   INTEGER NOT NULL,
    member     BLOB NOT NULL CHECK (length(member) = 16),
    public_key BLOB NOT NULL CHECK (length(public_key) = 32),
    content    TEXT NOT NULL,
    signature  BLOB NOT NULL CHECK (length(signature) = 64),
    entry      INTEGER NOT NULL,
    at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX statement_subject ON statement (subject, part, revision);
CREATE TRIGGER statement_no_update BEFORE UPDATE ON statement
BEGIN SELECT RAISE(ABORT, 'a signed statement does not change'); END;
CREATE TRIGGER statement_no_delete BEFORE DELETE ON statement
BEGIN SELECT RAISE(ABORT, 'a signed statement stays'); END;
