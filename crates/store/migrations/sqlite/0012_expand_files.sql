-- Files. The bytes stand in the data folder, called after their SHA-256; an entry of class file names them, and so
-- does an upload until an act does.
alter table content add column sha256 text not null default '';
create index content_file on content (county, sha256) where sha256 <> '' and erased is null;
-- Erased, and their bytes not removed yet.
create index content_gone on content (county, sha256) where sha256 <> '' and erased is not null;

create table upload (
    county text not null,
    id text not null,
    -- The account that sends it; one word for all without an account, who know it by its id.
    owner text not null,
    name text not null,
    -- The bytes that were said to come.
    size bigint not null,
    begun bigint not null,
    -- What is kept of it: empty and 0 until all of it is there.
    sha256 text not null,
    media text not null,
    bytes bigint not null,
    -- 1 once an act names it.
    named bigint not null,
    primary key (county, id)
);
create index upload_begun on upload (county, begun, id);
create index upload_loose on upload (county, owner, id) where named = 0;
create index upload_file on upload (county, sha256) where sha256 <> '';
