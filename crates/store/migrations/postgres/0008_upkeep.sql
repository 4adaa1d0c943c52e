-- Upkeep: what was done by itself to keep the county safe, for the health page; backups leave it out, since
-- it tells of one installation.

create table upkeep (
    county text collate "C" not null,
    id bigint not null,
    -- backup, archive, drill, restore, rebuild.
    what text collate "C" not null,
    begun bigint not null,
    -- Null while it runs, and for ever where it was cut off.
    ended bigint,
    -- done, failed, or '' while it runs.
    outcome text collate "C" not null,
    -- For whoever looks after the machine; no personal data.
    detail text collate "C" not null,
    primary key (county, id)
);
create index upkeep_what on upkeep (county, what, id);

-- Which of several servers does a piece of work: whoever holds the row, until then.
create table lease (
    county text collate "C" not null,
    what text collate "C" not null,
    holder text collate "C" not null,
    until bigint not null,
    primary key (county, what)
);
