-- Findings; frameworks of the board's own; baselines; answers that are typed, observed, derived.
-- The list of kinds is part of the record table, so the table is made anew; foreign keys are off while migrations run.

CREATE TABLE record_next (
    seq        INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    kind       TEXT NOT NULL CHECK (kind IN ('system', 'vendor', 'asset', 'assessment', 'risk', 'review', 'finding', 'decision', 'pack', 'evidence')),
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

ALTER TABLE answer ADD COLUMN value       TEXT NOT NULL DEFAULT '';
ALTER TABLE answer ADD COLUMN observation TEXT NOT NULL DEFAULT '';
ALTER TABLE answer ADD COLUMN inclusion   TEXT NOT NULL DEFAULT '';
-- Where a derived answer comes from, as JSON; '' for one that was given here.
ALTER TABLE answer ADD COLUMN origin      TEXT NOT NULL DEFAULT '';

-- A framework of the board's own lies beside the built-in ones that were kept when first used.
ALTER TABLE catalogue ADD COLUMN own          INTEGER NOT NULL DEFAULT 0 CHECK (own IN (0, 1));
ALTER TABLE catalogue ADD COLUMN title        TEXT NOT NULL DEFAULT '';
ALTER TABLE catalogue ADD COLUMN short_title  TEXT NOT NULL DEFAULT '';
ALTER TABLE catalogue ADD COLUMN publisher    TEXT NOT NULL DEFAULT '';
ALTER TABLE catalogue ADD COLUMN kind         TEXT NOT NULL DEFAULT '';
ALTER TABLE catalogue ADD COLUMN requirements INTEGER NOT NULL DEFAULT 0;
ALTER TABLE catalogue ADD COLUMN saved_at     INTEGER NOT NULL DEFAULT 0;

-- An assessment as it was at a moment: never changed, bound to its hash by the journal.
CREATE TABLE baseline (
    id         BLOB PRIMARY KEY CHECK (length(id) = 16),
    assessment BLOB NOT NULL CHECK (length(assessment) = 16),
    subject    BLOB,
    framework  TEXT NOT NULL,
    title      TEXT NOT NULL,
    at         INTEGER NOT NULL,
    by         TEXT NOT NULL,
    answers    INTEGER NOT NULL,
    -- Coverage as JSON, so that lists and trends need not read the body.
    coverage   TEXT NOT NULL,
    sha256     BLOB NOT NULL CHECK (length(sha256) = 32),
    body       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX baseline_assessment ON baseline (assessment, at);
CREATE INDEX baseline_subject ON baseline (subject, framework, at);
CREATE TRIGGER baseline_no_update BEFORE UPDATE ON baseline
BEGIN SELECT RAISE(ABORT, 'a baseline does not change'); END;
CREATE TRIGGER baseline_no_delete BEFORE DELETE ON baseline
BEGIN SELECT RAISE(ABORT, 'a baseline stays'); END;

-- Proposals that were refused: they show again when what they rest on changes.
CREATE TABLE proposal_refused (
    assessment  INTEGER NOT NULL REFERENCES record (seq) ON DELETE CASCADE,
    requirement TEXT NOT NULL,
    digest      TEXT NOT NULL,
    PRIMARY KEY (assessment, requirement)
) STRICT, WITHOUT ROWID;
