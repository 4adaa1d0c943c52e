-- Search: what is searched of each matter, made from its acts and texts, made anew at any time.

create table search (
    -- What the index names it by.
    doc integer not null primary key,
    county text not null,
    matter text not null,
    -- Under which keys it is looked for besides its words: who sees it, where it is, what it is about.
    keys text not null,
    -- Numbers, places and texts in the form in which words are compared.
    text text not null,
    unique (county, matter)
);

-- The terms of each: no text is kept in it a second time, and no places of words within one.
create virtual table search_index using fts5 (
    terms, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
create trigger search_gone after delete on search begin
    delete from search_index where rowid = old.doc;
end;

-- How far the ledger has been followed, and how often something was taken out meanwhile.
create table search_at (
    county text not null primary key,
    pos bigint not null,
    gone bigint not null
);

-- Matters to be looked at again without an act of theirs.
create table search_due (
    county text not null,
    matter text not null,
    primary key (county, matter)
) without rowid;

-- A text that is erased, sealed off, released or destroyed: nothing of its matter is found until it was
-- looked at again, whatever program does it.
create trigger content_forgotten after update of text, sealed, erased on content begin
    update search_at set gone = gone + 1 where county = new.county;
    insert into search_due (county, matter) values (new.county, new.stream) on conflict do nothing;
    delete from search where county = new.county and matter = new.stream;
end;
