-- The ledger: what was decided, appended and never changed.

-- One row a county: what recording locks, so that a county has one order, gapless and visible in order.
create table county (
    code text collate "C" not null primary key,
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
    vault_check text collate "C" not null
);

create table act (
    county text collate "C" not null,
    pos bigint not null,
    stream text collate "C" not null,
    seq bigint not null,
    kind text collate "C" not null,
    at bigint not null,
    happened bigint,
    source text collate "C" not null,
    by_user text collate "C" not null,
    by_post text collate "C",
    by_unit text collate "C",
    by_for text collate "C",
    key text collate "C" not null,
    v bigint not null,
    -- Canonical JSON, as text: hashes and exports come from these very bytes.
    body text collate "C" not null,
    contents text collate "C" not null,
    prev text collate "C" not null,
    hash text collate "C" not null,
    primary key (county, pos),
    unique (county, stream, seq)
);

-- What people decided who might have decided otherwise, by time.
create index act_discretion on act (county, at, pos) where kind in ('declined', 'dispatched',
    'adjudicated', 'decided', 'signed_off', 'reopened', 'ordered', 'noticed');

create table seal (
    county text collate "C" not null,
    seal bigint not null,
    at bigint not null,
    first bigint not null,
    count bigint not null,
    root text collate "C" not null,
    prev text collate "C" not null,
    hash text collate "C" not null,
    primary key (county, seal)
);

-- Accepted commands, remembered for ever: the same key gets the same answer.
create table command (
    county text collate "C" not null,
    scope text collate "C" not null,
    key text collate "C" not null,
    mac text collate "C" not null,
    stream text collate "C" not null,
    first bigint not null,
    last bigint not null,
    primary key (county, scope, key)
);

-- Texts and personal data beside the ledger. Erasing empties salt, text and cipher; the acts stay.
create table content (
    county text collate "C" not null,
    id text collate "C" not null,
    stream text collate "C" not null,
    class text collate "C" not null,
    salt text collate "C" not null,
    text text collate "C" not null,
    -- Of a vault entry: the id of its key, and nonce and ciphertext in hex.
    cipher_key text collate "C" not null,
    cipher text collate "C" not null,
    erased bigint,
    primary key (county, id)
);

-- Configuration in its normal form, by hash; acts name the hash, so a row is never changed or deleted.
create table config (
    county text collate "C" not null,
    hash text collate "C" not null,
    kind text collate "C" not null,
    id text collate "C" not null,
    version text collate "C" not null,
    body text collate "C" not null,
    primary key (county, hash),
    unique (county, kind, id, version)
);

-- Looks into the vault: a chain of its own.
create table trail (
    county text collate "C" not null,
    n bigint not null,
    at bigint not null,
    user_id text collate "C" not null,
    post text collate "C",
    content text collate "C" not null,
    stream text collate "C" not null,
    why text collate "C" not null,
    prev text collate "C" not null,
    hash text collate "C" not null,
    primary key (county, n)
);

create function never() returns trigger language plpgsql as $$
begin
    raise exception '% of table % is refused: it is only ever appended to', tg_op, tg_table_name;
end
$$;
create trigger act_guard before update or delete on act for each row execute function never();
create trigger act_truncate before truncate on act for each statement execute function never();
create trigger seal_guard before update or delete on seal for each row execute function never();
create trigger seal_truncate before truncate on seal for each statement execute function never();
create trigger config_guard before update or delete on config for each row execute function never();
create trigger config_truncate before truncate on config for each statement execute function never();
create trigger trail_guard before update or delete on trail for each row execute function never();
create trigger trail_truncate before truncate on trail for each statement execute function never();
