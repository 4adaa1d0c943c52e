-- What time brings about.

-- When something comes about on a matter by time alone: silence refuses a request, a pause ends, what is
-- overdue is urged. The end of time where nothing does; 0 where nobody has looked yet, which the next pass does.
alter table matter add column comes bigint not null default 0;
-- From when on an order is proposed to the supervision office; the end of time where none is.
alter table matter add column proposed bigint not null default 253402271999;
update matter set comes = 253402271999 where owner_unit = '';
-- Deadlines come to more than the lamp showed: every open matter is looked at once more.
update matter set next_tick = 0 where owner_unit <> '';
create index matter_comes on matter (county, comes, id) where comes < 253402271999;
create index matter_proposed on matter (county, proposed, id) where proposed < 253402271999;

-- A clock that an administrator has confirmed: what it showed, and the time of the last act by then.
alter table county add column clock_ok bigint not null default 0;
alter table county add column clock_last bigint not null default 0;

-- Deadlines that have come to a rung and are still to be told; written as the tick passes them.
create table note (
    county text collate "C" not null,
    matter text collate "C" not null,
    -- The deadline's number in the matter.
    n bigint not null,
    send_at bigint not null,
    primary key (county, matter, n)
);
create index note_send on note (county, send_at, matter, n);

-- What an account was told: one in the morning of a working day, urgent ones at once.
create table message (
    county text collate "C" not null,
    account text collate "C" not null,
    -- What it is made of: the day, or the urgent deadline and its rung, or what ends and when.
    id text collate "C" not null,
    at bigint not null,
    kind text collate "C" not null,
    body text collate "C" not null,
    -- How many deadlines it tells of.
    lines bigint not null default 0,
    seen bigint,
    primary key (county, account, id)
);
create index message_at on message (county, account, at, id);
create index message_old on message (county, at, account, id);
create index message_unseen on message (county, account) where seen is null;

create table message_line (
    county text collate "C" not null,
    account text collate "C" not null,
    message text collate "C" not null,
    matter text collate "C" not null,
    n bigint not null,
    rung text collate "C" not null,
    due bigint not null,
    primary key (county, account, message, due, matter, n)
);

-- How far the runner's own work has come, by the name of the work.
create table job (
    county text collate "C" not null,
    name text collate "C" not null,
    done text collate "C" not null,
    primary key (county, name)
);
