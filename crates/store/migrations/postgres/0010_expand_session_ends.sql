-- Sessions that are over are removed each day, found by when they ended.
create index session_ends on session (county, ends);
