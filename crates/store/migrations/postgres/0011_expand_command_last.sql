-- Backups and increments take remembered commands along with the acts that came of them.
create index command_last on command (county, last);
