"""The catalog's tables: migrations in order, each one SQL script; ``user_version`` counts them.

Conventions
-----------
A script that has left the house is never changed: a new one goes below it. Times are Unix seconds,
durations seconds. Nothing that a user made is deleted: a corpus or run is taken away by a date
in ``removed``, an utterance by its status, and every label that ever was stands in
``label_changes``.
"""

__all__ = ["MIGRATIONS"]

_CATALOG = """
CREATE TABLE corpora (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT,                           -- ISO 639-1
    licence TEXT NOT NULL DEFAULT '',
    citation TEXT NOT NULL DEFAULT '',
    synthesised INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '',
    convention TEXT,
    created REAL NOT NULL,
    removed REAL                             -- a tombstone; the name is free again
);
CREATE UNIQUE INDEX corpora_name ON corpora (name) WHERE removed IS NULL;

CREATE TABLE sentences (
    corpus_id INTEGER NOT NULL REFERENCES corpora,
    sentence TEXT NOT NULL,                  -- the corpus's own code
    text TEXT NOT NULL,
    PRIMARY KEY (corpus_id, sentence)
) WITHOUT ROWID;

CREATE TABLE recordings (
    content TEXT PRIMARY KEY,                -- SHA-256 of the original bytes, hexadecimal
    extension TEXT NOT NULL,                 -- chosen by us, never by a user
    size INTEGER NOT NULL,                   -- bytes
    duration REAL NOT NULL,
    source_sr INTEGER NOT NULL,              -- Hz
    source_channels INTEGER NOT NULL,
    format TEXT NOT NULL,
    flags TEXT NOT NULL DEFAULT '[]',        -- JSON list, from decoding
    created REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE utterances (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    corpus_id INTEGER NOT NULL REFERENCES corpora,
    content TEXT NOT NULL REFERENCES recordings,
    name TEXT NOT NULL,                      -- as the user knows it: NFC, relative
    name_key TEXT NOT NULL,                  -- sorts 2 before 10
    start REAL NOT NULL DEFAULT 0,
    "end" REAL,                              -- NULL: to the end of the recording
    duration REAL NOT NULL,
    sentence TEXT,
    speaker TEXT,
    emotion TEXT,
    take INTEGER NOT NULL DEFAULT 1,
    status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
    flags TEXT NOT NULL DEFAULT '[]',        -- JSON list: the recording's, then quality's
    measures TEXT NOT NULL DEFAULT '{}',     -- JSON object of quality measures by name
    correction TEXT NOT NULL DEFAULT '',     -- digest of a chain, '' for none
    created REAL NOT NULL
);
CREATE UNIQUE INDEX utterances_piece
    ON utterances (corpus_id, content, start, COALESCE("end", -1));
CREATE INDEX utterances_by_name ON utterances (corpus_id, status, name_key, id);
-- Counts and cross tables read this index alone.
CREATE INDEX utterances_by_emotion
    ON utterances (corpus_id, status, emotion, speaker, sentence, duration);
CREATE INDEX utterances_by_speaker ON utterances (corpus_id, status, speaker);
CREATE INDEX utterances_by_sentence ON utterances (corpus_id, status, sentence);
CREATE INDEX utterances_by_content ON utterances (content);

CREATE TABLE changes (                       -- one row for each thing that somebody did
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    by TEXT NOT NULL DEFAULT '',
    undoes INTEGER UNIQUE REFERENCES changes -- a change is undone at most once
);
CREATE TABLE label_changes (                 -- what it did, utterance by utterance
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    change_id INTEGER NOT NULL REFERENCES changes,
    utterance_id INTEGER NOT NULL REFERENCES utterances,
    field TEXT NOT NULL,
    before,
    after
);
CREATE INDEX label_changes_by_utterance ON label_changes (utterance_id, id);
CREATE INDEX label_changes_by_change ON label_changes (change_id);
CREATE TRIGGER label_changes_stay BEFORE UPDATE ON label_changes
    BEGIN SELECT RAISE(ABORT, 'label history is append-only'); END;
CREATE TRIGGER label_changes_remain BEFORE DELETE ON label_changes
    BEGIN SELECT RAISE(ABORT, 'label history is append-only'); END;

CREATE TABLE snapshots (
    digest TEXT PRIMARY KEY,
    corpus_id INTEGER NOT NULL REFERENCES corpora,
    emotions TEXT NOT NULL,                  -- JSON list of emotion ids
    n INTEGER NOT NULL,
    members BLOB NOT NULL,                   -- zlib-compressed JSON, see snapshots.py
    created REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    created REAL NOT NULL,
    corpus TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    spec TEXT NOT NULL,                      -- JSON
    report TEXT NOT NULL,                    -- JSON
    notes TEXT NOT NULL DEFAULT '',
    star INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX runs_by_corpus ON runs (corpus, created);

CREATE TABLE models (
    name TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,                    -- of the bundle as this machine wrote it
    run_id TEXT REFERENCES runs,
    created REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- place in the queue
    id TEXT NOT NULL UNIQUE,
    created REAL NOT NULL,
    spec TEXT NOT NULL,                      -- JSON
    state TEXT NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'lost')),
    worker_pid INTEGER,
    heartbeat REAL,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    progress TEXT,                           -- JSON
    error TEXT,                              -- JSON
    run_id TEXT,
    save_as TEXT,
    owner TEXT
);
CREATE INDEX jobs_by_state ON jobs (state, number);
CREATE UNIQUE INDEX jobs_once ON jobs (spec, COALESCE(save_as, ''))
    WHERE state IN ('queued', 'running');    -- the same run is never under way twice
"""

