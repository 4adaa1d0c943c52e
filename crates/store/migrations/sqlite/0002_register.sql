-- The register: computed from the acts, rebuilt from them at any time.

create table matter (
    county text not null,
    id text not null,
    no text not null,
    playbook text not null,
    category text not null,
    source text not null,
    state text not null,
    lamp text not null,
    round bigint not null,
    owner_unit text not null,
    owner_post text not null,
    lead_unit text not null,
    division text not null,
    township text not null,
    grid text not null,
    -- The matter of which this is one part, and the one that works for this one too; '' where none.
    parent text not null,
    main text not null,
    -- 1: reaches people by grant alone, in no scope.
    restricted bigint not null,
    -- Nobody and nothing is '' or the end of time, never null: these are sort keys.
    due bigint not null,
    due_stage text not null,
    due_provisional bigint not null,
    seq bigint not null,
    -- Hash of the stream's last act.
    head text not null,
    created bigint not null,
    updated bigint not null,
    title text not null,
    -- When lamp or deadlines next change by themselves.
    next_tick bigint not null,
    fold_v bigint not null,
    fold text not null,
    primary key (county, id),
    unique (county, no)
);
create index matter_tick on matter (county, next_tick, id);
create index matter_updated on matter (county, updated, id);
-- Rare values: a walk over a whole audience would look at thousands to find a handful.
-- What a unit has before it: closed matters have no owner.
create index matter_owner_due on matter (county, owner_unit, due, id) where owner_unit <> '';
create index matter_open_due on matter (county, state, due, id)
    where state not in ('signed_off', 'recorded', 'declined', 'merged');
create index matter_lamp_due on matter (county, lamp, due, id) where lamp in ('yellow', 'red', 'paused');

create index matter_parent on matter (county, parent, id) where parent <> '';
create index matter_main on matter (county, main, id) where main <> '';

-- Who sees a matter: one row for each key ("county", a unit's id, a grid's id).
create table audience (
    county text not null,
    key text not null,
    matter text not null,
    due bigint not null,
    created bigint not null,
    primary key (county, matter, key)
) without rowid;
create index audience_due on audience (county, key, due, matter);
create index audience_created on audience (county, key, created, matter);

create table counter (
    county text not null,
    key text not null,
    dim text not null,
    value text not null,
    n bigint not null,
    primary key (county, key, dim, value)
) without rowid;
