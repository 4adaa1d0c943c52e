-- The ledger: what was decided, appended and never changed.

-- One row a county: what recording locks, so that a county has one order, gapless and visible in order.
create table county (
    code text not null primary key,
    simulated bigint not null,
    -- Acts so far; the next act stands at pos + 1 of the county's order.
    pos bigint not null,
    -- The time of the last act: no act is entered before the one before it.
    last_at bigint not null,
    -- The next number of a matter in the year; numbers have no gaps.
    no_year bigint not null,
    no_next bigint not null,
    -- Goes up with each act of a configuration stream, so that servers know when to load anew.
    rev bigint not null,
    -- Lamps and counters are as of this time; tick_target is later while a tick is on its way.
    ticked_to bigint not null,
    tick_target bigint not null,
    -- The last seal and the acts that it and those before it cover.
    seal bigint not null,
    sealed bigint not null,
    -- Tells a wrong key ring from the right one without holding anything of it.
    vault_check text not null
);

create table act (
    county text not null,
    pos bigint not null,
    stream text not null,
    seq bigint not null,
    kind text not null,
    at bigint not null,
    happened bigint,
    source text not null,
    by_user text not null,
    by_post text,
    by_unit text,
    by_for text,
    key text not null,
    v bigint not null,
    -- Canonical JSON, as text: hashes and exports come from these very bytes.
    body text not null,
    contents text not null,
    prev text not null,
    hash text not null,
    primary key (county, pos),
    unique (county, stream, seq)
);

-- What people decided who might have decided otherwise, by time.
create index act_discretion on act (county, at, pos) where kind in ('declined', 'dispatched',
    'adjudicated', 'decided', 'signed_off', 'reopened', 'ordered', 'noticed');

create table seal (
    county text not null,
    seal bigint not null,
    at bigint not null,
    first bigint not null,
    count bigint not null,
    root text not null,
    prev text not null,
    hash text not null,
    primary key (county, seal)
);

-- Accepted commands, remembered for ever: the same key gets the same answer.
create table command (
    county text not null,
    scope text not null,
    key text not null,
    mac text not null,
    stream text not null,
    first bigint not null,
    last bigint not null,
    primary key (county, scope, key)
);

-- Texts and personal data beside the ledger. Erasing empties salt, text and cipher; the acts stay.
create table content (
    county text not null,
    id text not null,
    stream text not null,
    class text not null,
    salt text not null,
    text text not null,
    -- Of a vault entry: the id of its key, and nonce and ciphertext in hex.
    cipher_key text not null,
    cipher text not null,
    erased bigint,
    primary key (county, id)
);

-- Configuration in its normal form, by hash; acts name the hash, so a row is never changed or deleted.
create table config (
    county text not null,
    hash text not null,
    kind text not null,
    id text not null,
    version text not null,
    body text not null,
    primary key (county, hash),
    unique (county, kind, id, version)
);

-- Looks into the vault: a chain of its own.
create table trail (
    county text not null,
    n bigint not null,
    at bigint not null,
    user_id text not null,
    post text,
    content text not null,
    stream text not null,
    why text not null,
    prev text not null,
    hash text not null,
    primary key (county, n)
);

create trigger act_update before update on act begin select raise(abort, 'acts are never changed'); end;
create trigger act_delete before delete on act begin select raise(abort, 'acts are never deleted'); end;
create trigger seal_update before update on seal begin select raise(abort, 'seals are never changed'); end;
create trigger seal_delete before delete on seal begin select raise(abort, 'seals are never deleted'); end;
create trigger config_update before update on config begin select raise(abort, 'configuration is never changed'); end;
create trigger config_delete before delete on config begin select raise(abort, 'configuration is never deleted'); end;
create trigger trail_update before update on trail begin select raise(abort, 'the trail is never changed'); end;
create trigger trail_delete before delete on trail begin select raise(abort, 'the trail is never deleted'); end;