_IMPORTS = """
CREATE TABLE imports (                       -- one row for each import that brought something
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    corpus_id INTEGER NOT NULL REFERENCES corpora,
    at REAL NOT NULL,
    place TEXT NOT NULL,                     -- what was imported, as the user knows it
    convention TEXT,
    n INTEGER NOT NULL,                      -- clips that it brought
    removed REAL,                            -- taken back; its clips lie on the shelf
    shelf_id INTEGER REFERENCES corpora      -- a corpus that is itself out of sight
);
CREATE INDEX imports_by_corpus ON imports (corpus_id, id);
ALTER TABLE utterances ADD COLUMN import_id INTEGER REFERENCES imports;
CREATE INDEX utterances_by_import ON utterances (import_id);
"""

_QUALITY = """
CREATE TABLE heard (                         -- what listening to a piece gave; derived
    id INTEGER PRIMARY KEY,
    content TEXT NOT NULL REFERENCES recordings,
    start REAL NOT NULL,
    "end" REAL NOT NULL,                     -- -1: to the end of the recording
    correction TEXT NOT NULL,
    version INTEGER NOT NULL,                -- of the measures
    measures TEXT NOT NULL,                  -- JSON object by name
    samples TEXT NOT NULL,                   -- digest of the decoded samples
    durations TEXT NOT NULL,                 -- JSON list of seconds: all of it, its sound
    fingerprint BLOB NOT NULL                -- zlib-compressed grids, see core.signal.fingerprints
);
CREATE UNIQUE INDEX heard_piece ON heard (content, start, "end", correction);
CREATE TABLE quality_results (               -- the latest of each kind; derived
    corpus_id INTEGER NOT NULL REFERENCES corpora,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,                    -- of everything that it was made from
    result BLOB NOT NULL,                    -- zlib-compressed JSON
    created REAL NOT NULL,
    PRIMARY KEY (corpus_id, kind)
) WITHOUT ROWID;
"""

_RUNS_PUT_AWAY = """
ALTER TABLE runs ADD COLUMN removed REAL;    -- put away; its files stay where they are
"""

_LISTENING_TESTS = """
CREATE TABLE listening_tests (               -- how well people name the emotions of a corpus
    corpus_id INTEGER PRIMARY KEY REFERENCES corpora,
    source TEXT NOT NULL,                    -- file name, as the user knows it
    scores TEXT NOT NULL,                    -- JSON: utterance id to share of listeners, 0 to 1
    created REAL NOT NULL
);
"""

_RECORDING = """
CREATE TABLE corrections (                   -- chains by their digest; see core.settings.correction
    digest TEXT PRIMARY KEY,
    chain TEXT NOT NULL,                     -- JSON
    created REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE sheets (                        -- what is to be recorded; the corpus may not exist yet
    corpus TEXT PRIMARY KEY,
    sheet TEXT NOT NULL,                     -- JSON, see sheets.py
    changed REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE consents (                      -- who agreed to what, and when
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    speaker TEXT,                            -- NULL once withdrawn: the name goes, the fact stays
    uses TEXT NOT NULL,                      -- JSON list of uses
    note TEXT NOT NULL DEFAULT '',
    agreed REAL NOT NULL,
    withdrawn REAL
);
CREATE INDEX consents_by_speaker ON consents (speaker);
"""

MIGRATIONS: tuple[str, ...] = (
    _CATALOG,
    _IMPORTS,
    _QUALITY,
    _RUNS_PUT_AWAY,
    _LISTENING_TESTS,
    _RECORDING,
)
