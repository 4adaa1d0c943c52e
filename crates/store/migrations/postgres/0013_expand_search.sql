-- Search: what is searched of each matter, made from its acts and texts, made anew at any time.

create table search (
    -- What the index names it by.
    doc bigint generated always as identity primary key,
    county text collate "C" not null,
    matter text collate "C" not null,
    -- Under which keys it is looked for besides its words: who sees it, where it is, what it is about.
    keys text collate "C" not null,
    -- Numbers, places and texts in the form in which words are compared.
    text text collate "C" not null,
    unique (county, matter)
);

-- The terms of each, apart from the texts, which only a hit is asked for.
create table search_index (
    doc bigint primary key references search (doc) on delete cascade,
    terms tsvector not null
);
-- What waits to be sorted in is read by every question: so little of it waits.
create index search_terms on search_index using gin (terms) with (gin_pending_list_limit = 512);

-- How far the ledger has been followed, and how often something was taken out meanwhile.
create table search_at (
    county text collate "C" not null primary key,
    pos bigint not null,
    gone bigint not null
);

-- Matters to be looked at again without an act of theirs.
create table search_due (
    county text collate "C" not null,
    matter text collate "C" not null,
    primary key (county, matter)
);

-- A text that is erased, sealed off, released or destroyed: nothing of its matter is found until it was
-- looked at again, whatever program does it.
create function content_forgotten() returns trigger language plpgsql as $$
begin
    update search_at set gone = gone + 1 where county = new.county;
    insert into search_due (county, matter) values (new.county, new.stream) on conflict do nothing;
    delete from search where county = new.county and matter = new.stream;
    return null;
end $$;
create trigger content_forgotten after update of text, sealed, erased on content
    for each row execute function content_forgotten();
