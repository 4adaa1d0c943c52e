-- Rulings: what is decided beside the course of a matter.

-- When the entry was sealed off (内容封存); null where it is not. The acts of the stream "content" say
-- who, on what paper, and who agreed to what became of it.
alter table content add column sealed bigint;

-- What people decided who might have decided otherwise, by time, with what came since.
drop index act_discretion;
create index act_discretion on act (county, at, pos) where kind in ('declined', 'dispatched',
    'adjudicated', 'decided', 'signed_off', 'reopened', 'ordered', 'noticed', 'passed_on', 'allowed',
    'power_adopted', 'power_refused');
